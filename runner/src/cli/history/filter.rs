use clap::Args;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use pollbench_history::{Error, Filter};

use super::opened::Opened;

#[derive(Args)]
#[command(next_help_heading = "Runs")]
pub struct FilterArguments {
    /// Only runs of this branch.
    #[arg(long, value_name = "BRANCH")]
    branch: Option<String>,
    /// Only runs of this commit, or of the one that begins like this.
    #[arg(long, value_name = "COMMIT")]
    commit: Option<String>,
    /// Only runs with this tag.
    #[arg(long, value_name = "NAME")]
    tag: Option<String>,
    /// Only runs that were measured at this time or later, as in 2026-11-22T08:15:00Z or a
    /// day.
    #[arg(long, value_name = "TIME", value_parser = moment)]
    since: Option<Timestamp>,
    /// Only runs that were measured before this time.
    #[arg(long, value_name = "TIME", value_parser = moment)]
    until: Option<Timestamp>,
}

impl FilterArguments {
    /// The runs that are meant.
    pub fn filter(&self, opened: &Opened) -> Result<Filter, Error> {
        let commit = self.commit.as_deref().map(|asked| commit(asked, opened)).transpose()?;
        Ok(Filter {
            kind: None,
            branch: self.branch.clone(),
            commit,
            tag: self.tag.clone(),
            since: self.since,
            until: self.until,
        })
    }
}

/// The whole name of a commit, of which a table shows only the beginning.
fn commit(asked: &str, opened: &Opened) -> Result<String, Error> {
    // A tag can't be meant.
    if !asked.chars().all(|it| it.is_ascii_hexdigit()) {
        return Ok(asked.into());
    }
    let found = match opened.wait(opened.history.find(asked, None)) {
        Err(Error::NoRun { .. }) => return Ok(asked.into()),
        found => opened.wait(opened.history.run(found?))?.commit,
    };
    // A run is also found by its number or its digest.
    Ok(found.filter(|it| it.starts_with(asked)).unwrap_or_else(|| asked.into()))
}

/// Parses a moment, or a day, which stands for its beginning in UTC.
pub fn moment(text: &str) -> Result<Timestamp, String> {
    let day = |date: Date| date.to_zoned(TimeZone::UTC).ok().map(|it| it.timestamp());
    // A date can also be parsed from a longer text, whose time would be dropped.
    let date = text.parse::<Date>().ok().filter(|date| date.to_string() == text);
    let moment = text.parse().ok().or_else(|| date.and_then(day));
    moment.ok_or_else(|| "expected a time as in 2026-11-22T08:15:00Z, or a day".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_a_time_with_its_zone_or_a_day() {
        let parsed = |text: &str| moment(text).map(|it| it.to_string());
        assert_eq!(parsed("2026-11-22T08:15:00Z").unwrap(), "2026-11-22T08:15:00Z");
        assert_eq!(parsed("2026-11-22T08:15:00+02:00").unwrap(), "2026-11-22T06:15:00Z");
        assert_eq!(parsed("2026-11-22").unwrap(), "2026-11-22T00:00:00Z");
        for text in ["", "now", "2026-11-22T08:15:00", "2026-11-22 08:15", "2026-13-01", "12"] {
            assert!(parsed(text).unwrap_err().contains("expected a time"), "{text}");
        }
    }
}
