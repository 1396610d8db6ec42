//! The policy's hash: SHA-256 over its meaning, in hexadecimal.

use super::Policy;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

impl Policy {
    /// SHA-256 of what the policy means: the core in words (see [`core`](super::core)), which has identifiers, the library
    /// parts used and parameter values, but no labels, positions, comments, tests or order of declarations.
    #[must_use]
    pub fn hash(&self) -> String {
        Sha256::digest(super::core::print(self).as_bytes()).iter().fold(String::with_capacity(64), |mut text, byte| {
            // Writing to a text cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}
