//! Keeps compiled components from one process to the next: compiling one of several megabytes
//! takes half a minute, and a comparison loads it in dozens of processes.
//!
//! The code of a component is looked up by what it was made of: the component's bytes, and
//! all of the engine's configuration and version that code depends on. Code is run as it
//! is, so it is only taken from a directory and a file that belong to the user, that no one
//! else can write to, and whose digest is right (see [`store`]).
//!
//! Nothing is kept unless the program asks for it with [`keep_compiled`].

mod key;
mod place;
mod store;

use std::sync::OnceLock;

use pollbench_reports::format;
use wasmtime::component::Component;
use wasmtime::{Engine, Result};

use key::Key;
use place::{NoPlace, place};
use store::Store;

use super::configuration::Configuration;
use super::run::Lane;
use super::source::Source;

/// Components from this size on, in bytes, take noticeable time to compile.
const NOTICEABLE: u64 = 512 << 10;

/// What says lines to the user; set if compiled components are kept.
static TELL: OnceLock<fn(&str)> = OnceLock::new();

/// From now on, keeps compiled components for this process and others of this user, and tells
/// what is compiled where that takes noticeable time.
pub fn keep_compiled(tell: fn(&str)) {
    // If this is called twice, the first one stays.
    let _ = TELL.set(tell);
}

/// The user's store; why there is none.
fn store() -> &'static Result<Store, NoPlace> {
    static STORE: OnceLock<Result<Store, NoPlace>> = OnceLock::new();
    STORE.get_or_init(|| {
        TELL.get().ok_or(NoPlace::NotAskedFor)?;
        Ok(Store::new(place()?))
    })
}

/// Compiles a component, unless its code has been kept.
pub fn compile(engine: &Engine, bytes: &[u8]) -> Result<Component> {
    match store() {
        Ok(store) => compile_with(store, engine, bytes),
        Err(_) => Component::new(engine, bytes),
    }
}

fn compile_with(store: &Store, engine: &Engine, bytes: &[u8]) -> Result<Component> {
    let key = Key::of(engine, bytes);
    if let Some(code) = store.get(&key) {
        // SAFETY: `deserialize` has to be given what `serialize` has returned. The store
        // returns only what this user has put there under the key, to the bit, and what is
        // put there under the key of a component is what `serialize` has returned for it.
        if let Ok(component) = unsafe { Component::deserialize(engine, code) } {
            return Ok(component);
        }
    }
    let component = Component::new(engine, bytes)?;
    if let Ok(code) = component.serialize() {
        store.put(&key, &code);
    }
    Ok(component)
}

/// Tells that a component is about to be compiled and what for, if that takes noticeable time.
pub fn announce(engine: &Engine, label: &str, bytes: &[u8], what: &str) {
    let Some(tell) = TELL.get() else { return };
    if (bytes.len() as u64) < NOTICEABLE {
        return;
    }
    let how = match store() {
        Ok(store) if store.has(&Key::of(engine, bytes)) => return,
        Ok(store) => format!("once, and keeping it in {}", store.directory().display()),
        Err(why) => format!("which is not kept: {why}"),
    };
    let size = format::bytes(bytes.len() as u64);
    tell(&format!("pollbench: compiling {label} ({size}) for {what}, {how}"));
}

/// As [`announce`], for a guest that another process is about to load. A guest that can't be
/// read or run is left to that process.
pub fn announce_loading(source: &Source, host: super::Host, lane: Lane) {
    let Source::File(path) = source else { return };
    let is_small = std::fs::metadata(path).is_ok_and(|it| it.len() < NOTICEABLE);
    if is_small || TELL.get().is_none() {
        return;
    }
    let (Ok((label, bytes)), Ok(configuration)) = (source.read(), Configuration::of(host)) else {
        return;
    };
    announce(configuration.engine(lane), &label, &bytes, purpose(lane));
}

/// What a component is compiled for.
pub(super) fn purpose(lane: Lane) -> &'static str {
    if lane == Lane::Counted { "counting" } else { "timing" }
}

#[cfg(test)]
mod tests;
