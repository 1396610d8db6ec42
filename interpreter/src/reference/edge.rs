//! Edge rules: acceptance, contributions, lines. What an event gives once, judged by the state before it.

use super::cap::{Caps, Class, Refusal};
use super::combine::{Fixed, choose, fill, in_order, lines};
use super::effect::{Effects, apply};
use super::expr::holds;
use super::frame::{Env, Eval, Frame};
use super::line::{Item, Posted};
use super::measure;
use super::request::{self, Answering, Brought, answering};
use super::trace::{Trail, because, noting};
use super::window;
use crate::decision::{Because, RuleResult};
use crate::event::Event;
use crate::event::scalar::bad;
use crate::number::{Inexact, add};
use earnest_dsl::policy::{Policy, Rule, RuleBody, RuleId};
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// What the edge rules of one event come to.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    pub refusals: Vec<Refusal>,
    pub lines: Vec<Posted>,
    pub effects: Effects,
    /// Lines before they were gathered, for rules that a refund does not decide again.
    pub items: Vec<Item>,
    /// What lines have taken under the constraints: level rules come after them.
    pub caps: Caps,
    /// Rules that applied and lost no choice.
    pub applied: BTreeSet<RuleId>,
    /// What goes with a request beside its lines.
    pub brought: Brought,
    /// The event with the size that `most` came to.
    pub resolved: Option<Event>,
}

/// Decides the edge rules of an event; its effects are applied to the frame's book. `fixed` lines are kept as they are.
pub(crate) fn decide(frame: &Frame<'_>, fixed: &Fixed, left_out: &BTreeSet<RuleId>, trail: &mut Trail) -> Eval<Draft> {
    let env = Env::new(frame);
    let mut draft = Draft { refusals: accept(&env, trail)?, ..Draft::default() };
    let mut charges = Effects::new();
    let asked = request(&env, (fixed, left_out), &mut draft, &mut charges, trail)?;
    // What `most` came to is what the event says from here on.
    let resolved = draft.resolved.take().or_else(|| request::resolved(&env, &[]));
    draft.resolved.clone_from(&resolved);
    let frame = &Frame { event: resolved.as_ref().unwrap_or(frame.event), ..*frame };
    let env = Env::new(frame);
    for id in frame.index.fed(frame.event.kind) {
        // One after the other: a measure may read those before it.
        let mut effects = Effects::new();
        measure::contribution(&env, *id, &mut effects)?;
        apply(frame, &mut effects)?;
        draft.effects.extend(effects);
    }
    let mut rules: BTreeSet<RuleId> = BTreeSet::new();
    for id in frame.index.edges(frame.event.kind) {
        let Some(rule) = frame.policy.rule(*id).filter(|rule| earns(rule)) else { continue };
        if left_out.contains(id) {
            continue;
        }
        if fixed.contains_key(id) || applies(&env, *id, rule, trail)? {
            rules.insert(*id);
        }
    }
    choose(&env, &mut rules, fixed, trail)?;
    let mut caps = std::mem::take(&mut draft.caps);
    let mut items = lines(&env, &rules, fixed, &mut caps, trail)?;
    fill(&env, &mut items, &mut caps, &mut charges, trail)?;
    apply(frame, &mut charges)?;
    draft.effects.extend(charges);
    draft.refusals.append(&mut caps.refusals);
    draft.caps = caps;
    draft.items.extend(in_order(&env, items));
    draft.lines = gathered(frame.policy, &draft.items)?;
    rules.extend(asked);
    say_results(frame.policy, &rules, &draft.items, trail)?;
    draft.applied = rules;
    if draft.refusals.is_empty() {
        count_postings(&env, &draft.lines, &mut draft.effects)?;
    }
    draft.refusals.sort_by_key(|refusal| refusal.class);
    for refusal in &draft.refusals {
        trail.refused(frame.policy, refusal);
    }
    Ok(draft)
}

/// Rules that give lines, as against those that accept an event and those that answer a request.
fn earns(rule: &Rule) -> bool {
    !matches!(rule.body, RuleBody::Accept(_) | RuleBody::Request(_))
}

/// The request that the event is, if it is one: its lines are the first, and what it takes counts under shared constraints.
/// Gives the rule that answers.
fn request(
    env: &Env<'_>,
    (fixed, left_out): (&Fixed, &BTreeSet<RuleId>),
    draft: &mut Draft,
    charges: &mut Effects,
    trail: &mut Trail,
) -> Eval<Option<RuleId>> {
    match answering(env, trail)? {
        Answering::Rules => {
            draft.refusals.extend(request::bars(env, RuleId(usize::MAX))?);
            Ok(None)
        }
        Answering::Nobody(refusal) => {
            draft.refusals.push(refusal);
            Ok(None)
        }
        Answering::One(asking) => {
            if let Some(held) = fixed.get(&asking.id) {
                draft.items.extend(held.iter().cloned());
                return Ok(Some(asking.id));
            }
            if left_out.contains(&asking.id) {
                return Ok(None);
            }
            let decided = request::decide(&asking, &mut draft.caps, charges, trail)?;
            draft.refusals.extend(decided.refusals);
            draft.items.extend(decided.items);
            draft.brought = decided.brought;
            draft.resolved = decided.resolved;
            Ok(Some(asking.id))
        }
    }
}

