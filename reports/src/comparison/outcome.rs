use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Cell, CountVerdict, Problem, Verdict};

/// What a comparison came to, all cells together. The worse outweighs the better, and
/// a failed guest everything.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// No limit is broken.
    Fine,
    /// None is known to be, but some could not be decided.
    Inconclusive,
    /// At least one limit is broken, or a guest no longer supports what it did.
    Regression,
    /// A guest of the candidate broke the contract where the base did not.
    GuestFailed,
}

impl Outcome {
    /// The worst outcome of all cells. If nothing was judged in any cell, it is
    /// inconclusive: a gate that judged nothing must not pass.
    pub fn of(cells: &[Cell]) -> Self {
        let judged = cells.iter().any(Cell::is_judged);
        let least = if judged { Self::Fine } else { Self::Inconclusive };
        cells.iter().map(Self::of_cell).fold(least, Self::max)
    }

    /// The outcome of one cell.
    ///
    /// A count that could not be judged matters only where there is a limit for it, so a
    /// comparison across compilers is inconclusive with a limit for fuel, and may be fine
    /// without one. Time is always judged, so time that can't be told is always
    /// inconclusive. A step that one of two guests does not support is not a failure of the
    /// guest and leaves nothing undecided; nor does a new guest. A step that a guest no
    /// longer supports is a regression.
    fn of_cell(cell: &Cell) -> Self {
        let problem = match &cell.problem {
            Some(Problem::CandidateFailed(_)) => Self::GuestFailed,
            Some(Problem::BaseFailed(_) | Problem::BothFailed(_)) => Self::Inconclusive,
            Some(Problem::NoLongerSupported(_)) => Self::Regression,
            Some(Problem::NotSupported(_) | Problem::New) | None => Self::Fine,
        };
        let counts = cell.counts.iter().map(|count| match count.verdict {
            CountVerdict::Worse => Self::Regression,
            _ if count.is_unjudged() => Self::Inconclusive,
            _ => Self::Fine,
        });
        let timing = cell.timing.as_ref().map(|timing| match timing.verdict {
            _ if timing.exceeds_hard_limit() => Self::Regression,
            Verdict::Slower => Self::Regression,
            Verdict::CantTell => Self::Inconclusive,
            Verdict::Faster | Verdict::Same => Self::Fine,
        });
        counts.chain(timing).fold(problem, Self::max)
    }

    /// The exit code of the program: 0 fine, 1 a regression, 3 inconclusive, 4 a failed
    /// guest. 2 is left to wrong usage.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Fine => 0,
            Self::Regression => 1,
            Self::Inconclusive => 3,
            Self::GuestFailed => 4,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::comparison::{Count, Identity, Metric, Ratio, Timing};
    use crate::record::{Failure, FailureKind};

    fn cell(counts: Vec<Count>, timing: Option<Timing>) -> Cell {
        let identity = Identity {
            base_guest: "slab".into(),
            candidate_guest: "slab".into(),
            workload: "idle".into(),
            pollables: 100,
            active: 1,
            parameters: BTreeMap::new(),
            host: "stock".into(),
            effort: 40_000,
        };
        Cell { identity, problem: None, counts, timing, identical: false }
    }

    fn counted(verdict: CountVerdict, limit: Option<&str>) -> Cell {
        let limit = limit.map(String::from);
        let metric = Metric::GuestFuel;
        cell(vec![Count { metric, base: 1.0, candidate: 2.0, verdict, limit, why: None }], None)
    }

    fn timed(verdict: Verdict, limit: Option<&str>) -> Cell {
        let ratio = Ratio { estimate: 1.0, low: 0.9, high: 1.1, confidence: 0.95, blocks: 11 };
        let timing = Timing {
            verdict,
            reason: None,
            base_ns: 300.0,
            candidate_ns: 300.0,
            ratio,
            first_stage: None,
            control: ratio,
            detectable: None,
            more_blocks: None,
            threshold: 0.03,
            limit: limit.map(String::from),
            why: None,
        };
        cell(Vec::new(), Some(timing))
    }

    fn with(problem: fn(Failure) -> Problem) -> Cell {
        let failure = Failure::new(FailureKind::Lost, "an event");
        Cell { problem: Some(problem(failure)), ..cell(Vec::new(), None) }
    }

