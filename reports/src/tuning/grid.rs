//! Two knobs that are tuned together, on a grid of their values.

use itertools::Itertools as _;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Range;

/// The most values of a knob on a grid.
pub const MOST_ON_GRID: usize = 6;

/// Two knobs that were tuned together: each point is a value of either.
///
/// What is called a value where there is a grid is the place of a point in `points`, from 0.
/// Neighbouring places need not be neighbours on the grid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Grid {
    /// The knobs.
    pub knobs: [GridKnob; 2],
    /// The points, each with the values of both knobs in their order. They are sorted.
    pub points: Vec<[u64; 2]>,
}

/// A knob on a grid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GridKnob {
    /// Its name.
    pub name: String,
    /// The least value it can have.
    pub low: u64,
    /// The greatest value it can have.
    pub high: u64,
    /// The value it has where nobody sets it.
    pub default: u64,
}

impl Grid {
    /// All pairs of a few values of either knob: of those that a single knob is begun with,
    /// [`MOST_ON_GRID`] at most, with both ends and the default. `None` if a default is out
    /// of range.
    pub fn new(knobs: [GridKnob; 2]) -> Option<Self> {
        let values = |it: &GridKnob| Some(Range::new(it.low, it.high, it.default)?.few_values());
        let (first, second) = (values(&knobs[0])?, values(&knobs[1])?);
        let points = first.into_iter().cartesian_product(second).map(|(a, b)| [a, b]).collect();
        Some(Self { knobs, points })
    }

    /// What a tuning calls both knobs: as on the command line.
    pub fn name(&self) -> String {
        self.knobs.iter().map(|it| &it.name).join("+")
    }

    /// The place of the point at which both knobs have their defaults.
    pub fn default(&self) -> u64 {
        let default = [self.knobs[0].default, self.knobs[1].default];
        self.points.iter().position(|it| *it == default).unwrap_or(0) as u64
    }

    /// Both knobs with their values at a point; `None` if there is no such point.
    fn settings(&self, place: u64) -> Option<Vec<(&str, u64)>> {
        let point = self.points.get(usize::try_from(place).ok()?)?;
        Some(self.knobs.iter().map(|it| it.name.as_str()).zip(point.iter().copied()).collect())
    }
}

/// Which knobs have which values, where a knob has a value, or where a grid has a point.
pub fn settings<'a>(knob: &'a str, grid: Option<&'a Grid>, value: u64) -> Vec<(&'a str, u64)> {
    grid.and_then(|it| it.settings(value)).unwrap_or_else(|| vec![(knob, value)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn knob(name: &str, low: u64, high: u64, default: u64) -> GridKnob {
        GridKnob { name: name.into(), low, high, default }
    }

    #[test]
    fn a_grid_has_all_pairs_of_a_few_values() {
        let grid = Grid::new([knob("batch", 1, 4, 2), knob("slice", 0, 1, 1)]).unwrap();
        assert_eq!(grid.points, [[1, 0], [1, 1], [2, 0], [2, 1], [4, 0], [4, 1]]);
        assert_eq!((grid.name().as_str(), grid.default()), ("batch+slice", 3));
        let at = |place| settings("batch+slice", Some(&grid), place);
        assert_eq!(at(4), [("batch", 4), ("slice", 0)]);
        assert_eq!(at(6), [("batch+slice", 6)], "there is no such point");
        assert_eq!(settings("batch", None, 6), [("batch", 6)]);
        assert_eq!(Grid::new([knob("batch", 1, 4, 5), knob("slice", 0, 1, 1)]), None);
    }

    #[test]
    fn the_largest_grid_has_six_times_six_points() {
        let wide = |name| knob(name, 0, u64::MAX, 61);
        let grid = Grid::new([wide("a"), wide("b")]).unwrap();
        assert_eq!(grid.points.len(), MOST_ON_GRID * MOST_ON_GRID);
        assert!(grid.points.is_sorted());
        assert_eq!(grid.points[grid.default() as usize], [61, 61]);
    }
}
