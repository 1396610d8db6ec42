//! W0160: a refund that leaves points.
//!
//! Buy, take the reward, send the goods back, keep the reward: a total that only rises (`reach`) or that is counted without
//! refunds (`gross`) over events that can be taken back, and a conversion that no refund undoes.

use super::event;
use super::found::{Claim, Found, Shown};
use crate::check::table::constant_number;
use crate::diagnostic::Diagnostic;
use crate::policy::expr::walk;
use crate::policy::{
    Compare, Expr, Kind, KindId, Measure, MeasureFn, MeasureId, MeasureSource, Node, Policy, Role, Rule, RuleBody,
    RuleId, Type,
};
use crate::prove::space::Witness;
use crate::prove::told::{named, told};
use crate::say;
use rust_decimal::Decimal;
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// A witness has no more events than this.
const MOST_EVENTS: usize = 50;

pub(crate) fn find(policy: &Policy) -> Vec<Found> {
    let refunded = refunded(policy);
    let mut found = Vec::new();
    for (at, rule) in policy.rules.iter().enumerate() {
        let one = (RuleId(at), rule);
        match &rule.body {
            RuleBody::Level { keep, line, condition, .. } if rule.refund_in_proportion != Some(false) => {
                let read = measures(policy, std::iter::once(&line.amount).chain(condition));
                found.extend(read.iter().find_map(|measure| left(policy, one, *keep, measure, &refunded)));
            }
            RuleBody::Convert(convert) if !convert.undo && !policy.refunds.may_overdraw => {
                found.extend(converted(policy, one, convert, &refunded));
            }
            _ => {}
        }
    }
    found
}

/// Kinds of events that some refund takes back.
fn refunded(policy: &Policy) -> BTreeSet<KindId> {
    let refunds = policy.kinds.iter().filter(|kind| kind.role == Role::Refund);
    let of = refunds.flat_map(|kind| &kind.fields).filter_map(|field| match &field.typed.ty {
        Type::EventOf(kinds) => Some(kinds),
        _ => None,
    });
    of.flatten().copied().collect()
}

/// The measures that expressions read.
fn measures<'p>(policy: &'p Policy, exprs: impl Iterator<Item = &'p Expr>) -> Vec<&'p Measure> {
    let mut ids: Vec<MeasureId> = Vec::new();
    for expr in exprs {
        walk(expr, &mut |inner| match &inner.node {
            Node::Measure(id, _) | Node::MeasureOver { measure: id, .. } => ids.push(*id),
            _ => {}
        });
    }
    ids.into_iter().filter_map(|id| policy.measure(id)).collect()
}

fn counts_refunded(measure: &Measure, refunded: &BTreeSet<KindId>) -> bool {
    measure.sources.iter().any(|source| match source {
        MeasureSource::Events { kinds, .. } => kinds.iter().any(|kind| refunded.contains(kind)),
        MeasureSource::Postings { .. } | MeasureSource::Measure(_) => false,
    })
}

fn left(
    policy: &Policy,
    (id, rule): (RuleId, &Rule),
    keep: bool,
    measure: &Measure,
    refunded: &BTreeSet<KindId>,
) -> Option<Found> {
    // The highest and the like cannot be undone but by remembering: the author had to say so.
    let undone = matches!(measure.function, MeasureFn::Sum | MeasureFn::Count);
    if !undone || (keep && !measure.gross) || !counts_refunded(measure, refunded) {
        return None;
    }
    let found = Diagnostic::warning(
        "W0160",
        told(policy, |words| {
            let rule = named(words, &rule.title);
            say!(words.language, "a refund leaves the points of {rule}", "退款后 {rule} 的积分仍会留下")
        }),
        rule.title.span,
        told(policy, |words| match keep {
            true => say!(words.language, "counts what was refunded as well", "退款的部分也计入"),
            false => say!(words.language, "what was reached stays", "达到后不再收回"),
        }),
    )
    .mark(
        measure.title.span,
        told(policy, |words| say!(words.language, "counts events that can be refunded", "累计可退款的事件")),
    );
    let found = found.help(told(policy, |words| match keep {
        true => say!(
            words.language,
            "leave out `gross`, so that a refund takes the reward back",
            "请删去 `不计退款`，让退款收回奖励"
        ),
        false => say!(
            words.language,
            "write `keep … while` instead of `reach`, or `refund keeps` if the reward is to stay",
            "请把 `达到` 改为 `应有 … 只要`；确要保留奖励则写 `退款保留`"
        ),
    }));
    let shown = taken_back(policy, rule, measure).map(|steps| Shown { steps, beside: vec![], claim: Claim::Left(id) });
    Some(Found { diagnostic: found, shown })
}

