// Words on the canvas: always at reading size, never one over another, the most important first.

const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';
let hovered = null;
let taken = [];

const clash = (box) => taken.some((other) => box.left < other.right && box.right > other.left && box.top < other.bottom && box.bottom > other.top);

// One label in screen pixels around a point of the map; the first of the places that is free. `must` is drawn in any case.
const label = (context, text, at, { size = 13, weight = 400, colour = INK, gap = 0, must = false, places = ['below', 'above', 'right', 'left'] } = {}) => {
  const scale = picture.getScale();
  context.font = `${weight} ${size / scale}px ${FONT}`;
  const width = context.measureText(text).width * scale;
  const height = size * 1.25;
  const x = at.x * scale;
  const y = at.y * scale;
  const spots = {
    below: [x, y + gap + height / 2 + 2], above: [x, y - gap - height / 2 - 2],
    right: [x + gap + width / 2 + 4, y], left: [x - gap - width / 2 - 4, y], middle: [x, y],
  };
  const boxes = places.map((name) => spots[name]).map(([left, top]) => ({
    x: left, y: top, left: left - width / 2 - 2, right: left + width / 2 + 2, top: top - height / 2, bottom: top + height / 2,
  }));
  const box = boxes.find((one) => !clash(one)) || (must ? boxes[0] : null);
  if (!box) return false;
  taken.push(box);
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  if (places[0] !== 'middle') {
    context.lineJoin = 'round';
    context.lineWidth = 4 / scale;
    context.strokeStyle = 'rgba(255, 255, 255, 0.92)';
    context.strokeText(text, box.x / scale, box.y / scale);
  }
  context.fillStyle = colour;
  context.fillText(text, box.x / scale, box.y / scale);
  return true;
};

const drawDiscs = (context) => {
  const scale = picture.getScale();
  discs.forEach((disc, at) => {
    context.beginPath();
    context.arc(disc.x, disc.y, disc.r, 0, 2 * Math.PI);
    context.fillStyle = at === state.open ? '#eef4f9' : '#f4f6f8';
    context.fill();
    context.lineWidth = (at === state.open ? 2 : 1) / scale;
    context.strokeStyle = at === state.open ? '#0072b2' : '#dfe5ea';
    context.stroke();
  });
};

const block = (x, y, r) => {
  const scale = picture.getScale();
  taken.push({ left: (x - r) * scale, right: (x + r) * scale, top: (y - r) * scale, bottom: (y + r) * scale });
};

const darkText = new Set(['#e69f00', '#56b4e9', '#f0e442', '#cc79a7', '#9aa5b1', '#009e73', '#d55e00']);
const drawGroupCounts = (context) => {
  const scale = picture.getScale();
  const order = [...drawn.groups].sort((a, b) => groups.people[b] - groups.people[a]);
  for (const group of order) block(groupNodes[group].x, groupNodes[group].y, groupNodes[group].size * 0.9);
  for (const group of order) {
    const { x, y, size: radius } = groupNodes[group];
    const matching = matchingIn(group);
    const text = state.mode === 'hide' || matching === groups.people[group] ? String(matching) : `${matching}/${groups.people[group]}`;
    const inside = radius * scale > 7 + 4.2 * text.length;
    if (inside) {
      const look = lookOf(group);
      const lift = look.shape === 'triangle' ? 0.22 * radius : look.shape === 'triangleDown' ? -0.22 * radius : 0;
      const dark = darkText.has(look.colour) || !matching;
      label(context, text, { x, y: y + lift }, { size: Math.min(15, Math.max(11, radius * scale * 0.5)), weight: 600, colour: dark ? INK : '#ffffff', must: true, places: ['middle'] });
    } else label(context, text, { x, y }, { size: 11, weight: 600, gap: radius * scale, places: ['below', 'right', 'left', 'above'] });
  }
};

const drawBadge = (context, text, node) => {
  const scale = picture.getScale();
  const x = node.x + (node.size + 9 / scale) * 0.75;
  const y = node.y - (node.size + 9 / scale) * 0.75;
  context.beginPath();
  context.arc(x, y, 9 / scale, 0, 2 * Math.PI);
  context.fillStyle = INK;
  context.fill();
  context.lineWidth = 2 / scale;
  context.strokeStyle = '#ffffff';
  context.stroke();
  context.font = `700 ${11 / scale}px ${FONT}`;
  context.fillStyle = '#ffffff';
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(text, x, y + 0.5 / scale);
  block(x, y, 9 / scale);
};

