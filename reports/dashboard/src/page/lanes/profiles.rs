use askama::Template;
use pollbench_reports::comparison::Metric;
use pollbench_reports::format;

use super::super::frame::{Frame, Tab};
use super::super::words;
use super::counted;
use crate::Error;
use crate::links::Links;
use crate::view::{ProfileLine, Profiles, Show, TopFunction};

#[derive(Template)]
#[template(path = "profiles.html")]
struct Page<'a> {
    frame: Frame,
    view: &'a Profiles,
    headline: String,
    rows: Vec<Row<'a>>,
}

struct Row<'a> {
    line: &'a ProfileLine,
    id: i64,
    title: String,
    when: String,
    fuel: String,
    time: String,
    top: String,
    /// The profile of the same before it, and what differs.
    before: String,
    difference: Option<String>,
    commit: String,
    href: Option<String>,
}

/// The list of profiles.
pub fn profiles(view: &Profiles, links: &Links) -> Result<String, Error> {
    let page = Page {
        frame: Frame {
            links: links.clone(),
            branch: view.branch.clone(),
            branches: view.branches.clone(),
            tab: Tab::Profiles,
        },
        headline: counted(
            (view.total, view.unreadable),
            view.branch.as_ref(),
            "profile",
            "profiles",
        ),
        rows: view.lines.iter().map(|it| row(it, view.branch.as_ref(), links)).collect(),
        view,
    };
    Ok(page.render()?)
}

fn row<'a>(line: &'a ProfileLine, looked_at: Option<&String>, links: &Links) -> Row<'a> {
    let branch = words::other_branch(looked_at, &line.run).map(|it| format!(", {it}"));
    let most =
        |it: &TopFunction| format!("{}, {}", words::name(&it.name), format::percent(it.share));
    Row {
        id: line.run.id,
        title: words::name(&line.title),
        when: line.run.minute() + &branch.unwrap_or_default(),
        fuel: line.fuel_per_event.map_or("–".into(), format::quantity),
        time: line.time_per_event.map_or("–".into(), format::duration),
        top: line.top.as_ref().map_or("–".into(), most),
        before: before(line),
        difference: line.before.as_ref().and_then(|it| links.difference(it.id, line.run.id)),
        commit: words::commit(&line.run),
        href: links.run(line.run.id),
        line,
    }
}

/// A smaller part than this would be shown as none.
const LEAST: f64 = 0.001;

/// Fuel is exact, so that any difference of it is one.
fn before(line: &ProfileLine) -> String {
    let Some(before) = &line.before else { return "none".into() };
    let day = before.day();
    match line.fuel_per_event.zip(line.fuel_before) {
        Some((now, then)) if now == then => format!("{day}: the same fuel"),
        Some((now, then)) if then > 0.0 => {
            let part = (now / then - 1.0).abs();
            let part = match part < LEAST {
                true => format!("less than {}", format::percent(LEAST)),
                false => format::percent(part),
            };
            format!("{day}: {part} {} fuel now", if now > then { "more" } else { "less" })
        }
        _ => day,
    }
}
