//! Checked expressions: names resolved, units checked, word orders gone.

use super::{CalendarId, CodeSetId, KindId, MeasureId, PointsId, PoolId, TierId, Typed, Value};
use crate::source::Span;
use crate::syntax::ast::{PeriodUnit, RoundMode};
use serde::{Deserialize, Serialize};

/// An expression.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expr {
    /// What it computes.
    pub node: Node,
    /// Its type.
    pub typed: Typed,
    /// Where it stands.
    #[serde(skip)]
    pub span: Span,
}

/// Whether a reading of a measure (or of a tier by a measure) sees the event being decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Reads {
    /// `before this one`: the value before the event.
    Before,
    /// `with this one`: after the event's contribution.
    With,
}

/// What an expression computes. Operands have been checked to fit; an unknown operand makes the result unknown
/// (for conditions: false), save where a node says otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Node {
    /// A constant.
    Constant(Value),
    /// A field of the event by name: all kinds of the rule have it. `at` is the instant, `customer` the customer's id.
    Field(String),
    /// A field of the element at hand, inside `for each` or a fold over a list.
    Element(String),
    /// A fact of a subject: which subject (its index), whose (an id), which fact.
    Fact(super::SubjectId, Box<Expr>, String),
    /// A field or remaining amount of the earlier event that this field names: `of.amount`, `of.at`.
    OfEvent(Box<Expr>, String),
    /// The first of these that is known.
    FirstKnown(Vec<Expr>),
    /// A measure for the keys of the event, in the present period.
    Measure(MeasureId, Reads),
    /// A fold over the last n periods of a measure.
    MeasureOver {
        /// Which.
        measure: MeasureId,
        /// How many periods.
        count: u32,
        /// Without the present period.
        previous: bool,
        /// How they are folded.
        fold: MeasureFold,
        /// Whether the present period sees the event.
        reads: Reads,
    },
    /// The customer's tier by a measure: a name of its rows, unknown below the lowest.
    Tier(TierId, Reads),
    /// Spendable balance of points, of some pools or of all (empty).
    Balance(PointsId, Vec<PoolId>),
    /// A total over all customers, as the host's books have it at the event's instant; of some pools or of all (empty).
    Total(TotalOf, PointsId, Vec<PoolId>),
    /// An expression with its dated facts read as of another instant (a date: its first).
    AsOf(Box<Expr>, Box<Expr>),
    /// In a level rule: the last instant of the period that is kept, which is of this unit.
    CloseOfPeriod(PeriodUnit),
    /// `not`.
    Not(Box<Expr>),
    /// All hold; false at the first that does not.
    And(Vec<Expr>),
    /// One holds.
    Or(Vec<Expr>),
    /// A comparison; false where an operand is unknown. Tiers compare by rank.
    Compare(Compare, Box<Expr>, Box<Expr>),
    /// Membership; false where unknown.
    In(Box<Expr>, Vec<SetMember>),
    /// The operand is known.
    Known(Box<Expr>),
    /// The first operand, or the second where it is unknown.
    Default(Box<Expr>, Box<Expr>),
    /// Sum.
    Add(Box<Expr>, Box<Expr>),
    /// Difference. Of two dates: days.
    Subtract(Box<Expr>, Box<Expr>),
    /// Product; one operand has no unit, or they are a rate and its base.
    Multiply(Box<Expr>, Box<Expr>),
    /// Quotient, exact (a pair).
    Divide(Box<Expr>, Box<Expr>),
    /// Sign reversed.
    Negate(Box<Expr>),
    /// `award` times the number of full (or begun) steps of `step` in `of`.
    PerFull {
        /// What each step gives.
        award: Box<Expr>,
        /// Size of a step; above zero.
        step: Box<Expr>,
        /// What is divided.
        of: Box<Expr>,
        /// Begun steps count.
        started: bool,
    },
    /// The part of the first above the second, zero below.
    Above(Box<Expr>, Box<Expr>),
    /// The value of the row that the subject selects.
    Table {
        /// What selects.
        subject: Box<Expr>,
        /// Rows in order; bands ascending; `Otherwise` last.
        rows: Vec<TableRow>,
        /// Marginal: each band's part of the subject at its own row (rows are rates: points per full step of the band's part).
        in_parts: bool,
    },
    /// A fold over a list field: which field of the element (unless it is counted), and the weight of a weighted average.
    Fold(ListFold, Box<Expr>, Option<Box<Expr>>, Option<Box<Expr>>),
    /// Rounded to so many decimals.
    Round(Box<Expr>, RoundMode, u8),
    /// A term in years or months, as an exact quotient or number: (term, months per unit).
    TermIn(Box<Expr>, u32),
    /// Whole local days between two dates.
    DaysBetween(Box<Expr>, Box<Expr>),
    /// The local date of the event's instant.
    Today,
    /// The local date of an instant; the first day of a period.
    DateOf(Box<Expr>),
    /// Whether today is the anniversary of a date: written `today is anniversary of X`. (29 February by the programme's rule.)
    IsAnniversary(Box<Expr>, Box<Expr>),
    /// The period in which a date falls.
    PeriodOf(PeriodUnit, Box<Expr>),
    /// A date or instant moved by a duration; `false` moves back. Months clamp.
    Shift(Box<Expr>, Box<Expr>, bool),
    /// The n-th working day after a date, by a calendar.
    WorkingDaysAfter(CalendarId, Box<Expr>, Box<Expr>),
    /// Whether the event has one of these kinds.
    IsKind(Vec<KindId>),
    /// Exact product of several factors, for `multiply together`.
    Product(Vec<Expr>),
}

