//! The client of a worker process: it sends requests, and reads replies.

use std::io::{self, BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use wait_timeout::ChildExt as _;

use super::program::Program;
use super::protocol::{Counted, Job, Load, Loaded, PROTOCOL, Reply, Request, Timed, WhyNot};

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
    /// The file of the program, or of a guest, has changed.
    #[error("{} was replaced, changed or deleted while it was being measured: begin again, and leave it as it is until the end", path.display())]
    Replaced {
        /// The file.
        path: PathBuf,
    },
    /// The worker process was killed, or it crashed.
    #[error("the worker process of {} was ended by {status}: somebody killed it, or it ran out of memory", path.display())]
    Killed {
        /// The program.
        path: PathBuf,
        /// How the process ended, with the signal.
        status: ExitStatus,
    },
    /// The worker process ended, or what it wrote is no reply.
    #[error("{} gave no answer as a worker ({reason}); it has to be a pollbench of the same protocol", path.display())]
    Silent {
        /// The program.
        path: PathBuf,
        /// What happened.
        reason: String,
    },
    /// The worker process, which is of another program, has not answered in time.
    #[error(
        "{} has not answered for {} s as a worker: it has to be a pollbench of the same protocol, and --answer-limit gives it longer",
        path.display(), limit.as_secs_f64()
    )]
    Mute {
        /// The program.
        path: PathBuf,
        /// How long it was waited for.
        limit: Duration,
    },
    /// The worker refused the request.
    #[error("{0}")]
    Refused(String),
    /// Everything is to stop, so the worker was ended before it had answered.
    #[error("a worker process was ended before it had answered, because of Ctrl-C")]
    Stopped,
}

/// The answer of a worker; `None` if it was ended because everything is to stop.
pub fn unless_stopped<T>(answer: Result<T, WorkerError>) -> Result<Option<T>, WorkerError> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(WorkerError::Stopped) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Set when everything is to stop.
static STOP: OnceLock<&'static AtomicBool> = OnceLock::new();

/// Makes every client look, from now on, whether everything is to stop. A worker that has
/// not answered by then is ended, and its client returns [`WorkerError::Stopped`].
pub fn stop_when(stop: &'static AtomicBool) {
    // If this is called twice, the first flag stays.
    let _ = STOP.set(stop);
}

fn is_to_stop() -> bool {
    STOP.get().is_some_and(|stop| stop.load(Relaxed))
}

/// How often a client that waits for a reply looks whether everything is to stop.
const LOOK: Duration = Duration::from_millis(50);

/// A fresh process with one guest. It ends when this value is dropped.
pub struct Worker {
    path: PathBuf,
    child: Child,
    requests: Option<ChildStdin>,
    replies: Receiver<io::Result<String>>,
    /// How long it may take to answer; `None` if it is known to answer.
    limit: Option<Duration>,
}

impl Worker {
    /// Starts a process of `program`, and has it load a guest.
    pub fn start(program: &Program, load: Load) -> Result<(Self, Loaded), WorkerError> {
        let limit = program.patience.map(|it| it + load.limits.run);
        let request = Request::Load(load);
        match Self::start_once(program, &request, limit) {
            // It was ended by Ctrl-C before it was in a process group of its own: try once
            // more.
            Err(WorkerError::Killed { status, .. }) if is_interruption(status) => {
                Self::start_once(program, &request, limit)
            }
            started => started,
        }
    }

