//! Requests that a refund does not decide again: those whose points stay spent, and those of which only a share comes back.

use crate::event::scalar::bad;
use crate::number::{Exact, Inexact};
use crate::reference::amount::round;
use crate::reference::edge::{Draft, gathered};
use crate::reference::effect::{Effects, Target};
use crate::reference::frame::Eval;
use crate::reference::record::Past;
use earnest_dsl::policy::{Bounded, MeasureFn, Policy, RuleBody, RuleId};
use earnest_dsl::syntax::ast::RoundMode;
use rust_decimal::Decimal;
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

/// What is left of a request is no request that would be accepted (a broken step, less than the least): the share that remains
/// of its lines, its amounts and the room that it took.
pub(crate) fn in_proportion(policy: &Policy, past: &Past, ratio: Exact) -> Eval<Draft> {
    let inexact = |Inexact| bad("amount", "a share of a request needs more than 28 digits");
    let mut items = past.items.clone();
    for item in &mut items {
        let share = Exact::from(item.granted).multiply(ratio).map_err(inexact)?;
        item.granted = round(policy, item.rule, item.points, share).map_err(inexact)?;
        item.asked = item.granted;
    }
    let scaled = |amount: Decimal| -> Eval<Decimal> {
        let share = Exact::from(amount).multiply(ratio).map_err(inexact)?;
        share.rounded(RoundMode::Down, amount.scale()).map_err(inexact)
    };
    let mut effects = Effects::new();
    for (at, effect) in &past.effects {
        let mut effect = effect.clone();
        if shrinks(policy, at.1) {
            effect.add = scaled(effect.add)?;
        }
        effects.insert(at.clone(), effect);
    }
    let mut brought = past.brought.clone();
    for amount in &mut brought.amounts {
        amount.amount = scaled(amount.amount)?;
    }
    if let Some(entries) = brought.entries {
        brought.entries = Some(scaled(entries)?);
    }
    Ok(Draft { lines: gathered(policy, &items)?, effects, items, brought, ..Draft::default() })
}

/// Whether a counter counts amounts; events and uses stay what they are.
fn shrinks(policy: &Policy, target: Target) -> bool {
    match target {
        Target::Measure(id) => policy.measure(id.id).is_some_and(|measure| measure.function == MeasureFn::Sum),
        Target::Constraint(id, _) => policy.constraint(id).is_some_and(|one| one.bounded != Bounded::Uses),
    }
}
