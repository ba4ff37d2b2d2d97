//! Trends: small charts, a part of the runs, and charts as files.

use super::browser::Page;
use super::pages::expect_good;
use super::usual;

#[test]
fn small_charts_are_of_the_same_cells_and_have_one_scale() {
    let mut page = Page::open_url(&usual().url("/trends?search=churn"));
    page.click(".shown-as a");
    page.wait_until("location.search.includes('panels=true')");
    assert_eq!(page.evaluate("document.querySelectorAll('.panels li svg').length"), 15);
    let scales = page.evaluate(
        "new Set([...document.querySelectorAll('.panels svg')].map(
            it => [...it.querySelectorAll('text')].map(text => text.textContent.trim()).join())).size",
    );
    assert_eq!(scales, 1);
    let first = page.evaluate("document.querySelector('.panels li').innerText");
    assert!(first.as_str().is_some_and(|it| it.contains("faster since 2026-11-07")), "{first}");
    let search = page.evaluate("document.querySelector('[type=search]').value");
    assert_eq!(search, "churn");
    expect_good(&page, &usual().url(""));
    page.click(".panels li a");
    page.wait_until("location.pathname.startsWith('/trends/')");
    page.go_to(&usual().url("/trends?panels=true"));
    assert_eq!(page.evaluate("document.querySelectorAll('.panels li').length"), 60);
    let words = page.evaluate("document.querySelector('main').innerText");
    assert!(words.as_str().is_some_and(|it| it.contains("15 cells are not drawn")));
}

#[test]
fn a_part_of_the_runs_is_drawn_from_near() {
    let page = Page::open_url(&usual().url("/trends/1"));
    let points = "document.querySelectorAll('.drawing .wide a').length";
    assert_eq!(page.evaluate(points), 90);
    page.drag("[data-zoom] .wide", 0.3, 0.6);
    page.wait_until("location.search.includes('from=')");
    let drawn = page.evaluate(points).as_u64().expect("a number");
    assert!((15..45).contains(&drawn), "{drawn}");
    let ends =
        page.evaluate("['from', 'to'].map(it => document.querySelector(`[name=${it}]`).value)");
    let asked = page.evaluate("['from', 'to'].map(it => new URL(location).searchParams.get(it))");
    assert_eq!(ends, asked);
    // What the page says of the newest run and of all changes stays.
    let headline = page.evaluate("document.querySelector('.headline').textContent");
    let changes = page.evaluate("document.querySelectorAll('#changes ~ .scroll tbody tr').length");
    expect_good(&page, &usual().url(""));
    page.resize(1280, 900);
    page.click(".choices a[href^='/trends/1']");
    page.wait_until("!location.search.includes('from=')");
    assert_eq!(page.evaluate(points), 90);
    assert_eq!(page.evaluate("document.querySelector('.headline').textContent"), headline);
    let all = page.evaluate("document.querySelectorAll('#changes ~ .scroll tbody tr').length");
    assert_eq!(all, changes);
}

#[test]
fn a_click_on_a_run_is_no_selection() {
    let page = Page::open_url(&usual().url("/trends/1"));
    page.click("[data-zoom] .wide a");
    page.wait_until("location.pathname.startsWith('/runs/')");
}

#[test]
fn the_runs_that_are_drawn_are_those_asked_for() {
    let trend = |query: &str| usual().json(&format!("/api/trends/1?{query}"));
    let all = trend("");
    let ids: Vec<u64> = all["points"]
        .as_array()
        .expect("points")
        .iter()
        .filter_map(|it| it["run"]["id"].as_u64())
        .collect();
    assert_eq!((&all["first"], &all["end"]), (&0.into(), &90.into()));
    // A run of the other branch lies between these, and so does a tuning.
    let (from, to) = (ids[40], ids[75]);
    let near = trend(&format!("from={from}&to={to}"));
    assert_eq!((&near["first"], &near["end"]), (&40.into(), &76.into()));
    assert_eq!(trend(&format!("from={to}&to={from}"))["points"], near["points"]);
    assert_eq!(trend(&format!("from={to}&to={from}"))["first"], 40);
    let other = ids.windows(2).find(|it| it[1] - it[0] == 2).expect("a gap")[0] + 1;
    let next = ids.iter().position(|it| *it > other).expect("a run");
    assert_eq!(trend(&format!("from={other}"))["first"], next);
    assert_eq!(trend(&format!("to={other}"))["end"], next);
    let before_the_tuning = ids
        .iter()
        .filter(|it| {
            all["points"].as_array().is_some_and(|points| {
                points.iter().any(|point| {
                    point["run"]["id"] == **it
                        && point["run"]["time"].as_str() < Some("2026-11-05T08:15:00Z")
                })
            })
        })
        .count();
    assert_eq!(trend("from=111")["first"], before_the_tuning);
    assert_eq!(trend("from=&to=")["end"], 90);
    // Nothing is between them on this branch: all is drawn, and the page says so.
    let nothing = trend("from=123&to=123");
    assert_eq!((&nothing["nothing_between"], &nothing["end"]), (&true.into(), &90.into()));
    assert!(usual().page("/trends/1?from=123&to=123").contains("No run lies between the two"));
    assert_eq!(usual().get("/api/trends/1?from=99999").status, 404);
    assert_eq!(usual().get("/api/trends/1?from=x").status, 400);
    // One run alone is no course, and the way back is there.
    let one = usual().page(&format!("/trends/1?from={from}&to={from}"));
    assert!(one.contains("Fewer than two of these runs") && one.contains("all runs"));
}

