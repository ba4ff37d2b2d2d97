//! What `compare` and `gate` share: how they judge, and where they put it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use clap::{Args, value_parser};
use console::Term;
use jiff::Timestamp;
use pollbench_reports::comparison::Comparison;
use pollbench_reports::comparison::output::{Format, render};
use pollbench_reports::record::{WriteError, write_whole};

use super::limits::LimitArguments;
use crate::error::Error;

/// How it is judged, and where the result goes.
#[derive(Args)]
pub struct JudgingArguments {
    /// Seconds that measuring wall time may take. It ends earlier when all is decided.
    #[arg(long, value_name = "SECONDS", default_value_t = 300, value_parser = value_parser!(u64).range(1..=86_400))]
    pub budget: u64,
    /// Leave wall time out.
    #[arg(long, conflicts_with = "budget")]
    pub counters_only: bool,
    /// Where the order of turns begins; the same seed gives the same order.
    #[arg(long, value_name = "NUMBER")]
    pub seed: Option<u64>,
    /// What to print: table, markdown, json, junit, bmf, github-action-benchmark.
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: Format,
    /// Write it in another format too, as FORMAT=FILE; may be repeated.
    #[arg(long, value_name = "FORMAT=FILE")]
    pub write: Vec<Writing>,
    /// Where baselines are.
    #[arg(long, value_name = "DIR", default_value = super::BASELINES)]
    pub baselines: PathBuf,
    #[command(flatten)]
    pub limits: LimitArguments,
}

/// A format and a file.
#[derive(Clone, Debug)]
pub struct Writing {
    format: Format,
    file: PathBuf,
}

impl FromStr for Writing {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (format, file) = text.split_once('=').ok_or("expected FORMAT=FILE")?;
        if file.is_empty() {
            return Err("expected FORMAT=FILE".into());
        }
        Ok(Self { format: format.parse()?, file: file.into() })
    }
}

impl JudgingArguments {
    /// The time for measuring wall time, if it is to be measured.
    pub fn budget(&self) -> Option<Duration> {
        (!self.counters_only).then(|| Duration::from_secs(self.budget))
    }

    /// The seed given, or one that nobody chose.
    pub fn seed(&self) -> u64 {
        self.seed.unwrap_or_else(|| Timestamp::now().as_microsecond().unsigned_abs())
    }

    /// Sees whether files can be written before anything is measured.
    pub fn prepare(&self) -> Result<(), WriteError> {
        for Writing { file, .. } in &self.write {
            if file.is_dir() {
                let source = io::ErrorKind::IsADirectory.into();
                return Err(WriteError { path: file.clone(), source });
            }
            let directory = match file.parent() {
                Some(parent) if !parent.as_os_str().is_empty() => parent,
                _ => Path::new("."),
            };
            fs::create_dir_all(directory)
                .and_then(|()| tempfile::tempfile_in(directory).map(drop))
                .map_err(|source| WriteError { path: directory.into(), source })?;
        }
        Ok(())
    }

    /// Prints, then writes: a full disk takes nothing from who looks.
    pub fn publish(&self, comparison: &Comparison) -> Result<(), Error> {
        let columns = Term::stdout().size_checked().map(|(_, columns)| columns.into());
        let text = render(comparison, self.format, columns)?;
        // Whoever was to read it may be gone.
        let _ = io::Write::write_all(&mut io::stdout(), text.as_bytes());
        for Writing { format, file } in &self.write {
            let text = render(comparison, *format, None)?;
            write_whole(file, |to| to.write_all(text.as_bytes()))?;
        }
        Ok(())
    }
}

/// `1%`, or `1`, as a part of one.
pub fn per_cent(text: &str) -> Result<f64, String> {
    match text.trim_end_matches('%').parse::<f64>() {
        Ok(number) if (0.0..100.0).contains(&number) => Ok(number / 100.0),
        _ => Err("expected a number of per cent, like 1%".into()),
    }
}
