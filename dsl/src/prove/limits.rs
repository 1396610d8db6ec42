//! How much limits let through, and whether they hold over what refunds leave.

use super::extent::Ranges;
use super::follow;
use super::multiply::multiplied;
use super::periods::{buckets, contained};
use super::room;
use super::told::{is_bound, of_rule, told};
use crate::diagnostic::Text;
use crate::policy::{
    Bounded, Constraint, ConstraintId, Expr, Line, PointsId, Policy, Rule, RuleBody, RuleId, Scope, ScopePeriod, Type,
};
use crate::say;
use rust_decimal::Decimal;

/// Whether a limit holds for all that a unit gives: of a product, whichever of its members apply.
pub(super) fn covers(policy: &Policy, one: &Constraint, unit: RuleId) -> bool {
    match policy.rule(unit).and_then(|rule| multiplied(policy, rule)) {
        Some(members) => members.iter().all(|member| one.rules.contains(member)),
        None => one.rules.contains(&unit),
    }
}

/// How much a limit lets through in one bucket of a scope, for the rules that are counted there; none where it says nothing of it,
/// an error where it may be passed.
pub(super) fn limit_in(
    policy: &Policy,
    points: PointsId,
    one: &Constraint,
    counted: &[RuleId],
    scope: &Scope,
) -> Result<Option<Decimal>, Text> {
    if !room::trims(one) || one.at_least || one.whole_award {
        return Ok(None);
    }
    match bound_of(policy, points, one, scope) {
        Some(most) => holding(policy, one, counted, scope).map(|()| Some(most)),
        None => Ok(None),
    }
}

/// The limit times its buckets.
fn bound_of(policy: &Policy, points: PointsId, one: &Constraint, scope: &Scope) -> Option<Decimal> {
    let most = Ranges::default().extent(&one.limit)?.high.max(Decimal::ZERO);
    let all = most.checked_mul(times(policy, one, scope)?)?;
    let found = match one.bounded {
        Bounded::Points if one.limit.typed.ty == Type::Points(points) => all,
        Bounded::Worth => {
            let (worth, _) = policy.points_of(points)?.worth.filter(|(worth, _)| *worth > Decimal::ZERO)?;
            all.checked_div(worth)?
        }
        _ => return None,
    };
    is_bound(found).then_some(found)
}

/// Into how many buckets of a limit the lines fall that are counted in one bucket of a scope.
fn times(policy: &Policy, one: &Constraint, scope: &Scope) -> Option<Decimal> {
    if scope.period != ScopePeriod::Event {
        return buckets(&one.scope, scope);
    }
    // One event has one bucket, unless its lines go to several customers or stand for elements of a list.
    let mut to: Vec<Option<&Expr>> = Vec::new();
    for line in one.rules.iter().filter_map(|id| policy.rule(*id)).flat_map(|rule| base_lines(policy, rule)) {
        if line.for_each.is_some() && !one.scope.keys.is_empty() {
            return None;
        }
        if !to.contains(&line.to.as_ref()) {
            to.push(line.to.as_ref());
        }
    }
    (to.len() < 2 || one.scope.keys.is_empty()).then_some(Decimal::ONE)
}

/// The lines of a rule, of a multiple those that it raises.
pub(super) fn base_lines<'p>(policy: &'p Policy, rule: &'p Rule) -> Vec<&'p Line> {
    match &rule.body {
        RuleBody::Earn(lines) => lines.iter().collect(),
        RuleBody::Level { line, .. } => vec![line],
        RuleBody::Raise { targets, .. } => {
            let targets = targets.iter().filter_map(|id| policy.rule(*id));
            let bases = targets.filter_map(|base| match &base.body {
                RuleBody::Earn(lines) => Some(lines),
                _ => None,
            });
            bases.flatten().collect()
        }
        _ => vec![],
    }
}

/// Whether a limit holds over what refunds leave, and for these rules alone: why not, where it may be passed.
pub(super) fn holding(policy: &Policy, one: &Constraint, counted: &[RuleId], scope: &Scope) -> Result<(), Text> {
    let id = policy.constraints.iter().position(|other| std::ptr::eq(other, one)).map(ConstraintId);
    let rules = || one.rules.iter().filter_map(|id| policy.rule(*id).map(|rule| (*id, rule)));
    // What a total takes back is room for others, and for other days.
    let gives_room = |id: RuleId, rule: &Rule| match &rule.body {
        RuleBody::Level { keep: false, .. } => false,
        RuleBody::Level { scope: own, .. } if scope.period == ScopePeriod::Event => *own != one.scope,
        RuleBody::Level { .. } | RuleBody::Convert(_) => !counted.contains(&id) || !contained(&one.scope, scope),
        _ => false,
    };
    if let Some((_, rule)) = rules().find(|(id, rule)| gives_room(*id, rule)) {
        return Err(told(policy, |words| {
            let (name, bound) = (of_rule(words, rule), words.limit(one));
            say!(
                words.language,
                "what {name} takes back is room again, for more than the limit ({bound})",
                "{name} 收回的部分又成为额度，可超过上限（{bound}）"
            )
        }));
    }
    let again = |rule: &Rule| rule.refund_in_proportion.is_some();
    if scope.period == ScopePeriod::Event && (one.rules.len() == 1 || !rules().any(|(_, rule)| again(rule))) {
        return Ok(());
    }
    match one.rules.iter().find_map(|rule| follow::unsteady(policy, *rule, id)) {
        Some(why) => Err(why),
        None => Ok(()),
    }
}
