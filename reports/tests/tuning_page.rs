//! The report of a tuning in a real browser.

mod browser;
mod support;

use std::{env, fs};

use browser::{
    BROKEN_WORDS, CONTRAST, OVERFLOW, OVERLAPS, Page, SMALL_TEXT, Theme, WIDTHS,
    expect_no_problems, expect_no_trouble,
};
use pollbench_reports::tuning::{Bound, Tuning};
use serde_json::json;
use support::{compromise, explained, grid, hostile_tuning, mix, two_knobs, two_loads};

/// A bound that some values meet, and one that none does.
const BOUNDS: [Bound; 3] =
    [Bound::P99AtMost(20_000.0), Bound::P99AtMost(100.0), Bound::CostAtMost(2_000.0)];

/// What has to hold for every report of a tuning, whatever is in it.
fn expect_good_page(tuning: &Tuning) {
    let page = Page::open_tuning(tuning);
    page.click("#measured summary");
    expect_no_problems(&page, "wider than the window", OVERFLOW, &WIDTHS, &[Theme::Light]);
    expect_no_problems(&page, "broken words", BROKEN_WORDS, &WIDTHS, &[Theme::Light]);
    expect_no_problems(&page, "overlapping labels", OVERLAPS, &WIDTHS, &[Theme::Light]);
    expect_no_problems(&page, "small labels", SMALL_TEXT, &[360], &[Theme::Light]);
    expect_no_problems(&page, "low contrast", CONTRAST, &[1280], &Theme::ALL);
    page.click("table thead button");
    page.click("#copy");
    expect_no_trouble(&page);
}

#[test]
fn a_tuning_for_two_loads_is_in_order() {
    expect_good_page(&two_loads());
}

#[test]
fn a_tuning_with_a_prediction_is_in_order() {
    expect_good_page(&explained());
}

#[test]
fn a_tuning_for_a_mix_is_in_order() {
    expect_good_page(&mix());
}

#[test]
fn a_tuning_of_two_knobs_is_in_order() {
    expect_good_page(&two_knobs());
}

#[test]
fn a_grid_of_two_knobs_is_in_order() {
    for bound in [None, Some(BOUNDS[1])] {
        expect_good_page(&grid(bound));
    }
}

#[test]
fn whoever_points_at_a_hollow_mark_is_told_that_it_was_not_measured() {
    for (tuning, words) in [
        (explained(), "batch = 2048 does the same as 4096, not measured"),
        (
            grid(None),
            "batch = 4096 and slice = 1 does the same as batch = 1024 and slice = 1, not measured",
        ),
    ] {
        let page = Page::open_tuning(&tuning);
        let hints = page.evaluate(
            "[...document.querySelectorAll('svg.wide title')].map(it => it.textContent).join('\\n')",
        );
        assert!(hints.as_str().is_some_and(|it| it.contains(words)), "{hints}");
    }
}

#[test]
fn a_compromise_is_in_order() {
    expect_good_page(&compromise(None));
}

#[test]
fn a_compromise_with_a_bound_is_in_order() {
    for bound in BOUNDS {
        expect_good_page(&compromise(Some(bound)));
    }
}

/// Names that break out of markup, reorder the words after them, or never end.
fn hostile_names() -> [String; 4] {
    [
        "<script>window.pwned = 1</script>\"><img src=x onerror=window.pwned=1>".into(),
        "\u{202e}שלום 🦀 \u{1b}[2J\u{0} '; --".into(),
        "M".repeat(10_000),
        "]]></svg></style></title><!-- {{ 7 * 7 }} ".into(),
    ]
}

#[test]
fn hostile_names_break_nothing() {
    for name in hostile_names() {
        let tuning = hostile_tuning(&name);
        expect_good_page(&tuning);
        let page = Page::open_tuning(&tuning);
        assert_eq!(page.evaluate("typeof window.pwned"), json!("undefined"));
        let added = "document.querySelectorAll('script, img, iframe').length";
        assert_eq!(page.evaluate(added), json!(1));
        assert_eq!(page.evaluate("document.querySelectorAll('style').length"), json!(1));
    }
}

