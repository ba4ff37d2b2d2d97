//! The cells of a record, ordered for comparison: workload configurations, their
//! sizes, and at each size the guests, best first.

mod active;
mod configuration;
mod figures;
mod label;
pub(crate) mod ranking;
mod ratio;
mod size;
mod variant;
mod work;

use crate::record::Record;

pub use active::Active;
pub(crate) use active::Tasks;
pub use configuration::Configuration;
pub use figures::Figures;
pub use ranking::{FALSE_CLAIMS, MARGIN};
pub use ratio::{Ratio, Verdict, Why};
pub use size::{Entry, Size};
pub use variant::{FLOOR, Variant};

/// A record's cells in the order of its matrix.
#[derive(Clone, Debug)]
pub struct Matrix<'a> {
    /// Every guest under every set of knobs, in the order of the run.
    pub variants: Vec<Variant<'a>>,
    /// Every workload configuration, in the order of the run.
    pub configurations: Vec<Configuration<'a>>,
}

impl<'a> Matrix<'a> {
    /// Orders a record's cells.
    pub fn new(record: &'a Record) -> Self {
        let variants = Variant::all(record);
        let mut configurations = Configuration::all(record, &variants);
        let mut sizes: Vec<&mut Size> =
            configurations.iter_mut().flat_map(|it| &mut it.sizes).collect();
        Size::judge(&mut sizes);
        drop(sizes);
        Self { variants, configurations }
    }
}
