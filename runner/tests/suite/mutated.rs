//! Components that were damaged: whatever is left of them, the program says in words what it
//! makes of it, and ends with a code that is documented.

use std::collections::BTreeSet;
use std::env;
use std::ops::Range;

use pollbench_guests::{BUILT_IN, FAULTY};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

use crate::support::command::Workplace;
use crate::support::wat_guest::{SERVE, component};

/// How many components are tried, unless this variable says otherwise.
const VARIABLE: &str = "POLLBENCH_MUTATIONS";
const USUAL: u64 = 120;

/// A copy with some of its bytes changed, left out, said twice or put elsewhere.
fn mutated(good: &[u8], random: &mut Pcg64) -> Vec<u8> {
    let mut bytes = good.to_vec();
    for _ in 0..random.random_range(1..4) {
        let part = part(bytes.len(), random);
        match random.random_range(0..6) {
            0 => bytes.truncate(part.start),
            1 => drop(bytes.drain(part)),
            2 => {
                let copy = bytes[part].to_vec();
                let at = random.random_range(0..=bytes.len());
                drop(bytes.splice(at..at, copy));
            }
            3 => bytes[part].iter_mut().for_each(|it| *it = random.random()),
            _ => {
                let at = part.start.min(bytes.len().saturating_sub(1));
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << random.random_range(0..8);
                }
            }
        }
    }
    bytes
}

/// Some bytes that are side by side, mostly few.
fn part(length: usize, random: &mut Pcg64) -> Range<usize> {
    let from = random.random_range(0..=length);
    let most = if random.random_bool(0.9) { 9 } else { length };
    from..length.min(from + random.random_range(0..=most))
}

#[test]
fn a_damaged_component_is_refused_or_run_and_nothing_else_happens() {
    let many = env::var(VARIABLE).map_or(USUAL, |it| it.parse().expect("a number"));
    let bare = BUILT_IN.iter().find(|it| it.name == "bare").expect("the floor").component;
    let serves = component("serves", SERVE);
    let good = [bare, FAULTY.component, &serves];
    let workplace = Workplace::new();
    let mut codes = BTreeSet::new();
    for number in 0..many {
        let mut random = Pcg64::seed_from_u64(number);
        let bytes = mutated(good[(number % 3) as usize], &mut random);
        workplace.file("odd.wasm", &bytes);
        let limits = ["--run-limit", "1", "--memory-limit", "64", "-o", "out"];
        let ran = workplace.run(&[&["check", "odd.wasm", "--scripts", "3"][..], &limits].concat());
        let said = format!("component {number}: {:?}: {}{}", ran.code, ran.stdout, ran.stderr);
        assert!(matches!(ran.code, Some(0 | 2 | 4)), "{said}");
        assert!(!ran.stderr.contains("panicked") && !ran.stderr.contains("backtrace"), "{said}");
        assert_eq!(ran.code == Some(2), ran.stdout.is_empty(), "{said}");
        if ran.code == Some(2) {
            assert!(ran.stderr.starts_with("pollbench: odd.wasm "), "{said}");
            assert_eq!(ran.stderr.lines().count(), 1, "{said}");
        }
        codes.extend(ran.code);
        let there = std::fs::read_dir(workplace.path("")).expect("a directory");
        let names = there.map(|it| it.expect("an entry").file_name().into_string().expect("UTF-8"));
        let known = |name: &String| ["odd.wasm", "out"].contains(&name.as_str());
        assert!(names.into_iter().all(|it| known(&it)), "{said}");
    }
    // Damage that no run meets, damage that makes it no component, and some in between.
    assert!(codes.is_superset(&BTreeSet::from([0, 2])), "{codes:?}");
}
