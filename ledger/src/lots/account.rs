//! What a customer holds: lots, debts, the last activity; and what events took.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Points that one line gave at one time. Local dates and times are of the programme's zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lot {
    /// Its number: lots are numbered in the order in which they came to be.
    pub id: u64,
    /// Whose.
    pub customer: Arc<str>,
    /// The unit of points.
    pub points: Arc<str>,
    /// The pool of that unit; its name is the unit's where none is declared.
    pub pool: Arc<str>,
    /// The event that gave it; for a lot held at the start, its opening.
    pub event: Arc<str>,
    /// The event by which it came to this customer, where that is another one: a transfer.
    pub via: Option<Arc<str>>,
    /// The rule in whose name it was given.
    pub rule: Arc<str>,
    /// How much was given.
    pub granted: Decimal,
    /// How much is left.
    pub remaining: Decimal,
    /// Who pays for what is left; empty where nothing is said, else the parts sum to `remaining`.
    pub funded: Vec<(Arc<str>, Decimal)>,
    /// When it was earned.
    pub earned: NaiveDateTime,
    /// When it came to this customer: earned, or moved. Only activity since then prolongs it.
    pub since: NaiveDateTime,
    /// First instant at which it may be used, if not at once.
    pub available_from: Option<NaiveDateTime>,
    /// The clock has passed that instant.
    pub usable: bool,
    /// Its own last usable day; activity may prolong it. None without end.
    pub last_day: Option<NaiveDate>,
    /// Frozen by itself (the whole account may be frozen too).
    pub frozen: bool,
    /// Money that one of it is worth, where that differs from grant to grant.
    pub worth: Option<Arc<str>>,
    /// The number of a numbered coupon.
    pub number: Option<u64>,
    /// The last day of which its holder has been reminded.
    pub reminded: Option<NaiveDate>,
}

/// Points that should have been taken back and were no more there. It is paid when later points become usable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Debt {
    /// The unit of points.
    pub points: Arc<str>,
    /// The pool, where only its points pay; else any of the unit.
    pub pool: Option<Arc<str>>,
    /// How much is still owed.
    pub amount: Decimal,
    /// The event that took back.
    pub event: Arc<str>,
    /// The rule in whose name points were taken back.
    pub rule: Arc<str>,
    /// A shortage that was forgiven: no debt of the customer, only set off against what the same rule gives later.
    pub forgiven: bool,
}

/// Everything that a customer holds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Account {
    /// Lots with something left, by number.
    pub lots: BTreeMap<u64, Lot>,
    /// Debts, oldest first.
    pub debts: Vec<Debt>,
    /// Last activity, by what it prolongs: a unit, or a pool with an activity of its own as `UNIT/POOL`.
    pub activity: BTreeMap<Arc<str>, NaiveDateTime>,
    /// Everything is frozen, what comes later too.
    pub frozen: bool,
    /// The next instant at which something may be due to it.
    pub due: Option<DateTime<Utc>>,
}

/// What an event took from a lot, and how much of it has not been given back yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// The rule that took.
    pub rule: Arc<str>,
    /// From whom.
    pub customer: Arc<str>,
    /// The unit of points.
    pub points: Arc<str>,
    /// From which lot.
    pub lot: u64,
    /// What may still be given back.
    pub amount: Decimal,
    /// Who paid for it; empty where nothing is said.
    pub funded: Vec<(Arc<str>, Decimal)>,
}
