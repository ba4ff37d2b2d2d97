use std::collections::HashMap;

use pollbench_reports::trace::{Event, Function, Made, PollableKind, Stamped, TraceFile};

/// What a trace tells of its pollables. Time is in nanoseconds since the trace began.
///
/// A *turn* is a look by which the program learned something new: at least one pollable was
/// reported that it had not dealt with yet. Turns are numbered from 0. What happened *before*
/// a turn happened after the one with the number below.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// When each turn's look had ended.
    pub turns: Vec<u64>,
    /// How many rounds there were before each turn, and after the last one: the program did
    /// something, and looked again without waiting, although it had nothing new to do. Some
    /// of its tasks could run without a pollable.
    pub rounds: Vec<usize>,
    /// The pollables, in the order in which they were made. Markers are left out.
    pub lives: Vec<Life>,
}

/// What happened to a pollable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Life {
    /// When it was made.
    pub made_at: u64,
    /// Before which turn it was made.
    pub made: usize,
    /// After how many rounds before that turn.
    pub round: usize,
    /// The turns that reported it.
    pub reports: Vec<Report>,
    /// Before which turn it was dropped, if it was.
    pub dropped: Option<usize>,
    /// Whether it was in the list of a look after its last report.
    pub is_awaited: bool,
    /// Whether it is a timer.
    pub is_timer: bool,
    /// Of a timer, when it is due, if that is known.
    pub due: Option<u64>,
}

impl Life {
    /// Whether it was reported once, and dropped then.
    pub fn is_over_at_once(&self) -> bool {
        matches!(self.reports.as_slice(), [only] if self.dropped == Some(only.turn + 1))
    }

    /// The turn after which it was dropped, if somebody had waited for it again by then.
    pub fn given_up(&self) -> Option<usize> {
        let turn = self.dropped?.checked_sub(1)?;
        let last = self.reports.last()?.turn;
        (self.is_awaited && last < turn).then_some(turn)
    }
}

/// A turn that reported a pollable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Report {
    /// The number of the turn.
    pub turn: usize,
    /// Whether the pollable became ready at the end of the turn's look: the program had looked
    /// before and found that it was not, or had nothing to do but to wait for it. Otherwise it
    /// became ready some time before.
    pub is_waited_for: bool,
}

/// Reads the history that a trace has.
///
/// # Errors
///
/// If the file is damaged.
pub fn history(file: &TraceFile) -> Result<History, String> {
    let mut reader = Reader::default();
    let mut alive = file.alive.iter();
    file.events(&mut |stamped| {
        // Those that were alive when the file begins were made by then.
        for (pollable, made) in alive.by_ref() {
            reader.made(*pollable, *made, stamped.at);
        }
        reader.happened(&stamped);
    })?;
    reader.history.rounds.push(reader.rounds);
    Ok(reader.history)
}

#[derive(Default)]
struct Reader {
    history: History,
    /// By pollable that is alive.
    alive: HashMap<u32, Alive>,
    /// Calls of the host so far that have nothing to do with pollables.
    calls: u64,
    /// Calls of `poll` and `block` so far.
    waits: u64,
    /// The calls before the last of these.
    calls_before_wait: u64,
    /// Rounds since the last turn.
    rounds: usize,
}

struct Alive {
    /// The place of its life.
    life: usize,
    /// The calls and the waits when it was last reported.
    last_report: Option<(u64, u64)>,
    /// Before which turn a look found that it was not ready.
    not_ready: Option<usize>,
}

impl Reader {
    fn happened(&mut self, stamped: &Stamped) {
        match &stamped.event {
            Event::Made(pollable, made) => self.made(*pollable, *made, stamped.at),
            Event::Dropped(pollable) => {
                if let Some(alive) = self.alive.remove(pollable) {
                    self.history.lives[alive.life].dropped = Some(self.history.turns.len());
                }
            }
            Event::Looked { function, list, ready, calls, took } => {
                self.calls += calls;
                let ended = stamped.at.saturating_add(took.worked).saturating_add(took.blocked);
                self.waits += u64::from(*function != Function::Ready);
                let has_news = self.looked(*function, list, ready, took.blocked > 0, ended);
                if *function != Function::Ready {
                    let has_worked = self.calls > self.calls_before_wait;
                    // An event loop may look at some of its pollables at a time.
                    let is_whole = list.len() > self.alive.len() / 2;
                    let is_round = has_worked && is_whole && took.blocked == 0;
                    self.rounds += usize::from(!has_news && is_round);
                    self.calls_before_wait = self.calls;
                }
            }
        }
    }

    fn made(&mut self, pollable: u32, made: Made, at: u64) {
        if made.is_marker() {
            self.alive.remove(&pollable);
            return;
        }
        let life = self.history.lives.len();
        self.alive.insert(pollable, Alive { life, last_report: None, not_ready: None });
        self.history.lives.push(Life {
            made_at: at,
            made: self.history.turns.len(),
            round: self.rounds,
            reports: Vec::new(),
            dropped: None,
            is_awaited: false,
            is_timer: made.kind == PollableKind::Timer,
            due: made.due.map(|due| at.saturating_add(due)),
        });
    }

    /// Returns whether the look was a turn.
    fn looked(
        &mut self,
        function: Function,
        list: &[u32],
        ready: &[u32],
        has_blocked: bool,
        ended: u64,
    ) -> bool {
        let turn = self.history.turns.len();
        for pollable in list {
            if let Some(Alive { life, .. }) = self.alive.get(pollable) {
                self.history.lives[*life].is_awaited = true;
            }
        }
        let mut has_news = false;
        for pollable in ready.iter().filter_map(|position| list.get(*position as usize)) {
            let Some(alive) = self.alive.get_mut(pollable) else { continue };
            let life = &mut self.history.lives[alive.life];
            life.is_awaited = false;
            let is_old = alive.last_report.is_some_and(|(calls, waits)| {
                // An event loop asks each pollable of a poll whether it is ready, or leaves it
                // in its list without having done anything about it.
                (function == Function::Ready && waits == self.waits) || calls == self.calls
            });
            if !is_old {
                has_news = true;
                alive.last_report = Some((self.calls, self.waits));
                let is_waited_for = has_blocked || alive.not_ready == Some(turn);
                life.reports.push(Report { turn, is_waited_for });
            }
        }
        if has_news {
            self.history.turns.push(ended);
            self.history.rounds.push(std::mem::take(&mut self.rounds));
        } else {
            self.found_nothing(list, turn);
        }
        has_news
    }

    fn found_nothing(&mut self, list: &[u32], turn: usize) {
        for pollable in list {
            if let Some(alive) = self.alive.get_mut(pollable) {
                alive.not_ready = Some(turn);
            }
        }
    }
}
