
// The turns of a guest's loop: the format is that of src/profile/timeline/pack.rs.

// Where woken-by codes are told apart: start, pollable, timer, yield.
const REASONS = ['start', 'pollable', 'timer', 'yield'];
const TIMER = 2;

class LoopTurns extends Turns {
  constructor(bytes) {
    super(bytes);
    this.start = this.summedUp();
    const handles = this.summedUp();
    const [ready, poll, guest] = [0, 1, 2].map(() => this.read());
    this.readSteps();
    this.columns = {
      poll: new Column(poll),
      guest: new Column(guest),
      tasks: new Column(this.stepsOf((reason) => reason !== TIMER)),
      timers: new Column(this.stepsOf((reason) => reason === TIMER)),
      ready: new Column(ready),
      handles: new Column(handles),
    };
    this.end = this.endsAfter(poll, guest);
    this.rows = this.listRows();
  }

  // Polls and the guest's time where they were, tasks side by side in the guest's time, lists
  // until the next call.
  listRows() {
    const { poll, guest } = this.columns;
    const ran = (turn) => this.start[turn] + poll.values[turn];
    const inGuest = (turn) => [ran(turn), ran(turn) + guest.values[turn]];
    const untilNext = (turn) => [this.start[turn], this.next(turn)];
    const steps = (key) => (c, turn, place, base, ink) => drawSteps(c, this, turn, key, place, base, ink);
    return [
      { key: 'poll', title: 'poll calls: time in each', show: duration, color: '--timeline-poll', span: (turn) => [this.start[turn], ran(turn)] },
      { key: 'guest', title: 'guest: time until the next call', show: duration, color: '--timeline-guest', span: inGuest },
      { key: 'tasks', title: 'tasks run after a call', show: mean, color: '--timeline-tasks', span: inGuest, drawInside: steps('tasks') },
      { key: 'timers', title: 'timers: tasks run for one', show: mean, color: '--timeline-timers', span: inGuest, drawInside: steps('timers') },
      { key: 'ready', title: 'ready set: handles that were ready', show: mean, color: '--timeline-ready', span: untilNext },
      { key: 'handles', title: 'handles in the list', show: mean, color: '--timeline-handles', span: untilNext },
    ];
  }

  readSteps() {
    const { numbers } = this;
    this.firstStep = new Uint32Array(this.count + 1);
    for (let turn = 0; turn < this.count; turn++) {
      this.firstStep[turn + 1] = this.firstStep[turn] + numbers.next();
    }
    const steps = this.firstStep[this.count];
    if (steps > numbers.bytes.length) throw new RangeError('more steps are announced than there are');
    this.task = summedUp(numbers, new Uint32Array(steps));
    this.reason = read(numbers, new Uint8Array(steps));
  }

  // How many steps of each turn are of a kind.
  stepsOf(isOfKind) {
    const counts = new Float64Array(this.count);
    for (let turn = 0; turn < this.count; turn++) {
      for (let step = this.firstStep[turn]; step < this.firstStep[turn + 1]; step++) {
        if (isOfKind(this.reason[step])) counts[turn]++;
      }
    }
    return counts;
  }

  // Words about one call.
  words(turn) {
    const { poll, guest, ready, handles } = this.columns;
    const [first, end] = [this.firstStep[turn], this.firstStep[turn + 1]];
    const tasks = [];
    for (let step = first; step < Math.min(end, first + 12); step++) {
      tasks.push(`${count(this.task[step])} (${REASONS[this.reason[step]] ?? '?'})`);
    }
    if (end - first > tasks.length) tasks.push(`and ${count(end - first - tasks.length)} more`);
    return `Call ${count(turn + 1)} at ${duration(this.start[turn])}: `
      + `${count(handles.values[turn])} handles, ${count(ready.values[turn])} ready; `
      + `${duration(poll.values[turn])} in poll, then ${duration(guest.values[turn])} in the guest; `
      + `tasks run: ${tasks.join(', ') || 'none'}.`;
  }

  // Words about a range of calls.
  rangeWords(from, to) {
    const { poll, guest, ready, handles, tasks, timers } = this.columns;
    const of = (column, show) => ofRange(column, from, to, show);
    return `${count(to - from)} calls, from ${count(from + 1)} to ${count(to)}. On average a call takes `
      + `${of(poll, duration)} in poll, then ${of(guest, duration)} in the guest, with `
      + `${of(handles, mean)} handles, ${of(ready, mean)} of them ready, and runs ${of(tasks, mean)} tasks, `
      + `and ${of(timers, mean)} for timers.`;
  }
}

// The tasks of a call, in order, with their numbers where there is room. When within the
// guest's time each ran is not known.
function drawSteps(c, turns, turn, key, [left, right], base, ink) {
  const first = turns.firstStep[turn];
  const all = turns.firstStep[turn + 1] - first;
  const width = (right - left) / all;
  if (width < 26) return;
  const color = c.fillStyle;
  for (let step = 0; step < all; step++) {
    if ((turns.reason[first + step] === TIMER) !== (key === 'timers')) continue;
    const [x, y] = [left + step * width, base - 15];
    c.fillStyle = ink('--page');
    c.fillRect(x + 2, y, width - 4, 14);
    c.fillStyle = ink('--text');
    c.textAlign = 'center';
    const reason = REASONS[turns.reason[first + step]] ?? '';
    const name = String(turns.task[first + step]);
    const long = `${name} ${reason}`;
    c.fillText(c.measureText(long).width < width - 6 ? long : name, x + width / 2, base - 4, width - 6);
  }
  c.fillStyle = color;
}

showTimeline(LoopTurns);
