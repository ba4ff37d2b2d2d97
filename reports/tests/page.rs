//! The report in a real browser.

mod browser;
mod support;

use std::{env, fs};

use browser::{
    BROKEN_WORDS, CONTRAST, OVERFLOW, OVERLAPS, Page, SMALL_TEXT, Theme, WIDTHS,
    expect_no_problems, expect_no_trouble,
};
use pollbench_reports::record::{Cell, FailureKind, Record};
use serde_json::{Value, json};
use support::{hard, large, typical};

/// What has to hold for every report, whatever is in it.
fn expect_good_page(record: &Record) {
    let page = Page::open(record);
    expect_no_problems(&page, "wider than the window", OVERFLOW, &WIDTHS, &[Theme::Light]);
    expect_no_problems(&page, "broken words", BROKEN_WORDS, &WIDTHS, &[Theme::Light]);
    expect_no_problems(&page, "overlapping labels", OVERLAPS, &WIDTHS, &[Theme::Light]);
    expect_no_problems(&page, "small labels", SMALL_TEXT, &[360], &[Theme::Light]);
    expect_no_problems(&page, "low contrast", CONTRAST, &[1280], &Theme::ALL);
    page.click("#counters thead button");
    page.click("#copy");
    expect_no_trouble(&page);
}

/// With more cells than are shown in the open.
fn large_report() -> Record {
    large(1_000)
}

fn failed() -> Record {
    typical().with_failure(7, FailureKind::Deadlock, "task 3 waits for ever")
}

/// With guests of other interfaces, in one cell of which a step is not supported.
fn mixed() -> Record {
    let mut sample = typical();
    sample.guests.push(("p3".into(), |_, _| 2_000.0));
    sample.not_supported(3, "it has no timers")
}

#[test]
fn a_report_with_other_interfaces_is_in_order() {
    expect_good_page(&mixed());
}

#[test]
fn a_typical_report_is_in_order() {
    expect_good_page(&typical().record());
}

#[test]
fn a_report_with_a_failure_is_in_order() {
    expect_good_page(&failed());
}

#[test]
fn a_report_of_one_cell_is_in_order() {
    let mut record = typical().record();
    record.cells.truncate(1);
    expect_good_page(&record);
}

#[test]
fn a_report_with_everything_odd_is_in_order() {
    expect_good_page(&hard());
}

#[test]
fn the_answer_and_its_heatmaps_are_on_the_first_screen() {
    // With the banner, there is the least room.
    let page = Page::open(&failed());
    page.resize(1280, 800);
    let ends = page.evaluate(
        "['.headline', '.sentence', '.heatmap'].map(selector => Math.max(
            ...[...document.querySelectorAll(selector)].map(it => it.getBoundingClientRect().bottom)))",
    );
    for end in ends.as_array().expect("three numbers") {
        assert!(end.as_f64().is_some_and(|end| end > 0.0 && end <= 800.0), "{ends}");
    }
}

#[test]
fn a_dark_page_is_dark_and_so_are_its_charts() {
    let page = Page::open(&typical().record());
    let colors = || {
        page.evaluate(
            "[getComputedStyle(document.body).backgroundColor, ...['text', 'line', 'path', 'rect']
                .map(tag => document.querySelector('.chart ' + tag))
                .map(it => [getComputedStyle(it).fill, getComputedStyle(it).stroke].join())]",
        )
    };
    page.prefer(Theme::Light);
    let light = colors();
    page.prefer(Theme::Dark);
    let dark = colors();
    for (light, dark) in light.as_array().unwrap().iter().zip(dark.as_array().unwrap()) {
        assert_ne!(light, dark);
    }
}

/// The numbers a column of the table of counters is sorted by, from the top.
fn column(page: &Page, index: usize) -> Vec<f64> {
    let cells = format!(
        "[...document.querySelector('#counters table').tBodies[0].rows]
            .map(row => parseFloat(row.cells[{index}].dataset.value))"
    );
    let values = page.evaluate(&cells);
    values.as_array().expect("a column").iter().filter_map(Value::as_f64).collect()
}

fn sort_state(page: &Page, index: usize) -> Value {
    let heads = "document.querySelectorAll('#counters thead th')";
    page.evaluate(&format!("[...{heads}].map(head => head.ariaSort)[{index}]"))
}

#[test]
fn tables_sort_by_click() {
    let page = Page::open(&typical().record());
    page.resize(1280, 800);
    let titles = "[...document.querySelectorAll('#counters thead th')]
        .findIndex(head => head.textContent.trim() === 'guest fuel')";
    let fuel = page.evaluate(titles).as_u64().expect("a column of fuel") as usize;
    let button = format!("#counters th:nth-child({}) button", fuel + 1);
    page.click(&button);
    assert_eq!(sort_state(&page, fuel), json!("ascending"));
    let ascending = column(&page, fuel);
    assert!(ascending[0] < ascending[74]);
    assert!(ascending.len() == 75 && ascending.is_sorted(), "{ascending:?}");
    page.click(&button);
    assert_eq!(sort_state(&page, fuel), json!("descending"));
    assert!(column(&page, fuel).is_sorted_by(|a, b| a >= b));
}

