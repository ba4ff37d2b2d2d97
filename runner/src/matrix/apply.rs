//! Which settings of the command line apply to which guest or workload.

use super::{InputError, Setting};

/// The values of the last setting that applies to this name of this guest or workload.
pub fn values_for<'a>(owner: &str, name: &str, settings: &'a [Setting]) -> Option<&'a [String]> {
    let applying = settings.iter().rev().find(|setting| setting.is_for(owner, name));
    applying.map(|setting| setting.values.as_slice())
}

/// What settings are for, in words.
#[derive(Clone, Copy, Debug)]
pub struct Kinds {
    /// What owns something.
    pub owner: &'static str,
    /// What it owns.
    pub name: &'static str,
}

/// Checks that each setting is for something that one of the owners has.
pub fn check<'a>(
    settings: &[Setting],
    kinds: Kinds,
    owners: impl Iterator<Item = (&'a str, Vec<&'a str>)>,
) -> Result<(), InputError> {
    let owners: Vec<(&str, Vec<&str>)> = owners.collect();
    let is_for_any = |setting: &Setting| {
        owners.iter().any(|(owner, names)| names.iter().any(|name| setting.is_for(owner, name)))
    };
    match settings.iter().find(|setting| !is_for_any(setting)) {
        Some(setting) => Err(unknown(setting, kinds, &owners)),
        None => Ok(()),
    }
}

/// Which part of a setting is not known: the name of something that its owner lacks, or the
/// owner, or the name of something that none has.
fn unknown(setting: &Setting, kinds: Kinds, owners: &[(&str, Vec<&str>)]) -> InputError {
    let error = |what, name: &str, known: Vec<&str>| {
        let known = known.into_iter().map(str::to_string).collect();
        InputError::Unknown { what, name: name.into(), known }
    };
    for (owner, names) in owners {
        if let Some(name) = setting.within(owner) {
            return error(kinds.name, name, names.clone());
        }
    }
    match setting.path().rsplit_once('.') {
        Some((owner, _)) => error(kinds.owner, owner, owners.iter().map(|it| it.0).collect()),
        None => {
            let known = owners.iter().flat_map(|(_, names)| names.iter().copied());
            error(kinds.name, setting.path(), known.collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_setting_that_applies_is_taken() {
        let settings: Vec<Setting> =
            ["batch=1", "batched.batch=2,3", "other.batch=4"].map(|s| s.parse().unwrap()).into();
        assert_eq!(values_for("batched", "batch", &settings), Some(&["2".into(), "3".into()][..]));
        assert_eq!(values_for("third", "batch", &settings), Some(&["1".into()][..]));
        assert_eq!(values_for("batched", "chunk", &settings), None);
    }

    #[test]
    fn what_is_not_known_of_a_setting_is_named() {
        let owners = || [("mine", vec!["loop.batch"]), ("v1.2", vec!["batch"])].into_iter();
        let kinds = Kinds { owner: "guest", name: "knob" };
        let check = |setting: &str| check(&[setting.parse().unwrap()], kinds, owners());
        for known in ["loop.batch=1", "mine.loop.batch=1", "v1.2.batch=1", "batch=1"] {
            assert_eq!(check(known), Ok(()), "{known}");
        }
        for (setting, what, name, known) in [
            ("chunk=1", "knob", "chunk", &["loop.batch", "batch"][..]),
            ("mine.batch=1", "knob", "batch", &["loop.batch"]),
            ("v1.2.loop.batch=1", "knob", "loop.batch", &["batch"]),
            ("yours.batch=1", "guest", "yours", &["mine", "v1.2"]),
        ] {
            let known = known.iter().map(|it| it.to_string()).collect();
            let expected = Err(InputError::Unknown { what, name: name.into(), known });
            assert_eq!(check(setting), expected, "{setting}");
        }
    }
}
