use crate::format;
use crate::live::{Entry, LiveRecord, Size};
use crate::summary::histogram;

use super::Chart;
use super::axis::{Axis, Scale, log_range};
use super::canvas::Error;
use super::dash::Dash;
use super::lines::{Line, LineChart};
use super::marker::Marker;
use super::marks::Marks;
use super::palette::Ink;
use super::percentiles::{Times, percentiles};
use super::scaling::time_axis;

/// Room at the ends of an axis, as a part of its length.
const ROOM: f64 = 0.06;
/// The most labels on the vertical axis.
const TICKS: usize = 7;

/// The distribution of the latency of requests, from their planned moments.
///
/// `None` where no latency was recorded.
pub fn served(record: &LiveRecord, size: &Size<'_>) -> Result<Option<Chart>, Error> {
    let curve = |entry: &Entry<'_>| {
        let number = number(record, &entry.cell.guest);
        Some(Times {
            name: entry.name(),
            color: Ink::numbered(number).color(),
            marker: Marker::numbered(number),
            events: histogram(entry.cell.latency.as_ref()?).filter(|it| !it.is_empty())?,
        })
    };
    let curves: Vec<Times> = size.entries.iter().filter_map(curve).collect();
    let label = format!("Latency of requests by percentile, {}", size.label());
    percentiles(label, "latency, log scale", &curves)
}

/// The processor time of each guest for a request, against the number of connections.
///
/// `None` unless there are several numbers of connections.
pub fn cpu(record: &LiveRecord, sizes: &[Size<'_>]) -> Result<Option<Chart>, Error> {
    let lines: Vec<Line> = record
        .guests
        .iter()
        .map(|guest| line(record, &guest.name, sizes))
        .filter(|it| it.points.len() > 1)
        .collect();
    let points = || lines.iter().flat_map(|it| &it.points);
    let ends = |it: &Line| it.whiskers.iter().flat_map(|it| [it.1, it.2]).collect::<Vec<_>>();
    let heights = points().map(|it| it.1).chain(lines.iter().flat_map(ends));
    let ranges = (log_range(points().map(|it| it.0), ROOM), log_range(heights, ROOM));
    let (Some(x), Some(y)) = ranges else { return Ok(None) };
    let mut ticks: Vec<u32> = sizes.iter().map(|it| it.connections).collect();
    ticks.sort_unstable();
    ticks.dedup();
    let chart = LineChart {
        x: Axis {
            scale: Scale::Log,
            title: "connections, log scale".into(),
            range: x,
            ticks: ticks.iter().map(|it| (f64::from(*it), format::count((*it).into()))).collect(),
        },
        y: time_axis("guest CPU a request, log scale", y, TICKS),
        lines,
        marks: Marks::default(),
    };
    let label = "Processor time of the guest for a request, by the number of connections".into();
    Chart::draw(label, |frame| chart.draw(frame)).map(Some)
}

fn line(record: &LiveRecord, guest: &str, sizes: &[Size<'_>]) -> Line {
    let entries = sizes.iter().flat_map(|size| {
        let entry = size.entries.iter().find(|it| it.cell.guest == guest);
        entry.map(|it| (f64::from(size.connections), it))
    });
    let mut known: Vec<_> =
        entries.filter_map(|(x, it)| Some((x, it.name(), it.guest_cpu.as_ref()?))).collect();
    known.sort_by(|left, right| left.0.total_cmp(&right.0));
    let points: Vec<(f64, f64)> = known.iter().map(|(x, _, it)| (*x, it.median)).collect();
    let hint = |(x, name, it): &(f64, String, &crate::record::Estimate)| {
        let words = format!(
            "{name}, {} connections: {}",
            format::count(*x as u64),
            format::duration_range(it.low, it.high)
        );
        ((*x, it.median), words)
    };
    let number = number(record, guest);
    Line {
        color: Ink::numbered(number).color(),
        marker: Marker::numbered(number),
        dash: Dash::Solid,
        name: known.first().map_or_else(String::new, |it| it.1.clone()),
        note: String::new(),
        marks: points.clone(),
        points,
        hollow: Vec::new(),
        whiskers: known.iter().map(|(x, _, it)| (*x, it.low, it.high)).collect(),
        band: Vec::new(),
        hints: known.iter().map(hint).collect(),
        links: Vec::new(),
    }
}

/// The number of a guest in the record, which gives its colour in every chart.
fn number(record: &LiveRecord, guest: &str) -> usize {
    record.guests.iter().position(|it| it.name == guest).unwrap_or(0)
}
