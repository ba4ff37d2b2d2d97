//! What makes times doubtful is said, and only then.

use pollbench_reports::record::{Record, RepetitionKind};
use pollbench_reports::summary;
use pollbench_reports::table;
use pollbench_reports::warnings::warnings;

use crate::support::typical;

/// A quiet record with something done to it has one warning with this word; one odd round of
/// seven is noise, too.
fn warns(of: &str, change: impl Fn(&mut Record)) {
    let mut record = typical().record();
    assert_eq!(warnings(&record), Vec::<String>::new());
    change(&mut record);
    let said = warnings(&record);
    let expected = said.iter().filter(|it| it.contains(of)).count();
    let noise = said.iter().filter(|it| it.contains("too noisy")).count();
    assert!(expected == 1 && said.len() - expected <= noise, "{of}: {said:?}");
    let table = table::render(&record, None);
    assert_eq!(table.matches("\nWarning: ").count(), said.len(), "{table}");
}

/// Makes repetitions longer, and their summaries anew.
fn stretch(record: &mut Record, by: impl Fn(u32, RepetitionKind) -> u64) {
    for cell in &mut record.cells {
        let mut repetitions = cell.time.as_ref().expect("a time").repetitions.clone();
        for repetition in &mut repetitions {
            repetition.nanoseconds *= by(repetition.round, repetition.kind);
        }
        cell.time = summary::time(repetitions);
    }
}

#[test]
fn each_doubtful_condition_has_its_warning() {
    warns("Other programs kept", |it| it.environment.busy_elsewhere = Some(0.9));
    warns("gave 5 % of", |it| it.environment.stolen = Some(0.05));
    warns("`powersave`", |it| it.environment.cpu.governor = Some("powersave".into()));
    warns("without optimisation", |it| it.environment.debug_build = true);
    warns("first repetition took", |it| {
        stretch(it, |round, kind| match (round, kind) {
            (0, RepetitionKind::Plain) => 3,
            _ => 1,
        });
    });
    warns("Profiled repetitions took", |it| {
        stretch(it, |_, kind| if kind == RepetitionKind::Profiled { 4 } else { 1 });
    });
    warns("have 25 % of their work", |it| {
        let planned = it.cells[0].effort.expect("an effort");
        let time = it.cells[0].time.as_mut().expect("a time");
        time.repetitions[1..].iter_mut().for_each(|it| it.effort = Some(planned / 4));
    });
    warns("too noisy", |it| stretch(it, |round, _| 2 + u64::from(round % 3)));
}

/// Each machine of a merged record is looked at, and nothing is said twice.
#[test]
fn the_same_warning_of_several_machines_is_given_once() {
    let mut record = typical().record();
    record.environment.debug_build = true;
    record.environments = vec![record.environment.clone(); 2];
    assert_eq!(warnings(&record).len(), 1);
    record.environments[1].stolen = Some(0.5);
    assert_eq!(warnings(&record).len(), 2);
}
