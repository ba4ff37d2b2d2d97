//! Every workload in small.

use pollbench_reports::format::count;
use pollbench_simulation::workload::{CATALOGUE, Kind, Range, Shape};

use super::examination::Examination;

/// The sizes, smallest first, so that the first one which fails is the smallest.
const SIZES: [u32; 5] = [1, 2, 10, 100, 300];
/// About how many handles a run passes to `poll`.
const EFFORT: u64 = 3_000;
/// The size at which each value of a parameter is tried.
const VARIED: u32 = 10;

/// Runs every workload, in some sizes and with each word of its parameters.
pub fn check(examination: &mut Examination<'_>) {
    for kind in CATALOGUE {
        for (name, shape) in shapes(kind) {
            examination.check_workload(name, kind, &shape);
        }
    }
}

fn shapes(kind: &Kind) -> Vec<(String, Shape)> {
    let mut shapes: Vec<(String, Shape)> = Vec::new();
    let mut add = |pollables: u32, active: u32, varied: Option<(&str, u64, &str)>| {
        let mut parameters = kind.defaults();
        let mut name =
            format!("{}, {} pollables, {active} active", kind.name, count(pollables.into()));
        if let Some((parameter, value, word)) = varied {
            parameters.insert(parameter.into(), value);
            name += &format!(", {parameter}={word}");
        }
        let active = kind.activity.of(pollables, active);
        let shape = Shape { pollables, active, parameters, effort: EFFORT };
        if shapes.iter().all(|(_, other)| *other != shape) {
            shapes.push((name, shape));
        }
    };
    for pollables in SIZES {
        add(pollables, 1, None);
        add(pollables, pollables, None);
    }
    for parameter in kind.parameters {
        if let Range::Choice(words) = parameter.range {
            for (word, value) in words.iter().zip(0..) {
                add(VARIED, VARIED, Some((parameter.name, value, word)));
            }
        }
    }
    shapes
}
