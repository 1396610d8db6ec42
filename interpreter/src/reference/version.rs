//! Versions of a programme in one decision: the one that decides, and others that decided what a refund concerns.
//!
//! A claim that a later version decided is decided again by that version, although the purchase that it names is refunded under
//! the earlier one.

use super::index::Index;
use earnest_dsl::policy::Policy;
use std::sync::Arc;

/// A version: its policy, and what of it concerns which event.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Version<'a> {
    pub policy: &'a Policy,
    pub index: &'a Index,
}

/// The version that decides, with those beside it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Versions<'a> {
    pub own: Version<'a>,
    pub others: &'a [(Arc<Policy>, Arc<Index>)],
}

impl<'a> Versions<'a> {
    /// The version with this name.
    pub(crate) fn named(&self, name: &str) -> Option<Version<'a>> {
        if self.own.policy.version() == name {
            return Some(self.own);
        }
        let found = self.others.iter().find(|(policy, _)| policy.version() == name);
        found.map(|(policy, index)| Version { policy, index })
    }
}
