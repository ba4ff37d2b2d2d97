use std::io;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustix::process::{Pid, Signal, kill_process};
use schemars::JsonSchema;
use serde::Serialize;
use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, ChildStderr};
use tokio::sync::{Notify, watch};

use super::super::response::Failure;
use super::{Order, Ordered};

/// The run that was begun from a page or by a request. There is one at a time.
pub struct Begun {
    command: Arc<Ordered>,
    shared: Arc<Shared>,
    ending: watch::Receiver<bool>,
}

#[derive(Default)]
struct Shared {
    last: Mutex<Option<Last>>,
    /// Told when a run has ended.
    ended: Notify,
}

/// The last run that was begun.
struct Last {
    run: BegunRun,
    /// Told when it is to be interrupted.
    stop: Arc<Notify>,
}

/// A run that was begun from a page or by a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BegunRun {
    /// What was ordered.
    pub order: Order,
    /// The name of the directory that its results go to, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub directory: Option<String>,
    /// How it has ended, in words; absent while it goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<String>,
}

/// The name of the directory that a run is told to put its results in.
fn directory_of(command: &Command) -> Option<String> {
    let directory = command.get_args().skip_while(|it| *it != "--output").nth(1)?;
    let name = Path::new(directory).file_name()?;
    Some(name.to_string_lossy().into_owned())
}

/// As much of what a program says at last is kept, in characters.
const LAST_WORDS: usize = 400;

impl Begun {
    pub fn new(command: Arc<Ordered>, ending: watch::Receiver<bool>) -> Self {
        Self { command, shared: Arc::default(), ending }
    }

    /// The last run that was begun.
    pub fn last(&self) -> Option<BegunRun> {
        self.shared.last().as_ref().map(|it| it.run.clone())
    }

    /// Begins a run.
    pub fn begin(&self, order: &Order) -> Result<BegunRun, Failure> {
        let mut last = self.shared.last();
        if last.as_ref().is_some_and(|it| it.run.goes_on()) {
            return Err(Failure::conflict("a run that was begun from here goes on: stop it first"));
        }
        let command = (self.command)(order).map_err(|why| Failure::not_begun(&why))?;
        let directory = directory_of(&command);
        let mut command = tokio::process::Command::from(command);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        // Ctrl-C on the server would reach it, too, and a second one ends it at once.
        command.process_group(0);
        let child = command.kill_on_drop(true).spawn();
        let child = child.map_err(|error| Failure::not_begun(&error.to_string()))?;
        let run = BegunRun { order: order.clone(), directory, ended: None };
        let stop = Arc::<Notify>::default();
        *last = Some(Last { run: run.clone(), stop: stop.clone() });
        drop(last);
        tokio::spawn(follow(child, stop, self.shared.clone(), self.ending.clone()));
        Ok(run)
    }

    /// Interrupts the run, which then ends by itself.
    pub fn stop(&self) -> Result<BegunRun, Failure> {
        match self.shared.last().as_ref().filter(|it| it.run.goes_on()) {
            Some(Last { run, stop }) => {
                stop.notify_one();
                Ok(run.clone())
            }
            None => Err(Failure::conflict("no run that was begun from here goes on")),
        }
    }

    /// Waits until no run goes on.
    pub async fn finish(&self) {
        loop {
            let ended = self.shared.ended.notified();
            if !self.last().is_some_and(|it| it.goes_on()) {
                return;
            }
            ended.await;
        }
    }
}

impl BegunRun {
    /// Whether it has not ended.
    pub fn goes_on(&self) -> bool {
        self.ended.is_none()
    }
}

impl Shared {
    fn last(&self) -> MutexGuard<'_, Option<Last>> {
        // What is in it is whole whenever it is unlocked.
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits for the end of a run, and interrupts it when it is to stop or the server ends.
async fn follow(
    mut child: Child,
    stop: Arc<Notify>,
    shared: Arc<Shared>,
    mut ending: watch::Receiver<bool>,
) {
    let said = tokio::spawn(all(child.stderr.take()));
    let to_stop = async {
        tokio::select! {
            () = stop.notified() => {}
            // Whoever serves tells it, or is gone.
            changed = ending.wait_for(|it| *it) => drop(changed),
        }
    };
    let status = tokio::select! {
        status = child.wait() => status,
        () = to_stop => {
            interrupt(&child);
            child.wait().await
        }
    };
    let said = said.await.unwrap_or_default();
    if let Some(last) = shared.last().as_mut() {
        last.run.ended = Some(how(status, &said));
    }
    shared.ended.notify_waiters();
}

async fn all(stderr: Option<ChildStderr>) -> String {
    let mut said = Vec::new();
    if let Some(mut stderr) = stderr {
        // What can't be read was not said.
        let _ = stderr.read_to_end(&mut said).await;
    }
    String::from_utf8_lossy(&said).into_owned()
}

/// Does what Ctrl-C does. A program that has been waited for has no number any more.
fn interrupt(child: &Child) {
    if let Some(number) = child.id().and_then(|it| Pid::from_raw(it.try_into().ok()?)) {
        // It may have ended meanwhile.
        let _ = kill_process(number, Signal::INT);
    }
}

/// The number of the signal of Ctrl-C.
const INTERRUPT: i32 = Signal::INT.as_raw();

/// How a run has ended, in words.
fn how(status: io::Result<ExitStatus>, said: &str) -> String {
    let last = said.lines().rev().find(|it| !it.trim().is_empty()).unwrap_or_default();
    let last: String = last.chars().take(LAST_WORDS).collect();
    match status.map(|it| (it.code(), it.signal())) {
        Ok((Some(0), _)) => "it is done".into(),
        Ok((Some(130), _)) | Ok((None, Some(INTERRUPT))) => "it was stopped".into(),
        Ok((Some(code), _)) => format!("it has ended with code {code}: {last}"),
        Ok((None, _)) => format!("it was ended from outside: {last}"),
        Err(error) => format!("how it ended can't be told: {error}"),
    }
}
