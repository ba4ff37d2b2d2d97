use std::time::Duration;

use pollbench_load::{LoadError, Plan, PlanError, TOP, run};

use crate::support::plan;

fn sound() -> Plan {
    plan("127.0.0.1:1".parse().expect("an address"))
}

fn refused(plan: Plan) -> PlanError {
    let error = plan.check().expect_err("a plan that can't be carried out");
    assert_eq!(run(&plan, |_| {}), Err(LoadError::Plan(error.clone())));
    error
}

#[test]
fn plans_that_cannot_be_carried_out_are_refused() {
    assert_eq!(sound().check(), Ok(()));
    for (active, connections) in [(0, 0), (0, 4), (5, 4)] {
        let wrong = refused(Plan { active, connections, ..sound() });
        assert_eq!(wrong, PlanError::Active { active, connections });
    }
    let connections = 1 << 25;
    assert_eq!(refused(Plan { connections, ..sound() }), PlanError::Connections(connections));
    for rate in [0.0, -1.0, f64::INFINITY] {
        assert_eq!(refused(Plan { rate, ..sound() }), PlanError::Rate(rate));
    }
    assert!(matches!(Plan { rate: f64::NAN, ..sound() }.check(), Err(PlanError::Rate(_))));
    assert_eq!(refused(Plan { bytes: 0, ..sound() }), PlanError::Bytes);
    let too_long = refused(Plan { grace: TOP, ..sound() });
    assert!(matches!(too_long, PlanError::TooLong(_)), "{too_long}");
    assert!(matches!(refused(Plan { grace: Duration::MAX, ..sound() }), PlanError::TooLong(_)));
    assert!(matches!(refused(Plan { rate: 3.9, ..sound() }), PlanError::Empty { .. }));
    assert!(matches!(refused(Plan { time: Duration::ZERO, ..sound() }), PlanError::Empty { .. }));
    let delay = Plan { longest_delay: Duration::from_millis(1), ..sound() };
    assert!(matches!(refused(delay.clone()), PlanError::Delay { .. }));
    assert_eq!(Plan { rate: 3_999.0, ..delay.clone() }.check(), Ok(()));
    assert_eq!(refused(Plan { rate: 4.0, bytes: 1, ..delay }), PlanError::NoRoom(1));
    let too_much = Plan { rate: 1e9, bytes: u32::MAX, ..sound() };
    assert!(matches!(refused(too_much), PlanError::TooMuch { .. }));
}

#[test]
fn a_plan_is_read_as_it_was_written() {
    let plan = Plan { rate: 0.1 + 0.2, ..sound() };
    let text = serde_json::to_string(&plan).expect("it can be written");
    assert_eq!(serde_json::from_str::<Plan>(&text).expect("it can be read"), plan);
    let more = text.replacen('{', "{\"more\":1,", 1);
    assert!(serde_json::from_str::<Plan>(&more).is_err());
}
