//! The simulation as the host of an executor that runs natively.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};

use pollbench_executor::{Driver, Failure, Handle, PollHost, Step, StreamHandle, StreamHost};
use pollbench_poll_set::{Set, SetHost};
use pollbench_reports::record::FailureKind;
use pollbench_simulation::agenda::{Event, HostModel, PollSets, Waits};
use pollbench_simulation::script::Workload;
use pollbench_simulation::simulation::{Given, Simulation, Tally, TaskStep, Violation};
use slab::Slab;

/// In which order `poll` returns positions: the contract promises none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// As in the list.
    List,
    /// The last of the list first.
    Reversed,
    /// By handle, which is about what wasmtime does.
    Handle,
}

#[derive(Clone)]
pub struct NativeHost {
    world: Rc<RefCell<World>>,
    order: Order,
}

struct World {
    simulation: Simulation,
    pollables: Slab<Arc<Event>>,
    streams: Slab<TaskStream>,
    sets: PollSets,
}

/// A stream that a task was given.
struct TaskStream {
    task: u32,
    event: Arc<Event>,
    /// Its pollables that are alive.
    children: Vec<Handle>,
}

/// What was counted of a run.
pub struct Measured {
    pub tally: Tally,
    pub waits: Waits,
    pub cold_waits: Waits,
}

/// Runs an executor over a workload and says what, if anything, it did wrong.
pub fn run(
    workload: Box<dyn Workload>,
    order: Order,
    executor: impl FnOnce(NativeHost, u32) -> Result<(), Failure>,
) -> Result<(), Violation> {
    measure(workload, order, executor).map(drop)
}

/// As [`run`], and says what was counted.
pub fn measure(
    workload: Box<dyn Workload>,
    order: Order,
    executor: impl FnOnce(NativeHost, u32) -> Result<(), Failure>,
) -> Result<Measured, Violation> {
    measure_on(HostModel::TOKIO, workload, order, executor)
}

/// As [`measure`], on a host like another.
pub fn measure_on(
    model: HostModel,
    workload: Box<dyn Workload>,
    order: Order,
    executor: impl FnOnce(NativeHost, u32) -> Result<(), Failure>,
) -> Result<Measured, Violation> {
    let simulation = Simulation::checked(workload, model);
    let tasks = simulation.tasks();
    let world = Rc::new(RefCell::new(World {
        simulation,
        pollables: Slab::new(),
        streams: Slab::new(),
        sets: PollSets::default(),
    }));
    let host = NativeHost { world: world.clone(), order };
    match catch_unwind(AssertUnwindSafe(|| executor(host, tasks))) {
        Ok(Ok(())) => {
            let simulation = &mut world.borrow_mut().simulation;
            simulation.finish()?;
            Ok(Measured {
                tally: simulation.tally().clone(),
                waits: simulation.latencies().all.clone(),
                cold_waits: simulation.latencies().cold.clone(),
            })
        }
        Ok(Err(failure)) => panic!("the executor gave up: {failure:?}"),
        Err(payload) => match payload.downcast::<Violation>() {
            Ok(violation) => Err(*violation),
            Err(payload) => resume_unwind(payload),
        },
    }
}

/// A violation ends the executor as a trap would end a component.
fn or_trap<T>(result: Result<T, Violation>) -> T {
    result.unwrap_or_else(|violation| resume_unwind(Box::new(violation)))
}

impl World {
    fn push(&mut self, event: Arc<Event>) -> Handle {
        Handle(self.pollables.insert(event) as u32)
    }

    fn event(&self, handle: Handle) -> &Arc<Event> {
        self.pollables.get(handle.0 as usize).expect("a live handle")
    }

    /// Looks at all handles of a list, as wasmtime does: in the order of their numbers.
    fn look(&mut self, handles: &[Handle], in_order: &[u32]) -> Vec<u32> {
        self.simulation.looked();
        self.simulation.woken().clear();
        let waker = self.simulation.woken().waker();
        let mut cx = Context::from_waker(&waker);
        let is_ready = |position: &&u32| {
            self.event(handles[**position as usize]).poll_ready(&mut cx).is_ready()
        };
        in_order.iter().filter(is_ready).copied().collect()
    }

    fn report(&mut self, events: impl IntoIterator<Item = Arc<Event>>) {
        events.into_iter().for_each(|event| self.simulation.reported(&event));
    }
}

impl PollHost for NativeHost {
    fn poll(&self, handles: &[Handle], ready: &mut Vec<u32>) {
        assert!(!handles.is_empty(), "an empty poll list traps");
        let mut world = self.world.borrow_mut();
        or_trap(world.simulation.poll_begins(handles.len()));
        let mut in_order: Vec<u32> = (0..handles.len() as u32).collect();
        in_order.sort_by_key(|position| handles[*position as usize]);
        *ready = world.look(handles, &in_order);
        while ready.is_empty() {
            or_trap(world.simulation.host_waits());
            *ready = world.look(handles, &in_order);
        }
        world.simulation.poll_ends(ready.len());
        let events: Vec<_> =
            ready.iter().map(|it| world.event(handles[*it as usize]).clone()).collect();
        world.report(events);
        match self.order {
            Order::List => ready.sort_unstable(),
            Order::Reversed => ready.sort_unstable_by_key(|position| Reverse(*position)),
            Order::Handle => {}
        }
    }

    fn is_ready(&self, handle: Handle) -> bool {
        let mut world = self.world.borrow_mut();
        or_trap(world.simulation.ready_call());
        let waker = world.simulation.woken().waker();
        let event = world.event(handle).clone();
        let is_ready = event.poll_ready(&mut Context::from_waker(&waker)).is_ready();
        if is_ready {
            world.report([event]);
        }
        is_ready
    }

