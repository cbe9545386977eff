// The picture: which nodes and lines stand on the canvas now, and where the camera looks.

if (typeof vis === 'undefined') throw new Error('the drawing part (vis-network) did not start');
const stage = byId('picture');
const still = window.matchMedia('(prefers-reduced-motion: reduce)');
const nodeSet = new vis.DataSet();
const edgeSet = new vis.DataSet();
const picture = new vis.Network(stage, { nodes: nodeSet, edges: edgeSet }, {
  ...network.options,
  autoResize: true,
  interaction: { ...network.options.interaction, hover: true, dragNodes: false, selectConnectedEdges: false, multiselect: false },
  layout: { improvedLayout: false },
  nodes: { chosen: false, labelHighlightBold: false, shapeProperties: { interpolation: false } },
  edges: { chosen: false, smooth: false, arrowStrikethrough: true, hoverWidth: 0, selectionWidth: 0 },
});
const MOST_LINES = 4000;
const MOST_NEIGHBOURS = 40;
// Shapes of the same radius differ in area; these factors make the area stand for the people.
const EVEN = { dot: 1, square: 0.89, diamond: 1.25, triangle: 1.17, triangleDown: 1.17, hexagon: 1.1, star: 1.45 };
const LINE = '#8592a0';
const INK = '#1b2430';
const PATH = '#c2410c';
const FADED = 0.16;

const xy = (person) => personNodes[person];
const litCandidate = () => (state.person === null || state.lit === null ? null : (candidatesOf.get(state.person) || [])[state.lit]);
const litPath = () => (litCandidate() ? litCandidate().path : []);

// Both directions of a tie are one line; the arrows tell them apart.
const pairsOf = (arcs) => {
  const pairs = new Map();
  for (const arc of arcs) {
    const key = arc.from < arc.to ? `${arc.from}-${arc.to}` : `${arc.to}-${arc.from}`;
    const pair = pairs.get(key);
    if (pair) pairs.set(key, { ...pair, both: true, strength: pair.strength + arc.strength, width: Math.max(pair.width, arc.width) });
    else pairs.set(key, { ...arc, key, both: false });
  }
  return [...pairs.values()].sort((a, b) => b.strength - a.strength || (a.key < b.key ? -1 : 1));
};
const tiesOfPerson = (person) => [...(tiesFrom.get(person) || []), ...(tiesTo.get(person) || [])].filter(allowed);
const otherEnd = (tie, person) => (tie.from === person ? tie.to : tie.from);

const focusPeople = () => {
  if (state.person === null) return new Set();
  const near = pairsOf(tiesOfPerson(state.person)).slice(0, MOST_NEIGHBOURS).map((tie) => otherEnd(tie, state.person));
  const seniors = (candidatesOf.get(state.person) || []).map((row) => row.candidate);
  return new Set([state.person, ...near, ...seniors, ...litPath()]);
};

const visiblePeople = () => {
  if (!people) return [];
  const focus = focusPeople();
  let base = [];
  if (state.view === 'everyone') base = facts.everyone || personNodes.map((_, at) => at);
  else if (state.open !== null) base = personNodes.map((_, at) => at).filter((person) => xy(person).disc === state.open);
  const all = new Set([...base, ...focus]);
  // Whoever is being looked at stays, whatever the filters say; it is faded when it does not match.
  const stays = new Set([state.person, ...litPath()]);
  return [...all].filter((person) => state.mode === 'fade' || matches(person) || stays.has(person)).sort((a, b) => a - b);
};
const visibleGroups = () => {
  if (state.view !== 'groups' || state.person !== null) return [];
  return groupNodes.map((_, at) => at)
    .filter((group) => groups.disc[group] !== state.open && (state.mode === 'fade' || matchingIn(group) > 0));
};

const personNode = (person, focus) => {
  const { x, y, size: radius } = xy(person);
  const look = lookOf(facts.group_of[person]);
  const lit = litPath();
  const selected = person === state.person;
  const away = lit.length ? !lit.includes(person) : state.person !== null && !focus.has(person);
  const outside = state.group !== null && state.person === null && facts.group_of[person] !== state.group;
  const ringed = selected || lit.includes(person);
  return {
    id: `p${person}`, x, y, shape: look.shape,
    size: (selected ? radius + 4 : radius) * EVEN[look.shape],
    borderWidth: ringed ? 4 : people.leader[person] ? 2.5 : 1,
    color: { background: look.colour, border: ringed || people.leader[person] ? INK : '#ffffff', hover: { background: look.colour, border: INK } },
    opacity: away || outside || (!matches(person) && !ringed) ? FADED : 1,
  };
};
const groupNode = (group) => {
  const { x, y, size: radius } = groupNodes[group];
  const look = lookOf(group);
  const matching = matchingIn(group);
  const part = state.mode === 'hide' && groups.people[group] ? Math.sqrt(matching / groups.people[group]) : 1;
  const selected = group === state.group;
  return {
    id: `g${group}`, x, y, shape: look.shape, size: Math.max(radius * part, 5) * EVEN[look.shape],
    borderWidth: selected ? 5 : 1,
    color: { background: look.colour, border: selected ? INK : '#ffffff', hover: { background: look.colour, border: INK } },
    opacity: matching ? 1 : FADED,
  };
};

