//! Profiles of whole guests.

use crate::support::wat_guest;
use pollbench::engine::{Configuration, Host, Lane, OneLane, RunLimits, Source};
use pollbench::profile::{ExactError, ExactProfile, exact};
use pollbench_guests::{BUILT_IN, BuiltIn, FAULTY_P3};
use pollbench_simulation::workload::{self, CATALOGUE, Kind, Shape};

fn kind(name: &str) -> &'static Kind {
    workload::find(name).expect(name)
}

fn shape(kind: &Kind) -> Shape {
    Shape {
        pollables: 40,
        active: kind.activity.of(40, 4),
        parameters: kind.defaults(),
        effort: 2_000,
    }
}

/// A guest with the defaults of its knobs.
struct Profiled {
    source: Source,
    configuration: Configuration,
    knobs: Vec<u64>,
}

impl Profiled {
    fn new(source: Source, host: Host) -> Self {
        let configuration = Configuration::of(host).expect("an engine");
        let guest = OneLane::load(&source, &configuration, Lane::Counted).expect("a guest");
        let knobs = guest.description.knobs.iter().map(|knob| knob.default).collect();
        Self { source, configuration, knobs }
    }

    fn built_in(guest: BuiltIn) -> Self {
        // The poll set is of another host.
        let host = if guest.name == "poll-set" { Host::Lean } else { Host::Stock };
        Self::new(Source::BuiltIn(guest), host)
    }

    fn exact(&self, workload: &str) -> Result<ExactProfile, ExactError> {
        let kind = kind(workload);
        let shape = shape(kind);
        let work = || (kind.build)(&shape);
        exact(&self.source, &self.configuration, work, &self.knobs, RunLimits::default())
    }
}

/// The fuel of the tree's nodes is the fuel of the window, to the unit. (`exact` compares the
/// two, and fails otherwise.) Some guests can't do all workloads, or fail at them without being
/// profiled, but each can do two.
#[test]
fn every_guest_is_profiled_to_the_unit_and_the_same_each_time() {
    for guest in BUILT_IN.iter().chain([&FAULTY_P3]) {
        let profiled = Profiled::built_in(*guest);
        let mut workloads = 0;
        for Kind { name: workload, .. } in CATALOGUE {
            let once = match profiled.exact(workload) {
                Err(ExactError::NotSupported(_) | ExactError::Failed(_)) => continue,
                once => once.unwrap_or_else(|error| panic!("{} {workload}: {error}", guest.name)),
            };
            let again = profiled.exact(workload).expect("it worked once");
            assert_eq!(once.functions, again.functions);
            assert_eq!(once.exact.tree, again.exact.tree);
            assert!(once.exact.unprofiled_fuel > 0);
            assert_eq!(once.exact.tree.total(), once.exact.unprofiled_fuel);
            assert_eq!(once.left_out, [""; 0]);
            let words = words(&once);
            println!("{} {workload}: {words}", guest.name);
            workloads += 1;
            if workloads == 2 {
                break;
            }
        }
        assert_eq!(workloads, 2, "{}", guest.name);
    }
}

/// What a profile has in it, for those who look at the output.
fn words(ExactProfile { functions, exact, .. }: &ExactProfile) -> String {
    let costs = exact.tree.own_by_function(functions.len());
    let top = (0..costs.len()).max_by_key(|it| costs[*it]).expect("some function");
    format!(
        "{} nodes, {} units, {:.0} % of them in {}, {:.1} times as long",
        exact.tree.nodes.len(),
        exact.unprofiled_fuel,
        100.0 * costs[top] as f64 / exact.unprofiled_fuel as f64,
        functions[top].name,
        exact.slowdown
    )
}

#[test]
fn a_hot_function_is_on_top_with_what_its_loop_burns() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let file = directory.path().join("hot.wasm");
    std::fs::write(&file, wat_guest::burning("(i32.const 1)", 5_000)).expect("a file");
    let guest = Profiled::new(Source::File(file), Host::Stock);
    let profile = guest.exact("idle").expect("a profile");

    let tree = &profile.exact.tree;
    let costs = tree.own_by_function(profile.functions.len());
    let hot = (0..costs.len()).max_by_key(|it| costs[*it]).expect("some function");
    assert_eq!(profile.functions[hot].name, "hot");
    let nodes: Vec<_> = tree.nodes.iter().filter(|it| it.function as usize == hot).collect();
    assert_eq!(nodes.len(), 1);
    assert!(nodes[0].calls > 10);
    // Five instructions a round, and one unit for the call.
    assert_eq!(nodes[0].own, nodes[0].calls * (5 * 5_000 + 1));
    let parent = &tree.nodes[nodes[0].parent.expect("its caller") as usize];
    assert_eq!(profile.functions[parent.function as usize].name, "run");
}
