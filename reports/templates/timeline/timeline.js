
// The timeline: what is in view, and how it is moved. drawing.js draws it.
const timelineBox = document.getElementById('timeline');
let timeline = null;

// Shows the timeline of the page, whose calls are of this kind.
function showTimeline(Kind) {
  if (!timelineBox) return;
  unpack(document.getElementById('turns').textContent).then((bytes) => new Kind(bytes)).then(
    (turns) => { timeline = new Timeline(timelineBox, turns); },
    (error) => { timelineBox.querySelector('output').textContent = `The timeline can't be unpacked: ${error}`; },
  );
}

class Timeline {
  constructor(box, turns) {
    this.turns = turns;
    this.box = box;
    this.canvas = box.querySelector('canvas');
    this.output = box.querySelector('output');
    this.markers = [...document.querySelectorAll('#markers button')].map((button) => ({
      button, turn: Number(button.dataset.turn), kind: button.dataset.kind,
    }));
    this.view = [0, turns.end];
    this.selected = null;
    this.listen();
    box.classList.add('scripts');
    new ResizeObserver(() => this.draw()).observe(this.canvas.parentElement);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.draw());
    this.draw();
    this.say();
    performance.mark('timeline shown');
  }

  draw() {
    const start = performance.now();
    drawTimeline(this);
    performance.clearMeasures('timeline drawn');
    performance.measure('timeline drawn', { start, end: performance.now() });
  }

  // Shows a span of time, as far as there is one; the shortest is of 100 ns.
  show(from, to) {
    const span = Math.min(Math.max(to - from, 100), this.turns.end);
    const start = Math.min(Math.max(from, 0), this.turns.end - span);
    this.view = [start, start + span];
    this.draw();
    this.say();
  }

  zoom(factor, time = this.middle()) {
    const [from, to] = this.view;
    this.show(time - (time - from) * factor, time + (to - time) * factor);
  }

  pan(part) {
    const [from, to] = this.view;
    this.show(from + (to - from) * part, to + (to - from) * part);
  }

  // The selected call if it is in view, the middle of the view otherwise.
  middle() {
    const [from, to] = this.view;
    const at = this.selected === null ? NaN : this.turns.start[this.selected];
    return at >= from && at <= to ? at : (from + to) / 2;
  }

  // Selects a call and shows it; `near`, with some calls around it.
  select(turn, near = false) {
    const { start, count } = this.turns;
    this.selected = Math.min(Math.max(turn, 0), count - 1);
    const at = start[this.selected];
    const [from, to] = this.view;
    if (near) {
      const first = start[Math.max(this.selected - 8, 0)];
      const last = start[Math.min(this.selected + 9, count - 1)];
      this.show(first, Math.max(last, at + 100));
    } else if (at < from || at > to) {
      this.show(at - (to - from) / 2, at + (to - from) / 2);
    } else {
      this.draw();
      this.say();
    }
  }

  selectMarker(direction) {
    const at = this.selected ?? (direction > 0 ? -1 : this.turns.count);
    const ahead = this.markers.filter((it) => (it.turn - at) * direction > 0);
    ahead.sort((a, b) => (a.turn - b.turn) * direction);
    if (ahead.length) this.select(ahead[0].turn, true);
  }

  say(text = this.selected === null ? summaryOf(this) : this.turns.words(this.selected)) {
    this.output.textContent = text;
  }

  timeAt(event) {
    const place = this.canvas.getBoundingClientRect();
    const part = (event.clientX - place.left) / place.width;
    return this.view[0] + part * (this.view[1] - this.view[0]);
  }

  listen() {
    const keys = {
      '+': () => this.zoom(0.5), '=': () => this.zoom(0.5), ArrowUp: () => this.zoom(0.5),
      '-': () => this.zoom(2), ArrowDown: () => this.zoom(2),
      ArrowLeft: () => this.pan(-0.2), ArrowRight: () => this.pan(0.2),
      Home: () => this.show(0, this.view[1] - this.view[0]),
      End: () => this.show(this.turns.end - (this.view[1] - this.view[0]), this.turns.end),
      0: () => this.show(0, this.turns.end),
      '.': () => this.select(this.selected === null ? this.turns.at(this.view[0]) : this.selected + 1),
      ',': () => this.select(this.selected === null ? this.turns.at(this.view[1]) : this.selected - 1),
      n: () => this.selectMarker(1), p: () => this.selectMarker(-1),
      Escape: () => { this.selected = null; this.draw(); this.say(); },
    };
    const surface = this.canvas.parentElement;
    surface.addEventListener('keydown', (event) => {
      const act = event.ctrlKey || event.altKey || event.metaKey ? undefined : keys[event.key];
      if (act) { event.preventDefault(); act(); }
    });
    for (const button of this.box.querySelectorAll('button[data-key]')) {
      button.addEventListener('click', () => keys[button.dataset.key]());
    }
    for (const { button, turn } of this.markers) {
      button.addEventListener('click', () => { this.select(turn, true); surface.focus(); });
    }
    surface.addEventListener('wheel', (event) => {
      // The page is scrolled until the chart has the focus.
      if (document.activeElement !== surface && !event.ctrlKey) return;
      event.preventDefault();
      this.zoom(Math.exp(Math.sign(event.deltaY) * 0.3), this.timeAt(event));
    }, { passive: false });
    this.listenToPointer(surface);
  }

  listenToPointer(surface) {
    let drag = null;
    surface.addEventListener('pointerdown', (event) => {
      drag = { x: event.clientX, view: this.view, moved: false };
      surface.setPointerCapture(event.pointerId);
    });
    surface.addEventListener('pointermove', (event) => {
      if (!drag) return this.say(hoverWords(this, this.timeAt(event)));
      const distance = event.clientX - drag.x;
      drag.moved ||= Math.abs(distance) > 3;
      const shift = (distance / surface.clientWidth) * (drag.view[1] - drag.view[0]);
      if (drag.moved) this.show(drag.view[0] - shift, drag.view[1] - shift);
    });
    surface.addEventListener('pointerup', (event) => {
      if (drag && !drag.moved) this.select(this.turns.at(this.timeAt(event)));
      drag = null;
    });
    surface.addEventListener('pointercancel', () => { drag = null; });
    surface.addEventListener('pointerleave', () => { if (!drag) this.say(); });
  }
}

