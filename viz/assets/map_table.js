// The same people as a table: sorted by its head, read by any screen reader.

const tableBox = byId('table-box');
const WORDS = ['function', 'level', 'site'];

const personColumns = () => [
  { key: 'label', title: 'Person', value: (person) => people.label[person], cell: (person) => personButton(person) },
  ...[...facets].sort((a, b) => (WORDS.includes(b.key) - WORDS.includes(a.key)) || 0).filter(({ key }) => key !== 'listed').map((facet) => ({
    key: facet.key, title: facet.title, value: (person) => (codeOf(facet, person) < 0 ? null : codeOf(facet, person)), text: (person) => (codeOf(facet, person) < 0 ? '–' : valueName(facet, codeOf(facet, person))),
  })),
  ...facts.words.measures.filter(({ key }) => people.access[key]).map(({ key, title, unit }) => ({
    key, title, number: true, value: (person) => people.access[key][person], text: (person) => written(people.access[key][person], unit),
  })),
  ...(facts.candidates.length ? [{ key: 'candidates', title: 'Candidates', number: true, value: (person) => (candidatesOf.get(person) || []).length, text: (person) => String((candidatesOf.get(person) || []).length) }] : []),
];
const groupColumns = () => [
  { key: 'label', title: 'Group', value: (group) => groupName(group), cell: (group) => button(h('bdi', { text: groupName(group) }), () => selectGroup(group), { class: 'link', 'data-key': `g${group}` }) },
  { key: 'people', title: 'People', number: true, value: (group) => groups.people[group], text: (group) => String(groups.people[group]) },
  ...meansKnown().map(({ key, title, unit }) => ({
    key, title, number: true, value: (group) => facts.means[group][key], text: (group) => written(facts.means[group][key], unit),
  })),
];

const compare = (a, b) => {
  if (a === b) return 0;
  if (a === null || a === undefined) return 1;
  if (b === null || b === undefined) return -1;
  return typeof a === 'string' ? a.localeCompare(b, 'en', { numeric: true }) : a - b;
};
const sortedRows = (rows, column) => rows.map((row) => [row, column.value(row)]).sort(([one, a], [two, b]) => {
  const unknown = (a === null || a === undefined) !== (b === null || b === undefined);
  return (state.sort.down && !unknown ? -1 : 1) * compare(a, b) || one - two;
}).map(([row]) => row);

const tableRows = () => {
  if (!people) return groups.disc.map((_, group) => group).filter((group) => matchingIn(group));
  return people.id.map((_, person) => person)
    .filter((person) => matches(person) && (state.open === null || xy(person).disc === state.open) && (state.group === null || facts.group_of[person] === state.group));
};

const drawTable = () => {
  const columns = people ? personColumns() : groupColumns();
  const by = columns.find(({ key }) => key === state.sort.key) || columns[0];
  const rows = sortedRows(tableRows(), by);
  const shown = rows.slice(0, state.rows);
  const where = [state.open === null ? '' : discs[state.open].name, state.group === null ? '' : groupName(state.group)].filter(Boolean).pop();
  const what = people ? count(rows.length, 'person', 'people') : count(rows.length, 'group');
  const head = columns.map(({ key, title, number }) => {
    const on = key === by.key;
    return h('th', { scope: 'col', class: number ? 'number' : null, 'aria-sort': on ? (state.sort.down ? 'descending' : 'ascending') : 'none' },
      button([title, h('span', { class: 'arrow', 'aria-hidden': 'true', text: on ? (state.sort.down ? ' ▼' : ' ▲') : ' ↕' })], () => sortBy(key), { class: 'sort', 'data-key': `s${key}` }));
  });
  const body = shown.map((row) => h('tr', { 'aria-current': (people ? state.person : state.group) === row ? 'true' : null },
    columns.map(({ cell, text, number }, at) => (at
      ? h('td', { class: number ? 'number' : null, text: text(row) })
      : h('th', { scope: 'row' }, cell(row))))));
  redrawIn(tableBox, [
    h('table', { class: 'rows' }, h('caption', { text: `${what}${where ? ` in ${where}` : ''}${filtered() ? ', matching the filters' : ''}` }), h('thead', {}, h('tr', {}, head)), h('tbody', {}, body)),
    rows.length ? null : h('p', { class: 'empty', text: 'Nobody matches. Clear a filter to see more.' }),
    rows.length > shown.length ? h('p', { class: 'more' }, `${shown.length} of ${rows.length} shown. `, button('Show 100 more', moreRows, { 'data-key': 'more' }), ' ', button('Show all', allRows, { 'data-key': 'all' })) : null,
  ]);
};
