use super::super::{Bound, Compromise, Point, Tuned, Tuning};
use super::judgement::finer;
use super::setting::{choices, knobs, setting, value};
use crate::format;

pub(super) fn sentences(tuning: &Tuning, tuned: &Tuned, compromise: &Compromise) -> Vec<String> {
    let front = &compromise.trade_off.front;
    let point = |at: u64| compromise.trade_off.points.iter().find(|it| it.value == at);
    let mut sentences = Vec::new();
    match (compromise.chosen, tuning.bound) {
        (None, Some(Bound::P99AtMost(most))) => sentences.push(format!(
            "Nothing meets the bound: with none of the {} of {} that were tried does the 99th percentile of the latency stay within {}.",
            choices(tuned),
            knobs(tuned),
            format::duration(most)
        )),
        (None, _) => sentences.push("No value could be chosen.".into()),
        (Some(chosen), bound) => {
            let why = match bound {
                Some(Bound::P99AtMost(most)) => format!(
                    "the cheapest whose 99th percentile of the latency is within {}",
                    format::duration(most)
                ),
                Some(Bound::CostAtMost(most)) => {
                    format!("the soonest that costs at most {}", format::duration(most))
                }
                None if front.len() == 1 => "both cheapest and soonest".into(),
                None if compromise.trade_off.knee.is_none() && chosen == tuned.default => {
                    "the default, as the front has no knee".into()
                }
                None => "the knee of the front of cost and latency".into(),
            };
            let numbers = point(chosen).map_or(String::new(), |it| format!(": {}", numbers(it)));
            sentences.push(format!("Use {}, {why}{numbers}.", setting(tuned, chosen)));
        }
    }
    if let (None, Some(chosen), Some(knee)) =
        (tuning.bound, compromise.chosen, compromise.trade_off.knee)
        && chosen != knee
    {
        sentences.push(format!(
            "That was so in the rounds by which it was chosen; in the fresh ones, shown here, the knee is at {}.",
            value(tuned, knee)
        ));
    }
    if let (Some(cheapest), Some(soonest)) = (front.first(), front.last())
        && cheapest.value != soonest.value
    {
        sentences.push(format!(
            "Cheapest is {} ({}), soonest {} ({}).",
            value(tuned, cheapest.value),
            numbers(cheapest),
            value(tuned, soonest.value),
            numbers(soonest)
        ));
    }
    if compromise.chosen.is_some_and(|it| it != tuned.default)
        && let Some(default) = point(tuned.default)
    {
        let words = value(tuned, tuned.default);
        sentences.push(format!("The default, {words}, has {}.", numbers(default)));
    }
    if compromise.steps_per_event > 1.0 {
        sentences.push(format!(
            "Other tasks run beside the events, so cost is per event with {} steps of them, as many as with the default.",
            format::quantity(compromise.steps_per_event - 1.0)
        ));
    }
    sentences.extend(compromise.chosen.and_then(|it| finer(tuning, tuned, it)));
    sentences
}

fn numbers(point: &Point) -> String {
    format!(
        "{} an event, 99 % noticed within {}",
        format::duration(point.cost),
        format::duration(point.p99)
    )
}
