//! Lines while a decision is computed: what was asked of them, what they got.

use crate::number::Exact;
use earnest_dsl::policy::{ConstraintId, GroupId, PointsId, PoolId, RuleId};
use rust_decimal::Decimal;

/// What kind of line it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum LineKind {
    Base,
    Bonus,
    Level,
    Refund,
}

impl LineKind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Base => "base",
            Self::Bonus => "bonus",
            Self::Level => "level",
            Self::Refund => "refund",
        }
    }
}

/// A spend limit under which a part of the event's amount counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SpendCharge {
    pub constraint: ConstraintId,
    pub key: Option<String>,
    pub basis: Decimal,
}

/// A line under way.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub rule: RuleId,
    /// The group in whose name the line stands, where multiples multiply together.
    pub group: Option<GroupId>,
    /// The rules that the line stands for: its own, or the members of the group that applied.
    pub members: Vec<RuleId>,
    pub kind: LineKind,
    pub points: PointsId,
    pub pool: PoolId,
    pub customer: String,
    /// Which `earn` clause of the rule.
    pub clause: usize,
    /// Which element of the list, with `for each`.
    pub element: Option<usize>,
    /// The amount before rounding.
    pub exact: Exact,
    /// The rounded amount, before constraints.
    pub asked: Decimal,
    pub granted: Decimal,
    /// The base lines that a multiple reads, with what it adds to each (before rounding).
    pub bases: Vec<(usize, Exact)>,
    /// What the multiple adds per base.
    pub factor: Exact,
    /// The part of the event's fields that counted.
    pub basis: Vec<(String, Decimal)>,
    pub spends: Vec<SpendCharge>,
    /// The multiple reads its bases after their constraints.
    pub after_caps: bool,
    /// Granted by an earlier decision and not decided again: constraints charge it and do not trim it.
    pub fixed: bool,
}

/// A posting: what measures over postings count, and what the record keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Posted {
    /// In whose name: a rule or a group.
    pub name: String,
    pub rules: Vec<RuleId>,
    pub kind: LineKind,
    pub points: PointsId,
    pub pool: PoolId,
    pub customer: String,
    pub amount: Decimal,
    pub asked: Decimal,
}
