use crate::{Handle, IndexedList, PollHost, Reactor, Token};

/// A minimal reactor, for executors that study something else. The reactors of guests can't
/// be linked in, because each guest is a component, and a component has one `executor`
/// export.
#[derive(Default)]
pub struct Simple {
    registered: IndexedList,
}

impl Reactor for Simple {
    type Key = usize;

    fn insert(&mut self, handle: Handle, token: Token) -> usize {
        self.registered.insert(handle, token)
    }

    fn remove(&mut self, slot: usize) {
        self.registered.remove(slot);
    }

    fn is_empty(&self) -> bool {
        self.registered.handles().is_empty()
    }

    fn poll<H: PollHost>(&mut self, host: &H, marker: Option<Handle>, ready: &mut Vec<Token>) {
        let mut positions = Vec::new();
        self.registered.with_marker(marker, |handles| host.poll(handles, &mut positions));
        let slots = self.registered.slots();
        let reported: Vec<usize> =
            positions.iter().filter_map(|p| slots.get(*p as usize).copied()).collect();
        ready.extend(reported.into_iter().map(|slot| self.registered.remove(slot)));
    }
}
