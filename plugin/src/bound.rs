//! How many instructions an event can take at most, from the policy alone.
//!
//! A host gives a module that much fuel for an event and no more, so that the bound holds whatever happens: an event that would need more is refused.
//! The factors stand well above what the heaviest events of the test suite take (a test says by how much).

use crate::section::Bound;
use earnest_dsl::policy::Policy;

/// Reading a frame and writing an answer, whatever the policy.
const BASE: u64 = 5_000_000;
/// For each rule, limit and measure of the version: each may be looked at, for the event and for each record that it reads.
const EACH_PART: u64 = 20_000;
/// For each byte of the frame: it is read as words, as JSON, as an event and as records.
const EACH_BYTE: u64 = 8_000;
/// For each byte, by parts of the policy: records are decided again.
const EACH_BYTE_PART: u64 = 2;

/// The bound for a programme: that of its largest version.
#[must_use]
pub fn of<'p>(policies: impl IntoIterator<Item = &'p Policy>) -> Bound {
    let parts = |policy: &Policy| {
        let count = policy.rules.len().saturating_add(policy.constraints.len()).saturating_add(policy.measures.len());
        u64::try_from(count).unwrap_or(u64::MAX)
    };
    let parts = policies.into_iter().map(parts).max().unwrap_or(0);
    Bound {
        base: BASE.saturating_add(parts.saturating_mul(EACH_PART)),
        each: EACH_BYTE.saturating_add(parts.saturating_mul(EACH_BYTE_PART)),
    }
}

impl Bound {
    /// Instructions that an event may take whose frame has so many bytes.
    #[must_use]
    pub fn of_frame(&self, bytes: usize) -> u64 {
        self.base.saturating_add(self.each.saturating_mul(u64::try_from(bytes).unwrap_or(u64::MAX)))
    }
}
