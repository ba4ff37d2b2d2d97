use sha2::{Digest, Sha256};

/// The hexadecimal digest that names a component.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
