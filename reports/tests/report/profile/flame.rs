use pollbench_reports::profile::flame::{Flame, Side, Unit};
use pollbench_reports::profile::{Difference, Profile};
use roxmltree::{Document, Node, ParsingOptions};

use super::hostile_profiles;
use crate::support::{changed_profile, empty_profile, profile};

fn by_fuel(profile: &Profile) -> Flame {
    let tree = &profile.exact.as_ref().expect("it is exact").tree;
    Flame::of_tree("guest", &profile.functions, tree, Unit::Fuel).expect("it costs something")
}

fn all_flames(profile: &Profile) -> Vec<Flame> {
    let whole = Flame::whole(profile).expect("it has a split");
    let difference = Flame::difference(profile, &changed_profile()).expect("both are exact");
    vec![by_fuel(profile), whole, difference]
}

/// A frame: its name, its place and width in costs, and its height.
type Frame = (String, u64, u64, u64);

fn frames(svg: &str) -> Vec<Frame> {
    // The drawing names a document type, which is not fetched.
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    let document = Document::parse_with_options(svg, options).expect("it is XML");
    let groups = document.descendants().filter(|it| it.has_tag_name("g"));
    groups.map(|it| frame(&it)).collect()
}

fn frame(group: &Node) -> Frame {
    let child = |name| group.children().find(|it: &Node| it.tag_name().name() == name).unwrap();
    let title = child("title").text().unwrap_or_default();
    let (name, _) = title.rsplit_once(" (").expect("a cost");
    let rect = child("rect");
    let number = |name: &str| {
        let of_name = rect.attributes().find(|it| it.name() == name);
        of_name.unwrap().value().parse::<f64>().unwrap() as u64
    };
    let own = |name: &str| {
        let found = rect.attributes().find(|it| it.name() == name && it.namespace().is_some());
        found.unwrap().value().parse::<u64>().unwrap()
    };
    (name.into(), own("x"), own("w"), number("y"))
}

#[test]
fn frames_are_as_wide_as_what_they_cost() {
    let svg = by_fuel(&profile()).svg().unwrap();
    let frames = frames(&svg);
    let widths = |name: &str| -> Vec<u64> {
        frames.iter().filter(|it| it.0 == name).map(|it| it.2).collect()
    };
    assert_eq!(widths("all"), [10_000_000]);
    assert_eq!(widths("run"), [10_000_000]);
    assert_eq!(widths("slab::rebuild"), [7_000_000]);
    // An inner call of the same function is a frame of its own, also where its name ends in a
    // number.
    assert_eq!(widths("executor::run_task"), [98_000, 2_238_800]);
    assert_eq!(widths("function\u{a0}12"), [680_800, 60_000]);
}

#[test]
fn a_function_is_one_frame_though_others_are_called_alike() {
    let mut profile = profile();
    // Siblings: as a string, `x::y` is between `x` and `x;`, below which there are others.
    profile.functions[2].name = "x".into();
    profile.functions[4].name = "x::y".into();
    let names: Vec<String> =
        frames(&by_fuel(&profile).svg().unwrap()).into_iter().map(|it| it.0).collect();
    assert_eq!(names.iter().filter(|it| *it == "x").count(), 1, "{names:?}");
    assert_eq!(names.iter().filter(|it| *it == "x::y").count(), 1, "{names:?}");
}

#[test]
fn one_flame_has_guest_boundary_host_and_driver() {
    let svg = Flame::whole(&profile()).unwrap().svg().unwrap();
    let frames = frames(&svg);
    let top = frames.iter().filter(|it| it.0 == "all").map(|it| it.3).next().unwrap();
    let next = frames.iter().map(|it| it.3).filter(|it| *it > top).min().unwrap();
    let mut parts: Vec<(&str, f64)> = frames
        .iter()
        .filter(|it| it.3 == next)
        .map(|it| (it.0.as_str(), it.2 as f64 / 1e6))
        .collect();
    parts.sort_by_key(|it| it.0);
    let expected = [
        ("boundary:\u{a0}other\u{a0}calls", 16.7),
        ("boundary:\u{a0}poll", 83.3),
        ("driver\u{a0}(pollbench)", 13.3),
        ("guest", 200.0),
        ("host:\u{a0}other\u{a0}calls", 20.0),
        ("host:\u{a0}poll", 1_333.3),
    ];
    assert_eq!(parts.len(), expected.len(), "{parts:?}");
    for ((name, microseconds), (other, about)) in parts.iter().zip(expected) {
        assert_eq!(*name, other);
        assert!((microseconds - about).abs() < 0.1, "{name}: {microseconds}");
    }
}

