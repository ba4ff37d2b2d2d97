use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use pollbench_dashboard::{Control, Dashboard, Options, serve};
use pollbench_history::{History, Provenance};
use pollbench_reports::record::Record;
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::oneshot;

use super::Story;

/// A dashboard over a history, served until this is dropped.
pub struct Served {
    pub address: SocketAddr,
    /// A path, or the address of a database.
    pub place: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    /// Where runs that go on are looked for.
    pub results: TempDir,
    _folder: Option<TempDir>,
}

/// What a request was answered with.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Served {
    /// One over what a story tells.
    pub fn story(story: Story) -> Self {
        Self::over(async move |history| story.tell(&history).await)
    }

    /// One over a history that is filled first.
    pub fn over(fill: impl AsyncFnOnce(History) + Send + 'static) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().join("history.db");
        let place = place.to_str().expect("UTF-8").to_owned();
        let mut served = Self::at(place, fill);
        served._folder = Some(folder);
        served
    }

    /// One over an empty history, in which things may be changed.
    pub fn with_control(control: Control) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().join("history.db").to_str().expect("UTF-8").to_owned();
        let mut served = Self::controlled(place, async |_| (), Some(control));
        served._folder = Some(folder);
        served
    }

    /// One over a history at a place.
    pub fn at(place: String, fill: impl AsyncFnOnce(History) + Send + 'static) -> Self {
        Self::controlled(place, fill, None)
    }

    fn controlled(
        place: String,
        fill: impl AsyncFnOnce(History) + Send + 'static,
        control: Option<Control>,
    ) -> Self {
        let opened = place.clone();
        let results = tempfile::tempdir().expect("a folder");
        let looked_at = results.path().to_path_buf();
        let (ready, told) = mpsc::channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(async move {
                let history = History::open(&opened).await.expect("a history");
                fill(history.clone()).await;
                let options = Options {
                    address: ([127, 0, 0, 1], 0).into(),
                    hosts: Vec::new(),
                    results: looked_at,
                    control,
                };
                let ready = move |address| ready.send(address).expect("the test waits");
                let stop = async { stopped.await.unwrap_or(()) };
                let dashboard = Dashboard::new(history.clone());
                serve(dashboard, options, ready, stop).await.expect("it is served");
                // Then, all of it is in one file.
                history.close().await;
            });
        });
        let address = told.recv().expect("it is served");
        Self { address, place, stop: Some(stop), thread: Some(thread), results, _folder: None }
    }

    /// Ends it, and gives the bytes of its database.
    pub fn ended(mut self) -> Vec<u8> {
        self.end();
        fs::read(&self.place).expect("the database")
    }

    fn end(&mut self) {
        if let Some(stop) = self.stop.take() {
            // If nobody is told any more, it has ended.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
            && !thread::panicking()
        {
            panic!("the server ended badly");
        }
    }

    /// Adds a run to the history beside the server, as another program would.
    pub fn add(&self, record: &Record, provenance: &Provenance) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(async {
            let history = History::open(&self.place).await.expect("the history");
            history.add(record, provenance).await.expect("it is added");
            history.close().await;
        });
    }

    /// The address of a page.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Asks for a page.
    pub fn get(&self, path: &str) -> Answer {
        self.say(&format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
            self.address
        ))
    }

    /// Asks for a page, and expects to get it.
    pub fn page(&self, path: &str) -> String {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.body
    }

    /// Asks for data, and expects to get it.
    pub fn json(&self, path: &str) -> Value {
        serde_json::from_str(&self.page(path)).expect("JSON")
    }

    /// Sends anything at all.
    pub fn say(&self, request: &str) -> Answer {
        let mut stream = TcpStream::connect(self.address).expect("it listens");
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a time limit");
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("it answers");
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        let status = head.split(' ').nth(1).and_then(|it| it.parse().ok()).unwrap_or(0);
        Answer { status, head: head.to_lowercase(), body: unchunked(head, body) }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.end();
    }
}

/// The body without the lengths of its chunks (RFC 9112, 7.1).
fn unchunked(head: &str, body: &str) -> String {
    if !head.to_lowercase().contains("transfer-encoding: chunked") {
        return body.to_owned();
    }
    let (mut rest, mut whole) = (body, String::new());
    while let Some((length, after)) = rest.split_once("\r\n") {
        let length = usize::from_str_radix(length.trim(), 16).expect("a length");
        if length == 0 {
            break;
        }
        whole += &after[..length];
        rest = &after[length + 2..];
    }
    whole
}
