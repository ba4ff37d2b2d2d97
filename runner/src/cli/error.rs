use std::io;
use std::process::ExitCode;

use pollbench_dashboard::Error as DashboardError;
use pollbench_history::Error as HistoryError;
use pollbench_reports::comparison::Outcome;
use pollbench_reports::comparison::limits::LimitsError;
use pollbench_reports::document::DocumentError;
use pollbench_reports::merge::MergeError;
use pollbench_reports::record::{ReadError, WriteError};
use pollbench_reports::shown::RenderError;

use super::history::{ImportError, NoTag};
use super::profile::CellError;
use super::results::Busy;
use super::resume::ResumeError;
use super::streams::PrintError;
use crate::baseline::BaselineError;
use crate::check::{CheckError, ScriptFileError};
use crate::command::CommandError;
use crate::compare::SubjectError;
use crate::engine::LoadError;
use crate::live::LiveError;
use crate::matrix::InputError;
use crate::profile::ProfileError;
use crate::self_test::SelfTestError;
use crate::tune::TuneError;
use crate::worker::WorkerError;

/// Why the program ends without doing what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The command line makes no sense.
    #[error(transparent)]
    Input(#[from] InputError),
    /// A guest can't be run.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// A record can't be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A file that a report is to be made of can't be read.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// A file can't be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// An argument of `compare` names no guest, baseline or record.
    #[error(transparent)]
    Subject(#[from] SubjectError),
    /// A baseline can't be used.
    #[error(transparent)]
    Baseline(#[from] BaselineError),
    /// The limits make no sense.
    #[error(transparent)]
    Limits(#[from] LimitsError),
    /// Nothing more can be printed.
    #[error(transparent)]
    Print(#[from] PrintError),
    /// A record can't be written in a format.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// A process that measures gives no answer.
    #[error(transparent)]
    Worker(#[from] WorkerError),
    /// The self-test can't be made.
    #[error(transparent)]
    SelfTest(#[from] SelfTestError),
    /// A guest can't be tuned.
    #[error(transparent)]
    Tune(#[from] TuneError),
    /// A cell can't be profiled.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// A guest can't be checked.
    #[error(transparent)]
    Check(#[from] CheckError),
    /// A file has no script.
    #[error(transparent)]
    Script(#[from] ScriptFileError),
    /// A component can't be run.
    #[error(transparent)]
    Command(#[from] CommandError),
    /// Servers can't be measured.
    #[error(transparent)]
    Live(#[from] LiveError),
    /// A record has no such cell.
    #[error(transparent)]
    Cell(#[from] CellError),
    /// The program doesn't know its own file.
    #[error("can't find the file of this program, which is to run again: {0}")]
    Program(io::Error),
    /// A directory is in use by another run.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// A run can't be resumed.
    #[error(transparent)]
    Resume(#[from] ResumeError),
    /// Records can't be joined.
    #[error(transparent)]
    Merge(#[from] MergeError),
    /// A history can't be used.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// The pages of a history can't be served or written.
    #[error(transparent)]
    Dashboard(#[from] DashboardError),
    /// An export of a history can't be read.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// A run does not have a tag.
    #[error(transparent)]
    NoTag(#[from] NoTag),
    /// Nothing can wait for the answers of a history.
    #[error("can't use a history: {0}")]
    Runtime(io::Error),
}

impl Error {
    /// Whether there is no error but Ctrl-C.
    pub fn is_interruption(&self) -> bool {
        let worker = match self {
            Self::Worker(error)
            | Self::SelfTest(SelfTestError::Worker(error))
            | Self::Tune(TuneError::Worker(error)) => error,
            _ => return false,
        };
        matches!(worker, WorkerError::Stopped)
    }
}

impl Error {
    /// The exit code of a program that ends with this error.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Profile(ProfileError::Failed { .. }) => Exit::GuestFailed,
            _ => Exit::BadInput,
        }
    }
}

/// What the exit code says. The numbers are stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// All that was asked for was done, and every cell is ok.
    Fine,
    /// What was compared is slower, or beyond a limit.
    Regression,
    /// The command line, a guest, a record or an output directory is no good.
    BadInput,
    /// It can't be told whether what was compared has changed.
    Inconclusive,
    /// A cell failed: its guest broke the contract.
    GuestFailed,
    /// Stopped before the matrix was complete.
    Interrupted,
    /// A component that was traced has ended with this exit code.
    Component(u8),
}

impl Exit {
    /// The number of the exit code.
    pub fn code(self) -> u8 {
        match self {
            Self::Fine => 0,
            Self::Regression => 1,
            Self::BadInput => 2,
            Self::Inconclusive => 3,
            Self::GuestFailed => 4,
            Self::Interrupted => 130,
            Self::Component(code) => code,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code().into()
    }
}

impl From<Outcome> for Exit {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Fine => Self::Fine,
            Outcome::Inconclusive => Self::Inconclusive,
            Outcome::Regression => Self::Regression,
            Outcome::GuestFailed => Self::GuestFailed,
        }
    }
}
