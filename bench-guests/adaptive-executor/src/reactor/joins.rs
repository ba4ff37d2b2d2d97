//! Joins that have begun: some of their handles were ready, so their other handles may be
//! soon.

use pollbench_executor::{Handle, PollHost, Token};

use super::Reactor;

impl<H: PollHost> Reactor<H> {
    /// Asks the missing handles of joins that have begun, one by one and repeatedly, until
    /// a join is complete or asking no longer pays. Returns whether a join is complete.
    pub(super) fn ask_joins(&mut self) -> bool {
        if self.begun.is_empty() {
            return false;
        }
        let mut joins = std::mem::take(&mut self.begun);
        // A token may be listed several times: for a wait that has ended, and for a later
        // one that reuses the token.
        joins.retain(|token| self.take_begun(*token));
        let missing: u32 = joins.iter().map(|token| self.waits[token.0 as usize].missing).sum();
        if self.policy.begin_asking(missing as usize, self.set.len()) {
            let mut goes_on = true;
            while goes_on && !joins.is_empty() && self.woken.is_empty() {
                goes_on = false;
                joins.retain(|token| {
                    goes_on |= self.ask_join(*token);
                    self.waits[token.0 as usize].missing > 0
                });
            }
        }
        for token in &joins {
            self.waits[token.0 as usize].has_begun = true;
        }
        self.begun = joins;
        !self.woken.is_empty()
    }

    /// Empties the list of joins that have begun, so that they are no longer asked.
    pub(super) fn forget_joins(&mut self) {
        let mut joins = std::mem::take(&mut self.begun);
        for token in joins.drain(..) {
            self.take_begun(token);
        }
        self.begun = joins;
    }

    /// Whether a wait is an incomplete join that has begun. Clears the mark, so that only
    /// the first call for a token returns true.
    fn take_begun(&mut self, token: Token) -> bool {
        let Some(wait) = self.waits.get_mut(token.0 as usize) else { return false };
        std::mem::take(&mut wait.has_begun) && wait.missing > 0
    }

    /// Asks the missing handles of a join. Returns whether there were any, and credit to
    /// ask them all.
    fn ask_join(&mut self, token: Token) -> bool {
        let Some(members) = self.waits[token.0 as usize].members.clone() else { return false };
        let mut asked = false;
        for handle in members.iter() {
            if self.set.owner(*handle).is_some_and(|owner| owner.token == token) {
                if !self.policy.may_ask(self.set.len()) {
                    return false;
                }
                asked = true;
                let is_ready = self.host.is_ready(*handle);
                self.policy.asked(is_ready, self.set.len());
                if is_ready {
                    self.take_ready(*handle);
                }
            }
        }
        asked
    }

    fn take_ready(&mut self, handle: Handle) {
        if let Some(owner) = self.set.take(handle) {
            self.happened(handle, owner);
        }
    }
}
