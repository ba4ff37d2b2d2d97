use pollbench_history::{History, Provenance};
use pollbench_reports::live::LiveRecord;
use pollbench_reports::profile::Profile;
use pollbench_reports::tuning::{Bound, Tuning};
use serde::Serialize;

use super::live::{hostile_live, live};
use super::profile::{changed_profile, hostile_profile, profile};
use super::tuning::{
    LARGE, Work, compromise, hostile_tuning, mix, tuned, tuning, two_knobs, two_loads,
};

/// What the smaller load took before: another value was the best.
const EARLIER: Work = Work("skew", 1_000, |it| 520.0 + 60.0 / it + 6.0 * it);

/// Adds tunings, profiles and servers, of which it is known what changed from one to the next:
/// the best value of a knob, the fuel of a profile, and what one guest takes as a server.
pub async fn tell_lanes(history: &History) {
    let before = tuning(vec![tuned("batch", &[(EARLIER, None)]), tuned("batch", &[(LARGE, None)])]);
    add(history, &Tuning { started: time("2026-11-05"), ..before }).await;
    // What another branch has is another course.
    let other = tuning(vec![tuned("batch", &[(EARLIER, None)])]);
    add_to(history, "feature/timer-wheel", &Tuning { started: time("2026-11-10"), ..other }).await;
    let bound = Some(Bound::P99AtMost(9_000.0));
    let bounded = Tuning { bound: None, ..compromise(bound) };
    for (day, tuning) in [
        ("2026-11-07", bounded),
        ("2026-11-08", two_loads()),
        ("2026-11-12", two_loads()),
        ("2026-11-13", mix()),
        ("2026-11-14", compromise(None)),
        ("2026-11-15", two_knobs()),
    ] {
        add(history, &Tuning { started: time(day), ..tuning }).await;
    }
    add(history, &Profile { started: time("2026-11-06"), ..profile() }).await;
    let mut changed = Profile { started: time("2026-11-16"), ..changed_profile() };
    if let Some(exact) = &mut changed.exact {
        exact.unprofiled_fuel = exact.tree.total();
    }
    add(history, &changed).await;
    for (day, part) in [("2026-11-07", 1.3), ("2026-11-11", 1.28), ("2026-11-17", 1.0)] {
        let mut record = LiveRecord { started: time(day), ..live() };
        for round in
            record.cells.iter_mut().filter(|it| it.guest == "wstd").flat_map(|it| &mut it.rounds)
        {
            round.guest_cpu_ns = round.guest_cpu_ns.map(|it| it * part);
        }
        add(history, &record).await;
    }
}

/// Adds one of each kind, with a name in every place that a stranger fills in.
pub async fn tell_hostile_lanes(history: &History, name: &str, day: u32) {
    let started = time(&format!("2026-09-{day:02}"));
    add(history, &Tuning { started: started.clone(), ..hostile_tuning(name) }).await;
    add(history, &Profile { started: started.clone(), ..hostile_profile(name) }).await;
    add(history, &LiveRecord { started, ..hostile_live(name) }).await;
}

fn time(day: &str) -> String {
    format!("{day}T08:15:00Z")
}

async fn add(history: &History, record: &(impl Serialize + Sync)) {
    add_to(history, "main", record).await;
}

async fn add_to(history: &History, branch: &str, record: &(impl Serialize + Sync)) {
    let provenance = Provenance {
        commit: Some("5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed".into()),
        branch: Some(branch.into()),
        subject: Some("Keep the list of pollables between turns".into()),
        ..Provenance::default()
    };
    history.add(record, &provenance).await.expect("it is added");
}