#[test]
fn tables_sort_by_keyboard() {
    let page = Page::open(&typical().record());
    page.evaluate("document.querySelector('#counters th button').focus() ?? null");
    page.press("Enter");
    assert_eq!(sort_state(&page, 0), json!("ascending"));
    page.press("Tab");
    page.press("Tab");
    page.press("Enter");
    assert_eq!(sort_state(&page, 0), json!(null));
    assert_eq!(sort_state(&page, 2), json!("ascending"));
    assert!(column(&page, 2).is_sorted());
}

#[test]
fn the_keyboard_reaches_the_answer_first() {
    let page = Page::open(&typical().record());
    page.press("Tab");
    let focused = "document.activeElement.getAttribute('href')";
    assert_eq!(page.evaluate(focused), json!("#answer"));
    let box_ = page.evaluate("document.activeElement.getBoundingClientRect().left");
    assert!(box_.as_f64().is_some_and(|left| left >= 0.0), "the skip link is shown on focus");
}

#[test]
fn markup_in_names_is_shown_and_not_run() {
    let page = Page::open(&hard());
    assert_eq!(page.evaluate("typeof window.pwned"), json!("undefined"));
    let names = page.evaluate("document.body.textContent.includes('<script>window.pwned')");
    assert_eq!(names, json!(true));
    assert_eq!(page.evaluate("document.querySelectorAll('script, img, iframe').length"), json!(1));
}

