use std::env;
use std::path::Path;

use clap::Args;
use pollbench_history::{Error, Place};

/// The variable with the place of the history.
pub const VARIABLE: &str = "POLLBENCH_HISTORY";
/// The file where nothing else is named.
const DEFAULT: &str = "pollbench-history.db";

#[derive(Args)]
pub struct PlaceArguments {
    /// The history: a file, or postgres://USER@HOST/DATABASE [default: POLLBENCH_HISTORY from
    /// the environment, else pollbench-history.db].
    #[arg(long, value_name = "PLACE")]
    history: Option<String>,
}

impl PlaceArguments {
    /// What was given on the command line.
    pub fn given(&self) -> Option<&str> {
        self.history.as_deref()
    }

    /// The history that is meant.
    pub fn place(&self) -> Result<Place, Error> {
        named(self.history.as_deref())
    }
}

/// The history that is named, or the one that is meant where none is.
///
/// The variable is not read by clap, whose help would show what it holds, which may be a
/// password.
pub fn named(given: Option<&str>) -> Result<Place, Error> {
    if let Some(given) = given {
        return Place::parse(given);
    }
    let variable = env::var_os(VARIABLE).filter(|it| !it.is_empty());
    match variable.map(|it| it.into_string()) {
        None => Place::parse(DEFAULT),
        Some(Ok(text)) => Place::parse(&text),
        // This says that it is not UTF-8.
        Some(Err(other)) => Place::file(Path::new(&other)),
    }
}
