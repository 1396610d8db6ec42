//! Movements: everything that happens to points, one by one. A statement is a list of them.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MovementKind {
    /// Held at the start.
    Opened,
    /// Given: a new lot.
    Earned,
    /// A numbered benefit that is used without a grant got its number.
    Issued,
    /// Taken from a lot by a request or rule.
    Taken,
    /// Taken back from a lot.
    TakenBack,
    /// Given back to the lot from which it had been taken.
    Returned,
    /// To be given back, but its lot has ended.
    Lost,
    /// Gone to another customer.
    MovedOut,
    /// Come from another customer.
    MovedIn,
    /// Taken from a lot to pay a debt.
    Paid,
    /// To be taken back and not there: a debt.
    Owed,
    /// To be taken back and not there: forgiven.
    Short,
    /// Given, and set off against what had been forgiven.
    SetOff,
    /// Ended with its lot's last day.
    Expired,
    /// A lot may be used from now on.
    Usable,
    /// The holder is reminded that a lot ends.
    Reminded,
    /// May not be used until it is free again.
    Frozen,
    /// Free again.
    Unfrozen,
    /// A new version of the programme changed the lot's end or pool.
    Migrated,
}

impl MovementKind {
    /// What the movement does to what is held: 1 adds, -1 takes away, 0 changes no amount.
    #[must_use]
    pub fn sign(self) -> i8 {
        match self {
            Self::Opened | Self::Earned | Self::Returned | Self::MovedIn => 1,
            Self::Taken | Self::TakenBack | Self::MovedOut | Self::Paid | Self::Expired => -1,
            Self::Issued
            | Self::Lost
            | Self::Owed
            | Self::Short
            | Self::SetOff
            | Self::Usable
            | Self::Reminded
            | Self::Frozen
            | Self::Unfrozen
            | Self::Migrated => 0,
        }
    }
}

/// A movement of points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Movement {
    /// The event that caused it, or what the clock raised (`expire 2025-03-16`).
    pub event: Arc<str>,
    /// The instant at which it counts.
    pub at: DateTime<Utc>,
    /// What happened.
    pub kind: MovementKind,
    /// Whose points.
    pub customer: Arc<str>,
    /// The rule in whose name; empty where the clock or the host did it.
    pub rule: Arc<str>,
    /// The unit of points.
    pub points: Arc<str>,
    /// The pool; the unit's name where a debt or shortage concerns the whole unit.
    pub pool: Arc<str>,
    /// How much, not below zero; [`MovementKind::sign`] says in which direction.
    pub amount: Decimal,
    /// The lot; none for debts and shortages.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub lot: Option<u64>,
    /// The event that gave that lot.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub source: Option<Arc<str>>,
    /// The number of a numbered coupon.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub number: Option<u64>,
    /// Last usable day of the lot at that time, prolongations included.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub last_day: Option<NaiveDate>,
    /// Who pays how much of it; empty where nothing is said.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub funded: Vec<(Arc<str>, Decimal)>,
    /// The other customer of a transfer.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub other: Option<Arc<str>>,
    /// The earlier event that is taken back or whose points return.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub of: Option<Arc<str>>,
}
