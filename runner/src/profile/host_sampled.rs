use std::collections::BTreeMap;

use pollbench_reports::profile::{HostFunction, HostSamples};
use quanta::Clock;

use super::symbols::Symbols;
use super::{LoadedCell, ProfiledCell};
use crate::engine::{HOST_PERIOD, HostSampler, NoWindow};

/// Samples the host in one run of a cell. `Err` says why there are no samples.
pub fn host_sampled(cell: &ProfiledCell, loaded: &LoadedCell) -> Result<HostSamples, String> {
    let sampler = HostSampler::open()?;
    let run = loaded.guest.timed().run_host_sampled(
        loaded.workload(),
        &loaded.knobs,
        sampler,
        cell.limits,
        &Clock::new(),
    );
    let addresses = run.map_err(NoWindow::into_words)?;
    if addresses.is_empty() {
        return Err("the system has taken no samples".into());
    }
    let symbols = Symbols::of_this_process()?;
    let mut compiled_code = 0;
    let mut samples: BTreeMap<String, u64> = BTreeMap::new();
    for address in &addresses {
        match symbols.name(*address) {
            Some(name) => *samples.entry(name).or_default() += 1,
            None => compiled_code += 1,
        }
    }
    let mut functions: Vec<HostFunction> =
        samples.into_iter().map(|(name, samples)| HostFunction { name, samples }).collect();
    functions.sort_by_key(|it| std::cmp::Reverse(it.samples));
    Ok(HostSamples { functions, compiled_code, period_ns: HOST_PERIOD.as_nanos() as u64 })
}
