//! Whether a refund in full leaves nothing: the law of semantics, section 6, and what rules say against it.

use super::space::Witness;
use super::told::{of_rule, proof, reason, told};
use super::{Proof, Question, Verdict};
use crate::policy::{KindId, Policy, Role, RuleBody, RuleId, Type};
use crate::say;
use std::collections::BTreeSet;

/// For each rule on events that can be refunded.
pub(super) fn proofs(policy: &Policy, left: &[(RuleId, Vec<Witness>)]) -> Vec<Proof> {
    let refundable = refundable(policy);
    let mut all = Vec::new();
    for (at, rule) in policy.rules.iter().enumerate() {
        let gives = matches!(
            rule.body,
            RuleBody::Earn(_) | RuleBody::Raise { .. } | RuleBody::Level { .. } | RuleBody::Convert(_)
        );
        if !gives || !rule.kinds.iter().any(|kind| refundable.contains(kind)) {
            continue;
        }
        let claim = told(policy, |words| {
            let name = of_rule(words, rule);
            say!(
                words.language,
                "a refund in full takes back everything that {name} gave",
                "全额退款收回 {name} 所给的全部"
            )
        });
        let (verdict, why) = verdict(policy, RuleId(at), left);
        let reasons = why.map(|text| reason(text, rule.title.span)).into_iter().collect();
        all.push(proof(Question::Refund, claim, verdict, reasons));
    }
    all
}

fn verdict(policy: &Policy, id: RuleId, left: &[(RuleId, Vec<Witness>)]) -> (Verdict, Option<crate::diagnostic::Text>) {
    let Some(rule) = policy.rule(id) else { return (Verdict::Holds, None) };
    if let Some((_, steps)) = left.iter().find(|(other, _)| *other == id) {
        let text = told(policy, |words| say!(words.language, "something stays after the refund", "退款后仍有剩余"));
        return (Verdict::Fails(text, steps.clone()), None);
    }
    if rule.refund_in_proportion == Some(false) {
        let text = told(policy, |words| say!(words.language, "it says `refund keeps`", "写明了 `退款保留`"));
        return (Verdict::Fails(text, vec![]), None);
    }
    match &rule.body {
        RuleBody::Level { keep: false, .. } => {
            let text = told(policy, |words| {
                say!(words.language, "what it reached stays: it says `reach`", "写的是 `达到`，达到后不再收回")
            });
            (Verdict::Fails(text, vec![]), None)
        }
        RuleBody::Level { settled: Some(settled), .. } if settled.final_after_days.is_some() => {
            let text = told(policy, |words| {
                say!(
                    words.language,
                    "after its close it is final: a later refund changes nothing",
                    "结算后即为最终，其后退款不再调整"
                )
            });
            (Verdict::Fails(text, vec![]), None)
        }
        RuleBody::Convert(convert) if !convert.undo => {
            let text = told(policy, |words| say!(words.language, "a refund converts nothing back", "退款不会换回"));
            (Verdict::NotProved(text), None)
        }
        RuleBody::Level { .. } | RuleBody::Convert(_) => {
            let text = told(policy, |words| {
                say!(
                    words.language,
                    "it follows its measures, and a refund takes the event out of them",
                    "随累计值而定，退款会把该事件移出累计"
                )
            });
            (Verdict::Holds, Some(text))
        }
        _ => {
            let text = told(policy, |words| {
                say!(
                    words.language,
                    "a refund decides the event again; with nothing left of it there is no line",
                    "退款会重新判定；全退后视为从未发生"
                )
            });
            (Verdict::Holds, Some(text))
        }
    }
}

/// Kinds of events that some refund takes back.
fn refundable(policy: &Policy) -> BTreeSet<KindId> {
    let refunds = policy.kinds.iter().filter(|kind| kind.role == Role::Refund);
    let of = refunds.flat_map(|kind| &kind.fields).filter_map(|field| match &field.typed.ty {
        Type::EventOf(kinds) => Some(kinds),
        _ => None,
    });
    of.flatten().copied().collect()
}
