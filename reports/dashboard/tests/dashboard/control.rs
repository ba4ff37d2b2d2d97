//! Runs that are begun and stopped from elsewhere, and records that are added: by whoever knows
//! the token, and by nobody else.

use std::process::Command;
use std::sync::Arc;

use pollbench_dashboard::{Control, Order};
use serde_json::{Value, json};

use super::browser::Page;
use super::pages::expect_good;
use super::support::{Answer, Served, typical};

const TOKEN: &str = "a token for the tests";

/// A server whose runs are a script, which is told what was ordered.
fn served(script: &'static str) -> Served {
    let command = move |order: &Order| {
        // In the background of a shell, what begins is deaf to Ctrl-C, and so is what that begins.
        let mut command = Command::new("env");
        command.args(["--default-signal=INT", "sh", "-c", script, "sh"]);
        command.arg(order.guests.join(","));
        Ok(command)
    };
    Served::with_control(Control { token: TOKEN.into(), command: Arc::new(command) })
}

/// Runs until it is interrupted, as Ctrl-C would.
const ENDLESS: &str = "trap 'exit 130' INT; while :; do sleep 0.05; done";

fn post(served: &Served, path: &str, head: &str, body: &str) -> Answer {
    served.say(&format!(
        "POST {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {}\r\n{head}\r\n{body}",
        served.address,
        body.len(),
    ))
}

fn allowed(served: &Served, path: &str, body: &str) -> (u16, Value) {
    let answer = post(served, path, &format!("Authorization: Bearer {TOKEN}\r\n"), body);
    let said = serde_json::from_str(&answer.body);
    (answer.status, said.unwrap_or_else(|error| panic!("{error}: {answer:?}")))
}

