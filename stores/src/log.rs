//! The audit log: an entry for every change, chained by hashes to the one before.
//!
//! The hash of an entry is the SHA-256 of the hash before it, a line end, and its body as it is stored. An entry that is changed no
//! longer has its hash; one that is taken out, put in or moved breaks the chain. What is cut off at the end only the hash of a
//! later entry can show: keep the last one elsewhere.

use crate::database::{Cell, Database, Row};
use earnest_interpreter::decision::CounterChange;
use earnest_ledger::lots::Movement;
use earnest_ledger::store::{Change, Input, StoreError};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

/// The hash before the first entry.
pub(crate) const BEGINNING: &str = "earnest";

/// What an entry says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Body {
    /// The release of the engine and of the host.
    pub engine: String,
    /// The hash of the policy that decided; none where none did.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub policy: Option<String>,
    /// What the host was given; none for what the clock does by itself.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub input: Option<Input>,
    /// The hash of the event's content, whatever the order of its members.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub event: Option<String>,
    /// The decision, without its explanation.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub decision: Option<Json>,
    /// Counters that changed.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub counters: Vec<CounterChange>,
    /// What happened to points, in order.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub movements: Vec<Movement>,
}

/// An entry as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number, from 1 without gaps.
    pub number: i64,
    /// Its [`Body`] as JSON.
    pub body: String,
    /// The hash of the entry before.
    pub previous: String,
    /// Its own hash, hexadecimal.
    pub hash: String,
}

impl Entry {
    /// The hash that it must have.
    #[must_use]
    pub fn due_hash(&self) -> String {
        chained(&self.previous, &self.body)
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn chained(previous: &str, body: &str) -> String {
    let mut hasher = Sha256::new();
    hasher.update(previous);
    hasher.update(b"\n");
    hasher.update(body);
    hex(&hasher.finalize())
}

/// What a change says in the log; nothing where it says nothing that must be kept.
fn body(change: &Change) -> Result<Option<String>, StoreError> {
    let origin = &change.origin;
    if origin.input.is_none() && change.movements.is_empty() && change.counters.is_empty() {
        return Ok(None);
    }
    let wrong = |error: serde_json::Error| StoreError(format!("the log cannot be written: {error}"));
    let decision = origin.decision.as_deref().map(serde_json::from_str).transpose().map_err(wrong)?;
    let body = Body {
        engine: env!("CARGO_PKG_VERSION").to_owned(),
        policy: origin.policy.clone(),
        input: origin.input.clone(),
        event: change.event.as_ref().map(|event| hex(&event.content)),
        decision,
        counters: change.counters.clone(),
        movements: change.movements.clone(),
    };
    serde_json::to_string(&body).map(Some).map_err(wrong)
}

/// Writes the entry of a change.
pub(crate) fn append(database: &dyn Database, change: &Change) -> Result<(), StoreError> {
    let Some(body) = body(change)? else { return Ok(()) };
    let (number, previous) = match last(database)? {
        Some((number, hash)) => (number, hash),
        None => (0, BEGINNING.to_owned()),
    };
    let number = number.checked_add(1).ok_or_else(|| StoreError("the log is full".to_owned()))?;
    let hash = chained(&previous, &body);
    database.run(
        "insert into log (n, body, previous, hash) values (?1, ?2, ?3, ?4)",
        &[Cell::Whole(number), Cell::Text(&body), Cell::Text(&previous), Cell::Text(&hash)],
    )
}

/// Number and hash of the last entry.
pub(crate) fn last(database: &dyn Database) -> Result<Option<(i64, String)>, StoreError> {
    let found = database.rows("select cast(n as text) as number, hash from log order by n desc limit 1", &[])?;
    let Some(row) = found.into_iter().next() else { return Ok(None) };
    match row.as_slice() {
        [Some(number), Some(hash)] => Ok(Some((whole(number)?, hash.clone()))),
        _ => Err(torn()),
    }
}

/// Entries behind a number, at most so many.
pub(crate) fn after(database: &dyn Database, number: i64, most: i64) -> Result<Vec<Entry>, StoreError> {
    let found = database.rows(
        "select cast(n as text) as number, body, previous, hash from log where n > ?1 order by n limit ?2",
        &[Cell::Whole(number), Cell::Whole(most)],
    )?;
    let entry = |row: Row| match <[Option<String>; 4]>::try_from(row) {
        Ok([Some(number), Some(body), Some(previous), Some(hash)]) => {
            Ok(Entry { number: whole(&number)?, body, previous, hash })
        }
        _ => Err(torn()),
    };
    found.into_iter().map(entry).collect()
}

pub(crate) fn whole(text: &str) -> Result<i64, StoreError> {
    text.parse().map_err(|_| StoreError(format!("the store is damaged: `{text}` stands where a number must")))
}

pub(crate) fn torn() -> StoreError {
    StoreError("the store is damaged: a row lacks a value".to_owned())
}
