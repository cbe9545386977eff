// What the page knows and what is chosen. Everything here is plain data; nothing draws.

const byId = (id) => document.getElementById(id);
const problem = byId('problem');
const fail = (text) => {
  problem.textContent = text;
  problem.hidden = false;
};
window.addEventListener('error', (event) => fail(`The map met a problem and may be incomplete: ${event.message}`));
const readData = (id) => JSON.parse(byId(id).textContent);

const facts = readData('facts');
const network = readData('network');
const people = facts.people || null;
const size = people ? people.id.length : 0;
const facets = facts.facets || [];
const groups = facts.groups;
const discs = facts.discs;
const NOT_GIVEN = '(not stated)';

const personNodes = network.nodes.filter((node) => node.id[0] === 'p');
const groupNodes = network.nodes.filter((node) => node.id[0] === 'g');
const place = (id) => Number(id.slice(1));
const ties = network.edges.filter((edge) => edge.from[0] === 'p')
  .map((edge) => ({ ...edge, from: place(edge.from), to: place(edge.to) }));
const groupTies = network.edges.filter((edge) => edge.from[0] === 'g')
  .map((edge) => ({ ...edge, from: place(edge.from), to: place(edge.to) }));

const listOf = (rows, key) => {
  const lists = new Map();
  for (const row of rows) {
    if (!lists.has(row[key])) lists.set(row[key], []);
    lists.get(row[key]).push(row);
  }
  return lists;
};
const candidatesOf = listOf(facts.candidates || [], 'protege');
const protegesOf = listOf(facts.candidates || [], 'candidate');
const tiesFrom = listOf(ties, 'from');
const tiesTo = listOf(ties, 'to');
const seniorsOf = listOf(people ? people.pairings.map(([senior, junior, kind]) => ({ senior, junior, kind })) : [], 'junior');
const membersOf = new Map(groups.disc.map((_, at) => [at, []]));
if (people) facts.group_of.forEach((group, person) => membersOf.get(group).push(person));
const placeOf = new Map(people ? people.id.map((id, at) => [id, at]) : []);

const state = {
  view: 'groups', // groups | everyone
  tab: 'map', // map | table
  open: null, // the disc whose people are shown
  group: null, // the group in the panel
  person: null, // the person in the panel
  lit: null, // the candidate (place in the person's list) whose path is lit
  chosen: new Map(), // facet → set of values; an empty set means everyone
  channels: new Set(),
  mode: 'fade', // fade | hide
  drawn: 'strong', // strong | all | none
  sort: { key: 'label', down: false },
  rows: 50,
};

const isChosen = (key, code) => {
  const chosen = state.chosen.get(key);
  return !chosen || !chosen.size || chosen.has(code);
};
const filtered = () => state.channels.size > 0 || [...state.chosen.values()].some((set) => set.size);
const codeOf = (facet, person) => people.codes[facet.key][person];
const matches = (person, except) => facets.every((facet) => facet.key === except || isChosen(facet.key, codeOf(facet, person)));
const matchingIn = (group) => {
  if (people) return membersOf.get(group).filter((person) => matches(person)).length;
  return isChosen('function', groups.disc[group]) && isChosen('group', groups.value[group]) ? groups.people[group] : 0;
};
const allowed = (tie) => {
  if (!state.channels.size) return true;
  for (const bit of state.channels) if (tie.bits & (1 << bit)) return true;
  return false;
};
const channelsOf = (tie) => facts.channels.filter((_, bit) => tie.bits & (1 << bit));