/// How the run that was begun has ended, once it has.
fn ended(served: &Served) -> String {
    loop {
        let begun = &served.json("/api/live")["begun"];
        if let Some(words) = begun["ended"].as_str() {
            return words.into();
        }
        assert!(begun.is_object(), "a run was begun");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

#[test]
fn a_run_is_begun_once_and_stopped() {
    let served = served(ENDLESS);
    let (status, said) = allowed(&served, "/api/live/stop", "");
    assert_eq!((status, &said["error"]), (409, &"no run that was begun from here goes on".into()));
    let (status, said) = allowed(&served, "/api/live/begin", r#"{"guests": ["bare"]}"#);
    assert_eq!((status, &said["order"]["guests"]), (202, &json!(["bare"])));
    let (status, said) = allowed(&served, "/api/live/begin", "{}");
    assert_eq!(
        (status, said["error"].as_str().is_some_and(|it| it.contains("goes on"))),
        (409, true)
    );
    assert!(served.page("/live").contains("The run that was begun from here goes on"));
    assert_eq!(allowed(&served, "/api/live/stop", "").0, 202);
    // Until it has ended, it can be told again, which is nothing to the next one.
    allowed(&served, "/api/live/stop", "");
    assert_eq!(ended(&served), "it was stopped");
    assert_eq!(allowed(&served, "/api/live/begin", "{}").0, 202);
    std::thread::sleep(std::time::Duration::from_millis(200));
    assert_eq!(served.json("/api/live")["begun"]["ended"], Value::Null);
    // The server ends it when it ends itself: dropping waits for that.
}

#[test]
fn how_a_run_has_ended_is_told() {
    for (script, words) in [
        ("exit 0", "it is done"),
        (
            "echo first >&2; echo \"no guest $1\" >&2; exit 2",
            "it has ended with code 2: no guest mine",
        ),
        ("kill -9 $$", "it was ended from outside: "),
    ] {
        let served = served(script);
        let (status, said) = allowed(&served, "/api/live/begin", r#"{"guests": ["mine"]}"#);
        assert_eq!(status, 202, "{said}");
        assert_eq!(ended(&served), words);
        assert!(served.page("/live").contains(words));
    }
}

#[test]
fn nobody_else_can_change_anything() {
    let on = served("touch begun");
    let off = Served::over(async |_| ());
    for path in ["/api/live/begin", "/api/live/stop", "/api/records"] {
        let right = format!("Authorization: Bearer {TOKEN}\r\n");
        let of_another = format!("{right}Origin: http://evil.example\r\n");
        for (served, head, status) in [
            (&on, "", 401),
            (&on, "Authorization: Bearer a token for the test\r\n", 401),
            (&on, &of_another, 403),
            (&off, &right, 403),
        ] {
            let answer = post(served, path, head, "{}");
            assert_eq!(answer.status, status, "{path} {head}: {}", answer.body);
            assert!(serde_json::from_str::<Value>(&answer.body).is_ok(), "{}", answer.body);
        }
        assert_eq!(on.get(path).status, 405, "{path}");
    }
    assert_eq!(on.json("/api/live")["begun"], Value::Null);
    assert!(!off.page("/live").contains("Begin a run"));
}

#[test]
fn what_makes_no_sense_is_refused_in_words() {
    let served = served("touch begun");
    for (order, words) in [
        (r#"{"guests": ["--save"]}"#, "is no name"),
        (r#"{"guests": "bare"}"#, "makes no sense"),
        ("", "makes no sense"),
    ] {
        let (status, said) = allowed(&served, "/api/live/begin", order);
        let said = said["error"].as_str().expect("words");
        assert!(status == 400 && said.contains(words), "{status} {said}");
    }
    let large = "x".repeat(70 << 10);
    assert_eq!(allowed(&served, "/api/live/begin", &large).0, 413);
    for record in ["{", "{}", "[1, 2]", "\u{0}"] {
        let (status, said) = allowed(&served, "/api/records", record);
        assert!(status == 400 && said["error"].is_string(), "{status} {said}");
    }
    assert_eq!(allowed(&served, "/api/records?branch=%0a", "{}").0, 400);
    assert_eq!(allowed(&served, "/api/records?other=1", "{}").0, 400);
    assert_eq!(served.json("/api/runs")["runs"], json!([]));
}

#[test]
fn a_record_that_is_sent_is_in_the_history_once() {
    let served = served("");
    let record = serde_json::to_string(&typical().record()).expect("JSON");
    let path = "/api/records?branch=main&commit=abc&tag=nightly";
    assert_eq!(allowed(&served, path, &record), (201, json!({ "run": 1, "was_new": true })));
    assert_eq!(allowed(&served, path, &record), (201, json!({ "run": 1, "was_new": false })));
    let run = served.json("/api/runs/1");
    assert!(run.to_string().contains("nightly") && run.to_string().contains("abc"), "{run}");
}

#[test]
fn a_page_begins_a_run_and_stops_it() {
    let served = served(ENDLESS);
    let page = Page::open_url(&served.url("/live"));
    page.wait_until("document.querySelector('form[data-order]') !== null");
    let fill = |name: &str, value: &str| {
        page.evaluate(&format!("[document.querySelector('[name={name}]').value = '{value}']"));
    };
    let said = "document.querySelector('.order output').textContent";
    fill("token", "another token that is wrong");
    page.click(".order [type=submit]");
    page.wait_until(&format!("{said}.includes('takes the token')"));
    fill("token", TOKEN);
    fill("guests", "bare, ../x");
    page.click(".order [type=submit]");
    page.wait_until(&format!("{said}.includes('is no name')"));
    fill("guests", "bare, slab-list");
    fill("pollables", "100 1000");
    fill("seconds", "60");
    page.click(".order [type=submit]");
    page.wait_until("document.body.innerText.includes('begun from here goes on')");
    let order = &served.json("/api/live")["begun"]["order"];
    let expected = json!({ "guests": ["bare", "slab-list"], "workloads": [], "pollables": [100, 1000], "seconds": 60 });
    assert_eq!(order, &expected);
    page.click(".order [data-stop]");
    page.wait_until("document.body.innerText.includes('it was stopped')");
    // What was refused is in that page's log.
    expect_good(&Page::open_url(&served.url("/live")), &served.url(""));
}
