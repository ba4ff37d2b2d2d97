use pollbench_reports::html::profile::{render, render_difference};
use pollbench_reports::profile::text;
use pollbench_reports::record::{Failure, FailureKind};

use super::hostile_profiles;
use crate::support::{changed_profile, empty_profile, profile};

#[test]
fn the_text_of_a_profile_looks_like_this() {
    insta::assert_snapshot!(text::render(&profile()));
}

#[test]
fn the_text_of_a_difference_looks_like_this() {
    insta::assert_snapshot!(text::difference(&profile(), &changed_profile()));
}

#[test]
fn the_answer_comes_first_and_fits_what_is_known() {
    let first = |change: fn(&mut pollbench_reports::profile::Profile)| {
        let mut profile = profile();
        change(&mut profile);
        text::render(&profile).lines().nth(2).unwrap_or_default().to_owned()
    };
    let host = "80 % of the time is the host's own poll: 10,833 handles a call for 1.1 ready ones.";
    assert_eq!(first(|_| {}), host);
    assert_eq!(first(|it| it.timeline = None), "80 % of the time is the host's own poll.");
    let calls = first(|it| it.split = None);
    assert!(calls.starts_with("92.6 % of the loop's time is in calls of poll: 10,833"), "{calls}");
    let fuel = first(|it| (it.split, it.timeline) = (None, None));
    assert!(fuel.starts_with("Of the guest's fuel, 61 % is `slab::rebuild`, "), "{fuel}");
    assert!(text::render(&empty_profile()).contains("The profile has no numbers."));
}

#[test]
fn what_can_not_be_trusted_is_said() {
    let mut wrong = profile();
    wrong.exact.as_mut().unwrap().unprofiled_fuel += 1;
    wrong.timeline.as_mut().unwrap().left_out = Some(1_000);
    wrong.failure = Some(Failure::new(FailureKind::Deadlock, "Nobody waits."));
    for told in [text::render(&wrong), render(&wrong).unwrap()] {
        assert!(told.contains("The profile is wrong: it has 10,000,000 units of fuel"));
        assert!(told.contains("first 500 of 1,000 calls"));
        assert!(told.contains("The guest failed, and the profile ends there: Nobody waits."));
    }
    let timeline = wrong.timeline.as_mut().unwrap();
    timeline.packed.truncate(40);
    for told in [text::render(&wrong), render(&wrong).unwrap()] {
        assert!(told.contains("the turns of the profile are damaged"));
    }
}

#[test]
fn hostile_names_do_not_reach_the_terminal() {
    for profile in hostile_profiles() {
        let text = text::render(&profile) + &text::difference(&profile, &changed_profile());
        let bad = |it: char| it.is_control() && it != '\n' || it == '\u{202e}';
        assert!(!text.contains(bad), "{text:?}");
        assert!(text.len() < 40_000);
    }
}

#[test]
fn pages_are_the_same_for_the_same_profile_and_fetch_nothing() {
    for page in
        [render(&profile()).unwrap(), render_difference(&profile(), &changed_profile()).unwrap()]
    {
        for address in ["http:", "https:", "src=\"", "@import", "url(", "<image"] {
            assert!(!page.contains(address), "{address}");
        }
    }
    assert_eq!(render(&profile()).unwrap(), render(&profile()).unwrap());
}
