use std::str::FromStr;

use crate::matrix::InputError;
use crate::tune::Load;
use crate::worker::Job;

/// Several workloads with their weights, as `idle=70,burst=20,churn=10`.
#[derive(Clone, Debug, PartialEq)]
pub struct Mix {
    parts: Vec<(String, f64)>,
}

impl Mix {
    /// The names of the workloads.
    pub fn workloads(&self) -> Vec<String> {
        self.parts.iter().map(|(name, _)| name.clone()).collect()
    }

    /// The mix of these jobs, of which each workload has to have one.
    pub fn load(&self, jobs: Vec<Job>) -> Result<Load, InputError> {
        let weight = |job: &Job| self.parts.iter().find(|(name, _)| *name == job.workload);
        let weights: Vec<f64> = jobs.iter().filter_map(|job| Some(weight(job)?.1)).collect();
        if jobs.len() != self.parts.len() {
            return Err(InputError::SeveralInMix);
        }
        Ok(Load { jobs, weights })
    }
}

impl FromStr for Mix {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let part = |it: &str| {
            let (name, weight) =
                it.split_once('=').ok_or("expected WORKLOAD=WEIGHT, as in idle=70,burst=30")?;
            match weight.parse::<f64>() {
                Ok(weight) if weight.is_finite() && weight > 0.0 => Ok((name.to_string(), weight)),
                _ => Err(format!("the weight {weight:?} is not a number above 0")),
            }
        };
        let parts: Vec<(String, f64)> = text.split(',').map(part).collect::<Result<_, _>>()?;
        match parts.iter().enumerate().find(|(at, it)| parts[..*at].iter().any(|b| b.0 == it.0)) {
            Some((_, (name, _))) => Err(format!("{name} is named twice")),
            None if parts.len() < 2 => Err("a mix has two workloads at least".into()),
            None => Ok(Self { parts }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mix_has_weights_above_nothing() {
        let mix: Mix = "idle=70,burst=2.5".parse().expect("a mix");
        assert_eq!(mix.parts, [("idle".to_string(), 70.0), ("burst".to_string(), 2.5)]);
        for odd in [
            "",
            "idle",
            "idle=1",
            "idle=1,idle=2",
            "idle=x,burst=1",
            "idle=0,burst=1",
            "idle=-1,burst=1",
            "idle=NaN,burst=1",
        ] {
            assert!(odd.parse::<Mix>().is_err(), "{odd}");
        }
    }
}
