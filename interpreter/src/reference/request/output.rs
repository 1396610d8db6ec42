//! What an accepted request leads to: lines, amounts of money, entries, what the customer may then use, when it is delivered.

use super::brought::{Amount, Brought};
use super::{Asking, Deal};
use crate::decision::StepKind;
use crate::event::scalar::bad;
use crate::number::{Exact, add, at_scale};
use crate::reference::amount::{kind_of, pool_of, recipient, round, terms};
use crate::reference::cap::Caps;
use crate::reference::expr::{date, eval, holds, number};
use crate::reference::frame::{Env, Eval};
use crate::reference::line::{Item, LineKind, Terms};
use crate::reference::trace::{Trail, noting, text_of};
use crate::reference::value::Val;
use earnest_dsl::policy::{AmountLine, AmountVerb, Line, PointsId, Policy, PoolId, RuleId, Type};
use earnest_dsl::syntax::ast::RoundMode;
use rust_decimal::Decimal;

/// The amount of a line of a request, rounded as its points say; none where it does not hold.
pub(super) fn line_amount(env: &Env<'_>, rule: RuleId, line: &Line) -> Eval<Option<Decimal>> {
    if let Some(when) = &line.when
        && !holds(env, when)?
    {
        return Ok(None);
    }
    let Some(exact) = number(env, &line.amount)? else { return Ok(None) };
    let exact = if exact.is_negative() { Exact::ZERO } else { exact };
    round(env.policy(), rule, line.points, exact).map(Some).map_err(env.inexact(line.span))
}

/// The lines: what comes first, what is taken or moves, what is given.
pub(super) fn items(asking: &Asking<'_>, deal: &Deal, caps: &mut Caps) -> Eval<Vec<Item>> {
    let env = asking.inside(deal);
    let mut items = Vec::new();
    let mut given = Vec::new();
    for (clause, line) in asking.request.lines.iter().enumerate() {
        let Some(amount) = line_amount(&env, asking.id, line)? else { continue };
        let kind = match kind_of(env.policy(), line) {
            LineKind::Base => LineKind::Receive,
            kind => kind,
        };
        let customer = recipient(&env, line)?;
        let item =
            item(asking, (kind, clause), (line.points, pool_of(&env, line)?), customer, amount, terms(&env, line)?);
        if line.first { items.push(item) } else { given.push(item) }
    }
    if let Some(spends) = &asking.request.spends {
        let pool = spends.pools.first().copied().unwrap_or(PoolId(0));
        caps.draw(asking.customer, spends.points, &spends.pools, deal.points);
        let place = (spends.points, pool);
        let taken = Terms { takes: true, from: spends.pools.clone(), ..Terms::default() };
        // Clauses of lines count from 0; what is taken comes behind them.
        let clause = asking.request.lines.len();
        let own = asking.customer.to_owned();
        match &asking.request.moves {
            None => items.push(item(asking, (LineKind::Redeem, clause), place, own, deal.points, taken)),
            Some(moves) => {
                let to = match eval(&env, &moves.to)? {
                    Some(Val::Text(to)) => to,
                    _ => {
                        return Err(bad(
                            "customer",
                            "the one who gets the points is not known; give the field that names them",
                        ));
                    }
                };
                let keep_dates = moves.keep_dates;
                let leave = Terms { other: Some(to.clone()), keep_dates, ..taken };
                let arrive = Terms { takes: false, other: Some(own.clone()), ..leave.clone() };
                items.push(item(asking, (LineKind::Move, clause), place, own, deal.points, leave));
                items.push(item(asking, (LineKind::Move, clause), place, to, deal.points, arrive));
            }
        }
    }
    items.extend(given);
    Ok(items)
}

fn item(
    asking: &Asking<'_>,
    (kind, clause): (LineKind, usize),
    (points, pool): (PointsId, PoolId),
    customer: String,
    amount: Decimal,
    terms: Terms,
) -> Item {
    Item {
        rule: asking.id,
        group: None,
        members: vec![asking.id],
        kind,
        points,
        pool,
        customer,
        clause,
        element: None,
        exact: amount.into(),
        asked: amount,
        granted: amount,
        bases: vec![],
        factor: Exact::ONE,
        basis: vec![],
        spends: vec![],
        after_caps: false,
        fixed: true,
        terms,
    }
}

