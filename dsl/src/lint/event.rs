//! Events that a lint is about: for a rule, under further conditions.

use crate::check::table::constant_number;
use crate::policy::scenario::{Given, Held};
use crate::policy::{Compare, Expr, KindId, Node, PointsId, Policy, Rule, RuleBody, Type, Typed, Value};
use crate::prove::space::{self, Found as Answer, Region, Witness};
use crate::source::Span;
use rust_decimal::Decimal;
use serde_json::Value as Json;

/// An event for which a rule applies and these conditions hold too, of the first of its kinds that has one.
pub(crate) fn example(policy: &Policy, rule: &Rule, further: &[Expr]) -> Option<Witness> {
    rule.kinds.iter().find_map(|kind| match region(policy, rule, *kind, further).example(policy) {
        Answer::Example(witness) => Some(witness),
        Answer::Nothing | Answer::Unknown => None,
    })
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

/// Conditions under which a rule gives something above zero: an amount of a hundred of its steps.
pub(crate) fn giving(policy: &Policy, rule: &Rule) -> Vec<Expr> {
    match &rule.body {
        RuleBody::Earn(lines) => lines.first().and_then(|line| enough(&line.amount)).into_iter().collect(),
        RuleBody::Raise { targets, .. } => {
            let Some(base) = targets.first().and_then(|id| policy.rule(*id)) else { return vec![] };
            base.conditions.iter().cloned().chain(giving(policy, base)).collect()
        }
        _ => vec![],
    }
}

/// That an amount by full steps has a hundred of them.
fn enough(amount: &Expr) -> Option<Expr> {
    match &amount.node {
        Node::PerFull { step, of, .. } => {
            let many = constant_number(step)?.checked_mul(Decimal::ONE_HUNDRED)?;
            match &of.node {
                Node::Above(inner, from) => compare(Compare::AtLeast, inner, many.checked_add(constant_number(from)?)?),
                _ => compare(Compare::AtLeast, of, many),
            }
        }
        Node::Multiply(a, b) => enough(a).or_else(|| enough(b)),
        Node::Table { rows, .. } => rows.first().and_then(|row| enough(&row.value)),
        _ => None,
    }
}

/// An event on which a rule gives something, under further conditions; any to which it applies where none is found.
pub(crate) fn paying(policy: &Policy, rule: &Rule, further: &[Expr]) -> Option<Witness> {
    let all: Vec<Expr> = giving(policy, rule).into_iter().chain(further.iter().cloned()).collect();
    example(policy, rule, &all).or_else(|| example(policy, rule, further))
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
