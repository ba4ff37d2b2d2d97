mod fairness;
mod hoard;
mod logging;
mod pending_calls;
mod reading;

use std::sync::{Arc, Weak};

use pollbench_reports::record::{Failure, FailureKind};

use super::check::{Violation, Waiting};
use super::log::Log;
use super::runnable::RunnableTasks;
use super::tally::{Edge, Tally};
use super::task_step::TaskStep;
use super::{CALL_NANOSECONDS, EventKind, HANDLE_NANOSECONDS};
use super::{LIVELOCK_CALLS_A_HANDLE, LIVELOCK_POLLS};
use crate::agenda::{Agenda, DueStamp, Event, HostModel, Latencies, Woken};
use crate::script::{Plan, Script, Step, Workload};
use fairness::Fairness;
use hoard::Hoard;
use pending_calls::PendingCalls;
pub use pending_calls::{PendingCall, Running};
pub use reading::{Given, Reading};

/// One run of a workload: answers the guest's calls, checks and counts them.
///
/// The first violation ends the run: it is kept, and every later step fails with it.
pub struct Simulation {
    workload: Box<dyn Workload>,
    plan: Plan,
    agenda: Agenda,
    /// By task: what it waits for.
    tasks: Vec<Waiting>,
    /// How many tasks are not done.
    alive: usize,
    tally: Tally,
    /// The state needed to check the guest. A timed run has none, because it repeats a run
    /// that was checked.
    checks: Option<Checks>,
    /// Whether the measured window has closed and all events that were due by then have
    /// been consumed.
    winding_down: bool,
    pending: PendingCalls,
    /// Pollables of the clock that were ready when they were made; some may have been
    /// dropped.
    markers: Vec<Weak<Event>>,
    /// Whether the call that the host waits for has been woken.
    woken: Woken,
    violation: Option<Violation>,
}

/// What is remembered in order to check a guest.
#[derive(Default)]
struct Checks {
    runnable: RunnableTasks,
    fairness: Fairness,
    hoard: Hoard,
    /// By task: the number of polls when it last ran.
    ran_at_poll: Vec<Option<u64>>,
    /// What the guest does, where that is to be kept.
    log: Option<Box<Log>>,
    /// The task that the first violation is about, if it should have run.
    culprit: Option<u32>,
}

impl Checks {
    /// Called when a task runs. Returns whether it has run before since the last poll.
    fn runs(&mut self, task: u32, polls: u64) -> bool {
        let index = task as usize;
        if index >= self.ran_at_poll.len() {
            self.ran_at_poll.resize(index + 1, None);
        }
        self.ran_at_poll[index].replace(polls) == Some(polls)
    }
}

impl Simulation {
    /// A new run on a host with this model, which checks the guest.
    pub fn checked(workload: Box<dyn Workload>, model: HostModel) -> Self {
        let mut agenda = Agenda::on(model);
        agenda.latencies = Latencies::new(true, None);
        agenda.owed = Some(Default::default());
        Self::new(workload, agenda, Some(Checks::default()))
    }

    /// A new run that repeats a checked one as cheaply as possible. With a clock, latencies
    /// are recorded in real time.
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
            pending: PendingCalls::default(),
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

    /// Whether the guest is checked, so that [`Simulation::reported`] has to be called.
    pub fn is_checked(&self) -> bool {
        self.checks.is_some()
    }

    /// The counts so far.
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

    /// The guest's first violation.
    pub fn violation(&self) -> Option<&Violation> {
        self.violation.as_ref()
    }