/// Amounts in their order, each of which may read those before it; entries, entitlements, delivery.
pub(super) fn brought(asking: &Asking<'_>, deal: &mut Deal, trail: &mut Trail) -> Eval<Brought> {
    let mut brought = Brought::default();
    for verb in VERBS {
        deal.amounts.push((verb_name(verb), Decimal::ZERO));
    }
    for line in &asking.request.amounts {
        let Some(amount) = amount(asking, deal, line, trail)? else { continue };
        let verb = verb_name(line.verb);
        if let Some((_, sum)) = deal.amounts.iter_mut().find(|(held, _)| *held == verb) {
            *sum = add(*sum, amount.amount).map_err(|_| super::bound::too_long("amount"))?;
        }
        brought.amounts.push(amount);
    }
    let env = asking.inside(deal);
    if let Some(entries) = &asking.request.entries {
        let count = number(&env, entries)?.and_then(Exact::decimal);
        brought.entries = Some(count.ok_or_else(|| bad("entries", "how many there are is not known"))?);
    }
    let services = asking.item.map_or(&[][..], |item| &item.grants);
    brought.entitled = asking.request.entitles.iter().chain(services).map(|title| title.name.clone()).collect();
    if let Some(by) = asking.request.deliver.as_ref().and_then(|deliver| deliver.by.as_ref()) {
        let day = date(&env, by)?;
        brought.deliver_by = Some(day.ok_or_else(|| bad("deliver", "the last day of delivery is not known"))?);
    }
    Ok(brought)
}

const VERBS: [AmountVerb; 6] =
    [AmountVerb::Off, AmountVerb::Pay, AmountVerb::Give, AmountVerb::Fee, AmountVerb::Cost, AmountVerb::Receive];

fn verb_name(verb: AmountVerb) -> &'static str {
    match verb {
        AmountVerb::Off => "off",
        AmountVerb::Pay => "pay",
        AmountVerb::Give => "give",
        AmountVerb::Fee => "fee",
        AmountVerb::Cost => "cost",
        AmountVerb::Receive => "receive",
    }
}

fn amount(asking: &Asking<'_>, deal: &Deal, line: &AmountLine, trail: &mut Trail) -> Eval<Option<Amount>> {
    let policy = asking.env.policy();
    let log = trail.log();
    let noted = noting(asking.env, log.as_ref());
    let env = Env { over: &deal.over, deal: Some(deal), ..noted };
    if let Some(when) = &line.when
        && !holds(&env, when)?
    {
        trail.read(policy, asking.id, log);
        return Ok(None);
    }
    // What goes without saying has no text of its own to be read in.
    let unwritten = line.amount.span.key() == asking.rule.title.span.key();
    let exact = number(&Env { log: env.log.filter(|_| !unwritten), ..env }, &line.amount)?;
    let to = match &line.to {
        Some(to) => eval(&env, to)?.and_then(|value| value.text()),
        None => None,
    };
    trail.read(policy, asking.id, log);
    let verb = verb_name(line.verb);
    let exact = exact.ok_or_else(|| bad(verb, "the amount is not known; give the field or fact that says it"))?;
    // Nothing below zero is paid, given or received.
    let exact = if exact.is_negative() { Exact::ZERO } else { exact };
    let (scale, unit) = unit_of(policy, &line.amount.typed.ty, line.amount.typed.scale);
    let inexact = asking.env.inexact(line.amount.span);
    let rounded = exact.rounded(RoundMode::Down, scale).map_err(&inexact)?;
    let shown = || {
        let (text, place) = text_of(policy, &line.amount);
        if unwritten { (verb.to_owned(), place) } else { (format!("{verb} {text}"), place) }
    };
    trail.step(policy, asking.id, StepKind::Money, shown, rounded.into(), &line.amount.typed.ty);
    let amount = at_scale(rounded, scale).map_err(inexact)?;
    Ok(Some(Amount { rule: asking.rule.title.name.clone(), verb: verb.to_owned(), unit, to, amount }))
}

/// Decimals and name of an amount's unit.
fn unit_of(policy: &Policy, ty: &Type, scale: u8) -> (u32, String) {
    let named = match ty {
        Type::Money(id) => policy.currency_of(*id).map(|currency| (currency.scale, &currency.title.name)),
        Type::Points(id) => policy.points_of(*id).map(|points| (points.scale, &points.title.name)),
        Type::Quantity(id) => policy.quantities.get(id.0).map(|quantity| (quantity.scale, &quantity.title.name)),
        _ => None,
    };
    named.map_or_else(|| (u32::from(scale), String::new()), |(scale, name)| (u32::from(scale), name.clone()))
}
