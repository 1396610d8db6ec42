//! W0116: a reward for a first time or a threshold that looks once, on events that can be taken back.
//!
//! An edge rule judges its condition when the event comes. If an earlier event is refunded afterwards, the customer keeps a
//! reward that is not deserved; or a later event, first after all, gets none. A level rule says what the total should be and
//! follows every change.

use super::context::Context;
use super::event;
use super::found::{Claim, Found, Shown};
use super::refund_leaves::refund_of;
use super::told::{named, told};
use crate::diagnostic::Diagnostic;
use crate::policy::expr::walk;
use crate::policy::{Expr, Measure, MeasureSource, Node, Policy, Rule, RuleBody, RuleId};
use crate::say;

pub(super) fn find(context: &Context<'_>) -> Vec<Found> {
    let policy = context.policy;
    let rules = policy.rules.iter().enumerate().map(|(at, rule)| (RuleId(at), rule));
    rules
        // What a refund does to the reward was decided on purpose.
        .filter(|(_, rule)| rule.refund_in_proportion.is_none())
        .filter_map(|(id, rule)| {
            let RuleBody::Earn(lines) = &rule.body else { return None };
            if !lines.iter().all(|line| matches!(line.amount.node, Node::Constant(_))) {
                return None;
            }
            let (condition, measure) = rule.conditions.iter().find_map(|one| Some((one, watched(policy, one)?)))?;
            Some(judged_once(policy, id, rule, condition, measure))
        })
        .collect()
}

/// The measure that a condition compares, where refunds change it.
fn watched<'p>(policy: &'p Policy, condition: &'p Expr) -> Option<&'p Measure> {
    let mut found = None;
    walk(condition, &mut |expr| {
        let Node::Compare(_, left, right) = &expr.node else { return };
        for side in [left, right] {
            if let Node::Measure(id, _) = &side.node {
                found = found.or(policy.measure(*id).filter(|measure| !measure.gross && refundable(policy, measure)));
            }
        }
    });
    found
}

/// Whether some event that feeds a measure can be taken back.
fn refundable(policy: &Policy, measure: &Measure) -> bool {
    measure.sources.iter().any(|source| match source {
        MeasureSource::Events { kinds, .. } => kinds.iter().any(|kind| refund_of(policy, *kind).is_some()),
        MeasureSource::Postings { .. } | MeasureSource::Measure(_) => false,
    })
}

fn judged_once(policy: &Policy, id: RuleId, rule: &Rule, condition: &Expr, measure: &Measure) -> Found {
    let found = Diagnostic::warning(
        "W0116",
        told(policy, |words| {
            let name = named(words, &rule.title);
            say!(
                words.language,
                "{name} looks at its condition once, and refunds can change what it saw",
                "{name} 只判断一次条件，而退款会改变当时的依据"
            )
        }),
        condition.span,
        told(policy, |words| {
            say!(
                words.language,
                "not looked at again when an earlier event is taken back",
                "先前的事件被退回后不会再次判断"
            )
        }),
    )
    .mark(
        measure.title.span,
        told(policy, |words| say!(words.language, "refunds change this measure", "退款会改变这个累计")),
    )
    .help(told(policy, |words| {
        say!(
            words.language,
            "say what the total should be: `per customer per month keep … while {0} >= …`; it follows every refund",
            "请写应有的总数：`每客户 每月 应有 … 只要 {0} >= …`；它会随每笔退款调整",
            measure.title.name
        )
    }))
    .help(told(policy, |words| {
        say!(
            words.language,
            "if the first look is to decide, say so: `refund keeps`, or `gross` at the measure",
            "若以首次判断为准，请写明 `退款保留`，或在累计上写 `不计退款`"
        )
    }));
    let steps = shown(policy, rule, measure);
    let shown = steps.map(|steps| Shown { steps, beside: vec![], claim: Claim::Left(id) });
    Found { diagnostic: found, shown }
}

/// An event that feeds the measure, the one that gets the reward, and the refund of the first: the reward stays.
fn shown(policy: &Policy, rule: &Rule, measure: &Measure) -> Option<Vec<crate::prove::space::Witness>> {
    let kinds = measure.sources.iter().find_map(|source| match source {
        MeasureSource::Events { kinds, .. } => kinds.iter().find(|kind| refund_of(policy, **kind).is_some()),
        _ => None,
    })?;
    let (refund, of) = refund_of(policy, *kinds)?;
    let plain = Rule { kinds: vec![*kinds], ..event::under(rule, vec![]) };
    let feeding = event::example(policy, &plain, &[])?;
    let others: Vec<Expr> = rule.conditions.iter().filter(|one| watched(policy, one).is_none()).cloned().collect();
    let rewarded = event::example(policy, &event::under(rule, others), &[])?;
    let mut back = feeding.event.clone();
    back.retain(|name, _| name == "customer");
    back.insert("type".to_owned(), serde_json::Value::String(refund.1.json.clone()));
    back.insert(of, serde_json::Value::String("e1".to_owned()));
    let back = crate::prove::space::Witness { kind: refund.0, event: back, given: vec![], ..rewarded.clone() };
    Some(vec![feeding, rewarded, back])
}
