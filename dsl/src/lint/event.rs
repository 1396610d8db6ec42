//! Events that a lint is about: for a rule, under further conditions.

use super::exact::{Known, Scalar};
use super::sample::Sample;
use crate::check::table::constant_number;
use crate::policy::scenario::{Given, Held};
use crate::policy::{
    Bounded, Compare, Expr, GroupMode, KindId, Line, Node, PointsId, Policy, Rule, RuleBody, Type, Typed, Value,
};
use crate::prove::extent;
use crate::prove::space::{self, Found as Answer, Region, Witness};
use crate::source::Span;
use crate::syntax::ast::RoundPlace;
use rust_decimal::Decimal;
use serde_json::Value as Json;

/// An event for which a rule applies and these conditions hold too, of the first of its kinds that has one.
pub(crate) fn example(policy: &Policy, rule: &Rule, further: &[Expr]) -> Option<Witness> {
    rule.kinds.iter().find_map(|kind| example_of(policy, &region(policy, rule, *kind, further)))
}

/// The events of a kind for which a rule applies and these conditions hold too.
pub(crate) fn region(policy: &Policy, rule: &Rule, kind: KindId, further: &[Expr]) -> Region {
    let mut region = space::matching(policy, rule, kind);
    for condition in further {
        region = region.and(&space::condition(policy, kind, condition));
    }
    region
}

/// Whether it is proved that no event of the rule's kinds is in the region made for each.
pub(crate) fn nowhere(policy: &Policy, kinds: &[KindId], region: impl Fn(KindId) -> Region) -> bool {
    !kinds.is_empty() && kinds.iter().all(|kind| matches!(region(*kind).example(policy), Answer::Nothing))
}

/// The rule under these conditions instead of its own.
pub(crate) fn under(rule: &Rule, conditions: Vec<Expr>) -> Rule {
    Rule { conditions, ..rule.clone() }
}

/// A condition between an expression and a number of its unit.
pub(crate) fn compare(op: Compare, subject: &Expr, number: Decimal) -> Option<Expr> {
    let value = match &subject.typed.ty {
        Type::Money(id) => Value::Money(number, *id),
        Type::Points(id) => Value::Points(number, *id),
        Type::Quantity(id) => Value::Quantity(number, *id),
        Type::Number => Value::Number(number),
        Type::Count => Value::Count(number),
        Type::Percent => Value::Percent(number),
        Type::Multiple => Value::Multiple(number),
        _ => return None,
    };
    let typed = Typed { range: Some((number, number)), ..subject.typed.clone() };
    let constant = Expr { node: Node::Constant(value), typed, span: subject.span };
    Some(flag(Node::Compare(op, Box::new(subject.clone()), Box::new(constant)), subject.span))
}

/// A condition.
pub(crate) fn flag(node: Node, span: Span) -> Expr {
    Expr { node, typed: Typed::plain(Type::Flag), span }
}

/// The condition that a local date is a day, or not before it.
pub(crate) fn day(op: Compare, day: chrono::NaiveDate, span: Span) -> Expr {
    let date = |node| Expr { node, typed: Typed::plain(Type::Date), span };
    let (today, day) = (date(Node::Today), date(Node::Constant(Value::Date(day))));
    flag(Node::Compare(op, Box::new(today), Box::new(day)), span)
}

/// A number field of an event as an expression.
pub(crate) fn field(policy: &Policy, kind: KindId, name: &str) -> Option<Expr> {
    let field = policy.kind(kind)?.field(name)?;
    Some(Expr { node: Node::Field(name.to_owned()), typed: field.typed.clone(), span: Span::default() })
}

/// The numbers with which conditions and bands compare a field, ascending.
pub(crate) fn edges(exprs: &[&Expr], field: &str) -> Vec<Decimal> {
    let mut found = Vec::new();
    let is_field = |expr: &Expr| matches!(&expr.node, Node::Field(name) if name == field);
    for expr in exprs {
        crate::policy::expr::walk(expr, &mut |inner| match &inner.node {
            Node::Compare(_, subject, value) if is_field(subject) => found.extend(constant_number(value)),
            Node::Table { subject, rows, .. } if is_field(subject) => {
                found.extend(rows.iter().filter_map(|row| match &row.test {
                    crate::policy::TableTest::From(from) => constant_number(from),
                    _ => None,
                }));
            }
            _ => {}
        });
    }
    found.sort();
    found.dedup();
    found
}

