use pollbench_executor::{Handle, Token};

/// Who waits for a handle: a wait, and which of its handles it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Owner {
    pub token: Token,
    pub member: u32,
}

/// No wait has this token.
const FREE: Owner = Owner { token: Token(u32::MAX), member: 0 };

/// The handles to poll, in the order of their numbers, and who waits for each.
///
/// Handle numbers are small, dense, and used again, so that all is indexed by
/// them: adding and removing are O(1). The host is fastest with a list in the
/// order of creation, which that of the numbers is close to.
#[derive(Default)]
pub(crate) struct PollSet {
    /// By handle; the only owner there mostly is.
    owners: Vec<Owner>,
    /// The owners of a handle beyond the first.
    others: Vec<(Handle, Owner)>,
    registered: Bits,
    /// The list as it was made last, and as a set.
    list: Vec<Handle>,
    listed: Bits,
    /// In how many handles the two sets differ.
    differences: usize,
    len: usize,
}

impl PollSet {
    pub fn len(&self) -> usize {
        self.len
    }

    pub fn contains(&self, handle: Handle) -> bool {
        self.owners.get(handle.0 as usize).is_some_and(|owner| *owner != FREE)
    }

    pub fn insert(&mut self, handle: Handle, owner: Owner) {
        let index = handle.0 as usize;
        if index >= self.owners.len() {
            self.owners.resize(index + 1, FREE);
        }
        if self.owners[index] == FREE {
            self.owners[index] = owner;
            self.flip(handle);
            self.len += 1;
        } else {
            self.others.push((handle, owner));
        }
    }

    /// Ends one registration of `handle` by `token`, if there is one.
    pub fn remove(&mut self, handle: Handle, token: Token) {
        if self.owners.get(handle.0 as usize).is_some_and(|owner| owner.token == token) {
            self.take(handle);
        } else if let Some(other) =
            self.others.iter().position(|other| other.0 == handle && other.1.token == token)
        {
            self.others.swap_remove(other);
        }
    }

    /// Ends one registration of `handle`: it is empty when all are ended.
    pub fn take(&mut self, handle: Handle) -> Option<Owner> {
        let index = handle.0 as usize;
        let owner = *self.owners.get(index).filter(|owner| **owner != FREE)?;
        let other = self.others.iter().position(|other| other.0 == handle);
        self.owners[index] = match other {
            Some(other) => self.others.swap_remove(other).1,
            None => {
                self.flip(handle);
                self.len -= 1;
                FREE
            }
        };
        Some(owner)
    }

    /// All handles, in order. To be given back by `put_list`, as it was.
    pub fn take_list(&mut self) -> Vec<Handle> {
        let mut list = std::mem::take(&mut self.list);
        if self.differences > 0 {
            list.clear();
            list.extend(self.registered.from(0).map(Handle));
            self.listed.clone_from(&self.registered);
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
        let around = self.registered.from(cursor).chain(self.registered.from(0));
        let before = chunk.len();
        chunk.extend(around.take(count.min(self.len)).map(Handle));
        if chunk.len() == before { 0 } else { chunk[chunk.len() - 1].0 + 1 }
    }

    fn flip(&mut self, handle: Handle) {
        if self.registered.flip(handle.0) == self.listed.get(handle.0) {
            self.differences -= 1;
        } else {
            self.differences += 1;
        }
    }
}

/// A set of small numbers.
#[derive(Clone, Default)]
struct Bits(Vec<u64>);

impl Bits {
    fn get(&self, number: u32) -> bool {
        self.0.get(number as usize / 64).is_some_and(|word| word >> (number % 64) & 1 == 1)
    }

    /// Takes the number in or out and says which.
    fn flip(&mut self, number: u32) -> bool {
        let index = number as usize / 64;
        if index >= self.0.len() {
            self.0.resize(index + 1, 0);
        }
        self.0[index] ^= 1 << (number % 64);
        self.get(number)
    }

    /// The numbers from `first` on, ascending.
    fn from(&self, first: u32) -> impl Iterator<Item = u32> {
        let begin = first as usize / 64;
        let words = (begin as u32..).zip(self.0.iter().copied().skip(begin));
        words.flat_map(move |(index, word)| {
            let cut = if index as usize == begin { !0 << (first % 64) } else { !0 };
            Ones(word & cut).map(move |bit| 64 * index + bit)
        })
    }
}

/// The positions of the ones in a word.
struct Ones(u64);

impl Iterator for Ones {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        if self.0 == 0 {
            return None;
        }
        let bit = self.0.trailing_zeros();
        self.0 &= self.0 - 1;
        Some(bit)
    }
}
