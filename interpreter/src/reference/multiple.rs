//! Multiples: what a bonus adds to the base lines that it names, alone or multiplied with others of its group.
//!
//! A multiple reads its base rounded (`each line`) or exact (`each award`), before the base's caps unless it says `after caps`.

use super::amount::{element_of, place, round};
use super::cap::Caps;
use super::expr::number;
use super::frame::{Env, Eval};
use super::line::{Item, LineKind, SpendCharge, Terms};
use super::table::replaced;
use super::trace::{Trail, rounding_text, text_of};
use crate::decision::StepKind;
use crate::number::{Exact, split, subtract};
use earnest_dsl::policy::{Factor, GroupId, PointsId, Policy, PoolId, RuleBody, RuleId, Type};
use earnest_dsl::syntax::ast::RoundPlace;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Where an award goes: lines to one place make one line of a multiple.
type Goes = (PointsId, PoolId, String);

/// A multiple that applies.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Raise<'p> {
    pub rule: RuleId,
    pub targets: &'p [RuleId],
    pub factor: &'p Factor,
    pub after_caps: bool,
}

impl<'p> Raise<'p> {
    pub(crate) fn of(env: &Env<'p>, rule: RuleId) -> Option<Self> {
        match &env.policy().rule(rule)?.body {
            RuleBody::Raise { targets, factor, after_caps } => {
                Some(Self { rule, targets, factor, after_caps: *after_caps })
            }
            RuleBody::Earn(_)
            | RuleBody::Level { .. }
            | RuleBody::Accept(_)
            | RuleBody::Request(_)
            | RuleBody::Convert(_)
            | RuleBody::Notify(_) => None,
        }
    }

    /// The whole multiple, base included: `to 3x` and `by 2x` are both 3. Unknown multiples raise nothing.
    fn total(&self, env: &Env<'_>, trail: &mut Trail) -> Eval<Exact> {
        let Some(times) = number(env, &self.factor.times)? else { return Ok(Exact::ONE) };
        trail.step(
            env.policy(),
            self.rule,
            StepKind::Multiple,
            || text_of(env.policy(), &self.factor.times),
            times,
            &Type::Multiple,
        );
        let inexact = env.inexact(self.factor.times.span);
        let total = if self.factor.includes_base { times } else { times.add(Exact::ONE).map_err(&inexact)? };
        // A multiple never takes from its base.
        Ok(if total.subtract(Exact::ONE).map_err(&inexact)?.is_negative() { Exact::ONE } else { total })
    }
}

/// The lines of one multiple over base lines.
pub(crate) fn raise_items(
    env: &Env<'_>,
    raise: Raise<'_>,
    bases: &[Item],
    caps: &mut Caps,
    trail: &mut Trail,
) -> Eval<Vec<Item>> {
    let inexact = env.inexact(raise.factor.times.span);
    let adds = raise.total(env, trail)?.subtract(Exact::ONE).map_err(&inexact)?;
    let mut lines: BTreeMap<Goes, Item> = BTreeMap::new();
    for (at, base) in bases.iter().enumerate() {
        if base.kind != LineKind::Base || !raise.targets.contains(&base.rule) {
            continue;
        }
        let (value, spends) = counted_base(env, raise.rule, base, caps, trail)?;
        trail.step(
            env.policy(),
            raise.rule,
            StepKind::Base,
            || base_name(env, base),
            value,
            &Type::Points(base.points),
        );
        let extra = value.multiply(adds).map_err(&inexact)?;
        let goes = (base.points, base.pool, base.customer.clone());
        let line = lines.entry(goes).or_insert_with(|| empty(raise.rule, None, base, raise.after_caps));
        line.exact = line.exact.add(extra).map_err(&inexact)?;
        line.factor = adds;
        line.bases.push((at, extra));
        line.spends.extend(spends);
    }
    finish(env, raise.rule, lines.into_values().collect(), bases, trail)
}

