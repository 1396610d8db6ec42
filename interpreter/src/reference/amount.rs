//! Base lines: what a rule earns from the event itself, under its spend limits, rounded in its place.

use super::cap::{Caps, Share};
use super::expr::{eval, holds, number};
use super::frame::{Env, Eval};
use super::line::{Item, LineKind, Terms};
use super::table::{replaced, selected};
use super::trace::{Trail, rounding_text, text_of};
use super::value::{Element, Val};
use crate::decision::StepKind;
use crate::event::scalar::bad;
use crate::number::Exact;
use earnest_dsl::policy::{Line, LineSign, PointsId, Policy, PoolId, RuleId, Type};
use earnest_dsl::syntax::ast::{RoundMode, RoundPlace};
use rust_decimal::Decimal;

/// The lines of a rule that earns from the event, one for each clause (and each element).
pub(crate) fn base_items(
    env: &Env<'_>,
    rule: RuleId,
    lines: &[Line],
    caps: &mut Caps,
    trail: &mut Trail,
) -> Eval<Vec<Item>> {
    let mut items = Vec::new();
    for (clause, line) in lines.iter().enumerate() {
        let Some(list) = &line.for_each else {
            items.extend(base_item(env, rule, (clause, None), line, caps, trail)?);
            continue;
        };
        let elements = match env.field(list)? {
            Some(Val::List(elements)) => elements,
            _ => vec![],
        };
        for (at, element) in elements.iter().enumerate() {
            let inside = Env { element: Some(element), ..*env };
            items.extend(base_item(&inside, rule, (clause, Some(at)), line, caps, trail)?);
        }
    }
    Ok(items)
}

fn base_item(
    env: &Env<'_>,
    rule: RuleId,
    (clause, element): (usize, Option<usize>),
    line: &Line,
    caps: &mut Caps,
    trail: &mut Trail,
) -> Eval<Option<Item>> {
    if let Some(when) = &line.when
        && !holds(env, when)?
    {
        return Ok(None);
    }
    let customer = recipient(env, line)?;
    let share = caps.share(env, rule, &customer, trail)?;
    let Some(exact) = shared_amount(env, rule, line, &share, trail)? else { return Ok(None) };
    let kind = kind_of(env.policy(), line);
    let whose = Env { customer: Some(&customer), ..*env };
    let exact = match line.sign {
        LineSign::TakeBack { all: true } => balance(&whose, line.points, &[])?,
        // Below zero is zero: what takes says so.
        _ if exact.is_negative() => Exact::ZERO,
        _ => exact,
    };
    let asked = match place(env.policy(), rule, line.points) {
        // The award is rounded when its multiples are known.
        RoundPlace::EachAward if kind == LineKind::Base => Decimal::ZERO,
        RoundPlace::EachLine | RoundPlace::EachAward => {
            let asked = round(env.policy(), rule, line.points, exact).map_err(env.inexact(line.span))?;
            trail.step(
                env.policy(),
                rule,
                StepKind::Rounded,
                || rounding_text(env.policy(), rule, line.points),
                asked.into(),
                &line.amount.typed.ty,
            );
            asked
        }
    };
    let goes = (line.points, pool_of(env, line)?);
    let item = super::combine::one_item(rule, kind, goes, &customer, asked);
    let (basis, spends, terms) = (share.basis, share.charges, terms(env, line)?);
    Ok(Some(Item { clause, element, exact, basis, spends, terms, ..item }))
}

/// What a line does, by its sign and by what its points are.
pub(crate) fn kind_of(policy: &Policy, line: &Line) -> LineKind {
    match line.sign {
        LineSign::Take(_) => LineKind::Take,
        LineSign::TakeBack { .. } => LineKind::TakeBack,
        LineSign::Give if policy.points_of(line.points).is_some_and(|points| points.benefit.is_some()) => {
            LineKind::Grant
        }
        LineSign::Give => LineKind::Base,
    }
}

/// What is said of a line beside its amount.
pub(crate) fn terms(env: &Env<'_>, line: &Line) -> Eval<Terms> {
    let worth = match &line.worth {
        Some(worth) => number(env, worth)?,
        None => None,
    };
    let worth = match worth {
        Some(worth) => {
            let scale = line.worth.as_ref().map_or(0, |worth| money_scale(env.policy(), &worth.typed.ty));
            Some(worth.rounded(RoundMode::Down, scale).map_err(env.inexact(line.span))?)
        }
        None => None,
    };
    let (from, all) = match &line.sign {
        LineSign::Give => (vec![], false),
        LineSign::Take(pools) => (pools.clone(), false),
        LineSign::TakeBack { all } => (vec![], *all),
    };
    Ok(Terms { takes: line.sign != LineSign::Give, from, all, worth, ..Terms::default() })
}

