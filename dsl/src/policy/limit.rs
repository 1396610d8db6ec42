//! Constraints: bounds on what lines may grant, and the keys and periods of all counters.

use super::{CampaignId, Expr, Line, RuleId, Title};
use crate::source::Span;
use crate::syntax::ast::PeriodUnit;
use serde::{Deserialize, Serialize};

/// Key and period of a counter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// Key facts by name, in the order of names; none for a budget.
    pub keys: Vec<ScopeKey>,
    /// The period.
    pub period: ScopePeriod,
}

/// A key fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeKey {
    /// `customer`, `card`, `item` ...: as in the counter's text form.
    pub name: String,
    /// Its value: a subject's id, an enum, a code, a text, a count or a date.
    pub value: Expr,
}

/// The period of a counter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ScopePeriod {
    /// `each time`: one event; no counter is kept.
    Event,
    /// For ever.
    Ever,
    /// A calendar period, of the event's local date or of the named date, instant or period.
    Calendar(PeriodUnit, Option<Expr>),
    /// The last n local days, today included: n day buckets.
    Rolling(u32),
    /// The campaign's life; a counter of its own like `Ever`.
    Campaign(CampaignId),
    /// So many months counted from a date: period k starts at it + k x months, clamped from it.
    Months(i32, Box<Expr>),
    /// A stretch of (months, days, minutes) that begins at the first counted event.
    FromFirstUse(i32, i64, i64),
    /// Ends after a pause of so many minutes.
    UntilIdle(i64),
}

/// What a constraint counts and bounds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Bounded {
    /// Points granted.
    Points,
    /// Money value of points granted (a budget in money): points times their worth.
    Worth,
    /// Eligible spend: this field of the event. One event splits at the bound.
    Spend(String),
    /// Uses: one for each rule's lines above zero.
    Uses,
    /// Pieces asked for in a request; with `each time` the pieces of one request.
    Pieces,
    /// Money value of what a request asks for.
    Value,
}

/// What happens beyond the bound.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Beyond {
    /// The rest is dropped.
    Drop,
    /// The rest of the amount earns this instead (for spend bounds); it is part of the same line: parts are added, then rounded once.
    RestEarns(Box<Line>),
    /// The event is refused with this code.
    Refuse(String),
    /// Trims, and refuses with this code where nothing is left.
    TrimRefuseAtZero(String),
}

/// Who declared a constraint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Owner {
    /// A rule.
    Rule(RuleId),
    /// A campaign.
    Campaign(CampaignId),
    /// The points declaration or the programme.
    Programme,
}

/// A constraint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Constraint {
    /// The counter's name: the owner's name and `cap`, with a number where the owner has several (`golden_week.dining_treble.cap`, `...cap_2`).
    pub title: Title,
    /// Who declared it.
    pub owner: Owner,
    /// Key and period.
    pub scope: Scope,
    /// What is counted.
    pub bounded: Bounded,
    /// The bound: points, money or a count.
    pub limit: Expr,
    /// A lower bound (`at least`) instead of an upper one.
    pub at_least: bool,
    /// The lines of these rules, in the order in which they are filled. One rule for an own constraint.
    pub rules: Vec<RuleId>,
    /// Counts base plus extra, trims the extra only.
    pub whole_award: bool,
    /// What happens beyond.
    pub beyond: Beyond,
    /// Room that a refund frees is given back (the default).
    pub room_comes_back: bool,
    /// Where it is written.
    #[serde(skip)]
    pub span: Span,
}
