//! Kinds of points, their pools, and what happens to lots.

use super::{CurrencyId, Expr, Title, Typed};
use crate::syntax::ast::{PeriodUnit, Prohibition, RoundMode, RoundPlace};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A kind of points: one unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Points {
    /// Name and labels.
    pub title: Title,
    /// Decimals; 0 unless said.
    pub scale: u8,
    /// How lines are rounded.
    pub rounding: RoundMode,
    /// Where lines are rounded.
    pub place: RoundPlace,
    /// Kept by a partner: earned and spent in exchanges only.
    pub kept_by: Option<String>,
    /// Posted, limited and measured, never spent or shown.
    pub memo: bool,
    /// A benefit: a coupon or entitlement with a state of its own, granted and used one by one.
    pub benefit: Option<Benefit>,
    /// Pools; the first is the unit's own where none is declared (its name is that of the points).
    pub pools: Vec<Pool>,
    /// Order of use over lots and pools.
    pub spend_order: Vec<SpendKey>,
    /// What one point is worth, in main units of a currency.
    pub worth: Option<(Decimal, CurrencyId)>,
    /// Profit that one point stands for (an accounting figure).
    pub stands_for: Option<(Decimal, CurrencyId)>,
    /// Event kinds and postings that prolong lots or the balance.
    pub activity: Vec<String>,
    /// Reminder before expiry, in months and days.
    pub remind: Option<(i32, i64)>,
    /// Prohibitions.
    pub never: Vec<Prohibition>,
    /// Who pays: parties with their share (fractions that sum to 1), or one party named by the event.
    pub funded: Vec<(String, Option<Decimal>)>,
}

/// A pool: lots of one unit with their own life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pool {
    /// Name and labels.
    pub title: Title,
    /// Points are usable after this: (months, days, minutes) from earning; zero means at once.
    pub usable_after: (i32, i64, i64),
    /// How long lots live.
    pub validity: Validity,
    /// Lots are prolonged by activity.
    pub renewed_by_activity: bool,
    /// The first day is counted, so lots end one day earlier.
    pub first_day_counted: bool,
    /// End of the whole balance: (months, days) after last activity.
    pub balance_ends: Option<(i32, i64)>,
    /// What counts as that activity, where it is not the unit's: `valid 1 year after last earning of A`.
    pub balance_activity: Vec<String>,
    /// While frozen, lots lapse all the same (else they wait and lapse when they are free again).
    pub lapses_while_frozen: bool,
}

/// How long lots live. The last usable day is to 24:00.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Validity {
    /// Months and days after earning (or after becoming usable, if `from_usable`).
    After {
        /// Calendar months, clamped.
        months: i32,
        /// Days.
        days: i64,
        /// Counted from the day on which the points become usable.
        from_usable: bool,
    },
    /// To a fixed last usable day.
    To(chrono::NaiveDate),
    /// To the end of the period in which `months` and `days` after earning falls.
    ToEndOf {
        /// The period.
        unit: PeriodUnit,
        /// Months.
        months: i32,
        /// Days.
        days: i64,
        /// Counted from usable.
        from_usable: bool,
    },
    /// A length by a table over a fact, read at earning: a term or days.
    ByTable(Box<Expr>),
    /// Without end.
    WithoutEnd,
}

/// A benefit (coupon, meal ticket, voucher): its pool says how long it is valid, counted from its grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Benefit {
    /// The host gives each one a number.
    pub numbered: bool,
    /// Some rule, item or conversion grants it: using it takes one. Else it is used without a grant, within its bounds.
    pub granted: bool,
}

/// A key of the order of use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum SpendKey {
    /// Lots that expire soonest.
    SoonestToExpire,
    /// Oldest lots.
    Oldest,
    /// A pool, by name.
    Pool(String),
}

/// The type of an amount of these points.
#[must_use]
pub fn typed(points: super::PointsId, scale: u8) -> Typed {
    let most = super::kind::default_most();
    Typed { ty: super::Type::Points(points), optional: false, quotient: false, scale, range: Some((-most, most)) }
}
