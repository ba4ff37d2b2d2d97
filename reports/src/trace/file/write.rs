use std::io::{self, Write};

use flate2::Crc;

use super::block::{kind_number, put_due};
use super::head::Head;
use super::number::put;
use super::ring::Recording;

/// The first bytes of a trace file, the last of which is the version of the format.
pub const MAGIC: [u8; 8] = *b"PBTRACE\x02";

impl Recording {
    /// Writes the trace file. Of the head, the numbers of events are filled in.
    ///
    /// # Errors
    ///
    /// Those of the writer.
    pub fn write(&self, head: &Head, to: &mut dyn Write) -> io::Result<()> {
        let (events, lost) = self.events();
        let head = serde_json::to_vec(&Head { events, lost, ..head.clone() })?;
        to.write_all(&MAGIC)?;
        section(to, &head)?;
        let mut alive = Vec::new();
        for (pollable, made) in self.alive() {
            put(&mut alive, kind_number(made.kind));
            put(&mut alive, u64::from(*pollable));
            put_due(&mut alive, *made);
        }
        section(to, &alive)?;
        self.blocks().try_for_each(|it| section(to, it))?;
        section(to, &[])
    }
}

/// Writes a section: its length and its checksum with four bytes each, the low ones first,
/// and its bytes.
fn section(to: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    let length = u32::try_from(bytes.len()).map_err(|_| io::ErrorKind::FileTooLarge)?;
    to.write_all(&length.to_le_bytes())?;
    to.write_all(&checksum(bytes).to_le_bytes())?;
    to.write_all(bytes)
}

/// The CRC-32 of the bytes, as gzip has it.
pub fn checksum(bytes: &[u8]) -> u32 {
    let mut sum = Crc::new();
    sum.update(bytes);
    sum.sum()
}
