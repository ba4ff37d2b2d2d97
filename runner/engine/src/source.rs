use std::fs;
use std::path::PathBuf;

use pollbench_guests::BuiltIn;
use pollbench_reports::record::{self, Interface};
use sha2::{Digest, Sha256};

use super::description::{Description, Knob};
use super::error::LoadError;
use super::producers::producers;

/// Where a guest comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Embedded in the program.
    BuiltIn(BuiltIn),
    /// A component file.
    File(PathBuf),
}

impl Source {
    /// The guest's name or file, and the bytes of its component.
    pub fn read(&self) -> Result<(String, Vec<u8>), LoadError> {
        match self {
            Self::BuiltIn(guest) => Ok((guest.name.into(), guest.component.into())),
            Self::File(path) => match fs::read(path) {
                Ok(bytes) => Ok((path.display().to_string(), bytes)),
                Err(source) => Err(LoadError::Read { path: path.clone(), source }),
            },
        }
    }

    /// What the record says of the guest that comes from here.
    pub(super) fn record(
        &self,
        description: &Description,
        interface: Interface,
        bytes: &[u8],
    ) -> record::Guest {
        let (origin, compiler) = match self {
            Self::BuiltIn(guest) => (record::Guest::BUILT_IN.into(), guest.compiler.into()),
            Self::File(path) => (path.display().to_string(), producers(bytes)),
        };
        record::Guest {
            name: description.name.clone(),
            strategy: description.strategy.clone(),
            summary: description.summary.clone(),
            interface,
            origin,
            sha256: sha256(bytes),
            bytes: bytes.len() as u64,
            compiler,
            knobs: description.knobs.iter().map(Knob::record).collect(),
        }
    }
}

/// The hexadecimal digest that names a component.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
