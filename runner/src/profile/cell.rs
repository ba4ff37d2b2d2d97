use pollbench_reports::record::{self, Cell, Record};
use pollbench_simulation::script::Workload;
use pollbench_simulation::workload::{Kind, Shape};

use super::ProfileError;
use crate::engine::{Configuration, Guest, Host, RunLimits};
use crate::worker::{GuestSource, Job, knob_values};

/// A cell that is run to be profiled.
#[derive(Clone, Debug)]
pub struct ProfiledCell {
    /// Where the guest comes from.
    pub source: GuestSource,
    /// The name of the host configuration.
    pub host: String,
    /// What the guest has to do.
    pub job: Job,
    /// What a run of the guest may use.
    pub limits: RunLimits,
}

/// A cell whose guest is compiled.
pub struct LoadedCell {
    /// The guest.
    pub guest: Guest,
    /// A value for each of its knobs.
    pub knobs: Vec<u64>,
    kind: &'static Kind,
    shape: Shape,
}

impl ProfiledCell {
    /// A cell of a record; `None` if the record is so old that it does not say how much work
    /// a cell was. The guest is the built-in one, or the file that was measured.
    pub fn of_record(record: &Record, cell: &Cell, limits: RunLimits) -> Option<Self> {
        let guest = record.guests().into_iter().find(|it| it.name == cell.guest);
        let source = match guest.and_then(record::Guest::file) {
            Some(file) => GuestSource::File(file.into()),
            None => GuestSource::BuiltIn(cell.guest.clone()),
        };
        let job = Job::of_cell(cell)?;
        Some(Self { source, host: cell.host.clone(), job, limits })
    }

    /// Compiles the guest, and looks up the work.
    pub fn load(&self) -> Result<LoadedCell, ProfileError> {
        let host = Host::named(&self.host).ok_or_else(|| {
            ProfileError::Unknown(format!("this pollbench has no host {:?}", self.host))
        })?;
        let source = self.source.source().map_err(ProfileError::Unknown)?;
        let (kind, shape) = self.job.shape().map_err(ProfileError::Unknown)?;
        let guest = Guest::load(&source, &Configuration::of(host)?)?;
        let knobs = knob_values(&guest.description, &self.job.knobs);
        let knobs = knobs.map_err(ProfileError::Unknown)?;
        Ok(LoadedCell { guest, knobs, kind, shape })
    }
}

impl LoadedCell {
    /// The work, from its beginning.
    pub fn workload(&self) -> Box<dyn Workload> {
        (self.kind.build)(&self.shape)
    }

    /// The same guest, with the same knobs, for other work.
    pub fn with_work(&self, job: &Job) -> Result<Self, ProfileError> {
        let (kind, shape) = job.shape().map_err(ProfileError::Unknown)?;
        Ok(Self { guest: self.guest.clone(), knobs: self.knobs.clone(), kind, shape })
    }

    /// How many pollables have an event under way.
    pub fn active(&self) -> u32 {
        self.shape.active
    }
}
