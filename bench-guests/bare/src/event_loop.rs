use std::collections::VecDeque;

use pollbench_executor::{
    Driver, Failure, Handle, Pollable, Step, StreamHandle, StreamHost, TimerHeap, TimerKey, Timers,
};

use crate::poll_list::{Owner, PollList};

/// The task number that stands for the deadline: the owner of the earliest timer's handle.
const DEADLINE: u32 = u32::MAX;

/// The event loop with its state. It owns the handles in the list.
pub struct EventLoop<H: Driver> {
    host: H,
    list: PollList,
    tasks: Vec<Task>,
    unfinished: u32,
    /// Tasks that yielded or were spawned.
    runnable: VecDeque<u32>,
    timers: TimerHeap<u32>,
    deadline: Option<Deadline>,
    /// The positions that `poll` returned, and their owners with the owners' step counts.
    /// They are looked up before any is handled, because handling one moves others in the
    /// list.
    positions: Vec<u32>,
    reported: Vec<(Owner, u64)>,
    expired: Vec<u32>,
}

#[derive(Default)]
struct Task {
    waiting: Waiting,
    /// The position of the task's handle in the list, if it waits for one pollable or keeps
    /// it for `again`.
    position: u32,
    /// The positions of the task's handles in the list, by member, in a race or a join.
    members: Vec<u32>,
    timer: Option<TimerKey>,
    /// The stream that the task reads, and the bytes that it has read.
    stream: Option<(StreamHandle, u64)>,
    /// How many steps the task has been given. A reported handle is stale if this has
    /// changed since.
    steps: u64,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Waiting {
    #[default]
    Nothing,
    Pollable,
    Stream,
    Sleep,
    Timeout,
    Race,
    /// The number of members that are not ready yet.
    Join(u32),
}

struct Deadline {
    at: u64,
    position: u32,
}

impl<H: Driver> EventLoop<H> {
    pub fn new(host: H, tasks: u32) -> Self {
        // One handle for each task, one for the deadline and one for the marker.
        let capacity = tasks as usize + 2;
        Self {
            host,
            list: PollList::with_capacity(capacity),
            tasks: (0..tasks).map(|_| Task::default()).collect(),
            unfinished: 0,
            runnable: VecDeque::with_capacity(capacity),
            timers: TimerHeap::default(),
            deadline: None,
            positions: Vec::with_capacity(capacity),
            reported: Vec::with_capacity(capacity),
            expired: Vec::with_capacity(capacity),
        }
    }

    pub fn run(mut self) -> Result<(), Failure> {
        for task in 0..self.tasks.len() as u32 {
            self.spawn(task);
        }
        while self.unfinished > 0 {
            for _ in 0..self.runnable.len() {
                let task = self.runnable.pop_front().expect("counted");
                self.step(task, 0);
            }
            if self.unfinished > 0 {
                self.turn()?;
            }
        }
        // No timer is left, so this drops the deadline's pollable if there is one.
        self.arm_deadline();
        Ok(())
    }

    fn spawn(&mut self, task: u32) {
        if task as usize >= self.tasks.len() {
            self.tasks.resize_with(task as usize + 1, Task::default);
        }
        self.unfinished += 1;
        self.runnable.push_back(task);
    }

    /// Polls once and runs the tasks that were waiting for what is ready.
    fn turn(&mut self) -> Result<(), Failure> {
        self.arm_deadline();
        let idle = self.runnable.is_empty();
        if self.list.is_empty() {
            return if idle {
                Err("every task waits and no handle is left".into())
            } else {
                Ok(())
            };
        }
        let (host, positions) = (&self.host, &mut self.positions);
        // Each poll needs a new marker: a marker makes the host look for new events only
        // once.
        let marker = (!idle).then(|| Pollable::timer(host, 0));
        let handle = marker.as_ref().map(Pollable::handle);
        self.list.with_marker(handle, |handles| host.poll(handles, positions));
        drop(marker);

        let mut reported = std::mem::take(&mut self.reported);
        for owner in self.positions.iter().filter_map(|position| self.list.owner(*position)) {
            let steps = self.tasks.get(owner.task as usize).map_or(0, |task| task.steps);
            reported.push((owner, steps));
        }
        for (owner, steps) in reported.drain(..) {
            if owner.task == DEADLINE {
                self.expire_timers();
            } else if self.tasks[owner.task as usize].steps == steps {
                self.ready(owner);
            }
        }
        self.reported = reported;
        Ok(())
    }

    /// One of the handles a task waits for is ready.
    fn ready(&mut self, Owner { task, member }: Owner) {
        let index = task as usize;
        match self.tasks[index].waiting {
            Waiting::Nothing | Waiting::Sleep => {}
            Waiting::Pollable => self.step(task, 0),
            Waiting::Stream => self.read(task),
            Waiting::Timeout => {
                if let Some(key) = self.tasks[index].timer.take() {
                    self.timers.cancel(key);
                }
                self.drop_position(self.tasks[index].position);
                self.step(task, 0);
            }
            Waiting::Race => {
                for member in 0..self.tasks[index].members.len() {
                    self.drop_position(self.tasks[index].members[member]);
                }
                self.step(task, member);
            }
            Waiting::Join(missing) => {
                self.drop_position(self.tasks[index].members[member as usize]);
                self.tasks[index].waiting = Waiting::Join(missing - 1);
                if missing == 1 {
                    self.step(task, 0);
                }
            }
        }
    }

