//! A made-up tuning of two knobs on a grid.

use pollbench_reports::tuning::{
    Bound, CountedValue, Grid, GridKnob, TOLERANCE, Tuned, Tuning, judge,
};

use super::tuning::{BUSY, LARGE, SMALL, Work, counted, noisy, tuned, tuning, weighed};

/// Two loads for which two knobs are tuned together, one of them also for latency.
pub fn grid(bound: Option<Bound>) -> Tuning {
    let mut late = on_grid(BUSY, 0.0);
    let grid = late.grid.clone().expect("a grid");
    let p99 = |place: u64| {
        let [batch, slice] = grid.points[place as usize];
        4_000.0 + 900.0 * batch as f64 + 400.0 * slice as f64
    };
    late.parts[0].p99 = late.judging.iter().map(|it| noisy(it.value, p99(it.value), 1.7)).collect();
    let all = vec![on_grid(SMALL, 0.08), on_grid(LARGE, 0.002), weighed(late, bound)];
    Tuning { bound, ..tuning(all) }
}

/// What batches and slices cost: the nearer a slice to 8, by octaves, the less by this part.
/// The largest batch does the same as the one before.
fn on_grid(work: Work, octave: f64) -> Tuned {
    let knob = |name: &str, default| GridKnob { name: name.into(), low: 1, high: 4096, default };
    let grid = Grid::new([knob("batch", 64), knob("slice", 1)]).expect("defaults are in range");
    let default = grid.default();
    let place =
        |point: [u64; 2]| grid.points.iter().position(|it| *it == point).expect("a point") as u64;
    let cost = |[batch, slice]: [u64; 2]| {
        work.2(batch as f64) * (1.0 + octave * ((slice as f64).log2() - 3.0).abs())
    };
    let mut one = tuned("batch+slice", &[(work, None)]);
    let (mut judging, mut count) = (Vec::new(), Vec::new());
    for &point in &grid.points {
        let here = place(point);
        let same_as = (point[0] == 4096).then(|| place([1024, point[1]]));
        if same_as.is_none() {
            judging.push(noisy(here, cost(point), f64::from(work.1)));
        }
        count.push(CountedValue { value: here, same_as, ..counted(work, point[0]) });
    }
    let chosen = judging.iter().min_by(|a, b| a.median().partial_cmp(&b.median()).expect("costs"));
    let chosen = chosen.expect("points").value;
    one.judgement = judge(&judging, default, chosen, TOLERANCE);
    (one.parts[0].counted, one.parts[0].judging) = (count, judging.clone());
    one.parts[0].p99.clear();
    let high = grid.points.len() as u64 - 1;
    Tuned { grid: Some(grid), low: 0, high, default, choosing: judging.clone(), judging, ..one }
}
