use pollbench_executor::Handle;

/// Fewer adjacent ready handles than this are no front: they may be a group, or adjacent by
/// chance.
const FEWEST: usize = 64;

/// Where readiness moves through the list: many adjacent handles were ready, and if tasks
/// end in the order in which they began, the handles after them are ready next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Front {
    /// The number after that of the last handle that was ready.
    pub after: u32,
    /// How many handles of the list were ready.
    found: usize,
}

impl Front {
    /// The front formed by the ready `positions` of `list`, if there is one: more than
    /// about half of the handles from the first ready one to the last are ready. `all` is
    /// the number of registered handles. Positions beyond the list belong to other
    /// pollables.
    pub fn of(positions: &[u32], list: &[Handle], all: usize) -> Option<Self> {
        // If more than a third of all handles are ready, polling all of them is as good.
        if positions.len() < FEWEST || positions.len() * 3 > all {
            return None;
        }
        let (mut found, mut first, mut last) = (0, usize::MAX, 0);
        for position in positions.iter().map(|position| *position as usize) {
            if position < list.len() {
                found += 1;
                first = first.min(position);
                last = last.max(position);
            }
        }
        let is_one = found >= FEWEST && last - first < 2 * found;
        is_one.then(|| Self { after: list[last].0 + 1, found })
    }

    /// How many handles after the front to poll: one and a half times as many as were
    /// ready.
    pub fn reach(self) -> usize {
        self.found + self.found / 2
    }
}
