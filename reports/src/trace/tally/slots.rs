use crate::trace::event::Made;
use crate::trace::kind::PollableKind;

use super::counts::Forgotten;

/// A pollable that nobody has looked at for so many waits is not waited for.
const LONG: u64 = 64;

/// What is known of the pollables, by their places in the host's table.
#[derive(Default)]
pub struct Slots(Vec<Slot>);

/// What is known of a pollable.
#[derive(Clone, Copy, Debug)]
pub struct Slot {
    is_alive: bool,
    /// What it stands for.
    pub kind: PollableKind,
    /// Whether it is a marker.
    pub is_marker: bool,
    /// Whether no wait has looked at it.
    pub first: bool,
    /// How many waits there were before it was made.
    pub made_after: u64,
    /// The number of the last look at it, and of the last that reported it; 0 for none.
    listed: u64,
    pub reported: u64,
    /// How many waits there were up to the last look at it.
    listed_at: u64,
    /// The epoch in which it was reported.
    pub reported_in: u64,
    /// The epoch, and the waits before, in which `ready` was last called of it.
    pub asked: (u64, u64),
}

const NONE: Slot = Slot {
    is_alive: false,
    kind: PollableKind::Other,
    is_marker: false,
    first: true,
    made_after: 0,
    listed: 0,
    reported: 0,
    listed_at: 0,
    reported_in: 0,
    asked: (u64::MAX, 0),
};

impl Slots {
    /// Notes that a pollable was made, after so many waits.
    pub fn made(&mut self, pollable: u32, made: Made, waits: u64) {
        let slot = self.at(pollable);
        *slot = Slot {
            is_alive: true,
            kind: made.kind,
            is_marker: made.is_marker(),
            made_after: waits,
            ..NONE
        };
    }

    /// Notes that a pollable was dropped, and returns what was known of it.
    pub fn dropped(&mut self, pollable: u32) -> Option<Slot> {
        let slot = self.0.get_mut(pollable as usize).filter(|it| it.is_alive)?;
        slot.is_alive = false;
        Some(*slot)
    }

    /// The pollables that are alive.
    pub fn alive(&self) -> Vec<u32> {
        let places = self.0.iter().enumerate().filter(|(_, slot)| slot.is_alive);
        places.map(|(place, _)| place as u32).collect()
    }

    /// Notes that a pollable was looked at, in a look and up to a wait.
    pub fn listed(&mut self, pollable: u32, look: u64, waits: u64) -> &mut Slot {
        let slot = self.at(pollable);
        (slot.listed, slot.listed_at) = (look, waits);
        slot
    }

    fn at(&mut self, pollable: u32) -> &mut Slot {
        let place = pollable as usize;
        if place >= self.0.len() {
            self.0.resize(place + 1, NONE);
        }
        &mut self.0[place]
    }

    /// The pollables that are alive after so many waits although nobody waits for them:
    /// nobody has ever looked at them, or not since they were ready.
    pub fn forgotten(&self, waits: u64) -> Forgotten {
        let mut forgotten = Forgotten::default();
        for slot in self.0.iter().filter(|it| it.is_alive) {
            let since = if slot.listed == 0 { slot.made_after } else { slot.listed_at };
            let is_over = slot.listed == 0 || slot.reported == slot.listed;
            if !is_over || since + LONG > waits {
                forgotten.others += 1;
            } else if slot.made_after * 2 < waits {
                forgotten.of_first_half += 1;
            } else {
                forgotten.of_second_half += 1;
            }
        }
        forgotten
    }
}
