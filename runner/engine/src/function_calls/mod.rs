//! The host functions that an instrumented component calls when it enters and leaves a
//! function, and the recorder that they tell.

pub mod crossing;
mod recorder;

use wasmtime::component::Linker;
use wasmtime::{Result, StoreContextMut};

use super::host_state::{FUEL, HostState};
use crossing::{ENTER, EXIT, INTERFACE};
pub use recorder::{RecordError, Recorder};

/// How a recorder is told of a call.
type Tell = fn(&mut Recorder, u32, u64, u64) -> std::result::Result<(), RecordError>;

/// Links them. A component that is not instrumented has no use for them.
pub fn add_to_linker(linker: &mut Linker<HostState>) -> Result<()> {
    let mut interface = linker.instance(INTERFACE)?;
    let functions: [(&str, Tell); 2] = [(ENTER, Recorder::enter), (EXIT, Recorder::exit)];
    for (name, tell) in functions {
        interface.func_wrap(
            name,
            move |mut store: StoreContextMut<'_, HostState>, (function, quiet): (u32, u64)| {
                let Some(_) = store.data().recorder else { return Ok(()) };
                let fuel = FUEL - store.get_fuel()?;
                if let Some(recorder) = &mut store.data_mut().recorder {
                    tell(recorder, function, quiet, fuel)?;
                }
                Ok(())
            },
        )?;
    }
    Ok(())
}
