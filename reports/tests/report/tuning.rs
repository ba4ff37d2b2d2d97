use pollbench_reports::chart::tuning::{cost, ready, trade_off};
use pollbench_reports::html::tuning::render;
use pollbench_reports::tuning::{Bound, Objective, Tuned, Tuning, judge_exact, text};

use crate::support::{
    compromise, explained, grid, hostile_tuning, mix, tuning, two_knobs, two_loads,
};

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
fn values_that_were_not_measured_are_hollow_and_carry_the_curve_on() {
    let mut tuning = explained();
    tuning.explained.clear();
    tuning.tuned.truncate(1);
    let drawn = |tuning: &Tuning| cost(tuning, &loads(tuning)).unwrap().unwrap().wide;
    let is_ring = |it: &&str| it.split_once('>').is_some_and(|it| it.0.contains("fill=\"none\""));
    let rings = |svg: &str| svg.split("<circle").skip(1).filter(is_ring).count();
    let with = drawn(&tuning);
    tuning.tuned[0].parts[0].counted.iter_mut().for_each(|it| it.same_as = None);
    let without = drawn(&tuning);
    assert_eq!(with.matches("<title>").count(), without.matches("<title>").count() + 1);
    // The mark, and the place that answers whoever points there.
    assert_eq!(rings(&with), rings(&without) + 2);
    // The plateau goes on to values that do the same.
    let mut beyond = explained();
    beyond.tuned.truncate(1);
    let counted = &mut beyond.tuned[0].parts[0].counted;
    let last = counted.iter_mut().find(|it| it.same_as.is_some()).unwrap();
    last.value = 6000;
    beyond.tuned[0].judgement.as_mut().unwrap().plateau.high = 4096;
    let texts = drawn(&beyond);
    assert!(texts.contains("to 6,000"), "{texts}");
}

#[test]
fn a_grid_has_a_curve_for_each_value_of_the_second_knob() {
    let tuning = grid(None);
    let tuned = &tuning.tuned[0];
    let chart = cost(&tuning, &[tuned]).unwrap().unwrap();
    let seconds = [1, 4, 32, 128, 1024, 4096];
    for drawing in [&chart.wide, &chart.narrow] {
        let texts = texts(drawing);
        let curves: Vec<&str> =
            texts.iter().copied().filter(|it| it.starts_with("slice = ")).collect();
        assert_eq!(curves, seconds.map(|it| format!("slice = {it}")));
        let used = tuned.settings(tuned.to_use().unwrap());
        let words = format!("use: {} and {}", used[0].1, used[1].1);
        assert!(texts.contains(&words.as_str()), "{words}: {texts:?}");
        assert!(texts.contains(&"default: 64 and 1"), "{texts:?}");
        assert!(texts.iter().any(|it| it.starts_with("batch, log scale")));
    }
    assert_eq!(chart.wide.matches("<title>").count(), 36);
    // With the last two values of the second knob the guest does the same as with the third.
    let mut alike = tuning.clone();
    let grid = tuned.grid.as_ref().unwrap();
    let place = |point: [u64; 2]| grid.points.iter().position(|it| *it == point).unwrap() as u64;
    let judgement = alike.tuned[0].judgement.as_mut().unwrap();
    judgement.values.retain(|it| grid.points[it.value as usize][1] < 1024);
    for counted in &mut alike.tuned[0].parts[0].counted {
        let [batch, slice] = grid.points[counted.value as usize];
        if slice >= 1024 {
            counted.same_as = Some(place([batch.min(1024), 128]));
        }
    }
    let chart = cost(&alike, &[&alike.tuned[0]]).unwrap().unwrap();
    assert!(texts(&chart.wide).contains(&"slice = 128 to 4096"), "{:?}", texts(&chart.wide));
    assert!(!texts(&chart.wide).contains(&"slice = 1024"));
    assert_eq!(ready(&[tuned]).unwrap().unwrap().wide.matches("<title>").count(), 36);
}

#[test]
fn a_grid_names_both_knobs_wherever_it_names_a_value() {
    let mut tuning = grid(None);
    tuning.guest.name = "mine".into();
    let answer = text::render(&tuning);
    let used = tuning.tuned[0].settings(tuning.tuned[0].to_use().unwrap());
    for words in [
        format!("Use batch = {} and slice = {}", used[0].1, used[1].1),
        "The default, batch = 64 and slice = 1, costs ".into(),
        format!("`pollbench tune mine@timers=wheel,slice={} --knob batch`", used[1].1),
        format!("`pollbench tune mine@timers=wheel,batch={} --knob slice`", used[0].1),
        "Of the 36 points that were tried, ".into(),
        "batch and slice: skew, 1,000 pollables".into(),
        "same as 1024 and 32".into(),
    ] {
        assert!(answer.contains(&words), "{words}: {answer}");
    }
    assert!(!answer.contains("batch+slice"), "{answer}");
    let page = render(&tuning).unwrap();
    let large =
        format!("batch</span> <span class=\"equals\">=</span> <strong>{}</strong>", used[0].1);
    assert!(page.contains(&large));
    assert!(page.contains("batch: a whole number from 1 to 4,096, 64 by default; slice: a whole"));
    for tuned in &mut tuning.tuned {
        for counted in &mut tuned.parts[0].counted[34..] {
            (counted.counters, counted.why_not) = (None, Some("it hangs".into()));
        }
    }
    let page = render(&tuning).unwrap();
    let words = "At batch = 4096 with slice = 1024 or 4096 the guest comes to nothing: it hangs.";
    assert!(page.contains(words));
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
