use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One of the counts of [`PhaseCounters`].
#[derive(Clone, Copy, Debug)]
pub struct PhaseCount {
    /// As records call it.
    pub name: &'static str,
    /// As a column of a table is called.
    pub label: &'static str,
    /// The count.
    pub of: fn(&PhaseCounters) -> u64,
}

/// The one place where counts are listed: each with its documentation, its field and
/// the head of its column. Whatever handles all of them goes by this list.
macro_rules! phase_counters {
    ($($(#[$about:meta])* $field:ident: $label:literal,)*) => {
        /// What is counted over a stretch of a run.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        pub struct PhaseCounters {
            $($(#[$about])* pub $field: u64,)*
        }

        impl PhaseCounters {
            /// All counts, in the order of their fields.
            pub const COUNTS: &'static [PhaseCount] = &[
                $(PhaseCount {
                    name: stringify!($field),
                    label: $label,
                    of: |counters| counters.$field,
                },)*
            ];

            /// What was counted since `earlier`, a moment of the same run.
            pub fn since(&self, earlier: &Self) -> Self {
                Self { $($field: self.$field - earlier.$field,)* }
            }
        }
    };
}

phase_counters! {
    /// Events of the kind the workload measures: what rates are per. Each let a task
    /// run again. Before schema 3, events of every kind.
    events: "events",
    /// Events of pollables, a race or a join counting once.
    #[serde(default)]
    pollable_events: "pollable events",
    /// Sleeps that ended and time-outs that won.
    #[serde(default)]
    timer_events: "timer events",
    /// Yields after which the task ran again.
    #[serde(default)]
    yields: "yields",
    /// Calls of `driver.next`, task starts and spawns included.
    steps: "steps",
    /// Calls of `wasi:io/poll#poll`, and of a poll set's `wait` and `ready`.
    poll_calls: "poll calls",
    /// How often the host looked at all handles of a list: once for a call that finds
    /// something at once, and once more each time it is woken. 0 where it does not look.
    #[serde(default)]
    looks: "looks",
    /// Handles in their lists, added up. A poll set is passed none.
    handles_passed: "handles passed",
    /// Positions they returned, or tokens, added up.
    ready_returned: "ready returned",
    /// Polls after which no task ran before the next poll.
    spurious_wakeups: "spurious wake-ups",
    /// Calls of `pollable.ready`.
    ready_calls: "ready calls",
    /// Calls of `pollable.block`.
    block_calls: "block calls",
    /// Calls of the clock: `now`, `resolution` and the two `subscribe`s.
    clock_calls: "clock calls",
    /// Pollables that came into being, by a step or by the clock.
    subscriptions: "subscriptions",
    /// Pollables dropped.
    drops: "drops",
    /// Calls of a poll set's `add` and `remove`.
    #[serde(default, skip_serializing_if = "is_zero")]
    set_changes: "set changes",
    /// Fuel the guest burnt: about one unit for each WebAssembly instruction.
    guest_fuel: "guest fuel",
}

/// Most guests know no poll sets: their records don't mention them.
fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl PhaseCounters {
    /// One of the counts for each event, or `None` where there was none.
    pub fn per_event(&self, count: u64) -> Option<f64> {
        (self.events > 0).then(|| count as f64 / self.events as f64)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// Each count another number: its place in the list, times `factor`.
    fn distinct(factor: u64) -> PhaseCounters {
        let numbered = PhaseCounters::COUNTS.iter().zip(1..);
        let fields = numbered.map(|(count, place)| (count.name.to_owned(), json!(place * factor)));
        serde_json::from_value(Value::Object(fields.collect())).expect("the names are the fields'")
    }

    #[test]
    fn the_list_has_every_field_of_the_json_by_its_name() {
        let Ok(Value::Object(fields)) = serde_json::to_value(distinct(1)) else { panic!() };
        assert_eq!(fields.len(), PhaseCounters::COUNTS.len());
        for count in PhaseCounters::COUNTS {
            assert_eq!(fields[count.name], json!((count.of)(&distinct(1))), "{}", count.name);
        }
    }

    #[test]
    fn the_difference_of_counters_subtracts_every_count() {
        assert_eq!(distinct(5).since(&distinct(2)), distinct(3));
        assert_eq!(distinct(5).since(&PhaseCounters::default()), distinct(5));
    }
}
