//! Finding the browser.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Its names on the search path, most wanted first.
const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// Where the browser is: `CHROME` says, or the search path, or `ci/setup` installs it.
pub fn path() -> PathBuf {
    static PATH: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    PATH.get_or_init(|| installed().ok_or(()).or_else(|()| install()))
        .clone()
        .unwrap_or_else(|reason| panic!("no browser to show the report in: {reason}"))
}

fn installed() -> Option<PathBuf> {
    if let Some(chosen) = env::var_os("CHROME") {
        return Some(chosen.into());
    }
    let folders: Vec<PathBuf> = env::split_paths(&env::var_os("PATH")?).collect();
    let places = NAMES.iter().flat_map(|name| folders.iter().map(move |it| it.join(name)));
    places.into_iter().find(|place| place.is_file())
}

fn install() -> Result<PathBuf, String> {
    let advice = "install chromium, or set CHROME to the browser's path";
    // The crates whose tests open a browser lie at different depths.
    let folders = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    let setup = folders.map(|it| it.join("ci/setup")).find(|it| it.is_file());
    let setup = setup.ok_or_else(|| format!("there is no ci/setup; {advice}"))?;
    let run = Command::new(&setup).arg("--tests").status();
    match run {
        Err(error) => Err(format!("`ci/setup --tests` can't be run: {error}; {advice}")),
        Ok(status) if !status.success() => Err(format!("`ci/setup --tests`: {status}; {advice}")),
        Ok(_) => installed().ok_or_else(|| format!("`ci/setup --tests` brought none; {advice}")),
    }
}
