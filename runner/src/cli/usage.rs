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
    let get = |kind| Some(error.get(kind)?.to_string());
    let argument = || get(InvalidArg);
    Some(match error.kind() {
        ErrorKind::InvalidValue => {
            let known = get(ValidValue).filter(|it| !it.is_empty());
            let known = known.map_or(String::new(), |it| format!("; it takes {it}"));
            match get(InvalidValue)?.as_str() {
                "" => format!("'{}' needs a value{known}", argument()?),
                value => format!("invalid value '{value}' for '{}'{known}", argument()?),
            }
        }
        ErrorKind::ValueValidation => {
            let why = error.source().map_or(String::new(), |why| format!(": {why}"));
            format!("invalid value '{}' for '{}'{why}", get(InvalidValue)?, argument()?)
        }
        ErrorKind::UnknownArgument => format!("unexpected argument '{}'", argument()?),
        ErrorKind::InvalidSubcommand => format!("unknown command '{}'", get(InvalidSubcommand)?),
        ErrorKind::MissingRequiredArgument => format!("{} is missing", argument()?),
        ErrorKind::MissingSubcommand => {
            format!("'{}' needs one of {}", get(InvalidSubcommand)?, get(ValidSubcommand)?)
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            "an argument or a command is missing".into()
        }
        ErrorKind::ArgumentConflict => match (argument()?, get(PriorArg)) {
            (argument, Some(other)) if argument != other => {
                format!("'{argument}' and '{other}' don't go together")
            }
            (argument, _) => format!("'{argument}' can be given only once"),
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
    let meant = meant.into_iter().filter_map(|kind| error.get(kind));
    let meant = meant.map(|it| format!("; did you mean {it}?"));
    let other = error.get(ContextKind::Suggested).map(|it| format!("; {it}"));
    meant.chain(other).collect()
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
            ("run --pollables", "'--pollables <COUNT>' needs a value"),
            (
                "run --print cvs",
                "invalid value 'cvs' for '--print <FORMAT>'; it takes table, csv; did you mean csv?",
            ),
            (
                "run --run-limit x",
                "invalid value 'x' for '--run-limit <SECONDS>': invalid digit found in string",
            ),
            ("compare", "<BASE>, <CANDIDATE> is missing"),
            ("baseline", "an argument or a command is missing"),
            ("run --quick --quick", "'--quick' can be given only once"),
            ("run --resume out --quick", "'--resume <DIR>' and '--quick' don't go together"),
            ("list slab", "unexpected argument 'slab'"),
        ] {
            assert_eq!(of(line), complaint, "{line}");
        }
    }

    /// Help and version are the only other kinds there are.
    #[test]
    fn no_complaint_is_about_nothing() {
        let kinds = [ErrorKind::InvalidUtf8, ErrorKind::Io, ErrorKind::Format];
        for kind in kinds {
            let error = clap::Error::new(kind);
            assert!(!complaint(&error).is_empty(), "{kind:?}");
        }
    }
}
