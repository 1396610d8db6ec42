//! W0115: a rate that is ten or a hundred times, or a tenth or a hundredth, of what its neighbours let expect.
//!
//! A zero too many in one row of a tier table costs more than the rest of the programme. Rows of an ordered table are compared
//! with the rows beside them; rates per amount with those of the programme's other rules on the same events; prices with the
//! other gifts whose worth is stated.

use super::context::Context;
use super::event;
use super::found::{Claim, Found};
use crate::check::table::constant_number;
use crate::diagnostic::Diagnostic;
use crate::policy::expr::walk;
use crate::policy::{Expr, KindId, Node, PointsId, Policy, Request, Rule, RuleBody, RuleId, TableRow, TableTest, Type};
use crate::prove::told::told;
use crate::say;
use crate::source::Span;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// A number among neighbours.
struct Rate {
    value: Decimal,
    span: Span,
    rule: Option<RuleId>,
}

pub(super) fn find(context: &Context<'_>) -> Vec<Found> {
    let policy = context.policy;
    let mut found = Vec::new();
    let rules = || policy.rules.iter().enumerate().map(|(at, rule)| (RuleId(at), rule));
    let mut seen = std::collections::BTreeSet::new();
    for (id, rule) in rules() {
        for amount in amounts(rule) {
            walk(amount, &mut |expr| {
                if let Node::Table { subject, rows, .. } = &expr.node
                    && seen.insert(expr.span.key())
                {
                    found.extend(in_table(policy, id, subject, rows));
                }
            });
        }
        if let RuleBody::Request(request) = &rule.body {
            found.extend(in_catalogue(policy, request));
        }
    }
    let mut alike: BTreeMap<(Vec<KindId>, PointsId), Vec<Rate>> = BTreeMap::new();
    for (id, rule) in rules() {
        if let Some((points, value, span)) = per_amount(rule) {
            alike.entry((rule.kinds.clone(), points)).or_default().push(Rate { value, span, rule: Some(id) });
        }
    }
    for rates in alike.into_values() {
        found.extend(stray(policy, &rates));
    }
    found
}

fn amounts(rule: &Rule) -> Vec<&Expr> {
    match &rule.body {
        RuleBody::Earn(lines) => lines.iter().map(|line| &line.amount).collect(),
        RuleBody::Raise { factor, .. } => vec![&factor.times],
        RuleBody::Level { line, .. } => vec![&line.amount],
        RuleBody::Request(request) => request.items.iter().map(|item| &item.price).collect(),
        _ => vec![],
    }
}

/// Rows of a table in the order of what selects them: bands, or levels from the lowest up.
fn in_table(policy: &Policy, rule: RuleId, subject: &Expr, rows: &[TableRow]) -> Option<Found> {
    let rank = |row: &TableRow| -> Option<usize> {
        let TableTest::Is(members) = &row.test else { return None };
        let [crate::policy::SetMember::One(one)] = members.as_slice() else { return None };
        let (Type::Enum(id), Node::Constant(crate::policy::Value::Enum(_, name))) = (&subject.typed.ty, &one.node)
        else {
            return None;
        };
        policy.enum_type(*id)?.values.iter().position(|value| value.title.name == *name)
    };
    let ordered = matches!(&subject.typed.ty, Type::Enum(id) if policy.enum_type(*id).is_some_and(|one| one.ordered));
    let mut rates: Vec<(usize, Rate)> = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let place = match &row.test {
            TableTest::From(_) => at,
            TableTest::Is(_) if ordered => rank(row)?,
            _ => continue,
        };
        let value = constant_number(&row.value).or_else(|| rate(&row.value))?;
        rates.push((place, Rate { value, span: row.value.span, rule: Some(rule) }));
    }
    rates.sort_by_key(|(place, _)| *place);
    let rates: Vec<Rate> = rates.into_iter().map(|(_, rate)| rate).collect();
    let odd = rates.windows(3).find_map(|three| {
        let [before, this, after] = three else { return None };
        let factor = between(this.value, before.value, after.value)?;
        Some((this, factor))
    });
    let last = || {
        let [.., first, before, last] = rates.as_slice() else { return None };
        beyond(last.value, first.value, before.value).map(|factor| (last, factor))
    };
    let (this, factor) = odd.or_else(last)?;
    Some(off(policy, this, factor, rates.iter().map(|rate| rate.span).find(|span| span.key() != this.span.key())))
}

/// The factor by which a number between two others is off: divided by it, it fits between them, and as it is it fits by far not.
fn between(value: Decimal, before: Decimal, after: Decimal) -> Option<Decimal> {
    let (low, high) = (before.min(after), before.max(after));
    if low <= Decimal::ZERO || high > low.checked_mul(Decimal::TEN)? {
        return None;
    }
    factors().into_iter().find(|factor| {
        let fits = value.checked_div(*factor).is_some_and(|mended| low <= mended && mended <= high);
        let far = value > high.saturating_mul(Decimal::TWO) || value.saturating_mul(Decimal::TWO) < low;
        fits && far
    })
}

