use std::borrow::Cow;
use std::io::{self, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use serde::Serialize;

use super::sort_table::{Datum, SortTable};

/// What a section of a large report shows once it is opened. The page's script unpacks
/// it and makes tables of its numbers.
#[derive(Serialize)]
pub(super) struct Packed {
    /// The charts and the text about them.
    pub html: String,
    pub tables: Vec<PackedTable>,
}

/// A table without its markup, which would be most of its size.
#[derive(Serialize)]
pub(super) struct PackedTable {
    summary: String,
    caption: String,
    heads: Vec<Head>,
    /// The table by columns, each from the top: values of one column are alike, so they
    /// compress well.
    columns: Vec<Vec<PackedDatum>>,
}

#[derive(Serialize)]
struct Head {
    title: Cow<'static, str>,
    number: bool,
}

/// The content of a table's cell: a text from which the script reads the number to sort by,
/// or words together with that number.
#[derive(Serialize)]
#[serde(untagged)]
enum PackedDatum {
    Text(String),
    Words(String, f64),
}

impl Packed {
    /// The section as JSON, compressed and encoded as Base64 so that an attribute can hold
    /// it.
    pub fn pack(&self) -> io::Result<String> {
        let mut deflated = ZlibEncoder::new(Vec::new(), Compression::default());
        let text = serde_json::to_vec(self)?;
        deflated.write_all(&text)?;
        Ok(STANDARD.encode(deflated.finish()?))
    }
}

impl PackedTable {
    /// Packs a table; `summary` is the text by which the reader opens it.
    pub fn new(summary: String, table: SortTable) -> Self {
        let mut columns: Vec<Vec<PackedDatum>> = table.columns.iter().map(|_| Vec::new()).collect();
        for row in table.rows {
            for (column, datum) in columns.iter_mut().zip(row) {
                column.push(PackedDatum::new(datum));
            }
        }
        let heads = table.columns.into_iter();
        Self {
            summary,
            caption: table.caption,
            heads: heads.map(|it| Head { title: it.title, number: it.is_number }).collect(),
            columns,
        }
    }
}

impl PackedDatum {
    fn new(datum: Datum) -> Self {
        match datum.value {
            Some(value) if datum.is_worded => Self::Words(datum.text, value),
            _ => Self::Text(datum.text),
        }
    }
}
