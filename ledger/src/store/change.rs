//! Everything that one transaction writes.

use super::{Memo, SharedFacts, Stored};
use crate::content::ContentHash;
use crate::lots::{Debt, Lot, Movement, OpeningLot, Taken};
use crate::told::SettledLine;
use chrono::{DateTime, NaiveDateTime, Utc};
use earnest_interpreter::decision::{CounterChange, CounterValue};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
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
    /// What came of it from outside, and by which policy: for stores that keep an audit log.
    pub origin: Origin,
}

/// Where a change comes from.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// What the host was given; none for what the clock does by itself.
    pub input: Option<Input>,
    /// The hash of the policy that decided.
    pub policy: Option<String>,
    /// The decision, as JSON.
    pub decision: Option<String>,
}

impl DecidedEvent {
    /// What is kept of it, given the facts that were attached and how many records there were about each event that it names.
    #[must_use]
    pub fn memo(
        &self,
        facts: impl IntoIterator<Item = Option<SharedFacts>>,
        records: impl IntoIterator<Item = usize>,
    ) -> Memo {
        Memo {
            content: self.content,
            version: self.version,
            counters: self.read.iter().cloned().map(Into::into).collect(),
            facts: facts.into_iter().collect(),
            records: records.into_iter().collect(),
        }
    }
}

impl Origin {
    /// From outside, and by no policy.
    pub(crate) fn of(input: Input) -> Self {
        Self { input: Some(input), ..Self::default() }
    }
}

/// What a host is given. Given again in the same order, a ledger comes to be again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Input {
    /// An event to decide.
    Event(Map<String, Json>),
    /// An event that the host raised itself: it comes again by itself.
    Raised(Map<String, Json>),
    /// Facts of a subject: which, its id, all of them.
    Facts(String, String, Map<String, Json>),
    /// A lot held at the start, and the name of its opening.
    Opening(String, Box<OpeningLot>),
    /// Time passes up to an instant.
    Clock(DateTime<Utc>),
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
