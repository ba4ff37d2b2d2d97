//! Standard output and standard error, whose readers may go at any time.

use std::borrow::Cow;
use std::io::{self, ErrorKind, Write};

/// Standard output can't be written to.
#[derive(Debug, thiserror::Error)]
#[error("can't write to standard output: {0}; what it was to show is not complete")]
pub struct PrintError(io::Error);

/// Writes a text to standard output. If a reader closes the pipe because it has seen
/// enough, as `head` does, that is no error.
pub fn print(text: &str) -> Result<(), PrintError> {
    let mut output = io::stdout().lock();
    match output.write_all(text.as_bytes()).and_then(|()| output.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(PrintError(error)),
        _ => Ok(()),
    }
}

/// Writes a line to standard error, if anybody is there to read it. Whatever it is about, it
/// shows no password: an address of a database may stand where a file was meant.
pub fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{}", without_passwords(line));
}

/// Replaces what follows the scheme of each address of a database that may have a password.
fn without_passwords(text: &str) -> Cow<'_, str> {
    const SCHEMES: [&str; 2] = ["postgres://", "postgresql://"];
    let begins = SCHEMES.iter().filter_map(|it| Some(text.find(it)? + it.len()));
    let Some(begin) = begins.min() else { return Cow::Borrowed(text) };
    let (before, address) = text.split_at(begin);
    // A password that nobody has encoded may have blanks in it, but an `@` follows.
    let at = address.rfind('@').unwrap_or(0);
    let end = address[at..].find(char::is_whitespace).map_or(address.len(), |it| at + it);
    let end = address[..end].trim_end_matches(['\'', '"', ':', ';', ',']).len();
    let (address, after) = address.split_at(end);
    let may_have_one = address[..at].contains(':') || address.to_lowercase().contains("password");
    let shown = if may_have_one { "…" } else { address };
    Cow::Owned(format!("{before}{shown}{}", without_passwords(after)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_of_databases_are_not_shown() {
        for (line, shown) in [
            ("nothing at https://me:pw@x", "nothing at https://me:pw@x"),
            ("unexpected '--x=postgres://me:pw@db/b'", "unexpected '--x=postgres://…'"),
            ("can't read postgresql://me:pw@db/b: no file", "can't read postgresql://…: no file"),
            ("postgres://db/b?Password=pw is none", "postgres://… is none"),
            ("name it as `postgres://USER@HOST/DB`", "name it as `postgres://USER@HOST/DB`"),
            ("postgres://db:5432/b is none", "postgres://db:5432/b is none"),
            ("postgres://me:p w@db/b is none", "postgres://… is none"),
            ("postgres://db/a, postgres://a:pw@db", "postgres://…"),
        ] {
            assert_eq!(without_passwords(line), shown);
        }
    }
}
