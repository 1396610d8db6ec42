//! W0164: a level of a tier that nobody can reach. W0169: a threshold that its measure cannot reach.
//!
//! "On 40 days of a month", "5,000 capped points" where the cap is 3,000: the reward stands in the text and is never given.

use super::event;
use super::found::{Claim, Found};
use super::measured;
use crate::check::meet::conjuncts;
use crate::check::table::constant_number;
use crate::diagnostic::Diagnostic;
use crate::policy::{Compare, Expr, Node, Policy, Rule, RuleBody, RuleId, Type, Value};
use crate::prove::told::{named, told};
use crate::say;
use crate::words::Words;
use rust_decimal::Decimal;

pub(super) fn find(policy: &Policy) -> Vec<Found> {
    let mut found = Vec::new();
    for tier in &policy.tiers {
        let Some(most) = measured::most(policy, &tier.by) else { continue };
        for row in &tier.rows {
            let Some(from) = constant_number(&row.from).filter(|from| *from > most) else { continue };
            found.push(Found::plain(
                Diagnostic::warning(
                    "W0164",
                    told(policy, |words| {
                        let (row, tier) = (named(words, &row.title), named(words, &tier.title));
                        say!(words.language, "nobody can reach {row} of {tier}", "{tier} 的 {row} 无人能达到")
                    }),
                    row.from.span,
                    told(policy, |words| {
                        let (from, most) = (shown(words, &row.from, from), shown(words, &row.from, most));
                        say!(
                            words.language,
                            "from {from}, and what it goes by is {most} at most",
                            "须达到{from}，而所依据的数值最多为{most}"
                        )
                    }),
                )
                .mark(tier.by.span, told(policy, |words| say!(words.language, "what it goes by", "所依据的数值")))
                .help(lower(policy, &row.from, most)),
            ));
        }
    }
    for (at, rule) in policy.rules.iter().enumerate() {
        let of_rule = conditions(rule).into_iter();
        found.extend(of_rule.filter_map(|condition| unreachable(policy, (RuleId(at), rule), condition)));
    }
    found
}

/// All conditions of a rule: its own, of its lines, of what it keeps.
fn conditions(rule: &Rule) -> Vec<&Expr> {
    let mut all: Vec<&Expr> = conjuncts(&rule.conditions);
    match &rule.body {
        RuleBody::Earn(lines) => all.extend(lines.iter().filter_map(|line| line.when.as_ref())),
        RuleBody::Level { line, condition, .. } => {
            all.extend(condition.as_slice().iter().flat_map(|one| conjuncts(std::slice::from_ref(one))));
            all.extend(line.when.as_ref());
        }
        _ => {}
    }
    all
}

fn unreachable(policy: &Policy, (id, rule): (RuleId, &Rule), condition: &Expr) -> Option<Found> {
    let Node::Compare(op, measure, threshold) = &condition.node else { return None };
    let (from, most) = (constant_number(threshold)?, measured::most(policy, measure)?);
    let never = match op {
        Compare::AtLeast | Compare::Equal => from > most,
        Compare::Greater => from >= most,
        _ => false,
    };
    if !never {
        return None;
    }
    let found = Diagnostic::warning(
        "W0169",
        told(policy, |words| {
            let rule = named(words, &rule.title);
            say!(
                words.language,
                "{rule} can never give anything: its threshold is out of reach",
                "{rule} 永远不会给：门槛无法达到"
            )
        }),
        threshold.span,
        told(policy, |words| {
            let most = shown(words, threshold, most);
            say!(words.language, "what is counted is {most} at most", "所累计的数值最多为{most}")
        }),
    )
    .mark(measure.span, told(policy, |words| say!(words.language, "what is counted", "所累计的数值")))
    .help(lower(policy, threshold, most));
    // An event that would count, if the threshold could be reached.
    let others = conditions(rule).into_iter().filter(|one| one.span.key() != condition.span.key()).cloned().collect();
    let witness = event::example(policy, &event::under(rule, others), &[]);
    Some(Found::by(found, witness, Claim::Nothing(id)))
}

fn lower(policy: &Policy, threshold: &Expr, most: Decimal) -> crate::diagnostic::Text {
    told(policy, |words| {
        let most = shown(words, threshold, most);
        say!(
            words.language,
            "ask for {most} or less, or count over a longer period",
            "请把门槛设为{most}或更低，或累计更长的周期"
        )
    })
}

/// A number in the unit of an expression.
fn shown(words: &Words<'_>, like: &Expr, number: Decimal) -> String {
    words.value(&match &like.typed.ty {
        Type::Money(id) => Value::Money(number, *id),
        Type::Points(id) => Value::Points(number, *id),
        Type::Quantity(id) => Value::Quantity(number, *id),
        Type::Days => return words.length((0, number.mantissa().try_into().unwrap_or(0), 0)),
        _ => Value::Number(number),
    })
}
