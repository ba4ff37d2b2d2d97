//! Records over time: what is kept in a history, and what is done with it.

mod add;
mod check;
mod export;
mod filter;
mod import;
mod list;
mod opened;
mod place;
mod remove;
mod save;
mod show;
mod tags;

use clap::Subcommand;

use super::Done;

pub use import::ImportError;
pub use opened::Opened;
pub use place::{PlaceArguments, VARIABLE};
pub use save::{SaveArguments, save, save_any};
pub use tags::NoTag;

pub const EXAMPLES: &str = "\
Examples:
  pollbench run --save                          measure, and add the record to the history
  pollbench history add part-*/ --tag nightly   add records that are there already
  zstd -dc record.json.zst | pollbench history add - --commit 1a2b3c4d
  pollbench history list --branch main --limit 10
  pollbench tune batched --save                 tunings, profiles and servers are kept likewise
  pollbench history list --kind tuning
  pollbench history show nightly --print table  the newest run with this tag
  pollbench history export --csv --branch main -o main.csv
                                                the numbers, for a spreadsheet or a script
  pollbench history export -o all.jsonl         everything, for a copy or another history
  pollbench history import all.jsonl --history postgres://me@db.example/bench

A RUN is the number of a run, one of its tags, or the beginning of its commit or of its
digest. A history is a file, which `add` and `import` begin, or a PostgreSQL database. Where
--history names none, it is the one in POLLBENCH_HISTORY, else pollbench-history.db in the
current directory. Put the address of a database that wants a password into the variable, as
other users of the machine can read command lines.

Exit codes: 0 fine, 2 bad input, or a history that can't be used or is damaged";

#[derive(Subcommand)]
pub enum HistoryCommand {
    /// Add records. The same record is kept once.
    Add(add::AddArguments),
    /// Show what runs there are, the newest first.
    List(list::ListArguments),
    /// Show what is known of a run, or its record.
    Show(show::ShowArguments),
    /// Remove runs with their records.
    Rm(remove::RemoveArguments),
    /// Give a run further names.
    Tag(tags::TagArguments),
    /// Take names away from a run.
    Untag(tags::TagArguments),
    /// Check that everything is as it was written.
    Check(place::PlaceArguments),
    /// Write everything as lines of JSON, or the numbers as CSV.
    Export(export::ExportArguments),
    /// Add what an export has.
    Import(import::ImportArguments),
}

/// Does something with a history.
pub fn history(command: &HistoryCommand) -> Done {
    match command {
        HistoryCommand::Add(arguments) => add::add(arguments),
        HistoryCommand::List(arguments) => list::list(arguments),
        HistoryCommand::Show(arguments) => show::show(arguments),
        HistoryCommand::Rm(arguments) => remove::remove(arguments),
        HistoryCommand::Tag(arguments) => tags::tag(arguments),
        HistoryCommand::Untag(arguments) => tags::untag(arguments),
        HistoryCommand::Check(place) => check::check(place),
        HistoryCommand::Export(arguments) => export::export(arguments),
        HistoryCommand::Import(arguments) => import::import(arguments),
    }
}
