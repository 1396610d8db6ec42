//! The policy's hash: SHA-256 over its meaning, in hexadecimal.

use super::Policy;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

impl Policy {
    /// SHA-256 of what the policy means: identifiers, core, the library parts it uses and parameter values; not labels,
    /// positions, comments, tests or the order of declarations.
    #[must_use]
    pub fn hash(&self) -> String {
        // A policy is plain data with text keys: serialising it cannot fail. If it ever did, the empty text would be hashed.
        let bytes = serde_json::to_vec(self).unwrap_or_default();
        Sha256::digest(&bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}