    /// Records that a waiting call has been woken. Whoever looks at the call clears it.
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
        if let Some(Checks { hoard, .. }) = &mut self.checks {
            hoard.timer(&event);
        }
        if let Some(log) = self.log() {
            log.timer(&event, deadline);
        }
        event
    }

    /// Counts a pollable that is made elsewhere: that of a real clock.
    pub fn foreign_pollable(&mut self) {
        self.tally.subscribed();
    }

    /// Counts a pollable of a standard stream, which is none of the executor's.
    pub fn stream_pollable(&mut self) {
        self.tally.stream_subscribed();
    }

    /// Counts a dropped pollable of a standard stream.
    pub fn stream_pollable_dropped(&mut self) {
        self.tally.stream_dropped();
        if let Some(log) = self.log() {
            log.dropped();
        }
    }

    /// On a real host: makes the events happen that have become due meanwhile. Returns the
    /// time of the next event, and whether that has changed.
    pub fn catch_up(&mut self) -> (Option<u64>, bool) {
        let before = self.agenda.next();
        self.agenda.pass(0);
        let next = self.agenda.next();
        (next, next != before)
    }

    /// The nanoseconds from now until a time that [`Simulation::catch_up`] has returned.
    pub fn until(&self, time: u64) -> u64 {
        time.saturating_sub(self.agenda.now())
    }

    /// Counts a call of the clock.
    pub fn clock_call(&mut self) -> Result<(), Violation> {
        self.tally.total.clock_calls += 1;
        self.count_call()
    }

    /// Counts a call of `pollable.ready`.
    pub fn ready_call(&mut self) -> Result<(), Violation> {
        self.tally.total.ready_calls += 1;
        self.agenda.pass(CALL_NANOSECONDS);
        self.count_call()
    }

    /// Counts a call of `pollable.block`.
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

    /// Counts a change of a poll set.
    pub fn set_change(&mut self) {
        self.tally.total.set_changes += 1;
    }

    /// Counts a dropped pollable.
    pub fn dropped(&mut self) {
        self.tally.dropped();
        if let Some(log) = self.log() {
            log.dropped();
        }
    }

    /// Called when a `poll` with this many handles begins.
    pub fn poll_begins(&mut self, handles: usize) -> Result<(), Violation> {
        if handles == 0 {
            let message = format!("`poll` was called with no handle; {}", self.describe_waiting());
            return Err(self.violate(FailureKind::EmptyPoll, message));
        }
        self.poll_with(handles)
    }

    /// Called when a call that asks a poll set begins. It counts as a poll that passes no
    /// handle.
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
        self.check_hoard()
    }

    /// Called when the host looks at all handles of a list.
    pub fn looked(&mut self) {
        self.tally.total.looks += 1;
    }

    /// Called when a poll returns this many positions.
    pub fn poll_ends(&mut self, ready: usize) {
        self.tally.total.ready_returned += ready as u64;
        if self.is_logged() {
            self.log_polled();
        }
    }

    /// Called when the host reports, by any call, that an event is ready. It is only needed
    /// for a guest that is checked.
    pub fn reported(&mut self, event: &Arc<Event>) {
        let now = self.agenda.latencies.now();
        if self.is_logged() {
            self.log_reported(event);
        }
        let is_new = event.report();
        if let Some(Checks { fairness, runnable, .. }) = &mut self.checks
            && !event.is_timer()
            && (is_new || event.is_shared())
        {
            fairness.reported(event, now, runnable.count());
        }
    }

    /// Called while a guest's call waits: the host yields to its runtime, which finds out
    /// what has happened. Returns whether the call has been woken; if not, time has to
    /// [jump](Self::jump) before the host yields again.
    pub fn host_yields(&mut self) -> bool {
        self.agenda.host_yields();
        self.woken.is_set()
    }

    /// Lets the host yield, and time jump, until the call has been woken.
    pub fn host_waits(&mut self) -> Result<(), Violation> {
        while !self.host_yields() {
            self.jump()?;
        }
        Ok(())
    }

    /// Called when the guest blocks and nothing it waits for is ready: time jumps to the
    /// next event. It is a violation to block while a task could run, or when nothing can
    /// ever happen again.
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

    /// Checks that the guest may block.
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
        let why = self.tasks[task].why_runnable();
        let message = format!("the guest blocks although task {task} could run: {why}");
        Err(self.violate_by(task as u32, FailureKind::Lost, message))
    }

    /// Answers `driver.next`, if no fuel is counted.
    pub fn next(&mut self, task: u32, outcome: u32) -> Result<TaskStep, Violation> {
        let (running, edge) = self.begin(task, outcome)?;
        Ok(self.at_edge(edge, |it| it.answer(running)))
    }

    /// Answers a call in which a task runs, and takes the counts if the window closes before or
    /// opens behind it. No fuel is counted.
    fn at_edge<R>(&mut self, edge: Option<Edge>, answer: impl FnOnce(&mut Self) -> R) -> R {
        if edge == Some(Edge::Closes) {
            self.snapshot(Edge::Closes, 0);
        }
        let answered = answer(self);
        if edge == Some(Edge::Opens) {
            self.snapshot(Edge::Opens, 0);
        }
        answered
    }

    /// The first half of [`Simulation::next`]: checks and counts that the task runs. The
    /// second value is the end of the measured window that this is, if any. The caller then
    /// calls [`Simulation::snapshot`]: at once if the window closes, after the second half
    /// if it opens.
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

    /// The second half of [`Simulation::next`]: returns what the task does next. Some time
    /// after the window has closed, that is to end.
    pub fn answer(&mut self, running: Running) -> TaskStep {
        let Running { task, outcome, waited } = running;
        let (step, waited) = match waited {
            Waiting::StreamEnded(ended) => (*ended.next, Waiting::AfterSpawn),
            waited => (self.script_step(task, outcome, &waited), waited),
        };
        let Self { agenda, tally, .. } = self;
        let subscribe = |source| {
            tally.subscribed();
            agenda.event(source)
        };
        let answer = TaskStep::new(&step, subscribe, |source| agenda.event(source));
        if matches!(answer, TaskStep::Read(_)) {
            tally.stream_given();
        }
        if self.is_logged() {
            self.log_names(task, &answer);
        }
        self.took(task, step, waited);
        answer
    }

    /// Checks that `task` may run, being told this outcome of what it has waited for.
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
        if let Some(place) = checks.runnable.leave(task)
            && let Some((other, first)) = checks.runnable.first()
            && *waited == Waiting::Yield
            && first < place
        {
            let message = format!(
                "task {task} yielded and ran again before task {other}, which could run when it did"
            );
            return Err(self.violate(FailureKind::OutOfOrderYield, message));
        }
        self.check_hoard()?;
        self.check_fairness()
    }

    /// Consumes the events that a task runs for. Returns which end of the window that is,
    /// if any.
    fn happens(&mut self, waited: &Waiting, outcome: u32) -> Option<Edge> {
        let happened = waited.happened(outcome);
        let event = happened.event?;
        // The latency of a join counts from the last of its events.
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

    /// Asks the workload what `task` does next, after what it has waited for.
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

    /// Records the step that `task` has been told.
    fn took(&mut self, task: u32, step: Step, waited: Waiting) {
        let spawned = if let Step::Spawn(other) = step { Some(other) } else { None };
        let now = self.agenda.now();
        let needed = waited.pollables();
        let after = self.is_logged().then(|| waited.to_string());
        let waiting = Waiting::for_step(step, waited, now);
        self.goes_on(task, needed, waiting, after);
        if let Some(other) = spawned {
            self.start(other, Waiting::Spawned);
        }
    }

    /// Records what `task` waits for now, after something that needed some pollables. `after`
    /// says in words what that was, where what the guest does is kept.
    fn goes_on(&mut self, task: u32, needed: u64, waiting: Waiting, after: Option<String>) {
        if let Some(after) = after {
            self.log_step(task, after, &waiting);
        }
        if let Some(Checks { hoard, .. }) = &mut self.checks {
            hoard.changes(needed, waiting.pollables());
        }
        self.wait(task, waiting);
    }

    /// Records the counts at an end of the measured window, with the fuel burnt so far.
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

    /// Records the waits of tasks whose events are due when the window closes.
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
                // A join or a race is one event: that of its last pollable or of its first.
                Waiting::Join(_) => due.extend(all.max()),
                Waiting::Race(_) => due.extend(all.min()),
                _ => due.extend(all),
            }
        }
        due.into_iter().for_each(|(due, cold)| agenda.latencies.still_waits(due, cold));
    }

    /// Checks that a guest whose `run` has returned left everything in order.
    pub fn finish(&mut self) -> Result<(), Violation> {
        if let Some(violation) = &self.violation {
            return Err(violation.clone());
        }
        if self.alive > 0 {
            let message = format!("`run` returned too early; {}", self.describe_waiting());
            return Err(self.violate(FailureKind::Unfinished, message));
        }
        // Some executors keep one marker for the whole run, to poll without blocking. On a
        // real host the markers are made elsewhere and not known here, so one is allowed.
        let is_alive = |marker: &Weak<Event>| marker.strong_count() > 0;
        let has_marker = self.markers.iter().any(is_alive) || self.agenda.is_real();
        let left = self.tally.executor_handles().saturating_sub(u64::from(has_marker));
        if left > 0 {
            let message = self.describe_leak(left);
            return Err(self.violate(FailureKind::Leaked, message));
        }
        self.check_streams()
    }

    fn describe_leak(&self, left: u64) -> String {
        let all = self.tally.total.subscriptions - self.tally.stream_subscriptions;
        if self.pending.any {
            return format!("{left} of {all} calls still waited when `run` returned");
        }
        let streams = match self.tally.stream_handles {
            0 => "",
            _ => " (those of standard output and the like are not counted)",
        };
        format!("{left} of {all} pollables were never dropped{streams}")
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
                // The executor chooses where in the queue it puts a spawned task.
                Waiting::Spawned => checks.runnable.enter_unordered(task, steps),
                waiting if waiting.is_runnable() => checks.runnable.enter(task, steps),
                _ => {}
            }
            if let Some(until) = waiting.until() {
                checks.fairness.sleeps(task, until);
            }
        }
        self.tasks[task as usize] = waiting;
    }

    /// Records the first violation, and at which step it was seen.
    fn violate(&mut self, kind: FailureKind, message: String) -> Violation {
        let message = format!("at step {}: {message}", self.tally.total.steps);
        self.violation.get_or_insert_with(|| Violation::new(kind, message)).clone()
    }

    /// As [`Simulation::violate`], for a task that should have run.
    fn violate_by(&mut self, task: u32, kind: FailureKind, message: String) -> Violation {
        if let (None, Some(checks)) = (&self.violation, &mut self.checks) {
            checks.culprit = Some(task);
        }
        self.violate(kind, message)
    }

    /// How many tasks wait, and what the first few wait for, in words.
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
        Self::new(kind, message)
    }
}
