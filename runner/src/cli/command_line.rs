use std::{env, iter};

use crate::matrix::Partition;

/// The command that repeats what this process measures, for its record. Invalid UTF-8 in it is
/// replaced, as records are text.
pub fn command_line() -> String {
    let arguments = env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned());
    let words: Vec<String> = iter::once("pollbench".into()).chain(lasting(arguments)).collect();
    // An argument with a NUL can't have come from a shell.
    shlex::try_join(words.iter().map(String::as_str)).unwrap_or_else(|_| "pollbench".into())
}

/// Arguments that mean the same elsewhere. A part is named by its numbers, and not by the
/// variables they come from. Where the record is added to a history is left out: the address
/// of a database may have a password, and a run that is resumed is not added.
fn lasting(arguments: impl Iterator<Item = String>) -> Vec<String> {
    const PARTITION: &str = "--partition";
    let mut lasting: Vec<String> = Vec::new();
    for word in arguments {
        if word == "--save" || word.starts_with("--save=") {
            continue;
        }
        let (option, value) = match word.split_once('=') {
            Some((PARTITION, value)) => ("--partition=", value),
            _ if lasting.last().is_some_and(|last| last == PARTITION) => ("", word.as_str()),
            _ => ("", ""),
        };
        let part = value.parse::<Partition>().map(|part| format!("{option}{part}"));
        lasting.push(part.unwrap_or(word));
    }
    lasting
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_the_same_elsewhere_stays() {
        for (line, expected) in [
            ("run --save --quick", "run --quick"),
            ("run --save=postgres://me:pw@db/b --quick", "run --quick"),
            ("run --partition 2/8 --quick", "run --partition 2/8 --quick"),
            ("run --partition=02/8", "run --partition=2/8"),
            ("run 2/8 --output 3/04", "run 2/8 --output 3/04"),
            ("run --partition none --saved", "run --partition none --saved"),
        ] {
            let words = lasting(line.split(' ').map(String::from));
            assert_eq!(words.join(" "), expected);
        }
    }
}