/// Steps of an amount that an event should have, so that what is given is above zero: many where there can be many.
const STEPS: [Decimal; 3] = [Decimal::ONE_HUNDRED, Decimal::TEN, Decimal::ONE];

/// The events of a kind on which a rule gives something: it wins in its group, what it raises does so too, and there are so
/// many steps of the amount.
pub(crate) fn paid(policy: &Policy, rule: &Rule, kind: KindId, steps: Decimal) -> Region {
    let won = |rule: &Rule, region: Region| {
        rivals(policy, rule).fold(region, |region, rival| region.without(&space::matching(policy, rival, kind)))
    };
    let own = won(rule, space::matching(policy, rule, kind));
    match &rule.body {
        RuleBody::Earn(lines) => match lines.first().and_then(|line| enough(policy, line, &line.amount, steps)) {
            Some(enough) => own.and(&space::condition(policy, kind, &enough)),
            None => own,
        },
        RuleBody::Raise { targets, .. } => {
            let bases = targets.iter().filter_map(|id| policy.rule(*id));
            match bases.into_iter().find(|base| base.kinds.contains(&kind) && matches!(base.body, RuleBody::Earn(_))) {
                Some(base) => own.and(&paid(policy, base, kind, steps)),
                None => own,
            }
        }
        _ => own,
    }
}

/// That an amount by full steps has so many of them, and enough for one unit of the points.
fn enough(policy: &Policy, line: &Line, amount: &Expr, steps: Decimal) -> Option<Expr> {
    match &amount.node {
        Node::PerFull { step, of, award, .. } => {
            let scale = policy.points_of(line.points).map_or(0, |points| u32::from(points.scale));
            let award = constant_number(award).filter(|award| *award > Decimal::ZERO);
            let one = award.and_then(|award| Decimal::new(1, scale).checked_div(award)).map_or(steps, |one| one.ceil());
            let many = constant_number(step)?.checked_mul(steps.max(one))?;
            match &of.node {
                Node::Above(inner, from) => compare(Compare::AtLeast, inner, many.checked_add(constant_number(from)?)?),
                _ => compare(Compare::AtLeast, of, many),
            }
        }
        Node::Multiply(a, b) => enough(policy, line, a, steps).or_else(|| enough(policy, line, b, steps)),
        Node::Table { rows, .. } => rows.first().and_then(|row| enough(policy, line, &row.value, steps)),
        _ => None,
    }
}

/// An event on which a rule gives something, under further conditions.
pub(crate) fn paying(policy: &Policy, rule: &Rule, further: &[Expr]) -> Option<Witness> {
    STEPS.iter().find_map(|steps| {
        rule.kinds.iter().find_map(|kind| {
            let paid = paid(policy, rule, *kind, *steps);
            let region = further.iter().fold(paid, |region, one| region.and(&space::condition(policy, *kind, one)));
            example_of(policy, &region).filter(|witness| !gives_nothing(policy, rule, witness))
        })
    })
}

/// Whether what a rule gives on an event is known to come to nothing, its amount rounded.
fn gives_nothing(policy: &Policy, rule: &Rule, witness: &Witness) -> bool {
    given(policy, rule, witness).is_some_and(|amount| amount <= Decimal::ZERO)
}

/// The event with no more of a field than a limit of spend counts.
fn counted<'p>(policy: &'p Policy, rule: &'p Rule, sample: Sample<'p>) -> Sample<'p> {
    let limits = rule.constraints.iter().filter_map(|id| policy.constraint(*id));
    limits.fold(sample, |sample, limit| {
        let Bounded::Spend(field) = &limit.bounded else { return sample };
        let told = match sample.leaf(&Node::Field(field.clone())) {
            Some(Scalar::Number(told)) => told,
            _ => return sample,
        };
        match constant_number(&limit.limit) {
            Some(most) if most < told => sample.with(field, most),
            _ => sample,
        }
    })
}

