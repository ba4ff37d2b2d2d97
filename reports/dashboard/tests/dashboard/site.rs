//! The same pages as files.

use std::collections::BTreeSet;
use std::fs;

use pollbench_dashboard::{Dashboard, Site, write_site};
use pollbench_history::History;
use tempfile::TempDir;

use super::browser::Page;
use super::pages::expect_quiet;
use super::support::Story;

/// Writes the site of a story.
pub fn written(story: Story) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let database = folder.path().join("history.db");
    let site = folder.path().join("site");
    fs::create_dir(&site).expect("a folder");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let history = History::open(database.to_str().expect("UTF-8")).await.expect("a history");
        story.tell(&history).await;
        let site = Site { directory: site, branch: None, last: None };
        let count = write_site(&Dashboard::new(history), &site).await.expect("it is written");
        let there = fs::read_dir(&site.directory).expect("the site").count();
        assert_eq!(count, there, "each file is written once");
    });
    folder
}

#[test]
fn every_link_of_a_site_leads_to_a_file_of_it() {
    let folder = written(Story {
        runs: 40,
        beside: 0,
        machine: None,
        steps: Vec::new(),
        has_lanes: true,
        ..Story::default()
    });
    let site = folder.path().join("site");
    let files: BTreeSet<String> = fs::read_dir(&site)
        .expect("the site")
        .map(|it| it.expect("a file").file_name().into_string().expect("UTF-8"))
        .collect();
    let mut links = BTreeSet::new();
    let pages = files.iter().filter(|it| it.ends_with(".html") && !it.ends_with("report.html"));
    let pages = pages.filter(|it| !it.starts_with("difference"));
    for page in pages {
        let text = fs::read_to_string(site.join(page)).expect("a page");
        let sources = text.split("src=\"").skip(1);
        for href in
            text.split("href=\"").skip(1).chain(sources).filter_map(|it| it.split('"').next())
        {
            let file = href.split('#').next().unwrap_or_default();
            if !file.is_empty() && file != "data:," {
                assert!(files.contains(file), "{page} leads to {file}");
                links.insert(file.to_owned());
            }
        }
    }
    // And nothing is there that nothing leads to, but for the data beside pages.
    let is_page = |it: &&String| it.ends_with(".html") || it.ends_with(".csv");
    let alone: Vec<_> = files.iter().filter(is_page).filter(|it| !links.contains(*it)).collect();
    assert!(alone.is_empty(), "{alone:?}");
}

#[test]
fn a_site_opens_from_a_disk() {
    let folder = written(Story { runs: 30, beside: 0, has_lanes: true, ..Story::default() });
    let url = |name: &str| format!("file://{}/site/{name}", folder.path().display());
    let mut page = Page::open_url(&url("index.html"));
    expect_quiet(&page, &url(""));
    page.click("nav a[href='trends.html']");
    page.wait_until("location.pathname.endsWith('/trends.html')");
    assert_eq!(
        page.evaluate("document.querySelector('[type=search]').closest('form').hidden"),
        false
    );
    page.click("#cells tbody a");
    page.wait_until("location.pathname.includes('/trend-')");
    for name in ["runs.html", "tunings.html", "explain.html", "worse.html"] {
        page.go_to(&url(name));
        expect_quiet(&page, &url(""));
    }
    page.go_to(&url("panels.html"));
    expect_quiet(&page, &url(""));
    assert_eq!(page.evaluate("document.querySelectorAll('[type=search]').length"), 0);
    page.go_to(&url("profiles.html"));
    page.click("tbody a");
    page.wait_until("document.querySelector('img.flame').naturalWidth > 100");
    expect_quiet(&page, &url(""));
}
