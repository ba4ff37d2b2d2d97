//! How much worse than its base a candidate may be: `pollbench.toml`.
//!
//! `gate.toml` beside this file explains the format and is itself an example of it.

mod file;
mod limit;

use std::collections::BTreeMap;
use std::path::Path;

use wildmatch::WildMatch;

pub use file::LimitsError;
pub use limit::{Change, Limit};

use super::{Identity, Metric};
use limit::Rule;

/// The limits of every metric and cell.
#[derive(Clone, Debug)]
pub struct GateLimits {
    /// The entries in the order of the file; later ones take precedence.
    entries: Vec<Entry>,
}

/// A `[[limit]]` table of the file.
#[derive(Clone, Debug)]
struct Entry {
    cells: WildMatch,
    rules: BTreeMap<Metric, Rule>,
}

impl GateLimits {
    /// The text of [`GateLimits::gate_default`], comments included.
    pub const GATE_DEFAULT: &str = include_str!("gate.toml");

    /// The limits of a gate when no file is given.
    pub fn gate_default() -> Self {
        Self::parse(Self::GATE_DEFAULT, Path::new("gate.toml")).expect("the built-in limits are")
    }

    /// The limits of a comparison when no file is given: those of [`GateLimits::gate_default`]
    /// for counts, without the reasons, which only apply to a gate. Time has its own
    /// threshold.
    pub fn counts_default() -> Self {
        let mut limits = Self::gate_default();
        for entry in &mut limits.entries {
            entry.rules.remove(&Metric::NsPerEvent);
            entry.rules.values_mut().for_each(Rule::forget_why);
        }
        limits.entries.retain(|it| !it.rules.is_empty());
        limits
    }

    /// No limits: every change is allowed.
    pub fn none() -> Self {
        Self { entries: Vec::new() }
    }

    /// The limit of a metric of a cell: the one in the last entry that matches the cell and
    /// names the metric.
    pub fn of(&self, cell: &Identity, metric: Metric) -> Option<Limit> {
        let last = self.entries.iter().rev().filter(|it| it.matches(cell));
        match last.filter_map(|it| it.rules.get(&metric)).next()? {
            Rule::Lifted => None,
            Rule::Limited(limit) => Some(limit.clone()),
        }
    }

    /// The `cells` patterns of the entries that match none of these cells, because they are
    /// misspelt or the cells are not compared.
    pub fn without_cells<'a>(
        &self,
        cells: impl IntoIterator<Item = &'a Identity> + Clone,
    ) -> Vec<String> {
        let idle = |entry: &&Entry| !cells.clone().into_iter().any(|cell| entry.matches(cell));
        self.entries.iter().filter(idle).map(|it| it.cells.to_string()).collect()
    }
}

