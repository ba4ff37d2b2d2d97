//! How often there is a false alarm.

use super::*;

const SERIES: u32 = 1000;

/// The most false alarms: as many as the stated rate may give by chance, with a probability
/// of 1 in 1,000 or so for more.
fn at_most() -> f64 {
    let series = f64::from(SERIES);
    series * ALPHA + 3.0 * (series * ALPHA * (1.0 - ALPHA)).sqrt()
}

fn expect_few(name: &str, runs: usize, noise: fn(&mut Numbers) -> f64) {
    let value = |numbers: &mut Numbers, _| 100.0 + noise(numbers);
    let alarms = count(SERIES, runs, value, |it| !it.is_empty());
    println!("{name}, {runs} runs: {alarms} false alarms in {SERIES} series");
    assert!(f64::from(alarms) <= at_most(), "{name}: {alarms}");
}

#[test]
fn normal_noise_raises_no_more_alarms_than_stated() {
    for runs in [10, 20, 50, 100, 200] {
        expect_few("normal", runs, Numbers::normal);
    }
}

#[test]
fn outliers_raise_no_more_alarms_than_stated() {
    expect_few("outliers to both sides", 100, Numbers::with_outliers);
    expect_few("outliers to one side", 100, Numbers::with_spikes);
}

#[test]
fn skewed_and_rounded_noise_raises_no_more_alarms_than_stated() {
    expect_few("exponential", 100, Numbers::exponential);
    expect_few("uniform", 100, Numbers::uniform);
    expect_few("rounded", 100, |it| it.normal().round());
}

#[test]
fn an_outlier_raises_no_more_alarms_than_stated() {
    for at in [0, 1, 30, 60, 90] {
        let value =
            |it: &mut Numbers, run| 100.0 + it.normal() + if run == at { 40.0 } else { 0.0 };
        let alarms = count(SERIES, 100, value, |it| !it.is_empty());
        println!("an outlier at run {at} of 100: {alarms} false alarms in {SERIES} series");
        assert!(f64::from(alarms) <= at_most(), "{at}: {alarms}");
    }
}

/// Each run keeps a part of the one before: not noise of which the rate is stated, but alarms
/// must stay few. Without what is learned of it, they are in most such series.
#[test]
fn noise_that_lasts_raises_few_alarms() {
    for (kept, most) in [(0.3, 220), (0.6, 220), (0.9, 270)] {
        let mut last = 0.0;
        let value = |it: &mut Numbers, _| {
            last = kept * last + it.normal();
            100.0 + last
        };
        let alarms = count(SERIES, 100, value, |it| !it.is_empty());
        println!("a run keeps {kept} of the one before: {alarms} in {SERIES} series");
        assert!(alarms <= most, "{kept}: {alarms}");
    }
}

/// Alarms of any look, if there is one after each run: each is one more chance.
#[test]
fn alarms_of_looks_after_every_run_come_and_go() {
    let mut numbers = Numbers::new();
    let (mut alarmed, mut looks, mut alarms) = (0, 0, 0);
    for _ in 0..100 {
        let mut series = Series::new(Noise::Learned, ALPHA);
        let mut ever = false;
        for _ in 0..100 {
            series.push(100.0 + numbers.normal());
            let alarm = !series.change_points().is_empty();
            ever |= alarm;
            looks += 1;
            alarms += u32::from(alarm);
        }
        alarmed += u32::from(ever);
    }
    println!("{alarms} of {looks} looks, in {alarmed} of 100 series at any look");
    assert!(f64::from(alarms) <= 0.06 * f64::from(looks), "{alarms} of {looks}");
}
