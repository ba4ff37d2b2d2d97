use pollbench_executor::Handle;

/// Fewer handles than this side by side are a group, or chance.
const FEWEST: usize = 64;

/// Where readiness goes through the list: many handles side by side were ready, and
/// if tasks end in the order in which they began, those behind them are the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Front {
    /// The number of the first handle behind those that were ready.
    pub after: u32,
    /// How many were.
    found: usize,
}

impl Front {
    /// The front, if what was ready of a list, out of `all`, is one: more than half of
    /// what lies between the first and the last. Positions behind the list are others'.
    pub fn of(positions: &[u32], list: &[Handle], all: usize) -> Option<Self> {
        // With so many ready, polling all is as good.
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

    /// How many handles behind it are looked at: half as many again as were ready.
    pub fn reach(self) -> usize {
        self.found + self.found / 2
    }
}
