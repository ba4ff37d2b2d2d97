use std::collections::{BTreeMap, BTreeSet};

use crate::matrix::{Active, Configuration, Entry};
use crate::record::{Guest, KnobValue, Record};
use crate::shell::quoted;

/// The host that `pollbench tune` takes by itself.
const USUAL_HOST: &str = "stock";
/// How long a command may be, in bytes: nobody types a longer one.
const LONGEST: usize = 400;

/// The knobs of a guest but for one, with the values it had beside them.
type Others<'a> = BTreeMap<&'a str, &'a KnobValue>;

/// The commands that find the value to use for each knob of which several whole numbers were
/// measured under a workload configuration.
pub(super) fn commands(configuration: &Configuration, record: &Record) -> Vec<String> {
    let guests = record.guests();
    let entries = configuration.sizes.iter().flat_map(|size| &size.entries);
    // By guest and knob, and then by the other knobs: the values that were measured.
    let mut measured: BTreeMap<(&str, &str), BTreeMap<Others, BTreeSet<u64>>> = BTreeMap::new();
    for Entry { variant, .. } in entries {
        for (name, value) in variant.knobs {
            let KnobValue::Integer(value) = value else { continue };
            let others = variant.knobs.iter().filter(|(other, _)| *other != name);
            let others = others.map(|(name, value)| (name.as_str(), value)).collect();
            let of_knob = measured.entry((variant.guest, name)).or_default();
            of_knob.entry(others).or_default().insert(*value);
        }
    }
    let command = |((guest, knob), by_others): (_, BTreeMap<Others, BTreeSet<u64>>)| {
        let (others, values) = by_others.into_iter().max_by_key(|(_, values)| values.len())?;
        let described = guests.iter().find(|it| it.name == guest)?;
        (values.len() > 1).then(|| command(configuration, described, knob, &others))?
    };
    measured.into_iter().filter_map(command).collect()
}

/// `None` if it can't be shown in a line that does what it says.
fn command(
    configuration: &Configuration,
    guest: &Guest,
    knob: &str,
    others: &Others,
) -> Option<String> {
    let name = guest.on_command_line();
    let is_default = |(name, value): &(&&str, &&KnobValue)| {
        guest.knobs.iter().any(|it| it.name == **name && it.default == ***value)
    };
    let fixed: Vec<String> = others
        .iter()
        .filter(|it| !is_default(it))
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let guest = if fixed.is_empty() { name.into() } else { format!("{name}@{}", fixed.join(",")) };
    let pollables: Vec<String> =
        configuration.sizes.iter().map(|it| it.pollables.to_string()).collect();
    let mut words: Vec<String> = vec!["pollbench".into(), "tune".into(), guest];
    let mut option = |name: &str, value: String| words.extend([format!("--{name}"), value]);
    option("workload", configuration.workload.into());
    option("knob", knob.into());
    option("pollables", pollables.join(","));
    match configuration.active {
        Active::Count(0) => {}
        Active::Count(count) => option("active", count.to_string()),
        Active::Share(share) => option("active", format!("{share}%")),
    }
    for (name, value) in configuration.parameters {
        option("param", format!("{name}={value}"));
    }
    if configuration.host != USUAL_HOST {
        option("host", configuration.host.into());
    }
    let values = words[2..].iter().enumerate().filter(|(index, _)| index % 2 == 0);
    // What begins with a dash would be taken for an option.
    let is_plain = values.map(|it| it.1).all(|it| !it.starts_with('-') && !is_misleading(it));
    let quoted: Option<Vec<_>> = words.iter().map(|it| quoted(it)).collect();
    let command = quoted?.join(" ");
    (is_plain && command.len() <= LONGEST).then_some(command)
}

/// Whether a text shows as something else than it is.
fn is_misleading(text: &str) -> bool {
    text.chars().any(|it| it.is_control() || crate::names::is_control_of_direction(it))
}
