use std::time::Duration;

use pollbench_load::{Arrivals, Due, Plan, Schedule};
use proptest::prelude::*;

use crate::support::plan;

fn plans() -> impl Strategy<Value = Plan> {
    let connections = (1..200_u32).prop_flat_map(|all| (Just(all), 1..=all));
    (connections, 1.0..100_000.0_f64, 0..20_u64, 1..20_u64, any::<u64>()).prop_map(
        |((connections, active), rate, warm_up, time, seed)| Plan {
            connections,
            active,
            rate,
            warm_up: Duration::from_millis(warm_up),
            time: Duration::from_millis(time),
            seed,
            ..plan("127.0.0.1:1".parse().expect("an address"))
        },
    )
}

fn all(plan: &Plan) -> Vec<Due> {
    Schedule::new(plan).collect()
}

proptest! {
    #[test]
    fn even_requests_are_planned_by_their_index(plan in plans()) {
        let end = (plan.warm_up + plan.time).as_nanos() as f64;
        let model: Vec<u64> = (0_u32..)
            .map(|index| (f64::from(index) / (plan.rate / 1e9)).round())
            .take_while(|planned| *planned < end)
            .map(|planned| planned as u64)
            .collect();
        let planned: Vec<u64> = all(&plan).iter().map(|due| due.planned).collect();
        prop_assert_eq!(planned, model);
    }

    #[test]
    fn a_burst_has_one_request_on_each_active_connection(plan in plans()) {
        let burst = all(&Plan { arrivals: Arrivals::Burst, ..plan.clone() });
        let even = all(&plan);
        for (burst, even) in burst.chunks(plan.active as usize).zip(even.chunks(plan.active as usize)) {
            // All at the moment at which the first of as many even ones is planned.
            prop_assert!(burst.iter().all(|it| it.planned == even[0].planned));
            let connections = |dues: &[Due]| dues.iter().map(|it| it.connection).collect::<Vec<_>>();
            prop_assert!(connections(burst).starts_with(&connections(even)));
        }
    }

    #[test]
    fn requests_go_round_the_active_connections(plan in plans()) {
        let dues = all(&Plan { rate: 1e6, ..plan.clone() });
        let active = plan.active as usize;
        prop_assume!(dues.len() >= active);
        for pair in dues.windows(active + 1) {
            prop_assert_eq!(pair[0].connection, pair[active].connection);
        }
        // One in each of as many equal parts.
        let mut round: Vec<u32> = dues[..active].iter().map(|due| due.connection).collect();
        round.sort_unstable();
        let bound = |part: usize| part * plan.connections as usize / active;
        for (part, connection) in round.into_iter().enumerate() {
            prop_assert!((bound(part)..bound(part + 1)).contains(&(connection as usize)));
        }
    }

    #[test]
    fn a_seed_chooses_the_same_moments_again(plan in plans()) {
        let plan = Plan { arrivals: Arrivals::Poisson, rate: 1e6, ..plan };
        let dues = all(&plan);
        prop_assert!(dues.is_sorted_by_key(|due| due.planned));
        prop_assert_eq!(&dues, &all(&plan));
        let other = Plan { seed: plan.seed.wrapping_add(1), ..plan.clone() };
        prop_assert_ne!(&dues, &all(&other));
        // Within 7 standard deviations of a Poisson distribution.
        let mean = (plan.warm_up + plan.time).as_secs_f64() * plan.rate;
        prop_assert!((dues.len() as f64 - mean).abs() < 7.0 * mean.sqrt());
    }
}

#[test]
fn gaps_of_a_poisson_process_are_exponential() {
    let plan = Plan {
        arrivals: Arrivals::Poisson,
        rate: 1e6,
        time: Duration::from_millis(100),
        ..plan("127.0.0.1:1".parse().expect("an address"))
    };
    let dues = all(&plan);
    let longer = dues.windows(2).filter(|pair| pair[1].planned - pair[0].planned > 1_000).count();
    // One in e is longer than the mean.
    let part = longer as f64 / dues.len() as f64;
    assert!((0.36..0.376).contains(&part), "{part}");
}

#[test]
fn another_seed_chooses_other_connections() {
    let plan = |seed| Plan {
        connections: 10_000,
        active: 100,
        seed,
        ..plan("127.0.0.1:1".parse().expect("an address"))
    };
    assert_ne!(all(&plan(1))[0].connection, all(&plan(2))[0].connection);
}
