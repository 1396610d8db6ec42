//! Whether a rule can apply at all: an event that meets its windows and conditions, or the proof that there is none, with what
//! stands against each other.

use super::extent::Ranges;
use super::space::{self, Found, Region, matching};
use super::told::{of_rule, proof, reason, told};
use super::{Proof, Question, Reason, Verdict};
use crate::policy::{KindId, Policy, Rule, RuleBody};
use crate::say;
use crate::source::Span;

/// For each rule.
pub(super) fn proofs(policy: &Policy) -> Vec<Proof> {
    let mut all = Vec::new();
    for rule in &policy.rules {
        if matches!(rule.body, RuleBody::Request(ref request) if request.prohibited.is_some()) || rule.kinds.is_empty()
        {
            continue;
        }
        let claim = told(policy, |words| {
            let name = of_rule(words, rule);
            say!(words.language, "{name} can apply", "{name} 可以适用")
        });
        let mut unknown = false;
        let mut witness = None;
        for kind in &rule.kinds {
            match applying(policy, rule, *kind).example(policy) {
                // An event that another rule refuses shows nothing; there may be others.
                Found::Example(_) => match accepted(policy, rule, *kind).example(policy) {
                    Found::Example(found) => {
                        witness = Some(found);
                        break;
                    }
                    Found::Nothing | Found::Unknown => unknown = true,
                },
                Found::Unknown => unknown = true,
                Found::Nothing => {}
            }
        }
        let never = total_never(policy, rule);
        let (verdict, reasons) = match (&witness, unknown, never) {
            (_, _, Some(why)) => (Verdict::Fails(why.text.clone(), vec![]), vec![why]),
            (Some(_), _, None) => (Verdict::Holds, vec![]),
            (None, true, None) => (
                Verdict::NotProved(told(policy, |words| {
                    say!(
                        words.language,
                        "its conditions read what is not understood here",
                        "其条件涉及此处无法推断的内容"
                    )
                })),
                vec![],
            ),
            (None, false, None) => (
                Verdict::Fails(
                    told(policy, |words| {
                        say!(
                            words.language,
                            "no event meets its windows and conditions together",
                            "没有事件能同时满足其时间与条件"
                        )
                    }),
                    vec![],
                ),
                against(policy, rule),
            ),
        };
        let witness = witness.filter(|_| matches!(verdict, Verdict::Holds));
        all.push(Proof { witness, ..proof(Question::Reachable, claim, verdict, reasons) });
    }
    all
}

/// The events to which a rule applies: of a multiple those that have a base too, of a total those for which its own condition
/// may hold.
fn applying(policy: &Policy, rule: &Rule, kind: KindId) -> Region {
    let own = matching(policy, rule, kind);
    match &rule.body {
        RuleBody::Raise { targets, .. } => {
            let bases = targets.iter().filter_map(|id| policy.rule(*id));
            let bases = bases.filter(|base| matches!(base.body, RuleBody::Earn(_)));
            let any = bases.map(|base| matching(policy, base, kind)).reduce(Region::or);
            any.map_or_else(|| Region::of(kind, vec![]), |any| own.and(&any))
        }
        RuleBody::Level { condition: Some(condition), .. } => own.and(&space::condition(policy, kind, condition)),
        _ => own,
    }
}

/// Those of them that no rule refuses.
fn accepted(policy: &Policy, rule: &Rule, kind: KindId) -> Region {
    let accepts = policy.rules.iter().filter(|one| one.kinds.contains(&kind) && !std::ptr::eq(*one, rule));
    let conditions = accepts.filter_map(|one| match &one.body {
        RuleBody::Accept(all) => Some(all),
        _ => None,
    });
    conditions.flatten().fold(applying(policy, rule, kind), |region, (condition, _)| {
        region.and(&space::condition(policy, kind, condition))
    })
}

/// That a total is never above zero, whatever has been counted.
fn total_never(policy: &Policy, rule: &Rule) -> Option<Reason> {
    let RuleBody::Level { line, condition, .. } = &rule.body else { return None };
    let mut ranges = Ranges::default();
    ranges.also(condition.as_ref());
    let most = ranges.extent(&line.amount)?.high;
    (most.is_zero() || most.is_sign_negative()).then(|| {
        let text = told(policy, |words| say!(words.language, "its total is never above zero", "其应有数额从不大于零"));
        reason(text, line.span)
    })
}

/// What stands against each other: the first window or condition that leaves no event, and what it leaves none of.
fn against(policy: &Policy, rule: &Rule) -> Vec<Reason> {
    let Some(kind) = rule.kinds.first() else { return vec![] };
    let empty = |region: &Region| matches!(region.example(policy), Found::Nothing);
    let bare = Rule { windows: vec![], conditions: vec![], ..rule.clone() };
    let mut parts: Vec<(Region, Span)> = Vec::new();
    for window in &rule.windows {
        let one = Rule { windows: vec![window.clone()], ..bare.clone() };
        parts.push((matching(policy, &one, *kind), window.span));
    }
    let own = match &rule.body {
        RuleBody::Level { condition, .. } => condition.as_ref(),
        _ => None,
    };
    parts.extend(rule.conditions.iter().chain(own).map(|one| (space::condition(policy, *kind, one), one.span)));
    let mut so_far = matching(policy, &bare, *kind);
    for (at, (region, span)) in parts.iter().enumerate() {
        so_far = so_far.and(region);
        if !empty(&so_far) {
            continue;
        }
        let last = reason(
            told(policy, |words| match at {
                0 => say!(words.language, "no event meets this", "没有事件满足此处"),
                _ => say!(words.language, "no event meets this as well", "没有事件同时满足此处"),
            }),
            *span,
        );
        let before = parts.iter().take(at).find(|(other, _)| empty(&other.and(region)));
        let beside = before.map(|(_, span)| {
            reason(told(policy, |words| say!(words.language, "it has to meet this", "须满足此处")), *span)
        });
        return beside.into_iter().chain([last]).collect();
    }
    match &rule.body {
        RuleBody::Raise { .. } => vec![reason(
            told(policy, |words| {
                say!(words.language, "no event meets it and what it raises", "没有事件同时满足它与其所提高的规则")
            }),
            rule.title.span,
        )],
        _ => vec![],
    }
}
