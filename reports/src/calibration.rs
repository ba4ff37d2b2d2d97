//! How well a simulated host agrees with a real one: compares the same guests under the
//! same workloads on both hosts, in one record.

use comfy_table::{CellAlignment, Table};

use crate::format;
use crate::matrix::ranking::{Comparison, compare};
use crate::matrix::{Configuration, Entry, Matrix, Ratio, Size, Verdict};
use crate::record::Record;
use crate::stats::paired::Interval;
use crate::table::STYLE;

/// The name of the simulated host.
const SIMULATED: &str = "stock";

/// What the names of real hosts begin with.
const REAL: &str = "real";

/// Times on the two hosts agree if the simulated one differs from the real one by at most
/// this part of it.
pub const WITHIN: f64 = 0.25;

/// The probability with which a confidence interval misses the ratio.
const ERROR: f64 = 0.05;

/// A cell that was timed on both hosts; times are in nanoseconds per event.
struct PairedCell {
    place: String,
    guest: String,
    simulated: f64,
    real: f64,
    /// The ratio of real over simulated time: the estimate over rounds, and its interval if
    /// there are enough rounds.
    ratio: f64,
    interval: Option<Interval>,
}

/// How the simulated host compares with one real host.
struct Calibration<'a> {
    host: &'a str,
    pairs: Vec<PairedCell>,
    /// How many pairs of guests the real host can tell apart, and how many of these the
    /// simulated host orders alike.
    told: usize,
    alike: usize,
    /// The pairs that the simulated host orders otherwise: where they are, and which guest
    /// is faster on the real host.
    otherwise: Vec<String>,
}

/// A table for each real host of a record, with a sentence on the order of the guests.
/// `None` if the record does not have both a real and the simulated host.
pub fn table(record: &Record) -> Option<String> {
    let matrix = Matrix::new(record);
    let all = calibrations(&matrix);
    let texts: Vec<String> = all.iter().map(Calibration::render).collect();
    (!texts.is_empty()).then(|| texts.join("\n"))
}

/// How well the simulation agrees with each real host of a record, a sentence each; without
/// a real host, how to find that out.
pub fn sentences(record: &Record) -> Vec<String> {
    sentences_of(&Matrix::new(record))
}

/// Like [`sentences`], for a record whose matrix exists already.
pub(crate) fn sentences_of(matrix: &Matrix) -> Vec<String> {
    let all = calibrations(matrix);
    if !all.is_empty() {
        return all.iter().map(Calibration::sentence).collect();
    }
    let is_simulated = matrix.configurations.iter().any(|it| it.host == SIMULATED);
    let untested = "The host is simulated, and no real one was measured beside it: \
                    `pollbench calibrate` says how far it is borne out here.";
    if is_simulated { vec![untested.into()] } else { Vec::new() }
}

fn calibrations<'a>(matrix: &'a Matrix) -> Vec<Calibration<'a>> {
    let mut hosts: Vec<&str> = Vec::new();
    for configuration in matrix.configurations.iter().filter(|it| it.host.starts_with(REAL)) {
        if !hosts.contains(&configuration.host) {
            hosts.push(configuration.host);
        }
    }
    let all = hosts.into_iter().map(|host| Calibration::new(host, matrix));
    all.filter(|it| !it.pairs.is_empty()).collect()
}

impl<'a> Calibration<'a> {
    fn new(host: &'a str, matrix: &'a Matrix) -> Self {
        let mut it = Self { host, pairs: Vec::new(), told: 0, alike: 0, otherwise: Vec::new() };
        for simulated in matrix.configurations.iter().filter(|it| it.host == SIMULATED) {
            let real = matrix
                .configurations
                .iter()
                .find(|real| real.host == host && real.differs_in_host(simulated));
            let Some(real) = real else { continue };
            for size in &simulated.sizes {
                let there = real.sizes.iter().find(|it| it.pollables == size.pollables);
                if let Some(there) = there {
                    it.add(simulated, size, there);
                }
            }
        }
        it
    }

