//! A million calls have to stay usable.

use std::time::Instant;

use pollbench_reports::html::profile::render;

use crate::browser::{Page, expect_no_trouble};
use crate::support::profile_of;
use crate::wait_for_timeline;

const MILLION: u64 = 1_000_000;
/// Some more calls than are drawn one by one when all are in view.
const FEW: u64 = 20_000;

/// How long a zoom takes while many calls are in view, with its drawing and its words, in
/// milliseconds: at several places, in and out again. The median and the longest.
fn drawing(page: &Page) -> [f64; 2] {
    let times = page.evaluate(
        "(() => { const times = [];
            const timed = (act) => {
                const begun = performance.now();
                act();
                times.push(performance.now() - begun);
            };
            for (const place of [0.1, 0.37, 0.5, 0.93]) {
                const time = place * timeline.turns.end;
                for (let step = 0; step < 5; step++) timed(() => timeline.zoom(0.5, time));
                for (let step = 0; step < 3; step++) timed(() => timeline.pan(0.4));
                for (let step = 0; step < 15; step++) timeline.zoom(0.5, time);
                timed(() => timeline.show(0, timeline.turns.end));
            }
            return times.sort((a, b) => a - b); })()",
    );
    let times: Vec<f64> =
        times.as_array().expect("times").iter().filter_map(|it| it.as_f64()).collect();
    assert_eq!(times.len(), 4 * 9);
    [times[times.len() / 2], times[times.len() - 1]]
}

/// How many numbers are read to draw a row while all calls are in view.
fn numbers_read(page: &Page) -> u64 {
    let read = page.evaluate(
        "(() => { let read = 0;
            const column = timeline.turns.columns.poll;
            const [values, levels] = [column.values, column.levels];
            const counted = (all) => new Proxy(all, { get: (all, key) => {
                if (key === 'length') return all.length;
                read++;
                return all[key];
            } });
            column.levels = levels.map(counted);
            column.values = column.levels[0];
            timeline.draw();
            Object.assign(column, { values, levels });
            return read; })()",
    );
    read.as_u64().expect("a number")
}

/// Milliseconds from the start of the navigation until something was painted, and until the
/// timeline was.
fn paints(page: &Page) -> [f64; 2] {
    let times = page.evaluate(
        "['first-contentful-paint', 'timeline shown'].map(it => performance.getEntriesByName(it)[0].startTime)",
    );
    [0, 1].map(|it: usize| times[it].as_f64().expect("a time"))
}

#[test]
fn a_million_calls_are_drawn_with_as_little_work_as_a_few() {
    let profile = profile_of(MILLION);
    let begun = Instant::now();
    let bytes = render(&profile).expect("a page").len();
    println!("{MILLION} calls: a page of {bytes} bytes, made in {:?}", begun.elapsed());
    for profile in [profile, profile_of(FEW)] {
        let page = Page::open_profile(&profile);
        page.resize(1280, 900);
        wait_for_timeline(&page);
        let [first, shown] = paints(&page);
        let [median, longest] = drawing(&page);
        let read = numbers_read(&page);
        let calls = profile.timeline.expect("a timeline").turns;
        println!(
            "{calls} calls: first paint {first:.0} ms, timeline {shown:.0} ms, a zoom \
             {median:.2} ms, the longest {longest:.2} ms, {read} numbers read for a row"
        );
        // Times of a busy machine prove little: it is a matter of pixels, and not of calls, how
        // much is read.
        assert!(read > 1_000 && read < 150_000, "{read}");
        assert!(shown < 30_000.0, "{shown}");
        expect_no_trouble(&page);
    }
}
