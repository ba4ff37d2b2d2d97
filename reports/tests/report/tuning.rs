use pollbench_reports::chart::tuning::{cost, ready, trade_off};
use pollbench_reports::html::tuning::render;
use pollbench_reports::tuning::{Bound, Objective, Tuned, Tuning, judge_exact};

use crate::support::{compromise, explained, hostile_tuning, mix, tuning, two_knobs, two_loads};

/// What the texts of a drawing say, in order.
fn texts(svg: &str) -> Vec<&str> {
    let starts = svg.split("<text ").skip(1);
    let inside =
        |it: &'_ str| -> Option<(usize, usize)> { Some((it.find('>')? + 1, it.find('<')?)) };
    starts.filter_map(|it| inside(it).map(|(start, end)| it[start..end].trim())).collect()
}

fn loads(tuning: &Tuning) -> Vec<&Tuned> {
    tuning.tuned.iter().collect()
}

/// A tuning of exact costs.
fn counted(costs: &[(u64, f64)], default: u64) -> Tuning {
    let mut all = two_loads();
    all.objective = Objective::HandlesPerEvent;
    all.tuned.truncate(1);
    all.tuned[0].default = default;
    all.tuned[0].judgement = judge_exact(costs, default, all.tolerance);
    all
}

#[test]
fn the_answer_comes_before_everything_else() {
    let page = render(&compromise(None)).unwrap();
    let parts = ["id=\"answer\"", "<strong>", "<svg", "<table", "id=\"measured\"", "<details>"];
    let places: Vec<usize> =
        parts.iter().map(|it| page.find(it).unwrap_or_else(|| panic!("{it} is missing"))).collect();
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn nothing_is_fetched_from_anywhere() {
    let page = render(&hostile_tuning("<img src=\"https://a.example/x\">")).unwrap();
    assert!(!page.contains("<img"));
    let own = page.replace("http://www.w3.org/2000/svg", "").replace("https://a.example", "");
    for address in ["http:", "https:", "src=\"", "@import", "url("] {
        assert!(!own.contains(address), "{address}");
    }
}

#[test]
fn values_with_which_the_guest_failed_are_listed() {
    let page = render(&two_loads()).unwrap();
    assert!(page.contains("<th scope=\"row\">8,192</th><td>failed</td>"));
    assert!(page.contains("With batch = 8192 the guest comes to nothing"));
}

#[test]
fn where_there_is_no_value_the_page_says_so() {
    let unmet = render(&compromise(Some(Bound::P99AtMost(100.0)))).unwrap();
    assert!(
        unmet.contains("<strong>no value</strong>") && unmet.contains("Nothing meets the bound")
    );
    let mut unjudged = two_loads();
    unjudged.tuned.iter_mut().for_each(|it| it.judgement = None);
    let unjudged = render(&unjudged).unwrap();
    assert!(unjudged.contains("<strong>no value</strong>") && !unjudged.contains("<svg"));
    assert!(render(&tuning(Vec::new())).unwrap().contains("Nothing was tuned."));
}

#[test]
fn where_a_knob_makes_no_difference_it_is_left_at_its_default() {
    let tuning = counted(&[(1, 100.0), (64, 101.0)], 64);
    assert_eq!(tuning.tuned[0].recommended(), Some(1));
    let page = render(&tuning).unwrap();
    assert!(page.contains("<strong>64</strong>") && page.contains("Leave it at 64"));
}

#[test]
fn the_plateau_and_the_default_are_told_in_words() {
    let tuning = mix();
    let chart = cost(&tuning, &loads(&tuning)).unwrap().unwrap();
    for drawing in [&chart.wide, &chart.narrow] {
        let texts = texts(drawing);
        let plateau = &tuning.tuned[0].judgement.as_ref().unwrap().plateau;
        assert!(plateau.low < plateau.high);
        let words = format!("not shown to be worse: {} to {}", plateau.low, plateau.high);
        assert!(texts.iter().any(|it| it.ends_with(&words)), "{words}: {texts:?}");
        assert!(texts.contains(&"default 64"));
    }
}

#[test]
fn every_value_has_a_hint_and_an_interval() {
    let tuning = two_loads();
    let chart = cost(&tuning, &loads(&tuning)).unwrap().unwrap();
    let judged = tuning.tuned.iter().flat_map(|it| &it.judgement.as_ref().unwrap().values);
    assert_eq!(chart.wide.matches("<title>").count(), judged.count());
    let mut exact = tuning.clone();
    for tuned in &mut exact.tuned {
        for judged in &mut tuned.judgement.as_mut().unwrap().values {
            judged.ratio = judged.ratio.map(|it| pollbench_reports::comparison::Ratio {
                low: it.estimate,
                high: it.estimate,
                ..it
            });
        }
    }
    let without = cost(&exact, &loads(&exact)).unwrap().unwrap();
    assert!(without.wide.len() < chart.wide.len());
}

#[test]
fn each_point_of_a_trade_off_is_labelled_with_its_value() {
    for bound in [None, Some(Bound::P99AtMost(20_000.0)), Some(Bound::CostAtMost(2_000.0))] {
        let tuning = compromise(bound);
        let chart = trade_off(&tuning, &tuning.tuned[0]).unwrap().unwrap();
        let points = &tuning.tuned[0].compromise.as_ref().unwrap().trade_off.points;
        for drawing in [&chart.wide, &chart.narrow] {
            let texts = texts(drawing);
            let is_there = |value: u64| {
                let value = pollbench_reports::format::count(value);
                texts.iter().any(|it| *it == value || it.starts_with(&format!("{value}, ")))
            };
            assert!(points.iter().all(|it| is_there(it.value)), "{texts:?}");
            let bounds = texts.iter().filter(|it| it.starts_with("bound: ")).count();
            assert_eq!(bounds, usize::from(bound.is_some()));
        }
    }
    let tuning = two_knobs();
    assert_eq!(trade_off(&tuning, &tuning.tuned[0]).unwrap(), None);
}

#[test]
fn values_and_costs_at_the_ends_of_their_ranges_are_drawn() {
    for costs in [
        &[(0, 0.0), (1, 5.0), (u64::MAX, 9.0)][..],
        &[(0, 1e-100), (1, 1e100)],
        &[(0, 1.0), (7, f64::MAX)],
        &[(u64::MAX, 3.0)],
        &[(0, 0.0)],
    ] {
        let tuning = counted(costs, 0);
        let page = render(&tuning).unwrap();
        let (shown, _) = page.split_once("<script>").unwrap();
        assert!(!shown.contains("NaN") && !shown.contains("inf"), "{costs:?}");
        ready(&loads(&tuning)).unwrap();
    }
}

#[test]
fn what_was_predicted_is_called_a_prediction_and_drawn_for_no_other_knob() {
    let tuning = explained();
    let of_it = |tuning: &Tuning| {
        let chart = cost(tuning, &loads(tuning)).unwrap().unwrap();
        texts(&chart.wide).contains(&"prediction: skew, 30,000 pollables")
    };
    assert!(of_it(&tuning));
    let mut other = tuning.clone();
    other.explained[0].knob = "spin".into();
    assert!(!of_it(&other));
    let page = render(&tuning).unwrap();
    assert!(page.contains("<th scope=\"row\">2048, 4096</th>"), "values that are the same");
}
