use std::fmt;

use crate::format;

/// How many times as long one guest takes as another.
///
/// The two are compared round by round: repetitions of one round ran within the
/// same seconds, and so whatever slowed the machine then is in both and cancels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ratio {
    /// The Hodges-Lehmann estimate over rounds.
    pub value: f64,
    /// What can be said of it.
    pub verdict: Verdict,
}

/// What can be said of a ratio, with all ratios of its kind in the record allowed for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict {
    /// Shown to be within [`MARGIN`](super::MARGIN) of the best: said only of those that
    /// are ranked.
    Level,
    /// Shown to be above 1.
    Slower,
    /// Shown to be below 1: said only of those that are not ranked.
    Faster,
    /// None of these is shown.
    CantTell(Why),
}

/// Why nothing is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// So few rounds show nothing, even where all of them agree.
    TooFewRounds {
        /// How many both ran in.
        rounds: u32,
        /// With how many it is shown if all of them agree.
        needed: u32,
    },
    /// One of the two times can't be told from 0.
    NearZero,
    /// The rounds differ too much among themselves.
    Noise {
        /// How many rounds would about do if the ratio stayed what it is, where that is
        /// within reach.
        needed: Option<u32>,
    },
}

impl Ratio {
    /// Whether something is shown.
    pub fn is_told(&self) -> bool {
        !matches!(self.verdict, Verdict::CantTell(_))
    }
}

/// With `≈` where it is level, and `?` where it can't be told.
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
    /// How many rounds would show something, where more of them would.
    pub fn needed(self) -> Option<u32> {
        match self {
            Self::TooFewRounds { needed, .. } => Some(needed),
            Self::Noise { needed } => needed,
            Self::NearZero => None,
        }
    }
}

/// What is missing, and the option that gives it.
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