#[test]
fn the_command_can_be_copied() {
    let record = typical().record();
    let page = Page::open(&record);
    page.click("#copy");
    let said = || page.evaluate("document.getElementById('copied').textContent");
    for _ in 0..100 {
        if said() != json!("") {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let selected = page.evaluate("getSelection().toString()");
    assert!(
        said() == json!("Copied.") || selected == json!(record.environment.command),
        "{} {selected}",
        said()
    );
}

/// Waits until an expression is true.
fn wait_for(page: &Page, expression: &str) {
    for _ in 0..500 {
        if page.evaluate(expression) == json!(true) {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    panic!("{expression} is never true: {:#?}", page.heard().complaints);
}

/// Whether a packed section shows its charts and tables.
fn is_unpacked(section: &str) -> String {
    format!("document.querySelectorAll('{section} details table').length === 2")
}

#[test]
fn a_section_of_a_large_report_shows_everything_once_it_is_opened() {
    let page = Page::open(&large_report());
    assert_eq!(page.evaluate("document.querySelectorAll('svg, table.figures').length"), json!(1));
    page.click("#workload-2 summary");
    wait_for(&page, &is_unpacked("#workload-2"));
    let counts = "['svg.wide', 'svg.narrow', 'figcaption', 'details details', 'tbody tr']
        .map(it => document.querySelectorAll('#workload-2 ' + it).length)";
    assert_eq!(page.evaluate(counts), json!([3, 3, 3, 2, 120]));
    for (name, script, themes) in [
        ("wider than the window", OVERFLOW, &Theme::ALL[..1]),
        ("overlapping labels", OVERLAPS, &Theme::ALL[..1]),
        ("broken words", BROKEN_WORDS, &Theme::ALL[..1]),
        ("low contrast", CONTRAST, &Theme::ALL),
    ] {
        expect_no_problems(&page, name, script, &WIDTHS, themes);
    }
    expect_no_trouble(&page);
}

#[test]
fn an_unpacked_table_sorts_by_the_numbers_its_texts_show() {
    let page = Page::open(&large_report());
    page.resize(1280, 800);
    page.click("#workload-1 summary");
    wait_for(&page, &is_unpacked("#workload-1"));
    page.click("#workload-1 details details summary");
    page.click("#workload-1 details details th:nth-child(3) button");
    let times = "[...document.querySelector('#workload-1 details details tbody').rows]
        .map(row => numberIn(row.cells[2].textContent))";
    let times = page.evaluate(times);
    let times: Vec<f64> = times.as_array().unwrap().iter().filter_map(Value::as_f64).collect();
    assert!(times.len() == 60 && times.is_sorted() && times[0] < times[59], "{times:?}");
}

/// By the tables of a small report, which have the numbers themselves beside the texts.
#[test]
fn the_script_reads_every_number_from_its_text() {
    let page = Page::open(&typical().record());
    let misread = page.evaluate(
        "[...document.querySelectorAll('td[data-value]')]
            .map(cell => [cell.textContent, Number(cell.dataset.value), numberIn(cell.textContent)])
            .filter(([, value, read]) => !(Math.abs(value - read) <= 0.0051 * Math.max(1, Math.abs(value))))",
    );
    assert_eq!(misread, json!([]));
    let texts =
        "['?1.02x', '≈0.98x', '12.3 µs', '-4.00 ns', '4200 s', '93.8 %', '1,234,567', '12.3k',
        '1.06 MiB', '–', 'failed'].map(numberIn)";
    let read = page.evaluate(texts);
    let read: Vec<Option<f64>> = read.as_array().unwrap().iter().map(Value::as_f64).collect();
    let (million, mebibytes) = (1_234_567.0, 1.06 * 1024.0 * 1024.0);
    let expected = [1.02, 0.98, 12_300.0, -4.0, 4.2e12, 0.938, million, 12_300.0, mebibytes];
    assert_eq!(read, [expected.map(Some).as_slice(), &[None, None]].concat());
}

#[test]
fn a_link_to_a_packed_section_opens_it() {
    let page = Page::open(&large_report());
    page.resize(1280, 800);
    page.click(".card a[href='#workload-3']");
    wait_for(&page, &is_unpacked("#workload-3"));
    assert_eq!(page.evaluate(&is_unpacked("#workload-2")), json!(false));
}

#[test]
fn the_answer_of_a_large_report_is_on_the_first_screen() {
    // With 50 workloads, whose links would fill it.
    let page = Page::open(&large(3_000));
    for width in WIDTHS {
        page.resize(width, 800);
        let ends =
            page.evaluate("document.querySelector('.headline').getBoundingClientRect().bottom");
        assert!(ends.as_f64().is_some_and(|end| end > 0.0 && end <= 600.0), "{width}: {ends}");
    }
}

#[test]
fn markup_in_names_is_not_run_when_it_is_unpacked() {
    let mut record = hard();
    let elsewhere = record.cells.clone();
    record.cells.extend(elsewhere.into_iter().map(|cell| Cell { host: "<b>".into(), ..cell }));
    let page = Page::open(&record);
    page.click("#workload-1 summary");
    wait_for(&page, &is_unpacked("#workload-1"));
    assert_eq!(page.evaluate("typeof window.pwned"), json!("undefined"));
    let names = page.evaluate(
        "document.querySelector('#workload-1 tbody').textContent.includes('<script>window.pwned')",
    );
    assert_eq!(names, json!(true));
    assert_eq!(page.evaluate("document.querySelectorAll('script, img, iframe').length"), json!(1));
}

#[test]
fn a_damaged_section_says_so() {
    let page = Page::open(&large_report());
    page.evaluate("(document.querySelector('#workload-1 details').dataset.packed = 'AAAA')");
    page.click("#workload-1 summary");
    wait_for(
        &page,
        "document.querySelector('#workload-1').textContent.includes(\"can't be unpacked\")",
    );
}

/// Pictures to look at: set `PAGE_PICTURES` to the directory they are to go to.
#[test]
fn pictures_are_taken_when_asked_for() {
    let Some(directory) = env::var_os("PAGE_PICTURES").map(std::path::PathBuf::from) else {
        return;
    };
    fs::create_dir_all(&directory).expect("a directory");
    let records = [
        ("typical", typical().record()),
        ("failed", failed()),
        ("mixed", mixed()),
        ("hard", hard()),
        ("large", large_report()),
    ];
    for (name, record) in records {
        let page = Page::open(&record);
        for (width, theme) in
            [(1280, Theme::Light), (1280, Theme::Dark), (390, Theme::Light), (390, Theme::Dark)]
        {
            page.prefer(theme);
            page.resize(width, 800);
            let file = |part| directory.join(format!("{name}-{width}-{theme:?}-{part}.png"));
            fs::write(file("top"), page.screenshot()).expect("a picture");
            page.resize(width, 3200);
            fs::write(file("long"), page.screenshot()).expect("a picture");
            page.resize(width, 1600);
            page.evaluate(
                "scrollTo({ top: document.body.scrollHeight, behavior: 'instant' }) ?? 0",
            );
            fs::write(file("end"), page.screenshot()).expect("a picture");
            if name == "large" {
                page.evaluate("(document.querySelector('#workload-2 details').open = true)");
                wait_for(&page, &is_unpacked("#workload-2"));
                page.evaluate(
                    "document.getElementById('workload-2').scrollIntoView({ behavior: 'instant' }) ?? 0",
                );
                fs::write(file("section"), page.screenshot()).expect("a picture");
            }
            page.evaluate("scrollTo({ top: 0, behavior: 'instant' }) ?? 0");
        }
    }
}
