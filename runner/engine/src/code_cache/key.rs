use std::hash::{Hash, Hasher};

use sha2::{Digest, Sha256};
use wasmtime::Engine;

use crate::engine_version;

/// What tells the code of a component from all other: the digest of all that it depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key([u8; 32]);

impl Key {
    /// The key of the code that an engine makes of a component.
    pub fn of(engine: &Engine, component: &[u8]) -> Self {
        let mut digest = HashDigest(Sha256::new());
        (engine_version(), env!("CARGO_PKG_VERSION")).hash(&mut digest);
        engine.precompile_compatibility_hash().hash(&mut digest);
        let of_engine = digest.0.finalize();
        let of_component = Sha256::digest(component);
        Self(Sha256::new().chain_update(of_engine).chain_update(of_component).finalize().into())
    }

    /// The key in full.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Takes the digest of what would otherwise be hashed to 64 bits.
struct HashDigest(Sha256);

impl Hasher for HashDigest {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        let digest = self.0.clone().finalize();
        u64::from_le_bytes(digest[..8].try_into().expect("eight bytes"))
    }
}