/// Events that reach the total, and the refunds of them all.
fn taken_back(policy: &Policy, rule: &Rule, measure: &Measure) -> Option<Vec<Witness>> {
    let RuleBody::Level { condition, line, .. } = &rule.body else { return None };
    let needed = threshold(condition.as_ref(), &line.amount)?;
    let (kinds, value, when) = measure.sources.iter().find_map(|source| match source {
        MeasureSource::Events { kinds, value, when } => Some((kinds, value.as_ref(), when.as_ref())),
        _ => None,
    })?;
    let mut further: Vec<Expr> = when.into_iter().cloned().collect();
    // A count needs as many events, a sum one that is large enough.
    let times = match value {
        Some(value) => {
            further.extend(event::compare(Compare::AtLeast, value, needed));
            1
        }
        None => usize::try_from(needed.ceil().mantissa()).ok().filter(|times| *times <= MOST_EVENTS)?,
    };
    let counted = Rule { kinds: kinds.clone(), ..event::under(rule, vec![]) };
    let one = event::example(policy, &counted, &further)?;
    let (refund, of) = refund_of(policy, one.kind)?;
    let back = |at: usize| {
        let mut event = one.event.clone();
        event.retain(|name, _| name == "customer");
        event.insert("type".to_owned(), Json::String(refund.1.json.clone()));
        event.insert(of.clone(), Json::String(format!("e{at}")));
        Witness { kind: refund.0, event, given: vec![], ..one.clone() }
    };
    Some((0..times).map(|_| one.clone()).chain((1..=times).map(back)).collect())
}

/// What a measure has to come to.
fn threshold(condition: Option<&Expr>, amount: &Expr) -> Option<Decimal> {
    let mut found = None;
    for expr in condition.into_iter().chain(std::iter::once(amount)) {
        walk(expr, &mut |inner| match &inner.node {
            Node::Compare(Compare::AtLeast | Compare::Greater | Compare::Equal, subject, value)
                if matches!(subject.node, Node::Measure(..)) =>
            {
                found = found.or(constant_number(value).and_then(|from| from.checked_add(Decimal::ONE)));
            }
            Node::PerFull { step, .. } => found = found.or(constant_number(step)),
            _ => {}
        });
    }
    found
}

/// A refund of events of a kind that needs to name nothing else, and its field that names them.
pub(super) fn refund_of(policy: &Policy, kind: KindId) -> Option<((KindId, &Kind), String)> {
    policy.kinds.iter().enumerate().filter(|(_, refund)| refund.role == Role::Refund).find_map(|(at, refund)| {
        let of = refund
            .fields
            .iter()
            .find(|field| matches!(&field.typed.ty, Type::EventOf(kinds) if kinds.contains(&kind)))?;
        let free = refund
            .fields
            .iter()
            .all(|field| field.title.name == of.title.name || field.typed.optional || field.default.is_some());
        free.then(|| Some(((KindId(at), refund), of.json.first()?.name.clone())))?
    })
}

/// A conversion of points that a refund takes back.
fn converted(
    policy: &Policy,
    (id, rule): (RuleId, &Rule),
    convert: &crate::policy::Convert,
    refunded: &BTreeSet<KindId>,
) -> Option<Found> {
    let gives = |rule: &&Rule| {
        let lines = match &rule.body {
            RuleBody::Earn(lines) => lines.as_slice(),
            _ => return false,
        };
        lines.iter().any(|line| line.points == convert.take.1) && rule.kinds.iter().any(|kind| refunded.contains(kind))
    };
    let giver = policy.rules.iter().find(gives)?;
    let found = Diagnostic::warning(
        "W0160",
        told(policy, |words| {
            let rule = named(words, &rule.title);
            say!(words.language, "a refund leaves what {rule} gave", "退款后 {rule} 所换得的仍会留下")
        }),
        rule.title.span,
        told(policy, |words| say!(words.language, "a refund converts nothing back", "退款不会换回")),
    )
    .mark(
        giver.title.span,
        told(policy, |words| say!(words.language, "gives for events that can be refunded", "对可退款的事件给予")),
    )
    .help(told(policy, |words| {
        say!(
            words.language,
            "add `undo while unused`, or let the balance be overdrawn: `refunds: may overdraw`",
            "请加上 `未用则撤回`，或允许透支：`退款：可透支`"
        )
    }));
    let steps = converting(policy, convert, giver);
    Some(Found { diagnostic: found, shown: steps.map(|steps| Shown { steps, beside: vec![], claim: Claim::Left(id) }) })
}

/// An event that brings enough to be converted, and its refund.
fn converting(policy: &Policy, convert: &crate::policy::Convert, giver: &Rule) -> Option<Vec<Witness>> {
    let one = event::paying(policy, giver, &[])?;
    let RuleBody::Earn(lines) = &giver.body else { return None };
    let flat = lines.first().and_then(|line| constant_number(&line.amount));
    let needed = convert.from.as_ref().and_then(constant_number).unwrap_or(convert.take.0).max(convert.take.0);
    let times = match flat {
        Some(flat) => usize::try_from(needed.checked_div(flat)?.ceil().mantissa()).ok()?,
        None => 1,
    };
    let (refund, of) = refund_of(policy, one.kind)?;
    let mut event = one.event.clone();
    event.retain(|name, _| name == "customer");
    event.insert("type".to_owned(), Json::String(refund.1.json.clone()));
    event.insert(of, Json::String("e1".to_owned()));
    let back = Witness { kind: refund.0, event, given: vec![], ..one.clone() };
    (times <= MOST_EVENTS).then(|| (0..times).map(|_| one.clone()).chain(std::iter::once(back)).collect())
}
