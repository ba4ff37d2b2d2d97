use pollbench_executor::{Handle, Token};

/// Who waits for a handle: a wait, and which of its handles it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Owner {
    pub token: Token,
    pub member: u32,
}

/// No wait has this token.
const FREE: Token = Token(u32::MAX);

/// The handles to poll, in the order of their numbers, and who waits for each.
///
/// Handle numbers are small, dense, and used again, so that all is indexed by
/// them: adding and removing are O(1). The host is fastest with a list in the
/// order of creation, which that of the numbers is close to. The list is made anew
/// only when a poll of all finds that it isn't right: a handle that was reported
/// and is waited for again has not left it.
#[derive(Default)]
pub(crate) struct PollSet {
    /// By handle.
    slots: Vec<Slot>,
    /// The owners of a handle beyond the first.
    others: Vec<(Handle, Owner)>,
    list: Vec<Handle>,
    /// How many handles are registered and not in the list, or the other way round.
    differences: usize,
    len: usize,
}

#[derive(Clone, Copy)]
struct Slot {
    /// The only owner there mostly is.
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
        if slot.listed {
            self.differences -= 1;
        } else {
            self.differences += 1;
        }
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
        if slot.listed {
            self.differences += 1;
        } else {
            self.differences -= 1;
        }
        Some(owner)
    }

    /// All handles, in order. To be given back by `put_list`, as it was.
    pub fn take_list(&mut self) -> Vec<Handle> {
        let mut list = std::mem::take(&mut self.list);
        if self.differences > 0 {
            list.clear();
            for (number, slot) in (0..).zip(&mut self.slots) {
                slot.listed = !slot.is_free();
                if slot.listed {
                    list.push(Handle(number));
                }
            }
            self.differences = 0;
        }
        list
    }

    pub fn put_list(&mut self, list: Vec<Handle>) {
        self.list = list;
    }

    /// Adds the next `count` handles after `cursor` to `chunk`, from the first one
    /// again after the last, and returns where the next chunk begins.
    pub fn chunk(&self, cursor: u32, count: usize, chunk: &mut Vec<Handle>) -> u32 {
        let (before, after) = self.slots.split_at(self.slots.len().min(cursor as usize));
        let around = (cursor..).zip(after).chain((0..).zip(before));
        let registered = around.filter(|(_, slot)| !slot.is_free());
        chunk.extend(registered.map(|(number, _)| Handle(number)).take(count));
        chunk.last().map_or(0, |last| last.0 + 1)
    }
}