/// The same for the last of a row that goes up: it must be far beyond what its steps let expect.
fn beyond(value: Decimal, first: Decimal, before: Decimal) -> Option<Decimal> {
    if first <= Decimal::ZERO || before < first || before > first.checked_mul(Decimal::from(3))? {
        return None;
    }
    let most = before.checked_mul(Decimal::from(3))?;
    [Decimal::TEN, Decimal::ONE_HUNDRED].into_iter().find(|factor| {
        value
            .checked_div(*factor)
            .is_some_and(|mended| before <= mended && mended <= most && value > most.saturating_mul(Decimal::TWO))
    })
}

fn factors() -> [Decimal; 4] {
    [Decimal::TEN, Decimal::ONE_HUNDRED, Decimal::new(1, 1), Decimal::new(1, 2)]
}

/// Points for one unit of an amount, of a rule that gives nothing else.
fn per_amount(rule: &Rule) -> Option<(PointsId, Decimal, Span)> {
    let RuleBody::Earn(lines) = &rule.body else { return None };
    let [line] = lines.as_slice() else { return None };
    Some((line.points, rate(&line.amount)?, line.span))
}

/// Award by step, of a constant award for each full step of money.
fn rate(amount: &Expr) -> Option<Decimal> {
    match &amount.node {
        Node::PerFull { award, step, .. } if matches!(step.typed.ty, Type::Money(_)) => {
            constant_number(award)?.checked_div(constant_number(step).filter(|step| *step > Decimal::ZERO)?)
        }
        _ => None,
    }
}

/// The one rate that is exactly ten or a hundred times (or a part) of all others, where there are at least three others.
fn stray(policy: &Policy, rates: &[Rate]) -> Option<Found> {
    if rates.len() < 4 {
        return None;
    }
    let mut sorted: Vec<&Rate> = rates.iter().collect();
    sorted.sort_by_key(|rate| rate.value);
    let (first, last) = (sorted.first()?, sorted.last()?);
    let inner_low = sorted.get(1)?;
    let inner_high = sorted.get(sorted.len().checked_sub(2)?)?;
    let narrow =
        |low: &Rate, high: &Rate| low.value > Decimal::ZERO && high.value <= low.value.saturating_mul(Decimal::TWO);
    let fits = |value: Decimal, low: &Rate, high: &Rate| low.value <= value && value <= high.value;
    for factor in [Decimal::TEN, Decimal::ONE_HUNDRED] {
        if narrow(first, inner_high)
            && last.value.checked_div(factor).is_some_and(|mended| fits(mended, first, inner_high))
        {
            return Some(off(policy, last, factor, Some(inner_high.span)));
        }
        if narrow(inner_low, last)
            && first.value.checked_mul(factor).is_some_and(|mended| fits(mended, inner_low, last))
        {
            return Some(off(policy, first, Decimal::ONE.checked_div(factor)?, Some(inner_low.span)));
        }
    }
    None
}

/// Gifts whose worth is stated: points asked for each unit of worth.
fn in_catalogue(policy: &Policy, request: &Request) -> Option<Found> {
    let priced: Vec<Rate> = request
        .items
        .iter()
        .filter_map(|item| {
            let worth = constant_number(item.value.as_ref()?).filter(|worth| *worth > Decimal::ZERO)?;
            Some(Rate { value: constant_number(&item.price)?.checked_div(worth)?, span: item.span, rule: None })
        })
        .collect();
    stray(policy, &priced)
}

fn off(policy: &Policy, this: &Rate, factor: Decimal, beside: Option<Span>) -> Found {
    let times = factor.max(Decimal::ONE);
    let part = if factor < Decimal::ONE { Decimal::ONE.checked_div(factor).unwrap_or(times) } else { times };
    let found = Diagnostic::warning(
        "W0115",
        told(policy, |words| match factor > Decimal::ONE {
            true => say!(
                words.language,
                "this is {} times what its neighbours let expect",
                "这里是相邻各项的{}倍",
                times.normalize()
            ),
            false => say!(
                words.language,
                "this is one {}th of what its neighbours let expect",
                "这里只有相邻各项的{}分之一",
                part.normalize()
            ),
        }),
        this.span,
        told(policy, |words| match factor > Decimal::ONE {
            true => say!(words.language, "a zero too many?", "是否多写了一个零？"),
            false => say!(words.language, "a zero too few?", "是否少写了一个零？"),
        }),
    )
    .help(told(policy, |words| {
        say!(
            words.language,
            "correct it, or say in a comment why it may stand: `// allow W0115: …`",
            "请更正，或用注释说明为何可以如此：`// 允许 W0115：…`"
        )
    }));
    let found = match beside {
        Some(span) => found.mark(span, told(policy, |words| say!(words.language, "a neighbour", "相邻的一项"))),
        None => found,
    };
    let rule = this.rule.and_then(|id| Some((id, policy.rule(id)?)));
    match rule {
        Some((id, rule)) => Found::by(found, event::paying(policy, rule, &[]), Claim::Something(vec![id])),
        None => Found::plain(found),
    }
}
