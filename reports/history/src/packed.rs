//! A record as it is kept: canonical JSON, compressed, under the digest of that JSON.

use std::io::{self, Read as _, Write as _};
use std::path::Path;

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use pollbench_reports::document::{Document, DocumentError};
use pollbench_reports::record::ReadError;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// More than this is no record, but something made to fill the memory.
const MOST_UNPACKED: u64 = 4 << 30;

/// A record and the text it is kept as: JSON in one line, without blanks, its fields in the
/// order of their names. Fields that this version does not know are in it, too.
pub(crate) struct Canonical {
    pub document: Document,
    pub text: Vec<u8>,
    pub digest: String,
}

impl Canonical {
    /// Of the text of a record. Errors name it by `path`.
    pub fn parse(text: &[u8], path: &Path) -> Result<Self, DocumentError> {
        let damaged = |reason| ReadError::Damaged { path: path.into(), reason };
        let value = serde_json::from_slice(text).map_err(damaged)?;
        Self::of_value(value, path)
    }

    /// Of a record. One with a number that is none can't be written as JSON.
    pub fn of(record: &impl Serialize, path: &Path) -> Result<Self, DocumentError> {
        let damaged = |reason| ReadError::Damaged { path: path.into(), reason };
        Self::of_value(serde_json::to_value(record).map_err(damaged)?, path)
    }

    pub fn of_value(mut value: Value, path: &Path) -> Result<Self, DocumentError> {
        // Whether it is sorted already depends on features that other crates choose.
        value.sort_all_objects();
        let text = serde_json::to_vec(&value).expect("it was made of JSON");
        // What is kept, and nothing else, has to be a record.
        let document = Document::parse(&text, path)?;
        Ok(Self { document, digest: digest(&text), text })
    }

    pub fn packed(&self) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(&self.text).expect("memory can be written to");
        encoder.finish().expect("memory can be written to")
    }
}

/// The text of a record that was packed.
pub(crate) fn unpack(packed: &[u8]) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    ZlibDecoder::new(packed).take(MOST_UNPACKED).read_to_end(&mut text)?;
    Ok(text)
}

/// SHA-256, in hexadecimal.
pub(crate) fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_packed_is_unpacked_and_what_is_cut_off_is_no_record() {
        let text = br#"{"a":[1,2.5,"x"]}"#.to_vec();
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(&text).unwrap();
        let packed = encoder.finish().unwrap();
        assert_eq!(unpack(&packed).unwrap(), text);
        for end in 0..packed.len() {
            assert!(unpack(&packed[..end]).is_err(), "{end}");
        }
    }

    /// FIPS 180-2, appendix B.1.
    #[test]
    fn the_digest_is_sha_256() {
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(digest(b"abc"), expected);
    }
}
