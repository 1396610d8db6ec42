//! Everything that one transaction writes.

use super::Stored;
use crate::content::ContentHash;
use crate::lots::{Debt, Lot, Movement, Taken};
use crate::told::SettledLine;
use chrono::{DateTime, NaiveDateTime, Utc};
use earnest_interpreter::decision::{CounterChange, CounterValue};
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json};
use std::sync::Arc;

/// What one decision, or one step of the clock, writes. Made whole before anything is written.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// The event that was decided; none for a step of the clock, a fact told, an opening.
    pub event: Option<DecidedEvent>,
    /// Counters that change.
    pub counters: Vec<CounterChange>,
    /// What is added to totals over all customers, by key (`total earned Star`). They are read like counters.
    pub totals: Vec<(String, Decimal)>,
    /// Facts of subjects that are replaced: subject, id, all its facts.
    pub facts: Vec<(String, String, Map<String, Json>)>,
    /// What changes of accounts, by customer.
    pub accounts: Vec<AccountChange>,
    /// What events took and may still give back; replaces what stands there for the event.
    pub taken: Vec<(Arc<str>, Vec<Taken>)>,
    /// Movements, in order.
    pub movements: Vec<Movement>,
    /// What the event means to partners.
    pub settled: Vec<SettledLine>,
    /// Subjects that the event named.
    pub seen: Vec<Seen>,
    /// How far the clock is now; never back.
    pub clock: Option<DateTime<Utc>>,
}

/// A decided event: what makes it known again.
#[derive(Debug, Clone)]
pub struct DecidedEvent {
    /// Its id.
    pub id: String,
    /// The hash of its content.
    pub content: ContentHash,
    /// The number of the version that decided it.
    pub version: usize,
    /// The values of the counters that it read, in the order of its keys.
    pub read: Vec<Option<CounterValue>>,
    /// Events that it names.
    pub names: Vec<String>,
    /// Subjects and ids whose facts were attached, in order.
    pub subjects: Vec<(String, String)>,
    /// Its record; none where it was refused or nobody may name it.
    pub record: Option<Stored>,
}

/// What changes of one account.
#[derive(Debug, Clone)]
pub struct AccountChange {
    /// Whose.
    pub customer: Arc<str>,
    /// Lots that are new or have changed, as they are now, by number; where nothing remains the lot is closed.
    pub lots: Vec<Lot>,
    /// All debts as they are now, where they changed.
    pub debts: Option<Vec<Debt>>,
    /// Last activity, where it changed.
    pub activity: Vec<(Arc<str>, NaiveDateTime)>,
    /// Whether everything is frozen, where that changed.
    pub frozen: Option<bool>,
    /// The next instant at which something is due to this account.
    pub due: Option<DateTime<Utc>>,
}

/// A subject that an event named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Which subject: `account`.
    pub subject: String,
    /// Its id.
    pub id: String,
    /// The event's customer.
    pub customer: Option<String>,
}
