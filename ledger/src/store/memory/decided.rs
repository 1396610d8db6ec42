//! Events decided so far: enough to know one again and to give its first decision again.
//!
//! A decision is a pure function of what it read. So what it read is kept, which is little, and not what it said: the
//! first decision is computed again from the counters, facts and records as they were. The alternative, to keep every
//! decision as JSON, takes about ten times the memory on long runs.

use super::counters::Remembered;
use super::facts::SharedFacts;
use crate::content::ContentHash;
use std::collections::HashMap;

/// What is kept of a decided event.
#[derive(Debug, Clone)]
pub struct Memo {
    /// The hash of its content.
    pub content: ContentHash,
    /// The number of the version that decided it.
    pub version: usize,
    /// Counters that it read, in the order of its keys.
    pub counters: Box<[Remembered]>,
    /// Facts that were attached, in the order of its needs.
    pub facts: Box<[Option<SharedFacts>]>,
    /// How many records there were about each event that it names.
    pub records: Box<[usize]>,
}

/// Decided events by id.
#[derive(Debug, Clone, Default)]
pub struct DecidedBook {
    /// Never iterated: no order can leak from it.
    memos: HashMap<Box<str>, Memo>,
}

impl DecidedBook {
    /// What is kept of an event; none where it was not decided.
    #[must_use]
    pub fn get(&self, event: &str) -> Option<&Memo> {
        self.memos.get(event)
    }

    /// How many events were decided.
    #[must_use]
    pub fn len(&self) -> usize {
        self.memos.len()
    }

    /// Whether nothing was decided.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.memos.is_empty()
    }

    /// Everything, by event.
    pub(crate) fn all(&self) -> Vec<(String, &Memo)> {
        let mut all: Vec<_> = self.memos.iter().map(|(event, memo)| (event.to_string(), memo)).collect();
        all.sort_by(|a, b| a.0.cmp(&b.0));
        all
    }

    pub(crate) fn add(&mut self, event: String, memo: Memo) {
        self.memos.insert(event.into_boxed_str(), memo);
    }
}
