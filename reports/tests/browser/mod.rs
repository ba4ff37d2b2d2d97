//! A headless Chromium which opens a report from a file.

// Each test program uses a part of it.
#![allow(dead_code, unused_imports)]

mod axe;
mod checks;
mod chromium;
mod emulation;
mod mouse;

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use headless_chrome::protocol::cdp::types::Event;
use headless_chrome::protocol::cdp::{Emulation, Network, Page as CdpPage};
use headless_chrome::{Browser, LaunchOptions, Tab};
use pollbench_reports::html;
use pollbench_reports::live::LiveRecord;
use pollbench_reports::profile::Profile;
use pollbench_reports::record::Record;
use pollbench_reports::trace::{TraceRecord, Waits};
use pollbench_reports::tuning::Tuning;
use serde_json::Value;
use tempfile::TempDir;

pub use axe::Audit;
pub use checks::{
    BROKEN_WORDS, CONTRAST, OVERFLOW, OVERLAPS, SMALL_TEXT, WIDTHS, expect_no_problems,
    expect_no_trouble,
};
pub use emulation::Theme;

/// Quiet, and without a connection of its own to anywhere.
const ARGUMENTS: [&str; 7] = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
];

/// How long a page may be left alone before the browser is taken for dead.
const IDLE: Duration = Duration::from_secs(120);

/// How long to wait for what a page does.
const PATIENCE: Duration = Duration::from_secs(30);

/// A report opened in a browser of its own.
pub struct Page {
    tab: Arc<Tab>,
    /// What the page asked for, and what it complained about.
    heard: Arc<Mutex<Heard>>,
    /// Where it was opened from.
    pub url: String,
    _directory: Option<TempDir>,
    // Ends the browser when it is dropped.
    _browser: Browser,
}

/// What the browser said about a page.
#[derive(Clone, Default)]
pub struct Heard {
    /// Addresses the page asked for.
    pub requests: Vec<String>,
    /// Errors, warnings and messages on the console.
    pub complaints: Vec<String>,
}

impl Page {
    /// Writes the report of a record to a file and opens it.
    pub fn open(record: &Record) -> Self {
        Self::open_written(|file| html::write(record, file).expect("the report is written"))
    }

    /// Writes the report of a tuning to a file and opens it.
    pub fn open_tuning(tuning: &Tuning) -> Self {
        Self::open_written(|file| html::tuning::write(tuning, file).expect("the report is written"))
    }

    /// Writes the report of servers to a file and opens it.
    pub fn open_live(record: &LiveRecord) -> Self {
        Self::open_written(|file| html::live::write(record, file).expect("the report is written"))
    }

    /// Writes the report of a profile to a file and opens it.
    pub fn open_profile(profile: &Profile) -> Self {
        Self::open_written(|file| {
            html::profile::write(profile, file).expect("the report is written")
        })
    }

    /// Writes the report of a trace to a file and opens it.
    pub fn open_trace(record: &TraceRecord, waits: &Waits) -> Self {
        Self::open_written(|file| {
            html::trace::write(record, waits, file).expect("the report is written")
        })
    }

    /// Writes what has changed between two profiles to a file and opens it.
    pub fn open_difference(before: &Profile, after: &Profile) -> Self {
        Self::open_written(|file| {
            html::profile::write_difference(before, after, file).expect("the report is written");
        })
    }

    /// Writes a drawing to a file and opens it.
    pub fn open_svg(svg: &str) -> Self {
        Self::open_named("drawing.svg", |file| {
            fs::write(file, svg).expect("the drawing is written")
        })
    }

    fn open_written(write: impl FnOnce(&Path)) -> Self {
        Self::open_named("report.html", write)
    }

    fn open_named(name: &str, write: impl FnOnce(&Path)) -> Self {
        let directory = tempfile::tempdir().expect("a place for the page");
        let file = directory.path().join(name);
        write(&file);
        let file = fs::canonicalize(file).expect("the report is there");
        let page = Self::open_url(&format!("file://{}", file.display()));
        Self { _directory: Some(directory), ..page }
    }

