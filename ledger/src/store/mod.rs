//! Where a host keeps its state: one trait, so that memory, a file and a database can stand in for each other.
//!
//! A [`Change`] holds everything that one decision (or one step of the clock) writes, and is made whole before anything is
//! written: a store takes it in one transaction, or not at all. Reads see what was committed. [`suite`] tests a store.

mod boxed;
pub mod change;
pub mod memory;
pub mod suite;

pub use change::{AccountChange, Change, Input, Origin, Seen};
pub use memory::Memory;
pub use memory::decided::Memo;
pub use memory::facts::SharedFacts;
pub use memory::records::Stored;

use crate::lots::{Account, Lot, Movement, Taken};
use crate::told::SettledLine;
use chrono::{DateTime, Utc};
use earnest_interpreter::{Counters, Record};
use std::fmt;
use std::sync::Arc;

/// A store that cannot be read or written, in words for an operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreError(pub String);

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for StoreError {}

/// What a host keeps. All reads give what was last committed, in the stated order; nothing depends on hash order.
pub trait Store {
    /// The values that there are of these counters; one that was never written is left out.
    ///
    /// # Errors
    /// The store cannot be read.
    fn counters(&self, keys: &[String]) -> Result<Counters, StoreError>;

    /// What is known of a subject (`customer`, `card`) with this id; none where nothing was told.
    ///
    /// # Errors
    /// The store cannot be read.
    fn facts(&self, subject: &str, id: &str) -> Result<Option<SharedFacts>, StoreError>;

    /// Records of the named events and of the decisions that named them since, oldest first; of each event at most so many
    /// as `most` says.
    ///
    /// # Errors
    /// The store cannot be read.
    fn records(&self, names: &[String], most: Option<&[usize]>) -> Result<Vec<Record>, StoreError>;

    /// The number of the version that decided an event; none where it is unknown or may not be named.
    ///
    /// # Errors
    /// The store cannot be read.
    fn version_of(&self, event: &str) -> Result<Option<usize>, StoreError>;

    /// What is kept of a decided event; none where it was not decided.
    ///
    /// # Errors
    /// The store cannot be read.
    fn decided(&self, event: &str) -> Result<Option<Memo>, StoreError>;

    /// What a customer holds; an empty account where nothing was ever given.
    ///
    /// # Errors
    /// The store cannot be read.
    fn account(&self, customer: &str) -> Result<Arc<Account>, StoreError>;

    /// A lot by its number, also where nothing is left of it.
    ///
    /// # Errors
    /// The store cannot be read.
    fn lot(&self, id: u64) -> Result<Option<Lot>, StoreError>;

    /// The number that the next new lot gets: one more than the highest so far, 1 at first.
    ///
    /// # Errors
    /// The store cannot be read.
    fn next_lot(&self) -> Result<u64, StoreError>;

    /// What an event took from lots and has not given back, in the order of taking.
    ///
    /// # Errors
    /// The store cannot be read.
    fn taken(&self, event: &str) -> Result<Vec<Taken>, StoreError>;

    /// What an event (or a step of the clock) did to points, in order.
    ///
    /// # Errors
    /// The store cannot be read.
    fn movements_of(&self, event: &str) -> Result<Vec<Movement>, StoreError>;

    /// Everything that happened to a customer's points, oldest commit first.
    ///
    /// # Errors
    /// The store cannot be read.
    fn movements(&self, customer: &str) -> Result<Vec<Movement>, StoreError>;

    /// Customers with an account, by id.
    ///
    /// # Errors
    /// The store cannot be read.
    fn customers(&self) -> Result<Vec<String>, StoreError>;

    /// The earliest instant at which something is due to some customer's lots, and that customer; of several the smallest id.
    ///
    /// # Errors
    /// The store cannot be read.
    fn due(&self) -> Result<Option<(DateTime<Utc>, String)>, StoreError>;

    /// How far the clock has come; none before the first step.
    ///
    /// # Errors
    /// The store cannot be read.
    fn clock(&self) -> Result<Option<DateTime<Utc>>, StoreError>;

    /// Ids of this subject that an event named or of which facts were told, each with the customer that was last seen with
    /// it, by id.
    ///
    /// # Errors
    /// The store cannot be read.
    fn subjects(&self, subject: &str) -> Result<Vec<(String, Option<String>)>, StoreError>;

    /// What accepted events of this time mean to partners, in the order of their instants, then of commits; `until` is out.
    ///
    /// # Errors
    /// The store cannot be read.
    fn settled(&self, from: DateTime<Utc>, until: DateTime<Utc>) -> Result<Vec<SettledLine>, StoreError>;

    /// Whether it can undo what was begun and not ended.
    fn can_undo(&self) -> bool {
        false
    }

    /// Whether it keeps an audit log: then changes say where they come from.
    fn keeps_log(&self) -> bool {
        false
    }

    /// Begins what must happen wholly or not at all, over several changes: an event, with what the clock does before it and what it
    /// raises. May be nested. A store that cannot undo changes makes each change whole, and no more.
    ///
    /// # Errors
    /// The store cannot be written.
    fn begin(&mut self) -> Result<(), StoreError> {
        Ok(())
    }

    /// Ends what was begun last: `keep` keeps the changes since then, else they are undone, where the store can. Whether they were undone.
    ///
    /// # Errors
    /// The store cannot be written; then nothing since is kept.
    fn end(&mut self, keep: bool) -> Result<bool, StoreError> {
        let _ = keep;
        Ok(false)
    }

    /// Writes a change in one transaction.
    ///
    /// # Errors
    /// The store cannot be written; then nothing of the change is.
    fn commit(&mut self, change: Change) -> Result<(), StoreError>;
}
