//! The knobs that are to be tuned, from their names on the command line.

use itertools::Itertools as _;

use crate::compare::StartedGuest;
use crate::matrix::InputError;
use crate::tune::TunableKnob;

/// What stands between the names of two knobs that are tuned together. No knob's name has it.
const TOGETHER: char = '+';

/// The knobs of these names, each by itself or two together; without names, every knob that
/// takes whole numbers and has no fixed value.
pub fn tunable_knobs(
    names: &[String],
    guest: &StartedGuest,
) -> Result<Vec<TunableKnob>, InputError> {
    if !names.is_empty() {
        return names.iter().unique().map(|it| one_or_two(it, guest)).collect();
    }
    let all = guest.guest.knobs.iter().filter(|it| it.integers.is_some());
    let open = all.map(|it| &it.name).filter(|name| !guest.knobs.contains_key(*name));
    let knobs: Vec<TunableKnob> = open.map(|it| knob(it, guest)).collect::<Result<_, _>>()?;
    if knobs.is_empty() {
        return Err(InputError::NothingToTune { guest: guest.guest.name.clone() });
    }
    Ok(knobs)
}

fn one_or_two(given: &str, guest: &StartedGuest) -> Result<TunableKnob, InputError> {
    let names: Vec<&str> = given.split(TOGETHER).collect();
    match names.as_slice() {
        [name] => knob(name, guest),
        [one, other] if one == other => Err(InputError::OneKnobTwice { knob: (*one).into() }),
        [one, other] => Ok(TunableKnob::on_grid([knob(one, guest)?, knob(other, guest)?])),
        _ => Err(InputError::ManyKnobsTogether { given: given.into() }),
    }
}

fn knob(name: &str, guest: &StartedGuest) -> Result<TunableKnob, InputError> {
    let known = || guest.guest.knobs.iter().map(|it| it.name.clone()).collect::<Vec<_>>();
    let knob = guest.guest.knobs.iter().find(|it| it.name == *name);
    let knob = knob.ok_or_else(|| InputError::Unknown {
        what: "knob",
        name: name.into(),
        known: known(),
    })?;
    if guest.knobs.contains_key(name) {
        return Err(InputError::FixedKnob { knob: name.into() });
    }
    let words = || InputError::KnobOfWords { knob: name.into(), range: knob.range.clone() };
    let [low, high] = knob.integers.ok_or_else(words)?;
    let default = knob.default.integer().ok_or_else(words)?;
    Ok(TunableKnob { name: name.into(), low, high, default, grid: None })
}
