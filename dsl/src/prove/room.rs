//! How much the lines of a rule can count for in one bucket of a limit, from everything else that the text says.

use super::extent::{self, Extent, Ranges};
use super::periods::buckets;
use crate::check::table::constant_number;
use crate::policy::{Bounded, Constraint, ConstraintId, Node, Policy, Rule, RuleBody, RuleId, Scope, ScopePeriod};
use crate::source::Span;
use rust_decimal::Decimal;

/// A number and what it follows from.
#[derive(Debug, Clone)]
pub(crate) struct Most {
    /// Never more than this in one bucket.
    pub amount: Decimal,
    /// Why.
    pub because: Because,
}

/// What bounds the use of a limit.
#[derive(Debug, Clone)]
pub(crate) enum Because {
    /// One event gives no more.
    OneEvent,
    /// A total to keep is no more.
    Kept,
    /// Another limit allows no more; so many of its buckets.
    Limit(Span, Decimal),
    /// So many times, by a limit on uses, what one event gives at most.
    Times(Span, Decimal),
    /// Several rules together.
    Together,
}

/// The most that a constraint's lines can count for in one of its buckets.
pub(crate) fn most(policy: &Policy, id: ConstraintId, constraint: &Constraint) -> Option<Most> {
    let each =
        constraint.rules.iter().map(|rule| most_of(policy, id, constraint, *rule)).collect::<Option<Vec<_>>>()?;
    match each.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        several => {
            let amount = several.iter().try_fold(Decimal::ZERO, |sum, one| sum.checked_add(one.amount))?;
            Some(Most { amount, because: Because::Together })
        }
    }
}

fn most_of(policy: &Policy, id: ConstraintId, constraint: &Constraint, rule: RuleId) -> Option<Most> {
    let declared = policy.rule(rule)?;
    let one = counted(policy, declared, &constraint.bounded);
    let mut found: Vec<Most> = Vec::new();
    if let Some(one) = one {
        if matches!(constraint.scope.period, ScopePeriod::Event) && !matches!(declared.body, RuleBody::Level { .. }) {
            found.push(Most { amount: one.high, because: Because::OneEvent });
        }
        if let RuleBody::Level { scope, .. } = &declared.body
            && let Some(count) = buckets(scope, &constraint.scope)
        {
            found.push(Most { amount: one.high.checked_mul(count)?, because: Because::Kept });
        }
    }
    for other in &declared.constraints {
        let Some(limit) = policy.constraint(*other).filter(|_| *other != id) else { continue };
        found.extend(by_other(constraint, limit, (id, *other), one));
    }
    found.into_iter().min_by(|a, b| a.amount.cmp(&b.amount))
}

/// What another limit on the same rule says about this one.
fn by_other(
    constraint: &Constraint,
    other: &Constraint,
    (id, of_other): (ConstraintId, ConstraintId),
    one: Option<Extent>,
) -> Option<Most> {
    // One that leaves the rest to earn otherwise, or that counts the base, is no bound on what is given.
    if !trims(other) || other.at_least || other.whole_award || !other.room_comes_back {
        return None;
    }
    let limit = constant_number(&other.limit)?;
    let count = buckets(&other.scope, &constraint.scope)?;
    if other.bounded == constraint.bounded {
        let amount = limit.checked_mul(count)?;
        // Of two that say the same, the first stands.
        let same =
            constant_number(&constraint.limit) == Some(amount) && buckets(&constraint.scope, &other.scope).is_some();
        return (!same || of_other < id).then_some(Most { amount, because: Because::Limit(other.span, count) });
    }
    if other.bounded == Bounded::Uses {
        let times = limit.checked_mul(count)?;
        let amount = times.checked_mul(one?.high)?;
        return Some(Most { amount, because: Because::Times(other.span, times) });
    }
    None
}

/// Whether what lies beyond a limit is not given.
pub(crate) fn trims(constraint: &Constraint) -> bool {
    !matches!(constraint.beyond, crate::policy::Beyond::RestEarns(_))
}

/// What one event (or one total to keep) can count for under a limit.
pub(crate) fn counted(policy: &Policy, rule: &Rule, bounded: &Bounded) -> Option<Extent> {
    match bounded {
        Bounded::Points => given(policy, rule),
        Bounded::Worth => {
            let (worth, _) = policy.points_of(extent::points_of(policy, rule)?)?.worth?;
            let points = given(policy, rule)?;
            let money = |amount: Decimal| amount.checked_mul(worth);
            Some(Extent { low: money(points.low)?, high: money(points.high)?, least: money(points.least)? })
        }
        Bounded::Spend(field) => {
            let declared =
                rule.kinds.iter().map(|kind| policy.kind(*kind)?.field(field)).collect::<Option<Vec<_>>>()?;
            let typed = declared.first()?.typed.clone();
            let node = Node::Field(field.clone());
            Ranges::of(&rule.conditions).extent(&crate::policy::Expr { node, typed, span: Span::default() })
        }
        Bounded::Uses => Some(Extent { low: Decimal::ZERO, high: Decimal::ONE, least: Decimal::ONE }),
        Bounded::Pieces | Bounded::Value => None,
    }
}

fn given(policy: &Policy, rule: &Rule) -> Option<Extent> {
    match &rule.body {
        RuleBody::Level { line, condition, .. } => {
            // Conditions on the event say nothing of the total: it is what all events have come to.
            let mut ranges = Ranges::default();
            ranges.also(condition.as_ref());
            let found = extent::of_line(policy, rule, &ranges, line)?;
            Some(found.or(Extent::NOTHING))
        }
        _ => match super::multiply::multiplied(policy, rule) {
            Some(members) => super::multiply::together(policy, members),
            None => extent::of_rule(policy, rule),
        },
    }
}

/// Whether a scope has a key: a limit without one is a budget, a quota or a stock.
pub(crate) fn is_budget(scope: &Scope) -> bool {
    scope.keys.is_empty()
        && matches!(scope.period, ScopePeriod::Ever | ScopePeriod::Campaign(_) | ScopePeriod::Calendar(..))
}

/// Whether what lies beyond a limit earns otherwise.
pub(crate) fn rest_earns(constraint: &Constraint) -> bool {
    !trims(constraint)
}
