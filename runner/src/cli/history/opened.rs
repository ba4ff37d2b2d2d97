use std::future::Future;

use pollbench_history::{History, Options, Place};
use tokio::runtime::{Builder, Runtime};

use crate::cli::error::Error;

/// A history, and what waits for its answers. It is closed when the value goes, so that
/// nothing of SQLite's is left beside its file.
pub struct Opened {
    /// The history.
    pub history: History,
    runtime: Runtime,
}

impl Opened {
    /// Opens a history that is there.
    pub fn existing(place: Place) -> Result<Self, Error> {
        Self::open(place, &Options { create: false, ..Options::default() })
    }

    /// Opens a history, and begins it where there is none.
    pub fn begun(place: Place) -> Result<Self, Error> {
        Self::open(place, &Options::default())
    }

    fn open(place: Place, options: &Options) -> Result<Self, Error> {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(Error::Runtime)?;
        let history = runtime.block_on(History::open_with(place, options))?;
        Ok(Self { history, runtime })
    }

    /// Waits for what comes of a history.
    pub fn wait<T>(&self, answer: impl Future<Output = T>) -> T {
        self.runtime.block_on(answer)
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        self.runtime.block_on(self.history.clone().close());
    }
}
