//! What makes the times of a record doubtful, in words, each with what to do about it.

use crate::format;
use crate::record::{Environment, Record, RepetitionKind, Time};
use crate::stats::median;

/// A warning is given if other programs use more than this many processors, on average.
const BUSY_PROCESSORS: f64 = 0.25;
/// A warning is given if the hypervisor takes more than this part of the processors' time.
const STOLEN: f64 = 0.01;
/// A warning is given if the first repetition is more than this many times as long as the
/// median of the others.
const FIRST: f64 = 1.5;
/// A warning is given if profiled repetitions are more than this many times as long as
/// plain ones.
const OBSERVED: f64 = 1.5;
/// The relative error above which a cell's time counts as uncertain; a warning is given if
/// most are.
const NOISE: f64 = 0.1;

/// All warnings about a record, each in a sentence or two.
pub fn warnings(record: &Record) -> Vec<String> {
    let times: Vec<&Time> = record.cells.iter().filter_map(|cell| cell.time.as_ref()).collect();
    let of_machines = record.all_environments().flat_map(of_environment);
    let of_times = [shortened(record), slow_start(&times), observer(&times), noise(&times)]
        .into_iter()
        .flatten();
    let mut all: Vec<String> = Vec::new();
    for warning in of_machines.chain(of_times) {
        if !all.contains(&warning) {
            all.push(warning);
        }
    }
    all
}

fn of_environment(environment: &Environment) -> Vec<String> {
    let busy = environment.busy_elsewhere.filter(|others| *others > BUSY_PROCESSORS);
    let busy = busy.map(|others| {
        format!(
            "Other programs kept {others:.1} processors busy on average while this was measured: end them, or measure again when they are done."
        )
    });
    let stolen = environment.stolen.filter(|part| *part > STOLEN).map(|part| {
        format!(
            "The hypervisor gave {} of the processors' time to other virtual machines: measure on a machine that is not shared, or when it is quiet.",
            format::percent(part)
        )
    });
    let saving = environment.cpu.governor.as_deref() == Some("powersave");
    let saving = saving.then(|| {
        "The processor's frequency governor is `powersave`, with which times wander: `cpupower frequency-set --governor performance` makes them steadier.".to_owned()
    });
    let debug = environment.debug_build.then(|| {
        "This pollbench was built without optimisation, and its times say nothing: build it with `cargo build --release`.".to_owned()
    });
    [debug, busy, stolen, saving].into_iter().flatten().collect()
}

/// A warning if repetitions were made shorter than planned, because of the time.
fn shortened(record: &Record) -> Option<String> {
    let parts = record.cells.iter().filter_map(|cell| {
        let planned = cell.effort? as f64;
        let last = cell.time.as_ref()?.repetitions.last()?;
        Some(last.effort? as f64 / planned)
    });
    let part = parts.min_by(f64::total_cmp)?;
    Some(format!(
        "This machine was too slow for whole repetitions in the time given: all but the first have {} of their work, and the intervals are wider for it. More time (`--time`) makes them whole.",
        format::percent(part)
    ))
}

/// A warning if the first repetition is much longer than the others in the median cell.
fn slow_start(times: &[&Time]) -> Option<String> {
    let ratio = |time: &&Time| {
        let plain = time.repetitions.iter().filter(|it| it.kind == RepetitionKind::Plain);
        let lengths: Vec<f64> = plain.map(|it| it.nanoseconds as f64 / it.events as f64).collect();
        let (first, others) = lengths.split_first()?;
        (others.len() >= 2).then(|| first / median(others))
    };
    let ratios: Vec<f64> = times.iter().filter_map(ratio).collect();
    let typical = typical(&ratios).filter(|ratio| *ratio > FIRST)?;
    Some(format!(
        "The first repetition took {} as long as the others, in the median cell: caches were cold or the processor slept. More repetitions (`--time`) make that matter less.",
        format::ratio(typical)
    ))
}

fn observer(times: &[&Time]) -> Option<String> {
    let ratios: Vec<f64> = times.iter().map(|time| time.observer_ratio).collect();
    let typical = typical(&ratios).filter(|ratio| *ratio > OBSERVED)?;
    Some(format!(
        "Profiled repetitions took {} as long as plain ones, in the median cell: what the split says of short parts is rough. Times per event and latencies are those of plain repetitions.",
        format::ratio(typical)
    ))
}

fn noise(times: &[&Time]) -> Option<String> {
    let is_wide = |time: &&&Time| {
        let headline = time.net_ns_per_event.as_ref().unwrap_or(&time.ns_per_event);
        headline.relative_error().is_some_and(|error| error.abs() > NOISE)
    };
    let wide = times.iter().filter(is_wide).count();
    (2 * wide > times.len()).then(|| {
        format!(
            "The times of {wide} of {} cells are uncertain by more than {}: the machine is too noisy for the time given. End other programs, or give more (`--time`).",
            times.len(),
            format::percent(NOISE)
        )
    })
}

fn typical(ratios: &[f64]) -> Option<f64> {
    (!ratios.is_empty()).then(|| median(ratios))
}
