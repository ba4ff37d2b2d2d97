use std::time::Duration;
use std::{env, fs};

use crate::browser::{Page, Theme};
use crate::support::{changed_profile, hostile_profile, profile, profile_of, trace};

/// Pictures to look at: set `PAGE_PICTURES` to the directory they are to go to.
#[test]
fn pictures_are_taken_when_asked_for() {
    let Some(directory) = env::var_os("PAGE_PICTURES").map(std::path::PathBuf::from) else {
        return;
    };
    fs::create_dir_all(&directory).expect("a directory");
    let near = Page::open_profile(&profile());
    crate::wait_for_timeline(&near);
    near.resize(1400, 900);
    near.evaluate("timeline.select(166, true) ?? null");
    let pages = [
        ("typical", Page::open_profile(&profile())),
        ("near", near),
        ("long", Page::open_profile(&profile_of(1_000_000))),
        ("hostile", Page::open_profile(&hostile_profile("\u{202e}שלום 🦀;<script>"))),
        ("trace", open_trace("app.wasm")),
        ("strange-trace", open_trace("\u{202e}שלום 🦀;<script>")),
        ("difference", Page::open_difference(&profile(), &changed_profile())),
    ];
    for (name, page) in pages {
        for (width, theme) in
            [(1400, Theme::Light), (1400, Theme::Dark), (390, Theme::Light), (390, Theme::Dark)]
        {
            page.prefer(theme);
            page.resize(width, 800);
            std::thread::sleep(Duration::from_millis(400));
            let height = page.evaluate("document.documentElement.scrollHeight").as_u64();
            page.resize(width, u32::try_from(height.unwrap_or(800)).unwrap_or(800).min(8_000));
            std::thread::sleep(Duration::from_millis(300));
            let file = directory.join(format!("profile-{name}-{width}-{theme:?}.png"));
            fs::write(file, page.screenshot()).expect("a picture");
        }
    }
}

fn open_trace(name: &str) -> Page {
    let (record, waits) = trace(name, 2_500);
    Page::open_trace(&record, &waits)
}
