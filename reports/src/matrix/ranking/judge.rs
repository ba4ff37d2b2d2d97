use crate::matrix::ratio::{Ratio, Verdict, Why};
use crate::stats::paired::{Shift, fdr, smallest_count};

use super::{FALSE_CLAIMS, MARGIN, Rounds};

/// The most rounds that are suggested to the user.
const MOST_ROUNDS: u64 = 1_000;

/// The result of judging the guests of a size.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Ranking {
    /// The index of the best guest.
    pub best: usize,
    /// The ratio of each guest to the best, in the order of the guests.
    pub to_best: Vec<Ratio>,
}

/// Judges the guests of all sizes of a record; guests of one size are compared with each
/// other. `None` for a size without guests. A guest alone is the best of itself.
pub(crate) fn rank(sizes: &[Vec<Rounds>]) -> Vec<Option<Ranking>> {
    let fields: Vec<Option<Field>> = sizes.iter().map(|it| Field::new(it)).collect();
    // Three lists of tests for the whole record: whether the best guests are level, whether
    // the others are level, and which are slower.
    let contested = || fields.iter().flatten().filter(|it| it.guests > 1);
    let adjusted =
        |p: Vec<f64>| fdr::adjusted(&p).unwrap_or_else(|| vec![1.0; p.len()]).into_iter();
    let mut best = adjusted(contested().map(|it| it.p_level(it.best)).collect());
    let level = contested().flat_map(|it| it.others().map(|other| it.p_level(other)));
    let mut level = adjusted(level.collect());
    // The best guest was chosen by the same times, so it counts as a test (with p = 1),
    // although it can't be slower than itself.
    let slower = contested().flat_map(|it| (0..it.guests).map(|guest| it.p_slower(guest)));
    let slower: Vec<f64> = slower.collect();
    let tests = slower.len();
    let mut slower = adjusted(slower);
    let mut judge = |field: Field| {
        let is_shown = |p: Option<f64>| p.is_some_and(|it| it <= FALSE_CLAIMS);
        if field.guests == 1 {
            return field.judged(&[Claims { level: true, slower: false }], tests);
        }
        let best_is_shown = is_shown(best.next());
        let mut claim = |guest: usize| {
            let level = guest == field.best || is_shown(level.next());
            Claims { level: level && best_is_shown, slower: is_shown(slower.next()) }
        };
        let claims: Vec<Claims> = (0..field.guests).map(&mut claim).collect();
        field.judged(&claims, tests)
    };
    fields.into_iter().map(|field| field.map(&mut judge)).collect()
}

/// Which claims about a guest are shown.
#[derive(Clone, Copy, Debug)]
struct Claims {
    level: bool,
    slower: bool,
}

/// The guests of a size, with the shift of each guest against each other one.
struct Field {
    guests: usize,
    best: usize,
    above_zero: Vec<bool>,
    /// The shift of the row's guest against the column's guest; `None` on the diagonal.
    shifts: Vec<Vec<Option<Shift>>>,
}

impl Field {
    fn new(guests: &[Rounds]) -> Option<Self> {
        let shifts = shifts(guests);
        let distance = |&guest: &usize| -> f64 {
            let others = shifts[guest].iter().enumerate().filter(|(other, _)| *other != guest);
            others.filter_map(|(_, shift)| Some(shift.as_ref()?.estimate())).sum()
        };
        let best = (0..guests.len()).min_by(|a, b| distance(a).total_cmp(&distance(b)))?;
        let above_zero = guests.iter().map(|it| it.above_zero).collect();
        Some(Self { guests: guests.len(), best, above_zero, shifts })
    }

    /// The p-value of the hypothesis that one guest takes at least 1 + [`MARGIN`] times as
    /// long as another.
    fn p_within(&self, guest: usize, other: usize) -> f64 {
        match &self.shifts[guest][other] {
            Some(shift) if self.above_zero[guest] && self.above_zero[other] => {
                shift.p_below(MARGIN.ln_1p())
            }
            _ => 1.0,
        }
    }

    /// All guests but the best.
    fn others(&self) -> impl Iterator<Item = usize> + use<> {
        let best = self.best;
        (0..self.guests).filter(move |&it| it != best)
    }

    /// The p-value of the hypothesis that a guest is not within the margin of every other
    /// one.
    fn p_level(&self, guest: usize) -> f64 {
        let others = (0..self.guests).filter(|&other| other != guest);
        others.map(|other| self.p_within(guest, other)).fold(0.0, f64::max)
    }

    /// The p-value of the hypothesis that a guest takes no longer than the best; 1 for the
    /// best itself.
    fn p_slower(&self, guest: usize) -> f64 {
        if guest == self.best {
            return 1.0;
        }
        let others = (self.guests - 1) as f64;
        match &self.shifts[guest][self.best] {
            Some(shift) if self.above_zero[guest] && self.above_zero[self.best] => {
                (shift.p_above(0.0) * others).min(1.0)
            }
            _ => 1.0,
        }
    }