    fn now(&self) -> u64 {
        or_trap(self.world.borrow_mut().simulation.now())
    }

    fn subscribe_instant(&self, deadline: u64) -> Handle {
        let mut world = self.world.borrow_mut();
        let event = world.simulation.timer(deadline);
        world.push(event)
    }

    fn drop(&self, handle: Handle) {
        // While a violation unwinds, nobody looks any more.
        if let Ok(mut world) = self.world.try_borrow_mut() {
            world.sets.pollable_dropped(handle.0);
            world.pollables.remove(handle.0 as usize);
            world.streams.iter_mut().for_each(|(_, it)| it.children.retain(|it| *it != handle));
            world.simulation.dropped();
        }
    }
}

impl NativeHost {
    /// The virtual time, which this does not move.
    pub fn time(&self) -> u64 {
        u64::MAX - self.world.borrow().simulation.until(u64::MAX)
    }

    /// In the order of the set, or the other way round.
    fn report(&self, world: &mut World, set: Set, mut found: Vec<u32>, tokens: &mut Vec<u32>) {
        world.simulation.poll_ends(found.len());
        let events: Vec<_> =
            found.iter().filter_map(|token| world.sets.event(set.0, *token).cloned()).collect();
        world.report(events);
        if self.order == Order::Reversed {
            found.reverse();
        }
        *tokens = found;
    }
}

impl SetHost for NativeHost {
    fn new_set(&self) -> Set {
        Set(self.world.borrow_mut().sets.create())
    }

    fn add(&self, set: Set, handle: Handle, token: u32) {
        let World { simulation, pollables, sets, .. } = &mut *self.world.borrow_mut();
        simulation.set_change();
        let event = pollables.get(handle.0 as usize).expect("a live handle");
        sets.add(set.0, handle.0, event, token).expect("a free token");
    }

    fn remove(&self, set: Set, token: u32) {
        let mut world = self.world.borrow_mut();
        world.simulation.set_change();
        assert!(world.sets.remove(set.0, token), "a token that is in use");
    }

    fn wait(&self, set: Set, max: u32, tokens: &mut Vec<u32>) {
        let mut world = self.world.borrow_mut();
        or_trap(world.simulation.poll_set_begins());
        let waker = world.simulation.woken().waker();
        let found = loop {
            world.simulation.woken().clear();
            match world.sets.poll_ready(set.0, max, &mut Context::from_waker(&waker)) {
                Poll::Ready(found) => break found,
                Poll::Pending => or_trap(world.simulation.host_waits()),
            }
        };
        self.report(&mut world, set, found, tokens);
    }

    fn ready(&self, set: Set, max: u32, tokens: &mut Vec<u32>) {
        let mut world = self.world.borrow_mut();
        or_trap(world.simulation.poll_set_begins());
        let found = world.sets.ready(set.0, max);
        self.report(&mut world, set, found, tokens);
    }

    fn drop_set(&self, set: Set) {
        // While a violation unwinds, nobody looks any more.
        if let Ok(mut world) = self.world.try_borrow_mut() {
            world.sets.drop(set.0);
        }
    }
}

impl StreamHost for NativeHost {
    fn subscribe(&self, stream: StreamHandle) -> Handle {
        let mut world = self.world.borrow_mut();
        world.simulation.child_pollable();
        let event = world.streams[stream.0 as usize].event.clone();
        let pollable = world.push(event);
        world.streams[stream.0 as usize].children.push(pollable);
        pollable
    }

    fn read(&self, stream: StreamHandle) -> Option<u64> {
        let mut world = self.world.borrow_mut();
        let TaskStream { task, event, .. } = &world.streams[stream.0 as usize];
        let (task, event) = (*task, event.clone());
        match or_trap(world.simulation.read(task, &event, u64::MAX)) {
            Given::Nothing => Some(0),
            Given::Bytes(bytes) => Some(bytes),
            Given::End => None,
        }
    }

    fn drop(&self, stream: StreamHandle) {
        // While a violation unwinds, nobody looks any more.
        if let Ok(mut world) = self.world.try_borrow_mut() {
            let stream = world.streams.remove(stream.0 as usize);
            if !stream.children.is_empty() {
                let message = "resource has children".into();
                or_trap(Err(Violation { kind: FailureKind::Trap, message }))
            }
            world.simulation.stream_dropped();
        }
    }
}

impl Driver for NativeHost {
    type Streams = Self;

    fn streams(&self) -> &Self {
        self
    }

    fn next(&self, task: u32, outcome: u32) -> Step {
        let mut world = self.world.borrow_mut();
        match or_trap(world.simulation.next(task, outcome)) {
            TaskStep::Wait(event) => Step::Wait(world.push(event)),
            TaskStep::Again => Step::Again,
            TaskStep::Sleep(nanoseconds) => Step::Sleep(nanoseconds),
            TaskStep::Timeout(event, nanoseconds) => Step::Timeout(world.push(event), nanoseconds),
            TaskStep::Yield => Step::Yield,
            TaskStep::Race(events) => {
                Step::Race(events.into_iter().map(|event| world.push(event)).collect())
            }
            TaskStep::Join(events) => {
                Step::Join(events.into_iter().map(|event| world.push(event)).collect())
            }
            TaskStep::Spawn(other) => Step::Spawn(other),
            TaskStep::Read(event) => {
                let stream = TaskStream { task, event, children: Vec::new() };
                Step::Read(StreamHandle(world.streams.insert(stream) as u32))
            }
            TaskStep::Done => Step::Done,
        }
    }
}
