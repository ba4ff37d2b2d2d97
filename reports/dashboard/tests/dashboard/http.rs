//! Requests, good and bad.

use std::fs;

use jsonschema::Validator;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use super::support::{Served, Story};
use super::usual;

const PAGES: [&str; 19] = [
    "/",
    "/?show=worse&last=50",
    "/trends",
    "/trends?metric=guest_fuel&search=slab",
    "/trends/1",
    "/trends/1?log=true&last=30&beside=feature%2Ftimer-wheel",
    "/runs",
    "/runs?page=2&branch=main",
    "/runs/5",
    "/runs/5/cells/3",
    "/compare",
    "/explain",
    "/live",
    "/tunings",
    "/profiles?branch=main",
    "/servers",
    "/runs/111",
    "/runs/120",
    "/runs/123",
];

#[test]
fn every_page_is_html_with_a_strict_policy() {
    for path in PAGES {
        let answer = usual().get(path);
        assert_eq!(answer.status, 200, "{path}");
        for header in [
            "content-type: text/html; charset=utf-8",
            "content-security-policy: default-src 'none'; style-src 'sha256-",
            "x-content-type-options: nosniff",
            "x-frame-options: deny",
            "referrer-policy: no-referrer",
        ] {
            assert!(answer.head.contains(header), "{path}: {header} is not in {}", answer.head);
        }
        assert!(!answer.head.contains("unsafe"), "{path}");
    }
}

