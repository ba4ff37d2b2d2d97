use std::env::{self, VarError};
use std::fmt;
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

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.part, self.of)
    }
}

/// Two numbers, or the name of a scheduler, whose variables say which part this process has.
impl FromStr for Partition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let variables = Variables(&|name| env::var(name));
        match text {
            "slurm" => variables.slurm(),
            "kubernetes" => variables.kubernetes(),
            numbers => Self::parse(numbers),
        }
    }
}

/// What reads variables of the environment.
struct Variables<'a>(&'a dyn Fn(&str) -> Result<String, VarError>);

impl Variables<'_> {
    /// The task of an array job. Its tasks are numbered one after the other, from any number.
    fn slurm(&self) -> Result<Partition, String> {
        let number = |name| self.number(name, "`slurm` is for tasks of `sbatch --array=1-8`");
        let task = number("SLURM_ARRAY_TASK_ID")?;
        let first = number("SLURM_ARRAY_TASK_MIN")?;
        let of = number("SLURM_ARRAY_TASK_COUNT")?;
        match task.checked_sub(first).and_then(|before| before.checked_add(1)) {
            Some(part) if part <= of => Ok(Partition { part, of }),
            _ => Err(format!(
                "task {task} of {of} tasks from {first} on is no part: number them one after the \
                 other, as in `sbatch --array=1-{of}`"
            )),
        }
    }

    /// The pod of an Indexed Job. How many there are, Kubernetes does not tell them.
    fn kubernetes(&self) -> Result<Partition, String> {
        let index = self.number(
            "JOB_COMPLETION_INDEX",
            "`kubernetes` is for pods of a Job with `completionMode: Indexed`",
        )?;
        let of = self.number(
            "POLLBENCH_PARTS",
            "the manifest of the Job has to set it to the number of its completions",
        )?;
        match index.checked_add(1) {
            Some(part) if part <= of => Ok(Partition { part, of }),
            _ => Err(format!(
                "JOB_COMPLETION_INDEX is {index}, counted from 0, and POLLBENCH_PARTS is {of}: \
                 set it to the number of completions"
            )),
        }
    }

    fn number(&self, name: &str, hint: &str) -> Result<u32, String> {
        let text = (self.0)(name).map_err(|error| match error {
            VarError::NotPresent => format!("{name} is not set: {hint}"),
            VarError::NotUnicode(_) => format!("{name} is no number"),
        })?;
        text.parse().map_err(|_| format!("{name} is {text:?}, which is no number"))
    }
}

impl Partition {
    fn parse(text: &str) -> Result<Self, String> {
        const SHAPE: &str = "expected PART/PARTS, for instance 2/8, or slurm or kubernetes";
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

    fn part_of(scheduler: &str, variables: &[(&str, &str)]) -> Result<String, String> {
        let read = |name: &str| {
            let set = variables.iter().find(|it| it.0 == name);
            set.map(|it| it.1.to_owned()).ok_or(VarError::NotPresent)
        };
        let variables = Variables(&read);
        let part = match scheduler {
            "slurm" => variables.slurm(),
            _ => variables.kubernetes(),
        };
        part.map(|part| part.to_string())
    }

    #[test]
    fn the_tasks_of_an_array_job_are_parts() {
        let part = |task, first, count| {
            part_of(
                "slurm",
                &[
                    ("SLURM_ARRAY_TASK_ID", task),
                    ("SLURM_ARRAY_TASK_MIN", first),
                    ("SLURM_ARRAY_TASK_COUNT", count),
                ],
            )
        };
        assert_eq!(part("1", "1", "4").unwrap(), "1/4");
        assert_eq!(part("4", "1", "4").unwrap(), "4/4");
        assert_eq!(part("0", "0", "4").unwrap(), "1/4");
        assert_eq!(part("12", "10", "3").unwrap(), "3/3");
        for (task, first, count) in [("5", "1", "4"), ("1", "2", "4"), ("4294967295", "0", "4")] {
            let complaint = part(task, first, count).unwrap_err();
            assert!(complaint.contains("as in `sbatch --array=1-4`"), "{complaint}");
        }
        let complaint = part("x", "1", "4").unwrap_err();
        assert_eq!(complaint, "SLURM_ARRAY_TASK_ID is \"x\", which is no number");
        let complaint = part_of("slurm", &[("SLURM_ARRAY_TASK_ID", "1")]).unwrap_err();
        assert!(complaint.starts_with("SLURM_ARRAY_TASK_MIN is not set: "), "{complaint}");
    }

    #[test]
    fn the_pods_of_an_indexed_job_are_parts() {
        let part = |index, parts| {
            part_of("kubernetes", &[("JOB_COMPLETION_INDEX", index), ("POLLBENCH_PARTS", parts)])
        };
        assert_eq!(part("0", "4").unwrap(), "1/4");
        assert_eq!(part("3", "4").unwrap(), "4/4");
        for (index, parts) in [("4", "4"), ("0", "0"), ("4294967295", "4")] {
            let complaint = part(index, parts).unwrap_err();
            assert!(complaint.ends_with("set it to the number of completions"), "{complaint}");
        }
        let complaint = part_of("kubernetes", &[("POLLBENCH_PARTS", "4")]).unwrap_err();
        assert!(complaint.starts_with("JOB_COMPLETION_INDEX is not set: "), "{complaint}");
        let complaint = part_of("kubernetes", &[("JOB_COMPLETION_INDEX", "0")]).unwrap_err();
        assert!(complaint.starts_with("POLLBENCH_PARTS is not set: "), "{complaint}");
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