/// Totals of points over all customers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TotalOf {
    /// Granted and neither used, taken back nor lapsed: pending and frozen points included.
    Outstanding,
    /// Granted so far, less what was taken back.
    Earned,
    /// Used in requests so far, less what came back.
    Redeemed,
    /// Lapsed so far.
    Expired,
}

/// Comparison operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Compare {
    /// `=`, `is`
    Equal,
    /// `!=`, `is not`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
}

/// A member of a set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum SetMember {
    /// A value.
    One(Expr),
    /// All codes of a named set.
    Codes(CodeSetId),
    /// A run of values, both ends included.
    Run(Value, Value),
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableRow {
    /// When it is chosen.
    pub test: TableTest,
    /// Its value.
    pub value: Expr,
}

/// When a row is chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum TableTest {
    /// The subject is one of these.
    Is(Vec<SetMember>),
    /// The subject is at least this, and below the next row's.
    From(Expr),
    /// Any other value, and an unknown one.
    Otherwise,
}

/// Folds over the periods of a measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MeasureFold {
    /// `lowest of`
    Lowest,
    /// `highest of`
    Highest,
    /// `sum of`
    Sum,
    /// `average of`: an exact quotient.
    Average,
}

/// Folds over a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ListFold {
    /// Sum of the second operand.
    Sum,
    /// Number of elements.
    Count,
    /// Lowest; unknown for an empty list.
    Lowest,
    /// Highest; unknown for an empty list.
    Highest,
    /// Average, weighted where a weight is given: an exact quotient; unknown for an empty list or weights of zero.
    Average,
}

/// Calls `visit` for an expression and everything in it, outermost first.
pub fn walk<'e>(expr: &'e Expr, visit: &mut impl FnMut(&'e Expr)) {
    visit(expr);
    for child in children(expr) {
        walk(child, visit);
    }
}

