use pollbench_executor::{Handle, Token};

/// Who waits for a handle: the token of a wait, and the handle's position within that wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Owner {
    pub token: Token,
    pub member: u32,
}

/// The list is rebuilt if more than one in this many slots has changed, and corrected
/// otherwise.
const CORRECTED: usize = 8;

/// The token of a free slot; no wait has it.
const FREE: Token = Token(u32::MAX);

/// The handles to poll, in the order of their numbers, and who waits for each.
///
/// Handle numbers are small, dense and reused, so everything is indexed by them: adding and
/// removing are O(1). The host is fastest with a list in the order of creation, and the
/// order of the numbers is close to that. The list is updated only for a poll of all, so a
/// handle that was reported and is waited for again by then causes no work.
#[derive(Default)]
pub(crate) struct PollSet {
    /// The slots by handle number.
    slots: Vec<Slot>,
    /// The owners of handles beyond each handle's first one.
    others: Vec<(Handle, Owner)>,
    list: Vec<Handle>,
    /// How many handles are registered and not in the list, or the other way round.
    differences: usize,
    /// These handles, and some that differed for a while; incomplete if `too_many`.
    changed: Vec<Handle>,
    too_many: bool,
    /// The buffer for the next corrected list, kept to reuse its memory.
    spare: Vec<Handle>,
    len: usize,
}

#[derive(Clone, Copy)]
struct Slot {
    /// The first owner; most handles have no other.
    owner: Owner,
    listed: bool,
}

impl Slot {
    const EMPTY: Self = Self { owner: Owner { token: FREE, member: 0 }, listed: false };

    fn is_free(&self) -> bool {
        self.owner.token == FREE
    }
}

impl PollSet {
    /// How many handles are registered.
    pub fn len(&self) -> usize {
        self.len
    }

    pub fn contains(&self, handle: Handle) -> bool {
        self.slots.get(handle.0 as usize).is_some_and(|slot| !slot.is_free())
    }

    /// Who waits for `handle`; one of the owners if there are several.
    pub fn owner(&self, handle: Handle) -> Option<Owner> {
        let slot = self.slots.get(handle.0 as usize).filter(|slot| !slot.is_free())?;
        Some(slot.owner)
    }

    pub fn insert(&mut self, handle: Handle, owner: Owner) {
        let index = handle.0 as usize;
        if index >= self.slots.len() {
            self.slots.resize(index + 1, Slot::EMPTY);
        }
        let slot = &mut self.slots[index];
        if !slot.is_free() {
            self.others.push((handle, owner));
            return;
        }
        slot.owner = owner;
        self.len += 1;
        let differs = !slot.listed;
        self.change(handle, differs);
    }

    /// Ends one registration of `handle` by `token`, if there is one.
    pub fn remove(&mut self, handle: Handle, token: Token) {
        if self.slots.get(handle.0 as usize).is_some_and(|slot| slot.owner.token == token) {
            self.take(handle);
        } else if let Some(other) =
            self.others.iter().position(|other| other.0 == handle && other.1.token == token)
        {
            self.others.swap_remove(other);
        }
    }

    /// Ends one registration of `handle`, if there is one.
    pub fn take(&mut self, handle: Handle) -> Option<Owner> {
        let slot = self.slots.get_mut(handle.0 as usize).filter(|slot| !slot.is_free())?;
        let owner = slot.owner;
        if let Some(other) = self.others.iter().position(|other| other.0 == handle) {
            slot.owner = self.others.swap_remove(other).1;
            return Some(owner);
        }
        slot.owner.token = FREE;
        self.len -= 1;
        let differs = slot.listed;
        self.change(handle, differs);
        Some(owner)
    }

    /// Takes out the list of all handles, in order. The caller gives it back unchanged by
    /// `put_list`.
    pub fn take_list(&mut self) -> Vec<Handle> {
        let mut list = std::mem::take(&mut self.list);
        if self.differences > 0 {
            if self.too_many {
                self.make(&mut list);
            } else {
                self.correct(&mut list);
            }
            self.differences = 0;
        }
        self.changed.clear();
        self.too_many = false;
        list
    }