/// Decimals of money.
fn money_scale(policy: &Policy, ty: &Type) -> u32 {
    match ty {
        Type::Money(id) => policy.currency_of(*id).map_or(2, |currency| u32::from(currency.scale)),
        _ => 2,
    }
}

/// The pool into which a line goes.
pub(crate) fn pool_of(env: &Env<'_>, line: &Line) -> Eval<PoolId> {
    let Some(table) = &line.pool_by else { return Ok(line.pool) };
    let tests = table.rows.iter().map(|(test, _)| test);
    let row = selected(env, &table.subject, tests)?.and_then(|at| table.rows.get(at));
    row.map(|(_, pool)| *pool).ok_or_else(|| {
        let place = env.policy().sources.place(line.span);
        bad("points", format!("the pool of the line at {place} is not known; give the field or fact that says it"))
    })
}

/// What can be spent of points, of these pools or of all.
pub(crate) fn balance(env: &Env<'_>, points: PointsId, pools: &[PoolId]) -> Eval<Exact> {
    let held = super::measure::balance(env, points, pools)?.and_then(|value| value.as_number());
    Ok(held.filter(|held| !held.is_negative()).unwrap_or(Exact::ZERO))
}

/// To whom a line goes.
pub(crate) fn recipient(env: &Env<'_>, line: &Line) -> Eval<String> {
    match &line.to {
        None => Ok(env.customer()?.to_owned()),
        Some(to) => match eval(env, to)? {
            Some(Val::Text(id)) => Ok(id),
            _ => Err(bad("customer", "the one who gets the points is not known; give the field that names them")),
        },
    }
}

/// The amount of a line: the part under the spend limits at its own rate, the rest at what the limits say; added, not yet rounded.
pub(crate) fn shared_amount(
    env: &Env<'_>,
    rule: RuleId,
    line: &Line,
    share: &Share<'_>,
    trail: &mut Trail,
) -> Eval<Option<Exact>> {
    let policy = env.policy();
    let mut over = env.over.to_vec();
    for (field, part) in &share.basis {
        over = replaced(&over, field, *part);
        trail.step(
            policy,
            rule,
            StepKind::Basis,
            || (field.clone(), String::new()),
            (*part).into(),
            &earnest_dsl::policy::Type::Number,
        );
    }
    let Some(mut exact) = number(&Env { over: &over, ..*env }, &line.amount)? else { return Ok(None) };
    trail.step(policy, rule, StepKind::Amount, || text_of(policy, &line.amount), exact, &line.amount.typed.ty);
    for (field, part, rest) in &share.rests {
        let over = replaced(env.over, field, *part);
        let Some(more) = number(&Env { over: &over, ..*env }, &rest.amount)? else { continue };
        trail.step(policy, rule, StepKind::Rest, || text_of(policy, &rest.amount), more, &rest.amount.typed.ty);
        exact = exact.add(more).map_err(env.inexact(rest.span))?;
    }
    Ok(Some(exact))
}

/// Where a rule's amounts are rounded: as it says itself, else as the points say.
pub(crate) fn place(policy: &Policy, rule: RuleId, points: PointsId) -> RoundPlace {
    let own = policy.rule(rule).and_then(|rule| rule.rounding).map(|(_, place)| place);
    own.or_else(|| policy.points_of(points).map(|points| points.place)).unwrap_or(RoundPlace::EachLine)
}

/// An amount of points rounded as its rule says, else as the points say.
pub(crate) fn round(
    policy: &Policy,
    rule: RuleId,
    points: PointsId,
    exact: Exact,
) -> Result<Decimal, crate::number::Inexact> {
    let own = policy.rule(rule).and_then(|rule| rule.rounding).map(|(mode, _)| mode);
    let (mode, scale) = policy
        .points_of(points)
        .map_or((earnest_dsl::syntax::ast::RoundMode::Down, 0), |points| (points.rounding, points.scale));
    exact.rounded(own.unwrap_or(mode), u32::from(scale))
}

/// The element of the list that a line stands for.
pub(crate) fn element_of(env: &Env<'_>, line: &Line, at: Option<usize>) -> Eval<Option<Element>> {
    let (Some(list), Some(at)) = (&line.for_each, at) else { return Ok(None) };
    match env.field(list)? {
        Some(Val::List(elements)) => Ok(elements.get(at).cloned()),
        _ => Ok(None),
    }
}
