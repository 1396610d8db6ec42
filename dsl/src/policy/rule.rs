//! Rules, their lines, groups, campaigns, measures and tiers by a measure.

use super::{
    CampaignId, ConstraintId, Expr, GroupId, KindId, MeasureId, PointsId, PoolId, Reads, RuleId, Scope, Title, Typed,
    Window,
};
use crate::source::Span;
use crate::syntax::ast::{RoundMode, RoundPlace};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A rule. It applies to an event of one of its kinds if every window and condition holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Name, qualified by its campaign, and labels.
    pub title: Title,
    /// The campaign it stands in.
    pub campaign: Option<CampaignId>,
    /// Event kinds that can trigger it. For a level rule: the kinds that feed what it reads.
    pub kinds: Vec<KindId>,
    /// Its windows and its campaign's; all must hold.
    pub windows: Vec<Window>,
    /// Its conditions and its campaign's, in the order written; all must hold.
    pub conditions: Vec<Expr>,
    /// Its group and, where the group goes by priority, its rank (smaller first).
    pub group: Option<(GroupId, Option<u32>)>,
    /// Rules on the same points beside which this one is meant to add.
    pub adds_to: Vec<RuleId>,
    /// Groups beside whose lines this one is meant to add.
    pub adds_to_groups: Vec<GroupId>,
    /// What it gives.
    pub body: RuleBody,
    /// What else it does, besides points.
    pub deeds: Vec<Deed>,
    /// Constraints that bound its lines, in the order in which they are charged: own, campaign's, programme's.
    pub constraints: Vec<ConstraintId>,
    /// `no cap` was said.
    pub no_cap: bool,
    /// Who pays, with shares that sum to 1; or one party that a field of the event names.
    pub funded: Vec<(String, Option<Decimal>)>,
    /// 0 for an edge rule; a level rule lies above every rule whose postings its measures count.
    pub stratum: u32,
    /// How and where its lines are rounded, where it says so itself; else as its points say.
    pub rounding: Option<(RoundMode, RoundPlace)>,
    /// What a refund does to it: `Some(true)` in proportion, `Some(false)` keeps, `None` decides again.
    pub refund_in_proportion: Option<bool>,
}

/// What a rule gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RuleBody {
    /// Base lines: amounts of points from the event itself.
    Earn(Vec<Line>),
    /// A multiple on the lines of other rules.
    Raise {
        /// The rules raised, by id; for `base` every rule with base lines on these kinds.
        targets: Vec<RuleId>,
        /// The multiple.
        factor: Factor,
        /// Reads the base after its constraints.
        after_caps: bool,
    },
    /// A level rule: what the total for a key and period should be.
    Level {
        /// Key and period.
        scope: Scope,
        /// `keep` moves both ways; `reach` only up.
        keep: bool,
        /// The total that should be posted while the condition holds; else zero.
        line: Line,
        /// `while C`.
        condition: Option<Expr>,
        /// When it is posted, if not at once.
        settled: Option<Settled>,
    },
    /// Accepts or refuses the event: a condition and the code of refusal.
    Accept(Vec<(Expr, String)>),
    /// Answers a request.
    Request(Box<super::Request>),
    /// Takes whole units of some points and gives others for them, after all lower strata.
    Convert(Convert),
    /// Tells the customer: the values shown.
    Notify(Vec<Shown>),
}

/// A value that the customer is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// As it is written: a label, and no part of the meaning.
    pub text: String,
    /// The value.
    pub value: Expr,
}

/// `convert 10 Stamp to 1 Coupon from 100 Stamp undo while unused`: evaluated at every event that adds to the balance, or at events of the rule's kinds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Convert {
    /// What each conversion takes.
    pub take: (Decimal, PointsId),
    /// What each gives.
    pub give: (Decimal, PointsId, PoolId),
    /// The balance from which it converts at all.
    pub from: Option<Expr>,
    /// While the balance is below zero and the product's balance holds a unit, one conversion is undone.
    pub undo: bool,
}

/// What a rule does besides points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Deed {
    /// `set customer.choice to V from E`: the host stores the value with the instant from which it holds (the event's, unless said).
    Set {
        /// Of which subject.
        subject: super::SubjectId,
        /// Whose: an id.
        of: Expr,
        /// Which fact.
        fact: String,
        /// The value.
        value: Expr,
        /// From when.
        from: Option<Expr>,
    },
    /// `bar customer`: every later request of this subject is refused as `disqualified`.
    Bar {
        /// Of which subject.
        subject: super::SubjectId,
        /// Whose: an id.
        of: Expr,
    },
}

/// The pool of a line, by a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolTable {
    /// What selects.
    pub subject: Expr,
    /// Rows in order.
    pub rows: Vec<(super::TableTest, PoolId)>,
}

/// Whether a line gives or takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum LineSign {
    /// Gives points (or coupons: a benefit is a unit of its own).
    Give,
    /// Takes from the balance, from these pools in this order (empty: the unit's order of use). Never more than there is.
    Take(Vec<PoolId>),
    /// Takes back what should not have been given; a shortage is a debt where the policy lets balances be overdrawn. `all` of the balance, with the amount not read.
    TakeBack {
        /// All that there is.
        all: bool,
    },
}

