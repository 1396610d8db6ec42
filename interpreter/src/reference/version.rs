//! Versions of a programme in one decision: the one that decides, and others that decided what a refund concerns.
//!
//! A claim that a later version decided is decided again by that version, although the purchase that it names is refunded under
//! the earlier one. A period belongs to the version in force at its first instant: that version's level rules move it, whichever
//! version decides the event.

use super::frame::Frame;
use super::index::Index;
use crate::event::Event;
use chrono::{NaiveDate, NaiveTime};
use earnest_dsl::policy::Policy;
use std::sync::Arc;

/// A version: its policy, and what of it concerns which event.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Version<'a> {
    pub policy: &'a Policy,
    pub index: &'a Index,
}

impl Version<'_> {
    /// Whether this is the version of a policy.
    pub(crate) fn is(&self, policy: &Policy) -> bool {
        std::ptr::eq(self.policy, policy)
    }
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

    fn all(&self) -> impl Iterator<Item = Version<'a>> {
        let others = self.others.iter().map(|(policy, index)| Version { policy, index });
        std::iter::once(self.own).chain(others)
    }

    /// Whether a period that begins on a day is moved by the level rules of this policy, for an event that `deciding` decides.
    /// Where no version was in force on that day, the deciding one owns the period.
    pub(crate) fn owns(&self, policy: &Policy, deciding: &Policy, first: NaiveDate) -> bool {
        let instant = first.and_time(NaiveTime::MIN);
        let in_force = |one: &Version<'_>| {
            one.policy.effective_from <= instant && one.policy.effective_until.is_none_or(|until| instant < until)
        };
        let owner = self.all().filter(in_force).max_by_key(|one| one.policy.effective_from);
        owner.map_or(std::ptr::eq(policy, deciding), |owner| owner.is(policy))
    }

    /// The other versions that can read the event of a frame and have level rules on it, each with the event as it reads it.
    pub(crate) fn beside(&self, frame: &Frame<'_>) -> Vec<(Version<'a>, Event)> {
        let mut all: Vec<(Version<'a>, Event)> = Vec::new();
        for version in self.all().filter(|one| !one.is(frame.policy)) {
            // A version that does not know the event, or reads it otherwise, has nothing that it could move.
            let read = crate::event::read::read(version.policy, &frame.zone, &frame.event.json);
            if let Ok(event) = read
                && !version.index.levels(event.kind).is_empty()
            {
                all.push((version, event));
            }
        }
        all.sort_by_key(|(version, _)| version.policy.effective_from);
        all
    }
}
