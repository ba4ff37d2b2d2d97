//! What requests ask for. Links are made of the same values.

use std::fmt;
use std::str::FromStr;

use pollbench_reports::comparison::Metric;
use pollbench_reports::document::Kind;
use schemars::JsonSchema;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

/// What is left empty in a form is not given.
fn given<'de, D: Deserializer<'de>, T>(from: D) -> Result<Option<T>, D::Error>
where
    T: FromStr,
    T::Err: fmt::Display,
{
    let text = String::deserialize(from)?;
    match text.as_str() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(Error::custom),
    }
}

/// Which changes are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Show {
    /// All of them.
    #[default]
    All,
    /// Those for the worse.
    Worse,
    /// Those for the better.
    Better,
}

/// By what the cells of a comparison are sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// What can be told first, and then by size.
    #[default]
    Certainty,
    /// By the ratio of times, whether it can be told or not.
    Size,
    /// As in the record.
    Record,
}

/// What the overview shows.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct OverviewQuery {
    /// The branch; an empty one stands for the runs of all. Unless it is given, it is main,
    /// master, trunk, default, or that with the newest run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// How many of the newest runs to look at: from 1 to 1000, unless given 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<u64>,
    /// Which changes to show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub show: Option<Show>,
}

/// What the list of trends shows.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct TrendsQuery {
    /// As for the overview.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// As for the overview.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<u64>,
    /// What to show; unless given, the time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metric: Option<Metric>,
    /// Words that the name of a cell has to have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// Whether each cell is drawn as a small chart, all of which have the same scale.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub panels: Option<bool>,
}

/// What the trend of a cell shows.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct TrendQuery {
    /// As for the overview.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// Branches to show beside it, separated by commas.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub beside: Option<String>,
    /// As for the overview.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<u64>,
    /// What to show; unless given, the time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metric: Option<Metric>,
    /// Whether the axis of values is to be logarithmic.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log: Option<bool>,
    /// The number of the first run to draw; unless given, the first of those looked at.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub from: Option<i64>,
    /// The number of the last run to draw; unless given, the newest.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub to: Option<i64>,
}

/// Which tunings, profiles or servers are listed.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct LaneQuery {
    /// The branch; an empty one stands for those of all. Unless it is given, it is main, master,
    /// trunk, default, or that with the newest record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
}

/// Two profiles, of which the difference is shown.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct DifferenceQuery {
    /// The first: its number, a tag, or the beginning of its commit or digest. Unless given, the
    /// one of the same before the other one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// The second.
    pub run: String,
}

/// Which runs are listed.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct RunsQuery {
    /// The branch; unless given, those of all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// What kind of record they have; unless given, any.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// The number of the page, from 1 on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<u64>,
}

/// What is compared.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct CompareQuery {
    /// The run to compare with: its number, a tag, or the beginning of its commit or digest.
    /// Unless given, the run before the other one on its branch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// The run to judge; unless given, the newest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
    /// Only the cells of this guest, on the side to compare with, which may be named with its
    /// knobs, as in `batched batch=16`. With another guest on the other side, the two are compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_guest: Option<String>,
    /// Only the cells of this guest, on the side to judge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guest: Option<String>,
    /// Only the cells on this host, on the side to compare with. With another host on the other
    /// side, the two are compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_host: Option<String>,
    /// Only the cells on this host, on the side to judge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// By what to sort.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<Order>,
}