/// A multiple.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Factor {
    /// How many times.
    pub times: Expr,
    /// `to 3x` includes the base (the extra is times - 1, not below zero); `by 2x` is on top.
    pub includes_base: bool,
}

/// An amount of points for somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// How much, before rounding.
    pub amount: Expr,
    /// Which points.
    pub points: PointsId,
    /// Which pool.
    pub pool: PoolId,
    /// Which pool, where a table says it; `pool` is then the first row's.
    pub pool_by: Option<PoolTable>,
    /// Gives or takes.
    pub sign: LineSign,
    /// Money worth of what is given, where it differs from grant to grant: of a coupon.
    pub worth: Option<Expr>,
    /// Posts before the other lines of its request, whose balance it raises: a paid top-up.
    pub first: bool,
    /// To whom: an expression that gives a customer's id; `None` is the event's customer.
    pub to: Option<Expr>,
    /// Only when this holds.
    pub when: Option<Expr>,
    /// `for each`: the list field whose elements make a line each.
    pub for_each: Option<String>,
    /// Where it is written.
    #[serde(skip)]
    pub span: Span,
}

/// When a level rule posts, and how long it moves afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// The event kind that closes the period.
    pub at: KindId,
    /// Days after the close until which it moves: `Some(0)` final, `None` never final.
    pub final_after_days: Option<i64>,
}

/// How lines of a group combine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum GroupMode {
    /// Only the best line, by what its own limits would leave.
    BestOf,
    /// All lines.
    AddUp,
    /// The first by priority that gives something.
    FirstByPriority,
    /// Multiples multiply exactly; one line in the group's name.
    MultiplyTogether,
}

/// A group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Name and labels.
    pub title: Title,
    /// How its lines combine.
    pub mode: GroupMode,
    /// Its members in the order of identifiers (of priority, where it goes by priority).
    pub members: Vec<RuleId>,
}

/// A campaign: windows and conditions are copied into its rules; this is for documents and traces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Campaign {
    /// Name and labels.
    pub title: Title,
    /// Its windows.
    pub windows: Vec<Window>,
}

/// A measure: something counted over events or postings, per key and period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    /// Name, qualified by its campaign, and labels.
    pub title: Title,
    /// What is done with the values.
    pub function: MeasureFn,
    /// Key and period.
    pub scope: Scope,
    /// What feeds it. Each source says on which kinds and under what condition.
    pub sources: Vec<MeasureSource>,
    /// Type of its value.
    pub typed: Typed,
    /// Refunds do not change it.
    pub gross: bool,
    /// Refunds are booked in the bucket of the refund.
    pub refunds_own_period: bool,
    /// At most so many events are remembered, so that a refund can undo.
    pub remembers: Option<u32>,
    /// Its campaign's windows, and its own: events outside do not count.
    pub windows: Vec<Window>,
}

/// What feeds a measure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum MeasureSource {
    /// An expression over events of these kinds, under a condition.
    Events {
        /// Kinds.
        kinds: Vec<KindId>,
        /// The value; a count has none.
        value: Option<Expr>,
        /// Only when this holds.
        when: Option<Expr>,
    },
    /// Points posted by these rules (all rules of the points where empty): granted minus taken back.
    Postings {
        /// Which points.
        points: PointsId,
        /// Which rules.
        rules: Vec<RuleId>,
    },
    /// Another measure's value, where a measure reads a measure (`highest of (net_in, 0 CNY)`).
    Measure(MeasureId),
}

/// What a measure does with values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MeasureFn {
    /// Their sum.
    Sum,
    /// How many.
    Count,
    /// The highest; unknown before the first.
    Highest,
    /// The lowest; unknown before the first.
    Lowest,
    /// The first; unknown before it.
    First,
    /// The last; unknown before the first.
    Last,
    /// How many different ones.
    Distinct,
    /// Days in a row with an event, up to the event's day.
    Streak,
}

/// A tier by a measure: the highest row that the measure reaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tier {
    /// Name and labels.
    pub title: Title,
    /// The measure, or a balance: a numeric expression over measures for the customer.
    pub by: Expr,
    /// The measure read, where `by` is one: its earlier periods are read for the hold.
    pub measure: Option<MeasureId>,
    /// Rows, lowest first.
    pub rows: Vec<TierRow>,
    /// How long a tier that was reached in a period lasts: see [`Hold`].
    pub hold: Option<Hold>,
    /// A tier given by the host as a fact; the higher one counts.
    pub or_fact: Option<Expr>,
    /// Reading that an edge rule gets when it says nothing.
    pub reads: Reads,
}

/// `held to last day of March of the next year`: to the end of a month so many years after the period's year; without a month, to the end of that period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Periods after the one in which it was reached.
    pub periods_after: u32,
    /// Month (1 to 12) of that year whose last day is the last, where one is named.
    pub month: Option<u32>,
}

/// A row of a tier by a measure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TierRow {
    /// Name and labels.
    pub title: Title,
    /// From this value on, included.
    pub from: Expr,
}