    /// Merges the changed handles into the list, and copies the runs between them.
    fn correct(&mut self, list: &mut Vec<Handle>) {
        self.changed.sort_unstable();
        self.changed.dedup();
        self.spare.clear();
        let mut rest = list.as_slice();
        for handle in &self.changed {
            let (before, from) = rest.split_at(rest.partition_point(|listed| listed < handle));
            self.spare.extend_from_slice(before);
            rest = from.strip_prefix(&[*handle]).unwrap_or(from);
            let slot = &mut self.slots[handle.0 as usize];
            slot.listed = !slot.is_free();
            if slot.listed {
                self.spare.push(*handle);
            }
        }
        self.spare.extend_from_slice(rest);
        std::mem::swap(list, &mut self.spare);
    }

    fn make(&mut self, list: &mut Vec<Handle>) {
        list.clear();
        list.reserve(self.len);
        for (number, slot) in (0..).zip(&mut self.slots) {
            slot.listed = !slot.is_free();
            if slot.listed {
                list.push(Handle(number));
            }
        }
    }

    /// Records that a handle was registered or removed. `differs` says whether the list is
    /// now wrong about it.
    fn change(&mut self, handle: Handle, differs: bool) {
        if differs {
            self.differences += 1;
            if !self.too_many {
                self.changed.push(handle);
                self.too_many = self.changed.len() * CORRECTED > self.slots.len();
            }
        } else {
            self.differences -= 1;
        }
    }

    pub fn put_list(&mut self, list: Vec<Handle>) {
        self.list = list;
    }

    /// Adds the next `count` handles from number `cursor` on to `chunk`, continuing with
    /// the lowest after the highest, and returns where the next chunk begins.
    pub fn chunk(&self, cursor: u32, count: usize, chunk: &mut Vec<Handle>) -> u32 {
        let (before, after) = self.slots.split_at(self.slots.len().min(cursor as usize));
        let around = (cursor..).zip(after).chain((0..).zip(before));
        let registered = around.filter(|(_, slot)| !slot.is_free());
        chunk.extend(registered.map(|(number, _)| Handle(number)).take(count));
        chunk.last().map_or(0, |last| last.0 + 1)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Debug)]
    enum Op {
        Insert(u32),
        Take(u32),
        Remove(u32, prop::sample::Index),
        List,
    }

    fn op() -> impl Strategy<Value = Op> {
        prop_oneof![
            4 => (0..100u32).prop_map(Op::Insert),
            2 => (0..100u32).prop_map(Op::Take),
            2 => (0..100u32, any::<prop::sample::Index>()).prop_map(|(it, who)| Op::Remove(it, who)),
            1 => Just(Op::List),
        ]
    }

    proptest! {
        /// The model maps each handle to the tokens of its waits.
        #[test]
        fn the_list_is_that_of_the_handles_waited_for(
            ops in prop::collection::vec(op(), 0..400),
        ) {
            let mut set = PollSet::default();
            let mut model: BTreeMap<Handle, Vec<Token>> = BTreeMap::new();
            for (token, op) in (0..).map(Token).zip(ops) {
                match op {
                    Op::Insert(handle) => {
                        set.insert(Handle(handle), Owner { token, member: 7 });
                        model.entry(Handle(handle)).or_default().push(token);
                    }
                    Op::Take(handle) => {
                        let taken = set.take(Handle(handle)).map(|owner| owner.token);
                        let owners = model.get_mut(&Handle(handle));
                        prop_assert_eq!(taken.is_some(), owners.is_some());
                        if let (Some(token), Some(owners)) = (taken, owners) {
                            prop_assert!(owners.contains(&token));
                            owners.retain(|owner| *owner != token);
                        }
                    }
                    Op::Remove(handle, who) => {
                        if let Some(owners) = model.get_mut(&Handle(handle)) {
                            let token = owners.remove(who.index(owners.len()));
                            set.remove(Handle(handle), token);
                        }
                    }
                    Op::List => {
                        let list = set.take_list();
                        let expected: Vec<Handle> = model.keys().copied().collect();
                        prop_assert_eq!(&list, &expected);
                        set.put_list(list);
                    }
                }
                model.retain(|_, owners| !owners.is_empty());
                prop_assert_eq!(set.len(), model.len());
            }
        }
    }
}
