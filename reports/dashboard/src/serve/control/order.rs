use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A run that is to be begun. What is left out is as `pollbench run` has it by default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Order {
    /// Names of built-in guests, or `all`.
    pub guests: Vec<String>,
    /// Names of workloads, or `all`.
    pub workloads: Vec<String>,
    /// Numbers of pollables.
    pub pollables: Vec<u32>,
    /// How long to measure, in seconds.
    #[schemars(range(min = 1, max = 86_400))]
    pub seconds: Option<u32>,
}

/// How many names or numbers there are at most.
const MOST: usize = 100;
/// How long a name is at most.
const LONGEST: usize = 60;
/// The most pollables.
const MOST_POLLABLES: u32 = 1_000_000;
/// The longest time, in seconds.
const LONGEST_TIME: u32 = 86_400;

impl Order {
    /// From JSON.
    ///
    /// # Errors
    ///
    /// What makes no sense, in words.
    pub fn parse(text: &[u8]) -> Result<Self, String> {
        let order: Self = serde_json::from_slice(text)
            .map_err(|error| format!("the order makes no sense: {error}"))?;
        order.check().map(|()| order)
    }

    /// Names stand on a command line later: they are words that can be no option and no path.
    fn check(&self) -> Result<(), String> {
        let Self { guests, workloads, pollables, seconds } = self;
        if guests.len().max(workloads.len()).max(pollables.len()) > MOST {
            return Err(format!("the order has more than {MOST} names or numbers of a kind"));
        }
        for name in guests.iter().chain(workloads) {
            let is_name = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-';
            let is_fine = name.starts_with(|it: char| it.is_ascii_lowercase());
            if name.len() > LONGEST || !is_fine || !name.chars().all(is_name) {
                let shown: String = name.chars().take(LONGEST).collect();
                return Err(format!("{shown:?} is no name of a built-in guest or of a workload"));
            }
        }
        if let Some(wrong) = pollables.iter().find(|it| !(1..=MOST_POLLABLES).contains(*it)) {
            return Err(format!(
                "{wrong} is no number of pollables: expected 1 to {MOST_POLLABLES}"
            ));
        }
        match seconds {
            Some(wrong) if !(1..=LONGEST_TIME).contains(wrong) => {
                Err(format!("{wrong} seconds can't be measured: expected 1 to {LONGEST_TIME}"))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_has_names_and_numbers_and_nothing_else() {
        let order = Order::parse(br#"{"guests": ["slab-list"], "pollables": [10], "seconds": 5}"#);
        let order = order.unwrap();
        assert_eq!((order.guests, order.pollables), (vec!["slab-list".into()], vec![10]));
        assert_eq!(Order::parse(b"{}").unwrap(), Order::default());
        for (wrong, words) in [
            (r#"{"guests": ["--guest"]}"#, "is no name"),
            (r#"{"guests": ["../x.wasm"]}"#, "is no name"),
            (r#"{"workloads": ["idle,burst"]}"#, "is no name"),
            (r#"{"workloads": [""]}"#, "is no name"),
            (r#"{"guests": ["É"]}"#, "is no name"),
            (r#"{"pollables": [0]}"#, "no number of pollables"),
            (r#"{"pollables": [-1]}"#, "makes no sense"),
            (r#"{"seconds": 0}"#, "seconds can't be measured"),
            (r#"{"output": "x"}"#, "makes no sense"),
            ("[", "makes no sense"),
        ] {
            let refused = Order::parse(wrong.as_bytes()).unwrap_err();
            assert!(refused.contains(words), "{wrong}: {refused}");
        }
        let many = Order { pollables: vec![1; 101], ..Order::default() };
        assert!(many.check().unwrap_err().contains("more than 100"));
    }
}
