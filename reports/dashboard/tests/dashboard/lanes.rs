//! Tunings, profiles and servers.

use std::fs;

use pollbench_history::Provenance;
use pollbench_reports::profile::Profile;
use serde_json::{Value, json};

use super::browser::Page;
use super::pages::{expect_good, expect_quiet};
use super::support::{Served, Story, profile, tell_hostile_lanes};
use super::usual;

/// The runs of the usual story that are no matrix: the first tuning, the newest profile and the
/// newest servers.
const TUNING: u32 = 111;
const PROFILE: u32 = 120;
const SERVERS: u32 = 123;

/// The line of a list for which all of it holds.
fn line(lines: &Value, fields: &[(&str, &str)]) -> Value {
    let holds = |it: &&Value| {
        fields.iter().all(|(name, part)| it[name].as_str().is_some_and(|it| it.contains(part)))
    };
    lines["lines"].as_array().expect("lines").iter().find(holds).expect("the line").clone()
}

#[test]
fn a_tuning_says_since_when_a_value_is_recommended_and_what_was_before() {
    let tunings = usual().json("/api/tunings");
    assert_eq!(tunings["total"], 7);
    let moved = line(&tunings, &[("load", "skew, 1,000 pollables"), ("knob", "batch")]);
    assert_eq!(moved["values"], json!([{ "knob": "batch", "value": 64 }]));
    assert_eq!(moved["before"], json!([{ "knob": "batch", "value": 4 }]));
    assert_eq!(moved["before_is_level"], false);
    assert_eq!(moved["tunings"], 3);
    assert_eq!(moved["since"]["time"], "2026-11-08T08:15:00Z");
    assert_eq!(moved["run"]["time"], "2026-11-12T08:15:00Z");
    // The other load was tuned for four times, with the same answer.
    let stays = line(&tunings, &[("load", "skew, 10,000 pollables")]);
    assert_eq!((&stays["tunings"], &stays["before"]), (&json!(4), &json!([])));
    assert_eq!(stays["since"]["time"], "2026-11-05T08:15:00Z");
    // Of a balance between cost and latency, another is neither as good nor worse.
    let balance = line(&tunings, &[("load", "idle, 10,000 pollables")]);
    assert_eq!(balance["tunings"], 2);
    assert_ne!(balance["before"], balance["values"]);
    assert_eq!(
        (&balance["before_is_level"], &balance["price_of_default"]),
        (&Value::Null, &Value::Null)
    );
    // What another branch has is a line of its own, where those of all are shown.
    let all = usual().json("/api/tunings?branch=");
    let lines = all["lines"].as_array().expect("lines");
    let branches = |load: &str| -> Vec<&str> {
        let of_load =
            lines.iter().filter(|it| it["load"].as_str().is_some_and(|it| it.starts_with(load)));
        of_load.filter_map(|it| it["run"]["branch"].as_str()).collect()
    };
    assert_eq!(branches("skew, 1,000 pollables"), ["main", "feature/timer-wheel"]);
    assert_eq!(branches("skew, 10,000 pollables"), ["main"]);
    assert!(usual().page("/tunings?branch=").contains("ns / event, feature/timer-wheel"));
    let page = usual().page("/tunings");
    assert!(page.contains("In 1 case, what was recommended before is now known to cost more."));
    assert!(page.contains("before: batch = 4, which costs more now"));
}

#[test]
fn a_profile_is_held_against_the_one_before_it() {
    let profiles = usual().json("/api/profiles");
    let lines = profiles["lines"].as_array().expect("lines");
    let [newest, first] = lines.as_slice() else { panic!("{lines:?}") };
    assert_eq!((&newest["run"]["id"], &newest["before"]["id"]), (&json!(120), &json!(119)));
    assert_eq!(first["before"], Value::Null);
    assert_eq!(newest["fuel_before"], first["fuel_per_event"]);
    assert_eq!(first["top"]["name"], "slab::rebuild");
    assert_eq!(newest["top"]["name"], "workload::step");
    // The two figures are those of the record.
    let record = usual().json(&format!("/runs/{PROFILE}/record.json"));
    let nodes = record["exact"]["tree"]["nodes"].as_array().expect("nodes");
    let fuel: u64 = nodes.iter().filter_map(|it| it["own"].as_u64()).sum();
    let events = record["work"]["events"].as_f64().expect("events");
    assert_eq!(newest["fuel_per_event"], json!(fuel as f64 / events));
    let difference = usual().page("/profiles/difference?base=119&run=120");
    assert!(difference.contains("slab::insert"), "the new function is named");
    assert_eq!(usual().page("/profiles/difference?run=120"), difference);
}

