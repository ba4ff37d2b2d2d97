//! What is wrong with a command line, in one line.

use std::error::Error as _;

use clap::error::{ContextKind, ErrorKind};

/// Names the mistake, and says what may have been meant.
pub fn complaint(error: &clap::Error) -> String {
    let mistake = mistake(error).or_else(|| error.kind().as_str().map(String::from));
    let mistake = mistake.unwrap_or_else(|| "this command line makes no sense".into());
    format!("{mistake}{}", suggestions(error))
}

/// The mistake in words; `None` if clap does not tell what it is about.
fn mistake(error: &clap::Error) -> Option<String> {
    use ContextKind::{
        ActualNumValues, ExpectedNumValues, InvalidArg, InvalidSubcommand, InvalidValue, MinValues,
        PriorArg, ValidSubcommand, ValidValue,
    };
    let get = |kind| get(error, kind);
    let argument = || get(InvalidArg);
    Some(match error.kind() {
        ErrorKind::InvalidValue => {
            let known = get(ValidValue).map_or(String::new(), |it| format!("; it takes {it}"));
            match get(InvalidValue) {
                None => format!("'{}' needs a value{known}", argument()?),
                Some(value) => format!("invalid value '{value}' for '{}'{known}", argument()?),
            }
        }
        ErrorKind::ValueValidation => {
            let why = error.source().map_or(String::new(), |why| format!(": {why}"));
            format!("invalid value '{}' for '{}'{why}", get(InvalidValue)?, argument()?)
        }
        ErrorKind::UnknownArgument => format!("unexpected argument '{}'", argument()?),
        ErrorKind::InvalidSubcommand => format!("unknown command '{}'", get(InvalidSubcommand)?),
        ErrorKind::MissingRequiredArgument => format!("missing: {}", argument()?),
        ErrorKind::MissingSubcommand => {
            format!("'{}' needs one of {}", get(InvalidSubcommand)?, get(ValidSubcommand)?)
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            "an argument or a command is missing".into()
        }
        ErrorKind::ArgumentConflict => match (argument()?, get(PriorArg)) {
            (argument, None) => format!("'{argument}' goes with no other argument"),
            (argument, Some(other)) if argument == other => {
                format!("'{argument}' can be given only once")
            }
            (argument, Some(other)) => format!("'{argument}' and '{other}' don't go together"),
        },
        ErrorKind::NoEquals => format!("'{}' needs its value after an equals sign", argument()?),
        ErrorKind::TooManyValues => {
            format!("'{}' takes no more values than '{}'", argument()?, get(InvalidValue)?)
        }
        ErrorKind::TooFewValues => {
            let (fewest, actual) = (get(MinValues)?, get(ActualNumValues)?);
            format!("'{}' takes {fewest} values or more, and not {actual}", argument()?)
        }
        ErrorKind::WrongNumberOfValues => {
            let (expected, actual) = (get(ExpectedNumValues)?, get(ActualNumValues)?);
            format!("'{}' takes {expected} values, and not {actual}", argument()?)
        }
        _ => return None,
    })
}

fn suggestions(error: &clap::Error) -> String {
    let meant =
        [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue];
    let meant = meant.into_iter().filter_map(|kind| get(error, kind));
    let meant = meant.map(|it| format!("; did you mean {it}?"));
    let other = get(error, ContextKind::Suggested).map(|it| format!("; {it}"));
    meant.chain(other).collect()
}

/// What clap tells about a mistake; `None` if that is nothing.
fn get(error: &clap::Error, kind: ContextKind) -> Option<String> {
    let told = error.get(kind)?.to_string();
    (!told.is_empty()).then_some(told)
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::super::arguments::Arguments;
    use super::*;

    fn of(line: &str) -> String {
        let words = ["pollbench"].into_iter().chain(line.split_whitespace());
        let error = Arguments::try_parse_from(words).err().expect("it makes no sense");
        complaint(&error)
    }

    #[test]
    fn each_mistake_is_named_in_one_line() {
        for (line, complaint) in [
            ("runn", "unknown command 'runn'; did you mean run?"),
            ("run --quik", "unexpected argument '--quik'; did you mean --quick?"),
            ("run --pollables", "'--pollables <N>' needs a value"),
            (
                "completions bsh",
                "invalid value 'bsh' for '<SHELL>'; it takes bash, elvish, fish, powershell, zsh; did you mean bash?",
            ),
            (
                "run --run-limit x",
                "invalid value 'x' for '--run-limit <DURATION>': expected a duration, such as 90s, 2m, 50us or a number of seconds",
            ),
            ("compare", "missing: <BASE>, <CANDIDATE>"),
            ("baseline", "an argument or a command is missing"),
            ("run --quick --quick", "'--quick' can be given only once"),
            ("run --resume out --quick", "'--resume <DIR|RECORD>' goes with no other argument"),
            ("list slab", "unexpected argument 'slab'"),
        ] {
            assert_eq!(of(line), complaint, "{line}");
        }
    }

    #[test]
    fn a_mistake_that_clap_tells_nothing_about_is_named_by_its_kind() {
        for kind in [ErrorKind::InvalidUtf8, ErrorKind::Io, ErrorKind::InvalidValue] {
            let error = clap::Error::new(kind);
            assert!(!complaint(&error).is_empty(), "{kind:?}");
        }
    }
}
