use std::collections::{BTreeMap, BTreeSet};

use crate::record::{Cell, Guest, Interface, KnobValue, Record};

/// The guest that every other one is compared with. It is not a usable executor, so it
/// never competes.
pub const FLOOR: &str = "bare";

/// A guest under one set of knobs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant<'a> {
    /// The guest's name.
    pub guest: &'a str,
    /// Its knobs, defaults included.
    pub knobs: &'a BTreeMap<String, KnobValue>,
    /// The interface that the guest waits with.
    pub interface: Interface,
    /// The guest's name and those knobs which differ from their defaults:
    /// `batched batch=256`.
    pub label: String,
    /// Its position among a record's variants.
    pub index: usize,
}

/// The indices of a record's variants, by guest and knobs.
pub(super) type Places<'a> = BTreeMap<(&'a str, &'a BTreeMap<String, KnobValue>), usize>;

impl<'a> Variant<'a> {
    /// The variants of a record, in order of appearance.
    pub(super) fn all(record: &'a Record) -> Vec<Self> {
        let mut variants: Vec<Self> = Vec::new();
        let mut known = BTreeSet::new();
        for cell in &record.cells {
            if known.insert((&cell.guest, &cell.knobs)) {
                variants.push(Self {
                    guest: &cell.guest,
                    knobs: &cell.knobs,
                    interface: described(cell, record)
                        .map_or_else(Interface::default, |it| it.interface),
                    label: label(cell, record),
                    index: variants.len(),
                });
            }
        }
        variants
    }

    /// The index of each variant in `variants`, by its guest and knobs.
    pub(super) fn places(variants: &[Self]) -> Places<'a> {
        variants.iter().map(|it| ((it.guest, it.knobs), it.index)).collect()
    }

    /// Whether a cell is one of this variant.
    pub fn is_of(&self, cell: &Cell) -> bool {
        self.guest == cell.guest && *self.knobs == cell.knobs
    }

    /// Whether this is [`FLOOR`].
    pub fn is_floor(&self) -> bool {
        self.guest == FLOOR
    }

    /// Whether a WASI 0.2 guest could be written over it: it is not the floor, and
    /// needs no other interface. Only these are ranked.
    pub fn competes(&self) -> bool {
        !self.is_floor() && self.interface == Interface::Poll
    }

    /// What the variant is if it does not compete.
    pub fn tag(&self) -> Option<&'static str> {
        if self.is_floor() { Some("floor") } else { self.interface.tag() }
    }
}

fn described<'a>(cell: &Cell, record: &'a Record) -> Option<&'a Guest> {
    let mut guests = record.all_environments().flat_map(|it| &it.guests);
    guests.find(|guest| guest.name == cell.guest)
}

fn label(cell: &Cell, record: &Record) -> String {
    let described = described(cell, record);
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