/// What a rule asks on an event by its amount, rounded; where that can be computed.
fn given(policy: &Policy, rule: &Rule, witness: &Witness) -> Option<Decimal> {
    let sample = counted(policy, rule, Sample::new(policy, witness.kind, &witness.event, &witness.given));
    let known = Known { policy, leaf: |node: &Node| sample.leaf(node) };
    let rounded = |amount: Decimal, points: PointsId| {
        let points = policy.points_of(points)?;
        let mode = rule.rounding.map_or(points.rounding, |(mode, _)| mode);
        Some(extent::round(amount, mode, points.scale))
    };
    match &rule.body {
        RuleBody::Earn(lines) => lines
            .iter()
            .try_fold(Decimal::ZERO, |sum, line| sum.checked_add(rounded(known.number(&line.amount)?, line.points)?)),
        RuleBody::Raise { targets, factor, .. } => {
            let mut bases = targets.iter().filter_map(|id| policy.rule(*id));
            let here = |base: &&Rule| base.kinds.contains(&witness.kind) && matches!(base.body, RuleBody::Earn(_));
            let base = bases.find(here)?;
            let times = known.number(&factor.times)?;
            let extra = if factor.includes_base { times.checked_sub(Decimal::ONE)? } else { times };
            let points = extent::points_of(policy, base)?;
            let place =
                base.rounding.map(|(_, place)| place).or(policy.points_of(points).map(|points| points.place))?;
            if place == RoundPlace::EachLine {
                return rounded(given(policy, base, witness)?.checked_mul(extra)?, points);
            }
            // Of an award that is rounded as a whole the multiple gets what is left over the base alone.
            let RuleBody::Earn(lines) = &base.body else { return None };
            let exact =
                lines.iter().try_fold(Decimal::ZERO, |sum, line| sum.checked_add(known.number(&line.amount)?))?;
            let whole = exact.checked_add(exact.checked_mul(extra)?)?;
            rounded(whole, points)?.checked_sub(rounded(exact, points)?)
        }
        _ => None,
    }
}

/// An event of a region, where one is known.
pub(crate) fn example_of(policy: &Policy, region: &Region) -> Option<Witness> {
    match region.example(policy) {
        Answer::Example(witness) => Some(witness),
        Answer::Nothing | Answer::Unknown => None,
    }
}

/// An event on which both rules give something.
pub(crate) fn paying_both(policy: &Policy, one: &Rule, other: &Rule, kind: KindId) -> Option<Witness> {
    STEPS.iter().take(2).find_map(|steps| {
        let both = paid(policy, one, kind, *steps).and(&paid(policy, other, kind, *steps));
        let pays = |witness: &Witness| [one, other].iter().all(|rule| !gives_nothing(policy, rule, witness));
        example_of(policy, &both).filter(pays)
    })
}

/// The same event with another member.
pub(crate) fn with(policy: &Policy, mut witness: Witness, field: &str, value: Json) -> Witness {
    let name = policy.kind(witness.kind).and_then(|kind| kind.field(field)).and_then(|field| field.json.first());
    if let Some(name) = name {
        witness.event.insert(name.name.clone(), value);
    }
    witness
}

/// The same event of a customer who holds so many points.
pub(crate) fn holding(policy: &Policy, mut witness: Witness, points: PointsId, amount: Decimal) -> Witness {
    let customer = witness.event.get("customer").and_then(Json::as_str).unwrap_or("c1").to_owned();
    let Some(declared) = policy.points_of(points) else { return witness };
    let held =
        Held { points: declared.title.name.clone(), amount, pool: None, earned: None, funded_by: None, frozen: false };
    let subject = "customer".to_owned();
    witness.given.push(Given { subject, customer, holds: vec![held], ..Given::default() });
    witness
}

/// So many members of a group are looked at.
const RIVALS: usize = 16;

/// The members of a rule's group that could win in its place.
pub(crate) fn rivals<'p>(policy: &'p Policy, rule: &'p Rule) -> impl Iterator<Item = &'p Rule> {
    let group = rule.group.and_then(|(group, _)| policy.group(group));
    let one_wins = group.filter(|group| matches!(group.mode, GroupMode::BestOf | GroupMode::FirstByPriority));
    let members = one_wins.into_iter().flat_map(|group| &group.members).filter_map(|id| policy.rule(*id));
    members.filter(|member| member.title.name != rule.title.name).take(RIVALS)
}
