use super::frame::Frame;
use super::marks::Plot;
use super::text;

/// The height that a line of text takes, in pixels.
const HEIGHT: i32 = 18;
/// The clear space between two labels of a line, in pixels.
const GAP: i32 = 6;
/// Half of the room that a point's marker takes, in pixels.
const MARKER: i32 = 8;
/// How far from its point a label is tried, in pixels; the nearest comes first.
const DISTANCES: [i32; 9] = [11, 20, 30, 42, 56, 72, 90, 110, 132];
/// The directions in which it is tried, the one liked most first, in units of the distance
/// across and down.
const DIRECTIONS: [(i32, i32); 10] =
    [(1, -1), (-1, 1), (1, 0), (0, -1), (-1, 0), (0, 1), (1, 1), (-1, -1), (1, -2), (-1, -2)];
/// From this distance on, a line leads from the point to its label.
const FAR: i32 = 24;

/// A text and the place it takes.
pub(super) struct Label {
    left: i32,
    right: i32,
    middle: i32,
}

/// The places that are taken.
pub(super) struct Space {
    ends: [i32; 4],
    taken: Vec<[i32; 4]>,
}

impl Space {
    /// A plot in which only points take a place.
    pub fn new(plot: &Plot, points: &[(i32, i32)]) -> Self {
        let around = |&(x, y): &(i32, i32)| [x - MARKER, x + MARKER, y - MARKER, y + MARKER];
        Self {
            ends: [plot.left, plot.right, plot.top, plot.bottom],
            taken: points.iter().map(around).collect(),
        }
    }

    /// Takes the place of a label.
    pub fn take(&mut self, label: &Label) {
        self.taken.push(label.sides());
    }

    fn is_free(&self, label: &Label) -> bool {
        let [left, right, top, bottom] = label.sides();
        let [least_x, most_x, least_y, most_y] = self.ends;
        let is_inside =
            left >= least_x && right - GAP <= most_x && top >= least_y && bottom <= most_y;
        let is_apart =
            |it: &[i32; 4]| right <= it[0] || it[1] <= left || bottom <= it[2] || it[3] <= top;
        is_inside && self.taken.iter().all(is_apart)
    }
}

impl Label {
    /// A text that starts at a place.
    pub fn at((left, middle): (i32, i32), words: &str, frame: Frame) -> Self {
        Self { left, right: left + text::width(words, frame), middle }
    }

    /// The place at which the text starts.
    pub fn start(&self) -> (i32, i32) {
        (self.left, self.middle)
    }

    /// The end of the line to it from its point, if it is so far away that it needs one.
    pub fn far_from(&self, (x, y): (i32, i32)) -> Option<(i32, i32)> {
        let end = (x.clamp(self.left, self.right), y.clamp(self.middle - 7, self.middle + 7));
        let distance = (x - end.0).abs().max((y - end.1).abs());
        (distance >= FAR).then_some(end)
    }

    fn sides(&self) -> [i32; 4] {
        [self.left, self.right + GAP, self.middle - HEIGHT / 2, self.middle + HEIGHT / 2]
    }
}

/// Finds a free place for a text near a point, and takes it. `None` if there is none.
pub(super) fn beside(
    (x, y): (i32, i32),
    words: &str,
    space: &mut Space,
    frame: Frame,
) -> Option<Label> {
    let width = text::width(words, frame);
    let tries = DISTANCES.iter().flat_map(|far| DIRECTIONS.map(|it| (it.0 * far, it.1 * far)));
    let labels = tries.map(|(across, down)| {
        let left = match across.signum() {
            1 => x + across,
            0 => x - width / 2,
            _ => x + across - width,
        };
        // Above and below, half of the text's height is between its middle and its edge.
        let middle = y + down + if across == 0 { down.signum() * 7 } else { 0 };
        Label::at((left, middle), words, frame)
    });
    let label = labels.into_iter().find(|it| space.is_free(it))?;
    space.take(&label);
    Some(label)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PLOT: Plot = Plot { left: 60, right: 400, top: 20, bottom: 300 };

    proptest! {
        #[test]
        fn labels_keep_clear_of_each_other_and_of_points(
            points in prop::collection::vec((60_i32..400, 20_i32..300), 1..15),
        ) {
            let mut space = Space::new(&PLOT, &points);
            let mut found = 0;
            for &point in &points {
                let before = space.taken.clone();
                let Some(label) = beside(point, "4,096", &mut space, Frame::Narrow) else { continue };
                let [left, right, top, bottom] = label.sides();
                prop_assert!(left >= 60 && right - GAP <= 400 && top >= 20 && bottom <= 300);
                for it in before {
                    let across = right.min(it[1]) - left.max(it[0]);
                    let down = bottom.min(it[3]) - top.max(it[2]);
                    prop_assert!(across <= 0 || down <= 0);
                }
                found += 1;
            }
            prop_assert!(found > 0);
        }
    }
}