    /// Adds the guests of a size that were timed on both hosts.
    fn add(&mut self, configuration: &Configuration, size: &Size, there: &Size) {
        let pollables = format::count(size.pollables.into());
        let place = format!("{}, N = {pollables}", configuration.what());
        let mut both: Vec<(&Entry, &Entry)> = Vec::new();
        for entry in &size.entries {
            let Some(real) = there.entry(&entry.variant) else { continue };
            let (Some(time), Some(real_time)) = (entry.time(), real.time()) else { continue };
            let Some(shift) = real.rounds().shift(&entry.rounds()) else { continue };
            self.pairs.push(PairedCell {
                place: place.clone(),
                guest: entry.variant.label.clone(),
                simulated: time.median,
                real: real_time.median,
                ratio: shift.estimate().exp(),
                interval: shift.interval(ERROR),
            });
            both.push((entry, real));
        }
        self.compare_orders(&place, &both);
    }

    /// Compares the order of the guests on both hosts, wherever the real host can tell it.
    fn compare_orders(&mut self, place: &str, both: &[(&Entry, &Entry)]) {
        let pairs =
            || (0..both.len()).flat_map(|one| (one + 1..both.len()).map(move |it| (one, it)));
        let compared: Vec<Option<Comparison>> = pairs()
            .map(|(one, other)| {
                let (guest, other) = (both[one].1.rounds(), both[other].1.rounds());
                Some(Comparison { guest, other, chosen_among: 1 })
            })
            .collect();
        let median = |entry: &Entry| entry.time().map_or(f64::NAN, |time| time.median);
        for ((one, other), ratio) in pairs().zip(compare(&compared)) {
            let one_is_faster = match ratio {
                Some(Ratio { verdict: Verdict::Faster, .. }) => true,
                Some(Ratio { verdict: Verdict::Slower, .. }) => false,
                _ => continue,
            };
            self.told += 1;
            if (median(both[one].0) < median(both[other].0)) == one_is_faster {
                self.alike += 1;
                continue;
            }
            let (faster, slower) = if one_is_faster { (one, other) } else { (other, one) };
            let [faster, slower] = [faster, slower].map(|it| &both[it].0.variant.label);
            self.otherwise.push(format!("{place}: {faster} before {slower}"));
        }
    }

    fn render(&self) -> String {
        let mut table = Table::new();
        let columns = ["", "guest", SIMULATED, self.host, "ratio", "95 % interval", "within 25 %"];
        table.load_style(STYLE).set_header(columns);
        let mut last = "";
        for pair in &self.pairs {
            let place = if pair.place == last { "" } else { &pair.place };
            last = &pair.place;
            let interval = pair.interval.map_or("too few rounds".into(), |it| {
                format!("{:.2} to {:.2}", it.low.exp(), it.high.exp())
            });
            table.add_row([
                place.into(),
                pair.guest.clone(),
                format::duration(pair.simulated),
                format::duration(pair.real),
                format!("{:.2}", pair.ratio),
                interval,
                pair.verdict().into(),
            ]);
        }
        for column in table.column_iter_mut().skip(2) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        let mut text = format!("{}\n\n{}\n", table.trim_fmt(), self.sentence());
        for other in &self.otherwise {
            text += &format!("  otherwise on {}: {other}\n", self.host);
        }
        text
    }

    /// How many cells agree, and for how many pairs of guests the order does, in words.
    fn sentence(&self) -> String {
        let within = self.pairs.iter().filter(|pair| pair.is_within()).count();
        let ratios = || self.pairs.iter().map(|pair| pair.ratio);
        let least = ratios().fold(f64::INFINITY, f64::min);
        let most = ratios().fold(f64::NEG_INFINITY, f64::max);
        let order = match self.told {
            0 => "it can tell no two guests apart".into(),
            told => format!(
                "of {told} pairs of guests that it can tell apart, {} are in the same order",
                self.alike
            ),
        };
        format!(
            "Beside {}: {within} of {} cells are within a quarter of it (real over simulated, \
             net: {least:.2} to {most:.2}); {order}.",
            self.host,
            self.pairs.len()
        )
    }
}

impl PairedCell {
    /// Whether the simulated time is within a quarter of the real one.
    fn is_within(&self) -> bool {
        (self.ratio.recip() - 1.0).abs() <= WITHIN
    }

    /// Whether the times agree, in words; `can't tell` where the interval leaves it open.
    fn verdict(&self) -> &'static str {
        let Some(Interval { low, high, .. }) = self.interval else { return "can't tell" };
        let inside = |shift: f64| ((-shift).exp() - 1.0).abs() <= WITHIN;
        match (inside(low), inside(high)) {
            (true, true) => "yes",
            (false, false) if low.signum() == high.signum() => "no",
            _ => "can't tell",
        }
    }
}
