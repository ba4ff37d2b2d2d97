//! The turns of a timeline as text, and back.
//!
//! Inside is one sequence of numbers, by columns because the values of one column are alike:
//! the number of turns; of all turns the start and the handles, each as the distance from the
//! turn before, then `ready`, `poll`, `guest` and the number of steps; at last, of all steps,
//! the tasks, each as the distance from the step before, and what they were woken by. The
//! page's script reads the same format (`templates/profile/loop.js`).

use std::io::{self, Read as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::ZlibDecoder;

use super::{Marker, Step, Timeline, Turn, UnpackError, WokenBy};
use crate::columns::{Column, pack, varint};

/// How many turns a timeline keeps. What a file may claim to hold is bounded by it too.
pub const MOST_TURNS: u64 = 4_000_000;
/// How many steps a timeline keeps.
pub const MOST_STEPS: u64 = 16_000_000;

/// The turns by columns: start, handles, ready, poll, guest, number of steps; tasks, reasons.
#[derive(Default)]
struct Columns {
    of_turns: [Column; 6],
    of_steps: [Column; 2],
    turns: u64,
    steps: u64,
}

impl Timeline {
    /// Packs the turns of a window. The first [`MOST_TURNS`] of them are kept, with at most
    /// [`MOST_STEPS`] steps together; the others are counted.
    pub fn pack(turns: impl IntoIterator<Item = Turn>, markers: Vec<Marker>) -> Self {
        let mut columns = Columns::default();
        let mut all = 0;
        for turn in turns {
            let is_first_left_out = columns.turns < all;
            if !is_first_left_out && columns.has_room_for(&turn) {
                columns.push(&turn);
            }
            all += 1;
        }
        Self {
            turns: columns.turns,
            left_out: (columns.turns < all).then_some(all),
            packed: columns.pack(),
            markers,
        }
    }

    /// The turns that were packed.
    ///
    /// # Errors
    ///
    /// If the text was damaged, or claims more than [`MOST_TURNS`] turns or [`MOST_STEPS`]
    /// steps.
    pub fn unpack(&self) -> Result<Vec<Turn>, UnpackError> {
        let damaged = |error: base64::DecodeError| UnpackError(error.to_string());
        let deflated = STANDARD.decode(&self.packed).map_err(damaged)?;
        let mut reader = io::BufReader::new(ZlibDecoder::new(deflated.as_slice()));
        let turns = read_turns(&mut reader, self.turns)?;
        let is_at_end = reader.read(&mut [0])? == 0;
        match is_at_end && reader.get_ref().total_in() == deflated.len() as u64 {
            true => Ok(turns),
            false => Err(UnpackError("there is more behind the last step".into())),
        }
    }
}

impl Columns {
    fn has_room_for(&self, turn: &Turn) -> bool {
        self.turns < MOST_TURNS && turn.steps.len() as u64 <= MOST_STEPS - self.steps
    }

    fn push(&mut self, turn: &Turn) {
        let [start, handles, ready, poll, guest, steps] = &mut self.of_turns;
        start.push_step(turn.start);
        handles.push_step(turn.handles.into());
        ready.push(turn.ready.into());
        poll.push(turn.poll);
        guest.push(turn.guest);
        steps.push(turn.steps.len() as u64);
        let [tasks, reasons] = &mut self.of_steps;
        for step in &turn.steps {
            tasks.push_step(step.task.into());
            reasons.push(step.woken_by.code());
        }
        self.turns += 1;
        self.steps += turn.steps.len() as u64;
    }

    fn pack(self) -> String {
        pack(self.turns, self.of_turns.iter().chain(&self.of_steps))
    }
}

fn read_turns(reader: &mut impl io::Read, expected: u64) -> Result<Vec<Turn>, UnpackError> {
    let count = varint::read(reader)?;
    if count != expected || count > MOST_TURNS {
        let reason = format!("{expected} turns were expected, and {count} are announced");
        return Err(UnpackError(reason));
    }
    // Room is made as values arrive, so that what a file claims allocates nothing.
    let mut turns = Vec::new();
    let mut start = 0;
    for _ in 0..count {
        start = varint::after(start, varint::read(reader)?);
        turns.push(Turn { start, ..Turn::default() });
    }
    let mut handles = 0;
    for turn in &mut turns {
        handles = varint::after(handles, varint::read(reader)?);
        turn.handles = small(handles)?;
    }
    for turn in &mut turns {
        turn.ready = small(varint::read(reader)?)?;
    }
    for turn in &mut turns {
        turn.poll = varint::read(reader)?;
    }
    for turn in &mut turns {
        turn.guest = varint::read(reader)?;
    }
    read_steps(reader, &mut turns)?;
    Ok(turns)
}

fn read_steps(reader: &mut impl io::Read, turns: &mut [Turn]) -> Result<(), UnpackError> {
    let mut counts = Vec::new();
    let mut all = 0_u64;
    for _ in 0..turns.len() {
        let count = varint::read(reader)?;
        all = all.saturating_add(count);
        if all > MOST_STEPS {
            return Err(UnpackError(format!("more than {MOST_STEPS} steps are announced")));
        }
        counts.push(count);
    }
    let mut task = 0;
    for (turn, count) in turns.iter_mut().zip(&counts) {
        for _ in 0..*count {
            task = varint::after(task, varint::read(reader)?);
            turn.steps.push(Step { task: small(task)?, woken_by: WokenBy::Start });
        }
    }
    for step in turns.iter_mut().flat_map(|it| &mut it.steps) {
        step.woken_by = WokenBy::of_code(varint::read(reader)?)?;
    }
    Ok(())
}

fn small(value: u64) -> Result<u32, UnpackError> {
    u32::try_from(value).map_err(|_| UnpackError(format!("{value} is more than 32 bits hold")))
}

/// The reasons, by their codes.
const REASONS: [WokenBy; 4] = [WokenBy::Start, WokenBy::Pollable, WokenBy::Timer, WokenBy::Yield];

impl WokenBy {
    fn code(self) -> u64 {
        match self {
            Self::Start => 0,
            Self::Pollable => 1,
            Self::Timer => 2,
            Self::Yield => 3,
        }
    }

    fn of_code(code: u64) -> Result<Self, UnpackError> {
        let reason = usize::try_from(code).ok().and_then(|it| REASONS.get(it));
        reason.copied().ok_or_else(|| UnpackError(format!("nothing wakes a task by code {code}")))
    }

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Pollable => "pollable",
            Self::Timer => "timer",
            Self::Yield => "yield",
        }
    }
}

impl From<io::Error> for UnpackError {
    fn from(error: io::Error) -> Self {
        Self(error.to_string())
    }
}

#[cfg(test)]
mod tests;
