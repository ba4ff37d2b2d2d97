use std::collections::HashMap;

use super::lives::{History, Life};
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
    let lives = &history.lives;
    let rivals = Rivals::of(lives);
    let losses: Vec<_> = lives.iter().enumerate().map(|it| rivals.loss(it.0, it.1)).collect();
    let mut losers: HashMap<usize, usize> = HashMap::new();
    let mut timers_of_losses: Vec<usize> = Vec::new();
    for loss in losses.iter().flatten() {
        match loss {
            Loss::Against(winner) => *losers.entry(*winner).or_default() += 1,
            Loss::TimeUp(turn, _) => timers_of_losses.push(*turn),
            Loss::GivenUp(_) | Loss::AtOnce => {}
        }
    }

    let limits = limits(history);
    let mut waits = Waits::default();
    for ((place, life), loss) in lives.iter().enumerate().zip(losses) {
        match (loss, life.reports.first()) {
            (Some(Loss::Against(_) | Loss::AtOnce), _) => {}
            (Some(Loss::TimeUp(turn, due)), _) => {
                let limit = due.unwrap_or(history.turns[turn]).saturating_sub(life.made_at);
                waits.add(life, Wait::TimeUp(limit), &[(turn, true)]);
            }
            (Some(Loss::GivenUp(turn)), _) => waits.add(life, Wait::New, &[(turn, false)]),
            (None, None) if life.is_timer || !life.is_awaited => {}
            (None, None) => waits.add(life, Wait::New, &[]),
            (None, Some(first)) if life.is_timer => {
                if !timers_of_losses.contains(&first.turn) {
                    let due = life.due.unwrap_or(history.turns[first.turn]);
                    let until = first.is_waited_for.then_some(due);
                    let sleep = Wait::Sleep(until, due.saturating_sub(life.made_at));
                    waits.add(life, sleep, &[(first.turn, first.is_waited_for)]);
                }
            }
            (None, Some(_)) => {
                let limit = limits.get(&place).copied();
                let wait = match (losers.get(&place), limit) {
                    (Some(losers), _) => Wait::Race(*losers),
                    (None, Some(limit)) => Wait::InTime(limit),
                    (None, None) => Wait::New,
                };
                let reports = life.reports.iter().map(|it| (it.turn, it.is_waited_for));
                let given_up = life.given_up().map(|turn| (turn, false));
                waits.add(life, wait, &reports.chain(given_up).collect::<Vec<_>>());
            }
        }
    }
    waits.events.sort_by_key(|it| it.turn);
    waits
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
