//! Flame graphs, in the page and on their own.

use pollbench_reports::profile::flame::Flame;
use serde_json::{Value, json};

use crate::browser::{Page, Theme};
use crate::support::{changed_profile, hostile_profile, profile};
use crate::wait_for;

/// What the flame graph of the guest's fuel says of its selected frame.
const SAID: &str =
    "document.querySelectorAll('.flame output')[1].textContent.replaceAll('\\u00a0', ' ')";

fn said(page: &Page) -> String {
    page.evaluate(SAID).as_str().expect("a text").to_owned()
}

fn focus(page: &Page) {
    page.evaluate("document.querySelectorAll('.frames')[1].focus() ?? null");
}

/// The width of the frame of a function in the second flame graph, as a part of the drawing.
fn width(page: &Page, name: &str) -> Value {
    page.evaluate(&format!(
        "(surface => Math.round(100 * [...surface.querySelectorAll('g')]
            .filter(it => it.style.display !== 'none')
            .filter(it => it.querySelector('title').textContent.startsWith('{name} ('))
            .reduce((sum, it) => sum + it.querySelector('rect').getBoundingClientRect().width, 0)
            / surface.clientWidth))(document.querySelectorAll('.frames')[1])"
    ))
}

#[test]
fn a_flame_graph_is_walked_and_zoomed_by_keyboard() {
    let page = Page::open_profile(&profile());
    page.resize(1280, 800);
    focus(&page);
    assert!(said(&page).starts_with("all (10,000,000 units of fuel"), "{}", said(&page));
    let steps = [
        ("ArrowDown", "run (10,000,000"),
        ("ArrowDown", "executor::event_loop (9,998,800"),
        ("ArrowDown", "slab::rebuild (7,000,000"),
        ("ArrowLeft", "executor::run_task (2,238,800"),
        ("ArrowRight", "slab::rebuild (7,000,000"),
    ];
    for (key, begins) in steps {
        page.press(key);
        assert!(said(&page).starts_with(begins), "{key}: {}", said(&page));
    }
    assert_eq!(width(&page, "slab::rebuild"), json!(70));
    page.press("Enter");
    assert_eq!(width(&page, "slab::rebuild"), json!(100));
    assert_eq!(width(&page, "executor::run_task"), json!(0), "it is not shown");
    assert_eq!(width(&page, "run"), json!(100), "what is above stays");
    page.press("Escape");
    assert_eq!(width(&page, "slab::rebuild"), json!(70));
}

#[test]
fn a_click_zooms_and_a_button_shows_all_again() {
    let page = Page::open_profile(&profile());
    page.evaluate(
        "document.querySelectorAll('.flame')[1].querySelectorAll('g').forEach(it => {
            if (it.textContent.startsWith('slab')) it.dispatchEvent(new MouseEvent('click', { bubbles: true })); }) ?? null",
    );
    assert_eq!(width(&page, "slab::rebuild"), json!(100));
    page.evaluate("document.querySelectorAll('[data-reset]')[1].click() ?? null");
    assert_eq!(width(&page, "slab::rebuild"), json!(70));
}

#[test]
fn functions_are_found_whatever_they_are_called() {
    let search = |page: &Page, text: &str| {
        let text = json!(text);
        page.evaluate(&format!(
            "(input => {{ input.value = {text}; input.dispatchEvent(new Event('input')); }})(
                document.querySelectorAll('.flame input')[1]) ?? null"
        ));
        said(page)
    };
    let page = Page::open_profile(&profile());
    // Both calls of it, one below the other, count once.
    assert_eq!(search(&page, "run_task"), "2 frames found, 22.4 % of the whole.");
    assert_eq!(search(&page, "[u8; 4]"), "1 frame found, 9.0 % of the whole.");
    assert_eq!(search(&page, "function 12"), "2 frames found, 7.4 % of the whole.");
    assert_eq!(search(&page, "nowhere"), "0 frames found, 0.0 % of the whole.");
    let found = "document.querySelectorAll('.found').length";
    assert_eq!(page.evaluate(found), json!(0));
    assert!(search(&page, "").starts_with("all ("));
    let hostile = Page::open_profile(&hostile_profile("<b>a;b c</b>"));
    assert!(search(&hostile, "<b>a;b c</b>slab").starts_with("1 frame found"));
}

#[test]
fn a_drawing_of_its_own_is_searched_and_zoomed_in_both_themes() {
    let whole = Flame::whole(&profile()).expect("it has a split");
    let difference = Flame::difference(&profile(), &changed_profile()).expect("both are exact");
    let hostile =
        Flame::whole(&hostile_profile("</script><script>pwned = 1</script> 7;8")).expect("a split");
    for flame in [whole, difference, hostile] {
        let page = Page::open_svg(&flame.svg().expect("a drawing"));
        wait_for(&page, "typeof frames === 'object' && Boolean(matchedtxt)");
        page.evaluate("search('rebuild') ?? null");
        let matched = page.evaluate("document.getElementById('matched').textContent");
        assert!(matched.as_str().is_some_and(|it| it.starts_with("Matched: ")), "{matched}");
        page.evaluate("zoom(document.querySelectorAll('#frames g')[3]) ?? null");
        assert_eq!(
            page.evaluate("document.getElementById('unzoom').classList.contains('hide')"),
            json!(false)
        );
        let ground = "getComputedStyle(document.querySelector('rect[height=\"' + document.documentElement.getAttribute('height') + '\"]')).fill";
        page.prefer(Theme::Dark);
        assert_eq!(page.evaluate(ground), json!("rgb(20, 23, 27)"));
        page.prefer(Theme::Light);
        assert_eq!(page.evaluate(ground), json!("url(\"#background\")"));
        assert_eq!(page.evaluate("typeof window.pwned"), json!("undefined"));
        crate::browser::expect_no_trouble(&page);
    }
}
