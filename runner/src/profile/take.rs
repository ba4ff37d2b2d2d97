use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use pollbench_reports::profile::{
    Exact, Function, HostProfile, MOST_TURNS, Runs, Sampled, Timeline, Work, markers,
};
use pollbench_reports::record::{Guest, KnobValue, Split};
use quanta::Clock;

use super::exact::exact_beside;
use super::host_sampled::host_sampled;
use super::sampled::{longer, sampled};
use super::{ExactError, ExactProfile, FewTasks, LoadedCell, ProfileError, ProfiledCell};
use crate::engine::{Configuration, Lane, NoWindow, Observation, Outcome, Recorded, Window};

/// How many runs are timed.
const RUNS: usize = 5;
/// No further run is begun after this time.
const ENOUGH: Duration = Duration::from_secs(5);

/// What was found out about a cell.
pub struct Taken {
    /// The guest.
    pub guest: Guest,
    /// The guest's knobs, defaults included.
    pub knobs: BTreeMap<String, KnobValue>,
    /// What it had to do.
    pub work: Work,
    /// The functions of the guest.
    pub functions: Vec<Function>,
    /// The guest's work by function, in exact counts.
    pub exact: Option<Exact>,
    /// The guest's own time by function, from samples.
    pub sampled: Option<Sampled>,
    /// The functions of the host, from samples where the system allows it.
    pub host: HostProfile,
    /// What the profile lacks and why, a sentence each.
    pub notes: Vec<String>,
    /// Where the time of the measured window went.
    pub split: Option<Split>,
    /// The runs of which the split and the turns are those of the median one.
    pub runs: Runs,
    /// A turn of the loop with few tasks, explained; empty where there is none to explain.
    pub anatomy: Vec<String>,
    /// The turns of the loop; `None` where the guest has no loop of its own.
    pub timeline: Option<Timeline>,
}

/// Profiles a cell: counts the fuel of each function in one run, and takes the times of each
/// turn in others, and samples its stack in yet others. A guest that fails has no profile.
pub fn take(cell: &ProfiledCell, say: impl Fn(&str)) -> Result<Taken, ProfileError> {
    let loaded = cell.load()?;
    let LoadedCell { guest, knobs, .. } = &loaded;
    let clock = Clock::new();
    say("checking the guest");
    let lane = Lane::Counted;
    let checked = guest.run(loaded.workload(), knobs, lane, cell.limits, &clock);
    let checked = window(&loaded, checked)?;
    say("counting by function");
    let exact = by_function(&checked, &loaded, cell);
    let anatomy = FewTasks::run(&loaded, cell.limits).map_or_else(|_| Vec::new(), |it| it.turn);
    say("timing its turns");
    let (window, turns, runs) = timed(&loaded, cell, &clock)?;
    let (mut functions, exact, mut notes) = match exact {
        Ok(profile) => (profile.functions, Some(profile.exact), profile.left_out),
        Err(error) => (Vec::new(), None, vec![format!("There are no exact counts: {error}.")]),
    };
    say("sampling its stack");
    let work = longer(cell, &loaded, &window)?;
    let sampled = sampled(cell, &work, &mut functions)
        .map_err(|why| notes.push(format!("The guest's time is not sampled: {why}.")))
        .ok();
    let host = match host_sampled(cell, &work) {
        Ok(samples) => HostProfile::Sampled(samples),
        Err(reason) => HostProfile::NotSampled { reason },
    };
    let job = &cell.job;
    Ok(Taken {
        knobs: guest.description.name_values(knobs),
        work: Work {
            workload: job.workload.clone(),
            pollables: job.pollables,
            active: loaded.active(),
            parameters: job.parameters.clone(),
            events: checked.counters.window.events,
        },
        functions,
        exact,
        sampled,
        host,
        notes,
        split: window.split,
        runs,
        anatomy,
        timeline: timeline(turns),
        guest: loaded.guest.record,
    })
}

/// Times the turns in several runs, and returns the median one.
fn timed(
    loaded: &LoadedCell,
    cell: &ProfiledCell,
    clock: &Clock,
) -> Result<(Window, Recorded, Runs), ProfileError> {
    let observation = Observation::measure(clock);
    let (begun, most) = (Instant::now(), MOST_TURNS as usize);
    let mut runs = Vec::new();
    while runs.len() < RUNS && (runs.is_empty() || begun.elapsed() < ENOUGH) {
        let (workload, knobs) = (loaded.workload(), &loaded.knobs);
        let run =
            loaded.guest.run_with_turns(workload, knobs, observation, most, cell.limits, clock);
        runs.push(run.map_err(|why| refused(loaded, why))?);
    }
    runs.sort_by_key(|(window, _)| window.nanoseconds);
    let length = |(window, _): &(Window, Recorded)| window.nanoseconds;
    let [shortest_ns, longest_ns] = [runs.first(), runs.last()].map(|it| it.map_or(0, length));
    let described = Runs { count: runs.len() as u32, shortest_ns, longest_ns };
    let (window, turns) = runs.swap_remove(runs.len() / 2);
    Ok((window, turns, described))
}

fn timeline(recorded: Recorded) -> Option<Timeline> {
    let all = recorded.turns.len() as u64 + recorded.left_out;
    (all > 0).then(|| {
        let markers = markers(&recorded.turns, &recorded.waits);
        let mut timeline = Timeline::pack(recorded.turns, markers);
        timeline.left_out = (timeline.turns < all).then_some(all);
        timeline
    })
}

/// The fuel of each function. On a real host no two runs are the same, so there it is that
/// of a run on the stock host.
fn by_function(
    checked: &Window,
    loaded: &LoadedCell,
    cell: &ProfiledCell,
) -> Result<ExactProfile, ExactError> {
    let configuration = Configuration::of(loaded.guest.host.counting())?;
    let (source, workload) = (&loaded.guest.source, loaded.workload());
    exact_beside(checked, source, &configuration, workload, &loaded.knobs, cell.limits)
}

fn window(loaded: &LoadedCell, outcome: Outcome) -> Result<Window, ProfileError> {
    outcome.map_err(|why| refused(loaded, why))
}

fn refused(loaded: &LoadedCell, why: NoWindow) -> ProfileError {
    let guest = loaded.guest.description.name.clone();
    match why {
        NoWindow::NotSupported(why) => ProfileError::NotSupported { guest, why },
        NoWindow::Failed(failure) => ProfileError::Failed { guest, failure: Box::new(failure) },
    }
}