#[test]
fn links_of_all_branches_stay_with_all_branches() {
    let page = usual().page("/trends/1?branch=&from=5&to=30");
    for part in ["/trends/1?branch=&#38;last=100", "/trends/1/chart.svg?branch=&#38;last=100"] {
        assert!(page.contains(part) || page.contains(&part.replace("&#38;", "&amp;")), "{part}");
    }
    let nav = usual().page("/tunings?branch=main");
    assert!(nav.contains("/servers?branch=main"));
}

#[test]
fn a_chart_is_a_file_with_its_style() {
    let path = "/trends/1/chart.svg?from=50&log=true&beside=feature%2Ftimer-wheel";
    let answer = usual().get(path);
    assert!(answer.head.contains("content-type: image/svg+xml"), "{}", answer.head);
    let document = roxmltree::Document::parse(&answer.body).expect("XML");
    let root = document.root_element();
    assert_eq!(root.tag_name().namespace(), Some("http://www.w3.org/2000/svg"));
    assert!(root.descendants().any(|it| it.tag_name().name() == "style"));
    assert!(answer.body.contains("log scale"), "the chart is that of the page");
    assert!(!answer.body.contains("<a "), "what it led to is not beside the file");
    assert!(answer.body.contains("run 50, "), "what is said of a run stays");
    let page = usual().page("/trends/1?from=50&log=true&beside=feature%2Ftimer-wheel");
    assert!(page.contains("/chart.svg?"), "the page leads to it");
}

#[test]
fn charts_of_a_run_and_of_a_cell_are_files() {
    let run = usual().page("/runs/5");
    let charts: Vec<&str> = run
        .split("href=\"")
        .filter_map(|it| it.split('"').next())
        .filter(|it| it.starts_with("/runs/5/scaling-"))
        .collect();
    assert_eq!(charts.len(), 5, "one for each workload: {charts:?}");
    for path in charts.iter().copied().chain(["/runs/5/cells/3/repetitions.svg"]) {
        let answer = usual().get(path);
        assert!(answer.head.contains("content-type: image/svg+xml"), "{path}: {}", answer.head);
        roxmltree::Document::parse(&answer.body).expect("XML");
    }
    assert!(usual().page("/runs/5/cells/3").contains("/runs/5/cells/3/repetitions.svg"));
    for path in [
        "/runs/5/scaling-6.svg",
        "/runs/5/scaling-0.svg",
        "/runs/5/scaling-x.svg",
        "/runs/5/x",
        "/runs/111/scaling-1.svg",
    ] {
        assert_eq!(usual().get(path).status, 404, "{path}");
    }
}

#[test]
fn another_branch_is_shown_beside_those_that_are_shown() {
    let options = |query: &str| -> Vec<String> {
        let page = usual().page(&format!("/trends/1?{query}"));
        let list = page.split("name=\"beside\"").nth(1).and_then(|it| it.split("</select>").next());
        let values = list.expect("a list").split("value=\"").skip(1);
        values.filter_map(|it| it.split('"').next()).map(str::to_owned).collect()
    };
    assert_eq!(options("branch=main"), ["", "feature/timer-wheel"]);
    assert_eq!(
        options("branch=&beside=main"),
        ["", "feature/timer-wheel", "main", "main,feature/timer-wheel"]
    );
    let lines = usual().json("/api/trends/1?branch=&beside=main,feature%2Ftimer-wheel");
    assert_eq!(lines["beside"], serde_json::json!(["main", "feature/timer-wheel"]));
}
