//! The pages in a real browser.

use std::fs;

use super::browser::{
    BROKEN_WORDS, CONTRAST, OVERFLOW, OVERLAPS, Page, SMALL_TEXT, Theme, WIDTHS, expect_no_problems,
};
use super::usual;

/// Expects that a page is in order at any width, in both themes, and asks for nothing elsewhere.
pub fn expect_good(page: &Page, origin: &str) {
    expect_no_problems(page, "wider than the window", OVERFLOW, &WIDTHS, &[Theme::Light]);
    expect_no_problems(page, "broken words", BROKEN_WORDS, &WIDTHS, &[Theme::Light]);
    if page.evaluate("document.querySelector('figure .chart') !== null") == true {
        expect_no_problems(page, "overlapping labels", OVERLAPS, &WIDTHS, &[Theme::Light]);
        expect_no_problems(page, "small labels", SMALL_TEXT, &[360], &[Theme::Light]);
    }
    expect_no_problems(page, "low contrast", CONTRAST, &[1280], &Theme::ALL);
    expect_quiet(page, origin);
}

/// Expects no complaint, and no request but to where the page is from.
pub fn expect_quiet(page: &Page, origin: &str) {
    let heard = page.heard();
    assert!(heard.complaints.is_empty(), "{}: {:#?}", page.url, heard.complaints);
    let elsewhere = heard.requests.iter().find(|it| !it.starts_with(origin) && *it != "data:,");
    assert_eq!(elsewhere, None, "{}", page.url);
}

#[test]
fn every_page_is_in_order() {
    let origin = usual().url("");
    let mut page = Page::open_url(&usual().url("/"));
    expect_good(&page, &origin);
    for path in [
        "/?show=better",
        "/trends",
        "/trends/1?beside=feature%2Ftimer-wheel",
        "/trends/1?metric=guest_fuel&log=true",
        "/runs",
        "/runs/110",
        "/runs/5/cells/3",
        "/runs/109/cells/8",
        "/compare?base=62&run=63",
        "/compare?run=20&base_guest=bare&guest=slab",
        "/explain",
    ] {
        page.go_to(&usual().url(path));
        expect_good(&page, &origin);
    }
}

#[test]
fn the_verdict_is_on_the_first_screen() {
    let page = Page::open_url(&usual().url("/"));
    page.resize(1280, 800);
    let ends = page.evaluate(
        "['#verdict', '.changes tbody tr:nth-child(3)'].map(selector =>
            document.querySelector(selector).getBoundingClientRect().bottom)",
    );
    for end in ends.as_array().expect("a list") {
        assert!(end.as_f64() < Some(800.0), "{ends}");
    }
}

#[test]
fn filters_are_links_and_back_leads_back() {
    let page = Page::open_url(&usual().url("/"));
    let rows = || page.evaluate("document.querySelectorAll('.changes tbody .better').length");
    let all = rows().as_u64();
    page.click(".choices a[href*='worse']");
    page.wait_until("location.search.includes('show=worse')");
    assert_eq!(rows().as_u64(), Some(0));
    page.evaluate("[history.back()]");
    page.wait_until("!location.search");
    assert_eq!(rows().as_u64(), all);
}

#[test]
fn cells_are_searched_and_sorted() {
    let page = Page::open_url(&usual().url("/trends"));
    let shown = "[...document.querySelectorAll('#cells tbody tr')].filter(it => !it.hidden)";
    assert_eq!(page.evaluate(&format!("{shown}.length")).as_u64(), Some(75));
    page.click("input[type=search]");
    for key in ["c", "h", "u", "r", "n"] {
        page.press(key);
    }
    let texts = page.evaluate(&format!("{shown}.map(it => it.textContent)"));
    let texts = texts.as_array().expect("a list");
    assert_eq!(texts.len(), 15);
    assert!(texts.iter().all(|it| it.as_str().is_some_and(|it| it.contains("churn"))));
    page.click("#cells thead th:nth-child(4) button");
    let newest = page.evaluate(&format!("{shown}.map(it => Number(it.cells[3].dataset.value))"));
    let newest: Vec<f64> = serde_json::from_value(newest).expect("numbers");
    assert!(newest.is_sorted(), "{newest:?}");
}

#[test]
fn pages_are_readable_without_scripts() {
    let mut page = Page::open_url(&usual().url("/"));
    page.allow_scripts(false);
    for (path, words) in [("/", "slower"), ("/trends", "vector-scan"), ("/runs/5", "Reproduce")] {
        page.go_to(&usual().url(path));
        page.allow_scripts(true);
        let text = page.evaluate("document.body.innerText");
        assert!(text.as_str().is_some_and(|it| it.contains(words)), "{path}: {text}");
        page.allow_scripts(false);
    }
}

#[test]
fn everything_to_press_is_reached_by_keyboard() {
    let page = Page::open_url(&usual().url("/trends?search=slab+burst+1,000"));
    let wanted = page.evaluate(
        "document.querySelectorAll('a[href]:not([tabindex=\"-1\"]), button, select, input').length",
    );
    let mut reached = 0;
    for _ in 0..60 {
        page.press("Tab");
        let new = page.evaluate(
            "(it => it !== document.body && !it.dataset.seen && (it.dataset.seen = 'yes') &&
              it.matches('a, button, select, input'))(document.activeElement)",
        );
        reached += u64::from(new.as_bool() == Some(true));
    }
    assert_eq!(Some(reached), wanted.as_u64());
}

/// Pictures to look at, and for the documents: `cargo test --release -p pollbench-dashboard
/// --test dashboard pictures`, into `target/dashboard`.
#[test]
fn pictures_are_kept() {
    let folder = env!("CARGO_MANIFEST_DIR").to_owned() + "/../../target/dashboard";
    fs::create_dir_all(&folder).expect("a folder");
    let mut page = Page::open_url(&usual().url("/"));
    for (name, path) in [
        ("overview", "/"),
        ("trends", "/trends"),
        ("panels", "/trends?panels=true"),
        ("trend", "/trends/1?beside=feature%2Ftimer-wheel"),
        ("runs", "/runs"),
        ("run", "/runs/110"),
        ("cell", "/runs/5/cells/3"),
        ("compare", "/compare?base=62&run=63"),
        ("tunings", "/tunings"),
        ("profiles", "/profiles"),
        ("servers", "/servers"),
        ("tuning", "/runs/111"),
        ("profile", "/runs/120"),
        ("server", "/runs/123"),
        ("live", "/live"),
        ("explain", "/explain"),
    ] {
        page.go_to(&usual().url(path));
        for (width, theme, suffix) in
            [(1280, Theme::Light, ""), (1280, Theme::Dark, "-dark"), (375, Theme::Light, "-narrow")]
        {
            page.resize(width, 900);
            page.prefer(theme);
            let (file, picture) = (format!("{folder}/{name}{suffix}.png"), page.screenshot());
            assert!(picture.starts_with(b"\x89PNG"), "{file}");
            fs::write(file, picture).expect("it is written");
        }
    }
}
