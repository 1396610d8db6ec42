//! Events: JSON from outside to a validated frame of typed values.

pub(crate) mod decimal;
pub(crate) mod read;
pub(crate) mod scalar;

use earnest_dsl::policy::{KindId, Value};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use std::fmt;

/// How a request writes [`Datum::Most`] in JSON.
pub(crate) const MOST: &str = "max";

/// A value in an event or fact: a constant of the policy's types, or a list of elements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Datum {
    /// A single value.
    One(Value),
    /// An instant: local date and time in the programme's zone, and the instant itself.
    Instant(chrono::NaiveDateTime, chrono::DateTime<chrono::Utc>),
    /// A list: each element by field name.
    List(Vec<BTreeMap<String, Datum>>),
    /// `"max"` in a request: as much as balance, bounds, steps and bill allow together.
    Most,
}

/// A validated event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its id.
    pub id: String,
    /// Its kind.
    pub kind: KindId,
    /// The local instant in the programme's zone.
    pub at: chrono::NaiveDateTime,
    /// The instant as the host wrote it, with its offset.
    pub instant: chrono::DateTime<chrono::FixedOffset>,
    /// The customer's id; `None` for a kind that concerns nobody.
    pub customer: Option<String>,
    /// Fields by name; unknown optional ones are absent.
    pub fields: BTreeMap<String, Datum>,
    /// Warnings: fields that look misspelled.
    pub warnings: Vec<String>,
    /// The JSON as it came, for the record and for the content hash.
    pub json: Map<String, Json>,
}

/// Facts attached to an event: by subject and id, as JSON members. Those that the policy does not know are ignored.
pub type Facts = BTreeMap<(String, String), Map<String, Json>>;

/// Input that cannot be decided: which field or fact, why, and what would be right. Nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputError {
    /// The field, fact or counter at fault.
    pub field: String,
    /// Why, in English, with the remedy.
    pub reason: String,
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.reason)
    }
}

impl std::error::Error for InputError {}

/// The candidate nearest to a misspelled name, if one is near enough to be meant.
pub(crate) fn nearest<'n>(name: &str, candidates: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let length = name.chars().count();
    let allowed = if length <= 2 { 0 } else { (length / 3).max(1) };
    candidates
        .map(|candidate| (strsim::damerau_levenshtein(name, candidate), candidate))
        .filter(|&(distance, candidate)| distance <= allowed && candidate != name)
        .min_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.cmp(b.1)))
        .map(|(_, candidate)| candidate)
}
