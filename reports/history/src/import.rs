use std::io::{BufRead, Read as _};
use std::path::Path;

use serde::de::DeserializeOwned;

use crate::add::Entry;
use crate::export::{End, FORMAT, Head, Line};
use crate::packed::Canonical;
use crate::{Error, History, Provenance};

/// What came of an import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Runs that were not there before.
    pub new: u64,
    /// Runs that were: at most, their tags have become more.
    pub known: u64,
}

/// A longer line is no run, but something made to fill the memory.
const LONGEST: u64 = 4 << 30;

impl History {
    /// Adds what an [`export`](History::export) has. Where it fails, the runs of the lines
    /// before are kept, and importing the same again goes on from there.
    pub async fn import(&self, from: &mut (dyn BufRead + Send)) -> Result<Imported, Error> {
        let mut lines = Lines { from, number: 0 };
        let Head { pollbench_history_export: format } = match lines.next()? {
            Some(text) => lines.parse(&text)?,
            None => return Err(lines.error("it is empty")),
        };
        if format > FORMAT {
            let reason = format!("its format is {format}, and this pollbench reads up to {FORMAT}");
            return Err(lines.error(reason));
        }
        let mut imported = Imported::default();
        while let Some(text) = lines.next()? {
            if let Ok(End { runs }) = serde_json::from_slice(&text) {
                let read = imported.new + imported.known;
                let reason = || format!("{read} runs were read, and there should be {runs}");
                return if read == runs { Ok(imported) } else { Err(lines.error(reason())) };
            }
            let line: Line = lines.parse(&text)?;
            match self.import_run(line).await {
                Ok(true) => imported.new += 1,
                Ok(false) => imported.known += 1,
                Err(error @ (Error::Record(_) | Error::Name { .. } | Error::Import { .. })) => {
                    return Err(lines.error(error));
                }
                Err(error) => return Err(error),
            }
        }
        Err(lines.error("the export ends early: something is missing"))
    }

    async fn import_run(&self, line: Line) -> Result<bool, Error> {
        let canonical = Canonical::of_value(line.record, Path::new("in it"))?;
        if canonical.digest != line.digest {
            let reason = "the record was changed: its digest is another".into();
            return Err(Error::Import { line: 0, reason });
        }
        let Line { commit, branch, subject, tags, .. } = line;
        let provenance = Provenance { commit, branch, subject, time: Some(line.time), tags };
        provenance.check()?;
        let (canonical, provenance) = (&canonical, &provenance);
        let entry = Entry { canonical, provenance, time: line.time, added: line.added };
        Ok(self.add_entry(&entry).await?.was_new)
    }
}

struct Lines<'a> {
    from: &'a mut (dyn BufRead + Send),
    number: u64,
}

impl Lines<'_> {
    fn next(&mut self) -> Result<Option<Vec<u8>>, Error> {
        let mut text = Vec::new();
        self.number += 1;
        (&mut *self.from).take(LONGEST).read_until(b'\n', &mut text)?;
        Ok(if text.is_empty() { None } else { Some(text) })
    }

    fn parse<T: DeserializeOwned>(&self, text: &[u8]) -> Result<T, Error> {
        serde_json::from_slice(text).map_err(|error| self.error(error))
    }

    fn error(&self, reason: impl ToString) -> Error {
        // What is said of a line that was parsed alone names it as the first.
        Error::Import { line: self.number, reason: reason.to_string().replace(" at line 1", "") }
    }
}