#[test]
fn hostile_names_make_well_formed_drawings_with_all_frames() {
    for hostile in hostile_profiles() {
        for (flame, plain) in all_flames(&hostile).iter().zip(all_flames(&profile())) {
            let svg = flame.svg().unwrap();
            let (frames, expected) = (frames(&svg), frames_of(&plain));
            let widths = |frames: &[Frame]| {
                let mut widths: Vec<(u64, u64)> = frames.iter().map(|it| (it.3, it.2)).collect();
                widths.sort_unstable();
                widths
            };
            // What is compared has other names on the other side.
            if !flame.title().contains("changed") {
                assert_eq!(widths(&frames), widths(&expected), "{}", flame.title());
            }
            assert!(svg.len() < 60_000, "{}", svg.len());
            assert_eq!(svg.matches("<script").count(), 1);
        }
    }
}

fn frames_of(flame: &Flame) -> Vec<Frame> {
    frames(&flame.svg().unwrap())
}

#[test]
fn nothing_is_fetched_by_a_drawing() {
    for flame in all_flames(&profile()) {
        let svg = flame.svg().unwrap();
        for fetching in ["href=\"http", "src=", "@import", "url(http", "<image", "<use"] {
            assert!(!svg.contains(fetching), "{fetching}");
        }
    }
}

#[test]
fn the_same_profile_is_drawn_the_same() {
    for (one, other) in all_flames(&profile()).iter().zip(all_flames(&profile())) {
        assert_eq!(one.svg().unwrap(), other.svg().unwrap());
        assert_eq!(one.drawn().unwrap(), other.drawn().unwrap());
        assert_eq!(one.folded(), other.folded());
    }
}

#[test]
fn what_costs_nothing_is_not_drawn() {
    let empty = empty_profile();
    assert_eq!(Flame::whole(&empty), None);
    assert_eq!(Flame::difference(&empty, &profile()), None);
    let mut free = profile();
    free.work.events = 0;
    assert_eq!(Flame::whole(&free), None);
    free.exact.as_mut().unwrap().tree.nodes.iter_mut().for_each(|it| it.own = 0);
    let tree = &free.exact.as_ref().unwrap().tree;
    assert_eq!(Flame::of_tree("guest", &free.functions, tree, Unit::Fuel), None);
}

#[test]
fn a_difference_marks_what_costs_more_and_what_less() {
    // The profile that costs more has the widths, whichever it is.
    let sides = [
        (
            profile(),
            changed_profile(),
            Side::Before,
            ["slab::rebuild\u{a0}▼", "slab::insert\u{a0}▲"],
        ),
        (
            changed_profile(),
            profile(),
            Side::After,
            ["slab::rebuild\u{a0}▲", "slab::insert\u{a0}▼"],
        ),
    ];
    for (before, after, widths, [wide, gone]) in sides {
        let flame = Flame::difference(&before, &after).unwrap();
        assert_eq!(flame.widths(), Some(widths));
        let names: Vec<String> = frames_of(&flame).into_iter().map(|it| it.0).collect();
        let has = |name: &str| names.iter().any(|it| it == name);
        assert!(has(wide) && has("run") && !has(gone), "{names:?}");
        let svg = flame.svg().unwrap();
        assert!(svg.contains("%; -") && svg.contains("%; +"), "costs have their change");
        // Red is what costs more after, blue what costs less.
        let frame = svg.split("<g>").find(|it| it.contains(wide)).expect("the frame");
        let color = frame.split("fill=\"rgb(").nth(1).expect("a colour");
        let parts: Vec<u32> =
            color.split([',', ')']).take(3).map(|it| it.trim().parse().unwrap()).collect();
        assert_eq!(parts[0] > parts[2], wide.ends_with('▲'), "{frame}");
    }
    let (differences, unit) = Difference::between(&profile(), &changed_profile()).unwrap();
    assert_eq!(unit, "units of fuel per event");
    let names: Vec<&str> = differences.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["slab::rebuild", "slab::insert", "function 12", "executor::run_task"]);
    assert!((differences[0].change() + 6_010_000.0 / 600.0).abs() < 1e-6);
    let (same, _) = Difference::between(&profile(), &profile()).unwrap();
    assert_eq!(same, []);
}
