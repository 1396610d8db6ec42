//! W0157: a member of a `best of` group that never wins. W0158: a member of a `first by priority` group that is never reached.
//!
//! Wherever the one applies another applies too and gives more (or comes first and gives something): the promise of the
//! first is never what the customer gets.

use super::found::{Claim, Found};
use crate::diagnostic::Diagnostic;
use crate::policy::{Expr, Group, GroupMode, Node, Policy, Rule, RuleBody, RuleId};
use crate::prove::extent::{self, Ranges};
use crate::prove::space::{self, Found as Answer};
use crate::prove::told::{named, told};
use crate::say;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// So many rivals are looked at for one member: those that give most.
const RIVALS: usize = 8;

pub(super) fn find(policy: &Policy) -> Vec<Found> {
    let mut found = Vec::new();
    for group in &policy.groups {
        match group.mode {
            GroupMode::BestOf => best_of(policy, group, &mut found),
            GroupMode::FirstByPriority => first_by_priority(policy, group, &mut found),
            GroupMode::AddUp | GroupMode::MultiplyTogether => {}
        }
    }
    found
}

fn best_of(policy: &Policy, group: &Group, found: &mut Vec<Found>) {
    let members: Vec<(RuleId, &Rule)> = group.members.iter().filter_map(|id| Some((*id, policy.rule(*id)?))).collect();
    // Those without a limit of their own, by what they give; a limited one loses when its room is used up.
    let mut strong: BTreeMap<(String, Decimal), Vec<(RuleId, &Rule)>> = BTreeMap::new();
    for (id, rule) in &members {
        if let Some((kind, size)) = size(rule).filter(|_| rule.constraints.is_empty()) {
            strong.entry((kind, size)).or_default().push((*id, rule));
        }
    }
    // Once rounded, the larger may be no more than the smaller: then the priority decides, and after it the identifier.
    let before = |id: RuleId, rule: &Rule| (rule.group.and_then(|(_, rank)| rank).unwrap_or(u32::MAX), id);
    for (id, rule) in &members {
        let Some((kind, own)) = size(rule) else { continue };
        let rivals = strong.iter().rev().filter(|((other, size), _)| *other == kind && *size > own);
        let rivals = rivals.flat_map(|(_, rivals)| rivals);
        let rivals = rivals.filter(|(other, rival)| before(*other, rival) < before(*id, rule)).take(RIVALS);
        if let Some((_, rival)) = rivals.into_iter().find(|(_, rival)| always_beside(policy, rule, rival)) {
            found.push(shown(policy, "W0157", (*id, rule), rival, group));
        }
    }
}

fn first_by_priority(policy: &Policy, group: &Group, found: &mut Vec<Found>) {
    let mut before: Vec<&Rule> = Vec::new();
    for id in &group.members {
        let Some(rule) = policy.rule(*id) else { continue };
        let shadow = before.iter().find(|first| gives_where(policy, first, rule) && always_beside(policy, rule, first));
        match shadow {
            Some(first) => found.push(shown(policy, "W0158", (*id, rule), first, group)),
            None if rule.constraints.is_empty() && before.len() < RIVALS => before.push(rule),
            None => {}
        }
    }
}

/// What is comparable between rules: how a rule counts, as text, and how much of it it gives. Two rules that count alike
/// give in the order of their sizes on every event.
fn size(rule: &Rule) -> Option<(String, Decimal)> {
    match &rule.body {
        RuleBody::Raise { targets, factor, after_caps } => {
            let extra = extent::extra(&Ranges::default(), factor)?;
            (extra.low == extra.high)
                .then(|| (format!("raise {targets:?} {after_caps} {:?}", rule.rounding), extra.low))
        }
        RuleBody::Earn(lines) => match lines.as_slice() {
            [line] if line.when.is_none() && line.for_each.is_none() => {
                let (by, award) = per(&line.amount)?;
                let (points, to) = (line.points, line.to.as_ref().map(|to| &to.node));
                Some((format!("earn {points:?} {to:?} {by} {:?}", rule.rounding), award))
            }
            _ => None,
        },
        _ => None,
    }
}

/// What an amount is counted by, and how much of it is given for each.
fn per(amount: &Expr) -> Option<(String, Decimal)> {
    let constant = crate::check::table::constant_number;
    match &amount.node {
        Node::PerFull { award, step, of, started } => {
            Some((format!("{:?} {:?} {started}", step.node, of.node), constant(award)?))
        }
        _ => Some((String::new(), constant(amount)?)),
    }
}

/// Whether the first gives something on every event on which the second does.
fn gives_where(policy: &Policy, first: &Rule, second: &Rule) -> bool {
    let always = matches!(first.body, RuleBody::Earn(_))
        && extent::of_rule(policy, first).is_some_and(|found| found.low > Decimal::ZERO);
    let more = match (size(first), size(second)) {
        (Some((by, one)), Some((other, two))) => by == other && one >= two,
        _ => false,
    };
    always || more
}

/// Whether the second applies wherever the first does: proved.
fn always_beside(policy: &Policy, one: &Rule, other: &Rule) -> bool {
    one.kinds.iter().all(|kind| {
        other.kinds.contains(kind)
            && matches!(
                space::matching(policy, one, *kind).without(&space::matching(policy, other, *kind)).example(policy),
                Answer::Nothing
            )
    })
}

fn shown(policy: &Policy, code: &'static str, (id, rule): (RuleId, &Rule), rival: &Rule, group: &Group) -> Found {
    let best = code == "W0157";
    let diagnostic = Diagnostic::warning(
        code,
        told(policy, |words| {
            let (rule, rival, group) =
                (named(words, &rule.title), named(words, &rival.title), named(words, &group.title));
            match best {
                true => say!(
                    words.language,
                    "{rule} never wins in {group}: {rival} always gives more",
                    "{rule} 在 {group} 中从不胜出：{rival} 总是给得更多"
                ),
                false => say!(
                    words.language,
                    "{rule} is never reached in {group}: {rival} always comes first",
                    "{rule} 在 {group} 中轮不到：{rival} 总是在先"
                ),
            }
        }),
        rule.title.span,
        told(policy, |words| say!(words.language, "never counts", "从不计入")),
    )
    .mark(
        rival.title.span,
        told(policy, |words| say!(words.language, "applies wherever it does", "凡它适用之处都适用")),
    )
    .mark(group.title.span, told(policy, |words| say!(words.language, "of this group one counts", "这个组只计一条")))
    .help(told(policy, |words| match best {
        true => say!(
            words.language,
            "let the wider rule give less, narrow it, or take one of the two out of the group",
            "请让范围较宽的规则少给、收窄其条件，或把其中一条移出该组"
        ),
        false => say!(
            words.language,
            "give the narrower rule the smaller priority number",
            "请给范围较窄的规则更靠前的优先级"
        ),
    }));
    let witness = super::event::example(policy, rule, &[]);
    Found::by(diagnostic, witness, Claim::Nothing(id))
}
