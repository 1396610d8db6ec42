//! W0110: two declarations that mean the same, whatever they are called and in whichever language they are written.
//!
//! A rule is translated into a second file and the first is left where it is: both count. Names, labels and places are no part of
//! a meaning; everything else is compared.

use super::context::Context;
use super::found::{Claim, Found};
use super::{event, found::Shown};
use crate::diagnostic::Diagnostic;
use crate::policy::{Constraint, Measure, Policy, Rule, RuleBody, RuleId, Title};
use crate::prove::told::{named, told};
use crate::say;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

pub(super) fn find(context: &Context<'_>) -> Vec<Found> {
    let policy = context.policy;
    let mut found = Vec::new();
    for pair in rules(policy) {
        found.push(same_rule(policy, pair));
    }
    let measures: Vec<&Measure> = policy.measures.iter().filter(|measure| own(context, &measure.title)).collect();
    for (first, second) in pairs(&measures, |measure| format!("{:?}", measure.scope), measure_meaning) {
        found.push(Found::plain(diagnostic(policy, &first.title, &second.title)));
    }
    found
}

fn own(context: &Context<'_>, title: &Title) -> bool {
    usize::try_from(title.span.file.0).is_ok_and(|file| file < context.trees.len()) && !title.name.is_empty()
}

/// Each with the one before it that means the same. Meanings are spelt out only where the cheap `sketch` is the same.
fn pairs<'p, T>(all: &[&'p T], sketch: impl Fn(&T) -> String, meaning: impl Fn(&T) -> Json) -> Vec<(&'p T, &'p T)> {
    let mut alike: BTreeMap<String, Vec<&'p T>> = BTreeMap::new();
    for one in all {
        alike.entry(sketch(one)).or_default().push(one);
    }
    let mut found = Vec::new();
    for some in alike.into_values().filter(|some| some.len() > 1) {
        let mut known: BTreeMap<String, &T> = BTreeMap::new();
        for one in some {
            match known.get(&meaning(one).to_string()) {
                Some(first) => found.push((*first, one)),
                None => {
                    known.insert(meaning(one).to_string(), one);
                }
            }
        }
    }
    found
}

/// A rule with its id.
type Known<'p> = (RuleId, &'p Rule);

/// Rules that mean the same, by their ids.
fn rules(policy: &Policy) -> Vec<(Known<'_>, Known<'_>)> {
    let mut limits: BTreeMap<RuleId, Vec<&Constraint>> = BTreeMap::new();
    for constraint in &policy.constraints {
        for rule in &constraint.rules {
            limits.entry(*rule).or_default().push(constraint);
        }
    }
    let all: Vec<(RuleId, &Rule)> = policy
        .rules
        .iter()
        .enumerate()
        .filter(|(_, rule)| matches!(rule.body, RuleBody::Earn(_) | RuleBody::Raise { .. } | RuleBody::Level { .. }))
        .map(|(at, rule)| (RuleId(at), rule))
        .collect();
    let listed: Vec<&(RuleId, &Rule)> = all.iter().collect();
    let sketch = |(_, rule): &(RuleId, &Rule)| {
        let windows: Vec<_> = rule.windows.iter().map(|window| &window.kind).collect();
        let body = match &rule.body {
            RuleBody::Earn(lines) => format!("earn {}", lines.len()),
            RuleBody::Raise { targets, factor, .. } => format!("raise {targets:?} {:?}", factor.times.node),
            RuleBody::Level { scope, .. } => format!("level {:?}", scope.period),
            _ => String::new(),
        };
        format!("{:?} {windows:?} {} {body}", rule.kinds, rule.conditions.len())
    };
    let meaning = |(id, rule): &(RuleId, &Rule)| rule_meaning(rule, limits.get(id).map_or(&[], Vec::as_slice));
    pairs(&listed, sketch, meaning).into_iter().map(|(first, second)| (*first, *second)).collect()
}

/// What a rule means, its limits included. Limits of its campaign are the campaign's.
fn rule_meaning(rule: &Rule, limits: &[&Constraint]) -> Json {
    let limits: Vec<Json> = limits
        .iter()
        .map(|limit| {
            json!([
                limit.scope,
                limit.bounded,
                limit.limit,
                limit.at_least,
                limit.whole_award,
                limit.beyond,
                limit.room_comes_back
            ])
        })
        .collect();
    let nameless = Rule {
        title: Title::default(),
        campaign: None,
        adds_to: vec![],
        constraints: vec![],
        no_cap: false,
        group: rule.group.map(|(group, _)| (group, None)),
        ..rule.clone()
    };
    json!([nameless, limits])
}

fn measure_meaning(measure: &Measure) -> Json {
    json!(Measure { title: Title::default(), ..measure.clone() })
}

fn diagnostic(policy: &Policy, first: &Title, second: &Title) -> Diagnostic {
    Diagnostic::warning(
        "W0110",
        told(policy, |words| {
            let (one, other) = (named(words, first), named(words, second));
            say!(words.language, "{other} means the same as {one}", "{other} 与 {one} 含义相同")
        }),
        second.span,
        told(policy, |words| say!(words.language, "said a second time", "第二次写出")),
    )
    .mark(first.span, told(policy, |words| say!(words.language, "said here first", "最先在此写出")))
    .help(told(policy, |words| {
        say!(
            words.language,
            "delete one of the two: a translation of a file takes its place, and does not stand beside it",
            "请删去其中之一：译文应替换原文件，而不是与之并存"
        )
    }))
}

fn same_rule(policy: &Policy, ((_, first), (id, second)): ((RuleId, &Rule), (RuleId, &Rule))) -> Found {
    let found = diagnostic(policy, &first.title, &second.title);
    let shown = event::paying(policy, second, &[]);
    // In a group only one of the two counts, and no event gets something by both.
    let ungrouped = second.group.is_none();
    let twin = policy.rules.iter().position(|rule| std::ptr::eq(rule, first)).map(RuleId);
    let shown = shown.zip(twin).filter(|_| ungrouped).map(|(witness, twin)| Shown {
        steps: vec![witness],
        beside: vec![],
        claim: Claim::Something(vec![twin, id]),
    });
    Found { diagnostic: found, shown }
}