/// The direct operands of an expression, in order.
#[must_use]
pub fn children(expr: &Expr) -> Vec<&Expr> {
    fn members(members: &[SetMember]) -> impl Iterator<Item = &Expr> {
        members.iter().filter_map(|member| match member {
            SetMember::One(expr) => Some(expr),
            SetMember::Codes(_) | SetMember::Run(..) => None,
        })
    }
    match &expr.node {
        Node::Constant(_)
        | Node::Field(_)
        | Node::Element(_)
        | Node::Measure(..)
        | Node::MeasureOver { .. }
        | Node::Tier(..)
        | Node::Balance(..)
        | Node::Total(..)
        | Node::Today
        | Node::CloseOfPeriod(_)
        | Node::IsKind(_) => vec![],
        Node::Fact(_, inner, _)
        | Node::OfEvent(inner, _)
        | Node::Not(inner)
        | Node::Known(inner)
        | Node::Negate(inner)
        | Node::Round(inner, _, _)
        | Node::TermIn(inner, _)
        | Node::DateOf(inner)
        | Node::PeriodOf(_, inner) => vec![inner],
        Node::FirstKnown(all) | Node::And(all) | Node::Or(all) | Node::Product(all) => all.iter().collect(),
        Node::Compare(_, a, b)
        | Node::Default(a, b)
        | Node::Add(a, b)
        | Node::Subtract(a, b)
        | Node::Multiply(a, b)
        | Node::Divide(a, b)
        | Node::Above(a, b)
        | Node::DaysBetween(a, b)
        | Node::IsAnniversary(a, b)
        | Node::Shift(a, b, _)
        | Node::AsOf(a, b)
        | Node::WorkingDaysAfter(_, a, b) => vec![a, b],
        Node::PerFull { award, step, of, .. } => vec![award, step, of],
        Node::In(inner, set) => std::iter::once(&**inner).chain(members(set)).collect(),
        Node::Table { subject, rows, .. } => {
            let mut all: Vec<&Expr> = vec![subject];
            for row in rows {
                match &row.test {
                    TableTest::Is(set) => all.extend(members(set)),
                    TableTest::From(from) => all.push(from),
                    TableTest::Otherwise => {}
                }
                all.push(&row.value);
            }
            all
        }
        Node::Fold(_, list, value, weight) => {
            std::iter::once(&**list).chain(value.as_deref()).chain(weight.as_deref()).collect()
        }
    }
}

/// The direct operands of an expression, in order, to be changed.
pub fn children_mut(expr: &mut Expr) -> Vec<&mut Expr> {
    fn members(members: &mut [SetMember]) -> impl Iterator<Item = &mut Expr> {
        members.iter_mut().filter_map(|member| match member {
            SetMember::One(expr) => Some(expr),
            SetMember::Codes(_) | SetMember::Run(..) => None,
        })
    }
    match &mut expr.node {
        Node::Constant(_)
        | Node::Field(_)
        | Node::Element(_)
        | Node::Measure(..)
        | Node::MeasureOver { .. }
        | Node::Tier(..)
        | Node::Balance(..)
        | Node::Total(..)
        | Node::Today
        | Node::CloseOfPeriod(_)
        | Node::IsKind(_) => vec![],
        Node::Fact(_, inner, _)
        | Node::OfEvent(inner, _)
        | Node::Not(inner)
        | Node::Known(inner)
        | Node::Negate(inner)
        | Node::Round(inner, _, _)
        | Node::TermIn(inner, _)
        | Node::DateOf(inner)
        | Node::PeriodOf(_, inner) => vec![inner],
        Node::FirstKnown(all) | Node::And(all) | Node::Or(all) | Node::Product(all) => all.iter_mut().collect(),
        Node::Compare(_, a, b)
        | Node::Default(a, b)
        | Node::Add(a, b)
        | Node::Subtract(a, b)
        | Node::Multiply(a, b)
        | Node::Divide(a, b)
        | Node::Above(a, b)
        | Node::DaysBetween(a, b)
        | Node::IsAnniversary(a, b)
        | Node::Shift(a, b, _)
        | Node::AsOf(a, b)
        | Node::WorkingDaysAfter(_, a, b) => vec![a, b],
        Node::PerFull { award, step, of, .. } => vec![award, step, of],
        Node::In(inner, set) => std::iter::once(&mut **inner).chain(members(set)).collect(),
        Node::Table { subject, rows, .. } => {
            let mut all: Vec<&mut Expr> = vec![subject];
            for row in rows {
                match &mut row.test {
                    TableTest::Is(set) => all.extend(members(set)),
                    TableTest::From(from) => all.push(from),
                    TableTest::Otherwise => {}
                }
                all.push(&mut row.value);
            }
            all
        }
        Node::Fold(_, list, value, weight) => {
            std::iter::once(&mut **list).chain(value.as_deref_mut()).chain(weight.as_deref_mut()).collect()
        }
    }
}
