//! The rest of WASI 0.2, which components built by a stock toolchain import. It is there,
//! but with nothing behind it: no files, no network, no arguments, no environment; standard
//! input is at its end, randomness is the same in every run, and time is the simulation's.

mod closed;
mod link;
mod output;
mod wall_clock;

use std::sync::{Arc, Mutex, PoisonError};

use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};

pub use link::add_to_linker;
pub use output::shown_lines;
use output::{Capture, Printed};

use super::host_state::HostState;

/// The seed of all randomness. Runs repeat exactly with any version of the crate, because
/// its generator is portable.
const SEED: u64 = 0;

/// What a run has of WASI besides the contract's interfaces.
pub struct Wasi {
    context: WasiCtx,
    printed: Arc<Mutex<Printed>>,
}

impl Wasi {
    /// For a run that may print `output_limit` bytes.
    pub fn new(output_limit: usize) -> Self {
        let printed = Arc::new(Mutex::new(Printed::new(output_limit)));
        let context = WasiCtx::builder()
            .allow_tcp(false)
            .allow_udp(false)
            .allow_ip_name_lookup(false)
            .secure_random(Pcg64Mcg::seed_from_u64(SEED))
            .insecure_random(Pcg64Mcg::seed_from_u64(SEED))
            .insecure_random_seed(SEED.into())
            .stdout(Capture::stdout(&printed))
            .stderr(Capture::stderr(&printed))
            .build();
        Self { context, printed }
    }

    /// What the guest printed on standard output and on standard error, as far as it is kept.
    pub fn printed(&self) -> [String; 2] {
        self.printed.lock().unwrap_or_else(PoisonError::into_inner).texts()
    }
}

impl WasiView for HostState {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi.context, table: &mut self.table }
    }
}
