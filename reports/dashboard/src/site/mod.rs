//! The pages as files.

mod lanes;

use std::path::{Path, PathBuf};

use itertools::Itertools as _;
use pollbench_history::RunId;
use pollbench_reports::comparison::Metric;
use pollbench_reports::document::Kind;
use pollbench_reports::record::write_whole;
use pollbench_reports::{csv, html};
use serde::Serialize;

use crate::links::{Links, Written};
use crate::look::Look;
use crate::query::{CompareQuery, OverviewQuery, TrendQuery, TrendsQuery};
use crate::scalings::scaling_of;
use crate::view::{
    CellPage, Compare, Explain, Overview, Rest, RunLine, RunPage, Runs, Show, Trend, Trends,
};
use crate::{Dashboard, Error, page};

/// What a site shows, and where it goes.
#[derive(Clone, Debug)]
pub struct Site {
    /// The directory, which has to be there.
    pub directory: PathBuf,
    /// The branch; unless given, the usual one.
    pub branch: Option<String>,
    /// How many of the newest runs are looked at; unless given, 100.
    pub last: Option<u64>,
}

/// So many of the newest runs have a page: that of a run has its whole record.
const RUNS: usize = 20;

/// Writes the pages as files that open from a disk and from any server of files, each with
/// its data as JSON beside it. Returns how many there are.
///
/// Of the runs looked at, the newest 20 have pages, and those with a change; of the newest run, its
/// cells; and trends are those of the time, and of counts that changed. Of the tunings,
/// profiles and servers that their lists name, the newest 20 each have pages.
pub async fn write_site(dashboard: &Dashboard, site: &Site) -> Result<usize, Error> {
    let branch = dashboard.branch(site.branch.as_deref()).await?;
    let look = dashboard.look(branch.as_deref(), site.last).await?;
    let mut files = Files { directory: &site.directory, count: 0 };
    let others = lanes::Others::of(dashboard, site.branch.as_deref()).await?;
    let mut written = written(dashboard, &look).await?;
    others.add_to(&mut written);
    let links = Links::Files(written.clone());
    let asked = Some(branch.unwrap_or_default());
    overviews(dashboard, &links, &asked, site.last, &look, &mut files).await?;
    for metric in written.metrics.iter().copied().chain([Metric::NsPerEvent]).unique() {
        let (branch, metric) = (asked.clone(), Some(metric));
        let query = TrendsQuery { branch, last: site.last, metric, ..TrendsQuery::default() };
        let view = Trends::new(dashboard, &query).await?;
        let name = links.trends(view.metric).unwrap_or_default();
        files.page(&name, &view, page::trends(&view, &links)?)?;
    }
    let panels = TrendsQuery {
        branch: asked.clone(),
        last: site.last,
        panels: Some(true),
        ..TrendsQuery::default()
    };
    let view = Trends::new(dashboard, &panels).await?;
    files.page("panels.html", &view, page::trends(&view, &links)?)?;
    for &(series, metric) in &written.trends {
        let (branch, metric) = (asked.clone(), Some(metric));
        let query = TrendQuery { branch, last: site.last, metric, ..TrendQuery::default() };
        let view = Trend::new(dashboard, series, &query).await?;
        let name = links.trend(series, view.metric).unwrap_or_default();
        files.page(&name, &view, page::trend(&view, &links)?)?;
        if let Some(chart) = page::trend_chart(&view, &links)? {
            files.write(&links.trend_chart(&view), chart.file().as_bytes())?;
        }
    }
    runs(dashboard, &links, &written, &look, &mut files).await?;
    for &(base, run) in &written.comparisons {
        let [base, run] = [base, run].map(|it| Some(it.to_string()));
        let query = CompareQuery { base, run, ..CompareQuery::default() };
        let view = Compare::new(dashboard, &query).await?;
        let name = links.compare(view.base.id, view.run.id).unwrap_or_default();
        files.page(&name, &view, page::compare(&view, &links)?)?;
    }
    others.write(dashboard, &links, &mut files).await?;
    let explain = Explain::all();
    files.page(links.explain(), &explain, page::explain(&explain, &links)?)?;
    Ok(files.count)
}

