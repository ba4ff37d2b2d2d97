//! The report of servers under load in a real browser.

mod browser;
mod support;

use std::{env, fs};

use browser::{
    BROKEN_WORDS, CONTRAST, OVERFLOW, OVERLAPS, Page, SMALL_TEXT, Theme, WIDTHS,
    expect_no_problems, expect_no_trouble,
};
use pollbench_reports::live::LiveRecord;
use serde_json::json;
use support::{hostile_live, live};

/// What has to hold for every report of servers, whatever is in it.
fn expect_good_page(record: &LiveRecord) -> Page {
    let page = Page::open_live(record);
    page.click("#measured summary");
    expect_no_problems(&page, "wider than the window", OVERFLOW, &WIDTHS, &[Theme::Light]);
    expect_no_problems(&page, "broken words", BROKEN_WORDS, &WIDTHS, &[Theme::Light]);
    expect_no_problems(&page, "overlapping labels", OVERLAPS, &WIDTHS, &[Theme::Light]);
    expect_no_problems(&page, "small labels", SMALL_TEXT, &[360], &[Theme::Light]);
    expect_no_problems(&page, "low contrast", CONTRAST, &[1280], &Theme::ALL);
    page.click("table thead button");
    page.click("#copy");
    expect_no_trouble(&page);
    page
}

#[test]
fn servers_under_several_loads_are_in_order() {
    let page = expect_good_page(&live());
    let text = page.evaluate("document.querySelector('main').innerText");
    let text = text.as_str().expect("the page has text");
    for words in [
        "slab-list takes the least processor time",
        "adaptive about as much",
        "wstd 2.00x",
        "failed: connection 3 has lost 12 bytes",
        "does not keep up with this rate",
        "in 1 of 7 rounds the load generator was late itself",
        "5,000 connections, 500 of them active",
        "the most requests a second with p99 at most 20.0 ms: slab-list 2.26k to 3.20k",
        "idle, 1 active on stock, N = 100: On real sockets a request takes",
        "all 2 pairs of guests that real sockets tell apart are in the same order",
        "the simulation has 1 in the same order, but slab-list takes less than wstd",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
    let charts = page.evaluate("document.querySelectorAll('svg.wide').length");
    assert_eq!(charts, json!(4), "processor time, and the latency of each load");
}

#[test]
fn a_load_alone_has_no_chart_over_loads() {
    let mut record = live();
    record.cells.retain(|it| it.connections == 1_000);
    let page = expect_good_page(&record);
    assert_eq!(page.evaluate("document.querySelectorAll('svg.wide').length"), json!(1));
}

#[test]
fn what_a_stranger_chose_does_no_harm() {
    for name in [
        "<script>document.title = 'broken'</script>".to_owned(),
        "\u{202e}desrever".to_owned(),
        "x".repeat(5_000),
    ] {
        let page = expect_good_page(&hostile_live(&name));
        let title = page.evaluate("document.title");
        assert!(title.as_str().is_some_and(|it| it.starts_with("pollbench live echo")), "{title}");
    }
}

#[test]
fn a_record_without_anything_is_in_order() {
    let mut record = live();
    record.cells.clear();
    record.guests.clear();
    record.interrupted = true;
    let page = Page::open_live(&record);
    let text = page.evaluate("document.querySelector('main').innerText");
    assert!(text.as_str().is_some_and(|it| it.contains("was interrupted")), "{text}");
    expect_no_problems(&page, "wider than the window", OVERFLOW, &WIDTHS, &[Theme::Light]);
    expect_no_trouble(&page);
}

/// Pictures to look at: set `PAGE_PICTURES` to the directory they are to go to.
#[test]
fn pictures_are_taken_when_asked_for() {
    let Some(directory) = env::var_os("PAGE_PICTURES").map(std::path::PathBuf::from) else {
        return;
    };
    fs::create_dir_all(&directory).expect("a directory");
    let page = Page::open_live(&live());
    for (width, theme) in
        [(1280, Theme::Light), (1280, Theme::Dark), (360, Theme::Light), (360, Theme::Dark)]
    {
        page.prefer(theme);
        page.resize(width, 800);
        let height = page.evaluate("document.documentElement.scrollHeight").as_u64();
        page.resize(width, u32::try_from(height.unwrap_or(800)).unwrap_or(800).min(8_000));
        let file = directory.join(format!("live-{width}-{theme:?}.png"));
        fs::write(file, page.screenshot()).expect("a picture");
    }
}
