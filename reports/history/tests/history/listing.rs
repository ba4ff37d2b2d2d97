//! Lists of runs, against a list in memory.

use pollbench_history::{Filter, History, Page, Provenance, Run};
use pollbench_reports::document::Kind;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::on_each;
use crate::support::{Store, small, time, wait};

/// A run as the model has it: the number of its record, its branch and its tag.
type Model = (u64, Option<u8>, Option<u8>);

fn provenance((_, branch, tag): Model) -> Provenance {
    Provenance {
        commit: branch.map(|it| format!("c0ffee{it}")),
        branch: branch.map(|it| format!("branch-{it}")),
        tags: tag.iter().map(|it| format!("tag-{it}")).collect(),
        ..Provenance::default()
    }
}

fn filters() -> impl Strategy<Value = Filter> {
    let text = |what: &'static str| {
        proptest::option::of((0_u8..3).prop_map(move |it| format!("{what}{it}")))
    };
    let moment = || proptest::option::of((0_u64..8).prop_map(time));
    let kind = prop_oneof![Just(None), Just(Some(Kind::Run)), Just(Some(Kind::Tuning))];
    (kind, text("branch-"), text("c0ffee"), text("tag-"), moment(), moment()).prop_map(
        |(kind, branch, commit, tag, since, until)| Filter {
            kind,
            branch,
            commit,
            tag,
            since,
            until,
        },
    )
}

/// What a filter is to leave, the newest first.
fn expected(model: &[Model], filter: &Filter) -> Vec<u64> {
    let mut runs: Vec<u64> = model
        .iter()
        .filter(|it| {
            let given = provenance(**it);
            filter.kind.is_none_or(|it| it == Kind::Run)
                && filter.branch.is_none() | (filter.branch == given.branch)
                && filter.commit.is_none() | (filter.commit == given.commit)
                && filter.tag.as_ref().is_none_or(|tag| given.tags.contains(tag))
                && filter.since.is_none_or(|since| time(it.0) >= since)
                && filter.until.is_none_or(|until| time(it.0) < until)
        })
        .map(|it| it.0)
        .collect();
    runs.sort_by(|a, b| b.cmp(a));
    runs
}

async fn listed(history: &History, filter: &Filter, page: Page) -> (Vec<Run>, u64) {
    let listed = history.list(filter, page).await.unwrap();
    (listed.runs, listed.total)
}

#[test]
fn a_list_is_that_of_a_model() {
    let model = proptest::collection::btree_map(
        0_u64..8,
        (proptest::option::of(0_u8..3), proptest::option::of(0_u8..3)),
        0..8,
    );
    let model = model.prop_map(|runs| runs.into_iter().map(|(n, (b, t))| (n, b, t)).collect());
    let filters = proptest::collection::vec((filters(), 0_u64..9, 0_u64..9), 20);
    let strategy = (model, filters);
    let stores = Store::all();
    let config = ProptestConfig { cases: 12, failure_persistence: None, ..Default::default() };
    TestRunner::new(config)
        .run(&strategy, |(model, filters): (Vec<Model>, _)| {
            for store in &stores {
                wait(async {
                    let history = History::open(&store.url).await.unwrap();
                    let mut ids = Vec::new();
                    for run in &model {
                        let added = history.add(&small(run.0), &provenance(*run)).await.unwrap();
                        ids.push(added.id);
                    }
                    for (filter, offset, limit) in &filters {
                        let all = expected(&model, filter);
                        let page = Page { offset: *offset, limit: *limit };
                        let (runs, total) = listed(&history, filter, page).await;
                        assert_eq!(total, all.len() as u64, "{filter:?}");
                        let times: Vec<_> = runs.iter().map(|run| run.time).collect();
                        let of_page = all.iter().skip(*offset as usize).take(*limit as usize);
                        assert_eq!(times, of_page.map(|it| time(*it)).collect::<Vec<_>>());
                    }
                    for id in ids {
                        history.remove(id).await.unwrap();
                    }
                });
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_page_beyond_the_end_is_empty() {
    on_each(async |history, _| {
        let page = Page { offset: u64::MAX, limit: u64::MAX };
        assert_eq!(listed(&history, &Filter::default(), page).await, (Vec::new(), 0));
    });
}
