use std::time::Duration;

use hdrhistogram::Histogram;
use pollbench_reports::record::{Cell, Counters, Repetition, RepetitionKind, Status};
use pollbench_reports::summary;

use crate::engine::{Guest, NoWindow, Outcome};
use crate::matrix::{Contender, Group};
use pollbench_simulation::agenda::Waits;

/// What has been measured of a cell so far.
pub struct Measured {
    /// Index into the plan's groups.
    pub group: usize,
    /// Index into the plan's contenders.
    pub contender: usize,
    pub(super) why_not: Option<NoWindow>,
    /// Whether the cell has been through the counted lane.
    pub(super) is_counted: bool,
    pub(super) counters: Option<Counters>,
    pub(super) poll_instructions: Option<u64>,
    pub(super) waits: Waits,
    pub(super) cold_waits: Waits,
    pub(super) lateness: Option<Histogram<u64>>,
    pub(super) still_waiting: u64,
    pub(super) repetitions: Vec<Repetition>,
}

impl Measured {
    pub fn new(group: usize, contender: usize) -> Self {
        Self {
            group,
            contender,
            why_not: None,
            is_counted: false,
            counters: None,
            poll_instructions: None,
            waits: Waits::default(),
            cold_waits: Waits::default(),
            lateness: None,
            still_waiting: 0,
            repetitions: Vec::new(),
        }
    }

    /// Whether the cell has been through the counted lane, even if it failed there.
    pub fn is_counted(&self) -> bool {
        self.is_counted
    }

    /// How many rounds the cell has been through.
    pub fn rounds(&self) -> u32 {
        self.repetitions.last().map_or(0, |last| last.round.saturating_add(1))
    }

    /// Whether the cell has been counted, and has neither failed nor proved unsupported.
    pub fn is_ok(&self) -> bool {
        self.is_counted && self.why_not.is_none()
    }

    /// Takes the result of the counted lane. A guest on a real host is counted on a
    /// simulated one, and only whether it passed the checks there is kept.
    pub fn counted(&mut self, outcome: Outcome, is_real: bool) {
        self.is_counted = true;
        match outcome {
            Ok(_) if is_real => {}
            Ok(window) => {
                self.counters = Some(window.counters);
                self.poll_instructions = window.poll_instructions;
                self.waits = window.waits;
                self.cold_waits = window.cold_waits;
                self.lateness = Some(window.lateness);
                self.still_waiting = window.still_waiting;
            }
            Err(why) => self.why_not = Some(why),
        }
    }

    /// How long the windows of a round were, altogether.
    pub fn length(&self, round: u32) -> Duration {
        let of_round = self.repetitions.iter().filter(|it| it.round == round);
        Duration::from_nanos(of_round.map(|it| it.nanoseconds + it.waited).sum())
    }

    /// Takes a repetition of the timed lane, whose effort is given where it is not that of
    /// the cell.
    pub fn repeated(&mut self, round: u32, effort: Option<u64>, outcome: Outcome) {
        match outcome {
            Ok(window) => {
                // Latencies of a profiled run would include the cost of observing it.
                if window.split.is_none() {
                    self.waits.add_nanoseconds(&window.waits);
                    self.cold_waits.add_nanoseconds(&window.cold_waits);
                }
                let counters = window.counters.window;
                self.repetitions.push(Repetition {
                    round,
                    effort,
                    kind: match window.split {
                        Some(_) => RepetitionKind::Profiled,
                        None => RepetitionKind::Plain,
                    },
                    nanoseconds: window.nanoseconds,
                    waited: window.waited,
                    events: counters.events,
                    poll_calls: counters.poll_calls,
                    handles_passed: counters.handles_passed,
                    split: window.split,
                });
            }
            Err(why) => self.why_not = Some(why),
        }
    }

    /// The cell as the record has it.
    pub fn record(
        &self,
        Group { kind, shape }: &Group,
        contender: &Contender,
        guest: &Guest,
    ) -> Cell {
        let (status, failure, not_supported) = match &self.why_not {
            None => (Status::Ok, None, None),
            Some(NoWindow::Failed(failure)) => (Status::Failed, Some(failure.clone()), None),
            Some(NoWindow::NotSupported(why)) => (Status::NotSupported, None, Some(why.clone())),
        };
        Cell {
            guest: guest.description.name.clone(),
            workload: kind.name.into(),
            pollables: shape.pollables,
            active: shape.active,
            parameters: kind.record(&shape.parameters),
            effort: Some(shape.effort),
            knobs: contender.named_knobs(guest),
            host: guest.host.name().into(),
            environment: None,
            measures: kind.measures(),
            status,
            failure,
            not_supported,
            counters: self.counters.clone(),
            poll_instructions: self.poll_instructions,
            noisy: Vec::new(),
            time: summary::time(self.repetitions.clone()),
            latency_ns: summary::latency(&self.waits.nanoseconds),
            latency_polls: summary::latency(&self.waits.polls),
            lateness_ns: self.lateness.as_ref().and_then(summary::latency),
            still_waiting: self.still_waiting,
            cold_latency_ns: summary::latency(&self.cold_waits.nanoseconds),
            cold_latency_polls: summary::latency(&self.cold_waits.polls),
        }
    }
}
