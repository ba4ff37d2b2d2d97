//! How cells rank among each other, the worst first.

use crate::comparison::{Cell, Problem};

/// The worst that a cell shows, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    Failed,
    Slower,
    OverLimit,
    Worse,
    NoLongerSupported,
    CantTell,
    NotJudged,
    BaseFailed,
    BothFailed,
    NotSupported,
    New,
    Faster,
    Better,
    Fine,
    Identical,
}

impl Standing {
    pub fn of(cell: &Cell) -> Self {
        match cell.problem {
            Some(Problem::CandidateFailed(_)) => Self::Failed,
            Some(Problem::BaseFailed(_)) => Self::BaseFailed,
            Some(Problem::BothFailed(_)) => Self::BothFailed,
            Some(Problem::NotSupported(_)) => Self::NotSupported,
            Some(Problem::NoLongerSupported(_)) => Self::NoLongerSupported,
            Some(Problem::New) => Self::New,
            None if is::slower(cell) => Self::Slower,
            None if is::over_time(cell) => Self::OverLimit,
            None if is::worse(cell) => Self::Worse,
            None if is::undecided(cell) => Self::CantTell,
            None if is::unjudged(cell) || is::unlimited(cell) => Self::NotJudged,
            None if is::faster(cell) => Self::Faster,
            None if is::better(cell) => Self::Better,
            None if cell.identical => Self::Identical,
            None => Self::Fine,
        }
    }

    /// The verdict in a word or two. What makes a gate fail stands out.
    pub fn word(self) -> &'static str {
        match self {
            Self::Failed => "FAILED",
            Self::Slower => "SLOWER",
            Self::OverLimit => "OVER LIMIT",
            Self::Worse => "WORSE",
            Self::NoLongerSupported => "NOT SUPPORTED",
            Self::CantTell => "can't tell",
            Self::NotJudged => "not judged",
            Self::BaseFailed => "base failed",
            Self::BothFailed => "both failed",
            Self::NotSupported => "not supported",
            Self::New => "new",
            Self::Faster => "faster",
            Self::Better => "better",
            Self::Fine => "fine",
            Self::Identical => "identical",
        }
    }

    /// The cells, the worst first.
    pub fn sorted(cells: &[Cell]) -> Vec<&Cell> {
        let mut sorted: Vec<&Cell> = cells.iter().collect();
        sorted.sort_by_key(|it| Self::of(it));
        sorted
    }
}

/// Properties of a cell; more than one can hold.
pub mod is {
    use crate::comparison::{Cell, Count, CountVerdict, Problem, Timing, Verdict};

    pub fn failed(cell: &Cell) -> bool {
        matches!(cell.problem, Some(Problem::CandidateFailed(_)))
    }

    pub fn without_base(cell: &Cell) -> bool {
        matches!(cell.problem, Some(Problem::BaseFailed(_) | Problem::BothFailed(_)))
    }

    pub fn not_supported(cell: &Cell) -> bool {
        matches!(cell.problem, Some(Problem::NotSupported(_)))
    }

    pub fn no_longer_supported(cell: &Cell) -> bool {
        matches!(cell.problem, Some(Problem::NoLongerSupported(_)))
    }

    pub fn identical(cell: &Cell) -> bool {
        cell.identical
    }

    pub fn slower(cell: &Cell) -> bool {
        time(cell, Verdict::Slower)
    }

    pub fn faster(cell: &Cell) -> bool {
        time(cell, Verdict::Faster)
    }

    pub fn undecided(cell: &Cell) -> bool {
        time(cell, Verdict::CantTell)
    }

    pub fn over_time(cell: &Cell) -> bool {
        cell.timing.as_ref().is_some_and(Timing::exceeds_hard_limit)
    }

    pub fn worse(cell: &Cell) -> bool {
        cell.counts.iter().any(|it| it.verdict == CountVerdict::Worse)
    }

    pub fn better(cell: &Cell) -> bool {
        cell.counts.iter().any(|it| it.verdict == CountVerdict::Better)
    }

    pub fn unjudged(cell: &Cell) -> bool {
        cell.counts.iter().any(Count::is_unjudged)
    }

    pub fn new(cell: &Cell) -> bool {
        matches!(cell.problem, Some(Problem::New))
    }

    pub fn unlimited(cell: &Cell) -> bool {
        cell.problem.is_none() && !cell.is_judged()
    }

    fn time(cell: &Cell, verdict: Verdict) -> bool {
        cell.timing.as_ref().is_some_and(|it| it.verdict == verdict)
    }
}
