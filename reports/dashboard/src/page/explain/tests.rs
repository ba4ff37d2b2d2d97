use super::drawing::{Drawing, WIDTH, numbers};
use super::{ALL, CALLS, PART, explain, squared, times, turn};
use crate::links::{Links, Scope};
use crate::view::Explain;

fn pictures(of: &Explain) -> Vec<Drawing> {
    let ours = [turn::draw(&ALL), turn::draw(&PART), turn::draw(&CALLS), squared::draw(8)];
    let guests = of.guests.iter().map(|it| turn::draw(&it.turn));
    let workloads = of.workloads.iter().map(|it| times::draw(it.times));
    ours.into_iter().chain(guests).chain(workloads).collect()
}

fn page() -> String {
    explain(&Explain::all(), &Links::Served(Scope::default())).expect("it can be rendered")
}

/// The size of the text in a picture.
const TEXT: i32 = 12;

#[test]
fn all_text_fits_its_picture() {
    let style = include_str!("../../../templates/explain.css");
    assert!(style.contains(&format!(".picture text {{ font-size: {TEXT}px;")));
    let explain = Explain::all();
    for picture in pictures(&explain) {
        for (x, text) in picture.texts() {
            // The letters of a wide face are on average half as wide as the text is high.
            let width = text.chars().count() as i32 * TEXT * 56 / 100;
            assert!(x + width <= WIDTH, "{text}: {}", x + width);
        }
    }
}

#[test]
fn pictures_are_good_xml_and_say_what_they_show() {
    let explain = Explain::all();
    for picture in pictures(&explain) {
        let text = picture.to_string();
        let document = roxmltree::Document::parse(&text).expect("it is XML");
        let svg = document.root_element();
        assert_eq!(svg.attribute("role"), Some("img"));
        assert!(svg.attribute("aria-label").is_some_and(|it| it.len() > 40), "{text}");
        assert!(document.descendants().all(|it| it.attribute("style").is_none()), "{text}");
    }
}

#[test]
fn each_guest_workload_and_word_has_a_place_that_others_can_link_to() {
    let (page, explain) = (page(), Explain::all());
    for guest in &explain.guests {
        assert!(page.contains(&format!("id=\"guest-{}\"", guest.name)), "{}", guest.name);
    }
    for workload in &explain.workloads {
        assert!(page.contains(&format!("id=\"workload-{}\"", workload.name)), "{}", workload.name);
    }
    for word in explain.words {
        assert!(
            page.contains(&format!("id=\"word-{}\">{}</dt>", word.id(), word.word)),
            "{}",
            word.word
        );
    }
    assert!(!page.contains("style=\""), "the policy forbids inline styles");
}

#[test]
fn a_poll_that_blocks_looks_twice_and_a_part_looks_once() {
    let all = turn::draw(&ALL).to_string();
    assert!(all.contains("boundary: 8 handles cross"), "{all}");
    assert!(all.contains("looks at 8, sleeps, looks again"), "{all}");
    let part = turn::draw(&PART).to_string();
    // What comes back is the place in the list, not the number of the pollable.
    assert!(part.contains("index 1 means 4"), "{part}");
    assert!(part.contains("looks at 3 and a marker"), "{part}");
    assert!(turn::draw(&CALLS).to_string().contains("no list crosses"));
}

#[test]
fn numbers_read_as_in_a_sentence() {
    let cases: [(&[usize], &str); 6] = [
        (&[], ""),
        (&[4], "4"),
        (&[2, 5], "2 and 5"),
        (&[0, 1, 2], "0, 1 and 2"),
        (&[0, 1, 2, 3], "0 to 3"),
        (&[1, 2, 5, 6], "1, 2, 5 and 6"),
    ];
    for (of, text) in cases {
        assert_eq!(numbers(of), text);
    }
}
