// What a click or a key does: change what is chosen, then draw everything that shows it.

const live = byId('live');
const narrow = window.matchMedia('(max-width: 760px)');
const say = (text) => {
  live.textContent = text;
};

const statusText = () => {
  if (litPath().length) return `Path lit: ${pathText(litPath())}`;
  if (!people) {
    const matching = drawn.groups.filter((group) => matchingIn(group)).length;
    if (filtered()) return `${count(matching, 'group matches', 'groups match')} of ${groups.disc.length}`;
    const by = [facts.has_functions ? 'function' : '', facts.values.length ? facts.group_title.toLowerCase() : ''].filter(Boolean);
    return by.length ? `${count(groups.disc.length, 'group')} by ${by.join(' and ')}` : count(groups.disc.length, 'group');
  }
  const matching = people.id.reduce((sum, _, person) => sum + (matches(person) ? 1 : 0), 0);
  const match = filtered() ? `${count(matching, 'person matches', 'people match')} of ${size.toLocaleString('en')}` : count(size, 'person', 'people');
  if (state.person !== null) return `${shorten(people.label[state.person], 40)}: in touch with ${count(pairsOf(tiesOfPerson(state.person)).length, 'person', 'people')}, ${count((candidatesOf.get(state.person) || []).length, 'candidate sponsor')}`;
  const lines = drawn.lines >= MOST_LINES ? `the strongest ${MOST_LINES.toLocaleString('en')} lines` : count(drawn.lines, 'line');
  if (state.view === 'everyone' || state.open !== null) return `${match}; ${drawn.people.length.toLocaleString('en')} drawn, ${lines}`;
  return `${match} in ${count(groups.disc.length, 'group')}`;
};

const drawCrumbs = () => {
  const crumbs = byId('crumbs');
  const parts = [button('All groups', () => show('groups'), { class: 'link', 'data-key': 'home' })];
  if (state.view === 'everyone') parts.push(' › ', h('span', { text: 'Everyone' }));
  if (state.open !== null) parts.push(' › ', button(shorten(discs[state.open].name, 28), () => openDisc(state.open), { class: 'link', 'data-key': 'disc' }));
  if (state.group !== null && state.person === null && groups.value[state.group] >= 0) parts.push(' › ', h('bdi', { text: shorten(state.open === null ? groupName(state.group) : lookOf(state.group).name, 40) }));
  if (state.person !== null) parts.push(' › ', nameOf(state.person, 28));
  redrawIn(crumbs, parts);
};

const remember = () => {
  const at = state.person !== null ? `#person=${encodeURIComponent(people.id[state.person])}` : state.open !== null ? `#function=${encodeURIComponent(discs[state.open].name)}` : '';
  if (location.hash === at) return;
  try {
    history.replaceState(null, '', at || location.href.split('#')[0]);
  } catch {
    // Some viewers of local files forbid it; the page works without.
  }
};

const press = (id, on) => byId(id) && byId(id).setAttribute('aria-pressed', String(on));
const draw = ({ camera = false } = {}) => {
  drawPicture();
  drawPanel();
  drawFilters();
  drawTable();
  drawCrumbs();
  byId('status').textContent = statusText();
  press('view-groups', state.view === 'groups');
  press('view-everyone', state.view === 'everyone');
  press('mode-fade', state.mode === 'fade');
  press('mode-hide', state.mode === 'hide');
  press('tab-map', state.tab === 'map');
  press('tab-table', state.tab === 'table');
  byId('map-box').classList.toggle('away', state.tab !== 'map');
  byId('map-box').parentElement.classList.toggle('as-table', state.tab === 'table');
  tableBox.classList.toggle('away', state.tab !== 'table');
  stage.setAttribute('aria-label', `Map of influence. ${statusText()}. The table holds the same ${people ? 'people' : 'groups'}.`);
  const marks = {
    selected: state.person === null ? '' : people.id[state.person],
    'lit-path': litPath().map((person) => people.id[person]).join(' '),
    'visible-people': drawn.people.length,
    'visible-groups': drawn.groups.length,
    faded: drawn.people.filter((person) => !matches(person)).length + drawn.groups.filter((group) => !matchingIn(group)).length,
    lines: drawn.lines,
  };
  for (const [name, value] of Object.entries(marks)) stage.setAttribute(`data-${name}`, String(value));
  remember();
  if (camera) lookAtWhatMatters();
};

