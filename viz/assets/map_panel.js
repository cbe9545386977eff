// The panel: a person, a group, or where to begin.

const panel = byId('panel');
const button = (text, onclick, attributes = {}) => h('button', { type: 'button', onclick, ...attributes }, text);
const personButton = (person, attributes = {}) => button(nameOf(person), () => selectPerson(person), { class: 'link', 'data-key': `p${person}`, ...attributes });
const section = (title, ...children) => h('section', {}, h('h3', { text: title }), ...children);
const sentence = (...parts) => h('li', {}, ...parts);
const strong = (text) => h('strong', { text });

const bar = (title, value, unit = 'score') => {
  const known = value !== null && value !== undefined;
  const width = known ? Math.max(0, Math.min(1, value)) * 100 : 0;
  return h('div', { class: 'bar' },
    h('span', { class: 'bar-name', text: title }),
    svg('svg', { viewBox: '0 0 100 8', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
      svg('rect', { x: 0, y: 0, width: 100, height: 8, rx: 1, fill: '#e6ebf0' }),
      svg('rect', { x: 0, y: 0, width, height: 8, rx: 1, fill: '#0072b2' })),
    h('span', { class: 'bar-number', text: known ? (unit === 'share' ? percent(value) : value.toFixed(2)) : '–' }));
};

const accessSentences = (person) => {
  const own = (key) => (people.access[key] ? people.access[key][person] : undefined);
  const usual = (key, unit) => (facts.typical[key] === undefined || facts.typical[key] === null ? '' : ` Typical: ${written(facts.typical[key], unit)}.`);
  const list = [];
  const leaders = own('leader_ties');
  if (leaders !== undefined && leaders !== null) {
    const chain = own('leader_ties_with_chain');
    const also = chain !== undefined && chain !== leaders ? ` (${chain} with it)` : '';
    list.push(sentence('Tied to ', strong(leaders ? count(leaders, 'leader') : 'no leader'), ` outside their own management chain${also}.${usual('leader_ties')}`));
  }
  const share = own('leader_share');
  if (share !== undefined) {
    list.push(share === null
      ? sentence('Nobody is recorded as influencing them from outside their management chain.')
      : sentence(strong(percent(share)), ` of the influence that reaches them comes from leaders.${usual('leader_share', 'share')}`));
  }
  const steps = own('steps_to_leader');
  if (steps !== undefined) {
    list.push(steps === null
      ? sentence(strong('No leader'), ' can be reached outside their own management chain.')
      : sentence(strong(count(steps, 'step')), ` to the nearest leader.${usual('steps_to_leader')}`));
  }
  const paths = own('paths_to_leaders');
  if (paths && steps !== null) {
    list.push(paths === 1
      ? sentence(strong('One independent path'), ' to leaders: if one person on it leaves, the way is gone.')
      : sentence(strong(paths >= 3 ? '3 or more independent paths' : count(paths, 'independent path')), ' to leaders.'));
  }
  return list;
};

const heldSentence = (person) => {
  const held = seniorsOf.get(person) || [];
  const part = (kind) => {
    const names = held.filter((row) => row.kind === kind).map((row) => row.senior);
    if (!names.length) return [`no ${kind}`];
    return [`${count(names.length, kind)}: `, ...names.flatMap((senior, at) => (at ? [', ', personButton(senior)] : [personButton(senior)]))];
  };
  return sentence('Has ', ...part('mentor'), '; ', ...part('sponsor'), '.');
};

const chips = (person) => {
  const words = [];
  if (people.leader[person]) words.push('Leader: able to sponsor');
  const facet = facetNamed('sponsorship');
  if (facet && !people.leader[person]) words.push({ Neither: 'Neither mentored nor sponsored' }[valueName(facet, codeOf(facet, person))] || valueName(facet, codeOf(facet, person)));
  if (!matches(person)) words.push('Outside the filters');
  return words.length ? h('p', { class: 'chips' }, words.map((text) => h('span', { class: 'chip', text }))) : null;
};

const stepChannels = (from, to) => {
  const found = [...(tiesFrom.get(from) || []), ...(tiesTo.get(from) || [])].filter((tie) => otherEnd(tie, from) === to);
  return [...new Set(found.flatMap(channelsOf))].sort();
};
const pathParts = (path) => path.flatMap((person, at) => {
  if (!at) return [h('strong', {}, nameOf(person, 40))];
  const channels = stepChannels(path[at - 1], person);
  return [' → ', h('strong', {}, nameOf(person, 40)), channels.length ? h('span', { class: 'quiet', text: ` (${channels.join(', ')})` }) : ''];
});
const pathText = (path) => path.map((person) => people.label[person]).join(' → ');

const candidateCard = (row, at) => {
  const lit = state.lit === at;
  const words = facts.words.components.filter(({ key }) => row[key] !== undefined);
  return h('li', { class: lit ? 'card lit' : 'card' },
    h('div', { class: 'card-head' },
      h('span', { class: 'rank', 'aria-label': `Candidate ${row.rank || at + 1}` }, String(row.rank || at + 1)),
      h('div', { class: 'card-name' }, personButton(row.candidate, { 'data-key': `c${at}` }), h('p', { class: 'quiet', text: roleOf(row.candidate) })),
      row.score === undefined || row.score === null ? null : h('span', { class: 'score' }, row.score.toFixed(2), h('span', { class: 'score-word', text: ' score' }))),
    row.proposed ? h('p', { class: 'chips' }, h('span', { class: 'chip strong', text: 'Proposed in the joint assignment' })) : null,
    row.path.length
      ? h('div', { class: 'path' },
        h('p', {}, pathParts(row.path)),
        button(lit ? 'Path lit · put out' : 'Light the path', () => lightPath(lit ? null : at), { class: 'small', 'aria-pressed': String(lit), 'data-key': `l${at}` }))
      : h('p', { class: 'path quiet', text: 'No introduction path is known.' }),
    h('div', { class: 'bars' }, words.map(({ key, title }) => bar(title, row[key]))),
    row.reasons ? h('p', { class: 'reason' }, h('span', { class: 'tag', text: 'For' }), row.reasons) : null,
    row.cautions ? h('p', { class: 'reason' }, h('span', { class: 'tag weigh', text: 'To weigh' }), row.cautions) : null);
};

const candidateSection = (person) => {
  const rows = candidatesOf.get(person) || [];
  if (!facts.candidates.length) return null;
  if (!rows.length) {
    if (people.leader[person]) return null;
    return section('Candidate sponsors', h('p', { class: 'empty', text: `None listed. ${facetNamed('sponsorship') ? 'Either a sponsor is already there, or nobody' : 'Nobody'} passed the filters: outside the own reporting line, senior enough, within reach and with room for one more.` }));
  }
  return section('Candidate sponsors',
    h('p', { class: 'quiet', text: 'Starting points for a conversation, in order of fit. Each part is between 0 and 1.' }),
    h('ol', { class: 'cards' }, rows.map(candidateCard)));
};

const moreList = (items, most, draw) => {
  const list = h('ul', { class: 'plain' }, items.slice(0, most).map(draw));
  if (items.length > most) list.append(h('li', { class: 'quiet', text: `and ${count(items.length - most, 'more', 'more')}` }));
  return list;
};

const personPanel = (person) => {
  const label = people.label[person];
  const sentences = people.leader[person] ? [] : [...accessSentences(person)];
  const held = seniorsOf.has(person) || facetNamed('sponsorship') ? [heldSentence(person)] : [];
  const proteges = protegesOf.get(person) || [];
  const near = pairsOf(tiesOfPerson(person));
  const manager = people.manager[person];
  return [
    h('div', { class: 'panel-head' }, h('h2', { tabindex: -1 }, nameOf(person, 80)), button('Close', () => selectPerson(null), { class: 'small', 'data-key': 'close', 'aria-label': 'Close this person' })),
    h('p', { class: 'quiet' }, roleOf(person), people.id[person] === label ? null : h('span', { class: 'whole' }, ' · id ', h('bdi', { text: shorten(people.id[person], 40) }))),
    manager >= 0 ? h('p', { class: 'quiet' }, 'Reports to ', personButton(manager)) : null,
    chips(person),
    sentences.length || held.length ? section('Access', h('ul', { class: 'sentences' }, sentences, held), sentences.length ? h('p', { class: 'quiet', text: 'Typical is the middle value among people who are not leaders.' }) : null) : null,
    candidateSection(person),
    proteges.length ? section(`Candidate sponsor for ${count(proteges.length, 'person', 'people')}`,
      moreList([...proteges].sort((a, b) => a.rank - b.rank || a.protege - b.protege), 8, (row) => h('li', {}, personButton(row.protege), h('span', { class: 'quiet', text: ` rank ${row.rank}${row.proposed ? ', proposed' : ''}` })))) : null,
    section('Strongest ties', near.length
      ? moreList(near, 6, (tie) => {
        const other = otherEnd(tie, person);
        const way = tie.both ? 'both ways' : tie.from === person ? 'influences them' : 'is influenced by them';
        return h('li', {}, personButton(other), h('span', { class: 'quiet', text: ` ${way} · ${stepChannels(person, other).join(', ')}` }));
      })
      : h('p', { class: 'empty', text: state.channels.size ? 'No tie in the chosen channels.' : 'No tie is recorded for this person.' })),
  ];
};

const meansTable = (means, title) => {
  const rows = meansKnown();
  if (!rows.length) return h('p', { class: 'empty', text: people ? 'No access measures were given to this map.' : 'No mean can be shown.' });
  return h('table', { class: 'means' },
    h('thead', {}, h('tr', {}, h('th', { scope: 'col', text: 'Mean' }), h('th', { scope: 'col', text: title }), h('th', { scope: 'col', text: 'Everyone' }))),
    h('tbody', {}, rows.map(({ key, title: name, unit }) => h('tr', {},
      h('th', { scope: 'row', text: name }),
      h('td', { text: written(means[key], unit) }),
      h('td', { text: written(facts.overall[key], unit) })))));
};

const groupPanel = (group) => {
  const disc = groups.disc[group];
  const members = people ? membersOf.get(group).filter((person) => matches(person)) : [];
  const near = groupTies.filter((tie) => tie.from === group || tie.to === group).slice(0, 5);
  return [
    h('div', { class: 'panel-head' }, h('h2', { tabindex: -1 }, groups.value[group] >= 0 ? swatch(lookOf(group)) : null, h('bdi', { text: groupName(group) })),
      button('Close', () => selectGroup(null), { class: 'small', 'data-key': 'close', 'aria-label': 'Close this group' })),
    h('p', { class: 'quiet', text: ofPeople(matchingIn(group), groups.people[group]) }),
    people && state.open === null ? h('p', {}, button(facts.has_functions ? `Show the people of ${shorten(discs[disc].name, 30)}` : 'Show the people', () => openDisc(disc, group), { class: 'primary', 'data-key': 'open' })) : null,
    section('Access to leaders', h('p', { class: 'quiet', text: 'Over people who are not leaders themselves.' }), meansTable(facts.means[group], 'Group')),
    near.length ? section('Strongest ties with', h('ul', { class: 'plain' }, near.map((tie) => {
      const other = tie.from === group ? tie.to : tie.from;
      return h('li', {}, button(groupName(other), () => selectGroup(other), { class: 'link', 'data-key': `g${other}` }));
    }))) : null,
    people ? section('People', members.length ? moreList(members, 12, (person) => h('li', {}, personButton(person), h('span', { class: 'quiet', text: ` ${shortRole(person)}` }))) : h('p', { class: 'empty', text: 'Nobody here matches the filters.' })) : null,
  ];
};

const discLists = (disc) => {
  const here = people.id.map((_, person) => person).filter((person) => xy(person).disc === disc && matches(person));
  const list = (title, those) => (those.length ? section(`${title} (${those.length.toLocaleString('en')})`,
    moreList(those, 8, (person) => h('li', {}, personButton(person), h('span', { class: 'quiet', text: ` ${shortRole(person)}` })))) : null);
  return [list('Leaders here', here.filter((person) => people.leader[person])), list('With candidate sponsors', here.filter((person) => candidatesOf.has(person)))];
};
const EACH_A_PERSON = 'Each shape is a person; a larger one with a black ring is a leader. Nearer the middle is more senior.';
const discPanel = (disc) => {
  const inside = groups.disc.map((at, group) => (at === disc ? group : -1)).filter((group) => group >= 0);
  return [
    h('div', { class: 'panel-head' }, h('h2', { tabindex: -1 }, h('bdi', { text: discs[disc].name })), button('Close', () => openDisc(null), { class: 'small', 'data-key': 'close', 'aria-label': 'Back to all groups' })),
    h('p', { class: 'quiet', text: `${ofPeople(discMatching(disc), discPeople(disc))}. ${EACH_A_PERSON}` }),
    section('Groups', h('ul', { class: 'plain' }, inside.map((group) => h('li', {}, swatch(lookOf(group)), ' ', button(groupName(group), () => selectGroup(group), { class: 'link', 'data-key': `g${group}` }), h('span', { class: 'quiet', text: ` ${ofAll(matchingIn(group), groups.people[group])}` }))))),
    ...(people ? discLists(disc) : []),
  ];
};

const startPanel = () => {
  const waiting = people ? people.id.map((_, person) => person).filter((person) => candidatesOf.has(person) && matches(person, 'listed')) : [];
  const where = facts.has_functions ? 'Each disc is a function' : 'The disc is everybody';
  const what = state.view === 'everyone'
    ? `${EACH_A_PERSON} ${where}. Lines join people with the strongest ties.`
    : `${where}; each shape in it is a group, its area the number of people. Lines join groups with the strongest ties.`;
  const then = state.view === 'everyone'
    ? 'Choose a person to see what they can reach, or search for somebody by name.'
    : people ? 'Choose a group to see its people, or search for somebody by name.' : 'Choose a group to see how its access to leaders compares.';
  return [
    h('h2', { tabindex: -1, text: 'Where to begin' }),
    h('ul', { class: 'sentences' },
      sentence(what),
      sentence(then),
      people && facts.candidates.length ? sentence('A person’s panel lists candidate sponsors and lights the way to reach them.') : null),
    waiting.length ? section('People with candidate sponsors',
      h('p', {}, button(waiting.length === 1 ? 'Show them in the table' : `List all ${waiting.length.toLocaleString('en')} in the table`, listWaiting, { class: 'primary', 'data-key': 'waiting' })),
      moreList(waiting, 5, (person) => h('li', {}, personButton(person), h('span', { class: 'quiet', text: ` ${shortRole(person)}` })))) : null,
    facts.has_functions ? section('Functions', h('ul', { class: 'plain two' }, discs.map((disc, at) => h('li', {},
      people ? button(shorten(disc.name, 40), () => openDisc(at), { class: 'link', 'data-key': `d${at}` })
        : button(shorten(disc.name, 40), () => selectGroup(groups.disc.indexOf(at)), { class: 'link', 'data-key': `d${at}` }),
      people ? h('span', { class: 'quiet', text: ` ${ofAll(discMatching(at), discPeople(at))}` }) : null)))) : null,
  ];
};

// Drawing anew keeps the keyboard where it was: the element with the same key gets the focus back.
const redrawIn = (container, children) => {
  const key = container.contains(document.activeElement) ? document.activeElement.getAttribute('data-key') : null;
  const scroll = container.scrollTop;
  container.replaceChildren(...children.flat().filter((child) => child));
  if (key) {
    const again = [...container.querySelectorAll('[data-key]')].find((element) => element.getAttribute('data-key') === key);
    if (again) again.focus();
  }
  container.scrollTop = scroll;
};
let panelShows = '';
const drawPanel = () => {
  const shows = state.person !== null ? `p${state.person}` : state.group !== null ? `g${state.group}` : state.open !== null ? `d${state.open}` : '';
  if (state.person !== null) redrawIn(panel, personPanel(state.person));
  else if (state.group !== null) redrawIn(panel, groupPanel(state.group));
  else if (state.open !== null) redrawIn(panel, discPanel(state.open));
  else redrawIn(panel, startPanel());
  if (shows !== panelShows) panel.scrollTop = 0;
  panelShows = shows;
};
