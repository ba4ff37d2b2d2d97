use std::num::NonZeroU32;
use std::path::Path;
use std::str::FromStr;

/// `name=value[,value…]`, or `name=FILE`, for every guest or workload that has something of this name, or
/// `owner.name=…` for one guest or workload alone. Only where the guests or workloads are
/// known can it be told which of both it is: there may be a `.` in either name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// What stands before the values: the name of a knob or parameter, perhaps behind that of
    /// its owner.
    path: String,
    /// The values that the knob or parameter takes, each in cells of its own; at least one.
    pub values: Vec<String>,
}

impl Setting {
    /// Whether the setting is for the knob or parameter of this name, of this guest or
    /// workload.
    pub fn is_for(&self, owner: &str, name: &str) -> bool {
        self.path == name || self.within(owner) == Some(name)
    }

    /// The name of a knob or parameter, if the setting is for one of this owner alone.
    pub fn within(&self, owner: &str) -> Option<&str> {
        self.path.strip_prefix(owner)?.strip_prefix('.')
    }

    /// What stands before the values.
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl FromStr for Setting {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (path, values) = text
            .split_once('=')
            .ok_or("expected NAME=VALUE, for instance batch=64 or batched.batch=16,64")?;
        // A file may have a comma in its name.
        let values: Vec<String> = match Path::new(values).is_file() {
            true => vec![values.into()],
            false => values.split(',').map(str::to_string).collect(),
        };
        let lacks_a_name = path.is_empty() || path.starts_with('.') || path.ends_with('.');
        if lacks_a_name || values.iter().any(String::is_empty) {
            return Err("a name or a value is empty".into());
        }
        Ok(Self { path: path.into(), values })
    }
}

/// How many pollables have an event under way: a number, or a share of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActiveSetting {
    /// This number of pollables.
    Count(NonZeroU32),
    /// A percentage of all pollables, from 1 to 100.
    Percent(u8),
}

impl ActiveSetting {
    /// The number of active pollables out of `pollables`; for a share it is at least 1.
    pub fn of(self, pollables: u32) -> u32 {
        match self {
            Self::Count(count) => count.get(),
            Self::Percent(percent) => {
                ((u64::from(pollables) * u64::from(percent) / 100) as u32).max(1)
            }
        }
    }
}

impl FromStr for ActiveSetting {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.strip_suffix('%') {
            Some(percent) => match percent.parse() {
                Ok(percent @ 1..=100) => Ok(Self::Percent(percent)),
                _ => Err("a share is from 1% to 100%".into()),
            },
            None => text
                .parse()
                .map(Self::Count)
                .map_err(|_| "expected a number from 1, or a share like 10%".into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn settings_are_parsed_with_their_owners_and_values() {
        let parsed = |text: &str| text.parse::<Setting>().unwrap();
        assert_eq!(parsed("batch=64").values, ["64"]);
        assert_eq!(parsed("batched.batch=1,2").values, ["1", "2"]);
        assert!(parsed("batch=64").is_for("batched", "batch"));
        assert!(parsed("batched.batch=64").is_for("batched", "batch"));
        assert!(!parsed("batched.batch=64").is_for("tiered", "batch"));
        assert!(!parsed("batchedbatch=64").is_for("batched", "batch"));
        // Guests and knobs may have a `.` in their names.
        assert!(parsed("loop.batch=64").is_for("mine", "loop.batch"));
        assert!(parsed("mine.loop.batch=64").is_for("mine", "loop.batch"));
        assert!(parsed("v1.2.batch=64").is_for("v1.2", "batch"));
        assert!(!parsed("v1.2.batch=64").is_for("v1", "batch"));
        for wrong in ["batch", "=64", "batch=", "batch=1,,2", ".batch=1", "batched.=1"] {
            assert!(wrong.parse::<Setting>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_file_is_one_value_whatever_its_name() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("a,b.trace");
        let setting = || format!("trace={}", path.display()).parse::<Setting>().unwrap();
        assert_eq!(setting().values.len(), 2);
        std::fs::write(&path, "").unwrap();
        assert_eq!(setting().values, [path.to_str().unwrap()]);
    }

    #[test]
    fn active_pollables_are_a_number_or_a_share() {
        assert_eq!("10%".parse::<ActiveSetting>().unwrap().of(1_000), 100);
        assert_eq!("10%".parse::<ActiveSetting>().unwrap().of(3), 1);
        assert_eq!("7".parse::<ActiveSetting>().unwrap().of(1_000), 7);
        for wrong in ["0", "0%", "101%", "-1", "1.5", "%", ""] {
            assert!(wrong.parse::<ActiveSetting>().is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parser_of_settings_panic(text in ".*") {
            let _ = text.parse::<Setting>();
            let _ = text.parse::<ActiveSetting>();
        }

        #[test]
        fn a_setting_is_for_its_owner_and_name_whatever_is_in_them(
            owner in "[a-z][a-z.0-9-]{0,5}",
            name in "[a-z][a-z.0-9-]{0,5}[a-z]",
            value in "[a-z0-9@=]{1,5}",
        ) {
            let setting: Setting = format!("{owner}.{name}={value}").parse().unwrap();
            prop_assert!(setting.is_for(&owner, &name));
            prop_assert_eq!(setting.values, [value.clone()]);
            let setting: Setting = format!("{name}={value}").parse().unwrap();
            prop_assert!(setting.is_for(&owner, &name));
        }
    }
}
