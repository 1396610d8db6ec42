//! W0153: campaigns that stack by accident.
//!
//! Two campaigns raise the same base on the same purchase, and nothing says that both are meant: each was written with its
//! own budget in mind, and together they give what nobody planned. A group, or `adds to`, says what is meant.

use super::event;
use super::found::{Claim, Found};
use crate::check::meet::meeting;
use crate::diagnostic::Diagnostic;
use crate::policy::{Policy, Rule, RuleBody, RuleId};
use crate::prove::space::Witness;
use crate::prove::told::{named, told};
use crate::say;
use std::collections::{BTreeMap, BTreeSet};

/// So many pairs are looked at for each rule, on the average: campaigns that all meet each other need no more to be told so.
const PAIRS: usize = 20;

pub(super) fn find(policy: &Policy) -> Vec<Found> {
    let mut raising: BTreeMap<RuleId, Vec<RuleId>> = BTreeMap::new();
    for (at, rule) in policy.rules.iter().enumerate() {
        if let RuleBody::Raise { targets, .. } = &rule.body
            && rule.campaign.is_some()
        {
            targets.iter().for_each(|target| raising.entry(*target).or_default().push(RuleId(at)));
        }
    }
    let mut found = Vec::new();
    let mut blamed: BTreeSet<RuleId> = BTreeSet::new();
    for rules in raising.values().filter(|rules| rules.len() > 1) {
        let mut left = rules.len().saturating_mul(PAIRS);
        meeting(
            policy,
            rules,
            |_| true,
            |a, b| {
                left = left.saturating_sub(1);
                if !blamed.contains(&a)
                    && !blamed.contains(&b)
                    && let Some(one) = stack(policy, a, b)
                {
                    blamed.extend([a, b]);
                    found.push(one);
                }
                left > 0
            },
        );
    }
    found
}

fn stack(policy: &Policy, a: RuleId, b: RuleId) -> Option<Found> {
    let (one, other) = (policy.rule(a)?, policy.rule(b)?);
    let grouped = matches!((one.group, other.group), (Some((group, _)), Some((same, _))) if group == same);
    let of_group =
        |rule: &Rule, other: &Rule| other.group.is_some_and(|(group, _)| rule.adds_to_groups.contains(&group));
    let stated = grouped
        || one.adds_to.contains(&b)
        || other.adds_to.contains(&a)
        || of_group(one, other)
        || of_group(other, one);
    if stated || one.campaign == other.campaign {
        return None;
    }
    let witness = together(policy, one, other)?;
    let diagnostic = Diagnostic::warning(
        "W0153",
        told(policy, |words| {
            let (one, other) = (named(words, &one.title), named(words, &other.title));
            say!(
                words.language,
                "{one} and {other} add up on one event, and nothing says that this is meant",
                "{one} 与 {other} 会在同一笔事件上叠加，而文中没有写明是有意的"
            )
        }),
        other.title.span,
        told(policy, |words| say!(words.language, "raises the same base", "提高同一条基础规则")),
    )
    .mark(one.title.span, told(policy, |words| say!(words.language, "so does this one", "这条也是")))
    .help(told(policy, |words| {
        say!(
            words.language,
            "to count only the better: declare `group NAME: best of` and write `in NAME` in both",
            "只取较高者：声明 `组 NAME：取最高`，两条规则里都写 `归入 NAME`"
        )
    }))
    .help(told(policy, |words| {
        let one = &one.title.name;
        say!(
            words.language,
            "to give both: write `adds to {one}`, or use a group with `add up`",
            "两者都给：写 `叠加于 {one}`，或用 `累加` 的组"
        )
    }));
    Some(Found::by(diagnostic, Some(witness), Claim::Something(vec![a, b])))
}

/// An event on which both apply, and what both raise.
fn together(policy: &Policy, one: &Rule, other: &Rule) -> Option<Witness> {
    let RuleBody::Raise { targets, .. } = &one.body else { return None };
    let RuleBody::Raise { targets: others, .. } = &other.body else { return None };
    let base = targets.iter().find(|target| others.contains(target)).and_then(|target| policy.rule(*target))?;
    let shared = one.kinds.iter().filter(|kind| other.kinds.contains(kind) && base.kinds.contains(kind));
    shared.into_iter().find_map(|kind| event::paying_both(policy, one, other, *kind))
}
