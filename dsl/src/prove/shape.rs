//! How the amount of a rule follows what is spent: whether it ever falls, and whether two purchases earn more than one.
//!
//! Both are read off the form of the expression. It *rises* where more of the field never makes it less; it is *gathering* where
//! the parts of an amount never give more than the whole: steps and multiples are, with rates that do not fall, and what lies
//! above a threshold; a flat award is not.

use super::cost::most_for_one;
use super::extent::Ranges;
use super::space::Witness;
use super::told::{of_rule, points_with_worth, proof, reason, told};
use super::{Proof, Question, Verdict};
use crate::diagnostic::Text;
use crate::policy::expr::walk;
use crate::policy::{
    Compare, Expr, Field, GroupMode, Line, Node, Policy, Rule, RuleBody, RuleId, ScopePeriod, TableRow, TableTest, Type,
};
use crate::say;
use crate::syntax::ast::RoundMode;
use rust_decimal::Decimal;

/// For each rule that earns from an amount of money: whether more spent ever earns less.
pub(super) fn rising(policy: &Policy, fallen: &[(RuleId, Vec<Witness>)]) -> Vec<Proof> {
    spending(policy)
        .map(|(id, rule, field)| {
            let claim = told(policy, |words| {
                let name = of_rule(words, rule);
                say!(words.language, "{name} never gives less for more", "{name} 不会因消费更多而少给")
            });
            let verdict = match fallen.iter().find(|(other, _)| *other == id) {
                Some((_, steps)) => Verdict::Fails(
                    told(policy, |words| say!(words.language, "a larger amount earns less", "金额更大反而少得")),
                    steps.clone(),
                ),
                None if rises(rule, field) => Verdict::Holds,
                None => unknown(policy),
            };
            let why = told(policy, |words| {
                let field = words.on(&rule.kinds).field_name(field);
                say!(
                    words.language,
                    "its amount follows {field} upwards, and its conditions only from below",
                    "其数额随{field}递增，条件只有下限"
                )
            });
            let reasons = if matches!(verdict, Verdict::Holds) { vec![reason(why, rule.title.span)] } else { vec![] };
            proof(Question::Rising, claim, verdict, reasons)
        })
        .collect()
}

/// For each such rule: whether splitting a purchase earns more.
pub(super) fn splitting(policy: &Policy, split: &[(RuleId, Vec<Witness>)]) -> Vec<Proof> {
    spending(policy)
        .map(|(id, rule, field)| {
            let claim = told(policy, |words| {
                let name = of_rule(words, rule);
                say!(words.language, "splitting a purchase never earns more by {name}", "拆分消费不会使 {name} 多给")
            });
            let per_event = rule
                .constraints
                .iter()
                .filter_map(|id| policy.constraint(*id))
                .any(|one| matches!(one.scope.period, ScopePeriod::Event));
            let chosen = rule
                .group
                .and_then(|(group, _)| policy.group(group))
                .is_some_and(|group| matches!(group.mode, GroupMode::BestOf | GroupMode::FirstByPriority));
            let verdict = match split.iter().find(|(other, _)| *other == id) {
                Some((_, steps)) => Verdict::Fails(more_by_splitting(policy, id), steps.clone()),
                None if chosen => Verdict::NotProved(told(policy, |words| {
                    say!(
                        words.language,
                        "each part may get another member of its group",
                        "各部分可能由组内不同规则给予"
                    )
                })),
                None if per_event => Verdict::NotProved(told(policy, |words| {
                    say!(
                        words.language,
                        "a limit for each event starts afresh with every part",
                        "每次的上限对每一部分重新起算"
                    )
                })),
                None if gathers(rule, field) => Verdict::Holds,
                None => unknown(policy),
            };
            let why = told(policy, |words| {
                say!(
                    words.language,
                    "parts never give more than the whole: steps and rates that do not fall",
                    "部分之和不多于整体：按整步计，比率不降"
                )
            });
            let reasons = if matches!(verdict, Verdict::Holds) { vec![reason(why, rule.title.span)] } else { vec![] };
            proof(Question::Splitting, claim, verdict, reasons)
        })
        .collect()
}

/// Two purchases earn more than one; by how much, where one event is bounded: a further part earns no more than one event can.
fn more_by_splitting(policy: &Policy, id: RuleId) -> Text {
    let most = most_for_one(policy, id).map(|(points, most)| points_with_worth(policy, points, most));
    told(policy, |words| match &most {
        Some(most) => {
            let most = most.get(words.language);
            say!(
                words.language,
                "two purchases earn more than one of the same sum; every further part at most {most} more",
                "分两笔比同额一笔多得；每多分一笔最多多得 {most}"
            )
        }
        None => say!(
            words.language,
            "two purchases earn more than one of the same sum, and nothing bounds by how much",
            "分两笔比同额一笔多得，且多得的数额没有上限"
        ),
    })
}

fn unknown(policy: &Policy) -> Verdict {
    Verdict::NotProved(told(policy, |words| {
        say!(words.language, "its amount is of a form that is not understood here", "其数额的形式不在可证范围内")
    }))
}

