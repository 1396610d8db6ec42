//! Conversions: whole units of some points become units of others, after everything that the event posts below them.
//!
//! The balance that counts is the one before the event with what this decision has posted and what is usable at once. A refund
//! converts nothing back, unless the rule says so: then conversions are undone while the balance is below zero and the product
//! is still there.

use super::cap::Caps;
use super::combine::one_item;
use super::edge::{applies, count_postings};
use super::effect::{Effects, apply};
use super::expr::number;
use super::frame::{Env, Eval};
use super::level::Moved;
use super::line::{LineKind, Posted, Terms};
use super::measure;
use super::trace::{Trail, text_of};
use crate::decision::{RuleResult, StepKind};
use crate::event::scalar::bad;
use crate::number::{Exact, Inexact, add, multiply, plain, subtract};
use earnest_dsl::policy::{Convert, PointsId, Policy, PoolId, Rule, RuleBody, RuleId, Type};
use earnest_dsl::syntax::ast::RoundMode;
use rust_decimal::Decimal;

/// A rule that converts.
pub(crate) fn of(policy: &Policy, id: RuleId) -> Option<(&Rule, &Convert)> {
    let rule = policy.rule(id)?;
    match &rule.body {
        RuleBody::Convert(convert) => Some((rule, convert)),
        RuleBody::Earn(_)
        | RuleBody::Raise { .. }
        | RuleBody::Level { .. }
        | RuleBody::Accept(_)
        | RuleBody::Request(_)
        | RuleBody::Notify(_) => None,
    }
}

fn long(_: Inexact) -> crate::event::InputError {
    bad("points", "the balance to be converted would need more than 28 digits")
}

/// Converts for one customer what the balance holds; undoes what it no more bears. `own` is what the decision has posted so far.
pub(crate) fn convert(
    env: &Env<'_>,
    id: RuleId,
    moved: &Moved<'_>,
    own: &[Posted],
    caps: &mut Caps,
    trail: &mut Trail,
) -> Eval<Vec<Posted>> {
    let Some((rule, convert)) = of(env.policy(), id).filter(|_| env.customer().is_ok()) else { return Ok(vec![]) };
    let balance = held(env, convert.take.1, own)?;
    let times = if balance < Decimal::ZERO {
        if convert.undo { -undone(env, convert, balance, own)? } else { Decimal::ZERO }
    } else if moved.again || !rule.kinds.contains(&env.frame.event.kind) || !applies(env, id, rule, trail)? {
        Decimal::ZERO
    } else {
        converted(env, id, convert, balance, caps, trail)?
    };
    if let Some(trace) = trail.rule(env.policy(), id).filter(|_| !times.is_zero()) {
        trace.result = RuleResult::Applied;
        trace.because = None;
        trace.granted = Some(plain(multiply(times, convert.give.0).map_err(long)?));
    }
    if times.is_zero() {
        return Ok(vec![]);
    }
    let lines = posted(env, id, rule, convert, times)?;
    count_postings(env, &lines, &mut Effects::new())?;
    Ok(lines)
}

/// The balance before the event with what the decision has posted; points that become usable later are not in it.
fn held(env: &Env<'_>, points: PointsId, own: &[Posted]) -> Eval<Decimal> {
    let before = measure::balance(env, points, &[])?.and_then(|value| value.as_number()).and_then(Exact::decimal);
    let mut balance = before.unwrap_or_default();
    let customer = env.customer()?;
    for line in own.iter().filter(|line| line.points == points && line.customer == customer) {
        if line.amount < Decimal::ZERO || usable_at_once(env.policy(), points, line.pool) {
            balance = add(balance, line.amount).map_err(long)?;
        }
    }
    Ok(balance)
}

fn usable_at_once(policy: &Policy, points: PointsId, pool: PoolId) -> bool {
    let pool = policy.points_of(points).and_then(|points| points.pools.get(pool.0));
    pool.is_some_and(|pool| pool.usable_after == (0, 0, 0))
}

/// How many conversions the balance bears: whole units, above the threshold, within the rule's limits.
fn converted(
    env: &Env<'_>,
    id: RuleId,
    convert: &Convert,
    balance: Decimal,
    caps: &mut Caps,
    trail: &mut Trail,
) -> Eval<Decimal> {
    let policy = env.policy();
    let (take, give) = (convert.take.0, convert.give.0);
    let no_text = || (String::new(), String::new());
    trail.step(policy, id, StepKind::Balance, no_text, balance.into(), &Type::Points(convert.take.1));
    if let Some(from) = &convert.from {
        let threshold = number(env, from)?.and_then(Exact::decimal);
        trail.step(
            policy,
            id,
            StepKind::Target,
            || text_of(policy, from),
            threshold.unwrap_or_default().into(),
            &from.typed.ty,
        );
        if threshold.is_none_or(|threshold| balance < threshold) {
            return Ok(Decimal::ZERO);
        }
    }
    let times = Exact::from(balance).steps(take.into(), false).map_err(long)?;
    if times.is_zero() {
        return Ok(Decimal::ZERO);
    }
    let asked = multiply(times, give).map_err(long)?;
    let mut item = one_item(id, LineKind::Convert, (convert.give.1, convert.give.2), env.customer()?, asked);
    let granted = caps.granted(env, &item, Decimal::ZERO, trail)?;
    let times = Exact::from(granted).steps(give.into(), false).map_err(long)?;
    item.granted = multiply(times, give).map_err(long)?;
    let mut charges = Effects::new();
    caps.charge(env, &item, Decimal::ZERO, &mut charges)?;
    apply(env.frame, &mut charges)?;
    if let Some(trace) = trail.rule(policy, id) {
        trace.asked = Some(plain(asked));
    }
    Ok(times)
}

/// How many conversions are undone: until the balance is no more below zero, as far as the product is still there.
fn undone(env: &Env<'_>, convert: &Convert, balance: Decimal, own: &[Posted]) -> Eval<Decimal> {
    let product = held(env, convert.give.1, own)?.max(Decimal::ZERO);
    let there = Exact::from(product).steps(convert.give.0.into(), false).map_err(long)?;
    let short = Exact::from(subtract(Decimal::ZERO, balance).map_err(long)?);
    let wanted = short.divide(convert.take.0.into()).and_then(|steps| steps.rounded(RoundMode::Up, 0));
    Ok(wanted.map_err(long)?.min(there))
}

/// The two lines of so many conversions; below zero they are undone, and what was taken goes back to its lots.
fn posted(env: &Env<'_>, id: RuleId, rule: &Rule, convert: &Convert, times: Decimal) -> Eval<Vec<Posted>> {
    let line = |points: PointsId, pool: PoolId, amount: Decimal, takes: bool| -> Eval<Posted> {
        Ok(Posted {
            name: rule.title.name.clone(),
            rules: vec![id],
            kind: LineKind::Convert,
            points,
            pool,
            customer: env.customer()?.to_owned(),
            amount,
            asked: amount,
            terms: Terms { takes, undoes: times < Decimal::ZERO, ..Terms::default() },
        })
    };
    let taken = multiply(times, convert.take.0).map_err(long)?;
    let given = multiply(times, convert.give.0).map_err(long)?;
    let undo = times < Decimal::ZERO;
    let give = line(convert.give.1, convert.give.2, given, undo)?;
    let take = line(convert.take.1, PoolId(0), subtract(Decimal::ZERO, taken).map_err(long)?, true)?;
    Ok(vec![take, give])
}
