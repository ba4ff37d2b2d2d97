use askama::Template;
use itertools::Itertools as _;
use pollbench_reports::comparison::{Metric, Ratio};
use pollbench_reports::names::shown;
use pollbench_reports::tuning::words::times;

use super::super::frame::{Frame, Tab};
use super::super::words;
use super::counted;
use crate::Error;
use crate::links::Links;
use crate::view::{KnobSetting, Show, TuningLine, Tunings};

#[derive(Template)]
#[template(path = "tunings.html")]
struct Page {
    frame: Frame,
    headline: String,
    rows: Vec<Row>,
}

struct Row {
    guest: String,
    /// The host, what is to be little, and the branch where all are shown.
    host: String,
    load: String,
    value: String,
    why: String,
    default_costs: Option<Ratio>,
    default_text: String,
    since: String,
    since_href: Option<String>,
    /// What was recommended before, and whether it is as good.
    before: String,
    day: String,
    href: Option<String>,
}

/// As much of a sentence as is shown, in characters.
const SENTENCE: usize = 400;

/// The list of tunings.
pub fn tunings(view: &Tunings, links: &Links) -> Result<String, Error> {
    let page = Page {
        frame: Frame {
            links: links.clone(),
            branch: view.branch.clone(),
            branches: view.branches.clone(),
            tab: Tab::Tunings,
        },
        headline: headline(view),
        rows: view.lines.iter().map(|it| row(it, view.branch.as_ref(), links)).collect(),
    };
    Ok(page.render()?)
}

fn headline(view: &Tunings) -> String {
    let all = counted((view.total, view.unreadable), view.branch.as_ref(), "tuning", "tunings");
    let changed = view.lines.iter().filter(|it| it.before_is_level == Some(false)).count();
    match changed {
        0 => all,
        1 => format!("{all} In 1 case, what was recommended before is now known to cost more."),
        _ => format!(
            "{all} In {changed} cases, what was recommended before is now known to cost more."
        ),
    }
}

fn row(of: &TuningLine, looked_at: Option<&String>, links: &Links) -> Row {
    let branch = words::other_branch(looked_at, &of.run);
    let before = settings(&of.before);
    let before = match of.before_is_level {
        _ if before.is_empty() => String::new(),
        Some(true) => format!("before: {before}, which is as good, as far as can be told"),
        Some(false) => format!("before: {before}, which costs more now"),
        None => format!("before: {before}"),
    };
    Row {
        guest: words::name(&of.guest),
        host: [Some(words::name(&of.host)), Some(words::name(&of.objective)), branch]
            .into_iter()
            .flatten()
            .join(", "),
        load: words::name(&of.load),
        value: match of.values.is_empty() {
            true => format!("no value of {}", words::name(&of.knob)),
            false if of.makes_no_difference => format!("any; {} by default", settings(&of.values)),
            false => settings(&of.values),
        },
        why: shown(&of.why.replace('`', ""), SENTENCE),
        default_costs: of.price_of_default,
        default_text: of.price_of_default.map_or("–".into(), times),
        since: match of.tunings {
            1 => "the first".into(),
            _ => of.since.day(),
        },
        since_href: links.run(of.since.id).filter(|_| of.tunings > 1),
        before,
        day: of.run.day(),
        href: links.run(of.run.id),
    }
}

/// `batch = 64`; of two, both.
fn settings(all: &[KnobSetting]) -> String {
    all.iter().map(|it| format!("{} = {}", words::name(&it.knob), it.value)).join(", ")
}
