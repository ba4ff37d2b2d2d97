use super::{Parameter, Range, Shape};
use crate::agenda::SourceId;
use crate::script::Script;

/// How long a token takes.
pub(super) const DELAY: Parameter = Parameter {
    name: "delay",
    summary: "nanoseconds until a token arrives; 0: it is there before the guest polls",
    range: Range::Integer(0, 1_000_000_000),
    default: 10_000,
};

/// A ring of tasks which pass tokens on: each token a task holds is an event for
/// it, one after the other.
pub(super) struct Tokens {
    holders: Vec<Holder>,
    delay: u64,
    /// Tokens to deal once every task has started.
    active: u32,
    started: usize,
    released: bool,
}

#[derive(Clone, Copy, Default)]
struct Holder {
    source: Option<SourceId>,
    tokens: u32,
}

impl Tokens {
    /// A ring without tokens, whose events happen `delay` nanoseconds after they
    /// are passed on.
    pub(super) fn new(shape: &Shape, delay: u64) -> Self {
        Self {
            holders: vec![Holder::default(); shape.pollables as usize],
            delay,
            active: shape.active,
            started: 0,
            released: false,
        }
    }

    /// The first source of a task that starts; `None` once all tasks have started. When the
    /// last one starts, the tokens are dealt.
    pub(super) fn start(&mut self, task: u32, script: &mut Script<'_>) -> Option<SourceId> {
        if self.started == self.holders.len() {
            return None;
        }
        self.started += 1;
        let source = self.subscribe(task, script);
        if self.started == self.holders.len() {
            self.deal(self.active, script);
        }
        Some(source)
    }

    /// A new source for `task` to wait on.
    pub(super) fn subscribe(&mut self, task: u32, script: &mut Script<'_>) -> SourceId {
        let source = script.agenda.add_source();
        let holder = &mut self.holders[task as usize];
        holder.source = Some(source);
        if holder.tokens > 0 {
            script.agenda.fire_in(source, self.delay);
        }
        source
    }

    /// A new source for `task`, which holds a token, without an event: the caller lets the
    /// task run by other means.
    pub(super) fn park(&mut self, task: u32, script: &mut Script<'_>) -> SourceId {
        let source = script.agenda.add_source();
        self.holders[task as usize].source = Some(source);
        source
    }

    /// Gives out `count` tokens, evenly spaced.
    fn deal(&mut self, count: u32, script: &mut Script<'_>) {
        let tasks = self.holders.len() as u64;
        for token in 0..u64::from(count) {
            self.give((token * tasks / u64::from(count)) as u32, script);
        }
    }

    /// Called when `task` has had its event: its token goes to the next task.
    pub(super) fn pass_on(&mut self, task: u32, script: &mut Script<'_>) {
        self.pass_to((task + 1) % self.holders.len() as u32, task, script);
    }

    /// Called when `task` has had its event: its token goes to `next`.
    pub(super) fn pass_to(&mut self, next: u32, task: u32, script: &mut Script<'_>) {
        let holder = &mut self.holders[task as usize];
        holder.tokens -= 1;
        if holder.tokens > 0
            && let Some(source) = holder.source
        {
            script.agenda.fire_in(source, self.delay);
        }
        self.give(next, script);
    }

    /// Whether `task` holds a token: an event for it is under way.
    pub(super) fn holds(&self, task: u32) -> bool {
        self.holders[task as usize].tokens > 0
    }

    /// Forgets the source of `task`, which is going to end.
    pub(super) fn unsubscribe(&mut self, task: u32) {
        self.holders[task as usize].source = None;
    }

    /// Gives an event to every task that has none under way, so that all tasks can end.
    /// Further calls do nothing.
    pub(super) fn release(&mut self, script: &mut Script<'_>) {
        if std::mem::replace(&mut self.released, true) {
            return;
        }
        script.release(self.holders.iter().filter_map(|holder| holder.source));
    }

    fn give(&mut self, task: u32, script: &mut Script<'_>) {
        let holder = &mut self.holders[task as usize];
        holder.tokens += 1;
        if holder.tokens == 1
            && let Some(source) = holder.source
        {
            script.agenda.fire_in(source, self.delay);
        }
    }
}
