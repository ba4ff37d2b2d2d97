//! Counts what happens to pollables while it happens: all that the summary and the diagnosis
//! rest on. A call costs a few nanoseconds for each pollable that is passed.

mod counts;
mod slots;

use hdrhistogram::Histogram;

use super::event::{Event, Function, Look, Made};
use super::kind::PollableKind;
pub use counts::{Counts, Forgotten, KindCounts, Spread, Waste};
use slots::Slots;

/// A look after which at most so many other calls were made ran about one task.
const FEW: u64 = 8;
/// A list of so many pollables is dear enough for a look to be a waste, and so many that are
/// reported again without being touched are no accident.
const MANY: u64 = 16;

/// The counts of a trace so far.
pub struct Tally {
    counts: Counts,
    slots: Slots,
    handles: Histogram<u64>,
    waits: Histogram<u64>,
    /// The number of the last look.
    looks: u64,
    /// Moves when something other than a look is done.
    epoch: u64,
    /// Pollables that were made or dropped since the last look, without markers.
    touched: u64,
    /// Timers that were made since the last look.
    timers_made: u64,
    /// Whether the last look that waited has reported something else than timers only.
    found_other: bool,
}

impl Default for Tally {
    fn default() -> Self {
        let histogram = || Histogram::new(3).expect("three digits can be kept");
        Self {
            counts: Counts::default(),
            slots: Slots::default(),
            handles: histogram(),
            waits: histogram(),
            looks: 0,
            epoch: 0,
            touched: 0,
            timers_made: 0,
            found_other: false,
        }
    }
}

/// What a list of pollables has in it, and what was ready of it.
#[derive(Clone, Copy, Debug, Default)]
struct Found {
    markers: u64,
    timers: u64,
    others: u64,
    /// Ready markers.
    marked: u64,
    /// Those that were not reported before, or after something was done.
    fresh: u64,
    /// Of the ready ones, those that the last look has reported too.
    again: u64,
    /// Of the ready ones, timers that are no markers.
    due: u64,
}

impl Tally {
    /// Counts an event of a trace file.
    pub fn event(&mut self, event: &Event) {
        match event {
            Event::Made(pollable, made) => self.made(*pollable, *made),
            Event::Dropped(pollable) => self.dropped(*pollable),
            Event::Looked { function, list, ready, calls, took } => {
                self.looked(&Look { function: *function, list, ready, calls: *calls, took: *took })
            }
        }
    }

    /// Counts that a pollable was made.
    pub fn made(&mut self, pollable: u32, made: Made) {
        self.counts.kinds[made.kind.place()].made += 1;
        if made.is_marker() {
            self.counts.markers_made += 1;
        } else {
            self.touched += 1;
            self.timers_made += u64::from(made.kind == PollableKind::Timer);
        }
        self.slots.made(pollable, made, self.counts.waits());
    }

    /// Counts that a pollable was dropped.
    pub fn dropped(&mut self, pollable: u32) {
        let Some(slot) = self.slots.dropped(pollable) else { return };
        self.counts.kinds[slot.kind.place()].dropped += 1;
        self.touched += u64::from(!slot.is_marker);
    }

    /// How many looks were of no use so far, as the diagnosis counts them.
    pub(super) fn wasted(&self) -> u64 {
        let Counts { after_each, idle_asking, idle_marked, idle_left, .. } = &self.counts;
        [after_each, idle_asking, idle_marked, idle_left].iter().map(|it| it.looks).sum()
    }

    /// The pollables that are alive.
    pub fn alive(&self) -> Vec<u32> {
        self.slots.alive()
    }

    /// Counts that pollables were looked at.
    pub fn looked(&mut self, look: &Look<'_>) {
        let progress = look.calls + std::mem::take(&mut self.touched);
        self.epoch += u64::from(progress > 0);
        self.counts.other_calls += look.calls;
        self.looks += 1;
        match look.function {
            Function::Ready => self.asked(look),
            Function::Poll | Function::Block => self.waited(look, progress),
        }
    }

