//! The timeline: what it shows, and how it is moved.

use pollbench_reports::profile::{Turn, TurnsSummary};
use serde_json::{Value, json};

use crate::browser::{Page, Theme};
use crate::support::{profile, profile_of, turns_of_a_loop};
use crate::wait_for_timeline;

fn open(turns: u64) -> Page {
    let page = Page::open_profile(&profile_of(turns));
    page.resize(1280, 900);
    wait_for_timeline(&page);
    page.evaluate("document.querySelector('.surface').focus() ?? null");
    page
}

fn view(page: &Page) -> [f64; 2] {
    let view = page.evaluate("timeline.view");
    [0, 1].map(|it: usize| view[it].as_f64().expect("a time"))
}

fn said(page: &Page) -> String {
    let said = page.evaluate("document.querySelector('#timeline output').textContent");
    said.as_str().expect("a text").to_owned()
}

/// The page reads the same turns from the file that Rust reads from it.
#[test]
fn the_page_has_the_turns_that_were_packed() {
    let page = open(20_000);
    let turns: Vec<Turn> = turns_of_a_loop(20_000).collect();
    let summary = TurnsSummary::of(&turns);
    let all = |name: &str| {
        let column = format!("timeline.turns.columns.{name}");
        page.evaluate(&format!("[{column}.sum(0, 20000), {column}.most(0, 20000)]"))
    };
    let most = |of: fn(&Turn) -> u64| turns.iter().map(of).max().unwrap_or(0);
    assert_eq!(all("poll"), json!([summary.poll, most(|it| it.poll)]));
    assert_eq!(all("guest"), json!([summary.guest, most(|it| it.guest)]));
    assert_eq!(all("ready"), json!([summary.ready, most(|it| it.ready.into())]));
    assert_eq!(all("handles"), json!([summary.handles, summary.longest]));
    assert_eq!(all("timers")[0], json!(summary.timers));
    assert_eq!(all("tasks")[0], json!(summary.steps - summary.timers));
    for number in [0, 17, 12_345, 19_999] {
        let turn = &turns[number];
        let shown = page.evaluate(&format!(
            "(it => [it.start[{number}], it.columns.poll.values[{number}],
                [...it.task.slice(it.firstStep[{number}], it.firstStep[{number} + 1])],
                [...it.reason.slice(it.firstStep[{number}], it.firstStep[{number} + 1])].map(it => REASONS[it])])(timeline.turns)"
        ));
        let tasks: Vec<u32> = turn.steps.iter().map(|it| it.task).collect();
        let reasons: Vec<&str> = turn.steps.iter().map(|it| it.woken_by.name()).collect();
        assert_eq!(shown, json!([turn.start, turn.poll, tasks, reasons]));
    }
}

/// What the pyramid says of a range is what going through all of it says.
#[test]
fn ranges_are_summed_up_right() {
    let page = open(20_000);
    let wrong = page.evaluate(
        "(() => { const wrong = []; const { poll } = timeline.turns.columns;
            for (let it = 0; it < 3000; it++) {
                const ends = [(it * 7919) % 20001, (it * it * 31 + it) % 20001].sort((a, b) => a - b);
                const part = poll.values.slice(...ends);
                const most = part.reduce((a, b) => Math.max(a, b), 0);
                const sum = part.reduce((a, b) => a + b, 0);
                if (poll.most(...ends) !== most || poll.sum(...ends) !== sum) wrong.push(ends);
            }
            return wrong; })()",
    );
    assert_eq!(wrong, json!([]));
}

#[test]
fn the_timeline_is_moved_by_keyboard() {
    let page = open(5_000);
    let [_, end] = view(&page);
    let near = |a: f64, b: f64| (a - b).abs() < end * 1e-9;
    page.press("+");
    let [from, to] = view(&page);
    assert!(near(to - from, end / 2.0), "{from} {to}");
    page.press("ArrowRight");
    let [moved, _] = view(&page);
    assert!(near(moved - from, end / 10.0), "{moved}");
    page.press("Home");
    assert!(near(view(&page)[0], 0.0));
    page.press("End");
    assert!(near(view(&page)[1], end));
    page.press("-");
    page.press("0");
    assert!(near(view(&page)[1] - view(&page)[0], end));
    page.press("n");
    assert!(said(&page).starts_with("Call 1,667 at "), "{}", said(&page));
    page.press(".");
    assert!(said(&page).starts_with("Call 1,668 at "), "{}", said(&page));
    page.press(",");
    page.press(",");
    assert!(said(&page).starts_with("Call 1,666 at "), "{}", said(&page));
    let [from, to] = view(&page);
    assert!(to - from < end / 100.0, "it is near");
    page.press("Escape");
    assert!(said(&page).starts_with("In view: "), "{}", said(&page));
}

