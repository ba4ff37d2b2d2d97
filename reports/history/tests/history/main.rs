//! What a history is to do, on both kinds of database.

#[path = "../support/mod.rs"]
mod support;

mod anything;
mod check;
mod csv;
mod damage;
mod export;
mod full;
mod keeping;
mod kinds;
mod listing;
mod provenance;
mod schema;
mod series;
mod server;
mod writers;

use pollbench_history::{History, Provenance};

use support::{Store, small, wait};

/// Does something with an empty history of each kind.
fn on_each(test: impl AsyncFn(History, &Store)) {
    for store in Store::all() {
        wait(async {
            let history = History::open(&store.url).await.expect("a history");
            test(history, &store).await;
        });
    }
}

/// Adds the records of some numbers, the commit of each of which is its number.
async fn add(history: &History, numbers: impl IntoIterator<Item = u64>) {
    for number in numbers {
        let commit = Some(format!("{number:040x}"));
        let provenance = Provenance { commit, ..Provenance::default() };
        assert!(history.add(&small(number), &provenance).await.expect("added").was_new);
    }
}

/// Everything is as it was written.
async fn assert_clean(history: &History) {
    assert_eq!(history.check().await.expect("it can be checked"), []);
}
