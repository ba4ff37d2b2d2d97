use pollbench_executor::{Handle, PollHost, Reactor, Token};

/// The simplest reactor there is. (Those of the other guests can't be linked in:
/// each of their crates is a component, and a component has one export.)
#[derive(Default)]
pub struct Simple {
    registered: Vec<(Handle, Token)>,
}

impl Reactor for Simple {
    type Key = Token;

    fn insert(&mut self, handle: Handle, token: Token) -> Token {
        self.registered.push((handle, token));
        token
    }

    fn remove(&mut self, key: Token) {
        self.registered.retain(|(_, token)| *token != key);
    }

    fn is_empty(&self) -> bool {
        self.registered.is_empty()
    }

    fn poll<H: PollHost>(&mut self, host: &H, marker: Option<Handle>, ready: &mut Vec<Token>) {
        let handles: Vec<Handle> =
            self.registered.iter().map(|(handle, _)| *handle).chain(marker).collect();
        let mut positions = Vec::new();
        host.poll(&handles, &mut positions);
        let reported = positions.iter().filter_map(|p| self.registered.get(*p as usize));
        ready.extend(reported.map(|(_, token)| *token));
        self.registered.retain(|(_, token)| !ready.contains(token));
    }
}
