//! Whether two rules can meet on one event: their kinds, windows and conditions. "Apart" is said only when proved.

use super::Checker;
use super::meet::conjuncts;
use super::table::constant_number;
use super::window::interval;
use crate::policy::{Compare, Expr, Node, Rule, SetMember, WindowKind};
use crate::syntax::ast::{self, ExprKind};
use rust_decimal::Decimal;

impl Checker<'_> {
    /// Whether no event can match both rules.
    pub(crate) fn apart(&self, a: &Rule, b: &Rule) -> bool {
        let share_kind = a.kinds.iter().any(|kind| b.kinds.contains(kind));
        !share_kind || windows_apart(a, b) || self.conditions_apart(&a.conditions, &b.conditions)
    }

    /// Whether two conjunctions exclude each other by one pair of their members.
    pub(crate) fn conditions_apart(&self, a: &[Expr], b: &[Expr]) -> bool {
        let (a, b) = (conjuncts(a), conjuncts(b));
        a.iter().any(|a| b.iter().any(|b| self.exclude(a, b)))
    }

    fn exclude(&self, a: &Expr, b: &Expr) -> bool {
        // `not c` against `c`.
        if let Node::Not(inner) = &a.node
            && inner.node == b.node
        {
            return true;
        }
        if let Node::Not(inner) = &b.node
            && inner.node == a.node
        {
            return true;
        }
        match (values(a), values(b)) {
            (Some((x, a)), Some((y, b))) if x == y => {
                !a.iter().any(|one| b.iter().any(|other| self.overlap(one, other)))
            }
            _ => match (range(a), range(b)) {
                (Some((x, low, high)), Some((y, other_low, other_high))) if x == y => {
                    below(high, other_low) || below(other_high, low)
                }
                _ => self.unequal(a, b),
            },
        }
    }

    /// `x is v` against `x is not v`.
    fn unequal(&self, a: &Expr, b: &Expr) -> bool {
        let differs = |one: &Expr, other: &Expr| match (&one.node, values(other)) {
            (Node::Compare(Compare::NotEqual, x, v), Some((y, values))) => {
                x.node == *y && values.iter().all(|value| matches!(value, SetMember::One(one) if one.node == v.node))
            }
            (Node::Not(inner), Some((y, values_of_other))) => match values(inner) {
                Some((x, not)) => x == y && values_of_other.iter().all(|value| not.contains(value)),
                None => false,
            },
            _ => false,
        };
        differs(a, b) || differs(b, a)
    }
}

/// The values that a condition allows a subject: `x is v`, `x in { ... }`, a flag by itself.
fn values(condition: &Expr) -> Option<(&Node, Vec<SetMember>)> {
    match &condition.node {
        Node::Compare(Compare::Equal, subject, value) if matches!(value.node, Node::Constant(_)) => {
            Some((&subject.node, vec![SetMember::One((**value).clone())]))
        }
        Node::In(subject, members) => Some((&subject.node, members.clone())),
        _ => None,
    }
}

/// An end of a range: the value, and whether it belongs to it.
pub(crate) type End = Option<(Decimal, bool)>;

/// The range that a comparison with a number leaves its subject.
pub(crate) fn range(condition: &Expr) -> Option<(&Node, End, End)> {
    let Node::Compare(op, subject, value) = &condition.node else { return None };
    let number = constant_number(value)?;
    let node = &subject.node;
    Some(match op {
        Compare::Less => (node, None, Some((number, false))),
        Compare::AtMost => (node, None, Some((number, true))),
        Compare::Greater => (node, Some((number, false)), None),
        Compare::AtLeast => (node, Some((number, true)), None),
        Compare::Equal => (node, Some((number, true)), Some((number, true))),
        Compare::NotEqual => return None,
    })
}

/// Whether everything up to `high` lies below `low`.
fn below(high: End, low: End) -> bool {
    match (high, low) {
        (Some((high, high_in)), Some((low, low_in))) => high < low || (high == low && !(high_in && low_in)),
        _ => false,
    }
}

