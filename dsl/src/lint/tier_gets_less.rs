//! W0168: a better customer who gets less.
//!
//! A table by tier whose values fall from one tier to the next higher one: mostly two rows that were swapped, or a nought
//! that is missing. Only what grows with the table is looked at; a price that falls for better customers is as it should be.

use super::event;
use super::found::{Claim, Found, Shown};
use crate::check::table::constant_number;
use crate::diagnostic::Diagnostic;
use crate::policy::{
    Compare, EnumId, Expr, Node, Policy, Rule, RuleBody, RuleId, SetMember, TableRow, TableTest, TierId, Title, Type,
    Value,
};
use crate::prove::told::{named, told};
use crate::say;
use rust_decimal::Decimal;

pub(super) fn find(policy: &Policy) -> Vec<Found> {
    let mut found = Vec::new();
    for (at, rule) in policy.rules.iter().enumerate() {
        let mut tables = Vec::new();
        match &rule.body {
            RuleBody::Earn(lines) => lines.iter().for_each(|line| growing(&line.amount, &mut tables)),
            RuleBody::Raise { factor, .. } => growing(&factor.times, &mut tables),
            RuleBody::Level { line, .. } => growing(&line.amount, &mut tables),
            _ => {}
        }
        found.extend(tables.into_iter().filter_map(|table| falls(policy, (RuleId(at), rule), table)));
    }
    found
}

/// Tables with which an amount grows.
fn growing<'e>(expr: &'e Expr, tables: &mut Vec<&'e Expr>) {
    match &expr.node {
        Node::Table { rows, .. } => {
            tables.push(expr);
            rows.iter().for_each(|row| growing(&row.value, tables));
        }
        Node::PerFull { award, of, .. } => {
            growing(award, tables);
            growing(of, tables);
        }
        Node::Multiply(a, b) | Node::Add(a, b) => {
            growing(a, tables);
            growing(b, tables);
        }
        Node::Round(inner, ..) | Node::Default(inner, _) => growing(inner, tables),
        Node::Product(all) => all.iter().for_each(|one| growing(one, tables)),
        _ => {}
    }
}

/// What ranks: a tier given by the host, or one by a measure.
enum Ranks {
    Host(EnumId),
    Measured(TierId),
}

fn falls(policy: &Policy, (id, rule): (RuleId, &Rule), table: &Expr) -> Option<Found> {
    let Node::Table { subject, rows, in_parts: false } = &table.node else { return None };
    let ranks = match &subject.typed.ty {
        Type::Enum(id) if policy.enum_type(*id)?.ordered => Ranks::Host(*id),
        Type::Tier(id) => Ranks::Measured(*id),
        _ => return None,
    };
    let titles: Vec<&Title> = match &ranks {
        Ranks::Host(id) => policy.enum_type(*id)?.values.iter().map(|value| &value.title).collect(),
        Ranks::Measured(id) => policy.tier(*id)?.rows.iter().map(|row| &row.title).collect(),
    };
    let mut before: Option<(&Title, Decimal)> = None;
    for title in titles {
        let row = row_of(rows, &title.name)?;
        let value = constant_number(&row.value)?;
        if let Some((lower, higher_value)) = before
            && value < higher_value
        {
            let found = less(policy, rule, (lower, higher_value), (title, value), row);
            let of = |title: &Title| match (&ranks, &rule.body) {
                (Ranks::Host(id), RuleBody::Earn(_) | RuleBody::Raise { .. }) => {
                    event::paying(policy, rule, &[is(subject, *id, title)])
                }
                _ => None,
            };
            let shown = of(lower).zip(of(title)).map(|(one, other)| Shown {
                steps: vec![one],
                beside: vec![other],
                claim: Claim::More(id),
            });
            return Some(Found { diagnostic: found, shown });
        }
        before = Some((title, value));
    }
    None
}

/// That a tier given by the host is this one.
fn is(subject: &Expr, id: EnumId, title: &Title) -> Expr {
    let value = Expr { node: Node::Constant(Value::Enum(id, title.name.clone())), ..subject.clone() };
    event::flag(Node::Compare(Compare::Equal, Box::new(subject.clone()), Box::new(value)), subject.span)
}

fn row_of<'r>(rows: &'r [TableRow], name: &str) -> Option<&'r TableRow> {
    let is = |member: &SetMember| matches!(member, SetMember::One(Expr { node: Node::Constant(Value::Enum(_, value) | Value::Text(value)), .. }) if value == name);
    rows.iter().find(|row| match &row.test {
        TableTest::Is(members) => members.iter().any(is),
        TableTest::Otherwise => true,
        TableTest::From(_) => false,
    })
}

fn less(
    policy: &Policy,
    rule: &Rule,
    (lower, more): (&Title, Decimal),
    (higher, value): (&Title, Decimal),
    row: &TableRow,
) -> Diagnostic {
    Diagnostic::warning(
        "W0168",
        told(policy, |words| {
            let (higher, lower, rule) = (named(words, higher), named(words, lower), named(words, &rule.title));
            say!(words.language, "{higher} gets less than {lower} from {rule}", "{rule} 给 {higher} 的少于 {lower}")
        }),
        row.value.span,
        told(policy, |words| {
            let (value, more) = (value.normalize(), more.normalize());
            say!(words.language, "{value}, where the tier below gets {more}", "这里是{value}，低一级却是{more}")
        }),
    )
    .mark(rule.title.span, told(policy, |words| say!(words.language, "in this rule", "在这条规则中")))
    .help(told(policy, |words| {
        say!(
            words.language,
            "look whether two rows were swapped or a number is short of a digit",
            "请检查两行是否写反，或数字是否少了一位"
        )
    }))
}
