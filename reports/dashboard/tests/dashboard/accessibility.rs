//! Axe, which was written by others, looks at one page of each kind, and at the reports.

use super::browser::{Page, Theme};
use super::usual;

#[test]
fn axe_finds_nothing_that_keeps_people_from_using_the_pages() {
    let mut page = Page::open_url(&usual().url("/"));
    let Some(audit) = page.audited() else { return };
    let mut found = Vec::new();
    for path in [
        "/",
        "/trends",
        "/trends?panels=true&search=burst",
        "/trends/1?beside=feature%2Ftimer-wheel",
        "/runs",
        "/runs/110",
        "/runs/5/cells/3",
        "/compare?base=62&run=63",
        "/tunings",
        "/profiles",
        "/servers",
        "/runs/111",
        "/runs/120",
        "/runs/123",
        "/live",
        "/explain",
        "/runs/110/report.html",
        "/runs/111/report.html",
        "/runs/120/report.html",
        "/runs/123/report.html",
        "/profiles/difference?run=120",
    ] {
        page.go_to(&usual().url(path));
        for theme in Theme::ALL {
            page.prefer(theme);
            let of_page = audit.obstacles(&page);
            found.extend(of_page.iter().map(|it| format!("{path}, {theme:?}: {it}")));
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn axe_finds_what_is_wrong() {
    let page = Page::open_url(&usual().url("/runs"));
    let Some(audit) = page.audited() else { return };
    page.evaluate(
        "document.querySelectorAll('label').forEach(it => it.replaceWith(...it.childNodes)) ?? 0",
    );
    let found = audit.obstacles(&page);
    assert!(found.iter().any(|it| it.contains("select-name")), "{found:?}");
}