const groupLines = (shown) => {
  if (state.drawn === 'none' || state.open !== null) return [];
  return groupTies.filter((tie) => shown.has(tie.from) && shown.has(tie.to))
    .filter((tie) => state.drawn === 'all' || (state.group === null ? tie.strong : tie.from === state.group || tie.to === state.group))
    .map((tie) => {
      const mine = (state.group === null || tie.from === state.group || tie.to === state.group) && matchingIn(tie.from) && matchingIn(tie.to);
      return {
        id: `h${tie.from}-${tie.to}`, from: `g${tie.from}`, to: `g${tie.to}`, width: tie.width,
        color: { color: LINE, opacity: mine ? 0.6 : 0.12 },
      };
    });
};
const peopleLines = (shown) => {
  const lit = litPath().length > 0;
  let arcs = [];
  if (state.person !== null) arcs = tiesOfPerson(state.person);
  else if (state.drawn !== 'none') arcs = ties.filter((tie) => (state.drawn === 'all' || tie.strong) && allowed(tie));
  const pairs = pairsOf(arcs.filter((tie) => shown.has(tie.from) && shown.has(tie.to)));
  const clear = (person) => matches(person) && (state.group === null || facts.group_of[person] === state.group);
  return pairs.slice(0, MOST_LINES).map((tie) => ({
    id: `t${tie.key}`, from: `p${tie.from}`, to: `p${tie.to}`, width: state.person === null ? tie.width * 0.5 : tie.width * 0.8,
    arrows: state.person === null ? '' : { to: { enabled: true, scaleFactor: 0.45 }, from: { enabled: tie.both, scaleFactor: 0.45 } },
    color: { color: LINE, opacity: lit ? 0.1 : state.person !== null ? 0.75 : clear(tie.from) && clear(tie.to) ? (pairs.length > 300 ? 0.28 : 0.45) : 0.05 },
  }));
};
const litLines = () => litPath().slice(1).map((person, at) => ({
  id: `l${at}`, from: `p${litPath()[at]}`, to: `p${person}`, width: 6, dashes: [16, 8],
  arrows: { to: { enabled: true, scaleFactor: 0.8 } }, color: { color: PATH, opacity: 1 },
}));

const replaceAll = (set, rows) => {
  const wanted = new Set(rows.map((row) => row.id));
  set.remove(set.getIds().filter((id) => !wanted.has(id)));
  set.update(rows);
};

const drawn = { people: [], groups: [], lines: 0 };
const drawPicture = () => {
  drawn.people = visiblePeople();
  drawn.groups = visibleGroups();
  const focus = focusPeople();
  const lines = [...groupLines(new Set(drawn.groups)), ...peopleLines(new Set(drawn.people)), ...litLines()];
  drawn.lines = lines.length;
  edgeSet.clear();
  replaceAll(nodeSet, [...drawn.groups.map(groupNode), ...drawn.people.map((person) => personNode(person, focus))]);
  edgeSet.add(lines);
};

// The camera: a box around what matters now.
const boxAround = (points, margin) => points.reduce((box, { x, y, r }) => ({
  left: Math.min(box.left, x - r - margin), right: Math.max(box.right, x + r + margin),
  top: Math.min(box.top, y - r - margin), bottom: Math.max(box.bottom, y + r + margin),
}), { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity });
// Room is kept above for the name of the topmost disc.
const look = (points, { margin = 30, closest = 1.6 } = {}) => {
  if (!points.length || stage.clientWidth < 40 || stage.clientHeight < 40) return;
  const box = boxAround(points, margin);
  const scale = Math.min(stage.clientWidth / (box.right - box.left), (stage.clientHeight - 40) / (box.bottom - box.top), closest);
  picture.moveTo({
    position: { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 - 14 / scale },
    scale,
    animation: still.matches ? false : { duration: 350, easingFunction: 'easeInOutQuad' },
  });
};
const lookAtAll = () => look(discs, { closest: 1.4 });
const lookAtWhatMatters = () => {
  if (litPath().length) look(litPath().map((person) => ({ ...xy(person), r: 60 })), { margin: 60, closest: 1.1 });
  else if (state.person !== null) look([...new Set([...focusPeople()].map((person) => xy(person).disc))].map((disc) => discs[disc]), { closest: 1.1 });
  else if (state.open !== null) look([discs[state.open]], { margin: 40 });
  else lookAtAll();
};
const zoom = (factor) => picture.moveTo({ scale: Math.min(Math.max(picture.getScale() * factor, 0.05), 6), animation: false });
const pan = (dx, dy) => {
  const at = picture.getViewPosition();
  const step = 60 / picture.getScale();
  picture.moveTo({ position: { x: at.x + dx * step, y: at.y + dy * step }, animation: false });
};