    fn unsupported(problem: fn(String) -> Problem) -> Cell {
        Cell { problem: Some(problem("it has no timers".into())), ..cell(Vec::new(), None) }
    }

    #[test]
    fn each_kind_of_evidence_has_its_outcome() {
        let cases = [
            (counted(CountVerdict::Equal, Some("0")), Outcome::Fine),
            (counted(CountVerdict::Within, None), Outcome::Fine),
            (counted(CountVerdict::Better, Some("0")), Outcome::Fine),
            (counted(CountVerdict::Worse, Some("0")), Outcome::Regression),
            (counted(CountVerdict::Noisy, Some("0")), Outcome::Inconclusive),
            (counted(CountVerdict::Noisy, None), Outcome::Fine),
            (counted(CountVerdict::NotComparable, Some("0")), Outcome::Inconclusive),
            (counted(CountVerdict::NotComparable, None), Outcome::Fine),
            (timed(Verdict::Faster, None), Outcome::Fine),
            (timed(Verdict::Same, None), Outcome::Fine),
            (timed(Verdict::CantTell, None), Outcome::Inconclusive),
            (timed(Verdict::Slower, None), Outcome::Regression),
            (timed(Verdict::Same, Some("3%|300")), Outcome::Fine),
            (timed(Verdict::Same, Some("3%|299")), Outcome::Regression),
            (timed(Verdict::CantTell, Some("|299")), Outcome::Regression),
            (with(Problem::CandidateFailed), Outcome::GuestFailed),
            (with(Problem::BaseFailed), Outcome::Inconclusive),
            (with(Problem::BothFailed), Outcome::Inconclusive),
            (Cell { problem: Some(Problem::New), ..cell(Vec::new(), None) }, Outcome::Fine),
            (unsupported(Problem::NotSupported), Outcome::Fine),
            (unsupported(Problem::NoLongerSupported), Outcome::Regression),
            (Cell { identical: true, ..cell(Vec::new(), None) }, Outcome::Fine),
        ];
        let fine = counted(CountVerdict::Equal, Some("0"));
        for (cell, outcome) in cases {
            assert_eq!(Outcome::of(&[fine.clone(), cell.clone()]), outcome, "{cell:?}");
            assert_eq!(Outcome::of(&[cell, fine.clone()]), outcome);
        }
    }

    #[test]
    fn the_worst_cell_decides_the_outcome() {
        let cells = [
            counted(CountVerdict::Equal, Some("0")),
            timed(Verdict::CantTell, None),
            timed(Verdict::Slower, None),
            with(Problem::CandidateFailed),
        ];
        let outcomes = [1, 2, 3, 4].map(|most| Outcome::of(&cells[..most]));
        assert_eq!(
            outcomes,
            [Outcome::Fine, Outcome::Inconclusive, Outcome::Regression, Outcome::GuestFailed]
        );
        assert_eq!(outcomes.map(Outcome::exit_code), [0, 3, 1, 4]);
    }

    #[test]
    fn judging_nothing_does_not_pass() {
        for verdict in [CountVerdict::Equal, CountVerdict::Within] {
            let unlimited = counted(verdict, None);
            assert_eq!(Outcome::of(std::slice::from_ref(&unlimited)), Outcome::Inconclusive);
            let judged = counted(CountVerdict::Equal, Some("0"));
            assert_eq!(Outcome::of(&[unlimited, judged]), Outcome::Fine);
        }
    }

    #[test]
    fn a_comparison_of_no_cells_does_not_pass() {
        assert_eq!(Outcome::of(&[]), Outcome::Inconclusive);
        let not_supported = unsupported(Problem::NotSupported);
        assert_eq!(Outcome::of(std::slice::from_ref(&not_supported)), Outcome::Inconclusive);
        let fine = counted(CountVerdict::Equal, Some("0"));
        assert_eq!(Outcome::of(&[not_supported, fine]), Outcome::Fine);
        // Of identical sides all is known.
        let identical = Cell { identical: true, ..cell(Vec::new(), None) };
        assert_eq!(Outcome::of(&[identical]), Outcome::Fine);
    }
}
