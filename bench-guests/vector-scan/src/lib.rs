//! Registrations in a vector; the poll list is rebuilt from it every turn and the vector
//! scanned for the handles that became ready. .NET's event loop works like this.

use pollbench_executor::{
    Description, Driver, Failure, Handle, PollHost, Reactor, Strategy, Token, component, script,
};

/// The reactor: `insert` is O(1), `remove` and a turn are O(N).
#[derive(Default)]
pub struct VectorScan {
    registered: Vec<(Handle, Token)>,
}

impl Reactor for VectorScan {
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

        let mut is_ready = vec![false; handles.len()];
        for position in positions {
            is_ready[position as usize] = true;
        }
        let mut position = 0;
        self.registered.retain(|(_, token)| {
            let keep = !is_ready[position];
            position += 1;
            if !keep {
                ready.push(*token);
            }
            keep
        });
    }
}

impl Strategy for VectorScan {
    const DESCRIPTION: Description = Description {
        name: "vector-scan",
        strategy: "vector scan",
        summary: "rebuilds the poll list from a vector each turn and scans it for the ready",
        knobs: &[],
    };

    fn run<H: Driver>(host: H, tasks: u32, _knobs: &[u64]) -> Result<(), Failure> {
        script::run(host, Self::default(), tasks)
    }
}

component!(VectorScan);
