use std::collections::BTreeMap;

use crate::record::{Cell, KnobValue, Record};

/// The guest every other is held against. It is no usable executor, so it is
/// never the best one.
pub const FLOOR: &str = "bare";

/// A guest under one set of knobs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant<'a> {
    /// The guest's name.
    pub guest: &'a str,
    /// Its knobs, defaults included.
    pub knobs: &'a BTreeMap<String, KnobValue>,
    /// The guest's name and those knobs which differ from their defaults:
    /// `batched batch=256`.
    pub label: String,
    /// Its position among a record's variants.
    pub index: usize,
}

impl<'a> Variant<'a> {
    /// The variants of a record, in order of appearance.
    pub(super) fn all(record: &'a Record) -> Vec<Self> {
        let mut variants: Vec<Self> = Vec::new();
        for cell in &record.cells {
            if !variants.iter().any(|variant| variant.is_of(cell)) {
                variants.push(Self {
                    guest: &cell.guest,
                    knobs: &cell.knobs,
                    label: label(cell, record),
                    index: variants.len(),
                });
            }
        }
        variants
    }

    pub(super) fn is_of(&self, cell: &Cell) -> bool {
        self.guest == cell.guest && *self.knobs == cell.knobs
    }

    /// Whether this is [`FLOOR`].
    pub fn is_floor(&self) -> bool {
        self.guest == FLOOR
    }
}

fn label(cell: &Cell, record: &Record) -> String {
    let described = record.environment.guests.iter().find(|guest| guest.name == cell.guest);
    let is_default = |name: &str, value: &KnobValue| {
        described.is_some_and(|guest| {
            guest.knobs.iter().any(|knob| knob.name == name && knob.default == *value)
        })
    };
    let mut label = cell.guest.clone();
    for (name, value) in cell.knobs.iter().filter(|(name, value)| !is_default(name, value)) {
        label += &format!(" {name}={value}");
    }
    label
}
