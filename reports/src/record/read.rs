use std::fs::File;
use std::io::{self, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use ruzstd::decoding::StreamingDecoder;
use serde::Deserialize;

use super::{Record, SCHEMA, STANDARD, name_of};

/// Why a file is not a record this version reads.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file could not be opened or read.
    #[error("can't read the record {}: {source}", input_name(.path))]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Not JSON, or JSON of another shape.
    #[error(
        "the record {} is damaged: {reason}; measure again with `pollbench run`",
        input_name(.path)
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where and what.
        reason: serde_json::Error,
    },
    /// Some other JSON file.
    #[error("{} is no pollbench record: it has no `schema` number", input_name(.path))]
    NoRecord {
        /// The file.
        path: PathBuf,
    },
    /// Written by a later version.
    #[error(
        "the record {} has schema {found}, and this pollbench reads up to {SCHEMA}: use a newer pollbench",
        input_name(.path)
    )]
    TooNew {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: u32,
    },
}

#[derive(Deserialize)]
struct Header {
    schema: Option<u32>,
}

impl Record {
    /// Reads a record of this schema or an earlier one, compressed or not, from a file or,
    /// if that is `-`, from standard input.
    pub fn read(path: &Path) -> Result<Self, ReadError> {
        let text = read_text(path).map_err(|source| ReadError::Io { path: path.into(), source })?;
        Self::parse(&text, path)
    }

    /// Parses the text of a file, which errors name by its path.
    pub fn parse(text: &[u8], path: &Path) -> Result<Self, ReadError> {
        let damaged = |reason| ReadError::Damaged { path: path.into(), reason };
        let too_new = |found| ReadError::TooNew { path: path.into(), found };
        // Most files are records of a known schema: they are gone through once only.
        let reason = match serde_json::from_slice::<Self>(text) {
            Ok(record) if record.schema > SCHEMA => return Err(too_new(record.schema)),
            Ok(record) => return Ok(record),
            Err(reason) => reason,
        };
        match serde_json::from_slice::<Header>(text).map_err(damaged)?.schema {
            None => Err(ReadError::NoRecord { path: path.into() }),
            Some(found) if found > SCHEMA => Err(too_new(found)),
            Some(_) => Err(damaged(reason)),
        }
    }
}

/// What a file to read from is called in a message.
pub(crate) fn input_name(path: &Path) -> String {
    name_of(path, "standard input")
}

/// Reads a whole file, or standard input if it is `-`. What is compressed by gzip or
/// Zstandard is unpacked, and a byte-order mark of UTF-8 is passed over.
pub fn read_text(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if path == Path::new(STANDARD) {
        io::stdin().lock().read_to_end(&mut bytes)?;
    } else {
        BufReader::new(File::open(path)?).read_to_end(&mut bytes)?;
    }
    let mut text = unpack(bytes)?;
    if text.starts_with(BYTE_ORDER_MARK) {
        text.drain(..BYTE_ORDER_MARK.len());
    }
    Ok(text)
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// How files begin that are compressed: RFC 1952 and RFC 8878.
const GZIP: &[u8] = b"\x1f\x8b";
const ZSTANDARD: &[u8] = b"\x28\xb5\x2f\xfd";
/// More than this is no record, but something made to fill the memory.
const MOST_UNPACKED: u64 = 4 << 30;

fn unpack(bytes: Vec<u8>) -> io::Result<Vec<u8>> {
    let mut unpacked = Vec::new();
    if bytes.starts_with(GZIP) {
        read_within_limit(MultiGzDecoder::new(bytes.as_slice()), &mut unpacked)?;
    } else if bytes.starts_with(ZSTANDARD) {
        let mut packed = Cursor::new(bytes.as_slice());
        // A file may have several frames, one after the other.
        while packed.position() < bytes.len() as u64 {
            let frame = StreamingDecoder::new(&mut packed).map_err(io::Error::other)?;
            read_within_limit(frame, &mut unpacked)?;
        }
    } else {
        return Ok(bytes);
    }
    Ok(unpacked)
}

fn read_within_limit(from: impl Read, to: &mut Vec<u8>) -> io::Result<()> {
    let room = MOST_UNPACKED - to.len() as u64;
    from.take(room).read_to_end(to)?;
    match to.len() as u64 == MOST_UNPACKED {
        true => Err(io::Error::other("unpacked, it is larger than 4 GiB")),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::prelude::BASE64_STANDARD;

    use super::*;

    /// What gzip 1.12 and zstd 1.5.4 make of a record: `printf '{"a": 1}' | gzip -n | base64`,
    /// and the same with `zstd`.
    const GZIPPED: &str = "H4sIAAAAAAAAA6tWSlSyUjCsBQCXjqH7CAAAAA==";
    const ZSTD: &str = "KLUv/QRYQQAAeyJhIjogMX19kZ15";

    #[test]
    fn files_compressed_by_the_usual_programs_are_unpacked() {
        for packed in [GZIPPED, ZSTD] {
            let packed = BASE64_STANDARD.decode(packed).unwrap();
            assert_eq!(unpack(packed.clone()).unwrap(), br#"{"a": 1}"#);
            let twice = unpack([packed.clone(), packed.clone()].concat()).unwrap();
            assert_eq!(twice, br#"{"a": 1}{"a": 1}"#);
            for end in 5..packed.len() {
                assert!(unpack(packed[..end].to_vec()).is_err(), "{end} bytes of {packed:?}");
            }
        }
    }

    #[test]
    fn files_that_are_not_compressed_stay_as_they_are() {
        for text in [&b"{}"[..], b"", b"\x1f", b"\x28\xb5\x2f"] {
            assert_eq!(unpack(text.to_vec()).unwrap(), text);
        }
    }
}