    /// The ranking that follows from the claims shown for each guest; `tests` is the number
    /// of tests made.
    fn judged(&self, claims: &[Claims], tests: usize) -> Ranking {
        let level = FALSE_CLAIMS / (tests.max(1) * (self.guests - 1).max(1)) as f64;
        let ratio = |guest: usize| {
            let shift = self.shifts[guest][self.best].as_ref();
            let verdict = match claims[guest] {
                Claims { level: true, .. } => Verdict::Level,
                Claims { slower: true, .. } => Verdict::Slower,
                _ => Verdict::CantTell(self.why(guest, level)),
            };
            let value = if guest == self.best { 1.0 } else { shift.map_or(1.0, ratio_of) };
            Ratio { value, verdict }
        };
        Ranking { best: self.best, to_best: (0..self.guests).map(ratio).collect() }
    }

    /// Why nothing can be said of a guest. For the best guest, the reason is that of the
    /// guest closest to it.
    fn why(&self, guest: usize, level: f64) -> Why {
        let doubts = (0..self.guests).filter(|&other| other != self.best).map(|other| {
            let p = self.p_within(self.best, other);
            (p, other)
        });
        let closest = doubts.max_by(|a, b| a.0.total_cmp(&b.0)).map_or(guest, |it| it.1);
        let guest = if guest == self.best { closest } else { guest };
        if !self.above_zero[guest] || !self.above_zero[self.best] {
            return Why::NearZero;
        }
        why(self.shifts[guest][self.best].as_ref(), level, Some(MARGIN.ln_1p()))
    }
}

/// The shift of each guest against each other one. Each pair is computed once, and reversed
/// for the other direction.
fn shifts(guests: &[Rounds]) -> Vec<Vec<Option<Shift>>> {
    let mut all = vec![vec![None; guests.len()]; guests.len()];
    for (row, guest) in guests.iter().enumerate() {
        for (column, other) in guests.iter().enumerate().skip(row + 1) {
            let shift = guest.shift(other);
            all[column][row] = shift.as_ref().map(Shift::reversed);
            all[row][column] = shift;
        }
    }
    all
}

fn ratio_of(shift: &Shift) -> f64 {
    shift.estimate().exp()
}

/// Why a shift can't be told from 0, nor, if there is a `bound`, from values beyond it.
/// `level` is the level of a single one-sided test.
fn why(shift: Option<&Shift>, level: f64, bound: Option<f64>) -> Why {
    // The error of an interval, which may miss on either side.
    let error = 2.0 * level;
    let needed = smallest_count(error).unwrap_or(u32::MAX);
    let rounds = shift.map_or(0, Shift::count);
    let Some(shift) = shift.filter(|_| rounds > 1) else {
        return Why::TooFewRounds { rounds, needed };
    };
    // If all rounds agree and the p-value is still too large, there are too few rounds.
    let agree = 0.5_f64.powi(rounds.try_into().unwrap_or(i32::MAX)) * (1.0 + 1e-9);
    let p = bound.map_or(1.0, |bound| shift.p_below(bound).min(shift.p_above(bound)));
    if rounds < needed && p.min(shift.p_above(0.0)).min(shift.p_below(0.0)) <= agree {
        return Why::TooFewRounds { rounds, needed };
    }
    let distance = shift.estimate().abs().max(bound.map_or(0.0, |it| it - shift.estimate()));
    let needed = shift.blocks_for(distance, error).filter(|&it| it <= MOST_ROUNDS);
    Why::Noise { needed: needed.map(|it| (it as u32).max(rounds + 1)) }
}

/// A comparison of two guests outside the ranking.
pub(crate) struct Comparison {
    /// The guest that is judged.
    pub guest: Rounds,
    /// The guest that it is compared with.
    pub other: Rounds,
    /// Among how many guests the other one was chosen for being the fastest.
    pub chosen_among: usize,
}

/// Judges pairs of guests of which either may be the faster one. All pairs are corrected
/// together; `None` is not a test and has no result.
pub(crate) fn compare(pairs: &[Option<Comparison>]) -> Vec<Option<Ratio>> {
    let shifts: Vec<Option<Shift>> =
        pairs.iter().map(|it| it.as_ref().and_then(|it| it.guest.shift(&it.other))).collect();
    let mut p = Vec::new();
    for (pair, shift) in pairs.iter().zip(&shifts) {
        let Some(pair) = pair else { continue };
        let above_zero = pair.guest.above_zero && pair.other.above_zero;
        p.push(shift.as_ref().filter(|_| above_zero).map_or(1.0, |shift| {
            let slower = shift.p_above(0.0) * pair.chosen_among.max(1) as f64;
            (2.0 * slower.min(shift.p_below(0.0))).min(1.0)
        }));
    }
    let tests = p.len().max(1) as f64;
    let mut adjusted = fdr::adjusted(&p).unwrap_or_else(|| vec![1.0; p.len()]).into_iter();
    let judge = |(pair, shift): (&Option<Comparison>, &Option<Shift>)| {
        let pair = pair.as_ref()?;
        let told = adjusted.next().is_some_and(|it| it <= FALSE_CLAIMS);
        let shift = shift.as_ref();
        let estimate = shift.map_or(0.0, Shift::estimate);
        let level = FALSE_CLAIMS / (2.0 * tests * pair.chosen_among.max(1) as f64);
        let verdict = match () {
            () if told && estimate > 0.0 => Verdict::Slower,
            () if told => Verdict::Faster,
            () if !pair.guest.above_zero || !pair.other.above_zero => {
                Verdict::CantTell(Why::NearZero)
            }
            () => Verdict::CantTell(why(shift, level, None)),
        };
        shift.is_some().then_some(Ratio { value: estimate.exp(), verdict })
    };
    pairs.iter().zip(&shifts).map(judge).collect()
}
