//! The embedded components are what the contract asks for.

use pollbench_guests::{BUILT_IN, BuiltIn, FAULTY, FAULTY_P3, SLOWED};
use wasmparser::{Encoding, Parser, Payload};

const IMPORTS: [&str; 6] = [
    "wasi:io/poll@",
    "wasi:io/streams@",
    "wasi:io/error@",
    "wasi:clocks/monotonic-clock@",
    "pollbench:bench/driver@",
    "pollbench:bench/stream-driver@",
];
const ASYNC_IMPORTS: [&str; 1] = ["pollbench:bench/async-driver@"];
/// What the experimental guest imports besides.
const EXPERIMENT: &str = "pollbench:experimental/poll-set@";

fn guests() -> impl Iterator<Item = &'static BuiltIn> {
    BUILT_IN.iter().chain([&SLOWED, &FAULTY, &FAULTY_P3])
}

/// Whether the host runs its loop.
fn is_async(guest: &BuiltIn) -> bool {
    guest.name.ends_with("p3")
}

/// The names of what a component imports and exports.
fn interfaces(guest: &BuiltIn) -> (Vec<&'static str>, Vec<&'static str>) {
    let (mut imports, mut exports) = (Vec::new(), Vec::new());
    let mut depth = 0;
    for payload in Parser::new(0).parse_all(guest.component) {
        match payload.expect(guest.name) {
            Payload::Version { encoding, .. } => {
                assert!(depth > 0 || encoding == Encoding::Component, "{}", guest.name);
                depth += 1;
            }
            Payload::End(_) => depth -= 1,
            Payload::ComponentImportSection(section) if depth == 1 => {
                imports.extend(section.into_iter().map(|import| import.unwrap().name.name));
            }
            Payload::ComponentExportSection(section) if depth == 1 => {
                exports.extend(section.into_iter().map(|export| export.unwrap().name.name));
            }
            _ => {}
        }
    }
    (imports, exports)
}

#[test]
fn guests_import_only_what_their_world_names() {
    for guest in guests() {
        let (imports, _) = interfaces(guest);
        assert!(!imports.is_empty(), "{} imports nothing", guest.name);
        for import in imports {
            let imports = if is_async(guest) { &ASYNC_IMPORTS[..] } else { &IMPORTS };
            let known = imports.iter().any(|prefix| import.starts_with(prefix))
                || guest.name == "poll-set" && import.starts_with(EXPERIMENT);
            assert!(known, "{} imports {import}", guest.name);
        }
    }
}

#[test]
fn guests_export_an_executor() {
    for guest in guests() {
        let (_, exports) = interfaces(guest);
        assert_eq!(exports.len(), 1, "{} exports {exports:?}", guest.name);
        let executor = if is_async(guest) { "async-executor" } else { "executor" };
        assert!(exports[0].starts_with(&format!("pollbench:bench/{executor}@")), "{}", guest.name);
    }
}

#[test]
fn guests_hold_no_path_of_the_build_machine() {
    let workspace = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let workspace = std::fs::canonicalize(workspace).expect("the workspace is there");
    let home = std::env::home_dir().expect("there is a home directory");
    for guest in guests() {
        for path in [&workspace, &home] {
            let path = path.to_str().expect("a printable path");
            let mut windows = guest.component.windows(path.len());
            let found = path.len() > 1 && windows.any(|bytes| bytes == path.as_bytes());
            assert!(!found, "{} holds {path}", guest.name);
        }
    }
}

#[test]
fn guests_name_their_compiler() {
    for guest in guests() {
        assert!(guest.compiler.starts_with("rustc 1."), "{}: {}", guest.name, guest.compiler);
    }
}
