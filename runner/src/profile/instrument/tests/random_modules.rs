//! Random modules, in which each function calls only those after it.

use proptest::prelude::*;

use super::*;

/// What a function does.
#[derive(Clone, Debug)]
enum Action {
    Add,
    /// Calls a function directly or through the table, so many times.
    Call {
        further: usize,
        indirectly: bool,
        times: u32,
    },
}

/// A function: how many parameters it has, and what it does.
type Body = (usize, Vec<Action>);

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        Just(Action::Add),
        (1..4_usize, any::<bool>(), 1..4_u32)
            .prop_map(|(further, indirectly, times)| Action::Call { further, indirectly, times }),
    ]
}

fn bodies() -> impl Strategy<Value = Vec<Body>> {
    prop::collection::vec((0..5_usize, prop::collection::vec(action(), 0..4)), 1..7)
}

fn component(bodies: &[Body]) -> Vec<u8> {
    let functions = bodies.iter().enumerate().map(|(place, body)| function(bodies, place, body));
    let names: Vec<String> = (0..bodies.len()).map(|place| format!("$f{place}")).collect();
    let text = format!(
        r#"(component (core module $m
          (table {count} funcref) (elem (i32.const 0) func {names})
          (global $sum (mut i32) (i32.const 0)) {functions}
          (func $flush (export "flush"))
          (func $run (export "run") (result i32) {arguments} (call $f0) (drop) (global.get $sum)))
        (core instance $main (instantiate $m))
        (func (export "run") (result u32) (canon lift (core func $main "run")))
        (func (export "flush") (canon lift (core func $main "flush"))))"#,
        count = bodies.len(),
        names = names.join(" "),
        functions = functions.collect::<String>(),
        arguments = "(i32.const 1)".repeat(bodies[0].0),
    );
    wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn function(bodies: &[Body], place: usize, (parameters, actions): &Body) -> String {
    let actions = actions.iter().map(|action| match action {
        Action::Add => "(global.set $sum (i32.add (global.get $sum) (i32.const 1)))".to_string(),
        Action::Call { further, .. } if place + further >= bodies.len() => String::new(),
        Action::Call { further, indirectly, times } => {
            let callee = place + further;
            let parameters = bodies[callee].0;
            let arguments = "(i32.const 1)".repeat(parameters);
            let call = match indirectly {
                true => format!(
                    "(call_indirect (param {}) (result i32) {arguments} (i32.const {callee}))",
                    "i32 ".repeat(parameters)
                ),
                false => format!("(call $f{callee} {arguments})"),
            };
            format!(
                "(local.set $i (i32.const {times}))
                 (loop $l (drop {call})
                   (br_if $l (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))"
            )
        }
    });
    let actions: String = actions.collect();
    let parameters = "i32 ".repeat(*parameters);
    format!(
        "(func $f{place} (param {parameters}) (result i32) (local $i i32) {actions} (i32.const 3))"
    )
}

/// How often each function is called in one call of the one at `place`.
fn count(bodies: &[Body], place: usize, by: u64, calls: &mut [u64]) {
    calls[place] += by;
    for action in &bodies[place].1 {
        match action {
            Action::Call { further, times, .. } if place + further < bodies.len() => {
                count(bodies, place + further, by * u64::from(*times), calls);
            }
            _ => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(40) })]

    #[test]
    fn random_modules_do_the_same_and_every_unit_of_fuel_is_told(bodies in bodies()) {
        let profile = profiled(&component(&bodies));
        let mut calls = vec![0; bodies.len()];
        count(&bodies, 0, 1, &mut calls);
        for (place, calls) in calls.iter().enumerate() {
            prop_assert_eq!(of(&format!("f{place}"), &profile).0, *calls);
        }
    }
}
