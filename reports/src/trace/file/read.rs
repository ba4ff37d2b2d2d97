use std::path::{Path, PathBuf};
use std::{fs, io};

use super::block::{BlockReader, take_made};
use super::head::Head;
use super::number::take;
use super::write::{MAGIC, checksum};
use crate::trace::event::{Made, Stamped};

/// A trace file that was read, and whose checksums are right.
#[derive(Debug)]
pub struct TraceFile {
    /// What it says of the trace.
    pub head: Head,
    /// The pollables that were alive before the first event.
    pub alive: Vec<(u32, Made)>,
    bytes: Vec<u8>,
    /// Where the blocks begin and end.
    blocks: Vec<(usize, usize)>,
}

/// Why a file can't be used as a trace.
#[derive(Debug, thiserror::Error)]
pub enum TraceError {
    /// It can't be read.
    #[error("can't read the trace file {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is none.
    #[error("{} is no trace file of this pollbench: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, and what to do.
        reason: String,
    },
}

impl TraceFile {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// If it can't be read, or is damaged.
    pub fn open(path: &Path) -> Result<Self, TraceError> {
        let path_of = || path.to_path_buf();
        let bytes =
            fs::read(path).map_err(|source| TraceError::Read { path: path_of(), source })?;
        Self::read(bytes).map_err(|reason| TraceError::Damaged { path: path_of(), reason })
    }

    /// Reads the bytes of a file; the error says what is wrong with them.
    ///
    /// # Errors
    ///
    /// If they are damaged.
    pub fn read(bytes: Vec<u8>) -> Result<Self, String> {
        let (name, version) = (&MAGIC[..7], MAGIC[7]);
        match bytes.get(..MAGIC.len()) {
            Some(magic) if magic[..7] != *name => {
                return Err(
                    "it does not begin as one; `pollbench trace -o FILE` writes them".into()
                );
            }
            // Version 1 had all that is in version 2, but for pollables of HTTP.
            Some(magic) if !(1..=version).contains(&magic[7]) => {
                return Err(format!(
                    "it is in version {} of the format, and this pollbench reads up to version {version}; read it with the pollbench that wrote it",
                    magic[7]
                ));
            }
            Some(_) => {}
            None => return Err(CUT.into()),
        }
        let mut at = MAGIC.len();
        let (begin, end) = section(&bytes, &mut at)?;
        let head: Head = serde_json::from_slice(&bytes[begin..end])
            .map_err(|error| format!("its head can't be understood: {error}; write it again"))?;
        let (begin, end) = section(&bytes, &mut at)?;
        let alive = alive(&bytes[begin..end])
            .ok_or("its list of pollables makes no sense; write it again")?;
        let mut blocks = Vec::new();
        loop {
            match section(&bytes, &mut at)? {
                (begin, end) if begin == end => break,
                block => blocks.push(block),
            }
        }
        if at != bytes.len() {
            return Err("more follows after its end; copy it again".into());
        }
        Ok(Self { head, alive, bytes, blocks })
    }

    /// Passes each event to `each`, the oldest first.
    ///
    /// # Errors
    ///
    /// If something is no event, though its checksum is right.
    pub fn events(&self, each: &mut dyn FnMut(Stamped)) -> Result<(), String> {
        let mut number = 0_u64;
        for (begin, end) in &self.blocks {
            let wrong = |number: u64| {
                format!("after {number} events something follows that is none; write it again")
            };
            let mut block =
                BlockReader::new(&self.bytes[*begin..*end]).ok_or_else(|| wrong(number))?;
            while let Some(event) = block.next().ok_or_else(|| wrong(number))? {
                number += 1;
                each(event);
            }
        }
        let expected = self.head.events - self.head.lost.min(self.head.events);
        match number == expected {
            true => Ok(()),
            false => Err(format!("it has {number} events and says {expected}; write it again")),
        }
    }
}

const CUT: &str = "it is cut short; copy it again, or write it again";

/// The beginning and the end of the section at a place, which is moved beyond it.
fn section(bytes: &[u8], at: &mut usize) -> Result<(usize, usize), String> {
    let mut number = || {
        let number = bytes.get(*at..)?.first_chunk::<4>()?;
        *at += 4;
        Some(u32::from_le_bytes(*number))
    };
    let (Some(length), Some(sum)) = (number(), number()) else { return Err(CUT.into()) };
    let begin = *at;
    let end = begin.saturating_add(length as usize);
    let Some(section) = bytes.get(begin..end) else { return Err(CUT.into()) };
    if checksum(section) != sum {
        return Err(format!(
            "the bytes from {begin} to {end} are not those that were written (their checksum is another); copy it again, or write it again"
        ));
    }
    *at = end;
    Ok((begin, end))
}

fn alive(mut bytes: &[u8]) -> Option<Vec<(u32, Made)>> {
    let mut alive = Vec::new();
    while !bytes.is_empty() {
        let kind = take(&mut bytes)?;
        let pollable = take(&mut bytes)?.try_into().ok()?;
        alive.push((pollable, take_made(&mut bytes, kind)?));
    }
    Some(alive)
}
