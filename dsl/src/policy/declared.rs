//! What the policy declares for its host: moments to raise, what to compute over all customers, how partners are settled with.

use super::{DayPattern, Expr, KindId, PointsId, PoolId, RuleId, Scope, SubjectId, Title};
use crate::source::Span;
use crate::syntax::ast::PeriodUnit;
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A schedule: the host raises an event of its kind for every subject, at each of its moments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// Name and labels.
    pub title: Title,
    /// The kind that is raised: a moment.
    pub kind: KindId,
    /// When.
    pub at: ScheduleAt,
    /// For each of which subject; none: once.
    pub per: Option<SubjectId>,
    /// Only for those for whom this holds.
    pub with: Option<Expr>,
    /// In this order, then by id.
    pub order: Option<Expr>,
}

/// When a schedule's moments come. Local time of the programme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ScheduleAt {
    /// The first instant after a period.
    CloseOf(PeriodUnit),
    /// Once.
    On(NaiveDateTime),
    /// On days of a pattern, at a time of day.
    Every(Vec<DayPattern>, NaiveTime),
}

/// A figure: a number for reports. Nothing is posted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    /// Name and labels.
    pub title: Title,
    /// The value; rounded where the text says so.
    pub value: Expr,
    /// Kinds of event on which it is told: those whose fields it reads. None: of the books alone, at any instant.
    pub kinds: Vec<KindId>,
}

/// A ranking over all customers of a period, or of the contenders of one event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ranking {
    /// Name and labels.
    pub title: Title,
    /// Ranks the contenders of one event instead of all customers.
    pub priority: bool,
    /// Key (the customer) and period.
    pub scope: Scope,
    /// What is compared.
    pub by: Expr,
    /// The highest is first.
    pub highest_first: bool,
    /// Of equals, who came to the value first is first; else they are by id.
    pub ties_earliest: bool,
    /// How many places there are.
    pub top: Option<u32>,
}

/// What is settled with partners.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settlement {
    /// Name: that of the request (or rule) settled.
    pub title: Title,
    /// Requests and rules whose accepted lines count.
    pub rules: Vec<RuleId>,
    /// The partner: a field of the request's event, or the funder of the lots taken (`None`).
    pub with: Option<Expr>,
    /// How often; `None`: when asked.
    pub period: Option<PeriodUnit>,
    /// Totals are compared first, details only on a mismatch.
    pub totals_first: bool,
}

/// What a version does to lots that exist when it starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Migration {
    /// Which points.
    pub points: PointsId,
    /// Which pools; empty: all.
    pub pools: Vec<PoolId>,
    /// Their last usable day is now this.
    pub to: Option<NaiveDate>,
    /// They move into this pool of the same points.
    pub into: Option<PoolId>,
}

/// What the programme never gives more of: proved whenever it is checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promise {
    /// Of what.
    pub of: Promised,
    /// Where it stands.
    pub span: Span,
}

/// What a promise bounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Promised {
    /// Points given in one bucket of a scope; of one event where the period is `each time`.
    Points(Scope, PointsId, Decimal),
    /// Worth of points over money spent, as a fraction.
    Return(Decimal),
}
