//! What is known to have changed in a made-up history is what is shown.

use pollbench_history::{History, Provenance};
use pollbench_reports::record::{Cell, KnobValue};
use serde_json::{Value, json};

use super::support::{Served, Step, Story, typical, with_times};
use super::usual;

fn changes(of: &Value) -> Vec<&Value> {
    of["changes"].as_array().expect("a list").iter().collect()
}

/// Guest, N and the place of each sure change that nothing else explains.
fn sure(of: &Value) -> Vec<(String, u64, u64, String)> {
    let is_sure = |it: &&Value| {
        it["main"]["doubt"].as_f64() <= Some(0.05)
            && it["main"]["surroundings"].as_array().is_some_and(Vec::is_empty)
    };
    let one = |it: &Value| {
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let number = |value: &Value| value.as_u64().expect("a number");
        let cell = &it["cell"];
        let direction = text(&it["main"]["direction"]);
        (text(&cell["guest"]), number(&cell["pollables"]), number(&it["place"]), direction)
    };
    changes(of).into_iter().filter(is_sure).map(one).collect()
}

#[test]
fn the_changes_of_a_story_are_found_and_nothing_else() {
    let overview = usual().json("/api/overview");
    let sure = sure(&overview);
    let of = |direction: &'static str| sure.iter().filter(move |it| it.3 == direction);
    // Five workloads at the two sizes that the change of `slab` is in, less that which failed
    // in the last run and is found all the same.
    assert!(of("worse").all(|it| it.0 == "slab" && it.1 >= 1000), "{sure:#?}");
    assert!(of("better").all(|it| it.0 == "batched"), "{sure:#?}");
    assert_eq!((overview["worse"].as_u64(), overview["better"].as_u64()), (Some(10), Some(15)));
    assert!(of("worse").all(|it| it.2.abs_diff(62) <= 2), "{sure:#?}");
    assert!(of("better").all(|it| it.2.abs_diff(74) <= 2), "{sure:#?}");
}

#[test]
fn a_new_machine_is_named_and_no_regression() {
    let overview = usual().json("/api/overview");
    assert_eq!(overview["explained"].as_u64(), Some(75));
    let explained = changes(&overview)
        .into_iter()
        .filter(|it| it["main"]["surroundings"] != Value::Array(Vec::new()));
    for change in explained {
        let fact = &change["main"]["surroundings"][0];
        assert_eq!(fact["name"], "processor", "{change}");
        assert_eq!(fact["after"], "Another CPU @ 2.10GHz");
        assert!(change["place"].as_u64().is_some_and(|it| it.abs_diff(40) <= 2), "{change}");
    }
}

#[test]
fn a_change_of_fuel_is_exact_to_the_run() {
    let trends = usual().json("/api/trends?metric=guest_fuel&search=slab");
    let lines = trends["lines"].as_array().expect("a list");
    let changed: Vec<&Value> = lines.iter().filter(|it| it["changes"] == 1).collect();
    assert_eq!(changed.len(), 10);
    for line in changed {
        let change = &line["last_change"];
        assert_eq!((&line["places"][0], &change["doubt"]), (&62.into(), &0.0.into()), "{line}");
    }
}

#[test]
fn a_history_without_a_change_has_none() {
    let flat =
        Story { steps: Vec::new(), machine: None, fails: false, beside: 0, ..Story::default() };
    let overview = Served::story(flat).json("/api/overview");
    assert_eq!(
        (&overview["worse"], &overview["better"], &overview["explained"]),
        (&0.into(), &0.into(), &0.into())
    );
    assert_eq!(overview["runs"], 90);
}

#[test]
fn filters_leave_out_the_other_direction() {
    for (show, kept) in [("worse", "worse"), ("better", "better")] {
        let overview = usual().json(&format!("/api/overview?show={show}"));
        let changes = changes(&overview);
        assert!(!changes.is_empty());
        assert!(changes.iter().all(|it| it["main"]["direction"] == kept));
    }
}