    /// Counts a call of `ready`. It is idle if it finds nothing, and so did the call before
    /// of the same pollable, with nothing done since.
    fn asked(&mut self, look: &Look<'_>) {
        self.counts.ready_calls += 1;
        let is_ready = !look.ready.is_empty();
        self.counts.ready_answers += u64::from(is_ready);
        let waits = self.counts.waits();
        for pollable in look.list {
            let slot = self.slots.listed(*pollable, self.looks, waits);
            let is_idle = !is_ready && slot.asked == (self.epoch, waits);
            slot.asked = (self.epoch, waits);
            if is_ready {
                (slot.reported, slot.reported_in) = (self.looks, self.epoch);
            }
            if is_idle {
                self.counts.idle_asking.add(look);
            }
        }
    }

    fn waited(&mut self, look: &Look<'_>, progress: u64) {
        let before = self.counts.waits();
        let found = self.found(look, before);
        let counts = &mut self.counts;
        let handles = look.list.len() as u64;
        match look.function {
            Function::Block => counts.blocks += 1,
            _ => {
                counts.polls += 1;
                counts.handles += handles;
                counts.ready += look.ready.len() as u64;
                counts.worked += look.took.worked;
                record(&mut self.handles, handles);
            }
        }
        counts.blocked += look.took.blocked;
        record(&mut self.waits, look.took.blocked);
        let only_markers = found.marked == look.ready.len() as u64;
        let nothing_new = found.fresh == 0;
        if nothing_new && progress == 0 {
            let idle = if only_markers { &mut counts.idle_marked } else { &mut counts.idle_left };
            idle.add(look);
        } else if (only_markers && handles >= MANY && progress > 0 && progress <= FEW)
            || (found.again >= MANY && progress * 2 < found.again)
        {
            counts.after_each.add(look);
        }
        counts.marked += u64::from(found.markers > 0);
        counts.timers += found.timers;
        counts.others += found.others;
        counts.crowded += u64::from(found.timers > 1);
        counts.single += u64::from(found.timers + found.others == 1 && found.markers == 0);
        let made = std::mem::take(&mut self.timers_made);
        if self.found_other && found.timers > made {
            counts.set_beside += made;
        }
        let of_others = look.ready.len() as u64 - found.marked - found.due;
        self.found_other = of_others > 0 && found.due == 0;
    }

    /// Notes which pollables were looked at and which of them were ready.
    fn found(&mut self, look: &Look<'_>, before: u64) -> Found {
        let mut found = Found::default();
        for pollable in look.list {
            let slot = self.slots.listed(*pollable, self.looks, before + 1);
            match (slot.is_marker, slot.kind) {
                (true, _) => found.markers += 1,
                (false, PollableKind::Timer) => found.timers += 1,
                (false, _) => found.others += 1,
            }
            if slot.first {
                slot.first = false;
                self.counts.waited_for += 1;
                self.counts.turns_waited += before - slot.made_after.min(before);
            }
        }
        for position in look.ready {
            let Some(pollable) = look.list.get(*position as usize) else { continue };
            let slot = self.slots.listed(*pollable, self.looks, before + 1);
            if slot.is_marker {
                found.marked += 1;
                continue;
            }
            found.due += u64::from(slot.kind == PollableKind::Timer);
            found.again += u64::from(slot.reported + 1 == self.looks);
            found.fresh += u64::from(slot.reported == 0 || slot.reported_in != self.epoch);
            (slot.reported, slot.reported_in) = (self.looks, self.epoch);
        }
        found
    }

    /// The counts at the end of a trace.
    pub fn finish(mut self) -> Counts {
        self.counts.forgotten = self.slots.forgotten(self.counts.waits());
        self.counts.handles_a_poll = Spread::of(&self.handles);
        self.counts.blocked_a_wait = Spread::of(&self.waits);
        self.counts
    }
}

/// Adds to a histogram that grows with what it counts.
fn record(histogram: &mut Histogram<u64>, value: u64) {
    let recorded = histogram.record(value);
    debug_assert!(recorded.is_ok(), "there is room for every number");
}
