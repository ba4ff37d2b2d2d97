//! Turns core modules into components.

use wit_component::{ComponentEncoder, metadata};

/// Wraps the core module of a guest, built with wit-bindgen, into a component.
pub fn component(guest: &str, module: &[u8]) -> Result<Vec<u8>, String> {
    let failed = |e| format!("pollbench-{guest} cannot become a component: {e:#}");

    let (_, world) = metadata::decode(module).map_err(failed)?;
    if world.resolve.worlds[world.world].exports.is_empty() {
        return Err(format!(
            "pollbench-{guest} exports no WIT world: generate! and export! it with wit-bindgen"
        ));
    }
    ComponentEncoder::default()
        .module(module)
        .and_then(|encoder| encoder.validate(true).encode())
        .map_err(failed)
}