    /// Opens an address.
    pub fn open_url(url: &str) -> Self {
        let browser = Browser::new(LaunchOptions {
            path: Some(chromium::path()),
            sandbox: false,
            args: ARGUMENTS.iter().map(OsStr::new).collect(),
            idle_browser_timeout: IDLE,
            ..LaunchOptions::default()
        })
        .expect("the browser starts");
        let tab = browser.new_tab().expect("the browser opens a tab");
        let heard = listen(&tab);
        let page = Self { tab, heard, url: url.into(), _directory: None, _browser: browser };
        page.reload();
        page
    }

    /// Goes to another address, in the same browser.
    pub fn go_to(&mut self, url: &str) {
        self.url = url.into();
        *self.heard.lock().expect("no listener panicked") = Heard::default();
        self.reload();
    }

    /// Opens it anew.
    pub fn reload(&self) {
        self.tab.navigate_to(&self.url).expect("the page opens");
        self.tab.wait_until_navigated().expect("the page loads");
    }

    /// Evaluates an expression and gives its value by way of JSON.
    pub fn evaluate(&self, expression: &str) -> Value {
        let wrapped = format!("JSON.stringify({expression})");
        let result = self.tab.evaluate(&wrapped, false).expect("the browser answers");
        let text = result.value.as_ref().unwrap_or_else(|| panic!("no value: {result:?}"));
        serde_json::from_str(text.as_str().expect("a string")).expect("JSON")
    }

    /// Waits until the page is loaded and an expression holds. While another page is loaded,
    /// there may be nothing to evaluate it in.
    pub fn wait_until(&self, expression: &str) {
        let whole = format!("Boolean(document.readyState === 'complete' && ({expression}))");
        let holds =
            || self.tab.evaluate(&whole, false).is_ok_and(|it| it.value == Some(true.into()));
        let until = Instant::now() + PATIENCE;
        while !holds() {
            assert!(Instant::now() < until, "{expression} does not become true");
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// The problems which a script, a function without arguments, finds in the page.
    pub fn problems(&self, script: &str) -> Vec<Value> {
        let found = self.evaluate(&format!("({script})()"));
        found.as_array().expect("a list of problems").clone()
    }

    /// Turns scripts on or off, from the next loading on.
    pub fn allow_scripts(&self, allow: bool) {
        self.tab
            .call_method(Emulation::SetScriptExecutionDisabled { value: !allow })
            .expect("scripts are switched");
    }

    /// Presses a key wherever the focus is.
    pub fn press(&self, key: &str) {
        self.tab.press_key(key).expect("the key is pressed");
    }

    /// Clicks in the middle of the first element that matches.
    pub fn click(&self, selector: &str) {
        self.tab.find_element(selector).expect("the element is there").click().expect("a click");
    }

    /// What the browser said so far.
    pub fn heard(&self) -> Heard {
        self.heard.lock().expect("no listener panicked").clone()
    }

    /// A picture of what is in the window.
    pub fn screenshot(&self) -> Vec<u8> {
        let png = CdpPage::CaptureScreenshotFormatOption::Png;
        self.tab.capture_screenshot(png, None, None, true).expect("a picture")
    }
}

fn listen(tab: &Tab) -> Arc<Mutex<Heard>> {
    let heard = Arc::new(Mutex::new(Heard::default()));
    let ears = Arc::clone(&heard);
    let listener = move |event: &Event| {
        let mut heard = ears.lock().expect("no listener panicked");
        match event {
            Event::NetworkRequestWillBeSent(it) => {
                heard.requests.push(it.params.request.url.clone())
            }
            Event::LogEntryAdded(it) => heard.complaints.push(it.params.entry.text.clone()),
            Event::RuntimeExceptionThrown(it) => {
                heard.complaints.push(format!("{:?}", it.params.exception_details));
            }
            Event::RuntimeConsoleAPICalled(it) => heard.complaints.push(format!("{:?}", it.params)),
            _ => {}
        }
    };
    tab.add_event_listener(Arc::new(listener)).expect("a listener");
    tab.enable_log().expect("the log is heard");
    tab.enable_runtime().expect("the console is heard");
    let network = Network::Enable {
        max_total_buffer_size: None,
        max_resource_buffer_size: None,
        max_post_data_size: None,
        report_direct_socket_traffic: None,
        enable_durable_messages: None,
    };
    tab.call_method(network).expect("requests are heard");
    heard
}
