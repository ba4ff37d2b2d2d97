//! How far a simulation is borne out by real sockets: its time for an event beside the real
//! processor time for a request, of the same guest with as many pollables as connections.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::record::{LiveCell, LiveRecord};
use super::size::{Entry, Ratio, Size, sizes};
use crate::matrix::Matrix;
use crate::record::{Estimate, Record};

/// What a simulation says of a guest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Simulated {
    /// The guest, with its knobs if they are not the defaults.
    pub guest: String,
    /// How many pollables there were.
    pub pollables: u32,
    /// The workload with what was set of it, such as `idle, 1 active`.
    pub workload: String,
    /// The simulated host.
    pub host: String,
    /// The time for an event, in nanoseconds.
    pub time: Estimate,
}

/// A load on real sockets, beside a simulated workload of the same size.
#[derive(Clone, Debug)]
pub struct Beside<'a> {
    /// The workload.
    pub workload: &'a str,
    /// The simulated host.
    pub host: &'a str,
    /// How many connections, and pollables, there are.
    pub connections: u32,
    /// On how many of the connections requests are sent.
    pub active: u32,
    /// The guests that both have, that with the least real time first.
    pub pairs: Vec<Pair<'a>>,
    /// How many pairs of guests real sockets tell apart.
    pub told: usize,
    /// The pairs of these which the simulation has in another order: the guest with less
    /// processor time on real sockets, and the other.
    pub otherwise: Vec<(&'a str, &'a str)>,
}

/// A guest in both; the times are in nanoseconds.
#[derive(Clone, Debug)]
pub struct Pair<'a> {
    /// The guest.
    pub guest: &'a str,
    /// The simulated time for an event.
    pub simulated: &'a Estimate,
    /// The real processor time of the guest's thread for a request.
    pub real: Estimate,
    cell: &'a LiveCell,
}

impl Simulated {
    /// What there is in a record, by workload and size, and there the best first.
    pub fn all(record: &Record) -> Vec<Self> {
        let matrix = Matrix::new(record);
        let mut all = Vec::new();
        for configuration in &matrix.configurations {
            for size in &configuration.sizes {
                all.extend(size.entries.iter().filter_map(|entry| {
                    Some(Self {
                        guest: entry.variant.label.clone(),
                        pollables: size.pollables,
                        workload: configuration.what().into(),
                        host: configuration.host.into(),
                        time: *entry.time()?,
                    })
                }));
            }
        }
        all
    }
}

/// Each load of a record beside each simulated workload of its size.
pub fn beside(record: &LiveRecord) -> Vec<Beside<'_>> {
    let mut workloads: Vec<(&str, &str)> = Vec::new();
    for it in &record.simulated {
        let workload = (it.workload.as_str(), it.host.as_str());
        if !workloads.contains(&workload) {
            workloads.push(workload);
        }
    }
    let mut all = Vec::new();
    for size in sizes(record) {
        let each = workloads.iter().map(|&workload| Beside::new(record, &size, workload));
        all.extend(each.filter(|it| !it.pairs.is_empty()));
    }
    all
}

impl<'a> Beside<'a> {
    fn new(record: &'a LiveRecord, size: &Size<'a>, (workload, host): (&'a str, &'a str)) -> Self {
        let pair = |entry: &Entry<'a>| {
            let cell = entry.cell;
            let simulated = record.simulated.iter().find(|it| {
                let is_there = (it.workload.as_str(), it.host.as_str()) == (workload, host);
                is_there && it.guest == cell.guest && it.pollables == cell.connections
            })?;
            let real = entry.guest_cpu.filter(|_| cell.failure.is_none())?;
            Some(Pair { guest: &cell.guest, simulated: &simulated.time, real, cell })
        };
        let pairs: Vec<Pair<'a>> = size.entries.iter().filter_map(pair).collect();
        let (connections, active) = (size.connections, size.active);
        let mut it =
            Self { workload, host, connections, active, pairs, told: 0, otherwise: Vec::new() };
        it.compare_orders();
        it
    }

    fn compare_orders(&mut self) {
        for (at, one) in self.pairs.iter().enumerate() {
            for other in &self.pairs[at + 1..] {
                let Some(Ratio::Told { value, .. }) = Ratio::between(one.cell, other.cell) else {
                    continue;
                };
                self.told += 1;
                let (less, more) = if value < 1.0 { (one, other) } else { (other, one) };
                if less.simulated.median >= more.simulated.median {
                    self.otherwise.push((less.guest, more.guest));
                }
            }
        }
    }
}

impl Pair<'_> {
    /// The real time as a multiple of the simulated one.
    pub fn ratio(&self) -> f64 {
        self.real.median / self.simulated.median
    }

    /// The least and the largest ratio that the intervals of both times allow.
    pub fn bounds(&self) -> (f64, f64) {
        (self.real.low / self.simulated.high, self.real.high / self.simulated.low)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{cell, record};
    use super::*;

    fn simulated(guest: &str, pollables: u32, time: f64) -> Simulated {
        let (low, high) = (0.8 * time, 1.25 * time);
        let time = Estimate { median: time, low, high, confidence: 0.95 };
        Simulated {
            guest: guest.into(),
            pollables,
            workload: "idle, 1 active".into(),
            host: "stock".into(),
            time,
        }
    }

    #[test]
    fn a_guest_stands_beside_its_simulation_of_the_same_size() {
        let mut failed = cell("failed", 100, &[1e4; 7]);
        failed.failure = Some("it lost 3 replies".into());
        let mut record = record(vec![
            cell("slow", 100, &[9e4; 7]),
            cell("fast", 100, &[3e4; 7]),
            cell("fast", 1_000, &[6e4; 7]),
            cell("alone", 100, &[3e4; 7]),
            failed,
        ]);
        assert!(beside(&record).is_empty());
        record.simulated = vec![
            simulated("slow", 100, 2e4),
            simulated("fast", 100, 1e4),
            simulated("fast", 10_000, 1e6),
            simulated("failed", 100, 1e4),
        ];
        let all = beside(&record);
        let [beside] = all.as_slice() else { panic!("{all:?}") };
        assert_eq!((beside.connections, beside.workload), (100, "idle, 1 active"));
        let pairs: Vec<(&str, f64)> =
            beside.pairs.iter().map(|it| (it.guest, it.ratio())).collect();
        assert_eq!(pairs, [("fast", 3.0), ("slow", 4.5)]);
        let (low, high) = beside.pairs[0].bounds();
        assert!((low - 2.4).abs() < 1e-9 && (high - 3.75).abs() < 1e-9, "{low} {high}");
        assert_eq!((beside.told, beside.otherwise.len()), (1, 0));
    }

    #[test]
    fn another_order_is_named_and_what_can_not_be_told_is_not() {
        let mut record = record(vec![
            cell("one", 100, &[3e4; 7]),
            cell("two", 100, &[9e4; 7]),
            // As often above as below the first.
            cell("near", 100, &[3.1e4, 2.9e4, 3.1e4, 2.9e4, 3.1e4, 2.9e4, 3e4]),
        ]);
        record.simulated =
            ["one", "two", "near"].map(|it| simulated(it, 100, 1e4 / it.len() as f64)).into();
        record.simulated[1].time.median = 1.0;
        let all = beside(&record);
        assert_eq!(all[0].told, 2);
        assert_eq!(all[0].otherwise, [("one", "two"), ("near", "two")]);
    }
}