/// Rules that earn from a field of money, with that field.
fn spending(policy: &Policy) -> impl Iterator<Item = (RuleId, &Rule, &str)> {
    policy.rules.iter().enumerate().filter_map(|(at, rule)| {
        let RuleBody::Earn(lines) = &rule.body else { return None };
        let fields = rule.kinds.iter().filter_map(|kind| policy.kind(*kind)).flat_map(|kind| &kind.fields);
        let mut money = fields.filter(|field| is_money(field));
        let field = money.find(|field| {
            lines.iter().any(|line| reads(&line.amount, &field.title.name))
                || rule.conditions.iter().any(|condition| reads(condition, &field.title.name))
        })?;
        Some((RuleId(at), rule, field.title.name.as_str()))
    })
}

fn is_money(field: &Field) -> bool {
    matches!(field.typed.ty, Type::Money(_))
}

fn reads(expr: &Expr, field: &str) -> bool {
    let mut found = false;
    walk(expr, &mut |one| found |= matches!(&one.node, Node::Field(name) if name == field));
    found
}

/// Conditions bound the field from below only.
fn from_below(rule: &Rule, field: &str) -> bool {
    rule.conditions.iter().all(|condition| bounds_below(condition, field))
}

fn bounds_below(condition: &Expr, field: &str) -> bool {
    match &condition.node {
        Node::And(all) => all.iter().all(|one| bounds_below(one, field)),
        Node::Compare(Compare::AtLeast | Compare::Greater, subject, value) => {
            matches!(&subject.node, Node::Field(name) if name == field) && !reads(value, field)
                || !reads(condition, field)
        }
        _ => !reads(condition, field),
    }
}

fn lines_of(rule: &Rule) -> &[Line] {
    match &rule.body {
        RuleBody::Earn(lines) => lines,
        _ => &[],
    }
}

fn rises(rule: &Rule, field: &str) -> bool {
    from_below(rule, field)
        && lines_of(rule).iter().all(|line| {
            line.for_each.is_none()
                && line.when.as_ref().is_none_or(|when| bounds_below(when, field))
                && upwards(&line.amount, field)
        })
}

fn gathers(rule: &Rule, field: &str) -> bool {
    from_below(rule, field)
        && lines_of(rule).iter().all(|line| {
            line.for_each.is_none()
                && line.when.as_ref().is_none_or(|when| bounds_below(when, field))
                && gathering(&line.amount, field)
        })
}

/// Never below zero.
fn positive(expr: &Expr) -> bool {
    Ranges::default().extent(expr).is_some_and(|found| found.low >= Decimal::ZERO)
}

/// More of the field never makes it less.
fn upwards(expr: &Expr, field: &str) -> bool {
    if !reads(expr, field) {
        return true;
    }
    match &expr.node {
        Node::Field(_) => true,
        Node::Add(a, b) => upwards(a, field) && upwards(b, field),
        Node::Subtract(a, b) | Node::Above(a, b) => upwards(a, field) && !reads(b, field),
        Node::Multiply(a, b) => upwards(a, field) && upwards(b, field) && positive(a) && positive(b),
        Node::Divide(a, b) => upwards(a, field) && !reads(b, field) && positive(b),
        Node::PerFull { award, step, of, .. } => {
            upwards(of, field) && !reads(step, field) && !reads(award, field) && positive(award)
        }
        Node::Round(inner, _, _) => upwards(inner, field),
        Node::Table { subject, rows, in_parts } => {
            matches!(&subject.node, Node::Field(name) if name == field) && ascending(rows, field, *in_parts)
        }
        _ => false,
    }
}

/// Rows whose constants do not fall.
fn ascending(rows: &[TableRow], field: &str, in_parts: bool) -> bool {
    let ranges = Ranges::default();
    let mut last = if in_parts { Decimal::MIN } else { Decimal::ZERO };
    for row in rows {
        if !matches!(row.test, TableTest::From(_)) || reads(&row.value, field) {
            return false;
        }
        let Some(found) = ranges.extent(&row.value) else { return false };
        // In parts every rate that is not below zero adds.
        let fits = if in_parts { found.low >= Decimal::ZERO } else { last <= found.low };
        if !fits || found.low != found.high {
            return false;
        }
        last = found.high;
    }
    true
}

/// Parts never give more than the whole: g(x) + g(y) <= g(x + y).
fn gathering(expr: &Expr, field: &str) -> bool {
    match &expr.node {
        Node::Field(name) if name == field => true,
        _ if !reads(expr, field) => {
            // A flat award is given twice; nothing is given twice is nothing.
            Ranges::default().extent(expr).is_some_and(|found| found.high <= Decimal::ZERO)
        }
        Node::Add(a, b) => gathering(a, field) && gathering(b, field),
        Node::Above(a, b) => gathering(a, field) && !reads(b, field) && positive(b),
        Node::Multiply(a, b) => {
            let scaled =
                |rate: &Expr, of: &Expr| gathering(of, field) && positive(of) && positive(rate) && upwards(rate, field);
            scaled(a, b) || scaled(b, a)
        }
        Node::Divide(a, b) => gathering(a, field) && !reads(b, field) && positive(b),
        Node::PerFull { award, step, of, started: false } => {
            gathering(of, field) && !reads(step, field) && !reads(award, field) && positive(award)
        }
        Node::Round(inner, RoundMode::Down, _) => gathering(inner, field) && positive(inner),
        _ => false,
    }
}
