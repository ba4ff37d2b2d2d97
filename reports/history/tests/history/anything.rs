//! Records of anything that a record may hold.

use pollbench_history::{Filter, History, Page, Provenance};
use pollbench_reports::record::{Failure, FailureKind, KnobValue, Record, Status};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::assert_clean;
use crate::support::{Store, small, wait};

/// Names as a stranger might choose them.
fn text() -> impl Strategy<Value = String> {
    let hostile = prop::sample::select(vec![
        "",
        "\u{0}",
        "a\u{0}b",
        "=1+1",
        "'; DROP TABLE runs; --",
        "\u{202e}",
        "\t",
        "🦀",
        "$1",
    ]);
    prop_oneof![hostile.prop_map(str::to_owned), any::<String>()]
}

fn number() -> impl Strategy<Value = f64> {
    use proptest::num::f64::{NEGATIVE, NORMAL, POSITIVE, SUBNORMAL, ZERO};
    POSITIVE | NEGATIVE | NORMAL | SUBNORMAL | ZERO
}

fn value() -> impl Strategy<Value = KnobValue> {
    prop_oneof![any::<u64>().prop_map(KnobValue::Integer), text().prop_map(KnobValue::Choice)]
}

prop_compose! {
    fn records()(
        number in 0_u64..1000,
        names in prop::array::uniform6(text()),
        values in prop::collection::btree_map(text(), value(), 0..4),
        times in prop::array::uniform3(number()),
        counts in prop::array::uniform5(any::<u64>()),
        effort in any::<Option<u64>>(),
        place in 0_usize..6,
        twin in any::<bool>(),
        interrupted in any::<bool>(),
    ) -> Record {
        let mut record = small(number);
        record.interrupted = interrupted;
        record.environment.cpu.model = names[0].clone();
        record.environment.kernel = names[1].clone();
        record.environments = vec![record.environment.clone()];
        record.environments[0].compiler = names[2].clone();
        let cell = &mut record.cells[place];
        (cell.guest, cell.host, cell.workload) =
            (names[3].clone(), names[4].clone(), names[5].clone());
        cell.knobs = values.clone();
        cell.parameters = values;
        cell.effort = effort;
        cell.environment = Some(counts[0] as u32 % 3);
        cell.noisy = vec!["poll_calls".into(), names[0].clone()];
        if let Some(time) = &mut cell.time {
            time.ns_per_event.median = times[0];
            time.ns_per_event.low = times[1];
            time.net_ns_per_event = None;
            time.driver_ns_per_event = Some(times[2]);
        }
        if let Some(counters) = &mut cell.counters {
            counters.window.events = counts[1];
            counters.window.poll_calls = counts[2];
            counters.handles_peak = counts[3];
            counters.window.guest_fuel = counts[4];
        }
        if counts[0] % 3 == 0 {
            cell.status = Status::Failed;
            cell.failure = Some(Failure::new(FailureKind::Trap, names[1].clone()));
        }
        if twin {
            let cell = cell.clone();
            record.cells.push(cell);
        }
        record
    }
}

#[test]
fn any_record_comes_back_and_goes_through_an_export() {
    let stores: Vec<(Store, Store)> = std::iter::once((Store::sqlite(), Store::sqlite()))
        .chain(Store::postgres().map(|it| (it, Store::sqlite())))
        .chain(Store::postgres().map(|it| (Store::sqlite(), it)))
        .collect();
    let config = ProptestConfig { cases: 48, failure_persistence: None, ..Default::default() };
    let provenance = Provenance { tags: vec!["any".into()], ..Provenance::default() };
    TestRunner::new(config)
        .run(&records(), |record| {
            for (from, to) in &stores {
                wait(async {
                    let from = History::open(&from.url).await.unwrap();
                    let added = from.add(&record, &provenance).await.unwrap();
                    assert_eq!(from.get(added.id).await.unwrap(), record);
                    assert_clean(&from).await;
                    let mut lines = Vec::new();
                    from.export(&mut lines).await.unwrap();
                    let to = History::open(&to.url).await.unwrap();
                    to.import(&mut lines.as_slice()).await.unwrap();
                    let newest = Page { offset: 0, limit: 1 };
                    let tag = Filter { tag: Some("any".into()), ..Filter::default() };
                    let there = to.list(&tag, newest).await.unwrap().runs[0].clone();
                    assert_eq!(to.get(there.id).await.unwrap(), record);
                    assert_clean(&to).await;
                    let mut again = Vec::new();
                    to.export(&mut again).await.unwrap();
                    assert_eq!(lines, again);
                    from.remove(added.id).await.unwrap();
                    to.remove(there.id).await.unwrap();
                });
            }
            Ok(())
        })
        .unwrap();
}
