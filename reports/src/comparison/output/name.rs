//! The names of cells.

use crate::comparison::{Cell, Identity};
use crate::format;
pub(super) use crate::names::visible;

/// The guests of both sides, or one name if they are the same: `slab`, `slab → batched
/// batch=64`.
pub fn guests(identity: &Identity) -> String {
    let Identity { base_guest, candidate_guest, .. } = identity;
    visible(&if base_guest == candidate_guest {
        candidate_guest.clone()
    } else {
        format!("{base_guest} → {candidate_guest}")
    })
}

/// The workload with what tells it from those of the other cells, size aside:
/// `idle, 1 active`.
pub fn workload(identity: &Identity, cells: &[Cell]) -> String {
    let others = || cells.iter().map(|it| &it.identity);
    let alike = || others().filter(|it| it.workload == identity.workload);
    let mut label = identity.workload.clone();
    if identity.active == identity.pollables {
        label += ", all active";
    } else if identity.active > 0 {
        label += &format!(", {} active", format::count(identity.active.into()));
    }
    for (name, value) in &identity.parameters {
        if alike().any(|it| it.parameters.get(name) != Some(value)) {
            label += &format!(", {name}={value}");
        }
    }
    if alike().any(|it| it.effort != identity.effort) {
        label += &format!(", effort {}", format::count(identity.effort));
    }
    if others().any(|it| it.host != identity.host) {
        label += &format!(", host {}", identity.host);
    }
    visible(&label)
}

/// A name for programs that follow a cell over time: it contains the whole identity, so
/// that it stays the same whatever else is measured.
pub fn of_candidate(identity: &Identity) -> String {
    full(&identity.candidate_guest, identity)
}

/// Like [`of_candidate`], but with both guests if they differ.
pub fn of_both(identity: &Identity) -> String {
    full(&guests(identity), identity)
}

fn full(guest: &str, identity: &Identity) -> String {
    let Identity { workload, pollables, active, parameters, host, effort, .. } = identity;
    let mut name = format!("{guest}/{workload}/pollables={pollables}/active={active}");
    for (parameter, value) in parameters {
        name += &format!("/{parameter}={value}");
    }
    name += &format!("/effort={effort}/host={host}");
    visible(&name)
}
