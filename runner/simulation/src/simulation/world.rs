mod fairness;
mod waits;

use std::sync::{Arc, Weak};

use pollbench_reports::record::{Failure, FailureKind};

use super::check::{Violation, Waiting};
use super::tally::{Edge, Tally};
use super::task_step::TaskStep;
use super::turns::Turns;
use super::{CALL_NANOSECONDS, EventKind, HANDLE_NANOSECONDS};
use super::{LIVELOCK_CALLS_A_HANDLE, LIVELOCK_POLLS};
use crate::agenda::{Agenda, DueStamp, Event, HostModel, Latencies, Woken};
use crate::script::{Plan, Script, Step, Workload};
use fairness::Fairness;
use waits::WaitingCalls;
pub use waits::{Running, Wait};

/// One run of a workload: answers the guest's calls, checks and counts them.
///
/// The first violation ends the run: it is kept, and every later call fails too.
pub struct Simulation {
    workload: Box<dyn Workload>,
    plan: Plan,
    agenda: Agenda,
    /// What each task waits for.
    tasks: Vec<Waiting>,
    /// How many of them are not done.
    alive: usize,
    tally: Tally,
    /// What it takes to check the guest; a run that is timed repeats one that was checked.
    checks: Option<Checks>,
    /// Whether all has happened that is measured, and what was owed then is settled.
    winding_down: bool,
    waits: WaitingCalls,
    /// Pollables of the clock that were ready from the start; some have gone.
    markers: Vec<Weak<Event>>,
    /// Whether what the host waits for has been woken.
    woken: Woken,
    violation: Option<Violation>,
}

/// What is remembered in order to check a guest.
#[derive(Default)]
struct Checks {
    turns: Turns,
    fairness: Fairness,
    /// By task: the polls there had been when it last ran.
    ran_at_poll: Vec<Option<u64>>,
}

impl Checks {
    /// A task runs. Says whether it has run before since the last poll.
    fn runs(&mut self, task: u32, polls: u64) -> bool {
        let index = task as usize;
        if index >= self.ran_at_poll.len() {
            self.ran_at_poll.resize(index + 1, None);
        }
        self.ran_at_poll[index].replace(polls) == Some(polls)
    }
}

impl Simulation {
    /// A run at its beginning, on a host, whose guest is checked.
    pub fn checked(workload: Box<dyn Workload>, model: HostModel) -> Self {
        let mut agenda = Agenda::on(model);
        agenda.latencies = Latencies::new(true, None);
        agenda.owed = Some(Default::default());
        Self::new(workload, agenda, Some(Checks::default()))
    }

    /// A run that repeats one which was checked, as cheap as can be. With a clock, latencies
    /// are taken in its time.
    pub fn timed(
        workload: Box<dyn Workload>,
        model: HostModel,
        clock: Option<quanta::Clock>,
    ) -> Self {
        let mut agenda = Agenda::on(model);
        agenda.latencies = Latencies::new(false, clock);
        Self::new(workload, agenda, None)
    }

    fn new(workload: Box<dyn Workload>, agenda: Agenda, checks: Option<Checks>) -> Self {
        let plan = workload.plan();
        let mut simulation = Self {
            workload,
            plan,
            agenda,
            tasks: Vec::new(),
            alive: 0,
            tally: Tally::default(),
            checks,
            winding_down: false,
            waits: WaitingCalls::default(),
            markers: Vec::new(),
            woken: Woken::default(),
            violation: None,
        };
        (0..plan.tasks).for_each(|task| simulation.start(task, Waiting::Start));
        simulation
    }

    /// How many tasks `run` is to start.
    pub fn tasks(&self) -> u32 {
        self.plan.tasks
    }

