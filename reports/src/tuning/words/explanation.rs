use super::super::{Counted, Explanation, MOST_ERROR, Trade, Tuning};
use super::enumerated;
use super::setting::{knobs, setting};
use crate::format;

/// What the costs come from, and what sizes would cost that were not measured.
/// Nothing, if the knob is none of those that were tuned.
pub fn explanation(tuning: &Tuning, it: &Explanation) -> Vec<String> {
    let Explanation { knob, workload, model, trade, predictions } = it;
    let Some(tuned) = tuning.tuned.iter().find(|it| it.knob == *knob) else { return Vec::new() };
    let prices = &model.prices;
    let price = |what: &str, price: f64| {
        (price > 0.0).then(|| format!("{} {what}", format::duration(price)))
    };
    let prices: Vec<String> = [
        price("a poll call", prices.poll_calls),
        price("a handle passed", prices.handles),
        price("a handle reported", prices.ready),
        price("a step of a task", prices.tasks),
    ]
    .into_iter()
    .flatten()
    .collect();
    let mut sentences = vec![format!(
        "{workload}: a cost model fitted to the counts has {}; leaving one sample out, it errs by {} (median) and {} (most).",
        enumerated(&prices),
        format::percent(model.left_out.median),
        format::percent(model.left_out.largest)
    )];
    if let Some(Trade { saves: Some(saves), pays }) = trade {
        let pays = pays.map_or(String::new(), |it| format!(", and pays with {}", counted(it)));
        sentences.push(format!(
            "Against the worst that was tried, the recommended {} saves {}{pays}.",
            knobs(tuned),
            counted(*saves)
        ));
    }
    if !model.predicts() {
        sentences.push(format!(
            "As it errs by more than {}, nothing is predicted from it.",
            format::percent(MOST_ERROR)
        ));
    }
    for prediction in predictions {
        sentences.push(format!(
            "Predicted, not measured: at {} pollables {} costs {} an event.",
            format::count(prediction.pollables.into()),
            setting(tuned, prediction.value),
            format::duration(prediction.cost)
        ));
    }
    sentences
}

fn counted(what: Counted) -> &'static str {
    match what {
        Counted::PollCalls => "poll calls",
        Counted::Handles => "handles passed",
        Counted::Ready => "handles reported",
        Counted::Tasks => "steps of tasks",
    }
}
