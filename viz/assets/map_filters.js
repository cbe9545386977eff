// Filters: one list of values a column, with how many people each would leave; the first is the map's legend.

const filterBox = byId('filters');

const valueCounts = (facet) => {
  const counts = new Map();
  people.id.forEach((_, person) => {
    if (!matches(person, facet.key)) return;
    const code = codeOf(facet, person);
    counts.set(code, (counts.get(code) || 0) + 1);
  });
  return counts;
};
const toggle = (set, value) => {
  if (set.has(value)) set.delete(value);
  else set.add(value);
};
const chosenFor = (key) => {
  if (!state.chosen.has(key)) state.chosen.set(key, new Set());
  return state.chosen.get(key);
};
const choice = ({ key, code, name, number, look, on, change }) => h('li', {}, h('label', { class: 'choice' },
  h('input', { type: 'checkbox', 'data-key': `f-${key}-${code}`, onchange: change, checked: on }),
  look ? swatch(look) : null,
  h('bdi', { class: 'choice-name', title: name.length > 30 ? name : null, text: shorten(name, 40) }),
  h('span', { class: 'quiet number', text: number === undefined ? '' : number.toLocaleString('en') })));

const folded = new Map();
const filterList = ({ key, title, rows, set, open, note }) => {
  const details = h('details', { open: folded.has(key) ? folded.get(key) : open },
    h('summary', { 'data-key': `o-${key}` }, title, set.size ? h('span', { class: 'chip', text: `${set.size} chosen` }) : null),
    note ? h('p', { class: 'quiet', text: note }) : null,
    h('ul', { class: 'choices' }, rows.map(({ code, name, number, look }) => choice({
      key, code, name, number, look, on: set.has(code),
      change: () => {
        toggle(set, code);
        filtersChanged();
      },
    }))));
  details.addEventListener('toggle', () => folded.set(key, details.open));
  return details;
};

const legendLooks = (facet, code) => (facts.values.length && facet === facets[0] ? facts.values[code < 0 ? facts.values.length - 1 : code] : null);
const facetFilter = (facet, at) => {
  const counts = valueCounts(facet);
  const codes = facet.values.map((_, code) => code);
  if (people.codes[facet.key].includes(-1)) codes.push(-1);
  return filterList({
    key: facet.key,
    title: at || !facts.values.length ? facet.title : `Legend: ${facet.title}`,
    set: chosenFor(facet.key),
    open: at < 2,
    note: at || !facts.values.length ? null : `${state.view === 'everyone' || state.open !== null ? 'Each shape is a person; larger with a black ring: a leader.' : 'Each shape is a group.'} Tick to keep only these.`,
    rows: codes.map((code) => ({ code, name: valueName(facet, code), number: counts.get(code) || 0, look: at ? null : legendLooks(facet, code) })),
  });
};
const groupFilters = () => {
  const sums = (key, at) => groups[key].reduce((sum, code, group) => sum + (code === at ? groups.people[group] : 0), 0);
  return [
    facts.values.length ? filterList({
      key: 'group', title: `Legend: ${facts.group_title}`, set: chosenFor('group'), open: true, note: 'Each shape is a group. Tick to keep only these. Counts are of groups shown.',
      rows: facts.values.map((look, code) => ({ code, name: look.name, look, number: sums('value', code) })),
    }) : null,
    facts.has_functions ? filterList({
      key: 'function', title: 'Function', set: chosenFor('function'), open: true,
      rows: discs.map((disc, code) => ({ code, name: disc.name, number: sums('disc', code) })),
    }) : null,
  ];
};
const channelFilter = () => (facts.channels && facts.channels.length > 1 ? filterList({
  key: 'channel', title: 'Channel (lines)', set: state.channels, open: false,
  rows: facts.channels.map((name, code) => ({ code, name })),
}) : null);

const drawFilters = () => {
  redrawIn(filterBox, [...(people ? facets.map(facetFilter) : groupFilters()), channelFilter()]);
  byId('clear').hidden = !filtered();
};
