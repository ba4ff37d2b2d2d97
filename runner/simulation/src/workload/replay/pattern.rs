use pollbench_reports::trace::TraceFile;

use super::lives::{History, history};
use super::tasks::{Tasks, tasks};
use super::waits::{Event, Waits, waits};

/// The number of an event, in the order of the turns that reported them.
pub type EventId = usize;

/// What the tasks of a replay do. It is the same in every run.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Pattern {
    /// What each task does.
    pub tasks: Vec<Vec<Action>>,
    /// How many of them run from the start: the first ones.
    pub started: usize,
    /// How often a task sleeps, but for those sleeps whose end is an event.
    sleeps: u64,
    /// By event: what makes it happen.
    pub causes: Vec<Cause>,
    /// By event: the first of those that it causes.
    first_caused: Vec<EventId>,
    /// The most pollables that it waits for at once.
    pollables: u32,
    /// How many events a turn has on average.
    active: u32,
}

/// What a task does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It starts another one.
    Spawn(usize),
    /// It lets others run, so many times.
    Yield(usize),
    /// It waits for an event; without one, until the replay ends.
    Wait(Wait, Option<EventId>),
}

/// How a task waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// For a new pollable.
    New,
    /// For the same pollable again.
    Again,
    /// For a new pollable and so many others, which never become ready.
    Race(usize),
    /// For a new pollable which never becomes ready, for so many nanoseconds.
    TimeUp(u64),
    /// For a new pollable, for so many nanoseconds, which is longer than it takes.
    InTime(u64),
    /// For a timer: until a moment of the trace, or, if the program was too busy to wait for
    /// it, for so many nanoseconds.
    Sleep(Option<u64>, u64),
}

/// What makes an event happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// It has happened when a task waits for it.
    Nothing,
    /// So many nanoseconds have passed since the trace began.
    Time(u64),
    /// The event that [`Pattern::caused_by`] has it for has been dealt with.
    Event,
}

/// Why a trace can't be replayed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// Its file is damaged.
    #[error("it is damaged: {0}")]
    Damaged(String),
    /// Nothing happens in it.
    #[error("fewer than {FEWEST_EVENTS} pollables became ready in it; trace for longer")]
    Short,
}

/// A trace with fewer events is no workload: the first one comes before the measured window.
const FEWEST_EVENTS: usize = 2;

impl Pattern {
    /// The pattern of a trace.
    ///
    /// # Errors
    ///
    /// If the file is damaged, or nothing happens in it.
    pub fn of(file: &TraceFile) -> Result<Self, PatternError> {
        let history = history(file).map_err(PatternError::Damaged)?;
        let waits = waits(&history);
        if waits.events.len() < FEWEST_EVENTS {
            return Err(PatternError::Short);
        }
        let Tasks { tasks, started, sleeps, .. } = tasks(&waits, &history.rounds);
        let (causes, first_caused) = causes(&history, &waits);
        let pollables = waits.most_at_once();
        let turns = waits.events.chunk_by(|one, other| one.turn == other.turn).count();
        let active = waits.events.len().div_ceil(turns).min(pollables);
        let [pollables, active] =
            [pollables, active].map(|it| u32::try_from(it).unwrap_or(u32::MAX));
        Ok(Self { tasks, started, sleeps, causes, first_caused, pollables, active })
    }

    /// The events that an event causes.
    pub fn caused_by(&self, event: EventId) -> std::ops::Range<EventId> {
        self.first_caused[event]..self.first_caused[event + 1]
    }

    /// The most pollables that it waits for at once, at least 1.
    pub fn pollables(&self) -> u32 {
        self.pollables.max(1)
    }

    /// How many of them become ready together on average, at least 1.
    pub fn active(&self) -> u32 {
        self.active.max(1)
    }

    /// How many waits end.
    pub fn ends(&self) -> u64 {
        self.causes.len() as u64 + self.sleeps
    }
}

/// What makes each event happen, and the first of those that each one causes. What became
/// ready while the program was busy is taken for an answer to what it did in the turn before.
fn causes(history: &History, waits: &Waits) -> (Vec<Cause>, Vec<EventId>) {
    let events = &waits.events;
    let mut causes = Vec::with_capacity(events.len());
    let mut first_caused = Vec::with_capacity(events.len() + 1);
    let mut turns = events.chunk_by(|one, other| one.turn == other.turn).peekable();
    let first = turns.peek().map(|it| it[0].turn);
    let mut end = 0;
    while let Some(turn) = turns.next() {
        causes.extend(turn.iter().map(|it| match it {
            Event { is_waited_for: true, turn, .. } => Cause::Time(history.turns[*turn]),
            Event { turn, .. } if Some(*turn) == first => Cause::Nothing,
            _ => Cause::Event,
        }));
        end += turn.len();
        // The events of the next turn are spread evenly over those of this one.
        let next = turns.peek().map_or(0, |it| it.len());
        let caused_before = |event: usize| end + (event * next).div_ceil(turn.len());
        first_caused.extend((0..turn.len()).map(caused_before));
    }
    first_caused.push(end);
    (causes, first_caused)
}