const drawPeopleNames = (context) => {
  const scale = picture.getScale();
  const lit = litPath();
  const rows = state.person === null ? [] : candidatesOf.get(state.person) || [];
  const name = (person, options) => label(context, shorten(people.label[person], 28), xy(person), { gap: (xy(person).size + 3) * scale, ...options });
  const named = new Set();
  const once = (person, options) => {
    if (named.has(person)) return;
    named.add(person);
    name(person, options);
  };
  for (const person of new Set([state.person, ...lit, ...rows.map((row) => row.candidate)])) {
    if (person !== null) block(xy(person).x, xy(person).y, xy(person).size);
  }
  rows.forEach((row, at) => {
    if (!lit.length || lit.includes(row.candidate)) drawBadge(context, String(row.rank || at + 1), xy(row.candidate));
  });
  if (state.person !== null) once(state.person, { size: 15, weight: 700, must: true });
  for (const person of lit) once(person, { weight: 700, must: true });
  if (!lit.length) for (const row of rows) once(row.candidate, { weight: 600 });
  if (hovered !== null && hovered[0] === 'p') once(place(hovered), { weight: 600, must: true });
  if (scale > 0.75 && !lit.length && drawn.people.length < 400) {
    // Names that nobody asked for keep clear of every shape.
    for (const person of drawn.people) block(xy(person).x, xy(person).y, xy(person).size);
    const order = [...drawn.people].sort((a, b) => people.leader[b] - people.leader[a] || a - b);
    for (const person of order) if (matches(person)) once(person, { size: 11 });
  }
};

const drawDiscNames = (context) => {
  const scale = picture.getScale();
  const order = discs.map((_, at) => at).sort((a, b) => discs[b].r - discs[a].r || a - b);
  for (const at of order) {
    const { x, y, r, name } = discs[at];
    const room = Math.max(10, Math.round((2.2 * r * scale) / 7));
    label(context, shorten(name, Math.min(room, 34)), { x, y: y - r }, { size: 14, weight: 650, colour: '#2b3744', gap: 1, places: ['above'] });
  }
};

picture.on('beforeDrawing', drawDiscs);
picture.on('afterDrawing', (context) => {
  taken = [];
  if (state.person === null) drawDiscNames(context);
  drawGroupCounts(context);
  if (people) drawPeopleNames(context);
  if (state.person !== null) drawDiscNames(context);
  if (hovered !== null && hovered[0] === 'g') {
    const node = groupNodes[place(hovered)];
    label(context, groupName(place(hovered)), node, { weight: 600, gap: node.size * picture.getScale(), must: true });
  }
});
picture.on('hoverNode', ({ node }) => {
  hovered = node;
  stage.classList.add('pointing');
  picture.redraw();
});
picture.on('blurNode', () => {
  hovered = null;
  stage.classList.remove('pointing');
  picture.redraw();
});

const wrapped = (context, text, room) => {
  const lines = [''];
  for (const word of text.split(' ')) {
    const longer = `${lines[lines.length - 1]} ${word}`.trim();
    if (context.measureText(longer).width <= room || !lines[lines.length - 1]) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
};
// The picture as PNG: title above, legend and provenance below, so that it can stand alone on a slide.
const pictureAsCanvas = () => {
  const source = stage.querySelector('canvas');
  const ratio = source.width / stage.clientWidth;
  const made = document.createElement('canvas');
  const context = made.getContext('2d');
  context.font = `12px ${FONT}`;
  const provenance = document.querySelector('.foot-line').textContent.replace(/\s+/g, ' ').trim();
  const foot = [byId('status').textContent, provenance].flatMap((text) => wrapped(context, text, stage.clientWidth - 32));
  made.width = source.width;
  made.height = source.height + (88 + 18 * foot.length) * ratio;
  context.scale(ratio, ratio);
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, made.width, made.height);
  context.drawImage(source, 0, 44, stage.clientWidth, stage.clientHeight);
  context.fillStyle = INK;
  context.font = `650 20px ${FONT}`;
  context.fillText(shorten(facts.title, 80), 16, 30);
  const bottom = 44 + stage.clientHeight;
  context.font = `13px ${FONT}`;
  let x = 16;
  for (const look of facts.values) {
    if (x > stage.clientWidth - 120) break;
    context.fillStyle = look.colour;
    const path = look.shape === 'dot' ? new Path2D('M0.5 7a6.5 6.5 0 1 0 13 0a6.5 6.5 0 1 0 -13 0') : new Path2D(`M${POLYGONS[look.shape].replaceAll(' ', 'L')}Z`);
    context.translate(x, bottom + 9);
    context.fill(path);
    context.translate(-x, -bottom - 9);
    context.fillStyle = INK;
    context.fillText(shorten(look.name, 24), x + 20, bottom + 21);
    x += 44 + context.measureText(shorten(look.name, 24)).width;
  }
  context.fillStyle = '#56616f';
  context.font = `12px ${FONT}`;
  foot.forEach((line, at) => context.fillText(line, 16, bottom + 44 + 18 * at));
  return made;
};
