use std::io;
use std::net::SocketAddr;

use pollbench_reports::chart;
use pollbench_reports::comparison::Metric;
use pollbench_reports::html::RenderError;
use pollbench_reports::record::WriteError;

/// Why a page can't be shown, or nothing can be served or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The history gives no answer.
    #[error(transparent)]
    History(#[from] pollbench_history::Error),
    /// A run has no such cell.
    #[error("run {run} has {cells} cells, and none with the number {cell}")]
    NoCell {
        /// The run.
        run: i64,
        /// The number, from 1 on.
        cell: usize,
        /// How many it has.
        cells: usize,
    },
    /// There is no such series in the runs looked at.
    #[error("none of the runs looked at has series {id}: the list of trends has those there are")]
    NoSeries {
        /// Its number.
        id: i64,
    },
    /// A request that makes no sense.
    #[error("{0}")]
    Request(String),
    /// A chart could not be drawn.
    #[error("can't draw a chart of the page: {0}")]
    Chart(#[from] chart::Error),
    /// A report could not be put together.
    #[error(transparent)]
    Report(#[from] RenderError),
    /// A template could not be filled in.
    #[error("can't fill in the page: {0}")]
    Template(#[from] askama::Error),
    /// The address can't be listened at.
    #[error("can't listen at {address}: {source}; name another with `--listen`")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// Listening ended.
    #[error("can't go on serving: {0}")]
    Serve(io::Error),
    /// A file of the site can't be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl Error {
    /// A metric that the series of a cell don't have.
    pub(crate) fn no_metric(id: i64, metric: Metric) -> Self {
        Self::Request(format!("series {id} has no value of {metric} in the runs looked at"))
    }
}
