//! The page of a traced component.

use pollbench_reports::trace::{TraceRecord, Waits};
use serde_json::json;

use crate::browser::{Page, WIDTHS};
use crate::good::expect_good;
use crate::support::trace;
use crate::wait_for_timeline;

fn expect_good_trace((record, waits): &(TraceRecord, Waits)) -> Page {
    let page = Page::open_trace(record, waits);
    if !waits.list.is_empty() {
        wait_for_timeline(&page);
    }
    expect_good(&page);
    page
}

#[test]
fn a_typical_trace_is_in_order() {
    let page = expect_good_trace(&trace("app.wasm", 2_500));
    let text = page.evaluate("document.querySelector('main').innerText");
    let text = text.as_str().expect("a text");
    for words in [
        "FOUND: app.wasm: ready-left-in-list.",
        "What to do: ",
        "Of the component's time, by 400 samples (±4.90 points), 75 % is slab::rebuild",
        "blocked: nothing was to do",
        "▽ call 2,401",
        "From here, 100 calls one after the other were of no use",
        "□ call 701",
        "90.0 µs went by until the next call, 27 times the median.",
    ] {
        assert!(text.contains(words), "no {words:?} in {text}");
    }
}

#[test]
fn traces_with_parts_missing_are_in_order() {
    for waits in [0, 1, 2] {
        expect_good_trace(&trace("app.wasm", waits));
    }
    let (mut record, waits) = trace("app.wasm", 500);
    record.functions = None;
    expect_good_trace(&(record, waits));
}

#[test]
fn a_strange_name_breaks_nothing() {
    for name in ["<script>window.pwned = 1</script>\">".to_owned(), "M".repeat(10_000)] {
        let page = expect_good_trace(&trace(&name, 100));
        assert_eq!(page.evaluate("typeof window.pwned"), json!("undefined"));
        let scripts = "document.querySelectorAll('script:not([type=\"text/plain\"])').length";
        assert_eq!(page.evaluate(scripts), json!(1));
    }
}

#[test]
fn the_script_has_every_number_of_the_waits() {
    let (record, waits) = trace("app.wasm", 2_500);
    let page = Page::open_trace(&record, &waits);
    wait_for_timeline(&page);
    for (number, wait) in waits.list.iter().enumerate().step_by(97) {
        let seen = page.evaluate(&format!(
            "(it => ['handles', 'alive', 'ready', 'worked', 'blocked', 'after', 'calls', 'wasted']
                .map(name => it.columns[name].values[{number}]).concat([it.start[{number}]]))(timeline.turns)"
        ));
        let there = json!([
            wait.handles,
            wait.alive,
            wait.ready,
            wait.worked,
            wait.blocked,
            wait.after,
            wait.calls,
            wait.wasted,
            wait.start
        ]);
        // JavaScript has one kind of number.
        let numbers = |it: &serde_json::Value| -> Vec<f64> {
            it.as_array().into_iter().flatten().filter_map(serde_json::Value::as_f64).collect()
        };
        assert_eq!(numbers(&seen), numbers(&there), "wait {number}");
    }
    let said = page.evaluate("timeline.turns.words(450)");
    let wait = &waits.list[450];
    let words = format!("Call 451 at {}", pollbench_reports::format::duration(wait.start as f64));
    assert!(said.as_str().is_some_and(|it| it.starts_with(&words)), "{said}");
    let end = waits.list.last().map(|it| it.start + it.worked + it.blocked + it.after);
    assert_eq!(page.evaluate("timeline.turns.end").as_f64(), end.map(|it| it as f64));
}

#[test]
fn what_was_found_is_on_the_first_screen() {
    let (record, waits) = trace("app.wasm", 2_500);
    let page = Page::open_trace(&record, &waits);
    for width in WIDTHS {
        page.resize(width, 800);
        let bottom = page.evaluate(
            "document.querySelector('.finding p:last-child').getBoundingClientRect().bottom",
        );
        assert!(bottom.as_f64().is_some_and(|it| it > 0.0 && it < 800.0), "{width}: {bottom}");
    }
}

#[test]
fn everything_but_the_timeline_can_be_read_with_scripts_off() {
    let (record, waits) = trace("app.wasm", 700);
    let page = Page::open_trace(&record, &waits);
    page.allow_scripts(false);
    page.reload();
    let text = page.evaluate("document.body.innerText");
    let text = text.as_str().expect("a text");
    for words in ["FOUND: app.wasm", "slab::rebuild", "The timeline takes JavaScript", "handles"] {
        assert!(text.contains(words), "no {words:?} in {text}");
    }
}
