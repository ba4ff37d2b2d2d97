use std::sync::Arc;

use super::ScriptedStep;

/// A place in a task's script, repetitions and all.
#[derive(Clone, Debug)]
pub(super) struct Cursor {
    /// The repetitions that the place is in, the innermost last; the script itself first.
    levels: Vec<Level>,
}

#[derive(Clone, Debug)]
struct Level {
    steps: Arc<[Part]>,
    next: usize,
    /// How often the steps are still to be done, this time included.
    left: u32,
}

/// A step, or a repetition whose steps are shared by all that go through it.
#[derive(Clone, Debug)]
enum Part {
    Step(ScriptedStep),
    Repeat(u32, Arc<[Part]>),
}

impl Cursor {
    /// The beginning of a script.
    pub fn new(steps: &[ScriptedStep]) -> Self {
        Self { levels: vec![Level { steps: parts(steps), next: 0, left: 1 }] }
    }

    /// The next step.
    pub fn next(&mut self) -> Option<ScriptedStep> {
        loop {
            let level = self.levels.last_mut()?;
            let Some(part) = level.steps.get(level.next) else {
                level.left = level.left.saturating_sub(1);
                level.next = 0;
                // Without steps there is nothing to repeat.
                if level.left == 0 || level.steps.is_empty() {
                    self.levels.pop();
                }
                continue;
            };
            level.next += 1;
            match part {
                Part::Step(step) => return Some(step.clone()),
                Part::Repeat(0, _) => {}
                Part::Repeat(times, steps) => {
                    let (steps, left) = (steps.clone(), *times);
                    self.levels.push(Level { steps, next: 0, left });
                }
            }
        }
    }
}

fn parts(steps: &[ScriptedStep]) -> Arc<[Part]> {
    let part = |step: &ScriptedStep| match step {
        ScriptedStep::Repeat { times, steps } => Part::Repeat(*times, parts(steps)),
        step => Part::Step(step.clone()),
    };
    steps.iter().map(part).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::ScriptedStep::{Repeat, Sleep, Yield};
    use super::*;

    fn step() -> impl Strategy<Value = ScriptedStep> {
        let leaf = prop_oneof![Just(Yield), (0..9u64).prop_map(Sleep)];
        leaf.prop_recursive(3, 30, 4, |inner| {
            (0..4u32, prop::collection::vec(inner, 0..4))
                .prop_map(|(times, steps)| Repeat { times, steps })
        })
    }

    /// The steps with each repetition written out.
    fn written_out(steps: &[ScriptedStep]) -> Vec<ScriptedStep> {
        let one = |step: &ScriptedStep| match step {
            Repeat { times, steps } => vec![written_out(steps); *times as usize].concat(),
            step => vec![step.clone()],
        };
        steps.iter().flat_map(one).collect()
    }

    proptest! {
        #[test]
        fn a_cursor_goes_through_a_script_as_if_it_were_written_out(
            steps in prop::collection::vec(step(), 0..5),
        ) {
            let mut cursor = Cursor::new(&steps);
            let taken: Vec<_> = std::iter::from_fn(|| cursor.next()).collect();
            prop_assert_eq!(taken, written_out(&steps));
            prop_assert_eq!(cursor.next(), None);
        }
    }
}
