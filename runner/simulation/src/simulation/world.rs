mod waits;

use std::sync::{Arc, Weak};

use pollbench_reports::record::{Failure, FailureKind};

use super::check::{Resumed, Violation, Waiting};
use super::tally::{Edge, Tally};
use super::task_step::TaskStep;
use super::turns::{Place, Turns};
use super::{CALL_NANOSECONDS, LIVELOCK_POLLS, STARVED_TURNS, STARVED_TURNS_A_TASK};
use crate::agenda::{Agenda, Event, Latencies};
use crate::script::{Plan, Script, Step, Workload};
use waits::WaitingCalls;
pub use waits::{Running, Wait};

/// One run of a workload: answers the guest's calls, checks and counts them.
///
/// The first violation ends the run: it is kept, and every later call fails too.
pub struct Simulation {
    workload: Box<dyn Workload>,
    plan: Plan,
    agenda: Agenda,
    tasks: Vec<Task>,
    /// How many of them wait for nothing but the executor.
    at_once: usize,
    turns: Turns,
    tally: Tally,
    /// Whether all has happened that is measured.
    winding_down: bool,
    waits: WaitingCalls,
    /// A pollable of the clock that was ready from the start, while it is alive.
    marker: Weak<Event>,
    violation: Option<Violation>,
}

#[derive(Default)]
struct Task {
    waiting: Waiting,
    /// While it waits for nothing but the executor.
    place: Option<Place>,
    /// The polls there had been when it last ran.
    ran_at_poll: Option<u64>,
    /// The turn in which it last ran.
    ran_in_turn: Option<u64>,
}

impl Simulation {
    /// A run at its beginning. With a clock, latencies are taken in nanoseconds too.
    pub fn new(workload: Box<dyn Workload>, clock: Option<quanta::Clock>) -> Self {
        let plan = workload.plan();
        let mut agenda = Agenda::default();
        agenda.latencies = Latencies::with_clock(clock);
        let mut simulation = Self {
            workload,
            plan,
            agenda,
            tasks: Vec::new(),
            at_once: 0,
            turns: Turns::default(),
            tally: Tally::default(),
            winding_down: false,
            waits: WaitingCalls::default(),
            marker: Weak::new(),
            violation: None,
        };
        (0..plan.tasks).for_each(|task| simulation.start(task, Waiting::Start));
        simulation
    }

    /// How many tasks `run` is to start.
    pub fn tasks(&self) -> u32 {
        self.plan.tasks
    }

    /// What has been counted.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// How many events have let their task run, and how many are planned.
    pub fn progress(&self) -> (u64, u64) {
        (self.tally.total.events, self.plan.events())
    }

    /// How long events waited.
    pub fn latencies(&self) -> &Latencies {
        &self.agenda.latencies
    }

    /// What the guest did wrong first.
    pub fn violation(&self) -> Option<&Violation> {
        self.violation.as_ref()
    }

    /// Virtual time, in nanoseconds.
    pub fn now(&mut self) -> u64 {
        self.clock_call();
        self.agenda.now()
    }

    /// The event behind a pollable of the clock.
    pub fn timer(&mut self, deadline: u64) -> Arc<Event> {
        self.tally.subscribed();
        let event = self.agenda.timer(deadline);
        if event.is_ready() && self.marker.strong_count() == 0 {
            self.marker = Arc::downgrade(&event);
        }
        event
    }

    /// A pollable of a stream of WASI's.
    pub fn stream_pollable(&mut self) {
        self.tally.subscribed();
    }

    /// A call of the clock.
    pub fn clock_call(&mut self) {
        self.tally.total.clock_calls += 1;
        self.agenda.pass(CALL_NANOSECONDS);
    }

    /// A call of `pollable.ready`.
    pub fn ready_call(&mut self) {
        self.tally.total.ready_calls += 1;
        self.agenda.pass(CALL_NANOSECONDS);
    }

    /// A call of `pollable.block`.
    pub fn block_call(&mut self) {
        self.tally.total.block_calls += 1;
        self.agenda.pass(CALL_NANOSECONDS);
    }

    /// A poll set was changed.
    pub fn set_change(&mut self) {
        self.tally.total.set_changes += 1;
        self.agenda.pass(CALL_NANOSECONDS);
    }

    /// A pollable was dropped.
    pub fn dropped(&mut self) {
        self.tally.dropped();
    }

    /// A call of `poll` with so many handles begins.
    pub fn poll_begins(&mut self, handles: usize) -> Result<(), Violation> {
        if handles == 0 {
            let message = format!("`poll` was called with no handle; {}", self.describe_waiting());
            return Err(self.violate(FailureKind::EmptyPoll, message));
        }
        self.poll_with(handles)
    }

    /// A call that asks a poll set begins: it is a poll that passes no handle.
    pub fn poll_set_begins(&mut self) -> Result<(), Violation> {
        self.poll_with(0)
    }

