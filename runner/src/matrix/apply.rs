//! Which settings of the command line apply to which guest or workload.

use super::{InputError, Setting};

/// The values of the last setting that applies to this name of this guest or workload.
pub fn values_for<'a>(owner: &str, name: &str, settings: &'a [Setting]) -> Option<&'a [String]> {
    let applies = |setting: &&Setting| {
        setting.name == name && setting.owner.as_deref().is_none_or(|wanted| wanted == owner)
    };
    settings.iter().rev().find(applies).map(|setting| setting.values.as_slice())
}

pub fn check_owners<'a>(
    settings: &[Setting],
    what: &'static str,
    known: impl Iterator<Item = &'a str>,
) -> Result<(), InputError> {
    let known: Vec<String> = known.map(str::to_string).collect();
    let mut owners = settings.iter().filter_map(|setting| setting.owner.as_ref());
    match owners.find(|owner| !known.contains(owner)) {
        Some(name) => Err(InputError::Unknown { what, name: name.clone(), known }),
        None => Ok(()),
    }
}

/// Checks that each setting names something that its owner has, or any owner if it names
/// none.
pub fn check_names<'a>(
    settings: &[Setting],
    what: &'static str,
    owners: impl Iterator<Item = (&'a str, Vec<&'a str>)>,
) -> Result<(), InputError> {
    let owners: Vec<(&str, Vec<&str>)> = owners.collect();
    for setting in settings {
        let known: Vec<String> = owners
            .iter()
            .filter(|(owner, _)| setting.owner.as_deref().is_none_or(|wanted| wanted == *owner))
            .flat_map(|(_, names)| names.iter().map(|name| name.to_string()))
            .collect();
        if !known.contains(&setting.name) {
            return Err(InputError::Unknown { what, name: setting.name.clone(), known });
        }
    }
    Ok(())
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
}
