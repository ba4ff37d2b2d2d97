//! Goes on from what an earlier session has left.

use std::time::Duration;

use pollbench_reports::record::{Cell, Failure, FailureKind, Latency, Status};
use pollbench_reports::summary;

use super::Session;
use super::cell::Measured;
use crate::engine::{NoWindow, Observation};
use pollbench_simulation::agenda::Waits;

/// Why a session can't go on from some cells.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum RestoreError {
    /// The cells are those of another plan.
    #[error("its cells are not those that its command selects")]
    OtherCells,
    /// A latency histogram can't be read.
    #[error("the latencies of {0} are damaged")]
    Damaged(String),
}

impl Session<'_> {
    /// Starts from the cells of an earlier session, which took the time `before`. The cost
    /// of observing a run stays as it was measured then.
    pub fn go_on(
        &mut self,
        cells: &[Cell],
        before: Duration,
        observation: Observation,
    ) -> Result<(), RestoreError> {
        let planned = self.record(&self.cells);
        let ids = |cells: &[Cell]| cells.iter().map(|it| it.id().to_string()).collect::<Vec<_>>();
        if ids(&planned) != ids(cells) {
            return Err(RestoreError::OtherCells);
        }
        for (measured, cell) in self.cells.iter_mut().zip(cells) {
            measured.restore(cell).ok_or_else(|| RestoreError::Damaged(cell.id().to_string()))?;
        }
        (self.before, self.observation) = (before, observation);
        Ok(())
    }
}

impl Measured {
    /// Takes over what the record says of the cell; `None` if its latencies can't be
    /// unpacked.
    fn restore(&mut self, cell: &Cell) -> Option<()> {
        self.why_not = match cell.status {
            Status::Ok => None,
            Status::NotSupported => {
                Some(NoWindow::NotSupported(cell.not_supported.clone().unwrap_or_default()))
            }
            Status::Failed => Some(NoWindow::Failed(
                cell.failure
                    .clone()
                    .unwrap_or_else(|| Failure::new(FailureKind::GuestError, "not recorded")),
            )),
        };
        self.is_counted = cell.counters.is_some() || cell.time.is_some() || self.why_not.is_some();
        self.counters = cell.counters.clone();
        self.poll_instructions = cell.poll_instructions;
        self.repetitions =
            cell.time.as_ref().map_or_else(Vec::new, |time| time.repetitions.clone());
        self.waits = waits(&cell.latency_ns, &cell.latency_polls)?;
        self.cold_waits = waits(&cell.cold_latency_ns, &cell.cold_latency_polls)?;
        self.lateness = match &cell.lateness_ns {
            Some(latency) => Some(summary::histogram(latency)?),
            None => None,
        };
        self.still_waiting = cell.still_waiting;
        if self.repetitions.is_empty() {
            // All repetitions will be made again, and their latencies would be in there
            // twice.
            self.waits.nanoseconds.reset();
            self.cold_waits.nanoseconds.reset();
        }
        Some(())
    }
}

fn waits(nanoseconds: &Option<Latency>, polls: &Option<Latency>) -> Option<Waits> {
    let mut waits = Waits::default();
    for (to, from) in [(&mut waits.nanoseconds, nanoseconds), (&mut waits.polls, polls)] {
        if let Some(latency) = from {
            // It is added to an empty histogram, as an unpacked one could not grow.
            to.add(summary::histogram(latency)?).ok()?;
        }
    }
    Some(waits)
}