#[test]
fn two_runs_are_told_apart_where_the_trend_tells_them_apart() {
    // The runs before and after the change of `slab`, far from that of the machine. The
    // numbers of runs are those in which they were added.
    let step = Step { run: 62, guest: "slab", from: 1000, time: 1.5, fuel: 1.11 };
    let story = Story { steps: vec![step], fails: false, beside: 0, ..Story::default() };
    let served = Served::story(story);
    let compare = served.json("/api/compare?base=62&run=63");
    let cells = compare["cells"].as_array().expect("a list");
    for cell in cells {
        let is_changed =
            cell["cell"]["guest"] == "slab" && cell["cell"]["pollables"].as_u64() >= Some(1000);
        assert_eq!(cell["times"]["verdict"] == "slower", is_changed, "{cell}");
        assert_eq!(!cell["counts"].as_array().expect("a list").is_empty(), is_changed, "{cell}");
    }
    assert_eq!(compare["slower"], 10);
    // Over the change of the machine, no time is called a change.
    let compare = served.json("/api/compare?base=30&run=50");
    assert_eq!((&compare["slower"], &compare["untold"]), (&0.into(), &75.into()));
    assert_eq!(compare["conditions"][0]["name"], "processor");
}

#[test]
fn what_is_known_to_have_changed_does_not_hide_a_smaller_change() {
    // All times became a fifth longer with another machine, long before.
    let compare = usual().json("/api/compare?base=62&run=63");
    assert_eq!((&compare["slower"], &compare["counted_otherwise"]), (&10.into(), &10.into()));
}

#[test]
fn guests_of_a_run_are_compared_round_by_round() {
    let compare = usual().json("/api/compare?run=20&base_guest=bare&guest=vector-scan");
    let cells = compare["cells"].as_array().expect("a list");
    assert_eq!(cells.len(), 15);
    assert_eq!(compare["slower"], 15, "in the record, each takes a third longer");
    for cell in cells {
        let interval = &cell["times"]["interval"];
        assert!(interval[0].as_f64() > Some(1.0), "{cell}");
    }
    let same = usual().json("/api/compare?base=20&run=20");
    assert_eq!(
        (&same["slower"], &same["faster"], &same["counted_otherwise"]),
        (&0.into(), &0.into(), &0.into())
    );
}

/// The record, and all of its cells twice: changed, and half as fast.
async fn add_twice(history: History, change: impl Fn(&mut Cell)) {
    let mut record = typical().record();
    let other = |cell: &Cell| {
        let mut other = cell.clone();
        change(&mut other);
        with_times(&mut other, 2.0);
        other
    };
    let others: Vec<Cell> = record.cells.iter().map(other).collect();
    record.cells.extend(others);
    history.add(&record, &Provenance::default()).await.expect("it is added");
}

#[test]
fn hosts_of_a_run_are_compared_round_by_round() {
    let served = Served::over(async |history| {
        add_twice(history, |cell| cell.host = "lean".into()).await;
    });
    let compare = served.json("/api/compare?run=1&base_host=stock&host=lean");
    let count = compare["cells"].as_array().map(Vec::len);
    assert_eq!((count, &compare["slower"]), (Some(75), &75.into()));
    assert_eq!(compare["hosts"], json!(["stock", "lean"]));
    // With cells of both hosts on one side, each counterpart is compared once.
    let one_sided = served.json("/api/compare?run=1&base=1&base_host=stock");
    let count = one_sided["cells"].as_array().map(Vec::len);
    assert_eq!(
        (count, &one_sided["only_base"], &one_sided["only_run"]),
        (Some(75), &0.into(), &75.into())
    );
    let back = served.json("/api/compare?run=1&base_host=lean&host=stock");
    assert_eq!(back["faster"], 75);
    let page = served.page("/compare?run=1&base_host=stock&host=lean");
    assert!(page.contains("on the host lean") && page.contains("name=\"base_host\""));
    // Of one host there is nothing to choose.
    assert!(!usual().page("/compare").contains("name=\"base_host\""));
}

#[test]
fn sets_of_knobs_of_a_guest_are_compared_round_by_round() {
    let served = Served::over(async |history| {
        add_twice(history, |cell| drop(cell.knobs.insert("batch".into(), KnobValue::Integer(7))))
            .await;
    });
    let guests = served.json("/api/compare?run=1")["guests"].clone();
    let named = |words: &str| -> String {
        let mut names = guests.as_array().into_iter().flatten().filter_map(Value::as_str);
        names.find(|it| it.contains(words)).expect("it can be chosen").replace(' ', "%20")
    };
    let seven = named("batched batch=7");
    let all = guests.as_array().into_iter().flatten().filter_map(Value::as_str);
    let other = all.filter(|it| it.starts_with("batched batch=")).find(|it| !it.ends_with("=7"));
    let other = other.expect("the usual one").replace(' ', "%20");
    let compare = served.json(&format!("/api/compare?run=1&base_guest={other}&guest={seven}"));
    let count = compare["cells"].as_array().map(Vec::len);
    assert_eq!((count, &compare["slower"]), (Some(15), &15.into()), "{compare}");
}