const selectPerson = (person) => {
  if (!people) return;
  state.person = person;
  state.lit = null;
  if (person !== null) state.group = null;
  if (person !== null && state.open !== xy(person).disc) state.open = null;
  draw({ camera: true });
  if (person === null) panel.querySelector('h2').focus({ preventScroll: true });
  else say(`${people.label[person]} selected. ${count((candidatesOf.get(person) || []).length, 'candidate sponsor')} listed.`);
};
const selectGroup = (group) => {
  state.group = group;
  state.person = null;
  state.lit = null;
  draw({ camera: group === null || state.open === null });
  say(group === null ? 'All groups.' : `${groupName(group)} selected, ${count(groups.people[group], 'person', 'people')}.`);
};
const openDisc = (disc, group = null) => {
  if (!people) return;
  state.view = 'groups';
  state.open = disc;
  state.group = group;
  state.person = null;
  state.lit = null;
  state.rows = 50;
  draw({ camera: true });
  say(disc === null ? 'All groups.' : `${discs[disc].name} opened, ${count(discPeople(disc), 'person', 'people')}.`);
};
const show = (view) => {
  Object.assign(state, { view, open: null, group: null, person: null, lit: null });
  draw({ camera: true });
  say(view === 'everyone' ? `Everyone shown as single people. ${statusText()}` : 'All groups.');
};
const lightPath = (at) => {
  state.lit = at;
  if (at !== null && state.tab !== 'map') state.tab = 'map';
  draw({ camera: true });
  if (at !== null && narrow.matches) byId('map-box').scrollIntoView({ block: 'nearest' });
  say(at === null ? 'Path put out.' : `Path lit: ${pathText(litPath())}`);
};
const filtersChanged = () => {
  state.rows = 50;
  draw();
  say(statusText());
};
const sortBy = (key) => {
  state.sort = { key, down: state.sort.key === key ? !state.sort.down : false };
  drawTable();
  say(`Sorted by ${key.replaceAll('_', ' ')}, ${state.sort.down ? 'descending' : 'ascending'}.`);
};
const moreRows = () => {
  state.rows += 100;
  drawTable();
};
const allRows = () => {
  state.rows = Infinity;
  drawTable();
};
const chooseTab = (tab) => {
  state.tab = tab;
  draw();
  if (tab === 'map') {
    picture.redraw();
    lookAtWhatMatters();
  }
};
const listWaiting = () => {
  state.chosen.set('listed', new Set([0]));
  chooseTab('table');
  say(statusText());
};

const on = (id, action) => byId(id) && byId(id).addEventListener('click', action);
on('view-groups', () => show('groups'));
on('view-everyone', () => show('everyone'));
on('tab-map', () => chooseTab('map'));
on('tab-table', () => chooseTab('table'));
on('mode-fade', () => {
  state.mode = 'fade';
  filtersChanged();
});
on('mode-hide', () => {
  state.mode = 'hide';
  filtersChanged();
});
on('clear', () => {
  state.chosen.clear();
  state.channels.clear();
  filtersChanged();
  filterBox.querySelector('summary').focus();
});
on('zoom-in', () => zoom(1.3));
on('zoom-out', () => zoom(1 / 1.3));
on('fit', lookAtWhatMatters);
on('print', () => window.print());
on('png', () => pictureAsCanvas().toBlob((blob) => {
  const link = h('a', { href: URL.createObjectURL(blob), download: 'map.png' });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  say('Picture saved as map.png.');
}));
byId('lines').addEventListener('change', (event) => {
  state.drawn = event.target.value;
  draw();
});
stage.addEventListener('keydown', (event) => {
  const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (moves[event.key]) pan(...moves[event.key]);
  else if (event.key === '+' || event.key === '=') zoom(1.3);
  else if (event.key === '-') zoom(1 / 1.3);
  else if (event.key === '0') lookAtWhatMatters();
  else return;
  event.preventDefault();
});
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || event.target === box) return;
  if (state.lit !== null) lightPath(null);
  else if (state.person !== null) selectPerson(null);
  else if (state.group !== null) selectGroup(null);
  else if (state.open !== null) openDisc(null);
});
picture.on('click', ({ nodes: [id], pointer }) => {
  if (id === undefined) {
    const disc = discs.findIndex(({ x, y, r }) => Math.hypot(pointer.canvas.x - x, pointer.canvas.y - y) <= r);
    if (disc >= 0 && state.view === 'groups' && state.person === null && disc !== state.open) openDisc(disc);
    else if (state.person !== null) selectPerson(null);
    else if (disc < 0 && state.group !== null) selectGroup(null);
    return;
  }
  if (id[0] === 'p') selectPerson(place(id));
  else if (people && state.group === place(id)) openDisc(groups.disc[place(id)], place(id));
  else selectGroup(place(id));
});
new ResizeObserver(() => {
  if (stage.clientWidth) lookAtWhatMatters();
}).observe(stage);

const readHash = () => {
  const [key, value] = location.hash.slice(1).split(/=(.*)/s);
  let wanted = '';
  try {
    wanted = decodeURIComponent(value || '');
  } catch {
    return false;
  }
  if (key === 'person' && people && placeOf.has(wanted)) selectPerson(placeOf.get(wanted));
  else if (key === 'function' && people && discs.some(({ name }) => name === wanted)) openDisc(discs.findIndex(({ name }) => name === wanted));
  else return false;
  return true;
};
window.addEventListener('hashchange', readHash);
if (narrow.matches) document.querySelector('.filter-fold').open = false;
if (!readHash()) draw({ camera: true });
byId('waiting').remove();
document.body.classList.add('ready');
