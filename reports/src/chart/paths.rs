//! Plotters writes a line or an area as a list of absolute points, each in an element of
//! its own. Paths need a third of the size for the same shapes.

use std::fmt::Write as _;

/// Rewrites the polylines and polygons of a drawing as paths. Consecutive shapes with the
/// same attributes become one path.
pub(super) fn with_paths(svg: &str) -> String {
    let mut text = String::with_capacity(svg.len());
    // The attributes and the steps of the path that is not written yet.
    let mut open: Option<(&str, String)> = None;
    for line in svg.split_inclusive('\n') {
        match (points_of(line), &mut open) {
            (Some(shape), Some((attributes, steps))) if *attributes == shape.attributes => {
                shape.write(steps);
            }
            (shape, _) => {
                close(&mut text, open.take());
                match shape {
                    Some(shape) => {
                        let mut steps = String::new();
                        shape.write(&mut steps);
                        open = Some((shape.attributes, steps));
                    }
                    None => text.push_str(line),
                }
            }
        }
    }
    close(&mut text, open);
    text
}

fn close(text: &mut String, path: Option<(&str, String)>) {
    if let Some((attributes, steps)) = path {
        let _ = writeln!(text, "<path {attributes} d=\"{steps}\"/>");
    }
}

/// A polyline or polygon.
struct Shape<'s> {
    /// The attributes that say how the shape looks.
    attributes: &'s str,
    points: Vec<(i32, i32)>,
    is_closed: bool,
}

/// The shape that one line of a drawing's text draws, if it is a polyline or polygon.
fn points_of(line: &str) -> Option<Shape<'_>> {
    let polyline = line.strip_prefix("<polyline ").map(|rest| (rest, false));
    let polygon = || line.strip_prefix("<polygon ").map(|rest| (rest, true));
    let (rest, is_closed) = polyline.or_else(polygon)?;
    let (attributes, rest) = rest.split_once(" points=\"")?;
    let (points, _) = rest.strip_suffix('\n').unwrap_or(rest).split_once("\"/>")?;
    let point = |text: &str| {
        let (x, y) = text.split_once(',')?;
        Some((x.parse().ok()?, y.parse().ok()?))
    };
    let points: Option<Vec<(i32, i32)>> = points.split_whitespace().map(point).collect();
    points.filter(|it| !it.is_empty()).map(|points| Shape { attributes, points, is_closed })
}

impl Shape<'_> {
    /// Writes the steps from point to point.
    fn write(&self, steps: &mut String) {
        let (mut x, mut y) = self.points[0];
        let _ = write!(steps, "M{x} {y}");
        for &(next_x, next_y) in &self.points[1..] {
            let (right, down) = (next_x - x, next_y - y);
            let _ = match (right, down) {
                (_, 0) => write!(steps, "h{right}"),
                (0, _) => write!(steps, "v{down}"),
                // A minus sign separates as well as a comma.
                (_, ..0) => write!(steps, "l{right}{down}"),
                _ => write!(steps, "l{right},{down}"),
            };
            (x, y) = (next_x, next_y);
        }
        if self.is_closed {
            steps.push('z');
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The points of each part of a path, and whether the part is closed.
    fn walk(steps: &str) -> Vec<(Vec<(i32, i32)>, bool)> {
        let mut parts: Vec<(Vec<(i32, i32)>, bool)> = Vec::new();
        let ends = steps.match_indices(|it: char| it.is_alphabetic()).map(|it| it.0);
        let starts: Vec<usize> = ends.chain([steps.len()]).collect();
        for step in starts.windows(2).map(|ends| &steps[ends[0]..ends[1]]) {
            let apart = step[1..].replace('-', " -").replace(',', " ");
            let numbers: Vec<i32> =
                apart.split_whitespace().map(|it| it.parse().unwrap()).collect();
            let last = parts.last().and_then(|it| it.0.last().copied());
            let (x, y) = last.unwrap_or_default();
            match (&step[..1], numbers.as_slice()) {
                ("M", &[x, y]) => parts.push((vec![(x, y)], false)),
                ("z", []) => parts.last_mut().unwrap().1 = true,
                ("h", &[right]) => parts.last_mut().unwrap().0.push((x + right, y)),
                ("v", &[down]) => parts.last_mut().unwrap().0.push((x, y + down)),
                ("l", &[right, down]) => parts.last_mut().unwrap().0.push((x + right, y + down)),
                _ => panic!("{step}"),
            }
        }
        parts
    }

    #[test]
    fn shapes_that_look_alike_become_one_path() {
        let svg = "<svg>\n<polyline stroke=\"#A\" points=\"1,2 3,2 3,-2 5,-3 6,7 \"/>\n\
                   <polyline stroke=\"#A\" points=\"9,9 \"/>\n<polyline stroke=\"#B\" points=\"1,1 \"/>\n\
                   <text>\nx\n</text>\n<polygon fill=\"#B\" points=\"1,1 2,2 1,2\"/>\n</svg>\n";
        let expected = "<svg>\n<path stroke=\"#A\" d=\"M1 2h2v-4l2-1l1,10M9 9\"/>\n\
                        <path stroke=\"#B\" d=\"M1 1\"/>\n<text>\nx\n</text>\n\
                        <path fill=\"#B\" d=\"M1 1l1,1h-1z\"/>\n</svg>\n";
        assert_eq!(with_paths(svg), expected);
    }

    proptest! {
        #[test]
        fn a_path_goes_where_the_points_are(
            shapes in prop::collection::vec(
                (prop::collection::vec((-20_i32..900, -20_i32..400), 1..9), any::<bool>()), 1..6),
        ) {
            let line = |(points, is_closed): &(Vec<(i32, i32)>, bool)| {
                let name = if *is_closed { "polygon" } else { "polyline" };
                let points: String = points.iter().map(|(x, y)| format!("{x},{y} ")).collect();
                format!("<{name} fill=\"none\" points=\"{points}\"/>\n")
            };
            let svg: String = shapes.iter().map(line).collect();
            let text = with_paths(&svg);
            let steps = text.strip_prefix("<path fill=\"none\" d=\"").unwrap();
            prop_assert_eq!(walk(steps.strip_suffix("\"/>\n").unwrap()), shapes);
        }
    }
}
