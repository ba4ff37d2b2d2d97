//! What is made of a profile, short of a browser.

mod document;
mod firefox;
mod flame;
mod text;
mod trace_event;

use std::path::PathBuf;
use std::{env, fs};

use pollbench_reports::profile::flame::Flame;
use pollbench_reports::profile::{Profile, firefox as firefox_file, trace_event as trace_file};

use crate::support::{hostile_profile, profile};

/// Names that break out of markup or of a line of folded stacks, or never end.
pub const HOSTILE: [&str; 9] = [
    "<script>window.pwned = 1</script>\"><img src=x onerror=window.pwned=1>",
    "a;b;c 12 34",
    "# a comment",
    "\u{202e}שלום 🦀 \u{1b}[2J\u{0}\u{ffff} '; --",
    "]]></svg></style></title><!-- {{ 7 * 7 }} -->",
    " ",
    "line\nbreak\r\u{2028}7",
    "{\"a\":\\u0000\\",
    "ab\u{301}&amp;_[k]",
];

/// Hostile profiles, one of them with names of 10,000 characters.
pub fn hostile_profiles() -> Vec<Profile> {
    let names = HOSTILE.map(str::to_owned).into_iter().chain(["M".repeat(10_000)]);
    names.map(|name| hostile_profile(&name)).collect()
}

/// Files for other programs to read: set `PROFILE_FILES` to the directory they are to go to.
#[test]
fn files_are_written_when_asked_for() {
    let Some(directory) = env::var_os("PROFILE_FILES").map(PathBuf::from) else { return };
    fs::create_dir_all(&directory).expect("a directory");
    for (number, profile) in [profile()].into_iter().chain(hostile_profiles()).enumerate() {
        let file = |name: &str| {
            fs::File::create(directory.join(format!("{number}.{name}"))).expect("a file")
        };
        firefox_file::write(&profile, file("firefox.json")).unwrap();
        let timeline = profile.timeline.as_ref().unwrap();
        let turns = timeline.unpack().unwrap();
        trace_file::write(&profile, turns, &timeline.markers, file("trace.json")).unwrap();
        let flame = Flame::whole(&profile).unwrap();
        fs::write(directory.join(format!("{number}.svg")), flame.svg().unwrap()).unwrap();
        fs::write(directory.join(format!("{number}.folded")), flame.folded()).unwrap();
    }
}