const valueName = (facet, code) => (code < 0 ? NOT_GIVEN : facet.values[code].name);
const facetNamed = (key) => facets.find((facet) => facet.key === key);
const lookOf = (group) => {
  const value = groups.value[group];
  return value < 0 ? { name: '', colour: '#0072b2', shape: 'dot' } : facts.values[value];
};
const groupName = (group) => {
  const value = groups.value[group];
  const disc = discs[groups.disc[group]].name;
  if (value < 0) return disc;
  return facts.has_functions ? `${disc} · ${facts.values[value].name}` : facts.values[value].name;
};
const sumOver = (disc, counts) => groups.disc.reduce((sum, at, group) => sum + (at === disc ? counts(group) : 0), 0);
const discPeople = (disc) => sumOver(disc, (group) => groups.people[group]);
const discMatching = (disc) => sumOver(disc, matchingIn);
// How many of some people the filters leave.
const ofAll = (matching, all) => (matching === all ? all.toLocaleString('en') : `${matching.toLocaleString('en')} of ${all.toLocaleString('en')}`);

const levelWord = (key, name) => (key === 'level' && /^\d/.test(name) ? `Level ${name}` : name);

// "Level 3 · Finance · Oslo": what one line can say about a person.
const roleOf = (person, keys = ['level', 'function', 'site', ...facets.map((facet) => facet.key)]) => keys
  .filter((key, at, all) => all.indexOf(key) === at && !['sponsorship', 'leader', 'listed'].includes(key) && facetNamed(key))
  .map((key) => [key, codeOf(facetNamed(key), person)])
  .filter(([, code]) => code >= 0)
  .map(([key, code]) => levelWord(key, facetNamed(key).values[code].name))
  .join(' · ');

const shortRole = (person) => roleOf(person, ['level', 'function']);

const count = (number, one, many) => `${number.toLocaleString('en')} ${number === 1 ? one : many || `${one}s`}`;
const percent = (share) => `${(100 * share).toLocaleString('en', { maximumFractionDigits: share > 0 && share < 0.1 ? 1 : 0 })} %`;
const decimal = (number) => number.toLocaleString('en', { maximumFractionDigits: 2 });
const written = (value, unit) => {
  if (value === null || value === undefined) return people ? '–' : 'not shown';
  return unit === 'share' ? percent(value) : decimal(value);
};
const ofPeople = (matching, all) => (matching === all ? count(all, 'person', 'people') : `${ofAll(matching, all)} people match`);
// The measures somebody or some group has a mean of.
const meansKnown = () => facts.words.means.filter(({ key }) => [facts.overall, ...facts.means].some((means) => means[key] !== null && means[key] !== undefined));
const shorten = (text, most) => ([...text].length > most ? `${[...text].slice(0, most - 1).join('')}…` : text);
const plainText = (text) => text.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase();

// Elements are made, never written as markup: text goes in as text.
const h = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key === 'onclick' || key === 'onchange') element.addEventListener(key.slice(2), value);
    else if (key === 'text') element.textContent = value;
    else element.setAttribute(key, value === true ? '' : String(value));
  }
  for (const child of children.flat()) if (child !== null && child !== undefined) element.append(child);
  return element;
};
const svg = (tag, attributes = {}, ...children) => {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
};
// Names may run right to left or hold marks that turn text round: each stands alone.
const nameOf = (person, most = 60) => h('bdi', { title: [...people.label[person]].length > most ? people.label[person] : null },
  shorten(people.label[person], most));

const POLYGONS = {
  diamond: '7,0 14,7 7,14 0,7',
  square: '1,1 13,1 13,13 1,13',
  triangle: '7,0.5 14,13 0,13',
  triangleDown: '0,1 14,1 7,13.5',
  hexagon: '3.5,1 10.5,1 14,7 10.5,13 3.5,13 0,7',
  star: '7,0 8.9,4.6 14,5 10.1,8.2 11.4,13.2 7,10.5 2.6,13.2 3.9,8.2 0,5 5.1,4.6',
};
const swatch = (look) => svg('svg', { viewBox: '0 0 14 14', class: 'swatch', 'aria-hidden': 'true' },
  look.shape === 'dot'
    ? svg('circle', { cx: 7, cy: 7, r: 6.5, fill: look.colour })
    : svg('polygon', { points: POLYGONS[look.shape], fill: look.colour }));
