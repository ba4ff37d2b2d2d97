//! The surroundings of a run as facts, which may explain a change.

use pollbench_history::Conditions;

/// A name and a value.
pub type Fact = (String, String);

/// Those of a run.
pub fn facts(of: &Conditions) -> Vec<Fact> {
    let fact = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let mut facts = vec![
        fact("processor", &of.cpu),
        fact("cores", &of.cores.to_string()),
        fact("frequency governor", of.governor.as_deref().unwrap_or("unknown")),
        fact("kernel", &of.kernel),
        fact("clock", &of.clock),
        fact("pollbench", &of.pollbench),
        fact("compiler", &of.compiler),
    ];
    facts.extend(
        of.engines.iter().map(|(host, engine)| (format!("engine of {host}"), engine.clone())),
    );
    facts
}
