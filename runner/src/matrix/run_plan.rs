use std::collections::BTreeMap;

use itertools::Itertools;
use pollbench_reports::record::KnobValue;

use super::apply::{self, Kinds, values_for};
use super::{ActiveSetting, InputError, Setting};
use crate::engine::Guest;
use pollbench_simulation::workload::{self, CATALOGUE, Kind, NO_TRACE, NoValue, Parameter, Shape};

/// What the command line selects.
#[derive(Clone, Debug)]
pub struct Selection {
    /// Workloads by name, or `all`.
    pub workloads: Vec<String>,
    /// Numbers of pollables.
    pub pollables: Vec<u32>,
    /// Numbers of active pollables.
    pub active: Vec<ActiveSetting>,
    /// Settings of guests.
    pub knobs: Vec<Setting>,
    /// Settings of workloads.
    pub parameters: Vec<Setting>,
    /// About how many handles a repetition may pass to `poll`.
    pub effort: u64,
}

/// Every cell of a run: each contender in each group.
pub struct RunPlan {
    /// Workloads, each in one size.
    pub groups: Vec<Group>,
    /// Guests on their hosts, with values for their knobs.
    pub contenders: Vec<Contender>,
}

/// A workload in one size, under which contenders are compared.
pub struct Group {
    /// The workload.
    pub kind: &'static Kind,
    /// Its size.
    pub shape: Shape,
}

/// A guest on a host, with a value for each of its knobs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contender {
    /// The guest's index among those of the run, where a guest on two hosts has two.
    pub guest: usize,
    /// The knobs' values, in the order of the guest's description.
    pub knobs: Vec<u64>,
}

impl RunPlan {
    /// Combines each group of a selection with each contender that some guests make.
    pub fn new(selection: &Selection, guests: &[Guest]) -> Result<Self, InputError> {
        if guests.is_empty() {
            return Err(InputError::NoGuests);
        }
        let groups = Group::all(selection)?;
        apply::check(
            &selection.knobs,
            Kinds { owner: "guest", name: "knob" },
            guests.iter().map(|guest| {
                let knobs = guest.description.knobs.iter().map(|knob| knob.name.as_str());
                (guest.description.name.as_str(), knobs.collect())
            }),
        )?;

        let mut contenders = Vec::new();
        for (index, guest) in guests.iter().enumerate() {
            contenders.extend(contenders_of(index, guest, &selection.knobs)?);
        }
        Ok(Self { groups, contenders })
    }

    /// How many cells there are.
    pub fn cells(&self) -> usize {
        self.groups.len() * self.contenders.len()
    }
}

impl Group {
    /// The workloads of a selection, in each of its sizes.
    pub fn all(selection: &Selection) -> Result<Vec<Self>, InputError> {
        let kinds = select(&selection.workloads)?;
        apply::check(
            &selection.parameters,
            Kinds { owner: "workload", name: "parameter" },
            kinds.iter().map(|kind| (kind.name, kind.parameters.iter().map(|p| p.name).collect())),
        )?;
        let mut groups = Vec::new();
        for kind in kinds {
            groups.extend(groups_of(kind, selection)?);
        }
        Ok(groups)
    }
}

impl Contender {
    /// The knobs by name, as the record has them.
    pub fn named_knobs(&self, guest: &Guest) -> BTreeMap<String, KnobValue> {
        guest.description.name_values(&self.knobs)
    }
}

fn select(names: &[String]) -> Result<Vec<&'static Kind>, InputError> {
    if names == ["all"] {
        return Ok(CATALOGUE.iter().collect());
    }
    let find = |name: &String| {
        workload::find(name).ok_or_else(|| InputError::Unknown {
            what: "workload",
            name: name.clone(),
            known: workload::all().map(|kind| kind.name.into()).collect(),
        })
    };
    names.iter().unique().map(find).collect()
}

