//! Looks at which function of this program runs, at regular times, where the system allows it.
//!
//! The kernel interrupts the thread after so much of its processor time and notes where it was
//! (`perf_event_open` with the software event `cpu-clock`). Only the function itself is known,
//! not who called it: optimized code keeps no frame pointers to follow.

use std::time::Duration;

use pollbench_simulation::simulation::Edge;

/// The processor time between two samples.
pub const HOST_PERIOD: Duration = Duration::from_micros(100);

/// Where this thread was in the measured window, as addresses of instructions.
pub struct HostSampler {
    sampler: Sampler,
}

impl HostSampler {
    /// Prepares to sample this thread, or says why it can't be.
    pub fn open() -> Result<Self, String> {
        Ok(Self { sampler: Sampler::open()? })
    }

    /// Notes that the measured window opens or closes.
    pub(super) fn at_edge(&mut self, edge: Edge) {
        match edge {
            Edge::Opens => self.sampler.enable(),
            Edge::Closes => self.sampler.disable(),
        }
    }

    /// The addresses that were seen.
    pub(super) fn finish(self) -> Vec<u64> {
        self.sampler.addresses()
    }
}

#[cfg(target_os = "linux")]
struct Sampler(perf_event::Sampler);

#[cfg(target_os = "linux")]
impl Sampler {
    fn open() -> Result<Self, String> {
        use perf_event::events::Software;
        use perf_event::{Builder, SampleFlag};
        /// An unprivileged process may map this much besides a page; it holds 32,768 samples.
        const BYTES: usize = 512 * 1024;
        let mut builder = Builder::new(Software::CPU_CLOCK);
        builder.sample_period(HOST_PERIOD.as_nanos() as u64).sample(SampleFlag::IP);
        let opened = builder.build().and_then(|counter| counter.sampled(BYTES));
        opened.map(Self).map_err(|error| super::instructions::explain(&error))
    }

    /// A window in which this fails has no samples, and is said to have none.
    fn enable(&mut self) {
        let _ = self.0.enable();
    }

    fn disable(&mut self) {
        let _ = self.0.disable();
    }

    fn addresses(mut self) -> Vec<u64> {
        use perf_event::data::Record;
        let mut addresses = Vec::new();
        while let Some(record) = self.0.next_record() {
            if let Ok(Record::Sample(sample)) = record.parse_record() {
                addresses.extend(sample.ip());
            }
        }
        addresses
    }
}

#[cfg(not(target_os = "linux"))]
struct Sampler;

#[cfg(not(target_os = "linux"))]
impl Sampler {
    fn open() -> Result<Self, String> {
        Err("pollbench samples the host on Linux only".into())
    }

    fn enable(&mut self) {}

    fn disable(&mut self) {}

    fn addresses(self) -> Vec<u64> {
        Vec::new()
    }
}
