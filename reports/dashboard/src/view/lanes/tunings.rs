use pollbench_reports::comparison::Ratio;
use pollbench_reports::document::Kind;
use pollbench_reports::tuning::{Tuned, Tuning, text, words};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Newest, Said, by_first};
use crate::query::LaneQuery;
use crate::view::RunRef;
use crate::{Dashboard, Error};

/// Which values of knobs are recommended, and since when.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Tunings {
    /// The branch; `null` for all.
    pub branch: Option<String>,
    /// The branches with tunings.
    pub branches: Vec<String>,
    /// How many tunings there are. The newest 100 are looked at.
    pub total: u64,
    /// How many of those looked at can't be read: they are damaged, or of a later version.
    pub unreadable: u64,
    /// A line for each knob of a guest under each load on each branch, the newest first.
    pub lines: Vec<TuningLine>,
    /// The runs that were looked at, the newest first.
    #[serde(skip)]
    pub(crate) runs: Vec<i64>,
}

/// A knob under a load.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct TuningLine {
    /// The guest, with the knobs that had fixed values.
    pub guest: String,
    /// The host.
    pub host: String,
    /// What was to be as little as possible.
    pub objective: String,
    /// The knob; two, with a `+` between them.
    pub knob: String,
    /// The load, in words.
    pub load: String,
    /// The values to use, by the newest tuning; none if there is no such value.
    pub values: Vec<KnobSetting>,
    /// Whether the knob makes no difference.
    pub makes_no_difference: bool,
    /// Why these values, in a sentence.
    pub why: String,
    /// How many times as much the default costs; `null` where cost is balanced against latency,
    /// and where the knob makes no difference.
    pub price_of_default: Option<Ratio>,
    /// The newest tuning.
    pub run: RunRef,
    /// How many tunings there are of this on its branch.
    pub tunings: usize,
    /// The earliest tuning from which on these values were recommended every time.
    pub since: RunRef,
    /// What was recommended before that.
    pub before: Vec<KnobSetting>,
    /// Whether, by the newest tuning, what was recommended before is as good, as far as can be
    /// told; `null` if nothing was, if it was not tried again, or if cost is balanced against
    /// latency.
    pub before_is_level: Option<bool>,
}

/// A knob and its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct KnobSetting {
    /// The knob.
    pub knob: String,
    /// Its value.
    pub value: u64,
}

/// An answer of a tuning, and what it is about.
#[derive(Debug)]
pub(crate) struct Answered {
    about: About,
    values: Vec<KnobSetting>,
    makes_no_difference: bool,
    why: String,
    price_of_default: Option<Ratio>,
    /// Every value that was tried, and whether it is as good as the recommended one.
    tried: Vec<(Vec<KnobSetting>, bool)>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct About {
    guest: String,
    host: String,
    objective: String,
    knob: String,
    load: String,
}

/// The answers of a tuning.
pub(super) fn answered(tuning: &Tuning) -> Vec<Answered> {
    tuning.tuned.iter().map(|it| Answered::of(tuning, it)).collect()
}

impl Answered {
    fn of(tuning: &Tuning, tuned: &Tuned) -> Self {
        let settings = |value: u64| -> Vec<KnobSetting> {
            let setting = |(knob, value): (&str, u64)| KnobSetting { knob: knob.into(), value };
            tuned.settings(value).into_iter().map(setting).collect()
        };
        let objective = match tuning.bound {
            None => tuning.objective.unit().into(),
            Some(bound) => format!("{}, {}", tuning.objective.unit(), words::bound(bound)),
        };
        // Of a compromise, a value is neither as good nor worse than another: it is another
        // balance. Its judgement compares with the value that costs least.
        let judged = tuned.judgement.as_ref().filter(|_| tuned.compromise.is_none());
        let price = judged.filter(|_| !tuned.makes_no_difference());
        let tried = tuned.tried().into_iter().filter(|_| judged.is_some());
        Self {
            about: About {
                guest: text::guest(tuning),
                host: text::host(tuning),
                objective,
                knob: tuned.knob.clone(),
                load: words::load(tuned),
            },
            values: tuned.to_use().map(settings).unwrap_or_default(),
            makes_no_difference: tuned.makes_no_difference(),
            why: words::answer(tuning, tuned).into_iter().next().unwrap_or_default(),
            price_of_default: price.and_then(|it| it.price_of_default()),
            tried: tried.map(|it| (settings(it.value), tuned.is_level(it.value))).collect(),
        }
    }

    fn is_level(&self, values: &[KnobSetting]) -> Option<bool> {
        self.tried.iter().find(|it| it.0 == values).map(|it| it.1)
    }
}

impl Tunings {
    pub(crate) async fn new(dashboard: &Dashboard, query: &LaneQuery) -> Result<Self, Error> {
        let newest = Newest::of(dashboard, Kind::Tuning, query).await?;
        let answers = newest.records.iter().flat_map(|(run, said)| match &**said {
            Said::Tuning(answers) => answers.iter().map(|it| (run, it)).collect(),
            _ => Vec::new(),
        });
        let lines = by_first(answers, |it| &it.about);
        let lines = lines.iter().filter_map(|(about, all)| TuningLine::new(about, all)).collect();
        let runs = newest.runs();
        let Newest { branch, branches, total, unreadable, .. } = newest;
        Ok(Self { branch, branches, total, unreadable, lines, runs })
    }
}

impl TuningLine {
    /// Of all tunings of something, the newest first.
    fn new(about: &About, all: &[(&RunRef, &Answered)]) -> Option<Self> {
        let (run, newest) = all.first()?;
        let same = all.iter().take_while(|it| it.1.values == newest.values);
        let before = all.iter().find(|it| it.1.values != newest.values).map(|it| &it.1.values);
        Some(Self {
            guest: about.guest.clone(),
            host: about.host.clone(),
            objective: about.objective.clone(),
            knob: about.knob.clone(),
            load: about.load.clone(),
            values: newest.values.clone(),
            makes_no_difference: newest.makes_no_difference,
            why: newest.why.clone(),
            price_of_default: newest.price_of_default,
            run: (*run).clone(),
            tunings: all.len(),
            since: same.last().map_or(*run, |it| it.0).clone(),
            before: before.cloned().unwrap_or_default(),
            before_is_level: before.and_then(|it| newest.is_level(it)),
        })
    }
}
