use crate::format;
use crate::matrix::{Configuration, Entry, Figures, Size, Variant};

/// Where one level of slowness ends and the next begins: ratios to the best.
pub(super) const LEVELS: [f64; 4] = [1.1, 1.5, 2.0, 5.0];

/// Guests by pollables for one workload configuration.
pub(super) struct Heatmap {
    pub columns: Vec<String>,
    pub rows: Vec<HeatRow>,
}

/// A guest.
pub(super) struct HeatRow {
    pub label: String,
    /// What it is if it does not compete: `floor`, `WASI 0.3`.
    pub tag: Option<&'static str>,
    pub cells: Vec<HeatCell>,
}

/// A guest at one size.
pub(super) struct HeatCell {
    /// The style: `level-0` for the best to `level-5`, `apart`, `failed` or `missing`.
    pub class: String,
    /// The ratio to the best.
    pub main: String,
    /// The time per event.
    pub detail: String,
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
        let ratio = figures.to_best.map_or_else(String::new, |ratio| match figures.is_best {
            true => format::ratio(ratio.value),
            false => ratio.to_string(),
        });
        cell(&class(&figures, entry), &ratio, format::duration(time))
    }
}

fn class(figures: &Figures, entry: &Entry) -> String {
    if !entry.variant.competes() {
        return "apart".into();
    }
    let level = match figures.to_best {
        Some(ratio) if !figures.level_with_best() => {
            1 + LEVELS.iter().filter(|&&end| ratio.value >= end).count()
        }
        _ => 0,
    };
    format!("level-{level}")
}
