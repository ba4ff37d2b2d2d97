use std::fmt;

use crate::format;

/// How many times as long one guest takes as another.
///
/// The two are compared round by round: repetitions of one round ran within the same
/// seconds, so whatever slowed the machine then affects both and cancels out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ratio {
    /// The Hodges-Lehmann estimate over rounds.
    pub value: f64,
    /// What can be said about the ratio.
    pub verdict: Verdict,
}

/// What can be said about a ratio, corrected for all ratios of its kind in the record.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict {
    /// Shown to be within [`MARGIN`](super::MARGIN) of the best: only for guests that are
    /// ranked.
    Level,
    /// Shown to be above 1.
    Slower,
    /// Shown to be below 1: only for guests that are not ranked, or in comparisons outside
    /// the ranking.
    Faster,
    /// None of these is shown.
    CantTell(Why),
}

/// Why nothing is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// There are too few rounds to show anything, even if all of them agree.
    TooFewRounds {
        /// In how many rounds both guests ran.
        rounds: u32,
        /// How many rounds are enough if all of them agree.
        needed: u32,
    },
    /// One of the two times can't be told from 0.
    NearZero,
    /// The rounds differ too much among themselves.
    Noise {
        /// About how many rounds would be enough if the ratio stayed the same; `None` if
        /// that is too many.
        needed: Option<u32>,
    },
}

impl Ratio {
    /// Whether something is shown.
    pub fn is_told(&self) -> bool {
        !matches!(self.verdict, Verdict::CantTell(_))
    }
}

/// The ratio is marked with `≈` if it is level, and with `?` if it can't be told.
impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = match self.verdict {
            Verdict::Level => "≈",
            Verdict::CantTell(_) => "?",
            Verdict::Slower | Verdict::Faster => "",
        };
        write!(f, "{sign}{}", format::ratio(self.value))
    }
}

impl Why {
    /// How many rounds would be enough to show something, if more rounds would help.
    pub fn needed(self) -> Option<u32> {
        match self {
            Self::TooFewRounds { needed, .. } => Some(needed),
            Self::Noise { needed } => needed,
            Self::NearZero => None,
        }
    }
}

/// Says what is missing, and which option would provide it.
impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::TooFewRounds { rounds: 0, .. } => f.write_str("there is no round with both"),
            Self::TooFewRounds { rounds, needed } => {
                let rounds = match rounds {
                    1 => "one round is".to_owned(),
                    2 => "two rounds are".to_owned(),
                    several => format!("{several} rounds are"),
                };
                write!(f, "{rounds} too few to tell, it takes `--repetitions {needed}`")
            }
            Self::NearZero => f.write_str("a time can't be told from 0"),
            Self::Noise { needed: Some(needed) } => {
                write!(f, "the rounds differ too much, `--repetitions {needed}` may tell")
            }
            Self::Noise { needed: None } => {
                f.write_str("the rounds differ too much, and more of them would hardly help")
            }
        }
    }
}
