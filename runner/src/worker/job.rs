//! What the words of a job stand for in this version of pollbench.

use std::collections::BTreeMap;

use pollbench_guests::{BUILT_IN, SLOWED};
use pollbench_reports::record::{Cell, KnobValue};
use pollbench_simulation::workload::{self, Kind, Shape};

use super::protocol::{GuestSource, Job};
use crate::engine::{Description, Knob, Source};
use crate::matrix::nearest;

impl GuestSource {
    /// The guest; what there is to say if there is none of this name.
    pub fn source(&self) -> Result<Source, String> {
        match self {
            Self::File(path) => Ok(Source::File(path.clone())),
            Self::BuiltIn(name) => {
                let found = BUILT_IN.iter().chain([&SLOWED]).find(|guest| guest.name == name);
                let guest = found.ok_or_else(|| format!("this pollbench has no guest {name:?}"))?;
                Ok(Source::BuiltIn(*guest))
            }
        }
    }
}

impl Job {
    /// The run of a recorded cell; `None` if the record is so old that it does not say how
    /// much work a cell was.
    pub fn of_cell(cell: &Cell) -> Option<Self> {
        Some(Self {
            workload: cell.workload.clone(),
            pollables: cell.pollables,
            active: cell.active,
            parameters: cell.parameters.clone(),
            effort: cell.effort?,
            knobs: cell.knobs.clone(),
        })
    }

    /// The workload and its shape; what there is to say if there are none such.
    pub fn shape(&self) -> Result<(&'static Kind, Shape), String> {
        let Self { workload, pollables, active, parameters: named, effort, knobs: _ } = self;
        let kind = workload::find(workload);
        let kind = kind.ok_or_else(|| format!("this pollbench has no workload {workload:?}"))?;
        let mut parameters = kind.defaults();
        for (name, value) in named {
            let what = || format!("the workload {} can't have {name} = {value}", kind.name);
            let parameter = kind.parameters.iter().find(|it| it.name == name).ok_or_else(what)?;
            let parsed = parameter.range.parse(&value.to_string());
            let parsed = parsed.map_err(|no_value| format!("{}: {no_value}", what()))?;
            parameters.insert(name.clone(), parsed);
        }
        if *pollables == 0 || active > pollables {
            return Err(format!("{active} active of {pollables} pollables"));
        }
        Ok((kind, kind.shape([*pollables, *active], parameters, *effort)))
    }
}

/// A value for each knob of a guest, in the order of the knobs: the named ones, and else the
/// defaults. If a name or a value is none of the guest's, what there is to say.
pub fn knob_values(
    guest: &Description,
    named: &BTreeMap<String, KnobValue>,
) -> Result<Vec<u64>, String> {
    let known = |name: &String| guest.knobs.iter().any(|knob| knob.name == *name);
    if let Some(name) = named.keys().find(|name| !known(name)) {
        let known: Vec<String> = guest.knobs.iter().map(|it| it.name.clone()).collect();
        let meant = nearest(name, &known).map(|it| format!(", did you mean {it:?}?"));
        let meant = meant.unwrap_or_default();
        return Err(format!("the guest {} has no knob {name:?}{meant}", guest.name));
    }
    let value = |knob: &Knob| match named.get(&knob.name) {
        None => Ok(knob.default),
        Some(value) => knob.range.parse(&value.to_string()).ok_or_else(|| {
            let Knob { name, range, .. } = knob;
            format!("the knob {name} of {} can't be {value}: it takes {range}", guest.name)
        }),
    };
    guest.knobs.iter().map(value).collect()
}
