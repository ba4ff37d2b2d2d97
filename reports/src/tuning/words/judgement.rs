use itertools::Itertools as _;

use super::super::{Judgement, Reason, Standing, Tuned, Tuning};
use super::setting::{choices, knobs, points, setting, value};
use super::times;
use crate::format;
use crate::shell;

pub(super) fn sentences(tuning: &Tuning, tuned: &Tuned, judgement: &Judgement) -> Vec<String> {
    if tuned.makes_no_difference() {
        return vec![no_difference(tuned, judgement)];
    }
    let Judgement { recommended, default, worst, .. } = *judgement;
    let used = setting(tuned, recommended);
    let mut sentences = vec![match judgement.reason {
        Reason::Default => format!(
            "Use {used}, the default: nothing tried is shown to be better by more than {}.",
            format::percent(judgement.tolerance)
        ),
        Reason::Chosen => format!("Use {used}."),
        Reason::Revised => format!(
            "Use {used}: the fresh rounds have shown it to be better than what was chosen before, so it may look a little better than it is."
        ),
    }];
    sentences.extend(match tuned.grid {
        Some(_) => plateau_of_points(tuned, judgement),
        None => plateau(tuned, judgement),
    });
    if default != recommended
        && let Some(price) = judgement.price_of_default()
    {
        sentences.push(format!(
            "The default, {}, costs {} as much.",
            value(tuned, default),
            times(price)
        ));
    }
    if worst != recommended
        && worst != default
        && let Some(price) = judgement.price_of_worst()
    {
        sentences.push(format!(
            "The worst that was tried, {}, costs {} as much.",
            value(tuned, worst),
            times(price)
        ));
    }
    sentences.extend(untold(tuned, judgement));
    sentences.extend(finer(tuning, tuned, recommended));
    sentences
}

fn no_difference(tuned: &Tuned, judgement: &Judgement) -> String {
    let all = tuned.tried();
    let [count, tolerance] = [all.len().to_string(), format::percent(judgement.tolerance)];
    let [least, most] = [all.first(), all.last()].map(|it| it.map_or(0, |it| it.value));
    let is_one = judgement.values.len() == 1;
    let (knobs, default) = (knobs(tuned), value(tuned, judgement.default));
    match (&tuned.grid, is_one) {
        (None, true) => format!(
            "{knobs} makes no difference here: with all {count} values tried, from {least} to {most}, the guest makes the same calls, and its fuel differs by {tolerance} at most. Leave it at {default}."
        ),
        (None, false) => format!(
            "{knobs} makes no difference here: from {least} to {most}, all {count} values tried cost the same to within {tolerance}. Leave it at {default}."
        ),
        (Some(_), true) => format!(
            "{knobs} make no difference here: at all {count} points tried the guest makes the same calls, and its fuel differs by {tolerance} at most. Leave them at their defaults, {default}."
        ),
        (Some(_), false) => format!(
            "{knobs} make no difference here: all {count} points tried cost the same to within {tolerance}. Leave them at their defaults, {default}."
        ),
    }
}

/// The range of values that are as good, which has those that do the same as its ends.
fn plateau(tuned: &Tuned, judgement: &Judgement) -> Option<String> {
    let (least, most) = tuned.plateau()?;
    let range = judgement.plateau.low..=judgement.plateau.high;
    let inside = judgement.values.iter().filter(|it| range.contains(&it.value));
    let is_sure = inside.map(|it| it.standing).all(|it| it != Standing::Untold);
    let tolerance = format::percent(judgement.tolerance);
    match (least < most, is_sure) {
        (false, _) => None,
        (true, true) => Some(format!(
            "From {least} to {most} it does not matter: all that was tried there is within {tolerance} of it."
        )),
        (true, false) => Some(format!(
            "From {least} to {most}, nothing that was tried is shown to be worse by more than {tolerance}."
        )),
    }
}

/// The points that are as good, which form no range.
fn plateau_of_points(tuned: &Tuned, judgement: &Judgement) -> Option<String> {
    let all = tuned.tried();
    let is_level = |standing: Standing| standing != Standing::Worse;
    let level = all.iter().filter(|it| is_level(it.judged.standing));
    let is_sure = level.clone().all(|it| it.judged.standing != Standing::Untold);
    let level: Vec<u64> = level.map(|it| it.value).collect();
    let all: Vec<u64> = all.iter().map(|it| it.value).collect();
    let (count, tolerance) = (level.len(), format::percent(judgement.tolerance));
    let what = match is_sure {
        true => format!("within {tolerance} of the best"),
        false => format!("not shown to be worse by more than {tolerance}"),
    };
    match count {
        0 | 1 => None,
        _ if count == all.len() => Some(format!(
            "None of the {count} points that were tried is shown to be worse by more than {tolerance}."
        )),
        _ => Some(format!(
            "Of the {} points that were tried, {count} are {what}: {}.",
            all.len(),
            points(tuned, &level, &all)
        )),
    }
}

fn untold(tuned: &Tuned, judgement: &Judgement) -> Option<String> {
    let count = judgement.untold.len();
    // Those at the very edge of the tolerance would take for ever.
    let mut more: Vec<u64> = judgement.untold.iter().filter_map(|it| it.more_rounds).collect();
    more.sort_unstable();
    let more = more.get(more.len().saturating_sub(1) / 2).map_or(String::new(), |more| {
        format!("; about {} more rounds would tell half of them", format::count(*more))
    });
    match judgement.untold.as_slice() {
        [] => None,
        [one] => {
            Some(format!("It could not be told whether {} is as good.", value(tuned, one.value)))
        }
        _ => Some(format!(
            "Of {count} of the {} {} it could not be told whether they are as good{more}.",
            judgement.values.len(),
            choices(tuned)
        )),
    }
}

/// How long a word of a command may be, in bytes: nobody types a longer one.
const LONGEST: usize = 120;

/// What goes finer than the points of a grid, between which nothing is tried; `None` if this
/// is no grid, or if the guest has no name that can be typed.
pub(super) fn finer(tuning: &Tuning, tuned: &Tuned, recommended: u64) -> Option<String> {
    tuned.grid.as_ref()?;
    let settings = tuned.settings(recommended);
    let command = |(knob, value): &(&str, u64)| {
        let fixed = tuning.fixed.iter().map(|(name, value)| format!("{name}={value}"));
        let fixed = fixed.chain([format!("{knob}={value}")]).join(",");
        let (open, _) = settings.iter().find(|it| it.0 != *knob)?;
        let guest = format!("{}@{fixed}", tuning.guest.on_command_line());
        let is_typed = |it: &str| it.len() <= LONGEST && it.bytes().all(|it| it.is_ascii_graphic());
        let (guest, open) = (shell::quoted(&guest)?, shell::quoted(open)?);
        (is_typed(&guest) && is_typed(&open))
            .then(|| format!("`pollbench tune {guest} --knob {open}`"))
    };
    let commands: Vec<String> = settings.iter().rev().filter_map(command).collect();
    let [one, other] = commands.as_slice() else { return None };
    Some(format!(
        "Nothing was tried between the points: {one} and {other}, each for the same load, go finer in one knob."
    ))
}