    fn start_once(
        program: &Program,
        request: &Request,
        limit: Option<Duration>,
    ) -> Result<(Self, Loaded), WorkerError> {
        let path = program.path().to_path_buf();
        let start = |source| WorkerError::Start { path: path.clone(), source };
        let mut command = program.command()?;
        command.arg("worker").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        set_apart(&mut command);
        let mut child = command.spawn().map_err(start)?;
        let requests = child.stdin.take();
        let replies = lines(child.stdout.take().expect("it is piped")).map_err(start)?;
        let mut worker = Self { path, child, requests, replies, limit };
        match worker.ask(request)? {
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

    /// Runs the guest once and takes the time.
    pub fn time(&mut self, job: &Job) -> Result<Result<Timed, WhyNot>, WorkerError> {
        match self.ask(&Request::Run(job.clone()))? {
            Reply::Timed(timed) => Ok(Ok(timed)),
            Reply::WhyNot(why) => Ok(Err(why)),
            other => Err(self.unfit(other)),
        }
    }

    fn ask(&mut self, request: &Request) -> Result<Reply, WorkerError> {
        match self.exchange(request) {
            Ok(Some(reply)) => Ok(reply),
            Ok(None) => {
                // A guest that never returns would keep it busy.
                let _ = self.child.kill();
                Err(WorkerError::Stopped)
            }
            Err(error) => Err(self.broken(&error)),
        }
    }

    /// Why no reply could be read.
    fn broken(&mut self, error: &io::Error) -> WorkerError {
        use io::ErrorKind::{BrokenPipe, TimedOut, UnexpectedEof};
        if let (TimedOut, Some(limit)) = (error.kind(), self.limit) {
            return WorkerError::Mute { path: self.path.clone(), limit };
        }
        let has_ended = matches!(error.kind(), UnexpectedEof | BrokenPipe);
        match has_ended.then(|| self.status()).flatten() {
            Some(status) if status.code().is_none() => {
                WorkerError::Killed { path: self.path.clone(), status }
            }
            Some(status) => self.silent(format!("it ended with {status}")),
            None => self.silent(error.to_string()),
        }
    }

    /// How the process ended. The system may tell this a little later than its output ends.
    fn status(&mut self) -> Option<ExitStatus> {
        self.child.wait_timeout(Duration::from_secs(1)).ok().flatten()
    }

    /// Sends a request and waits for the reply; `None` if everything is to stop.
    fn exchange(&mut self, request: &Request) -> io::Result<Option<Reply>> {
        let requests = self.requests.as_mut().expect("taken by `drop` only");
        let mut line = serde_json::to_vec(request)?;
        line.push(b'\n');
        requests.write_all(&line)?;
        let asked = Instant::now();
        while !is_to_stop() {
            match self.replies.recv_timeout(LOOK) {
                Ok(reply) => return Ok(Some(serde_json::from_str(&reply?)?)),
                Err(RecvTimeoutError::Timeout) => {
                    if self.limit.is_some_and(|limit| asked.elapsed() > limit) {
                        return Err(io::ErrorKind::TimedOut.into());
                    }
                }
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
            }
        }
        Ok(None)
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

/// The lines that a worker writes. A thread of their own reads them, so that nobody has to
/// wait for one that does not come.
fn lines(output: ChildStdout) -> io::Result<Receiver<io::Result<String>>> {
    let (sender, receiver) = sync_channel(1);
    thread::Builder::new().spawn(move || {
        let mut lines = BufReader::new(output).lines();
        while lines.next().is_some_and(|line| sender.send(line).is_ok()) {}
    })?;
    Ok(receiver)
}

/// Puts a worker into a process group of its own, so that Ctrl-C at a terminal reaches only
/// the client.
#[cfg(unix)]
fn set_apart(command: &mut Command) {
    use std::os::unix::process::CommandExt as _;
    command.process_group(0);
}

#[cfg(not(unix))]
fn set_apart(_command: &mut Command) {}

/// Whether the process was ended by a signal that the client handles like Ctrl-C: SIGHUP,
/// SIGINT or SIGTERM.
#[cfg(unix)]
fn is_interruption(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt as _;
    matches!(status.signal(), Some(1 | 2 | 15))
}

#[cfg(not(unix))]
fn is_interruption(_status: ExitStatus) -> bool {
    false
}

impl Drop for Worker {
    fn drop(&mut self) {
        // A worker ends when its input does; one that is busy, or a program that is no
        // worker, is killed.
        drop(self.requests.take());
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