fn groups_of(kind: &'static Kind, selection: &Selection) -> Result<Vec<Group>, InputError> {
    let combinations = kind.parameters.iter().map(|parameter| {
        let values = values_for(kind.name, parameter.name, &selection.parameters);
        Ok(match values {
            None if parameter.default == NO_TRACE => {
                let (workload, parameter) = (kind.name, parameter.name);
                return Err(InputError::NoTrace { workload, parameter });
            }
            None => vec![parameter.default],
            Some(words) => {
                words.iter().map(|word| parse(parameter, word)).collect::<Result<Vec<_>, _>>()?
            }
        })
    });
    let combinations = product(combinations.collect::<Result<Vec<_>, _>>()?);
    let mut groups: Vec<Group> = Vec::new();
    for values in combinations {
        let names = kind.parameters.iter().map(|parameter| parameter.name.to_string());
        let parameters: BTreeMap<String, u64> = names.zip(values).collect();
        for active in &selection.active {
            for &pollables in &selection.pollables {
                let active = kind.activity.of(pollables, active.of(pollables));
                if active > pollables {
                    return Err(InputError::TooActive { active, pollables });
                }
                let shape = kind.shape([pollables, active], parameters.clone(), selection.effort);
                // Two numbers of active pollables may give the same shape.
                if !groups.iter().any(|group| group.shape == shape) {
                    groups.push(Group { kind, shape });
                }
            }
        }
    }
    Ok(groups)
}

fn contenders_of(
    index: usize,
    guest: &Guest,
    settings: &[Setting],
) -> Result<Vec<Contender>, InputError> {
    let description = &guest.description;
    let combinations = description.knobs.iter().map(|knob| {
        let Some(words) = values_for(&description.name, &knob.name, settings) else {
            return Ok(vec![knob.default]);
        };
        let parse = |word: &String| {
            knob.range.parse(word).ok_or_else(|| InputError::OutOfRange {
                name: format!("the knob {} of {}", knob.name, description.name),
                value: word.clone(),
                range: knob.range.to_string(),
            })
        };
        words.iter().map(parse).collect()
    });
    let combinations = product(combinations.collect::<Result<Vec<_>, _>>()?);
    Ok(combinations.into_iter().map(|knobs| Contender { guest: index, knobs }).collect())
}

fn parse(parameter: &Parameter, word: &str) -> Result<u64, InputError> {
    parameter.range.parse(word).map_err(|no_value| match no_value {
        NoValue::Range(range) => InputError::OutOfRange {
            name: format!("the parameter {}", parameter.name),
            value: word.into(),
            range: range.to_string(),
        },
        NoValue::Trace(problem) => InputError::Trace(problem.to_string()),
    })
}

/// Every way to take one value from each list, each way once.
fn product(lists: Vec<Vec<u64>>) -> Vec<Vec<u64>> {
    if lists.is_empty() {
        return vec![Vec::new()];
    }
    let distinct = lists.into_iter().map(|values| values.into_iter().unique());
    distinct.multi_cartesian_product().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_takes_one_value_of_each_list() {
        assert_eq!(product(vec![]), vec![Vec::<u64>::new()]);
        assert_eq!(
            product(vec![vec![1, 2, 1], vec![3, 3], vec![4, 5]]),
            [[1, 3, 4], [1, 3, 5], [2, 3, 4], [2, 3, 5]]
        );
    }

    fn selection() -> Selection {
        Selection {
            workloads: vec!["all".into()],
            pollables: vec![10, 100],
            active: vec![ActiveSetting::Count(1.try_into().unwrap()), ActiveSetting::Percent(10)],
            knobs: vec![],
            parameters: vec![],
            effort: 1,
        }
    }

    #[test]
    fn groups_of_the_same_shape_are_measured_once() {
        let groups = |kind| {
            let shapes = groups_of(kind, &selection()).unwrap().into_iter();
            shapes.map(|group| (group.shape.pollables, group.shape.active)).collect::<Vec<_>>()
        };
        let [idle, burst, ..] = CATALOGUE else { panic!("idle and burst come first") };
        assert_eq!(groups(idle), [(10, 1), (100, 1), (100, 10)]);
        assert_eq!(groups(burst), [(10, 10), (100, 100)]);
    }
}
