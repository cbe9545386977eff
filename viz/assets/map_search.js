// Search: a box with suggestions, worked by mouse or keyboard.

const box = byId('search');
const options = byId('suggestions');
const MOST_SUGGESTIONS = 8;
let suggestions = [];
let active = -1;

const places = [
  ...(people ? people.id.map((id, person) => ({ kind: 'person', person, texts: [people.label[person], id].map(plainText) })) : []),
  ...discs.map((disc, at) => ({ kind: 'disc', disc: at, texts: [plainText(disc.name)] })),
  ...groups.disc.map((_, group) => ({ kind: 'group', group, texts: [plainText(groupName(group))] })).filter(({ group }) => groups.value[group] >= 0),
].filter((entry) => people || entry.kind === 'group' || !facts.values.length);

// A name that begins with the words first, then a word that does, then anything that holds them.
const fitOf = (entry, words) => {
  let best = 0;
  for (const text of entry.texts) {
    if (text === words) best = Math.max(best, 4);
    else if (text.startsWith(words)) best = Math.max(best, 3);
    else if (text.includes(` ${words}`)) best = Math.max(best, 2);
    else if (text.includes(words)) best = Math.max(best, 1);
  }
  return best;
};
const find = (query) => {
  const words = plainText(query.trim());
  if (!words) return [];
  return places.map((entry, at) => ({ entry, at, fit: fitOf(entry, words) })).filter(({ fit }) => fit)
    .sort((a, b) => b.fit - a.fit || a.at - b.at).map(({ entry }) => entry);
};

const closeSuggestions = () => {
  options.hidden = true;
  active = -1;
  box.setAttribute('aria-expanded', 'false');
  box.removeAttribute('aria-activedescendant');
};
const activate = (at) => {
  active = at;
  [...options.children].forEach((option, here) => option.setAttribute('aria-selected', String(here === at)));
  if (at < 0) box.removeAttribute('aria-activedescendant');
  else {
    box.setAttribute('aria-activedescendant', `option-${at}`);
    options.children[at].scrollIntoView({ block: 'nearest' });
  }
};
const take = (entry) => {
  box.value = '';
  closeSuggestions();
  if (entry.kind === 'person') selectPerson(entry.person);
  else if (entry.kind === 'group') selectGroup(entry.group);
  else if (people) openDisc(entry.disc);
  else selectGroup(groups.disc.indexOf(entry.disc));
  panel.querySelector('h2').focus();
};
const described = (entry) => {
  if (entry.kind === 'person') return [nameOf(entry.person), h('span', { class: 'quiet', text: roleOf(entry.person) })];
  if (entry.kind === 'group') return [h('bdi', { text: shorten(groupName(entry.group), 60) }), h('span', { class: 'quiet', text: `group, ${count(groups.people[entry.group], 'person', 'people')}` })];
  return [h('bdi', { text: shorten(discs[entry.disc].name, 60) }), h('span', { class: 'quiet', text: `${facts.has_functions ? 'function, ' : ''}${count(discPeople(entry.disc), 'person', 'people')}` })];
};
const suggest = () => {
  const found = find(box.value);
  suggestions = found.slice(0, MOST_SUGGESTIONS);
  options.replaceChildren(...suggestions.map((entry, at) => {
    const option = h('li', { role: 'option', id: `option-${at}`, 'aria-selected': 'false' }, described(entry));
    option.addEventListener('mousedown', (event) => {
      event.preventDefault();
      take(entry);
    });
    return option;
  }));
  if (!box.value.trim()) {
    closeSuggestions();
    return;
  }
  if (!suggestions.length) options.replaceChildren(h('li', { class: 'empty', text: 'Nothing found. Try part of a name or a function.' }));
  options.hidden = false;
  box.setAttribute('aria-expanded', String(suggestions.length > 0));
  activate(suggestions.length ? 0 : -1);
  say(suggestions.length ? `${count(found.length, 'result')}${found.length > suggestions.length ? `, the first ${suggestions.length} listed` : ''}.` : 'Nothing found.');
};
box.addEventListener('input', suggest);
box.addEventListener('focus', () => {
  if (box.value.trim()) suggest();
});
box.addEventListener('blur', closeSuggestions);
box.addEventListener('keydown', (event) => {
  const most = suggestions.length;
  if (event.key === 'Escape') {
    if (options.hidden) box.value = '';
    closeSuggestions();
  } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    event.preventDefault();
    if (options.hidden) suggest();
    else if (most) activate((active + (event.key === 'ArrowDown' ? 1 : most - 1) + most) % most);
  } else if (event.key === 'Enter' && active >= 0 && !options.hidden) {
    event.preventDefault();
    take(suggestions[active]);
  }
});
