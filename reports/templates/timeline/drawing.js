
// Draws a timeline: rows over one axis of time. From far, each pixel shows the mean of its
// calls and, paler, the most; from near, each call is to scale.
const ROW = { label: 17, plot: 34, gap: 8 };
const AXIS = 24;
const MARKERS = 20;
// Each kind of marker has a shape of its own, so that colour is not needed.
const SHAPES = {
  failure: (c, x, y) => { c.moveTo(x - 5, y - 5); c.lineTo(x + 5, y + 5); c.moveTo(x + 5, y - 5); c.lineTo(x - 5, y + 5); },
  long: (c, x, y) => { c.rect(x - 5, y - 5, 10, 10); },
  starved: (c, x, y) => { c.arc(x, y, 5, 0, 2 * Math.PI); c.closePath(); },
  grown: (c, x, y) => { c.moveTo(x - 6, y + 5); c.lineTo(x, y - 5); c.lineTo(x + 6, y + 5); c.closePath(); },
  wasted: (c, x, y) => { c.moveTo(x - 6, y - 5); c.lineTo(x + 6, y - 5); c.lineTo(x, y + 5); c.closePath(); },
};

function drawTimeline(timeline) {
  const { canvas, turns, view } = timeline;
  const width = Math.max(canvas.parentElement.clientWidth, 100);
  const height = MARKERS + turns.rows.length * (ROW.label + ROW.plot + ROW.gap) + AXIS;
  const ratio = devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    Object.assign(canvas, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
    canvas.style.height = `${height}px`;
  }
  const c = canvas.getContext('2d');
  c.setTransform(ratio, 0, 0, ratio, 0, 0);
  c.clearRect(0, 0, width, height);
  const style = getComputedStyle(canvas);
  const ink = (name) => style.getPropertyValue(name).trim();
  c.font = `12px ${style.fontFamily}`;
  const x = (time) => ((time - view[0]) / (view[1] - view[0])) * width;
  const from = turns.count ? turns.at(view[0]) : 0;
  const to = Math.max(turns.from(view[1]), Math.min(from + 1, turns.count));
  const frame = { c, turns, view, width, height, x, ink, from, to };
  drawAxis(frame);
  // With two pixels for a call there is room to show each.
  frame.columns = to - from > width / 2 ? columnsOf(frame) : null;
  turns.rows.forEach((row, index) => drawRow(frame, row, MARKERS + index * (ROW.label + ROW.plot + ROW.gap)));
  drawMarkers(frame, timeline);
}

// The range of turns that begin within each pixel.
function columnsOf({ turns, view, width, from, to }) {
  const first = new Uint32Array(width + 1);
  for (let column = 0; column <= width; column++) {
    const time = view[0] + ((view[1] - view[0]) * column) / width;
    first[column] = Math.min(Math.max(turns.from(time), from), to);
  }
  return first;
}

function drawRow(frame, row, top) {
  const { c, turns, width, from, to, ink } = frame;
  const column = turns.columns[row.key];
  const most = column.most(from, to);
  c.fillStyle = ink('--text');
  c.textBaseline = 'alphabetic';
  c.textAlign = 'left';
  c.fillText(`${row.title}${most > 0 ? `, up to ${row.show(most)}` : ', none'}`, 2, top + 12, width - 4);
  const base = top + ROW.label + ROW.plot;
  c.fillStyle = ink('--line');
  c.fillRect(0, base, width, 1);
  if (!most) return;
  c.fillStyle = ink(row.color);
  const y = (value) => (value / most) * ROW.plot;
  if (frame.columns) drawColumns(frame, column, base, y);
  else drawTurns(frame, row, column, base, y);
}

function drawColumns({ c, columns, width }, column, base, y) {
  const bar = (x, height) => c.fillRect(x, base - height, 1, height);
  const ends = [];
  let sum = column.sumBefore(columns[0]);
  for (let x = 0; x < width; x++) {
    const [from, to] = [columns[x], columns[x + 1]];
    if (from === to) continue;
    const before = sum;
    sum = column.sumBefore(to);
    ends.push([x, y((sum - before) / (to - from)), y(column.most(from, to))]);
  }
  c.globalAlpha = 0.4;
  for (const [x, , most] of ends) bar(x, Math.max(most, 1));
  c.globalAlpha = 1;
  for (const [x, mean] of ends) bar(x, Math.max(mean, 1));
}

// Each call over the time that the row has for it, and what the row has to say inside of that.
function drawTurns({ c, turns, x, from, to, ink }, row, column, base, y) {
  for (let turn = from; turn < to; turn++) {
    const value = column.values[turn];
    if (!value) continue;
    const [left, right] = row.span(turn);
    // Whole pixels have sharp edges.
    const x1 = Math.round(x(left));
    const x2 = Math.max(Math.round(x(right)), x1 + 1);
    const high = Math.max(Math.round(y(value)), 1);
    c.fillRect(x1, base - high, x2 - x1, high);
    row.drawInside?.(c, turn, [x1, x2], base, ink);
  }
}

function drawAxis({ c, view, width, height, x, ink }) {
  const span = view[1] - view[0];
  const rough = span / Math.max(Math.floor(width / 110), 2);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((it) => it * power).find((it) => it >= rough);
  const bottom = height - AXIS;
  c.textBaseline = 'alphabetic';
  for (let tick = Math.ceil(view[0] / step); tick * step <= view[1]; tick++) {
    const at = x(tick * step);
    c.fillStyle = ink('--line');
    c.fillRect(Math.round(at), MARKERS, 1, bottom - MARKERS + 4);
    c.fillStyle = ink('--muted');
    const label = roundDuration(tick * step, step);
    const half = c.measureText(label).width / 2;
    c.textAlign = 'center';
    c.fillText(label, Math.min(Math.max(at, half), width - half), height - 7);
  }
}

// A time on the axis, with as many digits as the step needs.
function roundDuration(time, step) {
  const units = [['s', 1e9], ['ms', 1e6], ['µs', 1e3], ['ns', 1]];
  const [unit, size] = units.find(([, size]) => time >= size) ?? units[3];
  const digits = Math.min(Math.max(-Math.floor(Math.log10(step / size) + 1e-9), 0), 9);
  return `${(time / size).toLocaleString('en', { maximumFractionDigits: digits })} ${unit}`;
}

function drawMarkers({ c, turns, x, width, ink }, { markers, selected }) {
  c.lineWidth = 2;
  if (selected !== null) {
    c.fillStyle = ink('--focus');
    fillRows(c, turns, Math.round(x(turns.start[selected])) - 1, 2);
  }
  for (const { turn, kind } of markers) {
    const at = x(turns.start[Math.min(turn, turns.count - 1)]);
    if (!(at >= -6 && at <= width + 6)) continue;
    c.beginPath();
    SHAPES[kind]?.(c, Math.min(Math.max(at, 7), width - 7), MARKERS / 2);
    c.strokeStyle = ink('--timeline-marker');
    c.stroke();
    c.fillStyle = ink('--timeline-marker');
    fillRows(c, turns, Math.round(at), 1);
  }
}

// An upright line through the rows, but for their titles.
function fillRows(c, turns, left, width) {
  turns.rows.forEach((_, index) => {
    const top = MARKERS + index * (ROW.label + ROW.plot + ROW.gap) + ROW.label;
    c.fillRect(left, top, width, ROW.plot);
  });
}
