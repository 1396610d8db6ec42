//! Looking on while decisions are taken: what conditions came to, which rows were chosen, what limits left. For tools that say
//! what tests exercise. A watch sees and changes nothing; without one it costs nothing.

use crate::decision::Decision;
use chrono::NaiveDateTime;
use earnest_dsl::policy::{Constraint, Expr, Policy, Window};
use earnest_dsl::source::Span;

use std::cmp::Ordering;
use std::fmt::Debug;

/// Something that looks on. It is told of every part of a policy as it is evaluated in a decision; what is only tried out (the
/// sizes between which a request's `most` is found) is not told.
pub trait Watch: Debug + Send + Sync {
    /// Something was evaluated. The policy is that in which it stands: a refund may decide under an earlier version.
    fn see(&self, policy: &Policy, seen: Seen<'_>);
}

/// What was evaluated, and what it came to.
#[derive(Debug, Clone, Copy)]
pub enum Seen<'a> {
    /// A condition, or a part of one (of `a and b` also `a`, and `b` where `a` holds).
    Condition {
        /// The condition.
        expr: &'a Expr,
        /// It is known to hold.
        held: bool,
    },
    /// A comparison of two known values: how the left one stands to the right one.
    Compared {
        /// The comparison.
        expr: &'a Expr,
        /// Left to right.
        order: Ordering,
    },
    /// A window.
    Window {
        /// The window.
        window: &'a Window,
        /// The local instant that it looked at; of a date its first.
        at: NaiveDateTime,
        /// It is inside.
        held: bool,
        /// Of a window within a length of time from a date: its first local instant, and the first one after it.
        within: Option<(NaiveDateTime, NaiveDateTime)>,
    },
    /// A row of a table was chosen; in parts, every row that got a part.
    Row {
        /// The table.
        table: &'a Expr,
        /// The row, from 0.
        row: usize,
        /// Of a band: the subject is exactly its start.
        exact: bool,
    },
    /// A row of a tier by a measure was reached.
    TierRow {
        /// Where the row begins.
        from: &'a Expr,
        /// The value is exactly that.
        exact: bool,
    },
    /// An item of a catalogue was asked for.
    Item(Span),
    /// A constraint was held against a line or a request.
    Limit {
        /// The constraint.
        constraint: &'a Constraint,
        /// It left less than was asked.
        cut: bool,
        /// What was asked is exactly what was left.
        full: bool,
    },
    /// A part of a bill that may be paid, or whole steps of a request: a clause that cuts or refuses.
    Clause {
        /// Its expression.
        expr: &'a Expr,
        /// More was asked than it allows.
        cut: bool,
        /// What was asked is exactly what it allows.
        full: bool,
    },
    /// A decision was taken.
    Decided(&'a Decision),
}
