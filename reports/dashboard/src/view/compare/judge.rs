use std::collections::BTreeMap;

use pollbench_reports::comparison::Metric;
use pollbench_reports::record::{Cell, Record, RepetitionKind};
use pollbench_reports::stats::paired::{Shift, fdr};

use super::{Compared, Verdict};
use crate::look::Look;

/// So many differences between neighbouring runs are needed to know what is usual.
const FEWEST: usize = 20;
/// The part of the verdicts on two guests of a run that may be wrong.
const ALPHA: f64 = 0.05;

/// Two guests of a run took turns, so that what slowed the machine down slowed both: the
/// ratios of rounds tell them apart.
pub fn by_rounds(cells: &mut [Compared], record: &Record) {
    let shifts: Vec<Option<Shift>> = cells
        .iter()
        .map(|it| {
            let [base, run] = [it.base_number, it.number].map(|it| rounds(&record.cells[it - 1]));
            let ratio = |(round, time): (&u32, &f64)| Some((time / base.get(round)?).ln());
            Shift::of(&run.iter().filter_map(ratio).collect::<Vec<_>>())
        })
        .collect();
    let chances: Vec<f64> =
        shifts.iter().map(|it| it.as_ref().map_or(1.0, |it| it.p_differs(0.0))).collect();
    let doubts = fdr::adjusted(&chances).unwrap_or_default();
    for ((cell, shift), doubt) in cells.iter_mut().zip(shifts).zip(doubts) {
        let (Some(times), Some(shift)) = (&mut cell.times, shift) else { continue };
        let interval = shift.interval(ALPHA);
        times.interval = interval.map(|it| (it.low.exp(), it.high.exp()));
        times.verdict = match () {
            () if interval.is_none() => Verdict::CantTell,
            () if doubt > ALPHA => Verdict::Usual,
            () if shift.estimate() > 0.0 => Verdict::Slower,
            () => Verdict::Faster,
        };
    }
}

/// The time of an event in each round, all in.
fn rounds(cell: &Cell) -> BTreeMap<u32, f64> {
    let all = cell.time.iter().flat_map(|it| &it.repetitions);
    let plain = all.filter(|it| it.kind == RepetitionKind::Plain && it.events > 0);
    plain.map(|it| (it.round, it.nanoseconds as f64 / it.events as f64)).collect()
}

/// A difference between two runs is a change if no neighbouring runs of the branch differ as
/// much, of those before the one and after the other that have no known change between them. Intervals of a run know nothing of what
/// differs between one run and the next, but these have to be apart, too.
pub fn by_neighbours(cells: &mut [Compared], look: &Look, base: i64, run: i64) {
    let place = |id: i64| look.runs.iter().position(|it| it.id.0 == id);
    let ends = [base, run].map(place);
    let inside = |step: usize| match ends {
        [Some(one), Some(other)] => (one.min(other)..one.max(other)).contains(&step),
        // With one of them far back, only the steps beyond the other are known to be apart.
        [Some(one), None] | [None, Some(one)] => step < one,
        [None, None] => false,
    };
    for cell in cells {
        let Some(times) = &mut cell.times else { continue };
        let series = look.cells.iter().find(|it| Some(it.id) == cell.series);
        let of = series.and_then(|it| it.metrics.iter().find(|it| it.metric == Metric::NsPerEvent));
        let Some(of) = of else { continue };
        let is_usual = |step: usize| {
            let is_change = of.changes.iter().any(|it| it.change.index == step + 1);
            let same = look.runs[step].environment == look.runs[step + 1].environment;
            same && !is_change && !inside(step)
        };
        let steps = of.values.windows(2).enumerate().filter(|(step, _)| is_usual(*step));
        let steps = steps.map(|(_, pair)| (pair[1] / pair[0]).ln().abs());
        let usual: Vec<f64> = steps.filter(|it| it.is_finite()).collect();
        if usual.len() < FEWEST {
            continue;
        }
        let most = usual.iter().copied().fold(0.0, f64::max);
        let (base, run) = (times.base, times.run);
        times.verdict = match () {
            () if times.ratio.ln().abs() <= most => Verdict::Usual,
            () if run.low > base.high => Verdict::Slower,
            () if run.high < base.low => Verdict::Faster,
            () => Verdict::Usual,
        };
    }
}