/// The line in a group's name of multiples that multiply together: base x (product - 1), rounded once.
pub(crate) fn product_items(
    env: &Env<'_>,
    group: GroupId,
    members: &[Raise<'_>],
    bases: &[Item],
    trail: &mut Trail,
) -> Eval<Vec<Item>> {
    let Some(first) = members.first() else { return Ok(vec![]) };
    let inexact = env.inexact(first.factor.times.span);
    let mut totals = Vec::new();
    for member in members {
        totals.push((member, member.total(env, trail)?));
    }
    let mut lines: BTreeMap<Goes, Item> = BTreeMap::new();
    for (at, base) in bases.iter().enumerate() {
        let meant: Vec<_> = totals.iter().filter(|(member, _)| member.targets.contains(&base.rule)).collect();
        if base.kind != LineKind::Base || meant.is_empty() {
            continue;
        }
        let mut product = Exact::ONE;
        for (_, total) in &meant {
            product = product.multiply(*total).map_err(&inexact)?;
        }
        let adds = product.subtract(Exact::ONE).map_err(&inexact)?;
        let extra = base_value(env, base).multiply(adds).map_err(&inexact)?;
        let goes = (base.points, base.pool, base.customer.clone());
        let line = lines.entry(goes).or_insert_with(|| empty(first.rule, Some(group), base, false));
        line.members = members.iter().map(|member| member.rule).collect();
        line.exact = line.exact.add(extra).map_err(&inexact)?;
        line.factor = adds;
        line.bases.push((at, extra));
    }
    finish(env, first.rule, lines.into_values().collect(), bases, trail)
}

fn empty(rule: RuleId, group: Option<GroupId>, base: &Item, after_caps: bool) -> Item {
    Item {
        rule,
        group,
        members: vec![rule],
        kind: LineKind::Bonus,
        clause: 0,
        element: None,
        exact: Exact::ZERO,
        asked: Decimal::ZERO,
        granted: Decimal::ZERO,
        bases: vec![],
        basis: vec![],
        spends: vec![],
        after_caps,
        fixed: false,
        terms: Terms::default(),
        ..base.clone()
    }
}

fn base_name(env: &Env<'_>, base: &Item) -> (String, String) {
    let rule = env.policy().rule(base.rule);
    (
        rule.map_or_else(String::new, |rule| rule.title.name.clone()),
        rule.map_or_else(String::new, |rule| env.policy().sources.place(rule.title.span)),
    )
}

/// A base as a multiple reads it, before caps.
fn base_value(env: &Env<'_>, base: &Item) -> Exact {
    match place(env.policy(), base.rule, base.points) {
        RoundPlace::EachLine => base.asked.into(),
        RoundPlace::EachAward => base.exact,
    }
}

/// The base that counts for a multiple with spend limits of its own: recomputed on the part of the amount under them.
fn counted_base(
    env: &Env<'_>,
    rule: RuleId,
    base: &Item,
    caps: &mut Caps,
    trail: &mut Trail,
) -> Eval<(Exact, Vec<SpendCharge>)> {
    let policy = env.policy();
    let line = match policy.rule(base.rule).map(|rule| &rule.body) {
        Some(RuleBody::Earn(lines)) if !base.fixed => lines.get(base.clause),
        _ => None,
    };
    let Some(line) = line else { return Ok((base_value(env, base), vec![])) };
    let element = element_of(env, line, base.element)?;
    let inside = Env { element: element.as_ref(), over: &base.basis, ..*env };
    let share = caps.share(&inside, rule, &base.customer, trail)?;
    let smaller = share.basis.iter().any(|(field, part)| {
        let full = inside.member(field).map(Ok).or_else(|| inside.field(field).transpose());
        !matches!(full, Some(Ok(full)) if full.as_number().and_then(Exact::decimal) == Some(*part))
    });
    if !smaller {
        return Ok((base_value(env, base), share.charges));
    }
    let mut over = base.basis.clone();
    for (field, part) in &share.basis {
        over = replaced(&over, field, *part);
    }
    let exact = number(&Env { over: &over, ..inside }, &line.amount)?.unwrap_or(Exact::ZERO);
    let value = match place(policy, base.rule, base.points) {
        RoundPlace::EachLine => round(policy, base.rule, base.points, exact).map_err(env.inexact(line.span))?.into(),
        RoundPlace::EachAward => exact,
    };
    Ok((value, share.charges))
}

/// Where the lines are rounded of which an item is one: a multiple goes by its bases.
pub(crate) fn place_of(policy: &Policy, items: &[Item], item: &Item) -> RoundPlace {
    let base = item.bases.first().and_then(|(at, _)| items.get(*at));
    place(policy, base.map_or(item.rule, |base| base.rule), item.points)
}

/// Rounds lines of multiples, as far as each line of their bases is rounded.
fn finish(env: &Env<'_>, rule: RuleId, mut lines: Vec<Item>, bases: &[Item], trail: &mut Trail) -> Eval<Vec<Item>> {
    let span = env.policy().rule(rule).map(|rule| rule.title.span).unwrap_or_default();
    for line in &mut lines {
        let by_line = |at: usize| {
            bases.get(at).is_some_and(|base| place(env.policy(), base.rule, base.points) == RoundPlace::EachLine)
        };
        let mut exact = Exact::ZERO;
        for (_, extra) in line.bases.iter().filter(|(at, _)| by_line(*at)) {
            exact = exact.add(*extra).map_err(env.inexact(span))?;
        }
        if line.bases.iter().any(|(at, _)| by_line(*at)) {
            line.asked = round(env.policy(), rule, line.points, exact).map_err(env.inexact(span))?;
            trail.step(
                env.policy(),
                rule,
                StepKind::Rounded,
                || rounding_text(env.policy(), rule, line.points),
                line.asked.into(),
                &Type::Points(line.points),
            );
        }
    }
    Ok(lines)
}

/// Rounds awards as wholes: the base alone first, the rest over its multiples by largest remainder, ties in the stated order.
pub(crate) fn round_awards(env: &Env<'_>, items: &mut [Item], trail: &mut Trail) -> Eval<()> {
    let policy = env.policy();
    let awards: Vec<usize> = items
        .iter()
        .enumerate()
        .filter(|(_, item)| {
            item.kind == LineKind::Base && !item.fixed && place(policy, item.rule, item.points) == RoundPlace::EachAward
        })
        .map(|(at, _)| at)
        .collect();
    for at in awards {
        let Some(base) = items.get(at).cloned() else { continue };
        let span = policy.rule(base.rule).map(|rule| rule.title.span).unwrap_or_default();
        let inexact = env.inexact(span);
        let alone = round(policy, base.rule, base.points, base.exact).map_err(&inexact)?;
        let mut extras: Vec<(usize, Exact)> = Vec::new();
        for (other, item) in items.iter().enumerate() {
            if !item.after_caps && !item.fixed {
                extras.extend(item.bases.iter().filter(|(base, _)| *base == at).map(|(_, extra)| (other, *extra)));
            }
        }
        let mut whole = base.exact;
        for (_, extra) in &extras {
            whole = whole.add(*extra).map_err(&inexact)?;
        }
        let whole = round(policy, base.rule, base.points, whole).map_err(&inexact)?;
        let rest = subtract(whole, alone).map_err(&inexact)?;
        let weights: Vec<Exact> = extras.iter().map(|(_, extra)| *extra).collect();
        let scale = policy.points_of(base.points).map_or(0, |points| u32::from(points.scale));
        let parts = split(rest, &weights, scale).map_err(&inexact)?;
        if let Some(item) = items.get_mut(at) {
            item.asked = alone;
        }
        trail.step(
            policy,
            base.rule,
            StepKind::Award,
            || rounding_text(policy, base.rule, base.points),
            alone.into(),
            &Type::Points(base.points),
        );
        for ((other, _), part) in extras.iter().zip(parts) {
            if let Some(item) = items.get_mut(*other) {
                item.asked = crate::number::add(item.asked, part).map_err(&inexact)?;
                trail.step(
                    policy,
                    item.rule,
                    StepKind::Award,
                    || base_name(env, &base),
                    part.into(),
                    &Type::Points(base.points),
                );
            }
        }
    }
    Ok(())
}

/// What a multiple that reads its bases after their caps adds, once they are filled.
pub(crate) fn after_caps(env: &Env<'_>, items: &[Item], item: &Item) -> Eval<(Exact, Decimal)> {
    let span = env.policy().rule(item.rule).map(|rule| rule.title.span).unwrap_or_default();
    let inexact = env.inexact(span);
    let mut exact = Exact::ZERO;
    for (base, _) in &item.bases {
        let granted = items.get(*base).map_or(Decimal::ZERO, |base| base.granted);
        exact = exact.add(Exact::from(granted).multiply(item.factor).map_err(&inexact)?).map_err(&inexact)?;
    }
    let asked = round(env.policy(), item.rule, item.points, exact).map_err(&inexact)?;
    Ok((exact, asked))
}