function summaryOf(timeline) {
  const { turns, view } = timeline;
  if (!turns.count) return 'There are no calls.';
  const from = turns.at(view[0]);
  const to = Math.max(turns.from(view[1]), from + 1);
  return `In view: ${duration(view[0])} to ${duration(view[1])}. ${turns.rangeWords(from, to)}`;
}

// Words about what is under the pointer: a call, or all those of one pixel.
function hoverWords(timeline, time) {
  const { turns, view, canvas } = timeline;
  if (!turns.count) return summaryOf(timeline);
  const pixel = (view[1] - view[0]) / canvas.clientWidth;
  const [from, to] = [turns.from(time), turns.from(time + pixel)];
  return to - from > 1 ? `At ${duration(time)}: ${turns.rangeWords(from, to)}` : turns.words(turns.at(time));
}

// The mean of a column in a range of calls, and its most.
function ofRange(column, from, to, show) {
  return `${show(column.sum(from, to) / (to - from))} (at most ${show(column.most(from, to))})`;
}

function count(value) {
  return Math.round(value).toLocaleString('en');
}

function mean(value) {
  return value >= 100 ? count(value) : value.toLocaleString('en', { maximumSignificantDigits: 3 });
}

// As format::duration writes it.
function duration(nanoseconds) {
  const units = [['s', 1e9], ['ms', 1e6], ['µs', 1e3], ['ns', 1]];
  const [unit, size] = units.find(([, size]) => Math.abs(nanoseconds) >= size * 0.9995) ?? units[3];
  const value = nanoseconds / size;
  return `${value.toFixed(value < 9.995 ? 2 : value < 99.95 ? 1 : 0)} ${unit}`;
}
