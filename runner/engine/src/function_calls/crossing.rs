//! What an instrumented component and the host agree on: the imported interface, what a call
//! of it says, and how much fuel it burns.
//!
//! The costs follow from wasmtime's rule (`default_operator_cost` in its `tunables.rs`, and
//! `fuel_before_op` in its `func_environ.rs`): a function costs one unit when it is entered,
//! and each instruction one, except `nop`, `drop`, `block`, `loop`, `else`, `end`, `return`
//! and `unreachable`, which are free. Fuel is brought up to date at each call, so the host
//! sees what was burnt up to and including the call's own instruction.

/// The instance that an instrumented component imports.
pub const INTERFACE: &str = "pollbench:profile/calls";

/// Its function that is called when a function is entered.
pub const ENTER: &str = "enter";

/// Its function that is called when a function is left.
pub const EXIT: &str = "exit";

/// How many bits of a [`Token`] are the number of parameters. WebAssembly allows 1,000 of
/// them (the JavaScript API's implementation limits, which wasmparser keeps too).
const PARAMETER_BITS: u32 = 10;

/// Selects the number of parameters from a token.
pub const PARAMETERS: i32 = (1 << PARAMETER_BITS) - 1;

/// How a function names itself to the host: its position in the list of functions, and the
/// number of its parameters, on which the cost of its instrumentation depends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token(pub u32);

impl Token {
    /// The token of a function; `None` if there are too many functions or parameters.
    pub fn new(function: u32, parameters: u32) -> Option<Self> {
        let fits = function < 1 << (u32::BITS - PARAMETER_BITS) && parameters <= PARAMETERS as u32;
        fits.then_some(Self(function << PARAMETER_BITS | parameters))
    }

    /// The function's position.
    pub fn function(self) -> u32 {
        self.0 >> PARAMETER_BITS
    }

    /// How many parameters it has.
    pub fn parameters(self) -> u64 {
        u64::from(self.0 & PARAMETERS as u32)
    }
}

/// The wrapper's entry, constant and call (3), and what the helper's function does before it
/// calls the host (6).
pub const BEFORE_ENTER: u64 = 9;

/// The helper's reset of what is pending (2), the wrapper's parameters, and its call of the
/// function itself.
pub fn after_enter(token: Token) -> u64 {
    3 + token.parameters()
}

/// The wrapper's constant and call (2), and the helper's part as at an entry (6).
pub const BEFORE_EXIT: u64 = 8;

/// The helper's reset of what is pending.
pub const AFTER_EXIT: u64 = 2;

/// A wrapper whose calls of the helper don't reach the host: its own part without the
/// parameters (6), and the helper's at the entry (12) and at the exit (3).
pub const QUIET_CALL: i64 = 21;

/// A wrapper for the canonical ABI without the parameters (7), and the helper's part before
/// the call (13) and after it (3).
pub const QUIET_ENTRY: i64 = 23;
