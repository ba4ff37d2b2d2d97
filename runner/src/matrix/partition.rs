use std::str::FromStr;

use sha2::{Digest, Sha256};

use super::{Group, RunPlan};

/// One of several parts of a plan, each of which may be measured on its own machine.
///
/// A group is never divided, because its contenders are compared round by round. Which part
/// it is in depends on the group alone, so it stays there whatever else is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Partition {
    /// The number of the part, from 1.
    part: u32,
    /// The number of parts.
    of: u32,
}

impl Partition {
    /// Removes all groups from a plan but those of this part.
    pub fn apply(self, plan: &mut RunPlan) {
        plan.groups.retain(|group| self.holds(group));
    }

    fn holds(self, group: &Group) -> bool {
        let digest = Sha256::digest(identity(group));
        let number = digest.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte));
        number % u64::from(self.of) == u64::from(self.part - 1)
    }
}

/// A text that no other group has. Changing its format moves groups between parts.
fn identity(Group { kind, shape }: &Group) -> String {
    let parameters = kind.record(&shape.parameters);
    let parameters: Vec<String> =
        parameters.iter().map(|(name, value)| format!("{name}={value};")).collect();
    format!(
        "{};{}pollables={};active={};effort={}",
        kind.name,
        parameters.concat(),
        shape.pollables,
        shape.active,
        shape.effort
    )
}

impl FromStr for Partition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        const SHAPE: &str = "expected PART/PARTS, for instance 2/8";
        let (part, of) = text.split_once('/').ok_or(SHAPE)?;
        let number = |word: &str| word.parse::<u32>().map_err(|_| SHAPE);
        let (part, of) = (number(part)?, number(of)?);
        match (part, of) {
            (_, 0) => Err("there are no parts of nothing: the second number is from 1".into()),
            (0, _) => Err(format!("parts are numbered from 1: 1/{of} is the first")),
            _ if part > of => {
                Err(format!("there is no part {part} of {of}: the last is {of}/{of}"))
            }
            _ => Ok(Self { part, of }),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use pollbench_simulation::workload::{CATALOGUE, Shape};

    fn group(index: usize, pollables: u32, effort: u64) -> Group {
        let kind = &CATALOGUE[index % CATALOGUE.len()];
        let shape = Shape { pollables, active: 1, parameters: kind.defaults(), effort };
        Group { kind, shape }
    }

    #[test]
    fn a_malformed_part_is_refused() {
        let complaint = |text: &str| text.parse::<Partition>().unwrap_err();
        for text in ["", "x", "1", "1/", "/2", "1/2/3", "-1/2", "1/x", "1.5/2", "99999999999/2"] {
            assert!(complaint(text).contains("2/8"), "{text}");
        }
        assert!(complaint("0/8").contains("1/8 is the first"));
        assert!(complaint("9/8").contains("no part 9 of 8"));
        assert!(complaint("1/0").contains("from 1"));
        assert_eq!("2/8".parse(), Ok(Partition { part: 2, of: 8 }));
    }

    /// Machines that run a part each have to agree on the part of a group: changing the
    /// format of identities moves groups.
    #[test]
    fn the_identity_of_a_group_keeps_its_format() {
        let words = "idle;delay=10000;yielders=0;pollables=100;active=1;effort=40000";
        assert_eq!(identity(&group(0, 100, 40_000)), words);
    }

    proptest! {
        #[test]
        fn each_group_is_in_one_part(
            index in 0_usize..20,
            pollables in 1_u32..1_000_000,
            effort in 1_u64..100_000,
            of in 1_u32..50,
        ) {
            let group = group(index, pollables, effort);
            let parts = (1..=of).filter(|&part| Partition { part, of }.holds(&group));
            prop_assert_eq!(parts.count(), 1);
        }
    }
}