/// Measures over postings change after the lines of a stratum.
pub(crate) fn count_postings(env: &Env<'_>, lines: &[Posted], effects: &mut Effects) -> Eval<()> {
    for id in &env.frame.index.postings {
        let mut more = Effects::new();
        measure::posted(env, *id, lines, &mut more)?;
        apply(env.frame, &mut more)?;
        for ((key, target), effect) in more {
            super::effect::gather(effects, key, target, effect)?;
        }
    }
    Ok(())
}

/// `accept when ... else refuse CODE`: all that fail are reported.
fn accept(env: &Env<'_>, trail: &mut Trail) -> Eval<Vec<Refusal>> {
    let policy = env.policy();
    let mut refusals = Vec::new();
    for id in env.frame.index.edges(env.frame.event.kind) {
        let Some(rule) = policy.rule(*id) else { continue };
        let RuleBody::Accept(conditions) = &rule.body else { continue };
        if !applies(env, *id, rule, trail)? {
            continue;
        }
        for (condition, code) in conditions {
            let log = trail.log();
            let held = holds(&noting(env, log.as_ref()), condition)?;
            trail.read(policy, *id, log);
            if !held {
                refusals.push(Refusal {
                    class: Class::Need,
                    code: code.clone(),
                    rule: *id,
                    detail: None,
                    span: condition.span,
                });
            }
        }
    }
    Ok(refusals)
}

/// Whether a rule's windows and conditions hold; the first that does not is noted.
pub(crate) fn applies(env: &Env<'_>, id: RuleId, rule: &Rule, trail: &mut Trail) -> Eval<bool> {
    let policy = env.policy();
    let log = trail.log();
    let inside = noting(env, log.as_ref());
    let failed = failing(&inside, rule)?;
    trail.read(policy, id, log);
    match failed {
        None => {
            trail.result(policy, id, RuleResult::Nothing, None);
            Ok(true)
        }
        Some((result, why)) => {
            trail.result(policy, id, result, Some(why));
            Ok(false)
        }
    }
}

fn failing(env: &Env<'_>, rule: &Rule) -> Eval<Option<(RuleResult, Because)>> {
    for one in &rule.windows {
        if !window::holds(env, one, None)? {
            return Ok(Some((RuleResult::Window, because(env.policy(), one.span, "a window"))));
        }
    }
    for condition in &rule.conditions {
        if !holds(env, condition)? {
            return Ok(Some((RuleResult::Condition, because(env.policy(), condition.span, "a condition"))));
        }
    }
    Ok(None)
}

/// Lines in one name, of one kind, to one place, are one posting.
pub(crate) fn gathered(policy: &Policy, items: &[Item]) -> Eval<Vec<Posted>> {
    let long = |Inexact| bad("amount", "a line needs more than 28 digits");
    let mut lines: Vec<Posted> = Vec::new();
    for item in items.iter().filter(|item| !item.asked.is_zero() || !item.granted.is_zero()) {
        let group = item.group.and_then(|id| policy.group(id));
        let name = match group {
            Some(group) => group.title.name.clone(),
            None => policy.rule(item.rule).map_or_else(String::new, |rule| rule.title.name.clone()),
        };
        let same = lines.iter_mut().find(|line| {
            line.name == name
                && line.kind == item.kind
                && line.points == item.points
                && line.pool == item.pool
                && line.customer == item.customer
                && line.terms == item.terms
        });
        let signed = |amount: Decimal| if item.kind.takes() && item.terms.takes { -amount } else { amount };
        match same {
            Some(line) => {
                line.amount = add(line.amount, signed(item.granted)).map_err(long)?;
                line.asked = add(line.asked, signed(item.asked)).map_err(long)?;
            }
            None => lines.push(Posted {
                name,
                rules: item.members.clone(),
                kind: item.kind,
                points: item.points,
                pool: item.pool,
                customer: item.customer.clone(),
                amount: signed(item.granted),
                asked: signed(item.asked),
                terms: item.terms.clone(),
            }),
        }
    }
    Ok(lines)
}

fn say_results(policy: &Policy, rules: &BTreeSet<RuleId>, items: &[Item], trail: &mut Trail) -> Eval<()> {
    let long = |Inexact| bad("amount", "a line needs more than 28 digits");
    for id in rules {
        let mut asked = Decimal::ZERO;
        let mut granted = Decimal::ZERO;
        for item in items.iter().filter(|item| item.members.contains(id)) {
            asked = add(asked, item.asked).map_err(long)?;
            granted = add(granted, item.granted).map_err(long)?;
        }
        if let Some(trace) = trail.rule(policy, *id) {
            // A rule that sets a fact, bars somebody or tells something has done it, points or none.
            let acts =
                policy.rule(*id).is_some_and(|rule| !rule.deeds.is_empty() || matches!(rule.body, RuleBody::Notify(_)));
            trace.result = if granted.is_zero() && !acts { RuleResult::Nothing } else { RuleResult::Applied };
            trace.asked = Some(crate::number::plain(asked));
            trace.granted = Some(crate::number::plain(granted));
        }
    }
    Ok(())
}
