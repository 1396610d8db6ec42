//! What comes from the host: event kinds with their fields, subjects with their facts, enums, codes, currencies.

use super::{EnumId, Title, Typed, Value};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Currency {
    /// ISO 4217 code, and labels.
    pub title: Title,
    /// Decimals of its minor unit.
    pub scale: u8,
}

/// A quantity with a unit of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuantityUnit {
    /// Name.
    pub title: Title,
    /// Its unit, `kWh`.
    pub unit: String,
    /// Decimals.
    pub scale: u8,
}

/// An enum, or a tier given by the host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnumType {
    /// Name and labels.
    pub title: Title,
    /// Values outside the list read as `other`.
    pub open: bool,
    /// Values may be compared with `<`: lowest first in `values`.
    pub ordered: bool,
    /// Values: of an ordered enum in rank order, else by name.
    pub values: Vec<EnumValue>,
}

/// A value of an enum; its name is the JSON text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnumValue {
    /// Name and labels.
    pub title: Title,
}

/// What an event kind is to the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Role {
    /// Something that happened.
    Plain,
    /// Something asked for, that may be refused.
    Request,
    /// Takes back (part of) an earlier event.
    Refund,
    /// A moment that came.
    Moment,
}

/// An event kind. Every event also has `id`, `at`, `type` and, unless it concerns nobody, `customer`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kind {
    /// Name (`Purchase`) and labels.
    pub title: Title,
    /// The value of `type` in JSON.
    pub json: String,
    /// What it is to the ledger.
    pub role: Role,
    /// Fields by name.
    pub fields: Vec<Field>,
    /// A library declares it: it is part of the policy's meaning only where the policy uses it.
    #[serde(skip)]
    pub library: bool,
}

impl Kind {
    /// The field with this name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.title.name == name)
    }
}

/// A field of an event, a fact of a subject, or a member of a list's element.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Name and labels.
    pub title: Title,
    /// JSON members that give it. Several only for a term: `months` and `years`.
    pub json: Vec<JsonName>,
    /// Its type; `optional` where the host may leave it out and there is no default. The range is enforced on input.
    pub typed: Typed,
    /// Value when the host leaves it out.
    pub default: Option<Value>,
    /// Longest list accepted.
    pub most: Option<u32>,
    /// The host gives a list of (from, value), which is read as of the event's instant.
    pub dated: bool,
    /// Of a refund kind: the field of this name of the original becomes smaller by this one. A refund kind without such a field reduces `amount`.
    pub reduces: bool,
}

/// A JSON member, and how many months one of its units is (a term given in years has 12).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JsonName {
    /// The member's name.
    pub name: String,
    /// Factor to the type's own unit; 1 but for terms.
    pub factor: u32,
}

/// A subject: customer, card, account, merchant. Facts about it are attached by the host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// Name and labels; the JSON field of an event that names it has the same name.
    pub title: Title,
    /// Its facts by name.
    pub facts: Vec<Field>,
}

/// A named set of codes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeSet {
    /// Name and labels.
    pub title: Title,
    /// Digits of the code.
    pub digits: u8,
    /// Runs of codes, both ends included, ascending and disjoint.
    pub runs: Vec<(u32, u32)>,
}

impl CodeSet {
    /// Whether the set holds this code.
    #[must_use]
    pub fn contains(&self, code: u32) -> bool {
        let at = self.runs.partition_point(|&(_, last)| last < code);
        self.runs.get(at).is_some_and(|&(first, _)| first <= code)
    }
}

/// A default range of numbers: 10^15 main units (semantics, section 12).
#[must_use]
pub fn default_most() -> Decimal {
    Decimal::from(1_000_000_000_000_000_i64)
}

/// The enum's name for a value that is not in an open enum's list.
pub const OTHER: &str = "other";

/// A pair of enum and value name.
pub type EnumRef = (EnumId, String);
