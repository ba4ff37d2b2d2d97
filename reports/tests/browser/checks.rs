//! What has to hold for every page.

use super::{Page, Theme};

/// Finds short names that are broken into lines.
pub const BROKEN_WORDS: &str = include_str!("broken_words.js");
/// Finds texts that are hard to tell from their ground.
pub const CONTRAST: &str = include_str!("contrast.js");
/// Finds what is wider than the window.
pub const OVERFLOW: &str = include_str!("overflow.js");
/// Finds labels that cover each other.
pub const OVERLAPS: &str = include_str!("overlaps.js");
/// Finds labels that are too small to read.
pub const SMALL_TEXT: &str = include_str!("small_text.js");

/// The window widths of a small phone, a tablet and a laptop.
pub const WIDTHS: [u32; 3] = [360, 768, 1280];

/// Runs a script at every width in every theme, and expects it to find no problem.
pub fn expect_no_problems(page: &Page, name: &str, script: &str, widths: &[u32], themes: &[Theme]) {
    for &width in widths {
        page.resize(width, 800);
        for &theme in themes {
            page.prefer(theme);
            let problems = page.problems(script);
            assert!(problems.is_empty(), "{name}: {width} px, {theme:?}: {problems:#?}");
        }
    }
}

/// Expects that the page asked for nothing but itself, and complained of nothing.
pub fn expect_no_trouble(page: &Page) {
    let heard = page.heard();
    assert_eq!(heard.requests, [page.url.as_str()], "nothing but the page itself is asked for");
    assert!(heard.complaints.is_empty(), "complaints: {:#?}", heard.complaints);
}
