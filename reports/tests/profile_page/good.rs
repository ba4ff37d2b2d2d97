//! What has to hold for every page of a profile, whatever is in it.

use pollbench_reports::profile::Profile;
use serde_json::json;

use crate::browser::{
    BROKEN_WORDS, CONTRAST, OVERFLOW, Page, Theme, WIDTHS, expect_no_problems, expect_no_trouble,
};
use crate::support::{changed_profile, empty_profile, hostile_profile, profile, profile_of};
use crate::wait_for_timeline;

/// Names of frames that are longer than their frames, or reach out of the drawing.
const FRAMES: &str = include_str!("frames.js");

pub fn expect_good(page: &Page) {
    expect_no_problems(page, "wider than the window", OVERFLOW, &WIDTHS, &[Theme::Light]);
    expect_no_problems(page, "broken words", BROKEN_WORDS, &WIDTHS, &[Theme::Light]);
    expect_no_problems(page, "low contrast", CONTRAST, &[1280], &Theme::ALL);
    for width in WIDTHS {
        page.resize(width, 800);
        // The frames are fitted after the window has got its new size.
        page.evaluate("document.body.offsetWidth");
        std::thread::sleep(std::time::Duration::from_millis(200));
        let problems = page.problems(FRAMES);
        assert!(problems.is_empty(), "{width} px: {problems:#?}");
    }
    page.click("#copy");
    expect_no_trouble(page);
}

fn expect_good_profile(profile: &Profile) -> Page {
    let page = Page::open_profile(profile);
    if profile.timeline.is_some() {
        wait_for_timeline(&page);
    }
    if profile.exact.is_some() {
        page.click("#functions thead button");
    }
    expect_good(&page);
    page
}

#[test]
fn a_typical_profile_is_in_order() {
    expect_good_profile(&profile());
}

#[test]
fn profiles_with_parts_missing_are_in_order() {
    expect_good_profile(&empty_profile());
    expect_good_profile(&Profile { split: None, sampled: None, ..profile() });
    expect_good_profile(&Profile { exact: None, timeline: None, ..profile() });
    for turns in [0, 1, 2] {
        expect_good_profile(&profile_of(turns));
    }
}

#[test]
fn a_difference_is_in_order() {
    expect_good(&Page::open_difference(&profile(), &changed_profile()));
    expect_good(&Page::open_difference(&profile(), &profile()));
    expect_good(&Page::open_difference(&profile(), &empty_profile()));
}

#[test]
fn hostile_names_break_nothing() {
    let names = [
        "<script>window.pwned = 1</script>\"><img src=x onerror=window.pwned=1>".to_owned(),
        "\u{202e}שלום 🦀 \u{1b}[2J\u{0} '; --".into(),
        "a;b".into(),
        "M".repeat(10_000),
        "]]></svg></style></title></script><!-- {{ 7 * 7 }} ".into(),
    ];
    for name in names {
        let hostile = hostile_profile(&name);
        for page in [expect_good_profile(&hostile), Page::open_difference(&hostile, &profile())] {
            assert_eq!(page.evaluate("typeof window.pwned"), json!("undefined"));
            let added = "document.querySelectorAll('img, iframe, style ~ style').length";
            assert_eq!(page.evaluate(added), json!(0));
            let scripts = "document.querySelectorAll('script:not([type=\"text/plain\"])').length";
            assert_eq!(page.evaluate(scripts), json!(1));
        }
    }
}

#[test]
fn the_answer_is_on_the_first_screen() {
    let page = Page::open_profile(&profile());
    for width in WIDTHS {
        page.resize(width, 800);
        let answer = page.evaluate(
            "(it => [it.textContent, it.getBoundingClientRect().bottom])(document.querySelector('.headline'))",
        );
        let text = answer[0].as_str().expect("a text");
        assert!(text.starts_with("80 % of the time is the host's own poll: 10,8"), "{text}");
        assert!(answer[1].as_f64().is_some_and(|it| it > 0.0 && it < 420.0), "{answer}");
    }
}

#[test]
fn everything_but_the_timeline_can_be_read_with_scripts_off() {
    let page = Page::open_profile(&profile());
    page.allow_scripts(false);
    page.reload();
    page.evaluate("document.querySelector('#turns-table summary').focus() ?? null");
    page.press("Enter");
    let text = page.evaluate("document.body.innerText");
    let text = text.as_str().expect("a text");
    for words in [
        "80 % of the time is the host's own poll",
        "slab::rebuild",
        "The timeline takes JavaScript, which is off here.",
        "The first 20 of 500 poll calls",
        "the list has grown",
        "(pollable), ",
        "host: poll",
    ] {
        assert!(text.contains(words), "{words}");
    }
    let shown = "[...document.querySelectorAll('.frames')].every(it => it.getBoundingClientRect().height > 80)";
    assert_eq!(page.evaluate(shown), json!(true));
    expect_no_problems(&page, "wider than the window", OVERFLOW, &WIDTHS, &[Theme::Light]);
}

#[test]
fn a_damaged_timeline_leaves_the_rest() {
    let mut damaged = profile();
    damaged.timeline.as_mut().expect("a timeline").packed.truncate(100);
    let page = Page::open_profile(&damaged);
    let banner = page.evaluate("document.querySelector('.banner').textContent");
    assert!(banner.as_str().is_some_and(|it| it.starts_with("There is no timeline: ")), "{banner}");
    assert_eq!(page.evaluate("document.querySelectorAll('.flame').length"), json!(3));
    expect_no_trouble(&page);
}
