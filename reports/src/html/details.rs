use crate::format;
use crate::record::{Environment, Record};

/// A name and what it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// The name.
    pub name: String,
    /// What it stands for.
    pub value: String,
}

/// The conditions of the run; of a merged record, those of each run.
pub fn environment(record: &Record) -> Vec<Fact> {
    let mut facts = Vec::new();
    for (index, environment) in record.all_environments().enumerate() {
        let of_run = |fact: Fact| match record.environments.is_empty() {
            true => fact,
            false => Fact { name: format!("run {}: {}", index + 1, fact.name), ..fact },
        };
        facts.extend(conditions(environment).into_iter().map(of_run));
    }
    facts.push(fact("record schema", record.schema.to_string()));
    if let Some(merged) = record.merged {
        facts.push(fact("merged from", format!("{merged} records")));
    }
    facts
}

fn conditions(environment: &Environment) -> Vec<Fact> {
    let cpu = &environment.cpu;
    let unknown = || "not told by the system".to_owned();
    let load = |value: Option<f64>| value.map_or_else(unknown, |load| format!("{load:.2}"));
    let clock = &environment.clock;
    let observed = format!(
        "{} a time stamp, {} more a crossing",
        format::duration(clock.observation_ns),
        format::duration(clock.crossing_ns)
    );
    let mut facts = vec![
        fact("started", &environment.started),
        fact("processor", format!("{}, {} cores", cpu.model, cpu.cores)),
        fact("frequency governor", cpu.governor.clone().unwrap_or_else(unknown)),
        fact("load before", load(environment.load_average.before)),
        fact("load after", load(environment.load_average.after)),
        fact("kernel", &environment.kernel),
        fact("clock", format!("{}, {observed}", clock.source)),
        fact("pollbench", &environment.pollbench),
        fact("compiler", &environment.compiler),
    ];
    if let Some(times) = environment.resumed {
        let times = if times == 1 { "once".to_owned() } else { format!("{times} times") };
        facts.push(fact("interrupted and resumed", times));
    }
    for (name, host) in &environment.hosts {
        let settings: Vec<String> =
            host.settings.iter().map(|(name, value)| format!("{name} = {value}")).collect();
        let all = [vec![host.engine.clone()], settings].concat().join("; ");
        facts.push(fact(&format!("host {name}"), all));
    }
    facts
}

fn fact(name: &str, value: impl Into<String>) -> Fact {
    Fact { name: name.into(), value: value.into() }
}
