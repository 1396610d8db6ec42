//! W0160: a refund that leaves points.
//!
//! Buy, take the reward, send the goods back, keep the reward: a total that only rises (`reach`) or that is counted without
//! refunds (`gross`) over events that can be taken back, and a conversion that no refund undoes.

use super::told::{named, told};
use crate::diagnostic::Diagnostic;
use crate::policy::expr::walk;
use crate::policy::{
    Expr, KindId, Measure, MeasureFn, MeasureId, MeasureSource, Node, Policy, Role, Rule, RuleBody, Type,
};
use crate::say;
use std::collections::BTreeSet;

pub(super) fn find(policy: &Policy) -> Vec<Diagnostic> {
    let refunded = refunded(policy);
    let mut found = Vec::new();
    for rule in &policy.rules {
        match &rule.body {
            RuleBody::Level { keep, line, condition, .. } if rule.refund_in_proportion != Some(false) => {
                let read = measures(policy, std::iter::once(&line.amount).chain(condition));
                found.extend(read.iter().find_map(|measure| left(policy, rule, *keep, measure, &refunded)));
            }
            RuleBody::Convert(convert) if !convert.undo && !policy.refunds.may_overdraw => {
                found.extend(converted(policy, rule, convert, &refunded));
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
    rule: &Rule,
    keep: bool,
    measure: &Measure,
    refunded: &BTreeSet<KindId>,
) -> Option<Diagnostic> {
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
    Some(found.help(told(policy, |words| match keep {
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
    })))
}

/// A conversion of points that a refund takes back.
fn converted(
    policy: &Policy,
    rule: &Rule,
    convert: &crate::policy::Convert,
    refunded: &BTreeSet<KindId>,
) -> Option<Diagnostic> {
    let gives = |rule: &&Rule| {
        let lines = match &rule.body {
            RuleBody::Earn(lines) => lines.as_slice(),
            _ => return false,
        };
        lines.iter().any(|line| line.points == convert.take.1) && rule.kinds.iter().any(|kind| refunded.contains(kind))
    };
    let giver = policy.rules.iter().find(gives)?;
    Some(
        Diagnostic::warning(
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
        })),
    )
}
