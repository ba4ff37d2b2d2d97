use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::comparison::Ratio;

/// What is to be said of a knob: which value to use, and what the others cost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Judgement {
    /// The value to use.
    pub recommended: u64,
    /// Why it is this one.
    pub reason: Reason,
    /// Differences up to this part of the recommended value's cost do not matter: 0.02 is
    /// 2 %.
    pub tolerance: f64,
    /// The values that are as good, as far as can be told.
    pub plateau: Plateau,
    /// Every value that was tried, in ascending order.
    pub values: Vec<Judged>,
    /// What the knob is set to where nobody sets it.
    pub default: u64,
    /// The value that costs most. It was found by the same rounds, for which its interval
    /// allows.
    pub worst: u64,
    /// Whether all values that were tried are shown to be within the tolerance of the
    /// recommended one, which are at least two.
    pub makes_no_difference: bool,
    /// What could not be told.
    pub untold: Vec<Untold>,
}

/// Why a value is recommended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// It is the default, and not shown to be worse than the value that was chosen before:
    /// to change a knob for nothing is a cost.
    Default,
    /// It was chosen before, by other rounds, for its cost. Of counted costs, it is the
    /// least.
    Chosen,
    /// The rounds that were judged have shown it to be better than the value chosen before.
    /// As the same rounds have chosen it, it looks better than it is.
    Revised,
}

/// The values that can't be told apart from the recommended one or are within the tolerance
/// of it. Of a grid's points it is these that count, as no range holds them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Plateau {
    /// All of them, in ascending order, with the recommended one.
    pub values: Vec<u64>,
    /// The smallest value from which all values tried up to the recommended one are among
    /// them.
    pub low: u64,
    /// The largest value up to which all values tried from the recommended one are among
    /// them.
    pub high: u64,
}

/// A value that was tried.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Judged {
    /// The value.
    pub value: u64,
    /// The median of its costs over its rounds, in their unit; absent without any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<f64>,
    /// The ratio of its cost to that of the recommended value; absent if no round has both,
    /// or if the recommended value costs nothing. All intervals hold together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ratio: Option<Ratio>,
    /// How it compares with the recommended value.
    pub standing: Standing,
}

/// How a value compares with the recommended one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// It is the recommended one.
    Recommended,
    /// It is shown to be within the tolerance: its whole interval is.
    Within,
    /// It is shown to cost more, and by its estimate more than the tolerance.
    Worse,
    /// Neither is shown.
    Untold,
}

/// A value that could not be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Untold {
    /// The value.
    pub value: u64,
    /// About how many more rounds would tell whether it is worse or within the tolerance if
    /// its ratio stayed the same, with a probability of 80 %; absent where there is no
    /// telling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub more_rounds: Option<u64>,
}

impl Judgement {
    /// What was found of a value; `None` if it was not tried.
    pub fn of(&self, value: u64) -> Option<&Judged> {
        self.values.iter().find(|it| it.value == value)
    }

    /// How many times as much the default costs as the recommended value.
    pub fn price_of_default(&self) -> Option<Ratio> {
        self.of(self.default)?.ratio
    }

    /// How many times as much the worst value that was tried costs.
    pub fn price_of_worst(&self) -> Option<Ratio> {
        self.of(self.worst)?.ratio
    }

    /// Puts together what follows from the values' standings. They are in ascending order,
    /// and one of them is the recommended one.
    pub(super) fn new(
        values: Vec<Judged>,
        (recommended, reason): (u64, Reason),
        (default, tolerance): (u64, f64),
        untold: Vec<Untold>,
    ) -> Self {
        let is_level = |it: &&Judged| it.standing != Standing::Worse;
        let at = values.iter().position(|it| it.value == recommended).unwrap_or(0);
        let last = |it: Option<&Judged>| it.map_or(recommended, |it| it.value);
        let plateau = Plateau {
            values: values.iter().filter(is_level).map(|it| it.value).collect(),
            low: last(values[..at].iter().rev().take_while(is_level).last()),
            high: last(values[at..].iter().take_while(is_level).last()),
        };
        // Without a ratio, but with a cost, a value costs more than one that costs nothing.
        let costs_more = |it: &Judged| match (it.ratio, it.standing) {
            (Some(ratio), _) => ratio.estimate,
            (None, Standing::Worse) => f64::INFINITY,
            (None, _) => 0.0,
        };
        let worst = values.iter().max_by(|a, b| costs_more(a).total_cmp(&costs_more(b)));
        let makes_no_difference = values.len() > 1
            && values
                .iter()
                .all(|it| matches!(it.standing, Standing::Recommended | Standing::Within));
        Self {
            recommended,
            reason,
            tolerance,
            plateau,
            worst: last(worst),
            default,
            makes_no_difference,
            untold,
            values,
        }
    }
}
