//! What the host keeps, a book for each kind of thing, and the one way to change them: [`Books::apply`].
//!
//! A [`Change`] holds everything that one decision writes. It is made whole before anything is written, so a store
//! that takes a change in one transaction can stand in for these books.

pub mod counters;
pub mod decided;
pub mod facts;
pub mod records;

use crate::content::ContentHash;
use counters::CounterBook;
use decided::{DecidedBook, Memo};
use earnest_interpreter::Facts;
use earnest_interpreter::decision::CounterChange;
use facts::FactBook;
use records::{RecordBook, Stored};

/// All books of a host.
#[derive(Debug, Clone, Default)]
pub struct Books {
    /// Values of counters.
    pub counters: CounterBook,
    /// What is known of subjects.
    pub facts: FactBook,
    /// Records of events that may be named.
    pub records: RecordBook,
    /// Events decided so far.
    pub decided: DecidedBook,
}

/// Everything that one decision writes.
#[derive(Debug, Clone)]
pub struct Change {
    /// The event's id.
    pub event: String,
    /// The hash of its content.
    pub content: ContentHash,
    /// The number of the version that decided it.
    pub version: usize,
    /// Counters that change.
    pub counters: Vec<CounterChange>,
    /// Counters that it read, in order.
    pub keys: Vec<String>,
    /// Events that it names.
    pub names: Vec<String>,
    /// Subjects and ids whose facts were attached, in order.
    pub subjects: Vec<(String, String)>,
    /// Its record; none where it was refused or nobody may name it.
    pub record: Option<Stored>,
}

impl Books {
    /// The facts of these subjects, for a decision.
    #[must_use]
    pub fn attach_facts(&self, subjects: &[(String, String)]) -> Facts {
        subjects
            .iter()
            .filter_map(|key| self.facts.get(key).map(|facts| (key.clone(), facts.as_ref().clone())))
            .collect()
    }

    /// Writes a change. It cannot fail half-way: everything that could be wrong was found before.
    pub fn apply(&mut self, change: Change) {
        // What the decision read is remembered first: the counters below are about to move.
        let memo = Memo {
            content: change.content,
            version: change.version,
            counters: self.counters.remember(&change.keys),
            facts: change.subjects.iter().map(|key| self.facts.get(key).cloned()).collect(),
            records: change.names.iter().map(|name| self.records.count(name)).collect(),
        };
        for counter in change.counters {
            self.counters.set(&counter.key, counter.after);
        }
        if let Some(record) = change.record {
            self.records.add(&change.names, &record);
        }
        self.decided.add(change.event, memo);
    }
}
