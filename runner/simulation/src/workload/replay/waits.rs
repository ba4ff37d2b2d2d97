use std::collections::{HashMap, HashSet};

use super::lives::{History, Life, Report};
use super::pattern::Wait;

/// What a program waited for.
#[derive(Debug, Default)]
pub struct Waits {
    /// In the order in which they began.
    pub waits: Vec<Waited>,
    /// The events that were waited for, in the order of their turns.
    pub events: Vec<Event>,
}

/// A wait for a pollable, from its making to its end.
#[derive(Clone, Copy, Debug)]
pub struct Waited {
    /// How it began.
    pub wait: Wait,
    /// Before which turn it began.
    pub began: usize,
    /// After how many rounds before that turn.
    pub round: usize,
    /// The turn that ended it; `None` if nothing did.
    pub end: Option<usize>,
}

/// An event that was waited for.
#[derive(Clone, Copy, Debug)]
pub struct Event {
    /// The turn that reported it.
    pub turn: usize,
    /// The place of its wait.
    pub wait: usize,
    /// Whether the pollable became ready at the end of the turn's look.
    pub is_waited_for: bool,
}

/// What the program waited for, as far as its pollables tell.
pub fn waits(history: &History) -> Waits {
    let told = Told::of(history);
    let mut waits = Waits::default();
    for (place, life) in history.lives.iter().enumerate() {
        if let Some((wait, turns)) = told.wait(place, life) {
            waits.add(life, wait, &turns);
        }
    }
    waits.events.sort_by_key(|it| it.turn);
    waits
}

/// What the pollables of a program tell of each other.
struct Told<'a> {
    history: &'a History,
    /// By place of a life.
    losses: Vec<Option<Loss>>,
    /// By place of the life that was ready first: how many have lost against it.
    losers: HashMap<usize, usize>,
    /// The turns whose timers ended the waits for other pollables.
    time_outs: HashSet<usize>,
    /// See [`limits`].
    limits: HashMap<usize, u64>,
}

/// Turns that ended a wait, and whether the program waited for them.
type Turns = Vec<(usize, bool)>;

impl<'a> Told<'a> {
    fn of(history: &'a History) -> Self {
        let lives = &history.lives;
        let rivals = Rivals::of(lives);
        let losses: Vec<_> = lives.iter().enumerate().map(|it| rivals.loss(it.0, it.1)).collect();
        let mut losers: HashMap<usize, usize> = HashMap::new();
        let mut time_outs = HashSet::new();
        for loss in losses.iter().flatten() {
            match loss {
                Loss::Against(winner) => *losers.entry(*winner).or_default() += 1,
                Loss::TimeUp(turn, _) => drop(time_outs.insert(*turn)),
                Loss::GivenUp(_) | Loss::AtOnce => {}
            }
        }
        Self { history, losses, losers, time_outs, limits: limits(history) }
    }

    /// How a pollable was waited for; `None` if it was not, or with another one.
    fn wait(&self, place: usize, life: &Life) -> Option<(Wait, Turns)> {
        let turns = &self.history.turns;
        match self.losses[place] {
            Some(Loss::Against(_) | Loss::AtOnce) => None,
            Some(Loss::TimeUp(turn, due)) => {
                let limit = due.unwrap_or(turns[turn]).saturating_sub(life.made_at);
                Some((Wait::TimeUp(limit), vec![(turn, true)]))
            }
            Some(Loss::GivenUp(turn)) => Some((Wait::New, vec![(turn, false)])),
            None if life.is_timer => self.sleep(life),
            None if life.reports.is_empty() => life.is_awaited.then(|| (Wait::New, Vec::new())),
            None => Some(self.reported(place, life)),
        }
    }

    /// A timer that was reported, and was not the end of another wait.
    fn sleep(&self, life: &Life) -> Option<(Wait, Turns)> {
        let Report { turn, is_waited_for } = *life.reports.first()?;
        let due = life.due.unwrap_or(self.history.turns[turn]);
        let until = is_waited_for.then_some(due);
        let sleep = Wait::Sleep(until, due.saturating_sub(life.made_at));
        (!self.time_outs.contains(&turn)).then(|| (sleep, vec![(turn, is_waited_for)]))
    }

