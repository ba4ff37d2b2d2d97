use askama::Template;
use pollbench_reports::comparison::Metric;
use pollbench_reports::format;
use pollbench_reports::record::Status;

use super::frame::{Choice, Frame, Tab};
use super::words;
use crate::links::Links;
use crate::view::{ChangedFact, Compare, Compared, Order, RunRef, Show, status_words};
use crate::{Error, metric};

#[derive(Template)]
#[template(path = "compare.html")]
struct Page<'a> {
    frame: Frame,
    view: &'a Compare,
    base: String,
    run: String,
    headline: String,
    method: &'static str,
    conditions: Vec<(String, String, String)>,
    base_guests: Vec<Choice>,
    guests: Vec<Choice>,
    base_hosts: Vec<Choice>,
    hosts: Vec<Choice>,
    orders: Vec<Choice>,
    rows: Vec<Row>,
}

struct Row {
    guest: String,
    workload: String,
    pollables: String,
    class: &'static str,
    verdict: String,
    ratio: Option<f64>,
    ratio_text: String,
    interval: String,
    times: String,
    counts: String,
    trend: Option<String>,
    base_cell: Option<String>,
    cell: Option<String>,
    profile: Option<String>,
}

/// Two runs, or two guests or hosts, held against each other.
pub fn compare(view: &Compare, links: &Links) -> Result<String, Error> {
    let page = Page {
        frame: Frame {
            links: links.clone(),
            branch: view.run.branch.clone(),
            branches: Vec::new(),
            tab: Tab::Compare,
        },
        base: side(&view.base, view.base_guest.as_deref(), view.base_host.as_deref()),
        run: side(&view.run, view.guest.as_deref(), view.host.as_deref()),
        headline: headline(view),
        method: method(view),
        conditions: conditions(view),
        base_guests: choices(&view.guests, view.base_guest.as_deref()),
        guests: choices(&view.guests, view.guest.as_deref()),
        base_hosts: choices(&view.hosts, view.base_host.as_deref()),
        hosts: choices(&view.hosts, view.host.as_deref()),
        orders: orders(view.order),
        rows: view.cells.iter().map(|it| row(it, view, links)).collect(),
        view,
    };
    Ok(page.render()?)
}

fn side(run: &RunRef, guest: Option<&str>, host: Option<&str>) -> String {
    let guest = guest.map_or(String::new(), |it| format!("{} in ", words::name(it)));
    let host = host.map_or(String::new(), |it| format!(", on the host {}", words::name(it)));
    format!("{guest}run {} {} {}{host}", run.id, run.minute(), words::commit(run))
}

fn headline(view: &Compare) -> String {
    let cells = |count: usize| match count {
        1 => "1 cell".to_owned(),
        _ => format!("{} cells", format::count(count as u64)),
    };
    let mut parts = Vec::new();
    for (count, words) in [
        (view.broken, "no longer ok"),
        (view.slower, "slower"),
        (view.faster, "faster"),
        (view.counted_otherwise, "with other counts"),
        (view.untold, "with times that can't be told apart from these two runs"),
    ] {
        if count > 0 {
            parts.push(format!("{count} {words}"));
        }
    }
    match parts.is_empty() {
        true => format!("Of {}, none differs by more than usual.", cells(view.cells.len())),
        false => format!("Of {}: {}.", cells(view.cells.len()), parts.join(", ")),
    }
}

/// How times are judged.
fn method(view: &Compare) -> &'static str {
    if view.base.id == view.run.id {
        "Both took turns in one run. Times are compared round by round (Wilcoxon's \
         signed-rank test), and of what is called slower or faster, 5 % may be wrong. Counts are \
         exact."
    } else {
        "Counts are exact: any difference is one. A time is called slower or faster if no two \
         neighbouring runs of the branch without a known change differ as much, and the \
         intervals of the two are apart; \
         that takes 20 such neighbours, and the same conditions. The trend of a cell judges more \
         surely, and a comparison of your own (pollbench compare) most of all."
    }
}

fn row(of: &Compared, view: &Compare, links: &Links) -> Row {
    let (guest, workload, pollables) = words::cell(&of.cell);
    let (class, verdict) = match &of.times {
        _ if of.status != of.base_status => {
            let words = format!("{} → {}", status_words(of.base_status), status_words(of.status));
            (if of.status == Status::Ok { "better" } else { "worse" }, words)
        }
        Some(times) => {
            let (class, words) = words::compared(times);
            (class, words.to_owned())
        }
        None => ("unsure", "no time".to_owned()),
    };
    let times = of.times.as_ref();
    let text = |it: f64| format::duration(it);
    let count = |it: &crate::view::CountChange| {
        let value = |value| metric::text(it.metric, value);
        let name = it.metric.name().replace('_', " ");
        format!("{name} {} → {}", value(it.base), value(it.run))
    };
    Row {
        guest,
        workload,
        pollables,
        class,
        verdict,
        ratio: times.map(|it| it.ratio),
        ratio_text: times.map_or("–".into(), |it| format::ratio(it.ratio)),
        interval: times.and_then(|it| it.interval).map_or(String::new(), |(low, high)| {
            format!("{} to {}", format::ratio(low), format::ratio(high))
        }),
        times: times.map_or(String::new(), |it| {
            format!("{} → {}", text(it.base.median), text(it.run.median))
        }),
        counts: of.counts.iter().map(count).collect::<Vec<_>>().join("; "),
        trend: of.series.and_then(|it| links.trend(it, Metric::NsPerEvent)),
        profile: of.profiles.iter().find_map(|it| links.run(*it)),
        base_cell: links.cell(view.base.id, of.base_number),
        cell: links.cell(view.run.id, of.number),
    }
}

/// What is different about the conditions: its name, what it was, and what it is.
fn conditions(view: &Compare) -> Vec<(String, String, String)> {
    let value = |of: &Option<String>| of.as_deref().map_or("unknown".into(), words::name);
    let fact = |it: &ChangedFact| (words::name(&it.name), value(&it.before), value(&it.after));
    view.conditions.iter().map(fact).collect()
}

/// All of some names, and the choice of none.
fn choices(names: &[String], chosen: Option<&str>) -> Vec<Choice> {
    let choice = |value: &str, name: String| Choice {
        value: value.into(),
        name,
        href: None,
        is_chosen: chosen.unwrap_or_default() == value,
    };
    let names = names.iter().map(|it| choice(it, words::name(it)));
    std::iter::once(choice("", "all".into())).chain(names).collect()
}

fn orders(chosen: Order) -> Vec<Choice> {
    let all = [
        (Order::Certainty, "certainty", "what can be told first"),
        (Order::Size, "size", "the largest difference first"),
        (Order::Record, "record", "as in the record"),
    ];
    let choice = |(order, value, name): (Order, &str, &str)| Choice {
        value: value.into(),
        name: name.into(),
        href: None,
        is_chosen: order == chosen,
    };
    all.map(choice).into()
}
