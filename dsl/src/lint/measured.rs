//! The most that a measure can come to in one of its periods, where something bounds it: days in a month, values of an enum,
//! limits on the points that it counts, the largest field.

use crate::check::table::constant_number;
use crate::policy::{
    Bounded, Expr, Measure, MeasureFn, MeasureFold, MeasureId, MeasureSource, Node, Policy, RuleBody, RuleId, Scope,
    ScopePeriod, Type,
};
use crate::prove::extent::{Extent, Ranges};
use crate::prove::periods::{buckets, days_of};
use crate::prove::room::trims;
use rust_decimal::Decimal;

/// The most that an expression over measures comes to; `None` where nothing bounds it.
pub(crate) fn most(policy: &Policy, expr: &Expr) -> Option<Decimal> {
    match &expr.node {
        Node::Measure(id, _) => most_of(policy, *id, 0),
        Node::MeasureOver { measure, count, fold, .. } => {
            let one = most_of(policy, *measure, 0)?;
            match fold {
                MeasureFold::Sum => one.checked_mul(Decimal::from(*count)),
                MeasureFold::Lowest | MeasureFold::Highest | MeasureFold::Average => Some(one),
            }
        }
        Node::Default(inner, other) => Some(most(policy, inner)?.max(constant_number(other)?)),
        _ => None,
    }
}

/// Measures read measures, but no measure reads itself: the depth only guards.
fn most_of(policy: &Policy, id: MeasureId, depth: u8) -> Option<Decimal> {
    let measure = policy.measure(id).filter(|_| depth < 8)?;
    match measure.function {
        MeasureFn::Streak => Some(Decimal::from(days(&measure.scope)?)),
        MeasureFn::Distinct => distinct(policy, measure),
        MeasureFn::Highest | MeasureFn::Lowest | MeasureFn::First | MeasureFn::Last => measure
            .sources
            .iter()
            .map(|source| largest(policy, source, depth))
            .reduce(|a, b| Some(a?.max(b?)))
            .flatten(),
        MeasureFn::Sum => measure
            .sources
            .iter()
            .map(|source| posted(policy, measure, source))
            .reduce(|a, b| a?.checked_add(b?))
            .flatten(),
        MeasureFn::Count => None,
    }
}

/// Days in a period.
fn days(scope: &Scope) -> Option<u32> {
    match &scope.period {
        ScopePeriod::Calendar(unit, _) => days_of(*unit),
        ScopePeriod::Rolling(days) => Some(*days),
        _ => None,
    }
}

fn distinct(policy: &Policy, measure: &Measure) -> Option<Decimal> {
    let counts = measure.sources.iter().map(|source| match source {
        MeasureSource::Events { value: Some(value), .. } => values(policy, &measure.scope, value),
        _ => None,
    });
    counts.reduce(|a, b| a?.checked_add(b?)).flatten().map(Decimal::from)
}

/// How many different values an expression has in a period.
fn values(policy: &Policy, scope: &Scope, value: &Expr) -> Option<u32> {
    match &value.typed.ty {
        Type::Flag => Some(2),
        Type::Enum(id) => {
            let one = policy.enum_type(*id)?;
            u32::try_from(one.values.len()).ok()?.checked_add(u32::from(one.open))
        }
        Type::Date if matches!(&value.node, Node::Today) => days(scope),
        Type::Date if matches!(&value.node, Node::DateOf(inner) if inner.node == Node::Field("at".to_owned())) => {
            days(scope)
        }
        _ => None,
    }
}

fn largest(policy: &Policy, source: &MeasureSource, depth: u8) -> Option<Decimal> {
    match source {
        MeasureSource::Events { value: Some(value), when, .. } => {
            let mut ranges = Ranges::default();
            ranges.also(when.as_ref());
            ranges.extent(value).map(|found: Extent| found.high)
        }
        MeasureSource::Measure(id) => most_of(policy, *id, depth.saturating_add(1)),
        MeasureSource::Events { .. } | MeasureSource::Postings { .. } => None,
    }
}

/// Points of rules that have limits.
fn posted(policy: &Policy, measure: &Measure, source: &MeasureSource) -> Option<Decimal> {
    let MeasureSource::Postings { rules, .. } = source else { return None };
    if rules.is_empty() {
        return None;
    }
    rules.iter().map(|rule| posted_by(policy, &measure.scope, *rule)).reduce(|a, b| a?.checked_add(b?)).flatten()
}

fn posted_by(policy: &Policy, scope: &Scope, rule: RuleId) -> Option<Decimal> {
    let rule = policy.rule(rule)?;
    if !matches!(rule.body, RuleBody::Earn(_) | RuleBody::Raise { .. }) {
        return None;
    }
    let one = crate::prove::extent::of_rule(policy, rule);
    let limits = rule.constraints.iter().filter_map(|id| policy.constraint(*id)).filter_map(|limit| {
        if !trims(limit) || limit.at_least || limit.whole_award {
            return None;
        }
        let times = constant_number(&limit.limit)?.checked_mul(buckets(&limit.scope, scope)?)?;
        match limit.bounded {
            Bounded::Points => Some(times),
            Bounded::Uses => times.checked_mul(one?.high),
            _ => None,
        }
    });
    limits.min()
}