#[test]
fn a_cell_and_a_comparison_lead_to_the_profile_of_the_cell() {
    let story = || Story { runs: 3, beside: 0, fails: false, ..Story::default() };
    let cell = story().record_alone(0).cells[4].clone();
    let served = Served::over(async move |history| {
        story().tell(&history).await;
        for (day, is_of_it) in [("2026-11-01", true), ("2026-11-02", true), ("2026-11-03", false)] {
            let mut profile = Profile { started: format!("{day}T00:00:00Z"), ..profile() };
            profile.guest.name.clone_from(&cell.guest);
            (profile.knobs, profile.host) = (cell.knobs.clone(), cell.host.clone());
            profile.work.workload.clone_from(&cell.workload);
            profile.work.parameters = cell.parameters.clone();
            let pollables = cell.pollables + u32::from(!is_of_it);
            (profile.work.pollables, profile.work.active) = (pollables, cell.active);
            history.add(&profile, &Provenance::default()).await.expect("it is added");
        }
    });
    assert_eq!(served.json("/api/runs/3/cells/5")["profiles"], json!([5, 4]), "the newest first");
    assert_eq!(served.json("/api/runs/3/cells/4")["profiles"], json!([]));
    assert!(served.page("/runs/3/cells/5").contains("<a href=\"/runs/5\">its newest profile</a>"));
    let compared = served.json("/api/compare?order=record");
    let cells = compared["cells"].as_array().expect("cells");
    let profiled = cells.iter().filter(|it| it["profiles"] != json!([])).count();
    assert_eq!((profiled, &cells[4]["profiles"]), (1, &json!([5, 4])));
    assert!(served.page("/compare").contains("<a href=\"/runs/5\">profile</a>"));
}

/// One that a later version has written, or that is damaged, takes down its own page alone.
#[test]
fn a_profile_that_can_not_be_read_takes_nothing_else_with_it() {
    let whole = Served::over(async |history| {
        Story { runs: 3, beside: 0, fails: false, ..Story::default() }.tell(&history).await;
        for day in ["2026-11-01", "2026-11-02"] {
            let profile = Profile { started: format!("{day}T00:00:00Z"), ..profile() };
            history.add(&profile, &Provenance::default()).await.expect("it is added");
        }
    });
    // The record of run 4 is no longer the one with its digest.
    let digest = whole.json("/api/runs/4")["digest"].as_str().expect("a digest").to_owned();
    let (mut bytes, other) = (whole.ended(), "0".repeat(digest.len()));
    let places: Vec<usize> = (0..bytes.len() - digest.len())
        .filter(|&it| bytes[it..].starts_with(digest.as_bytes()))
        .collect();
    for &place in &places {
        bytes[place..place + other.len()].copy_from_slice(other.as_bytes());
    }
    let folder = tempfile::tempdir().expect("a folder");
    let database = folder.path().join("damaged.db");
    fs::write(&database, bytes).expect("it is written");
    let served = Served::at(database.to_str().expect("UTF-8").into(), async |_| ());
    let answer = served.get("/runs/4");
    assert!(answer.status >= 500 && answer.body.contains("run 4 was changed"), "{}", answer.body);
    for path in ["/runs/5", "/runs/3/cells/5", "/compare", "/api/compare"] {
        assert_eq!(served.get(path).status, 200, "{path}");
    }
    assert!(served.page("/profiles").contains("2 profiles. One can&#39;t be read"));
    assert_eq!(served.json("/api/profiles")["lines"][0]["run"]["id"], 5);
}

#[test]
fn servers_have_the_course_of_what_they_take() {
    let servers = usual().json("/api/servers");
    assert_eq!(servers["total"], 3);
    let values = |guest: &str| {
        let line = line(&servers, &[("guest", guest)]);
        assert_eq!((&line["connections"], &line["run"]["id"]), (&json!(100), &json!(123)));
        let values: Vec<Option<f64>> =
            serde_json::from_value(line["values"].clone()).expect("values");
        values
    };
    let wstd: Vec<f64> = values("wstd").into_iter().flatten().collect();
    assert!(wstd.len() == 3 && (wstd[0] / wstd[2] - 1.3).abs() < 1e-6, "{wstd:?}");
    assert_eq!(values("mine"), [None, None, None]);
    let first = &servers["answers"][0];
    assert!(first.as_str().is_some_and(|it| it.starts_with("100 connections")), "{first}");
}