#[test]
fn every_link_leads_somewhere() {
    let mut seen: Vec<String> = PAGES.map(Into::into).into();
    let mut next = 0;
    // The pages are many, but of few kinds.
    while next < seen.len().min(150) {
        let path = seen[next].clone();
        next += 1;
        let answer = usual().get(&path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        if !answer.head.contains("text/html")
            || path.contains("report.html")
            || path.contains("/difference")
        {
            continue;
        }
        for href in answer.body.split("href=\"").skip(1).filter_map(|it| it.split('"').next()) {
            let href = href.replace("&#38;", "&").replace("&amp;", "&");
            let href = href.split('#').next().unwrap_or_default().to_owned();
            if href.starts_with('/') && !seen.contains(&href) {
                seen.push(href);
            }
        }
    }
    assert!(next > 100, "{next}");
}

#[test]
fn files_of_a_run_are_those_of_its_record() {
    let record = usual().json("/runs/5/record.json");
    assert_eq!(record["cells"].as_array().map(Vec::len), Some(75));
    let csv = usual().page("/runs/5/cells.csv");
    assert_eq!(csv.lines().count(), 76);
    let report = usual().page("/runs/5/report.html");
    assert!(report.contains("pollbench report"));
}

#[test]
fn what_is_not_there_is_said_in_words() {
    for (path, status, words) in [
        ("/nothing", 404, "no such page"),
        ("/runs/99999", 404, "there is no run"),
        ("/runs/x", 404, "x"),
        ("/runs/5/cells/0", 404, "75 cells"),
        ("/runs/5/cells/76", 404, "75 cells"),
        ("/trends/99999", 404, "99999"),
        ("/?last=many", 400, "last"),
        ("/trends?metric=nonsense", 400, "metric"),
        ("/compare?base=nothing", 404, "nothing"),
        ("/api/runs/99999", 404, "there is no run"),
        ("/api/nothing", 404, "no such address"),
        ("/api/overview?show=some", 400, "show"),
    ] {
        let answer = usual().get(path);
        assert_eq!(answer.status, status, "{path}: {}", answer.body);
        assert!(answer.body.contains(words), "{path}: {}", answer.body);
        let is_json = serde_json::from_str::<Value>(&answer.body).is_ok();
        assert_eq!(is_json, path.starts_with("/api/"), "{path}");
    }
}

#[test]
fn nothing_but_get_is_answered() {
    for method in ["POST", "PUT", "DELETE", "PATCH"] {
        let host = usual().address;
        let request = format!(
            "{method} /runs/5 HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        );
        assert_eq!(usual().say(&request).status, 405, "{method}");
    }
    usual().page("/runs/5");
}

#[test]
fn pages_of_strangers_can_not_read_what_is_served() {
    let ask = |host: &str| {
        usual().say(&format!("GET /api/runs HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"))
    };
    assert_eq!(ask("evil.example").status, 421);
    assert_eq!(ask("localhost").status, 200);
    assert_eq!(ask("a b").status, 421);
    let answer = ask("localhost");
    assert!(!answer.head.contains("access-control-allow-origin"), "{}", answer.head);
}

#[test]
fn the_data_are_as_they_are_described() {
    let description = usual().json("/api/openapi.json");
    let paths = description["paths"].as_object().expect("paths");
    let read = paths.iter().filter(|(_, of)| of["get"].is_object());
    for (template, of) in read.clone() {
        let path = template.replace("{series}", "1").replace("{run}", "5").replace("{cell}", "3");
        let schema = &of["get"]["responses"]["200"]["content"]["application/json"]["schema"];
        let whole = json!({ "components": description["components"], "allOf": [schema] });
        let validator: Validator = jsonschema::validator_for(&whole).expect("a schema");
        let data = usual().json(&path);
        let errors: Vec<String> = validator.iter_errors(&data).map(|it| it.to_string()).collect();
        assert!(errors.is_empty(), "{path}: {errors:#?}");
        // It would find what is not as described.
        assert!(!validator.is_valid(&json!([])), "{path}");
    }
    assert_eq!((read.count(), paths.len()), (12, 15));
}

#[test]
fn no_request_breaks_the_server() {
    let word = prop_oneof![
        "[a-z0-9]{0,6}",
        "[ -~]{0,20}".prop_map(|it| it.replace([' ', '#', '?', '\r', '\n'], "%20")),
        Just("%00".to_owned()),
        Just("..%2f..%2fetc%2fpasswd".to_owned()),
        Just("-9223372036854775808".to_owned()),
        Just("18446744073709551616".to_owned()),
        Just("%f0%9f%92%a9".to_owned()),
        Just("%ff%fe".to_owned()),
    ];
    let name = prop_oneof![
        Just("branch"),
        Just("last"),
        Just("metric"),
        Just("search"),
        Just("show"),
        Just("page"),
        Just("kind"),
        Just("from"),
        Just("to"),
        Just("panels"),
        Just("base"),
        Just("run"),
        Just("guest"),
        Just("base_guest"),
        Just("host"),
        Just("order"),
        Just("log"),
        Just("beside"),
    ];
    let place = prop::sample::select(vec![
        "/",
        "/trends",
        "/trends/",
        "/trends/1",
        "/trends/1/chart.svg",
        "/runs/5/",
        "/runs",
        "/runs/",
        "/runs/5/cells/",
        "/compare",
        "/tunings",
        "/profiles",
        "/profiles/difference",
        "/servers",
        "/badge.svg",
        "/metrics",
        "/api/overview",
        "/api/trends",
        "/api/trends/",
        "/api/runs",
        "/api/runs/",
        "/api/compare",
        "/api/tunings",
        "/api/profiles",
        "/api/servers",
        "/api/runs/5/cells/",
    ]);
    let request = (place, word.clone(), prop::collection::vec((name, word), 0..4));
    let mut runner =
        TestRunner::new(Config { cases: 400, failure_persistence: None, ..Config::default() });
    let result = runner.run(&request, |(place, word, query)| {
        let word = if place.ends_with('/') && place != "/" { word } else { String::new() };
        let query: Vec<String> =
            query.iter().map(|(name, word)| format!("{name}={word}")).collect();
        let answer = usual().get(&format!("{place}{word}?{}", query.join("&")));
        prop_assert!((200..500).contains(&answer.status), "{}: {}", answer.status, answer.body);
        Ok(())
    });
    result.expect("every request has an answer");
}

#[test]
fn nonsense_instead_of_http_is_no_matter() {
    for request in [
        "GET\r\n\r\n",
        "GET / HTTP/9\r\n\r\n",
        "\u{0}\u{1}\u{2}\r\n\r\n",
        "GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
    ] {
        let answer = usual().say(request);
        assert!(answer.status < 500, "{request:?}: {answer:?}");
    }
    usual().page("/");
}

#[test]
fn a_damaged_database_takes_down_no_other_page() {
    let story = Story { runs: 12, beside: 0, steps: Vec::new(), ..Story::default() };
    let whole = Served::story(story);
    let folder = tempfile::tempdir().expect("a folder");
    let database = folder.path().join("damaged.db");
    let mut bytes = whole.ended();
    // The first pages have the schema, and after them nothing is left.
    bytes[20 * 4096..].fill(0xA5);
    fs::write(&database, bytes).expect("it is written");
    let served = Served::at(database.to_str().expect("UTF-8").into(), async |_| ());
    let answer = served.get("/runs/3");
    assert!(answer.status >= 500, "{}", answer.status);
    assert!(answer.body.contains("damaged"), "{}", answer.body);
    served.page("/explain");
}

#[test]
fn metrics_are_in_the_format_of_prometheus() {
    let text = usual().page("/metrics");
    assert!(text.ends_with("# EOF\n"), "{text}");
    let values = text.lines().filter(|it| it.starts_with("pollbench_event_time_seconds{"));
    // One cell failed, and has no time in the newest run.
    assert_eq!(values.clone().count(), 74);
    for line in values {
        let value: f64 = line.rsplit(' ').next().and_then(|it| it.parse().ok()).expect("a number");
        assert!((1e-8..1e-2).contains(&value), "{line}");
    }
    assert!(text.contains("\npollbench_cells_worse 10"), "{text}");
    assert!(text.contains("\npollbench_cells_failed 1"), "{text}");
}

#[test]
fn the_badge_says_what_the_overview_says() {
    let badge = usual().page("/badge.svg");
    let document = roxmltree::Document::parse(&badge).expect("XML");
    let label = document.root_element().attribute("aria-label");
    assert_eq!(label, Some("pollbench: 1 failed"));
    let flat =
        Story { steps: Vec::new(), fails: false, machine: None, runs: 20, ..Story::default() };
    assert!(Served::story(flat).page("/badge.svg").contains("no change"));
}

#[test]
fn an_empty_history_has_pages_that_say_so() {
    let served = Served::over(async |_| ());
    assert!(served.page("/").contains("There is no run yet."));
    for path in ["/trends", "/runs", "/explain", "/metrics", "/badge.svg"] {
        served.page(path);
    }
    assert_eq!(served.get("/compare").status, 400);
}

#[test]
fn a_run_that_is_added_shows_at_once() {
    let served = Served::story(Story { runs: 11, beside: 0, fails: false, ..Story::default() });
    assert_eq!(served.json("/api/overview")["runs"], 11);
    let story = Story { runs: 12, beside: 0, fails: false, ..Story::default() };
    let last = story.records().pop().expect("a record");
    served.add(&last, &story.provenance(11, "main"));
    let runs = served.json("/api/overview")["runs"].as_u64();
    assert_eq!(runs, Some(12));
}