    /// Whether the guest is checked, and what is reported to it has to be said.
    pub fn is_checked(&self) -> bool {
        self.checks.is_some()
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

    /// What notes that a call which waits has been woken. It is cleared by whoever looks
    /// at that call.
    pub fn woken(&self) -> &Woken {
        &self.woken
    }

    /// Virtual time, in nanoseconds.
    pub fn now(&mut self) -> Result<u64, Violation> {
        self.clock_call()?;
        Ok(self.agenda.now())
    }

    /// The event behind a pollable of the clock.
    pub fn timer(&mut self, deadline: u64) -> Arc<Event> {
        self.tally.subscribed();
        let event = self.agenda.timer(deadline);
        if event.is_due() {
            self.markers.retain(|marker| marker.strong_count() > 0);
            self.markers.push(Arc::downgrade(&event));
        }
        event
    }

    /// A pollable that is made elsewhere: of a stream of WASI's, or of a real clock.
    pub fn foreign_pollable(&mut self) {
        self.tally.subscribed();
    }

    /// On a real host: what has become due meanwhile happens. Says when the next will,
    /// and whether anything has.
    pub fn catch_up(&mut self) -> (Option<u64>, bool) {
        let before = self.agenda.next();
        self.agenda.pass(0);
        let next = self.agenda.next();
        (next, next != before)
    }

    /// The nanoseconds from now until a time that [`Simulation::catch_up`] has told.
    pub fn until(&self, time: u64) -> u64 {
        time.saturating_sub(self.agenda.now())
    }

    /// A call of the clock.
    pub fn clock_call(&mut self) -> Result<(), Violation> {
        self.tally.total.clock_calls += 1;
        self.count_call()
    }

    /// A call of `pollable.ready`.
    pub fn ready_call(&mut self) -> Result<(), Violation> {
        self.tally.total.ready_calls += 1;
        self.agenda.pass(CALL_NANOSECONDS);
        self.count_call()
    }

    /// A call of `pollable.block`.
    pub fn block_call(&mut self) -> Result<(), Violation> {
        self.tally.total.block_calls += 1;
        self.agenda.pass(CALL_NANOSECONDS);
        self.count_call()
    }

    fn count_call(&mut self) -> Result<(), Violation> {
        let calls = self.tally.call();
        if calls <= LIVELOCK_POLLS + LIVELOCK_CALLS_A_HANDLE * self.tally.handles {
            return Ok(());
        }
        let message = format!(
            "{calls} calls of `ready`, `block` and the clock in a row returned and no task ran; {}",
            self.describe_waiting()
        );
        Err(self.violate(FailureKind::Livelock, message))
    }

    /// A poll set was changed.
    pub fn set_change(&mut self) {
        self.tally.total.set_changes += 1;
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
        self.agenda.pass(CALL_NANOSECONDS + HANDLE_NANOSECONDS * handles as u64);
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

    /// The host looks at all handles of a list.
    pub fn looked(&mut self) {
        self.tally.total.looks += 1;
    }

    /// It returns so many positions.
    pub fn poll_ends(&mut self, ready: usize) {
        self.tally.total.ready_returned += ready as u64;
    }

    /// The host tells the guest, by whatever call, that an event is ready. Only a guest
    /// that is checked need be told so.
    pub fn reported(&mut self, event: &Arc<Event>) {
        let now = self.agenda.latencies.now();
        if let Some(Checks { fairness, turns, .. }) = &mut self.checks
            && !event.is_timer()
            && (event.report() || event.is_shared())
        {
            fairness.reported(event, now, turns.runnable());
        }
    }

    /// A call of the guest's waits, and the host yields to its runtime, which finds what
    /// has happened. Says whether the call has been woken; if not, time is to
    /// [jump](Self::jump) before the host yields again.
    pub fn host_yields(&mut self) -> bool {
        self.agenda.host_yields();
        self.woken.is_set()
    }

    /// The same until the call has been woken.
    pub fn host_waits(&mut self) -> Result<(), Violation> {
        while !self.host_yields() {
            self.jump()?;
        }
        Ok(())
    }

    /// The guest blocks and nothing it waits for is ready: time jumps to the next
    /// event. It must not be blocking in front of a task that could run, nor when
    /// nothing can ever happen again.
    pub fn jump(&mut self) -> Result<(), Violation> {
        if self.checks.is_some() {
            self.check_blocking()?;
        }
        if self.agenda.jump() {
            return Ok(());
        }
        self.check_forgotten(Waiting::has_happened)?;
        let message = format!("the guest blocks for ever; {}", self.describe_waiting());
        Err(self.violate(FailureKind::Deadlock, message))
    }

    /// Whether a guest may block.
    fn check_blocking(&mut self) -> Result<(), Violation> {
        self.check_forgotten(Waiting::is_forgotten)?;
        if self.alive == 0 {
            let message = "the guest blocks although its last task is done".into();
            return Err(self.violate(FailureKind::Lingering, message));
        }
        self.check_sleepers()
    }

    fn check_forgotten(
        &mut self,
        is_forgotten: impl Fn(&Waiting, &Agenda) -> bool,
    ) -> Result<(), Violation> {
        let forgotten = self.tasks.iter().position(|waiting| is_forgotten(waiting, &self.agenda));
        let Some(task) = forgotten else { return Ok(()) };
        let waiting = &self.tasks[task];
        let message = format!(
            "the guest blocks although task {task} could run: it waited for {waiting}, which has happened"
        );
        Err(self.violate(FailureKind::Lost, message))
    }

    /// Answers `driver.next`, where there is no fuel to be noted.
    pub fn next(&mut self, task: u32, outcome: u32) -> Result<TaskStep, Violation> {
        let (running, edge) = self.begin(task, outcome)?;
        if edge == Some(Edge::Closes) {
            self.snapshot(Edge::Closes, 0);
        }
        let step = self.answer(running);
        if edge == Some(Edge::Opens) {
            self.snapshot(Edge::Opens, 0);
        }
        Ok(step)
    }

    /// The first half of [`Simulation::next`]: the task runs, with all that is checked
    /// and counted. At an end of the measured window, which the second value says,
    /// [`Simulation::snapshot`] is to be called: here when it closes, after the second
    /// half when it opens.
    pub fn begin(&mut self, task: u32, outcome: u32) -> Result<(Running, Option<Edge>), Violation> {
        if let Some(violation) = &self.violation {
            return Err(violation.clone());
        }
        self.agenda.pass(CALL_NANOSECONDS);
        self.agenda.latencies.count_step();
        self.tally.step();
        let Some(waiting) = self.tasks.get_mut(task as usize) else {
            return Err(self.violate(
                FailureKind::UnknownTask,
                format!("`next` was called for task {task}, which was never started"),
            ));
        };
        let waited = std::mem::take(waiting);
        if self.checks.is_some() {
            self.check_step(task, outcome, &waited)?;
        }
        let edge = self.happens(&waited, outcome);
        Ok((Running { task, outcome, waited }, edge))
    }

    /// The second half: what it does next. After the window has closed, this lets
    /// every task end.
    pub fn answer(&mut self, running: Running) -> TaskStep {
        let Running { task, outcome, waited } = running;
        let step = self.script_step(task, outcome, &waited);
        let Self { agenda, tally, .. } = self;
        let subscribe = |source| {
            tally.subscribed();
            agenda.event(source)
        };
        let answer = TaskStep::new(&step, subscribe);
        self.took(task, step, waited);
        answer
    }

    /// Whether `task` may run, told this outcome of what it has waited for.
    fn check_step(&mut self, task: u32, outcome: u32, waited: &Waiting) -> Result<(), Violation> {
        let Some(checks) = &mut self.checks else { return Ok(()) };
        let again = checks.runs(task, self.tally.total.poll_calls);
        if let Err((kind, why)) = waited.check(outcome, &self.agenda) {
            let kind = match kind {
                FailureKind::Early | FailureKind::Unreported if again => FailureKind::Double,
                kind => kind,
            };
            return Err(self.violate(kind, format!("task {task} ran, but {why}")));
        }
        if let Some(place) = checks.turns.leave(task)
            && let Some((other, first)) = checks.turns.first()
            && *waited == Waiting::Yield
            && first < place
        {
            let message = format!(
                "task {task} yielded and ran again before task {other}, which could run when it did"
            );
            return Err(self.violate(FailureKind::OutOfOrderYield, message));
        }
        self.check_fairness()
    }

    /// Takes the events that a task runs for. Says whether that is an end of the window.
    fn happens(&mut self, waited: &Waiting, outcome: u32) -> Option<Edge> {
        let happened = waited.happened(outcome);
        let event = happened.event?;
        // What a join waited for is the last of its events.
        let due = happened.sources.iter().filter_map(|it| self.agenda.consume(*it)).max();
        if let Some((due, cold)) = due {
            self.agenda.latencies.record(due, cold);
        }
        if let (EventKind::Timer, Some(until)) = (event, waited.until()) {
            let late = self.agenda.now().saturating_sub(until);
            self.agenda.latencies.record_lateness(late);
        }
        self.tally.event(event, self.plan)
    }

    /// What `task` does next, after what it has waited for.
    fn script_step(&mut self, task: u32, outcome: u32, waited: &Waiting) -> Step {
        if self.tally.has_closed() && !self.winding_down {
            self.winding_down = self.is_settled();
        }
        let mut script = Script::new(&mut self.agenda, self.winding_down);
        let step = self.workload.next(task, outcome, &mut script);
        self.agenda.latencies.moment_ends();
        if !matches!(step, Step::Again) {
            waited.sources().iter().for_each(|source| self.agenda.remove_source(*source));
        }
        step
    }

    /// `task` has been told its step.
    fn took(&mut self, task: u32, step: Step, waited: Waiting) {
        let spawned = if let Step::Spawn(other) = step { Some(other) } else { None };
        let now = self.agenda.now();
        self.wait(task, Waiting::for_step(step, waited, now));
        if let Some(other) = spawned {
            self.start(other, Waiting::Spawned);
        }
    }

    /// Notes the counts at an end of the measured window, with the fuel burnt so far.
    pub fn snapshot(&mut self, edge: Edge, fuel: u64) {
        self.tally.snapshot(edge, fuel);
        match edge {
            Edge::Opens => self.agenda.latencies.open(self.plan.measured),
            Edge::Closes => {
                self.note_who_waits();
                self.agenda.latencies.close();
            }
        }
    }

    /// The waits of those whose events are due when the window closes.
    fn note_who_waits(&mut self) {
        let Self { tasks, agenda, .. } = self;
        let mut due: Vec<(DueStamp, bool)> = Vec::new();
        for waiting in tasks.iter().filter(|waiting| waiting.has_happened(agenda)) {
            let of = |source: &_| {
                let (stamps, cold) = agenda.waiting(*source);
                stamps.map(move |stamp| (stamp, cold))
            };
            let all = waiting.sources().iter().flat_map(of);
            match waiting {
                // It is one event, that of the last of its pollables or of the first.
                Waiting::Join(_) => due.extend(all.max()),
                Waiting::Race(_) => due.extend(all.min()),
                _ => due.extend(all),
            }
        }
        due.into_iter().for_each(|(due, cold)| agenda.latencies.still_waits(due, cold));
    }

    /// Says whether a guest whose `run` has returned left everything in order.
    pub fn finish(&mut self) -> Result<(), Violation> {
        if let Some(violation) = &self.violation {
            return Err(violation.clone());
        }
        if self.alive > 0 {
            let message = format!("`run` returned too early; {}", self.describe_waiting());
            return Err(self.violate(FailureKind::Unfinished, message));
        }
        // Some executors keep one for the program's life to poll without blocking. What
        // that does to the others is checked elsewhere.
        // A real clock makes its pollables by itself.
        let is_alive = |marker: &Weak<Event>| marker.strong_count() > 0;
        let has_marker = self.markers.iter().any(is_alive) || self.agenda.is_real();
        let markers = u64::from(has_marker);
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

    fn start(&mut self, task: u32, waiting: Waiting) {
        let index = task as usize;
        if index >= self.tasks.len() {
            self.tasks.resize_with(index + 1, Waiting::default);
        }
        self.alive += 1;
        self.wait(task, waiting);
    }

    fn wait(&mut self, task: u32, waiting: Waiting) {
        self.alive -= usize::from(waiting == Waiting::Done);
        if let Some(checks) = &mut self.checks {
            let steps = self.tally.total.steps;
            match &waiting {
                // Where a spawned task is put in the queue is the executor's choice.
                Waiting::Spawned => checks.turns.enter_aside(task, steps),
                waiting if waiting.is_runnable() => checks.turns.enter(task, steps),
                _ => {}
            }
            if let Some(until) = waiting.until() {
                checks.fairness.sleeps(task, until);
            }
        }
        self.tasks[task as usize] = waiting;
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
            .filter(|(_, waiting)| !matches!(waiting, Waiting::Done | Waiting::Unknown))
            .map(|(task, waiting): (u32, _)| format!("task {task} waits for {waiting}"))
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