#[test]
fn their_pages_are_in_order() {
    let origin = usual().url("");
    let mut page = Page::open_url(&usual().url("/tunings"));
    expect_good(&page, &origin);
    for path in ["/profiles", "/servers", "/runs?kind=profile"] {
        page.go_to(&usual().url(path));
        expect_good(&page, &origin);
    }
    for run in [TUNING, PROFILE, SERVERS, 116] {
        page.go_to(&usual().url(&format!("/runs/{run}")));
        expect_good(&page, &origin);
    }
    for path in ["/runs/111/report.html", "/runs/120/report.html", "/profiles/difference?run=120"] {
        page.go_to(&usual().url(path));
        expect_quiet(&page, &origin);
    }
}

#[test]
fn the_flame_graph_is_a_picture_that_loads_and_its_answer_is_above_it() {
    let page = Page::open_url(&usual().url(&format!("/runs/{PROFILE}")));
    page.wait_until("document.querySelector('img.flame').naturalWidth > 100");
    page.resize(1280, 800);
    let places = page.evaluate(
        "['#answer .headline', 'img.flame', '#functions'].map(selector =>
            document.querySelector(selector).getBoundingClientRect().top)",
    );
    let places: Vec<f64> = serde_json::from_value(places).expect("numbers");
    assert!(places.is_sorted() && places[1] < 800.0, "{places:?}");
    page.click("a[href*='difference']");
    page.wait_until("location.pathname == '/profiles/difference'");
}

#[test]
fn the_list_of_runs_is_filtered_by_kind() {
    let all = usual().json("/api/runs")["total"].as_u64();
    assert_eq!(all, Some(110 + 13));
    for (kind, count) in [("run", 110), ("tuning", 8), ("profile", 2), ("live", 3)] {
        let runs = usual().json(&format!("/api/runs?kind={kind}"));
        assert_eq!(runs["total"], count, "{kind}");
        assert_eq!(runs["runs"][0]["kind"], kind);
    }
    // Looks, trends and comparisons are of matrices, whatever else is newer.
    assert_eq!(usual().json("/api/overview")["runs"], 90);
    let compared = usual().json("/api/compare");
    assert!(compared["run"]["id"].as_u64() <= Some(110), "{}", compared["run"]);
}

#[test]
fn what_another_kind_does_not_have_is_said_in_words() {
    for (path, status, words) in [
        ("/runs/111/cells.csv", 404, "run 111"),
        ("/runs/111/cells/1", 404, "is the record of a tuning"),
        ("/runs/5/flame.svg", 404, "this run has no flame graph"),
        ("/compare?run=111", 404, "the record of a matrix is wanted here"),
        ("/profiles/difference?run=111", 404, "a profile is wanted here"),
        ("/profiles/difference?run=119", 400, "no profile of the same before run 119"),
        ("/profiles/difference", 400, "run"),
        ("/runs?kind=nonsense", 400, "kind"),
    ] {
        let answer = usual().get(path);
        assert_eq!(answer.status, status, "{path}: {}", answer.body);
        assert!(answer.body.contains(words), "{path}: {}", answer.body);
    }
}

#[test]
fn where_there_is_none_a_page_says_how_to_get_one() {
    let served = Served::over(async |_| ());
    for (path, command) in [
        ("/tunings", "pollbench tune batched --save"),
        ("/profiles", "pollbench profile slab-list --pollables 10000 --save"),
        ("/servers", "pollbench live echo --save"),
    ] {
        assert!(served.page(path).contains(command), "{path}");
    }
}

#[test]
fn no_name_of_theirs_runs_or_breaks_a_page() {
    const NAMES: [&str; 4] = [
        "<script>alert(1)</script>",
        "\"]]></title><svg onload=alert(1)>",
        "\u{202e}txt exe",
        "שלום עולם",
    ];
    let served = Served::over(async |history| {
        for (day, name) in (1..).zip(NAMES) {
            tell_hostile_lanes(&history, name, day).await;
        }
        tell_hostile_lanes(&history, &"long-".repeat(400), 20).await;
    });
    let origin = served.url("");
    let mut page = Page::open_url(&served.url("/tunings"));
    let runs = (1..=15).map(|run| format!("/runs/{run}"));
    let lists = ["/tunings", "/profiles", "/servers", "/runs"].map(String::from);
    for path in lists.into_iter().chain(runs) {
        page.go_to(&served.url(&path));
        expect_good(&page, &origin);
        let ran = page
            .evaluate("document.querySelectorAll('main script, [onload], [onmouseover]').length");
        assert_eq!(ran, 0, "{path}");
    }
}
