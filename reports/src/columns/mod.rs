//! Columns of whole numbers as text, for a page's script to read (`templates/timeline/columns.js`):
//! how many rows there are, and then the columns, one after the other, as variable-length
//! integers, deflated, in base64.

pub mod varint;

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::ZlibEncoder;

/// The numbers of a column, from the top.
#[derive(Default)]
pub struct Column {
    bytes: Vec<u8>,
    last: u64,
}

impl Column {
    /// Adds a number.
    pub fn push(&mut self, value: u64) {
        varint::write(&mut self.bytes, value);
    }

    /// Adds a number as the distance from the one above it. All of a column are added so, or none.
    pub fn push_step(&mut self, value: u64) {
        varint::write(&mut self.bytes, varint::step(value, self.last));
        self.last = value;
    }
}

/// The columns of so many rows as text.
pub fn pack<'a>(rows: u64, columns: impl IntoIterator<Item = &'a Column>) -> String {
    let mut deflated = ZlibEncoder::new(Vec::new(), Compression::default());
    let mut head = Column::default();
    head.push(rows);
    // Memory takes everything that is written to it.
    let _ = deflated.write_all(&head.bytes);
    let _ = columns.into_iter().try_for_each(|column| deflated.write_all(&column.bytes));
    STANDARD.encode(deflated.finish().unwrap_or_default())
}