#[test]
fn the_answer_is_on_the_first_screen_in_large_type() {
    for tuning in [two_loads(), mix(), compromise(None)] {
        let page = Page::open_tuning(&tuning);
        for width in WIDTHS {
            page.resize(width, 800);
            let value = page.evaluate(
                "(it => [it.textContent, it.getBoundingClientRect().bottom,
                    parseFloat(getComputedStyle(it).fontSize)])(document.querySelector('.value strong'))",
            );
            let recommended = tuning.tuned[0].recommended().expect("a value").to_string();
            assert_eq!(value[0], json!(recommended));
            assert!(value[1].as_f64().is_some_and(|it| it > 0.0 && it < 400.0), "{value}");
            assert!(value[2].as_f64().is_some_and(|it| it > 30.0), "{value}");
        }
    }
}

#[test]
fn everything_can_be_read_with_scripts_off() {
    let page = Page::open_tuning(&compromise(None));
    let text = "document.body.innerText";
    page.evaluate("document.querySelector('#measured details').open = true");
    let with = page.evaluate(text);
    page.allow_scripts(false);
    page.reload();
    page.evaluate("document.querySelector('#measured summary').focus() ?? null");
    page.press("Enter");
    let without = page.evaluate(text);
    let words = |text: &serde_json::Value| -> Vec<String> {
        // The button that copies works by script, and is hidden without.
        let text = text.as_str().expect("a text").replace("Copy", "");
        text.split_whitespace().map(str::to_owned).collect()
    };
    assert_eq!(words(&with), words(&without));
    assert!(words(&without).len() > 200);
}

#[test]
fn whoever_points_at_a_value_is_told_its_numbers() {
    let page = Page::open_tuning(&two_loads());
    page.resize(1280, 2000);
    let hint = page.evaluate(
        "(it => { const place = it.getBoundingClientRect();
            const middle = [place.x + place.width / 2, place.y + place.height / 2];
            return document.elementFromPoint(...middle).querySelector('title').textContent;
        })(document.querySelector('svg.wide circle[pointer-events]'))",
    );
    let hint = hint.as_str().expect("a text");
    assert!(hint.starts_with("skew, 1,000 pollables, 100 active: batch = 1: "), "{hint}");
}

/// Pictures to look at: set `PAGE_PICTURES` to the directory they are to go to.
#[test]
fn pictures_are_taken_when_asked_for() {
    let Some(directory) = env::var_os("PAGE_PICTURES").map(std::path::PathBuf::from) else {
        return;
    };
    fs::create_dir_all(&directory).expect("a directory");
    let tunings = [
        ("loads", two_loads()),
        ("explained", explained()),
        ("mix", mix()),
        ("knobs", two_knobs()),
        ("grid", grid(None)),
        ("grid-unmet", grid(Some(BOUNDS[1]))),
        ("compromise", compromise(None)),
        ("p99", compromise(Some(BOUNDS[0]))),
        ("unmet", compromise(Some(BOUNDS[1]))),
        ("cost", compromise(Some(BOUNDS[2]))),
        ("hostile", hostile_tuning(&hostile_names()[1])),
        ("long", hostile_tuning(&hostile_names()[2])),
    ];
    for (name, tuning) in tunings {
        let page = Page::open_tuning(&tuning);
        page.evaluate("document.querySelector('#measured details').open = true");
        for (width, theme) in
            [(1280, Theme::Light), (1280, Theme::Dark), (360, Theme::Light), (360, Theme::Dark)]
        {
            page.prefer(theme);
            page.resize(width, 800);
            let height = page.evaluate("document.documentElement.scrollHeight").as_u64();
            page.resize(width, u32::try_from(height.unwrap_or(800)).unwrap_or(800).min(8_000));
            let file = directory.join(format!("tuning-{name}-{width}-{theme:?}.png"));
            fs::write(file, page.screenshot()).expect("a picture");
        }
    }
}