impl Entry {
    /// Whether the entry's pattern matches one of the cell's names. They contain the
    /// candidate's guest, because that is judged, with its knobs and without.
    fn matches(&self, cell: &Identity) -> bool {
        let guest = cell.candidate_guest.as_str();
        let (name, _) = guest.split_once(' ').unwrap_or((guest, ""));
        [guest, name].into_iter().any(|guest| {
            let short = format!("{guest}/{}", cell.workload);
            let long = format!("{short}/{}", cell.pollables);
            self.cells.matches(&short) || self.cells.matches(&long)
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cell(guest: &str, workload: &str, pollables: u32) -> Identity {
        Identity {
            base_guest: "base".into(),
            candidate_guest: guest.into(),
            workload: workload.into(),
            pollables,
            active: 1,
            parameters: BTreeMap::new(),
            host: "stock".into(),
            effort: 40_000,
        }
    }

    fn parse(text: &str) -> GateLimits {
        GateLimits::parse(text, Path::new("pollbench.toml")).unwrap()
    }

    fn text(limits: &GateLimits, cell: &Identity, metric: Metric) -> Option<String> {
        limits.of(cell, metric).map(|it| it.text)
    }

    #[test]
    fn the_gate_limits_every_metric() {
        let limits = GateLimits::gate_default();
        let cell = cell("slab", "idle", 100);
        for metric in Metric::COUNTS.into_iter().chain([Metric::NsPerEvent]) {
            let expected = match metric {
                Metric::NsPerEvent => "3%",
                Metric::GuestFuel => "0.5%",
                Metric::GuestMemoryPeakBytes => "1%",
                _ => "0",
            };
            let limit = limits.of(&cell, metric).unwrap();
            assert_eq!(limit.text, expected, "{metric}");
            assert!(limit.why.is_some());
        }
    }

    #[test]
    fn a_comparison_limits_counts_as_a_gate_does_and_leaves_time_to_its_threshold() {
        let (comparison, gate) = (GateLimits::counts_default(), GateLimits::gate_default());
        let cell = cell("slab", "idle", 100);
        for metric in Metric::COUNTS {
            let gate = gate.of(&cell, metric).map(|it| Limit { why: None, ..it });
            assert_eq!(comparison.of(&cell, metric), gate, "{metric}");
            assert!(gate.is_some());
        }
        assert_eq!(comparison.of(&cell, Metric::NsPerEvent), None);
    }

    #[test]
    fn without_limits_nothing_is_limited() {
        for limits in [GateLimits::none(), parse("")] {
            assert_eq!(limits.of(&cell("slab", "idle", 100), Metric::GuestFuel), None);
        }
    }

    #[test]
    fn the_last_entry_that_matches_and_names_the_metric_counts() {
        let limits = parse(
            r#"
            [[limit]]
            guest_fuel = "1%"
            poll_calls = "0"
            why = "all"
            [[limit]]
            cells = "slab*/idle"
            guest_fuel = "2%"
            [[limit]]
            cells = "slab-list/*"
            guest_fuel = "none"
            "#,
        );
        let fuel = |guest, workload| text(&limits, &cell(guest, workload, 10), Metric::GuestFuel);
        assert_eq!(fuel("batched", "idle").as_deref(), Some("1%"));
        assert_eq!(fuel("slab", "idle").as_deref(), Some("2%"));
        assert_eq!(fuel("slab", "burst").as_deref(), Some("1%"));
        assert_eq!(fuel("slab-list", "idle"), None);
        let polls = limits.of(&cell("slab-list", "idle", 10), Metric::PollCalls).unwrap();
        assert_eq!((polls.text.as_str(), polls.why.as_deref()), ("0", Some("all")));
        let slab = limits.of(&cell("slab", "idle", 10), Metric::GuestFuel).unwrap();
        assert_eq!(slab.why, None);
    }

    #[test]
    fn patterns_are_of_guest_workload_and_size() {
        let matches = |pattern: &str, cell: &Identity| {
            let limits = parse(&format!("[[limit]]\ncells = '{pattern}'\ndrops = '0'"));
            let limited = limits.of(cell, Metric::Drops).is_some();
            assert_eq!(limits.without_cells([cell]).is_empty(), limited);
            limited
        };
        let tuned = cell("batched batch=64", "idle", 1000);
        for pattern in [
            "*",
            "batched/idle",
            "batched batch=64/idle",
            "batched batch=*",
            "*/idle",
            "batched/*",
            "batched/idle/1000",
            "*/1000",
            "b??ched/idle",
            "batched/id*",
        ] {
            assert!(matches(pattern, &tuned), "{pattern}");
        }
        for pattern in [
            "",
            "batched",
            "idle",
            "batched/idle/100",
            "batched/burst",
            "base/idle",
            "batche?/",
            "Batched/idle",
        ] {
            assert!(!matches(pattern, &tuned), "{pattern}");
        }
    }

    #[test]
    fn an_error_in_a_file_of_limits_names_its_line() {
        let cases = [
            ("[[limit]]\nguest_fool = '1%'", 2, "there is no metric \"guest_fool\""),
            ("[[limit]]\n\nguest_fuel = '1%%'", 3, "\"1%%\" is no limit"),
            ("[[limit]]\nguest_fuel = 1", 2, "text in quotes"),
            ("[[limit]]\r\n\r\nns_per_event = '5'", 3, "takes no change in nanoseconds"),
            ("\n[[limit]]\ncells = '*'", 2, "names no metric"),
            ("\n[[limits]]\ndrops = '0'", 2, "unknown field `limits`, expected `limit`"),
            ("[limit]\ndrops = '0'", 1, "invalid type"),
            ("[[limit]]\ndrops = '0'\ndrops = '1'", 3, "duplicate key"),
            ("[[limit]]\ndrops = '0", 2, "invalid literal string"),
            ("[[limit]]\ndrops = '0'\nwhy = 3", 3, "expected a string"),
            ("[[limit]]\ndrops = '0'\ncells = ['a']", 3, "expected a string"),
            ("limit = [1]", 1, "start each with [[limit]]"),
            (r#""a\u001b[2J\n" = 1"#, 1, "unknown field `a [2J"),
        ];
        for (text, line, reason) in cases {
            let error =
                GateLimits::parse(text, Path::new("pollbench.toml")).unwrap_err().to_string();
            assert!(!error.contains(char::is_control), "{error}");
            assert!(error.starts_with(&format!("pollbench.toml, line {line}: ")), "{error}");
            assert!(error.contains(reason), "{error}");
        }
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let error = GateLimits::read(Path::new("no/such.toml")).unwrap_err().to_string();
        assert!(error.starts_with("can't read the limits no/such.toml: "), "{error}");
    }

    proptest! {
        #[test]
        fn random_text_is_refused_in_one_line(text in "(\\[\\[limit\\]\\]\n)?(\\PC|[\n\"'=|%0-9])*") {
            if let Err(error) = GateLimits::parse(&text, Path::new("x")) {
                prop_assert!(!error.to_string().contains(char::is_control), "{error}");
            }
        }

        #[test]
        fn a_changed_byte_never_panics(place in any::<prop::sample::Index>(), byte in any::<u8>()) {
            let mut text = GateLimits::GATE_DEFAULT.as_bytes().to_vec();
            let place = place.index(text.len());
            text[place] = byte;
            if let Ok(text) = String::from_utf8(text)
                && let Err(error) = GateLimits::parse(&text, Path::new("x"))
            {
                prop_assert!(!error.to_string().contains(char::is_control), "{error}");
            }
        }
    }
}