    fn poll_with(&mut self, handles: usize) -> Result<(), Violation> {
        self.agenda.pass(CALL_NANOSECONDS);
        self.agenda.latencies.count_poll();
        if self.tally.poll(handles) > LIVELOCK_POLLS {
            let message = format!(
                "{LIVELOCK_POLLS} polls in a row returned and no task ran; {}",
                self.describe_waiting()
            );
            return Err(self.violate(FailureKind::Livelock, message));
        }
        Ok(())
    }

    /// It returns so many positions.
    pub fn poll_ends(&mut self, ready: usize) {
        self.tally.total.ready_returned += ready as u64;
    }

    /// The guest blocks and nothing it polls is ready: time jumps to the next
    /// event. It must not be blocking in front of a task that could run, nor when
    /// nothing can ever happen again.
    pub fn jump(&mut self) -> Result<(), Violation> {
        if self.at_once > 0 || self.agenda.has_due() {
            self.check_forgotten(Waiting::is_forgotten)?;
        }
        if self.agenda.jump() {
            return Ok(());
        }
        self.check_forgotten(Waiting::has_happened)?;
        let message = format!("the guest blocks for ever; {}", self.describe_waiting());
        Err(self.violate(FailureKind::Deadlock, message))
    }

    fn check_forgotten(
        &mut self,
        is_forgotten: impl Fn(&Waiting, &Agenda) -> bool,
    ) -> Result<(), Violation> {
        let forgotten =
            self.tasks.iter().position(|task| is_forgotten(&task.waiting, &self.agenda));
        let Some(task) = forgotten else { return Ok(()) };
        let waiting = &self.tasks[task].waiting;
        let message = format!(
            "the guest blocks although task {task} could run: it waited for {waiting}, which has happened"
        );
        Err(self.violate(FailureKind::Lost, message))
    }

    /// Answers `driver.next`. At an end of the measured window, which the second
    /// value says, [`Simulation::snapshot`] is to be called.
    pub fn next(&mut self, task: u32, outcome: u32) -> Result<(TaskStep, Option<Edge>), Violation> {
        let (running, edge) = self.begin(task, outcome)?;
        Ok((self.answer(running), edge))
    }

    /// The first half of [`Simulation::next`]: the task runs, with all that is checked
    /// and counted.
    pub fn begin(&mut self, task: u32, outcome: u32) -> Result<(Running, Option<Edge>), Violation> {
        let (waited, edge) = self.begin_step(task, outcome)?;
        Ok((Running { task, outcome, waited }, edge))
    }

    /// The second half: what it does next. After the window has closed, this lets
    /// every task end.
    pub fn answer(&mut self, Running { task, outcome, waited }: Running) -> TaskStep {
        let step = self.script_step(task, outcome, waited);
        let Self { agenda, tally, .. } = self;
        let subscribe = |source| {
            tally.subscribed();
            agenda.event(source)
        };
        TaskStep::new(step, subscribe)
    }

    /// `task` runs: checks that it may, and says what it has waited for.
    fn begin_step(
        &mut self,
        task: u32,
        outcome: u32,
    ) -> Result<(Waiting, Option<Edge>), Violation> {
        if let Some(violation) = &self.violation {
            return Err(violation.clone());
        }
        self.agenda.pass(CALL_NANOSECONDS);
        self.tally.step();
        self.resume(task, outcome)
    }

    /// What `task` does next, after what it has waited for.
    fn script_step(&mut self, task: u32, outcome: u32, waiting: Waiting) -> Step {
        let mut script = Script::new(&mut self.agenda, self.winding_down);
        let step = self.workload.next(task, outcome, &mut script);
        if !matches!(step, Step::Again) {
            waiting.sources().iter().for_each(|source| self.agenda.remove_source(*source));
        }
        let now = self.agenda.now();
        self.wait(task, Waiting::for_step(&step, waiting, now));
        if let Step::Spawn(other) = &step {
            self.start(*other, Waiting::Spawned);
        }
        step
    }

    /// Notes the counts at an end of the measured window, with the fuel burnt so far.
    pub fn snapshot(&mut self, edge: Edge, fuel: u64) {
        self.agenda.latencies.record_from_here(edge == Edge::Opens);
        self.tally.snapshot(edge, fuel);
    }

    /// Says whether a guest whose `run` has returned left everything in order.
    pub fn finish(&mut self) -> Result<(), Violation> {
        if let Some(violation) = &self.violation {
            return Err(violation.clone());
        }
        let unfinished = |task: &Task| !matches!(task.waiting, Waiting::Done | Waiting::Unknown);
        if self.tasks.iter().any(unfinished) {
            let message = format!("`run` returned too early; {}", self.describe_waiting());
            return Err(self.violate(FailureKind::Unfinished, message));
        }
        // Executors keep one for the program's life to poll without blocking.
        let markers = u64::from(self.marker.strong_count() > 0);
        if self.tally.handles > markers {
            let (alive, all) = (self.tally.handles, self.tally.total.subscriptions);
            let message = match self.waits.any {
                true => format!("{alive} of {all} calls still waited"),
                false => format!("{alive} of {all} pollables were never dropped"),
            };
            return Err(self.violate(FailureKind::Leaked, message));
        }
        Ok(())
    }