/// Which pages there are, apart from those that every site has.
async fn written(dashboard: &Dashboard, look: &Look) -> Result<Written, Error> {
    let mut written = Written::default();
    let runs: Vec<i64> = look.runs.iter().map(|it| it.id.0).collect();
    written.runs.extend(runs.iter().rev().take(RUNS));
    for cell in &look.cells {
        for of in &cell.metrics {
            let has_page = of.metric == Metric::NsPerEvent || !of.changes.is_empty();
            if has_page && of.newest().is_some() {
                written.trends.insert((cell.id, of.metric));
                written.metrics.insert(of.metric);
            }
            written.runs.extend(of.changes.iter().map(|it| runs[it.change.index]));
        }
    }
    let Some(newest) = look.newest() else { return Ok(written) };
    let cells = dashboard.history.run(newest.id).await?.cells as usize;
    written.cells.extend((1..=cells).map(|number| (newest.id.0, number)));
    // Each run that has a page is compared with the one before it.
    for (before, run) in runs.iter().tuple_windows() {
        if written.runs.contains(run) {
            written.comparisons.insert((*before, *run));
        }
    }
    Ok(written)
}

async fn overviews(
    dashboard: &Dashboard,
    links: &Links,
    branch: &Option<String>,
    last: Option<u64>,
    look: &Look,
    files: &mut Files<'_>,
) -> Result<(), Error> {
    for show in [Show::All, Show::Worse, Show::Better] {
        let query = OverviewQuery { branch: branch.clone(), last, show: Some(show) };
        let view = Overview::new(dashboard, &query).await?;
        let answer = match look.newest() {
            None => None,
            Some(newest) => {
                let report = links.of_run(newest.id.0, "report.html");
                Some(dashboard.answer(newest.id.0, &report).await?)
            }
        };
        files.page(&links.overview(show), &view, page::overview(&view, links, answer)?)?;
    }
    Ok(())
}

async fn runs(
    dashboard: &Dashboard,
    links: &Links,
    written: &Written,
    look: &Look,
    files: &mut Files<'_>,
) -> Result<(), Error> {
    let list = Runs {
        branch: look.branch.clone(),
        branches: Vec::new(),
        page: 1,
        pages: 1,
        total: look.runs.len() as u64,
        kind: Some(Kind::Run),
        runs: look.runs.iter().rev().map(RunLine::from).collect(),
    };
    files.page(&links.runs(Some(Kind::Run), 1), &list, page::runs(&list, links)?)?;
    for &id in &written.runs {
        let report = links.of_run(id, "report.html");
        let record = dashboard.record(id).await?;
        let (view, rest) = RunPage::with_rest(dashboard, id).await?;
        let Rest::Matrix(charts) = rest else { continue };
        let answer = dashboard.answer(id, &report).await?;
        let before = written.comparisons.iter().find(|it| it.1 == id).map(|it| it.0);
        let name = links.run(id).unwrap_or_default();
        files.page(&name, &view, page::run(&view, links, answer, &charts, before)?)?;
        for (number, _) in &charts {
            if let Some(chart) = scaling_of(&record, *number)? {
                let name = links.of_run(id, &format!("scaling-{number}.svg"));
                files.write(&name, chart.file().as_bytes())?;
            }
        }
        files.write(&report, html::render(&record)?.as_bytes())?;
        files.write(&links.of_run(id, "cells.csv"), csv::render(&record).as_bytes())?;
        let text = dashboard.history.text(RunId(id)).await?;
        files.write(&links.of_run(id, "record.json"), &text)?;
    }
    for &(run, number) in &written.cells {
        let view = CellPage::new(dashboard, run, number).await?;
        let series = look.series_of(&view.cell);
        let name = links.cell(run, number).unwrap_or_default();
        files.page(&name, &view, page::cell(&view, links, series)?)?;
        if let Some(chart) = page::repetitions(&view)? {
            files.write(&links.repetitions(run, number), chart.file().as_bytes())?;
        }
    }
    Ok(())
}

/// The directory that files go to. Their names are made of numbers and of words of our own.
struct Files<'a> {
    directory: &'a Path,
    count: usize,
}

impl Files<'_> {
    /// A page, and its data beside it.
    fn page(&mut self, name: &str, view: &impl Serialize, page: String) -> Result<(), Error> {
        self.write(name, page.as_bytes())?;
        let data = format!("{}.json", name.trim_end_matches(".html"));
        let text = serde_json::to_vec(view).map_err(|error| Error::Request(error.to_string()))?;
        self.write(&data, &text)
    }

    fn write(&mut self, name: &str, text: &[u8]) -> Result<(), Error> {
        write_whole(&self.directory.join(name), |file| file.write_all(text))?;
        self.count += 1;
        Ok(())
    }
}
