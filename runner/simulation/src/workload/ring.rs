/// A ring of groups which pass tokens on: while a group holds one, its events
/// happen as soon as all its tasks wait.
pub(super) struct Ring {
    groups: Vec<Group>,
    /// How many groups have not waited yet. No events happen until all groups have.
    starting: usize,
}

#[derive(Clone, Copy, Default)]
struct Group {
    waits: bool,
    tokens: u32,
}

impl Ring {
    /// A ring with evenly spaced tokens.
    pub(super) fn new(groups: u32, tokens: u32) -> Self {
        let mut ring = vec![Group::default(); groups as usize];
        for token in 0..u64::from(tokens) {
            ring[(token * u64::from(groups) / u64::from(tokens)) as usize].tokens += 1;
        }
        Self { groups: ring, starting: groups as usize }
    }

    /// Called when all tasks of a group wait. Returns the groups whose events have to
    /// happen now.
    pub(super) fn waits(&mut self, group: usize) -> Vec<usize> {
        self.groups[group].waits = true;
        match self.starting {
            0 if self.groups[group].tokens > 0 => vec![group],
            0 => Vec::new(),
            1 => {
                self.starting = 0;
                (0..self.groups.len()).filter(|it| self.groups[*it].tokens > 0).collect()
            }
            _ => {
                self.starting -= 1;
                Vec::new()
            }
        }
    }

    /// Called when a group has had its events and no longer waits: its token goes to the
    /// next group. Returns that group if its events have to happen now.
    pub(super) fn pass_on(&mut self, group: usize) -> Option<usize> {
        let next = (group + 1) % self.groups.len();
        self.groups[group].tokens -= 1;
        self.groups[group].waits = false;
        self.groups[next].tokens += 1;
        let Group { waits, tokens } = self.groups[next];
        (waits && tokens == 1).then_some(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: [usize; 0] = [];

    #[test]
    fn no_token_moves_until_all_groups_wait() {
        let mut ring = Ring::new(4, 2);
        assert_eq!([0, 1, 2].map(|group| ring.waits(group)), [NONE; 3]);
        assert_eq!(ring.waits(3), [0, 2]);
    }

    #[test]
    fn a_token_waits_for_its_group() {
        let mut ring = Ring::new(2, 1);
        assert_eq!(ring.waits(0), NONE);
        assert_eq!(ring.waits(1), [0]);
        assert_eq!(ring.pass_on(0), Some(1));
        assert_eq!(ring.pass_on(1), None);
        assert_eq!(ring.waits(1), NONE);
        assert_eq!(ring.waits(0), [0]);
    }

    #[test]
    fn tokens_may_queue() {
        let mut ring = Ring::new(2, 2);
        assert_eq!(ring.waits(0), NONE);
        assert_eq!(ring.waits(1), [0, 1]);
        assert_eq!(ring.pass_on(0), None);
        assert_eq!(ring.pass_on(1), None);
        assert_eq!((ring.waits(0), ring.waits(1)), (vec![0], vec![1]));
    }
}
