//! A profile for the Firefox Profiler, in its processed profile format.
//!
//! Source: <https://github.com/firefox-devtools/profiler/blob/main/docs-developer/processed-profile-format.md>

use std::io::Write;

use fxprof_processed_profile::{
    CategoryColor, CategoryPairHandle, CpuDelta, Frame, FrameFlags, FrameInfo, Profile as Firefox,
    ReferenceTimestamp, SamplingInterval, StackHandle, ThreadHandle, Timestamp, WeightType,
};

use super::flame::Unit;
use super::label::titles;
use super::{CallTree, Profile};

/// How much of a name is kept, in characters.
const MOST_CHARACTERS: usize = 1_000;
/// What a nanosecond of the profiler's time axis is of fuel: trees have no order in time, so
/// the axis shows their costs one after the other.
const FUEL_NS: u64 = 1;

/// Why a profile could not be written.
#[derive(Debug, thiserror::Error)]
pub enum FirefoxError {
    /// Writing failed.
    #[error("can't write the profile for the Firefox Profiler: {0}")]
    Write(#[from] serde_json::Error),
}

/// Writes a profile as JSON that the Firefox Profiler opens: a thread for each tree, whose
/// samples have weights in fuel or in samples. The samples of a tree are one after the other
/// in the order of its nodes, and not in the order of time, which a tree has lost. The same
/// profile gives the same bytes.
///
/// # Errors
///
/// If it can't be written.
pub fn write(profile: &Profile, to: impl Write) -> Result<(), FirefoxError> {
    let product = format!("pollbench profile of {}", profile.guest.name);
    let period = profile.sampled.as_ref().map_or(FUEL_NS, |it| it.period_ns.max(1));
    let interval = SamplingInterval::from_nanos(period);
    let mut firefox = Firefox::new(&product, started(profile), interval);
    firefox.set_os_name(&profile.kernel);
    firefox.set_symbolicated(true);
    let zero = Timestamp::from_nanos_since_reference(0);
    let process = firefox.add_process(&profile.guest.name, 1, zero);
    let category = firefox.add_category("Guest", CategoryColor::Blue).into();
    let titles = titles(&profile.functions, MOST_CHARACTERS, true);
    let sampled = profile.sampled.iter().map(|it| (&it.tree, Unit::Samples, period));
    let exact = profile.exact.iter().map(|it| (&it.tree, Unit::Fuel, FUEL_NS));
    for (number, (tree, unit, cost_ns)) in (1..).zip(sampled.chain(exact)) {
        // The main thread would be called what the process is.
        let thread = firefox.add_thread(process, number, zero, false);
        firefox.set_thread_name(thread, &format!("guest, in {}", unit.name()));
        firefox.set_thread_samples_weight_type(thread, WeightType::Samples);
        Samples { firefox: &mut firefox, thread, category, cost_ns, spent: 0 }.add(tree, &titles);
    }
    Ok(serde_json::to_writer(to, &firefox)?)
}

/// When the profile was recorded; if that can't be read, the beginning of 1970.
fn started(profile: &Profile) -> ReferenceTimestamp {
    let started = profile.started.parse::<jiff::Timestamp>().unwrap_or_default();
    ReferenceTimestamp::from_millis_since_unix_epoch(started.as_millisecond() as f64)
}

/// What adds the samples of a tree to a thread.
struct Samples<'a> {
    firefox: &'a mut Firefox,
    thread: ThreadHandle,
    category: CategoryPairHandle,
    /// What one of the tree's costs is on the time axis, in nanoseconds.
    cost_ns: u64,
    spent: u64,
}

impl Samples<'_> {
    fn add(&mut self, tree: &CallTree, titles: &[String]) {
        let mut stacks: Vec<StackHandle> = Vec::with_capacity(tree.nodes.len());
        for node in &tree.nodes {
            let title = self.firefox.intern_string(&titles[node.function as usize]);
            let frame = FrameInfo {
                frame: Frame::Label(title),
                category_pair: self.category,
                flags: FrameFlags::empty(),
            };
            let frame = self.firefox.intern_frame(self.thread, frame);
            let parent = node.parent.map(|it| stacks[it as usize]);
            let stack = self.firefox.intern_stack(self.thread, parent, frame);
            stacks.push(stack);
            self.add_cost(stack, node.own);
        }
    }

    /// A weight has 31 bits, so that a greater cost is several samples.
    fn add_cost(&mut self, stack: StackHandle, mut cost: u64) {
        while cost > 0 {
            let weight = i32::try_from(cost).unwrap_or(i32::MAX);
            let at = Timestamp::from_nanos_since_reference(self.spent);
            let part = u64::from(weight.unsigned_abs());
            let took = part.saturating_mul(self.cost_ns);
            let cpu = CpuDelta::from_nanos(took);
            self.firefox.add_sample(self.thread, at, Some(stack), cpu, weight);
            self.spent = self.spent.saturating_add(took);
            cost -= part;
        }
    }
}
