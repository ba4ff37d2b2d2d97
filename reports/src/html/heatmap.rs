use crate::format;
use crate::matrix::{Configuration, Entry, Figures, Ratio, Size, Variant, Verdict};

use super::timings::NEAR_ZERO;

/// The bounds between the levels of slowness, as ratios to the best.
pub(super) const LEVELS: [f64; 4] = [1.1, 1.5, 2.0, 5.0];

/// Guests by pollables for one workload configuration.
pub(super) struct Heatmap {
    pub columns: Vec<String>,
    pub rows: Vec<HeatRow>,
}

/// The row of a guest.
pub(super) struct HeatRow {
    pub label: String,
    /// What the guest is if it does not compete: `floor`, `WASI 0.3`.
    pub tag: Option<&'static str>,
    pub cells: Vec<HeatCell>,
}

/// A guest at one size.
pub(super) struct HeatCell {
    /// The style: `level-0` for the best to `level-5`, `unsure`, `apart`, `failed` or
    /// `missing`.
    pub class: String,
    /// The ratio to the best.
    pub main: String,
    /// The time per event.
    pub detail: String,
    /// What a tooltip says about the cell, such as why the ratio can't be told.
    pub hint: Option<String>,
}

impl Heatmap {
    pub fn new(configuration: &Configuration, variants: &[Variant]) -> Self {
        let sizes = &configuration.sizes;
        let takes_part = |it: &&Variant| sizes.iter().any(|size| size.entry(it).is_some());
        let row = |variant: &Variant| HeatRow {
            label: variant.label.clone(),
            tag: variant.tag(),
            cells: sizes.iter().map(|size| HeatCell::new(size.entry(variant), size)).collect(),
        };
        Self {
            columns: sizes.iter().map(|size| format::count(size.pollables.into())).collect(),
            rows: variants.iter().filter(takes_part).map(row).collect(),
        }
    }
}

impl HeatCell {
    fn new(entry: Option<&Entry>, size: &Size) -> Self {
        let cell = |class: &str, main: &str, detail: String| Self {
            class: class.into(),
            main: main.into(),
            detail,
            hint: None,
        };
        let Some(entry) = entry else { return cell("missing", "–", "not run".into()) };
        let figures = Figures::new(entry, size);
        let Some(time) = figures.ns_per_event else {
            return match &entry.cell.failure {
                Some(failure) if entry.failed() => {
                    cell("failed", "failed", failure.kind.to_string())
                }
                _ if entry.failed() => cell("failed", "failed", String::new()),
                _ if entry.not_supported() => cell("missing", "–", "not supported".into()),
                _ => cell("missing", "–", "not timed".into()),
            };
        };
        let time = match figures.is_above_zero {
            true => format::duration(time),
            false => NEAR_ZERO.into(),
        };
        let (main, hint) = match (&entry.other_work, figures.to_best) {
            (Some(why), _) => ("other work".into(), Some(why.clone())),
            (None, Some(ratio)) => (ratio_of(&figures, ratio), doubt(ratio)),
            (None, None) => (String::new(), None),
        };
        Self { hint, ..cell(&class(&figures, entry), &main, time) }
    }
}

/// The ratio as text. For the best guest, which is compared with itself, the sign is shown
/// only if it is in doubt.
fn ratio_of(figures: &Figures, ratio: Ratio) -> String {
    match figures.is_best && ratio.is_told() {
        true => format::ratio(ratio.value),
        false => ratio.to_string(),
    }
}

/// Why the ratio can't be told; `None` if it can.
fn doubt(ratio: Ratio) -> Option<String> {
    match ratio.verdict {
        Verdict::CantTell(why) => Some(format!("can't tell: {why}")),
        _ => None,
    }
}

fn class(figures: &Figures, entry: &Entry) -> String {
    if !entry.is_ranked() {
        return "apart".into();
    }
    match figures.to_best {
        Some(Ratio { verdict: Verdict::Level, .. }) => "level-0".into(),
        Some(Ratio { verdict: Verdict::Slower | Verdict::Faster, value }) => {
            format!("level-{}", 1 + LEVELS.iter().filter(|&&end| value >= end).count())
        }
        _ => "unsure".into(),
    }
}