    fn reported(&self, place: usize, life: &Life) -> (Wait, Turns) {
        let wait = match (self.losers.get(&place), self.limits.get(&place)) {
            (Some(losers), _) => Wait::Race(*losers),
            (None, Some(limit)) => Wait::InTime(*limit),
            (None, None) => Wait::New,
        };
        let reports = life.reports.iter().map(|it| (it.turn, it.is_waited_for));
        let given_up = life.given_up().map(|turn| (turn, false));
        (wait, reports.chain(given_up).collect())
    }
}

/// By place of a life: how long somebody would have waited for it at most. A timer that was
/// dropped before it was due is taken for the limit of the pollable that was made before it.
fn limits(history: &History) -> HashMap<usize, u64> {
    let mut limits = HashMap::new();
    let mut last: Option<(usize, &Life)> = None;
    for (place, life) in history.lives.iter().enumerate() {
        if !life.is_timer {
            last = life.is_over_at_once().then_some((place, life));
            continue;
        }
        let (Some(due), true, Some((place, limited))) = (life.due, life.reports.is_empty(), last)
        else {
            continue;
        };
        let end = history.turns[limited.reports[0].turn];
        if limited.made == life.made && end < due {
            limits.insert(place, due.saturating_sub(limited.made_at));
        }
    }
    limits
}

impl Waits {
    /// The most waits that there are at once.
    pub fn most_at_once(&self) -> usize {
        let mut ends: Vec<usize> = self.waits.iter().filter_map(|it| it.end).collect();
        ends.sort_unstable();
        let alive = |(begun, wait): (usize, &Waited)| {
            // A wait that a turn ended is over before the next turn.
            begun + 1 - ends.partition_point(|end| *end < wait.began)
        };
        self.waits.iter().enumerate().map(alive).max().unwrap_or(0)
    }

    fn add(&mut self, life: &Life, wait: Wait, turns: &[(usize, bool)]) {
        let place = self.waits.len();
        let last = turns.last().map(|it| it.0);
        let end = last.filter(|_| life.dropped.is_some() || !life.is_awaited);
        let Life { made: began, round, .. } = *life;
        self.waits.push(Waited { wait, began, round, end });
        self.events.extend(turns.iter().map(|(turn, is_waited_for)| Event {
            turn: *turn,
            wait: place,
            is_waited_for: *is_waited_for,
        }));
    }
}

/// How the wait for a pollable ended that was dropped before it was ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Loss {
    /// Another pollable, which was made and dropped with it, was ready first.
    Against(usize),
    /// This turn reported a timer, which was due then.
    TimeUp(usize, Option<u64>),
    /// It was given up after this turn, for a reason that a trace does not have.
    GivenUp(usize),
    /// It was given up before another turn.
    AtOnce,
}

/// What may have been ready before another pollable.
struct Rivals {
    /// Pollables that one turn reported and that were dropped then, in the order of their
    /// making: by the turns before which they were made and dropped.
    winners: HashMap<(usize, usize), Vec<usize>>,
    /// The turns that reported timers, and when these were due, if that is known.
    timers: HashMap<usize, Option<u64>>,
}

impl Rivals {
    fn of(lives: &[Life]) -> Self {
        let mut winners: HashMap<_, Vec<usize>> = HashMap::new();
        let mut timers = HashMap::new();
        for (place, life) in lives.iter().enumerate() {
            match (life.reports.as_slice(), life.dropped) {
                ([first, ..], _) if life.is_timer => {
                    timers.insert(first.turn, life.due);
                }
                ([_], Some(dropped)) if life.is_over_at_once() => {
                    winners.entry((life.made, dropped)).or_default().push(place);
                }
                _ => {}
            }
        }
        Self { winners, timers }
    }

    fn loss(&self, place: usize, life: &Life) -> Option<Loss> {
        // What nobody has looked at, nobody has waited for.
        if life.is_timer || !life.reports.is_empty() || !life.is_awaited {
            return None;
        }
        let dropped = life.dropped?;
        let Some(turn) = dropped.checked_sub(1).filter(|turn| *turn >= life.made) else {
            return Some(Loss::AtOnce);
        };
        let nearest = self.winners.get(&(life.made, dropped)).and_then(|winners| {
            let after = winners.partition_point(|it| *it < place);
            let near = [after.checked_sub(1), Some(after)].into_iter().flatten();
            near.filter_map(|it| winners.get(it)).min_by_key(|it| it.abs_diff(place))
        });
        Some(match (nearest, self.timers.get(&turn)) {
            (Some(winner), _) => Loss::Against(*winner),
            (None, Some(due)) => Loss::TimeUp(turn, *due),
            (None, None) => Loss::GivenUp(turn),
        })
    }
}
