/// How far the simplified curve may be from a point that is left out, in pixels: too little
/// to be seen.
const TOLERANCE: f64 = 0.5;

/// The points of a curve without those which lie on the straight line between others
/// (Douglas & Peucker, Algorithms for the Reduction of the Number of Points, 1973).
pub(super) fn simplified(points: &[(i32, i32)]) -> Vec<(i32, i32)> {
    let (Some(&first), Some(&last)) = (points.first(), points.last()) else { return Vec::new() };
    let mut kept = vec![first];
    // The parts of the curve that are left to do; the first part is on top of the stack.
    let mut parts = vec![points];
    while let Some(part) = parts.pop() {
        match farthest(part) {
            Some((place, distance)) if distance > TOLERANCE => {
                parts.push(&part[place..]);
                parts.push(&part[..=place]);
            }
            _ => kept.extend(part.last().filter(|_| part.len() > 1)),
        }
    }
    if kept.len() == 1 {
        kept.push(last);
    }
    kept
}

/// The point between the ends that is farthest from the line through both, and how far.
fn farthest(part: &[(i32, i32)]) -> Option<(usize, f64)> {
    let (&from, &to) = (part.first()?, part.last()?);
    let distances = (1..part.len().saturating_sub(1)).map(|it| (it, distance(part[it], from, to)));
    distances.max_by(|a, b| a.1.total_cmp(&b.1))
}

/// How far a point is from the line between two others.
fn distance(point: (i32, i32), from: (i32, i32), to: (i32, i32)) -> f64 {
    let vector = |(x, y): (i32, i32)| (f64::from(x - from.0), f64::from(y - from.1));
    let ((x, y), (along_x, along_y)) = (vector(point), vector(to));
    let squared = along_x * along_x + along_y * along_y;
    let part = if squared > 0.0 { (x * along_x + y * along_y) / squared } else { 0.0 };
    let part = part.clamp(0.0, 1.0);
    (x - part * along_x).hypot(y - part * along_y)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn points_on_a_straight_line_are_not_drawn() {
        assert_eq!(simplified(&[]), []);
        assert_eq!(simplified(&[(1, 1), (1, 1)]), [(1, 1), (1, 1)]);
        assert_eq!(simplified(&[(0, 0), (1, 1), (2, 2), (3, 0)]), [(0, 0), (2, 2), (3, 0)]);
    }

    proptest! {
        #[test]
        fn every_point_left_out_lies_on_the_curve_as_far_as_can_be_seen(
            steps in prop::collection::vec((0_i32..6, -4_i32..5), 2..80),
        ) {
            let (mut x, mut y) = (0, 0);
            let mut points = Vec::new();
            for (right, up) in steps {
                (x, y) = (x + right, y + up);
                points.push((x, y));
            }
            let kept = simplified(&points);
            prop_assert_eq!((kept[0], kept.last()), (points[0], points.last()));
            for &point in &points {
                let distances = kept.windows(2).map(|ends| distance(point, ends[0], ends[1]));
                prop_assert!(distances.fold(f64::INFINITY, f64::min) <= TOLERANCE);
            }
        }
    }
}
