//! When cargo runs the build script again.

use std::fs;
use std::path::Path;

/// Watches what the guests are made from. Their tests and READMEs are left
/// out, and so are the crates that are no guests.
pub fn sources() {
    // Relative, so that checkouts which share a target directory don't watch
    // each other's files.
    let workspace = Path::new("../..");
    for file in [
        "Cargo.toml",
        "Cargo.lock",
        "wit/bench.wit",
        "wit/p3.wit",
        "wit/poll-set.wit",
        "wit/streams.wit",
        "wit/deps",
    ] {
        changed(&workspace.join(file));
    }
    for folder in folders(&workspace.join("bench-guests")) {
        if !folder.ends_with("components") {
            changed(&folder.join("Cargo.toml"));
            changed(&folder.join("src"));
        }
    }
    changed(Path::new("build"));
}

/// Watches a file or a folder with all that is in it. What doesn't exist is not
/// watched: cargo would take it as changed every time.
pub fn changed(path: &Path) {
    if path.exists() {
        println!("cargo::rerun-if-changed={}", path.display());
    }
}

fn folders(path: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect()
}
