//! Series that people have annotated, and what Apache Otava finds in them.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::*;

const SERIES: &str = include_str!("../../../tests/data/change_points/series.json");
const OTAVA: &str = include_str!("../../../tests/data/change_points/otava.json");

/// How far from a change people see it may be found.
const MARGIN: usize = 5;

#[derive(Deserialize)]
struct Annotated {
    values: Vec<f64>,
    annotations: BTreeMap<String, Vec<usize>>,
    known_about: Option<Vec<usize>>,
}

impl Annotated {
    /// What the annotators see; without any, what is known stands for one.
    fn annotators(&self) -> Vec<Vec<usize>> {
        let people = self.annotations.values().cloned();
        let known = self.known_about.iter().cloned();
        if self.annotations.is_empty() { known.collect() } else { people.collect() }
    }
}

#[derive(Deserialize)]
struct Otava {
    version: String,
    found: BTreeMap<String, BTreeMap<String, Vec<usize>>>,
}

/// Prints the table of the documentation.
#[test]
fn agrees_with_people_at_least_as_well_as_otava() {
    let series: BTreeMap<String, Annotated> = serde_json::from_str(SERIES).unwrap();
    let otava: Otava = serde_json::from_str(OTAVA).unwrap();
    println!("| Series | pollbench | Otava {0} | Otava {0}, E-divisive |", otava.version);
    println!("| --- | ---: | ---: | ---: |");
    let mut sums = [0.0; 3];
    for (name, annotated) in &series {
        let found = indices(&change_points(&annotated.values, Noise::Learned, ALPHA));
        let all = [&found, &otava.found["hunter"][name], &otava.found["edivisive"][name]];
        let scores = all.map(|it| f1(&annotated.annotators(), it, MARGIN));
        println!("| {name} | {:.3} | {:.3} | {:.3} |", scores[0], scores[1], scores[2]);
        scores.iter().zip(&mut sums).for_each(|(score, sum)| *sum += score);
    }
    let [ours, hunter, edivisive] = sums.map(|it| it / series.len() as f64);
    println!("| Mean | {ours:.3} | {hunter:.3} | {edivisive:.3} |");
    assert!(ours >= hunter && ours >= edivisive);
}

#[test]
fn the_steps_that_people_agree_on_are_found_and_nothing_where_they_see_none() {
    let series: BTreeMap<String, Annotated> = serde_json::from_str(SERIES).unwrap();
    let found = |name: &str| change_points(&series[name].values, Noise::Learned, ALPHA);
    assert_eq!(found("quality_control_5"), []);
    for (name, step) in [
        ("quality_control_1", 144),
        ("quality_control_3", 179),
        ("tigerbeetle", 15),
        ("tigerbeetle", 71),
    ] {
        let has =
            found(name).iter().any(|it| it.kind == Kind::Step && it.index.abs_diff(step) <= 2);
        assert!(has, "{name}: {step}");
    }
    // The outlier is none.
    assert!(!indices(&found("tigerbeetle")).contains(&10));
}
