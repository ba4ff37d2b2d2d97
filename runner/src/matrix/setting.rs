use std::num::NonZeroU32;
use std::str::FromStr;

/// `name=value[,value…]` for every guest or workload that has something of this name, or
/// `owner.name=…` for one guest or workload alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The guest or workload that the setting is for; `None` for all.
    pub owner: Option<String>,
    /// The name of the knob or parameter.
    pub name: String,
    /// The values that the knob or parameter takes, each in cells of its own; at least one.
    pub values: Vec<String>,
}

impl FromStr for Setting {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (path, values) = text
            .split_once('=')
            .ok_or("expected NAME=VALUE, for instance batch=64 or batched.batch=16,64")?;
        let (owner, name) = match path.rsplit_once('.') {
            Some((owner, name)) => (Some(owner.to_string()), name),
            None => (None, path),
        };
        let values: Vec<String> = values.split(',').map(str::to_string).collect();
        if name.is_empty() || owner.as_deref() == Some("") || values.iter().any(String::is_empty) {
            return Err("a name or a value is empty".into());
        }
        Ok(Self { owner, name: name.into(), values })
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
        let setting = |owner: Option<&str>, name: &str, values: &[&str]| Setting {
            owner: owner.map(Into::into),
            name: name.into(),
            values: values.iter().map(|value| value.to_string()).collect(),
        };
        assert_eq!("batch=64".parse(), Ok(setting(None, "batch", &["64"])));
        assert_eq!("batched.batch=1,2".parse(), Ok(setting(Some("batched"), "batch", &["1", "2"])));
        for wrong in ["batch", "=64", "batch=", "batch=1,,2", ".batch=1"] {
            assert!(wrong.parse::<Setting>().is_err(), "{wrong}");
        }
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
    }
}
