use proptest::prelude::*;

use super::*;

const PRICE: Price = Price { piece: 3.0, newest: 2.0, slope: Some(4.0) };

/// What a division costs, with each piece fitted by itself.
fn total(values: &[f64], pieces: &[Piece]) -> f64 {
    let last = pieces.len() - 1;
    let of_piece = |(at, piece): (usize, &Piece)| {
        let sums = Sums::new(&values[piece.runs.clone()], &vec![1.0; piece.runs.len()]);
        let rest = sums.line(&(0..piece.runs.len()), piece.slopes).rest;
        let newest = at == last && piece.runs.len() <= NEWEST;
        let new = if newest { PRICE.newest } else { PRICE.piece };
        let slope = if piece.slopes { PRICE.slope.unwrap() } else { 0.0 };
        rest + slope + new
    };
    pieces.iter().enumerate().map(of_piece).sum()
}

/// All divisions of some runs.
fn divisions(runs: Range<usize>) -> Vec<Vec<Piece>> {
    let ends = runs.start + SHORTEST..=runs.end;
    let mut all = Vec::new();
    for end in ends {
        let kinds: &[bool] =
            if end - runs.start >= SHORTEST_SLOPE { &[false, true] } else { &[false] };
        let rests = if end == runs.end { vec![Vec::new()] } else { divisions(end..runs.end) };
        for (&slopes, rest) in kinds.iter().flat_map(|it| rests.iter().map(move |rest| (it, rest)))
        {
            all.push([vec![Piece { runs: runs.start..end, slopes }], rest.clone()].concat());
        }
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_division_is_better(
        values in prop::collection::vec(-2.0_f64..2.0, SHORTEST..26),
        step in 0.0_f64..4.0,
        slope in -0.3_f64..0.3,
    ) {
        let half = values.len() / 2;
        let add = |(at, it): (usize, &f64)| it + slope * at as f64 + if at < half { 0.0 } else { step };
        let values: Vec<f64> = values.iter().enumerate().map(add).collect();
        let pieces = Sums::new(&values, &vec![1.0; values.len()]).pieces(PRICE);
        let found = total(&values, &pieces);
        let totals = divisions(0..values.len());
        let best = totals.iter().map(|it| total(&values, it)).fold(f64::INFINITY, f64::min);
        prop_assert!((found - best).abs() < 1e-9, "{found} for {best}: {pieces:?}");
    }
}

#[test]
fn the_line_is_that_worked_by_hand() {
    // Through (0, 1), (1, 2), (2, 6), the last with twice the weight: the centre is
    // (5/4, 15/4), and the slope 7.25/2.75.
    let sums = Sums::new(&[1.0, 2.0, 6.0], &[1.0, 1.0, 2.0]);
    let line = sums.line(&(0..3), true);
    assert!((line.at(1.25) - 3.75).abs() < 1e-12);
    assert!((line.at(2.25) - 3.75 - 7.25 / 2.75).abs() < 1e-12);
    assert!((line.variance_at(1.25) - 0.25).abs() < 1e-12);
    assert!((line.variance_at(2.25) - 0.25 - 1.0 / 2.75).abs() < 1e-12);
    assert!((sums.line(&(0..2), false).rest - 0.5).abs() < 1e-12);
}