    /// Checks that `task` may run, takes the events it runs for, and returns what
    /// it has waited for.
    fn resume(&mut self, task: u32, outcome: u32) -> Result<(Waiting, Option<Edge>), Violation> {
        let Some(slot) = self.tasks.get_mut(task as usize) else {
            return Err(self.violate(
                FailureKind::UnknownTask,
                format!("`next` was called for task {task}, which was never started"),
            ));
        };
        let waiting = std::mem::take(&mut slot.waiting);
        let resumed = match waiting.resume(outcome, &self.agenda) {
            Ok(resumed) => resumed,
            Err((kind, why)) => {
                let again = slot.ran_at_poll == Some(self.tally.total.poll_calls);
                let kind =
                    if kind == FailureKind::Early && again { FailureKind::Double } else { kind };
                return Err(self.violate(kind, format!("task {task} ran, but {why}")));
            }
        };
        slot.ran_at_poll = Some(self.tally.total.poll_calls);
        let last_ran = slot.ran_in_turn;
        let turn = self.turns.run(last_ran);
        slot.ran_in_turn = Some(turn);
        self.agenda.latencies.turn(turn);
        if let Some(place) = slot.place.take() {
            self.at_once -= 1;
            self.check_turns(task, place.since)?;
            self.check_order(task, &waiting, place)?;
        }
        let Resumed::Event(sources) = resumed else { return Ok((waiting, None)) };
        // What a join waited for is the last of its events.
        let due = sources.iter().filter_map(|source| self.agenda.consume(*source)).max();
        let mut since = turn;
        if let Some((due, cold)) = due {
            self.agenda.latencies.record(due, cold);
            since = last_ran.map_or(due.turn, |last| due.turn.max(last));
        }
        self.check_turns(task, since)?;
        let edge = self.tally.event(self.plan);
        self.winding_down |= edge == Some(Edge::Closes);
        Ok((waiting, edge))
    }

    /// A task runs that could have run since a turn.
    fn check_turns(&mut self, task: u32, since: u64) -> Result<(), Violation> {
        let turns = self.turns.now() - since;
        // Where the engine runs the loop, the order is not the guest's.
        if self.waits.any || turns <= STARVED_TURNS + STARVED_TURNS_A_TASK * self.tasks.len() as u64
        {
            return Ok(());
        }
        let message = format!("task {task} could run and was passed over for {turns} turns");
        Err(self.violate(FailureKind::Starved, message))
    }

    /// A task that yielded runs: those that could run when it did have run.
    fn check_order(&mut self, task: u32, waiting: &Waiting, place: Place) -> Result<(), Violation> {
        let tasks = &self.tasks;
        let passed_over = self.turns.passed_over(place, |task| tasks[task as usize].place);
        let Some(other) = passed_over.filter(|_| *waiting == Waiting::Yield) else {
            return Ok(());
        };
        let message = format!(
            "task {task} yielded and ran again before task {other}, which could run when it did"
        );
        Err(self.violate(FailureKind::OutOfOrderYield, message))
    }

    fn start(&mut self, task: u32, waiting: Waiting) {
        let index = task as usize;
        if index >= self.tasks.len() {
            self.tasks.resize_with(index + 1, Task::default);
        }
        self.wait(task, waiting);
    }

    fn wait(&mut self, task: u32, waiting: Waiting) {
        let slot = &mut self.tasks[task as usize];
        if waiting.is_at_once() {
            self.at_once += 1;
            // Where a spawned task is put in the queue is the executor's choice.
            slot.place = Some(match waiting {
                Waiting::Spawned => self.turns.place(),
                _ => self.turns.enter(task),
            });
        }
        slot.waiting = waiting;
    }

    /// Notes what went wrong first, and at which step.
    fn violate(&mut self, kind: FailureKind, message: String) -> Violation {
        let message = format!("at step {}: {message}", self.tally.total.steps);
        self.violation.get_or_insert_with(|| Violation::new(kind, message)).clone()
    }

    /// How many tasks wait, and for what the first few do.
    fn describe_waiting(&self) -> String {
        const SHOWN: usize = 3;
        let waiting: Vec<String> = (0..)
            .zip(&self.tasks)
            .filter(|(_, task)| !matches!(task.waiting, Waiting::Done | Waiting::Unknown))
            .map(|(number, task): (u32, _)| format!("task {number} waits for {}", task.waiting))
            .collect();
        let shown = waiting[..waiting.len().min(SHOWN)].join(", ");
        match waiting.len() {
            0 => "no task is left".into(),
            count if count > SHOWN => format!("{shown} and {} more wait", count - SHOWN),
            _ => shown,
        }
    }
}

impl From<Violation> for Failure {
    fn from(Violation { kind, message }: Violation) -> Self {
        Self { kind, message }
    }
}
