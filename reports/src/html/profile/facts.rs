use crate::format;
use crate::names::shown;
use crate::profile::{HostProfile, Profile, Runs};

use super::super::details::Fact;

/// The conditions of a profile, and what profiling cost.
pub(super) fn facts(profile: &Profile) -> Vec<Fact> {
    let load = |value: Option<f64>| {
        value.map_or_else(|| "not told by the system".into(), |it| format!("{it:.2}"))
    };
    let slower = |times: f64| format!("the run took {} as long", format::ratio(times));
    let mut facts = Vec::new();
    if let Some(exact) = &profile.exact {
        facts.push(fact("cost of counting fuel by function", slower(exact.slowdown)));
        facts.push(fact("fuel without profiling", format::count(exact.unprofiled_fuel)));
    }
    if let Some(sampled) = &profile.sampled {
        let period = format::duration(sampled.period_ns as f64);
        facts.push(fact("cost of sampling", slower(sampled.slowdown)));
        let samples = format::count(sampled.tree.total());
        facts.push(fact("samples", format!("{samples}, one every {period}")));
        facts.push(fact("runs that were sampled", format::count(sampled.runs.into())));
    }
    match &profile.host_functions {
        Some(HostProfile::Sampled(samples)) => {
            let [all, compiled] = [samples.total(), samples.compiled_code].map(format::count);
            let period = format::duration(samples.period_ns as f64);
            let value = format!("{all}, one every {period}; {compiled} in compiled code");
            facts.push(fact("samples of the thread", value));
        }
        Some(HostProfile::NotSampled { reason }) => {
            facts.push(fact(
                "functions of the host",
                format!("not sampled: {}", shown(reason, 400)),
            ));
        }
        None => {}
    }
    if let Some(split) = &profile.split {
        let events = profile.work.events.max(1) as f64;
        let observed = format::duration(split.observation / events);
        facts.push(fact("observing the split", format!("{observed} an event, subtracted")));
    }
    if let Some(Runs { count, shortest_ns, longest_ns }) = profile.runs {
        let [shortest, longest] = [shortest_ns, longest_ns].map(|it| format::duration(it as f64));
        let value = format!("{count}, from {shortest} to {longest}; shown is the median one");
        facts.push(fact("runs that were timed", value));
    }
    let guest = &profile.guest;
    facts.extend([
        fact("events in the window", format::count(profile.work.events)),
        fact("guest", format!("{}, {}, {}", guest.name, guest.origin, format::bytes(guest.bytes))),
        fact("SHA-256 of the guest", &guest.sha256),
        fact("compiler of the guest", &guest.compiler),
        fact("host", format!("{}, {}", profile.host, profile.engine)),
        fact("processor", format!("{}, {} cores", profile.cpu.model, profile.cpu.cores)),
        fact("load before", load(profile.load_average.before)),
        fact("load after", load(profile.load_average.after)),
        fact("kernel", &profile.kernel),
        fact("pollbench", &profile.pollbench),
        fact("started", &profile.started),
        fact("profile schema", profile.profile_schema.to_string()),
    ]);
    facts
}

pub(super) fn fact(name: &str, value: impl Into<String>) -> Fact {
    Fact { name: name.into(), value: value.into() }
}
