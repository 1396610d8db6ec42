//! W0116: a reward for a first time or a threshold that looks once, on events that can be taken back.
//!
//! An edge rule judges its condition when the event comes. If an earlier event is refunded afterwards, the customer keeps a
//! reward that is not deserved; or a later event, first after all, gets none. A level rule says what the total should be and
//! follows every change.

use super::context::Context;
use super::event;
use super::found::{Claim, Found, Shown};
use super::refund_leaves::refund_of;
use crate::check::table::constant_number;
use crate::diagnostic::Diagnostic;
use crate::policy::expr::walk;
use crate::policy::{Compare, Expr, Measure, MeasureSource, Node, Policy, Rule, RuleBody, RuleId};
use crate::prove::space::Witness;
use crate::prove::told::{named, told};
use crate::say;
use rust_decimal::Decimal;
use serde_json::Value as Json;

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
    let steps = shown(policy, rule, condition, measure);
    let shown = steps.map(|steps| Shown { steps, beside: vec![], claim: Claim::Left(id) });
    Found { diagnostic: found, shown }
}

/// Most events of a witness.
const MOST: usize = 10;

/// Events that come to the threshold together, and the refunds of all but the last: the reward stays, though the last alone
/// would not get it. Nothing for a reward of a first time, where another event would be missed instead.
fn shown(policy: &Policy, rule: &Rule, condition: &Expr, measure: &Measure) -> Option<Vec<Witness>> {
    let from = threshold(condition)?;
    let (kinds, value) = measure.sources.iter().find_map(|source| match source {
        MeasureSource::Events { kinds, value, .. } => Some((kinds, value.as_ref())),
        MeasureSource::Postings { .. } | MeasureSource::Measure(_) => None,
    })?;
    let kind = *kinds.iter().find(|kind| rule.kinds.contains(*kind) && refund_of(policy, **kind).is_some())?;
    let (refund, of) = refund_of(policy, kind)?;
    let mut further: Vec<Expr> = rule.conditions.iter().filter(|one| watched(policy, one).is_none()).cloned().collect();
    // Of a sum two halves reach it, of a count so many events.
    let times = match value {
        Some(value) => {
            further.push(event::compare(Compare::AtLeast, value, from.checked_div(Decimal::TWO)?)?);
            further.push(event::compare(Compare::Less, value, from)?);
            2
        }
        None => usize::try_from(from.ceil().mantissa()).ok().filter(|times| (2..=MOST).contains(times))?,
    };
    let one = event::example(policy, &Rule { kinds: vec![kind], ..event::under(rule, vec![]) }, &further)?;
    let back = |at: usize| {
        let mut event = one.event.clone();
        event.retain(|name, _| name == "customer");
        event.insert("type".to_owned(), Json::String(refund.1.json.clone()));
        event.insert(of.clone(), Json::String(format!("e{at}")));
        Witness { kind: refund.0, event, given: vec![], ..one.clone() }
    };
    Some((0..times).map(|_| one.clone()).chain((1..times).map(back)).collect())
}

/// The number from which a measure gets the reward.
fn threshold(condition: &Expr) -> Option<Decimal> {
    let mut found = None;
    walk(condition, &mut |expr| {
        if let Node::Compare(Compare::AtLeast, left, right) = &expr.node
            && matches!(left.node, Node::Measure(..))
        {
            found = found.or(constant_number(right));
        }
    });
    found
}
