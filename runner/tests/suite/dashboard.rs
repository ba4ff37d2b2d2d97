//! A history shown in a browser, by the real program.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use wait_timeout::ChildExt as _;

use crate::support::command::Workplace;

/// A history of three runs.
fn three() -> Workplace {
    let workplace = Workplace::new();
    for hour in [8, 9, 10] {
        workplace.record("r.json", hour);
        workplace.printed(&["history", "add", "r.json", "--branch", "main"]);
    }
    workplace
}

/// A server that runs, and where it listens.
struct Server {
    child: Child,
    address: String,
}

/// What whoever may change something knows.
const TOKEN: &str = "a token for the tests";

impl Server {
    fn start(workplace: &Workplace) -> Self {
        Self::with(workplace.command(&["serve", "--listen", "127.0.0.1:0"]))
    }

    fn with(mut command: Command) -> Self {
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        let mut line = String::new();
        let output = child.stdout.take().expect("a pipe");
        BufReader::new(output).read_line(&mut line).expect("it says where it listens");
        let address = line.trim().trim_start_matches("http://").trim_end_matches('/').to_owned();
        Self { child, address }
    }

    fn get(&self, path: &str) -> String {
        self.ask("GET", path, "", "")
    }

    /// Sends something, with the token, and returns the JSON that is answered.
    fn post(&self, path: &str, body: &str) -> Value {
        let head = format!("Authorization: Bearer {TOKEN}\r\nContent-Length: {}\r\n", body.len());
        let answer = self.ask("POST", path, &head, body);
        serde_json::from_str(answer.split_once("\r\n\r\n").expect("a head").1).expect("JSON")
    }

    fn ask(&self, method: &str, path: &str, head: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        let request =
            format!("{method} {path} HTTP/1.0\r\nHost: {}\r\n{head}\r\n{body}", self.address);
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        answer
    }

    /// Sends a signal, and waits for the end.
    fn end(mut self, signal: &str) -> (Option<i32>, String) {
        let kill = Command::new("kill").args([signal, &self.child.id().to_string()]).status();
        assert!(kill.expect("kill runs").success());
        let ended = self.child.wait_timeout(Duration::from_secs(60)).expect("it can be waited for");
        let mut said = String::new();
        self.child.stderr.take().expect("a pipe").read_to_string(&mut said).expect("UTF-8");
        (ended.and_then(|status| status.code()), said)
    }
}

#[test]
fn a_history_is_served_until_the_server_is_told_to_end() {
    let workplace = three();
    for signal in ["-TERM", "-INT"] {
        let server = Server::start(&workplace);
        let overview = server.get("/api/overview");
        let (head, body) = overview.split_once("\r\n\r\n").expect("a head");
        assert!(head.starts_with("HTTP/1.0 200"), "{head}");
        let overview: Value = serde_json::from_str(body).expect("JSON");
        assert_eq!((&overview["branch"], &overview["runs"]), (&"main".into(), &3.into()));
        assert!(server.get("/").contains("No cell is known to have changed"));
        // What is added meanwhile shows.
        workplace.record("r.json", 11);
        workplace.printed(&["history", "add", "r.json", "--branch", "main"]);
        assert!(server.get("/api/overview").contains("\"runs\":4"));
        assert_eq!(server.end(signal), (Some(0), String::new()), "{signal}");
        let newest = if signal == "-TERM" { "4" } else { "5" };
        workplace.printed(&["history", "rm", newest]);
    }
    workplace.printed(&["history", "check"]);
}

#[test]
fn a_run_is_shown_while_it_goes_on_and_not_after_it() {
    let workplace = three();
    let server = Server::start(&workplace);
    let run = "run --guests slab,bare --workloads idle --pollables 10 --active 1 --time 4s";
    let words: Vec<&str> = run.split(' ').collect();
    let mut running = workplace
        .command(&words)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it runs");
    let live = || -> Value {
        let answer = server.get("/api/live");
        serde_json::from_str(answer.split_once("\r\n\r\n").expect("a head").1).expect("JSON")
    };
    let mut seen = None;
    while seen.is_none() && running.try_wait().expect("it can be waited for").is_none() {
        seen = live()["runs"].as_array().expect("a list").first().cloned();
    }
    let seen = seen.expect("it is seen before it has ended");
    assert_eq!((&seen["budget"], seen["cells"].as_array().map(Vec::len)), (&4.0.into(), Some(2)));
    assert!(seen["command"].as_str().is_some_and(|it| it.contains("--time 4s")), "{seen}");
    assert!(running.wait().expect("it ends").success());
    assert_eq!(live()["runs"], Value::Array(Vec::new()));
    assert_eq!(server.end("-TERM"), (Some(0), String::new()));
}

