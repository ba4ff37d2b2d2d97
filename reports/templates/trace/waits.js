
// The waits of a traced component: the format is that of src/trace/waits/mod.rs.
class Waits extends Turns {
  constructor(bytes) {
    super(bytes);
    this.start = this.summedUp();
    const [handles, alive] = [this.summedUp(), this.summedUp()];
    const [ready, worked, blocked, after, calls, wasted] = [0, 1, 2, 3, 4, 5].map(() => this.read());
    const all = { blocked, worked, after, calls, wasted, ready, handles, alive };
    this.columns = Object.fromEntries(Object.entries(all).map(([name, values]) => [name, new Column(values)]));
    this.end = this.endsAfter(worked, blocked, after);
    this.rows = this.listRows();
  }

  // When within its call the host worked is not known: it is shown after the wait.
  listRows() {
    const { blocked, worked } = this.columns;
    const woken = (turn) => this.start[turn] + blocked.values[turn];
    const returned = (turn) => woken(turn) + worked.values[turn];
    const afterIt = (turn) => [returned(turn), this.next(turn)];
    const untilNext = (turn) => [this.start[turn], this.next(turn)];
    const row = (key, title, show, span) => ({ key, title, show, span, color: `--timeline-${key}` });
    return [
      row('blocked', 'blocked: nothing was ready', duration, (turn) => [this.start[turn], woken(turn)]),
      row('worked', "the host's work in the call", duration, (turn) => [woken(turn), returned(turn)]),
      row('after', 'until the next call', duration, afterIt),
      row('calls', 'other calls of the host after it', mean, afterIt),
      row('wasted', 'looks of no use', mean, untilNext),
      row('ready', 'ready set: handles that were ready', mean, untilNext),
      row('handles', 'handles in the list', mean, untilNext),
      row('alive', 'pollables alive', mean, untilNext),
    ];
  }

  // Words about one call.
  words(turn) {
    const value = (name) => this.columns[name].values[turn];
    return `Call ${count(turn + 1)} at ${duration(this.start[turn])}: ${count(value('handles'))} handles of `
      + `${count(value('alive'))} pollables alive, ${count(value('ready'))} ready; blocked for ${duration(value('blocked'))}, `
      + `${duration(value('worked'))} of work in the host, then ${duration(value('after'))} until the next call, `
      + `with ${count(value('calls'))} other calls of the host. Of it and the calls of ready after it, `
      + `${count(value('wasted'))} were of no use.`;
  }

  // Words about a range of calls.
  rangeWords(from, to) {
    const of = (name, show) => ofRange(this.columns[name], from, to, show);
    return `${count(to - from)} calls, from ${count(from + 1)} to ${count(to)}. On average a call blocks for `
      + `${of('blocked', duration)}, takes the host ${of('worked', duration)}, and has ${of('handles', mean)} handles, `
      + `${of('ready', mean)} of them ready; ${of('after', duration)} go by until the next one, with ${of('calls', mean)} other `
      + `calls of the host. ${count(this.columns.wasted.sum(from, to))} looks were of no use.`;
  }
}

showTimeline(Waits);
