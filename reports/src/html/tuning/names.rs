//! Names that strangers chose, as they can stand in a sentence or a chart.

use crate::names::shown;
use crate::record::KnobValue;
use crate::tuning::Tuning;

/// How many characters of a name are shown.
const MOST_CHARACTERS: usize = 60;
/// How many characters of a message are shown.
const MOST_OF_A_MESSAGE: usize = 400;

/// The tuning with names that can be shown: long ones are cut short, and none turns the
/// words and numbers after it round.
pub(super) fn presentable(tuning: &Tuning) -> Tuning {
    let mut tuning = tuning.clone();
    let name = |name: &mut String| *name = shown(name, MOST_CHARACTERS);
    name(&mut tuning.guest.name);
    name(&mut tuning.host);
    tuning.counted_on.iter_mut().for_each(name);
    name(&mut tuning.started);
    tuning.fixed = settings(tuning.fixed);
    for tuned in &mut tuning.tuned {
        name(&mut tuned.knob);
        tuned.grid.iter_mut().flat_map(|it| &mut it.knobs).for_each(|it| name(&mut it.name));
        for part in &mut tuned.parts {
            name(&mut part.workload);
            part.parameters = settings(std::mem::take(&mut part.parameters));
            for message in part.counted.iter_mut().filter_map(|it| it.why_not.as_mut()) {
                *message = shown(message, MOST_OF_A_MESSAGE);
            }
        }
    }
    for explanation in &mut tuning.explained {
        name(&mut explanation.knob);
        name(&mut explanation.workload);
    }
    tuning
}

fn settings<M>(settings: M) -> M
where
    M: IntoIterator<Item = (String, KnobValue)> + FromIterator<(String, KnobValue)>,
{
    let shown_setting = |(name, value): (String, KnobValue)| {
        let value = match value {
            KnobValue::Choice(word) => KnobValue::Choice(shown(&word, MOST_CHARACTERS)),
            number => number,
        };
        (shown(&name, MOST_CHARACTERS), value)
    };
    settings.into_iter().map(shown_setting).collect()
}
