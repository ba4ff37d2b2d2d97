use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::future::poll_fn;
use std::sync::Arc;

use wasmtime::component::{Resource, ResourceTable};
use wasmtime_wasi_io::poll::{DynPollable, Pollable, subscribe};

use super::real::{Descriptor, Real};

use pollbench_simulation::agenda::Event;

/// An event of the simulation behind a stock pollable.
pub enum EventPollable {
    /// An event on a simulated host.
    Event(Arc<Event>),
    /// The descriptor of an event on a real host.
    Descriptor(Descriptor),
}

impl EventPollable {
    /// The pollable of an event, on a host that may be a real one.
    pub fn new(event: Arc<Event>, real: Option<&Real>) -> wasmtime::Result<Self> {
        Ok(match real {
            None => Self::Event(event),
            Some(real) => Self::Descriptor(real.pool.descriptor(event)?),
        })
    }
}

#[wasmtime_wasi_io::async_trait]
impl Pollable for EventPollable {
    async fn ready(&mut self) {
        poll_fn(|cx| match self {
            Self::Event(event) => event.poll_ready(cx),
            Self::Descriptor(descriptor) => descriptor.poll_ready(cx),
        })
        .await
    }
}

/// Makes a pollable the way stock clocks do: a resource of its own and a
/// pollable that owns it.
pub fn push(
    table: &mut ResourceTable,
    event: Arc<Event>,
    real: Option<&Real>,
) -> wasmtime::Result<Resource<DynPollable>> {
    let source = table.push(EventPollable::new(event, real)?)?;
    subscribe(table, source)
}

/// The events that several pollables stand for. These pollables are children of one
/// resource, as those of a stream are; it is deleted with the last of them.
#[derive(Default)]
pub struct SharedEvents {
    /// The resource of an event, by the event's address.
    parents: HashMap<usize, Parent>,
    /// The address of a pollable's event, by the pollable's place in the table.
    children: HashMap<u32, usize>,
}

struct Parent {
    place: u32,
    children: usize,
}

impl SharedEvents {
    /// Makes one more pollable for an event.
    pub fn push(
        &mut self,
        table: &mut ResourceTable,
        event: Arc<Event>,
        real: Option<&Real>,
    ) -> wasmtime::Result<Resource<DynPollable>> {
        let address = Arc::as_ptr(&event).addr();
        let parent = match self.parents.entry(address) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => {
                let place = table.push(EventPollable::new(event, real)?)?.rep();
                entry.insert(Parent { place, children: 0 })
            }
        };
        // A resource that is only borrowed stays when its pollable is dropped.
        let pollable = subscribe(table, Resource::<EventPollable>::new_borrow(parent.place))?;
        parent.children += 1;
        self.children.insert(pollable.rep(), address);
        Ok(pollable)
    }

    /// Notes that a pollable was dropped, which may have been one of a shared event.
    pub fn dropped(&mut self, table: &mut ResourceTable, pollable: u32) -> wasmtime::Result<()> {
        let Some(address) = self.children.remove(&pollable) else { return Ok(()) };
        let Entry::Occupied(mut parent) = self.parents.entry(address) else { return Ok(()) };
        parent.get_mut().children -= 1;
        if parent.get().children == 0 {
            let place = parent.remove().place;
            table.delete(Resource::<EventPollable>::new_own(place))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pollbench_simulation::agenda::Agenda;

    #[test]
    fn pollables_of_a_shared_event_are_children_of_one_resource() {
        let mut agenda = Agenda::default();
        let first = agenda.add_shared();
        let second = agenda.share(first);
        let [one, other] = [first, second].map(|source| agenda.event(source));
        let (mut table, mut shared) = (ResourceTable::new(), SharedEvents::default());
        let one = shared.push(&mut table, one, None).unwrap();
        let other = shared.push(&mut table, other, None).unwrap();
        let parent = Resource::<EventPollable>::new_borrow(
            shared.parents.values().next().expect("a parent").place,
        );
        assert_eq!(shared.parents.len(), 1);
        assert_eq!(table.iter_children(&parent).unwrap().count(), 2);
        for pollable in [one, other] {
            let place = pollable.rep();
            assert!(!table.is_empty());
            table.delete(pollable).unwrap();
            shared.dropped(&mut table, place).unwrap();
        }
        assert!(table.is_empty());
        assert!(shared.children.is_empty() && shared.parents.is_empty());
    }
}
