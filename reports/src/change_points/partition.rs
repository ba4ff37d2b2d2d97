//! The division of a series into level and sloping pieces that explains it best.

use std::ops::Range;

use super::threshold::NEWEST;

/// The fewest runs of a level piece: as many as it takes for outliers not to be one.
pub(super) const SHORTEST: usize = 5;

/// The fewest runs of a sloping piece.
pub(super) const SHORTEST_SLOPE: usize = 16;

/// A piece of a series.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Piece {
    /// The places of its runs.
    pub runs: Range<usize>,
    /// Whether it slopes.
    pub slopes: bool,
}

/// What is paid for each new piece, and for a slope; in units of a squared deviation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Price {
    pub piece: f64,
    /// The same for a last piece that is short.
    pub newest: f64,
    /// `None` if no piece may slope.
    pub slope: Option<f64>,
}

impl Price {
    /// A part of these prices.
    pub fn times(self, part: f64) -> Self {
        let slope = self.slope.map(|it| it * part);
        Self { piece: self.piece * part, newest: self.newest * part, slope }
    }
}

/// Weighted sums of a series up to each of its places, from which any piece's fit follows.
#[derive(Clone, Debug)]
pub(super) struct Sums(Vec<Sum>);

#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    weight: f64,
    value: f64,
    square: f64,
    place: f64,
    place_square: f64,
    product: f64,
}

/// The best line through a piece.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    weight: f64,
    mean: f64,
    slope: f64,
    centre: f64,
    /// The weighted sum of squared places around the centre; 0 for a level line.
    width: f64,
    /// The weighted sum of squared distances from the line.
    pub rest: f64,
}

impl Line {
    /// The height of the line at a place.
    pub fn at(&self, place: f64) -> f64 {
        self.mean + self.slope * (place - self.centre)
    }

    /// By how much the line rises from one place to the next.
    pub fn slope(&self) -> f64 {
        self.slope
    }

    /// The variance of that height.
    pub fn variance_at(&self, place: f64) -> f64 {
        let lever = if self.width > 0.0 { (place - self.centre).powi(2) / self.width } else { 0.0 };
        1.0 / self.weight + lever
    }
}

impl Sums {
    /// Sums of values that each have the variance `1 / weight`.
    pub fn new(values: &[f64], weights: &[f64]) -> Self {
        let mut sums = vec![Sum::default()];
        let mut sum = Sum::default();
        for (at, (&value, &weight)) in values.iter().zip(weights).enumerate() {
            let place = at as f64;
            sum.weight += weight;
            sum.value += weight * value;
            sum.square += weight * value * value;
            sum.place += weight * place;
            sum.place_square += weight * place * place;
            sum.product += weight * place * value;
            sums.push(sum);
        }
        Self(sums)
    }

    fn count(&self) -> usize {
        self.0.len() - 1
    }

    /// The level line, or else the best line, through some runs, of which there is one at least.
    pub fn line(&self, runs: &Range<usize>, slopes: bool) -> Line {
        let (from, to) = (&self.0[runs.start], &self.0[runs.end]);
        let weight = to.weight - from.weight;
        let (value, place) = (to.value - from.value, to.place - from.place);
        let (mean, centre) = (value / weight, place / weight);
        let level = (to.square - from.square - value * mean).max(0.0);
        if !slopes {
            return Line { weight, mean, slope: 0.0, centre, width: 0.0, rest: level };
        }
        let width = to.place_square - from.place_square - place * centre;
        let together = to.product - from.product - value * centre;
        let rest = (level - together * together / width).max(0.0);
        Line { weight, mean, slope: together / width, centre, width, rest }
    }

    /// How much better two level pieces fit than one.
    pub fn gain(&self, runs: &Range<usize>, split: usize) -> f64 {
        let rest = |runs: Range<usize>| self.line(&runs, false).rest;
        rest(runs.clone()) - rest(runs.start..split) - rest(split..runs.end)
    }

    /// The pieces for which the squared distances and all prices add up to the least.
    ///
    /// Every division is considered, by the best ones of all beginnings of the series (Jackson
    /// et al., An Algorithm for Optimal Partitioning of Data on an Interval, 2005), so that one
    /// change can't hide another one near it.
    pub fn pieces(&self, price: Price) -> Vec<Piece> {
        let count = self.count();
        let mut best = vec![Best { total: -price.piece, start: 0, slopes: false }];
        best.resize(count + 1, Best { total: f64::INFINITY, start: 0, slopes: false });
        for end in SHORTEST..=count {
            let mut least = best[end];
            for start in (0..=end - SHORTEST).rev() {
                let newest = end == count && end - start <= NEWEST;
                let before = best[start].total + if newest { price.newest } else { price.piece };
                if before >= least.total {
                    continue;
                }
                let (cost, slopes) = self.cost(start, end, price);
                if before + cost < least.total {
                    least = Best { total: before + cost, start, slopes };
                }
            }
            best[end] = least;
        }
        self.back(&best)
    }

    /// What a piece costs, and whether it slopes for that.
    fn cost(&self, start: usize, end: usize, price: Price) -> (f64, bool) {
        let length = end - start;
        let level = self.line(&(start..end), false).rest;
        match price.slope {
            Some(price) if length >= SHORTEST_SLOPE && level > price => {
                let sloping = self.line(&(start..end), true).rest + price;
                (level.min(sloping), sloping < level)
            }
            _ => (level, false),
        }
    }

    /// The pieces that lead to the last run.
    fn back(&self, best: &[Best]) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut end = self.count();
        while end > 0 {
            let Best { start, slopes, .. } = best[end];
            pieces.push(Piece { runs: start..end, slopes });
            end = start;
        }
        pieces.reverse();
        pieces
    }
}

/// The best division of the runs up to a place: its total and its last piece.
#[derive(Clone, Copy, Debug)]
struct Best {
    total: f64,
    start: usize,
    slopes: bool,
}

#[cfg(test)]
mod tests;