#[test]
fn buttons_markers_and_the_wheel_move_it_too() {
    let page = open(5_000);
    let [_, end] = view(&page);
    page.click("[data-key='+']");
    assert!(view(&page)[1] - view(&page)[0] < end * 0.51);
    page.click("[data-key='0']");
    page.click("#markers li:last-child button");
    assert!(said(&page).starts_with("Call 4,992 at "), "{}", said(&page));
    page.click("[data-key='0']");
    let wheel = |target: &str| {
        page.evaluate(&format!(
            "(it => it.dispatchEvent(new WheelEvent('wheel', {{ deltaY: -100, cancelable: true,
                clientX: it.getBoundingClientRect().left + it.clientWidth / 4 }})))(document.querySelector('{target}'))"
        ))
    };
    page.evaluate("document.querySelector('.surface').focus() ?? null");
    assert_eq!(wheel(".surface"), json!(false), "with the focus, the wheel zooms");
    let [from, to] = view(&page);
    assert!((from / end - 0.25 * (1.0 - (-0.3_f64).exp())).abs() < 0.01, "around the pointer");
    assert!(to < end);
    page.evaluate("document.activeElement.blur() ?? null");
    assert_eq!(wheel(".surface"), json!(true), "without, the page is scrolled");
}

#[test]
fn a_drag_moves_it_and_a_click_selects_a_call() {
    let page = open(5_000);
    page.press("+");
    let [from, to] = view(&page);
    let drag = |by: i32| {
        page.evaluate(&format!(
            "(it => {{ it.setPointerCapture = () => {{}};
                const at = (name, x) => it.dispatchEvent(new PointerEvent(name, {{ clientX: x, pointerId: 1 }}));
                at('pointerdown', 600); at('pointermove', 600 + {by}); at('pointerup', 600 + {by}); }})(
                document.querySelector('.surface')) ?? null"
        ))
    };
    drag(-100);
    let pixel = page.evaluate("document.querySelector('.surface').clientWidth").as_f64().unwrap();
    assert!(((view(&page)[0] - from) / (to - from) - 100.0 / pixel).abs() < 1e-6);
    drag(0);
    assert!(said(&page).starts_with("Call "), "{}", said(&page));
}

#[test]
fn a_pointer_is_told_what_is_under_it() {
    let page = open(50_000);
    let hover = |page: &Page| {
        page.evaluate(
            "(it => it.dispatchEvent(new PointerEvent('pointermove', { clientX: 500 })))(document.querySelector('.surface'))",
        );
        said(page)
    };
    let far = hover(&page);
    assert!(far.starts_with("At ") && far.contains(" calls, from "), "{far}");
    (0..12).for_each(|_| page.press("+"));
    let near = hover(&page);
    assert!(near.starts_with("Call ") && near.contains(" in poll, then "), "{near}");
}

/// How much of the drawing is of a colour, in pixels.
fn pixels_of(page: &Page, color: &str) -> Value {
    page.evaluate(&format!(
        "(() => {{ const {{ canvas }} = timeline; const c = canvas.getContext('2d');
            const wanted = getComputedStyle(canvas).getPropertyValue('{color}').trim();
            const [r, g, b] = [1, 3, 5].map(it => parseInt(wanted.slice(it, it + 2), 16));
            const {{ data }} = c.getImageData(0, 0, canvas.width, canvas.height);
            let found = 0;
            for (let it = 0; it < data.length; it += 4) if (data[it] === r && data[it + 1] === g && data[it + 2] === b) found++;
            return found; }})()"
    ))
}

#[test]
fn every_row_is_drawn_near_and_far_in_both_themes() {
    let page = Page::open_profile(&profile());
    wait_for_timeline(&page);
    for width in [360, 1280] {
        page.resize(width, 900);
        for theme in Theme::ALL {
            page.prefer(theme);
            for view in ["0, timeline.turns.end", "0, timeline.turns.end / 20"] {
                page.evaluate(&format!("timeline.show({view}) ?? null"));
                for row in ["poll", "guest", "tasks", "timers", "ready", "handles"] {
                    let color = format!("--timeline-{row}");
                    let pixels = pixels_of(&page, &color).as_u64().unwrap_or(0);
                    assert!(pixels > 5, "{width} px, {theme:?}, {view}, {row}: {pixels} pixels");
                }
            }
        }
    }
    let markers = pixels_of(&page, "--timeline-marker").as_u64();
    page.evaluate("timeline.show(0, timeline.turns.end) ?? null");
    assert!(pixels_of(&page, "--timeline-marker").as_u64() > markers, "all markers are in view");
}
