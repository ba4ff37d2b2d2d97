//! The side that asks.

use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use super::protocol::{Counted, GuestSource, Job, Loaded, PROTOCOL, Reply, Request, Timed, WhyNot};
use crate::engine::Limits;

/// Why a worker gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// The program can't be run.
    #[error("can't run {}: {source}", path.display())]
    Start {
        /// The program.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It ended, or what it says is no answer.
    #[error("{} gave no answer as a worker ({reason}); it has to be a pollbench of the same protocol", path.display())]
    Silent {
        /// The program.
        path: PathBuf,
        /// What happened.
        reason: String,
    },
    /// It can't do what it was asked for.
    #[error("{0}")]
    Refused(String),
}

/// A fresh process with one guest. It ends when this is dropped.
pub struct Worker {
    path: PathBuf,
    child: Child,
    requests: Option<ChildStdin>,
    replies: BufReader<ChildStdout>,
}

impl Worker {
    /// Starts a process of `program`, and has it load a guest for counting or timing,
    /// on one processor if that is given.
    pub fn start(
        program: &Path,
        guest: &GuestSource,
        host: &str,
        counted: bool,
        limits: Limits,
        processor: Option<u32>,
    ) -> Result<(Self, Loaded), WorkerError> {
        let start = |source| WorkerError::Start { path: program.into(), source };
        let mut child = Command::new(program)
            .arg("worker")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(start)?;
        let requests = child.stdin.take();
        let replies = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut worker = Self { path: program.into(), child, requests, replies };
        let request = Request::Load {
            guest: guest.clone(),
            host: host.into(),
            counted,
            limits: limits.into(),
            processor,
        };
        match worker.ask(&request)? {
            Reply::Loaded(loaded) if loaded.protocol == PROTOCOL => Ok((worker, *loaded)),
            Reply::Loaded(loaded) => {
                Err(worker
                    .silent(format!("it speaks protocol {}, not {PROTOCOL}", loaded.protocol)))
            }
            other => Err(worker.unfit(other)),
        }
    }

    /// Runs the guest once and counts.
    pub fn count(&mut self, job: &Job) -> Result<Result<Counted, WhyNot>, WorkerError> {
        match self.ask(&Request::Run(job.clone()))? {
            Reply::Counted(counted) => Ok(Ok(*counted)),
            Reply::WhyNot(why) => Ok(Err(why)),
            other => Err(self.unfit(other)),
        }
    }

    /// Runs the guest once against the clock.
    pub fn time(&mut self, job: &Job) -> Result<Result<Timed, WhyNot>, WorkerError> {
        match self.ask(&Request::Run(job.clone()))? {
            Reply::Timed(timed) => Ok(Ok(timed)),
            Reply::WhyNot(why) => Ok(Err(why)),
            other => Err(self.unfit(other)),
        }
    }

    fn ask(&mut self, request: &Request) -> Result<Reply, WorkerError> {
        self.exchange(request).map_err(|error| {
            let reason = match self.child.try_wait() {
                Ok(Some(status)) => format!("it ended with {status}"),
                _ => error.to_string(),
            };
            self.silent(reason)
        })
    }

    fn exchange(&mut self, request: &Request) -> io::Result<Reply> {
        let requests = self.requests.as_mut().expect("taken by `drop` only");
        let mut line = serde_json::to_vec(request)?;
        line.push(b'\n');
        requests.write_all(&line)?;
        let mut reply = String::new();
        if self.replies.read_line(&mut reply)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(serde_json::from_str(&reply)?)
    }

    fn unfit(&self, reply: Reply) -> WorkerError {
        match reply {
            Reply::Refused(why) => WorkerError::Refused(why),
            _ => self.silent("it answered something else".into()),
        }
    }

    fn silent(&self, reason: String) -> WorkerError {
        WorkerError::Silent { path: self.path.clone(), reason }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // The end of its input ends it; one that is busy, or no worker at all, is ended.
        drop(self.requests.take());
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