/// Begun by a request, a run is added to the history of the server; stopped, it is not.
#[test]
fn a_run_is_begun_and_another_is_stopped_by_whoever_has_the_token() {
    let workplace = three();
    let refused = &["serve", "--listen", "127.0.0.1:0", "--allow-changes"];
    workplace.refuses(refused, &["--allow-changes", "POLLBENCH_TOKEN", "at least 16"]);
    let mut command = workplace.command(refused);
    command.env("POLLBENCH_TOKEN", TOKEN);
    let server = Server::with(command);
    let begun = |server: &Server| -> Value {
        let answer = server.get("/api/live");
        let live = answer.split_once("\r\n\r\n").expect("a head").1;
        serde_json::from_str::<Value>(live).expect("JSON")["begun"].clone()
    };
    let until_ended = || loop {
        if let Some(ended) = begun(&server)["ended"].as_str() {
            return ended.to_owned();
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    let order = |seconds| {
        format!(
            r#"{{"guests": ["bare"], "workloads": ["idle"], "pollables": [10], "seconds": {seconds}}}"#
        )
    };
    assert_eq!(server.post("/api/live/begin", &order(1))["order"]["seconds"], 1);
    assert_eq!(until_ended(), "it is done");
    let listed = server.get("/api/runs");
    let listed: Value =
        serde_json::from_str(listed.split_once("\r\n\r\n").expect("a head").1).expect("JSON");
    assert_eq!(listed["runs"].as_array().map(Vec::len), Some(4), "{listed}");
    server.post("/api/live/begin", &order(3_600));
    server.post("/api/live/stop", "");
    assert_eq!(until_ended(), "it was stopped");
    server.post("/api/live/begin", r#"{"guests": ["nobody"]}"#);
    let ended = until_ended();
    assert!(ended.contains("code 2") && ended.contains("nobody"), "{ended}");
    // What goes on is interrupted, and leaves no half of a run in the history.
    server.post("/api/live/begin", &order(3_600));
    assert_eq!(server.end("-TERM"), (Some(0), String::new()));
    let runs = workplace.printed(&["history", "list", "--format", "json"]);
    let runs: Value = serde_json::from_str(&runs).expect("JSON");
    assert_eq!(runs.as_array().map(Vec::len), Some(4), "{runs}");
    workplace.printed(&["history", "check"]);
}

#[test]
fn what_can_not_be_served_is_said() {
    let workplace = Workplace::new();
    let none = workplace.run(&["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(none.code, Some(2));
    assert!(none.stderr.contains("there is no history at"), "{}", none.stderr);
    let none = workplace.run(&["site", "-o", "site"]);
    assert_eq!(none.code, Some(2));
    assert!(!workplace.path("site").exists());

    let workplace = three();
    let server = Server::start(&workplace);
    let taken = workplace.run(&["serve", "--listen", &server.address]);
    assert_eq!(taken.code, Some(2));
    assert!(
        taken.stderr.contains("can't listen at") && taken.stderr.contains("--listen"),
        "{}",
        taken.stderr
    );
    assert_eq!(workplace.run(&["serve", "--listen", "here"]).code, Some(2));
    server.end("-TERM");
}

#[test]
fn a_site_has_the_pages_of_the_server() {
    let workplace = three();
    let said = workplace.printed(&["site", "-o", "out/site"]);
    assert!(said.contains("begin with out/site/index.html"), "{said}");
    let index = workplace.read("out/site/index.html");
    assert!(index.contains("No cell is known to have changed in the last 3 runs of main."));
    let runs = fs::read_dir(workplace.path("out/site")).expect("the site");
    let names = runs.map(|it| it.expect("a file").file_name().into_string().expect("UTF-8"));
    let names: Vec<String> = names.collect();
    for name in
        ["run-1.html", "run-3-report.html", "run-2-record.json", "compare-2-3.html", "explain.html"]
    {
        assert!(names.iter().any(|it| it == name), "{name} of {names:?}");
    }
    // It can be written again, over what is there.
    workplace.printed(&["site", "-o", "out/site", "--last", "2"]);
    assert!(workplace.read("out/site/index.html").contains("the last 2 runs of main"));

    workplace.file("file", b"");
    let refused = workplace.run(&["site", "-o", "file"]);
    assert_eq!(refused.code, Some(2));
    assert!(refused.stderr.contains("file"), "{}", refused.stderr);
}
