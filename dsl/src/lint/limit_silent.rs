//! W0117: a limit on uses, on events that can be taken back, that does not say whether a refund gives the use back.
//!
//! By default it does: who buys, gets the reward of the month, and returns the goods may have it again. For a gift that has
//! already gone out this is seldom meant, so the text should say it.

use super::context::{Context, clauses};
use super::event;
use super::found::{Claim, Found, Shown};
use super::refund_leaves::refund_of;
use crate::diagnostic::Diagnostic;
use crate::policy::{Bounded, Constraint, Policy, Rule, RuleBody, RuleId, ScopePeriod};
use crate::prove::told::told;
use crate::say;
use crate::source::Span;
use crate::syntax::ast::ClauseKind;
use std::collections::BTreeSet;

pub(super) fn find(context: &Context<'_>) -> Vec<Found> {
    let policy = context.policy;
    let silent: BTreeSet<_> = context
        .decls()
        .flat_map(|decl| clauses(decl))
        .filter(|clause| matches!(&clause.kind, ClauseKind::Bound(bound) if bound.room_comes_back.is_none()))
        .map(|clause| clause.span.key())
        .collect();
    policy
        .constraints
        .iter()
        .filter(|limit| limit.bounded == Bounded::Uses && !limit.at_least && limit.scope.period != ScopePeriod::Event)
        .filter_map(|limit| {
            let place = clause_of(&silent, limit.span)?;
            let (id, rule) = limit.rules.iter().filter_map(|id| Some((*id, policy.rule(*id)?))).find(|(_, rule)| {
                matches!(rule.body, RuleBody::Earn(_) | RuleBody::Raise { .. })
                    && rule.refund_in_proportion != Some(false)
                    && rule.kinds.iter().any(|kind| refund_of(policy, *kind).is_some())
            })?;
            Some(silent_limit(context, limit, place, (id, rule)))
        })
        .collect()
}

/// The clause at a limit's place.
fn clause_of(silent: &BTreeSet<(crate::source::FileId, u32, u32)>, span: Span) -> Option<Span> {
    let exact = silent.get(&span.key());
    exact.map(|(file, start, end)| Span::new(*file, *start, *end))
}

fn silent_limit(context: &Context<'_>, limit: &Constraint, place: Span, (id, rule): (RuleId, &Rule)) -> Found {
    let policy = context.policy;
    let found = Diagnostic::warning(
        "W0117",
        told(policy, |words| {
            say!(words.language, "the limit does not say what a refund does to it", "限额没有写明退款后是否恢复")
        }),
        place,
        told(policy, |words| say!(words.language, "after a refund the use is free again", "退款后这一次可以再次使用")),
    )
    .help(told(policy, |words| {
        say!(
            words.language,
            "write `room comes back` if that is meant, else `room stays used`",
            "若是此意请写 `额度恢复`，否则写 `额度不恢复`"
        )
    }));
    let text = context.text(place);
    let chinese = text.chars().any(|letter| matches!(letter, '每' | '总'));
    let (comma, word) = if chinese { (", ", "额度恢复") } else { (", ", "room comes back") };
    let end = Span::new(place.file, place.end, place.end);
    // A limit that says what happens beyond it has its own order of words: the author must place it.
    let plain = limit.beyond == crate::policy::Beyond::Drop;
    let found = if plain { found.fix(end, format!("{comma}{word}")) } else { found };
    Found { diagnostic: found, shown: shown(policy, id, rule) }
}

/// The event, its refund, and the event again: the reward is given again.
fn shown(policy: &Policy, id: RuleId, rule: &Rule) -> Option<Shown> {
    let first = event::paying(policy, rule, &[])?;
    let (refund, of) = refund_of(policy, first.kind)?;
    let mut back = first.event.clone();
    back.retain(|name, _| name == "customer");
    back.insert("type".to_owned(), serde_json::Value::String(refund.1.json.clone()));
    back.insert(of, serde_json::Value::String("e1".to_owned()));
    let back = crate::prove::space::Witness { kind: refund.0, event: back, given: vec![], ..first.clone() };
    Some(Shown { steps: vec![first.clone(), back, first], beside: vec![], claim: Claim::Something(vec![id]) })
}
