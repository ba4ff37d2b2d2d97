//! Whether a component is right.

use std::path::PathBuf;

use pollbench::engine::{Configuration, Guest, Lane, RunLimits, Source};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::random_script::{RandomScript, programs};

/// Runs so many random scripts of up to ten tasks through the component. They have streams only
/// where the component can read them.
pub fn passes_random_scripts(file: PathBuf, cases: u32, reads_streams: bool) {
    let configuration = Configuration::new().expect("an engine");
    let guest = Guest::load(&Source::File(file), &configuration).expect("a guest");
    let clock = quanta::Clock::new();
    TestRunner::new(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(cases)
    })
    .run(&programs(10, 10), |programs| {
        let programs = if reads_streams { programs } else { programs.without_streams() };
        let script = Box::new(RandomScript::new(&programs));
        let outcome = guest.run(script, &[], Lane::Counted, RunLimits::default(), &clock);
        prop_assert_eq!(outcome.err(), None);
        Ok(())
    })
    .unwrap();
}
