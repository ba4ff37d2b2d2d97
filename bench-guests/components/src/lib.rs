//! The guests that come with pollbench, as components. `build/` compiles them
//! from their source.

/// A guest embedded in the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BuiltIn {
    /// The folder it is built from; its own `describe` gives the same name.
    pub name: &'static str,
    /// The component, in binary form.
    pub component: &'static [u8],
    /// What compiled it, as `rustc --version` says it.
    pub compiler: &'static str,
}

macro_rules! built_in {
    ($name:literal) => {
        built_in!($name, $name)
    };
    ($name:literal, $file:literal) => {
        BuiltIn {
            name: $name,
            component: include_bytes!(concat!(env!("OUT_DIR"), "/", $file, ".wasm")),
            compiler: env!("POLLBENCH_GUEST_COMPILER"),
        }
    };
}

/// The guests to measure, the floor first. The build script has their list.
pub static BUILT_IN: &[BuiltIn] = include!(concat!(env!("OUT_DIR"), "/measured.rs"));

/// The same echo server over each of the executors that can have one, as programs of
/// `wasi:cli/command`, and one of WASI 0.3. Their first argument is the address to listen at. They
/// have the names of the executors.
pub static LIVE: &[BuiltIn] = include!(concat!(env!("OUT_DIR"), "/served.rs"));

/// Burns a known amount of work for each event: what the self-test looks for. Not to be
/// compared with the others.
pub static SLOWED: BuiltIn = built_in!("slowed");

/// Executors broken on purpose, for the tests of the checks. A static of its
/// own, so that a program which never names it does not carry it.
pub static FAULTY: BuiltIn = built_in!("faulty");

/// The same for the contract's second world.
pub static FAULTY_P3: BuiltIn = built_in!("faulty-p3");

/// An earlier release of the crate wstd, with a bug that the checks are to find.
pub static WSTD_0_5: BuiltIn = built_in!("wstd-0-5");

/// An earlier release of the crate spin-executor, with another bug that the checks are to find.
pub static SPIN_EXECUTOR_3_1: BuiltIn = built_in!("spin-executor-3-1");
