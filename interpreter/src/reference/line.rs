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
    /// Takes from the balance.
    Take,
    /// Takes back what should not have been given.
    TakeBack,
    /// Gives a benefit.
    Grant,
    /// Takes one unit and gives another for it.
    Convert,
    /// Takes what a request asks for.
    Redeem,
    /// Gives what a request brings.
    Receive,
    /// Lots that leave one customer and arrive at another: two lines.
    Move,
}

impl LineKind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Base => "base",
            Self::Bonus => "bonus",
            Self::Level => "level",
            Self::Refund => "refund",
            Self::Take => "take",
            Self::TakeBack => "take_back",
            Self::Grant => "grant",
            Self::Convert => "convert",
            Self::Redeem => "redeem",
            Self::Receive => "receive",
            Self::Move => "move",
        }
    }

    /// The kind with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        use LineKind::{Base, Bonus, Convert, Grant, Level, Move, Receive, Redeem, Refund, Take, TakeBack};
        [Base, Bonus, Level, Refund, Take, TakeBack, Grant, Convert, Redeem, Receive, Move]
            .into_iter()
            .find(|kind| kind.name() == name)
    }

    /// Amounts of such a line leave the balance: what is asked and granted is posted with its sign turned.
    pub(crate) fn takes(self) -> bool {
        matches!(self, Self::Take | Self::TakeBack | Self::Redeem | Self::Move)
    }
}

/// What is said of a line beside its amount.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Terms {
    /// Takes from lots: it makes none, and what comes back of it returns to those that it took.
    pub takes: bool,
    /// Pools in the order of use; empty: all of the unit, in its order.
    pub from: Vec<PoolId>,
    /// Takes everything that there is, pending points included.
    pub all: bool,
    /// Undoes a conversion.
    pub undoes: bool,
    /// Money worth of what is given, where it differs from grant to grant.
    pub worth: Option<Decimal>,
    /// The other customer, where lots move.
    pub other: Option<String>,
    /// Lots that move keep their dates.
    pub keep_dates: bool,
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
    pub terms: Terms,
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
    pub terms: Terms,
}

impl Posted {
    /// Whether the line is one of a conversion that is undone.
    pub(crate) fn gives_back(&self) -> bool {
        self.kind == LineKind::Convert && self.terms.undoes
    }

    /// Whether a measure over postings of points counts the line where it names no rules: what is granted less what is taken
    /// back, but not what is used.
    pub(crate) fn counts_as_granted(&self) -> bool {
        (!self.terms.takes || self.kind == LineKind::TakeBack) && self.kind != LineKind::Move
    }

    /// What a measure over postings of named rules counts: of a request what it takes, as a number above zero; of what arrives
    /// from another customer nothing.
    pub(crate) fn counted(&self) -> Option<Decimal> {
        match self.kind {
            LineKind::Move if !self.terms.takes => None,
            LineKind::Redeem | LineKind::Move => Some(-self.amount),
            _ => Some(self.amount),
        }
    }
}