/// The windows and conditions of a lower price, as of a rule.
pub(crate) fn conjunctions_of(lower: &crate::policy::LowerPrice) -> Rule {
    let form = crate::policy::RequestForm::Catalogue;
    let rule =
        super::ask::shell(crate::policy::Title::default(), vec![crate::policy::KindId(0)], super::ask::empty(form));
    Rule { windows: lower.windows.clone(), conditions: lower.conditions.clone(), ..rule }
}

fn windows_apart(a: &Rule, b: &Rule) -> bool {
    a.windows.iter().any(|one| {
        b.windows.iter().any(|other| {
            let dates = match (interval(one), interval(other)) {
                (Some((_, Some(end))), Some((Some(start), _))) if end <= start => true,
                (Some((Some(start), _)), Some((_, Some(end)))) if end <= start => true,
                _ => false,
            };
            dates || hours_apart(&one.kind, &other.kind)
        })
    })
}

fn hours_apart(a: &WindowKind, b: &WindowKind) -> bool {
    let (WindowKind::Days(days, hours), WindowKind::Days(other_days, other_hours)) = (a, b) else { return false };
    let crossing =
        |hours: &Option<(chrono::NaiveTime, chrono::NaiveTime)>| hours.is_some_and(|(from, until)| until < from);
    if crossing(hours) || crossing(other_hours) {
        return false;
    }
    let weekdays = |days: &[crate::policy::DayPattern]| {
        days.iter()
            .map(|day| match day {
                crate::policy::DayPattern::Weekday(day) => Some(*day),
                _ => None,
            })
            .collect::<Option<Vec<_>>>()
    };
    let no_day = match (weekdays(days), weekdays(other_days)) {
        (Some(a), Some(b)) => !a.iter().any(|day| b.contains(day)),
        _ => false,
    };
    let no_hour = match (hours, other_hours) {
        (Some((from, until)), Some((other_from, other_until))) => until <= other_from || other_until <= from,
        _ => false,
    };
    no_day || no_hour
}

/// The direct operands of an expression as written.
pub(crate) fn ast_children(expr: &ast::Expr) -> Vec<&ast::Expr> {
    match &expr.kind {
        ExprKind::Of { of, .. } => vec![of],
        ExprKind::Tuple(all) | ExprKind::Set(all) => all.iter().collect(),
        ExprKind::List(rows) => rows
            .iter()
            .flat_map(|row| match row {
                ast::ListRow::Named(fields) => fields.iter().map(|(_, value)| value).collect::<Vec<_>>(),
                ast::ListRow::Positional(values) => values.iter().collect(),
            })
            .collect(),
        ExprKind::Record(fields) => fields.iter().map(|(_, value)| value).collect(),
        ExprKind::Negate(inner)
        | ExprKind::Not(inner)
        | ExprKind::IsKnown(inner, _)
        | ExprKind::ThisOne(inner, _)
        | ExprKind::Rounded(inner, _) => {
            vec![inner]
        }
        ExprKind::Binary(_, a, b)
        | ExprKind::Is(a, b, _)
        | ExprKind::In(a, b, _)
        | ExprKind::Above(a, b)
        | ExprKind::Weighted(a, b)
        | ExprKind::Default(a, b)
        | ExprKind::AsOf(a, b) => vec![a, b],
        ExprKind::PerFull { award, step, of, .. } => vec![award, step, of],
        ExprKind::Table { subject, rows, .. } => {
            let mut all: Vec<&ast::Expr> = vec![subject];
            for row in rows {
                match &row.key {
                    ast::TableKey::Values(keys) => all.extend(keys),
                    ast::TableKey::From(from) => all.push(from),
                    ast::TableKey::Otherwise => {}
                }
                all.push(&row.value);
            }
            all
        }
        ExprKind::Over { measure, .. } => vec![measure],
        ExprKind::Shift { by, from, .. } => vec![by, from],
        ExprKind::Quantity(..)
        | ExprKind::Multiple(_)
        | ExprKind::Percent(_)
        | ExprKind::Date(_)
        | ExprKind::Time(_)
        | ExprKind::DateTime(_)
        | ExprKind::Text(_)
        | ExprKind::Flag(_)
        | ExprKind::Name(_)
        | ExprKind::Most
        | ExprKind::Today
        | ExprKind::Broken => vec![],
    }
}
