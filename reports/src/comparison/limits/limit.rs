use std::str::FromStr;

use crate::comparison::Metric;

/// The limit for a metric of a cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    /// The limit as it was written in the file.
    pub text: String,
    /// The reason for the limit, in its author's words.
    pub why: Option<String>,
    /// How far the candidate may be above the base; `None` is any distance.
    pub change: Option<Change>,
    /// The value that the candidate may not exceed, in the metric's unit, whatever the base
    /// is.
    pub hard: Option<f64>,
}

/// How far a candidate may be above its base.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Change {
    /// By a part of the base's value: 0.01 is 1 %.
    Relative(f64),
    /// By this amount, in the metric's unit.
    Absolute(f64),
}

/// What an entry says about one metric.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Rule {
    /// `none`: an earlier limit no longer counts.
    Lifted,
    Limited(Limit),
}

impl Rule {
    /// Removes the reason.
    pub(super) fn forget_why(&mut self) {
        if let Self::Limited(limit) = self {
            limit.why = None;
        }
    }
}

impl Limit {
    /// The change allowed from this base value, in the metric's unit. `None` if any change
    /// is.
    pub fn allowed_change(&self, base: f64) -> Option<f64> {
        self.change.map(|change| match change {
            Change::Relative(part) => part * base,
            Change::Absolute(most) => most,
        })
    }

    /// The allowed change as a part of the base's value, if the limit was written that way.
    pub fn threshold(&self) -> Option<f64> {
        match self.change {
            Some(Change::Relative(part)) => Some(part),
            _ => None,
        }
    }

    /// Whether this value exceeds the hard limit.
    pub fn is_exceeded_by(&self, value: f64) -> bool {
        self.hard.is_some_and(|hard| value > hard)
    }

    /// Why this limit does not fit the metric; `None` if it does.
    pub(super) fn misfit(&self, metric: Metric) -> Option<String> {
        let absolute = matches!(self.change, Some(Change::Absolute(_)));
        (metric == Metric::NsPerEvent && absolute).then(|| {
            format!(
                "{metric} is judged by its ratio and takes no change in nanoseconds: write {:?} as a part of the base's, such as \"5%\"",
                self.text
            )
        })
    }
}

/// `[CHANGE]["|"HARD]`: a change is a number, or a number and `%`; a hard limit
/// is a number.
impl FromStr for Limit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = |what: &str| {
            format!(
                "{text:?} is no limit: {what}; write one like \"0.5%\", \"2\", \"|10000\" or \"none\""
            )
        };
        let (change, hard) = match text.split_once('|') {
            Some((change, hard)) => (change.trim(), Some(hard.trim())),
            None => (text.trim(), None),
        };
        let change = match (change, change.strip_suffix('%')) {
            ("", _) => None,
            (_, Some(percent)) => Some(Change::Relative(amount(percent).map_err(wrong)? / 100.0)),
            (number, None) => Some(Change::Absolute(amount(number).map_err(wrong)?)),
        };
        let hard = match hard {
            Some(it) if it.ends_with('%') => {
                return Err(wrong("what follows | is a value, not a part"));
            }
            Some(it) => Some(amount(it).map_err(wrong)?),
            None => None,
        };
        if change.is_none() && hard.is_none() {
            return Err(wrong("it is empty"));
        }
        Ok(Self { text: text.trim().into(), why: None, change, hard })
    }
}

impl FromStr for Rule {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.trim() == "none" { Ok(Self::Lifted) } else { text.parse().map(Self::Limited) }
    }
}

fn amount(text: &str) -> Result<f64, &'static str> {
    let text = text.trim();
    // Rust also takes `inf` and `nan` for numbers.
    if !text.starts_with(|it: char| it.is_ascii_digit() || it == '.') {
        return Err("there has to be a number, 0 or more");
    }
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(number),
        Ok(_) => Err("the number is too large"),
        Err(_) => Err("there has to be a number, 0 or more"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn limit(text: &str) -> Limit {
        text.parse().unwrap()
    }

    #[test]
    fn limits_say_a_change_a_hard_limit_or_both() {
        let both = |text, change, hard| {
            let limit = limit(text);
            assert_eq!((limit.change, limit.hard), (change, hard), "{text}");
        };
        both("0.5%", Some(Change::Relative(0.005)), None);
        both(" 5 % ", Some(Change::Relative(0.05)), None);
        both("0", Some(Change::Absolute(0.0)), None);
        both("0|10000", Some(Change::Absolute(0.0)), Some(10_000.0));
        both("1% | 2e6", Some(Change::Relative(0.01)), Some(2e6));
        both("|2000000", None, Some(2e6));
    }

    #[test]
    fn texts_that_are_no_limits_are_refused_in_one_line() {
        let wrong = [
            "", "|", " ", "%", "5%|", "|5%", "-1", "+1", "inf", "nan", "1e999", "5%%", "1|2|3",
            "None", "0x10", "1_000", "5%|-2", "many", "5\n|",
        ];
        for text in wrong {
            let error = text.parse::<Rule>().unwrap_err();
            assert!(!error.contains('\n') && error.contains("write one like"), "{error}");
        }
        let error = "|5%".parse::<Limit>().unwrap_err();
        assert!(error.contains("a value, not a part"), "{error}");
        assert_eq!("none".parse(), Ok(Rule::Lifted));
    }

    #[test]
    fn allowed_changes_are_of_the_base_or_in_the_unit() {
        assert_eq!(limit("0.5%").allowed_change(800.0), Some(4.0));
        assert_eq!(limit("2").allowed_change(812.0), Some(2.0));
        assert_eq!(limit("|9").allowed_change(812.0), None);
        assert_eq!(limit("5%|9").threshold(), Some(0.05));
        assert_eq!(limit("5|9").threshold(), None);
        assert!(!limit("5|9").is_exceeded_by(9.0));
        assert!(limit("5|9").is_exceeded_by(9.5));
        assert!(!limit("5").is_exceeded_by(1e9));
    }

    #[test]
    fn only_time_takes_no_change_in_its_unit() {
        assert!(limit("5").misfit(Metric::NsPerEvent).is_some());
        assert!(limit("5|9").misfit(Metric::NsPerEvent).is_some());
        for (text, metric) in
            [("5%", Metric::NsPerEvent), ("|9", Metric::NsPerEvent), ("5", Metric::GuestFuel)]
        {
            assert_eq!(limit(text).misfit(metric), None);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_limit_or_refused(text in "[0-9.%|e \\-+a-z]{0,12}|\\PC*") {
            match text.parse::<Limit>() {
                Ok(limit) => {
                    prop_assert!(limit.change.is_some() || limit.hard.is_some());
                    prop_assert!(limit.allowed_change(3.0).is_none_or(|it| it >= 0.0));
                    prop_assert_eq!(limit.text.parse(), Ok(limit));
                }
                Err(error) => prop_assert!(!error.contains('\n')),
            }
        }

        #[test]
        fn amounts_are_read_as_written(part in 0.0_f64..1e6, hard in 0.0_f64..1e12) {
            let limit = limit(&format!("{part}%|{hard}"));
            prop_assert_eq!(limit.threshold(), Some(part / 100.0));
            prop_assert_eq!(limit.hard, Some(hard));
        }
    }
}