    /// Reads the stream of `task`, which is ready.
    fn read(&mut self, task: u32) {
        let index = task as usize;
        let Some((stream, bytes)) = &mut self.tasks[index].stream else { return };
        let stream = *stream;
        match self.host.streams().read(stream) {
            Some(more) => *bytes += more,
            None => {
                let outcome = *bytes as u32;
                self.drop_position(self.tasks[index].position);
                self.host.streams().drop(stream);
                self.tasks[index].stream = None;
                self.tasks[index].waiting = Waiting::Nothing;
                self.step(task, outcome);
            }
        }
    }

    fn expire_timers(&mut self) {
        if let Some(deadline) = self.deadline.take() {
            self.drop_position(deadline.position);
        }
        let now = self.host.now();
        // Collect all expired timers first: running a task may add a timer that is due as
        // well.
        while let Some(task) = self.timers.pop_expired(now) {
            self.expired.push(task);
        }
        let mut expired = std::mem::take(&mut self.expired);
        for task in expired.drain(..) {
            let slot = &mut self.tasks[task as usize];
            slot.timer = None;
            if slot.waiting == Waiting::Timeout {
                let position = slot.position;
                self.drop_position(position);
                self.step(task, 1);
            } else {
                self.step(task, 0);
            }
        }
        self.expired = expired;
    }

    /// Runs `task` until it has something to wait for.
    fn step(&mut self, task: u32, mut outcome: u32) {
        let index = task as usize;
        loop {
            let keeps = self.tasks[index].waiting == Waiting::Pollable;
            let step = self.host.next(task, outcome);
            self.tasks[index].steps += 1;
            if keeps {
                match step {
                    Step::Again => return,
                    Step::Wait(handle) => {
                        let old = self.list.replace(self.tasks[index].position, handle);
                        return self.host.drop(old);
                    }
                    _ => self.drop_position(self.tasks[index].position),
                }
            }
            outcome = 0;
            self.tasks[index].waiting = match step {
                Step::Again => unreachable!("`again` follows `wait` or `again`"),
                Step::Wait(handle) => {
                    self.tasks[index].position = self.list.push(handle, Owner { task, member: 0 });
                    Waiting::Pollable
                }
                Step::Read(stream) => {
                    let handle = self.host.streams().subscribe(stream);
                    self.tasks[index].position = self.list.push(handle, Owner { task, member: 0 });
                    self.tasks[index].stream = Some((stream, 0));
                    Waiting::Stream
                }
                Step::Sleep(nanoseconds) => {
                    self.start_timer(task, nanoseconds);
                    Waiting::Sleep
                }
                Step::Timeout(handle, nanoseconds) => {
                    self.tasks[index].position = self.list.push(handle, Owner { task, member: 0 });
                    self.start_timer(task, nanoseconds);
                    Waiting::Timeout
                }
                Step::Race(handles) => {
                    self.push_members(task, handles);
                    Waiting::Race
                }
                Step::Join(handles) => {
                    let missing = handles.len() as u32;
                    self.push_members(task, handles);
                    Waiting::Join(missing)
                }
                Step::Yield => {
                    self.runnable.push_back(task);
                    Waiting::Nothing
                }
                Step::Spawn(other) => {
                    self.spawn(other);
                    self.tasks[index].waiting = Waiting::Nothing;
                    continue;
                }
                Step::Done => {
                    self.unfinished -= 1;
                    Waiting::Nothing
                }
            };
            return;
        }
    }

    fn start_timer(&mut self, task: u32, nanoseconds: u64) {
        let deadline = self.host.now().saturating_add(nanoseconds);
        self.tasks[task as usize].timer = Some(self.timers.insert(deadline, task));
    }

    fn push_members(&mut self, task: u32, handles: Vec<Handle>) {
        let members = &mut self.tasks[task as usize].members;
        members.clear();
        for (member, handle) in (0..).zip(handles) {
            members.push(self.list.push(handle, Owner { task, member }));
        }
    }

    /// Replaces the deadline's handle if the earliest timer has changed.
    fn arm_deadline(&mut self) {
        let earliest = self.timers.earliest();
        if self.deadline.as_ref().map(|deadline| deadline.at) == earliest {
            return;
        }
        if let Some(deadline) = self.deadline.take() {
            self.drop_position(deadline.position);
        }
        self.deadline = earliest.map(|at| {
            let handle = self.host.subscribe_instant(at);
            let position = self.list.push(handle, Owner { task: DEADLINE, member: 0 });
            Deadline { at, position }
        });
    }

    /// Takes a handle out of the list and drops it.
    fn drop_position(&mut self, position: u32) {
        let (handle, moved) = self.list.swap_remove(position);
        self.host.drop(handle);
        let Some(Owner { task, member }) = moved else { return };
        if task == DEADLINE {
            if let Some(deadline) = &mut self.deadline {
                deadline.position = position;
            }
            return;
        }
        let task = &mut self.tasks[task as usize];
        match task.waiting {
            Waiting::Race | Waiting::Join(_) => task.members[member as usize] = position,
            _ => task.position = position,
        }
    }
}
