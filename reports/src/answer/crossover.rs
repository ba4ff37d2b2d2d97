//! Where a guest of another interface than WASI 0.2's overtakes the best of WASI 0.2.

use crate::format;
use crate::matrix::{Configuration, Figures, Ratio, Variant, Verdict};

use super::doubt::foremost;
use super::words::Words;

/// How a guest of another interface compares with the best competitor over the
/// sizes of one workload configuration.
struct Course<'m, 'a> {
    variant: &'m Variant<'a>,
    /// By size, smallest first: the ratio of its time to the best competitor's.
    ratios: Vec<(u32, Ratio)>,
}

/// A change between two sizes of which one is the faster.
struct Crossing {
    from: u32,
    to: u32,
    /// The size at which the straight line through both ratios, on logarithmic axes, passes
    /// 1.
    near: f64,
    /// Whether the guest is faster than the best competitor from there on.
    overtakes: bool,
}

/// One sentence, without a full stop, for each timed guest of another interface.
pub fn crossovers(configuration: &Configuration, variants: &[Variant]) -> Vec<Words> {
    let others = variants.iter().filter(|it| !it.competes() && !it.is_floor());
    others.filter_map(|variant| Some(Course::new(configuration, variant)?.sentence())).collect()
}

impl<'m, 'a> Course<'m, 'a> {
    fn new(configuration: &Configuration, variant: &'m Variant<'a>) -> Option<Self> {
        let ratio = |(size, entry)| Figures::new(entry, size).to_best;
        let ratios: Vec<(u32, Ratio)> = configuration
            .sizes
            .iter()
            .filter_map(|size| Some((size.pollables, ratio((size, size.entry(variant)?))?)))
            .collect();
        (!ratios.is_empty()).then_some(Self { variant, ratios })
    }

    fn crossings(&self) -> Vec<Crossing> {
        let told: Vec<(u32, f64)> = self
            .ratios
            .iter()
            .filter(|(_, ratio)| ratio.is_told())
            .map(|&(size, ratio)| (size, ratio.value.ln()))
            .collect();
        told.windows(2)
            .filter(|pair| pair[0].1.signum() != pair[1].1.signum())
            .map(|pair| {
                let [(from, before), (to, after)] = [pair[0], pair[1]];
                let (left, right) = (f64::from(from).ln(), f64::from(to).ln());
                let near = (left + (right - left) * before / (before - after)).exp();
                Crossing { from, to, near, overtakes: after < 0.0 }
            })
            .collect()
    }

    fn sentence(&self) -> Words {
        let mut words = Words::default();
        words.guest(&self.variant.label);
        match self.crossings().as_slice() {
            [] => self.say_where_it_stands(&mut words),
            crossings => {
                for (index, crossing) in crossings.iter().enumerate() {
                    words.text(if index == 0 { " " } else { ", then " });
                    words.text(crossing.to_string());
                }
            }
        }
        let ratios: Vec<String> = self.ratios.iter().map(at).collect();
        words.text(format!(": {} of the best", ratios.join(", ")));
        let doubts = self.ratios.iter().filter_map(|(_, ratio)| match ratio.verdict {
            Verdict::CantTell(why) => Some(why),
            _ => None,
        });
        if let Some(why) = foremost(&doubts.collect::<Vec<_>>()) {
            words.marked(&format!(" (?: {why})"));
        }
        words
    }

    fn say_where_it_stands(&self, words: &mut Words) {
        let all = |holds: fn(&Ratio) -> bool| self.ratios.iter().all(|(_, ratio)| holds(ratio));
        words.text(if all(|ratio| ratio.verdict == Verdict::Faster) {
            " is faster than the best of WASI 0.2 at every size"
        } else if all(|ratio| ratio.verdict == Verdict::Slower) {
            " is slower than the best of WASI 0.2 at every size"
        } else if self.ratios.iter().any(|(_, ratio)| ratio.is_told()) {
            " does not cross the best of WASI 0.2 as far as can be told"
        } else {
            " can't be told from the best of WASI 0.2"
        });
    }
}

/// `0.52x at 1,000`.
fn at((size, ratio): &(u32, Ratio)) -> String {
    format!("{ratio} at {}", format::count((*size).into()))
}

impl std::fmt::Display for Crossing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let verb = if self.overtakes { "overtakes" } else { "falls behind" };
        let count = |size: u32| format::count(size.into());
        write!(
            f,
            "{verb} the best of WASI 0.2 near {} pollables (between {} and {})",
            format::quantity(self.near),
            count(self.from),
            count(self.to)
        )
    }
}
