use std::collections::BTreeMap;

use pollbench_reports::profile::{Exact, Function, MOST_TURNS, Timeline, Work};
use pollbench_reports::record::{Guest, KnobValue, Split};
use quanta::Clock;

use super::{ExactError, ExactProfile, LoadedCell, ProfileError, ProfiledCell, exact};
use crate::engine::{Configuration, Host, Lane, NoWindow, Observation, Outcome, Window};

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
    /// What the profile lacks and why, a sentence each.
    pub notes: Vec<String>,
    /// Where the time of the measured window went.
    pub split: Option<Split>,
    /// The turns of the loop; `None` where the guest has no loop of its own.
    pub timeline: Option<Timeline>,
}

/// Profiles a cell: counts the fuel of each function in one run, and takes the times of each
/// turn in another. A guest that fails has no profile.
pub fn take(cell: &ProfiledCell, say: impl Fn(&str)) -> Result<Taken, ProfileError> {
    say("compiling");
    let loaded = cell.load()?;
    let LoadedCell { guest, knobs, .. } = &loaded;
    let clock = Clock::new();
    say("checking the guest");
    let lane = Lane::Counted;
    let checked = guest.run(loaded.workload(), knobs, lane, cell.limits, &clock);
    let checked = window(&loaded, checked)?;
    say("counting by function");
    let exact = by_function(&loaded, cell);
    say("timing its turns");
    let observation = Observation::measure(&clock);
    let most = MOST_TURNS as usize;
    let workload = loaded.workload();
    let (timed, recorded) = guest
        .run_with_turns(workload, knobs, observation, most, cell.limits, &clock)
        .map_err(|why| refused(&loaded, why))?;
    let all = recorded.turns.len() as u64 + recorded.left_out;
    let timeline = (all > 0).then(|| {
        let mut timeline = Timeline::pack(recorded.turns, Vec::new());
        timeline.left_out = (timeline.turns < all).then_some(all);
        timeline
    });
    let (functions, exact, notes) = match exact {
        Ok(profile) => (profile.functions, Some(profile.exact), profile.left_out),
        Err(error) => (Vec::new(), None, vec![format!("There are no exact counts: {error}.")]),
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
        notes,
        split: timed.split,
        timeline,
        guest: loaded.guest.record,
    })
}

/// The fuel of each function. On a real host no two runs are the same, so there it is that
/// of a run on the stock host.
fn by_function(loaded: &LoadedCell, cell: &ProfiledCell) -> Result<ExactProfile, ExactError> {
    let host = loaded.guest.host;
    let counting = if host.runtime().is_some() { Host::Stock } else { host };
    let configuration = Configuration::of(counting)?;
    let work = || loaded.workload();
    exact(&loaded.guest.source, &configuration, work, &loaded.knobs, cell.limits)
}

fn window(loaded: &LoadedCell, outcome: Outcome) -> Result<Window, ProfileError> {
    outcome.map_err(|why| refused(loaded, why))
}

fn refused(loaded: &LoadedCell, why: NoWindow) -> ProfileError {
    let guest = loaded.guest.description.name.clone();
    match why {
        NoWindow::NotSupported(why) => ProfileError::NotSupported { guest, why },
        NoWindow::Failed(failure) => ProfileError::Failed { guest, failure },
    }
}
