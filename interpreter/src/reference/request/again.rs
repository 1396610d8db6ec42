//! Requests that a refund does not decide again: their points stay spent.

use crate::reference::edge::Draft;
use crate::reference::effect::Target;
use crate::reference::past::Past;
use earnest_dsl::policy::{Policy, RuleBody, RuleId};
use std::collections::BTreeSet;

/// Requests among the rules that keep their lines keep their amounts and the room that they took.
pub(crate) fn keep(policy: &Policy, past: &Past, keeps: &BTreeSet<RuleId>, draft: &mut Draft) {
    let request = |id: &RuleId| policy.rule(*id).is_some_and(|rule| matches!(rule.body, RuleBody::Request(_)));
    let requests: BTreeSet<RuleId> = keeps.iter().copied().filter(request).collect();
    if requests.is_empty() {
        return;
    }
    draft.brought.clone_from(&past.brought);
    for (at, effect) in &past.effects {
        if matches!(at.1, Target::Constraint(_, rule) if requests.contains(&rule)) {
            draft.effects.insert(at.clone(), effect.clone());
        }
    }
}
