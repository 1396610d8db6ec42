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
use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hasher};
use std::io::{self, Write};

pub(super) fn find(context: &Context<'_>) -> Vec<Found> {
    let policy = context.policy;
    let mut found = Vec::new();
    for pair in rules(policy) {
        found.push(same_rule(policy, pair));
    }
    let measures: Vec<&Measure> = policy.measures.iter().filter(|measure| own(context, &measure.title)).collect();
    for (first, second) in pairs(&measures, |measure, out| measure_meaning(measure, out)) {
        found.push(Found::plain(diagnostic(policy, &first.title, &second.title)));
    }
    found
}

fn own(context: &Context<'_>, title: &Title) -> bool {
    usize::try_from(title.span.file.0).is_ok_and(|file| file < context.trees.len()) && !title.name.is_empty()
}

/// Each with the one before it that means the same. `meaning` spells a declaration out as JSON; the text is kept only of one with
/// whose digest another's collides.
fn pairs<'p, T>(all: &[&'p T], meaning: impl Fn(&T, &mut dyn Write) -> serde_json::Result<()>) -> Vec<(&'p T, &'p T)> {
    let spelt = |one: &T| {
        let mut text = Vec::new();
        meaning(one, &mut text).ok().map(|()| text)
    };
    let mut alike: HashMap<u64, Vec<&'p T>> = HashMap::with_capacity(all.len());
    let mut found = Vec::new();
    for one in all {
        let mut digest = Digest::default();
        if meaning(one, &mut digest).is_err() {
            continue;
        }
        let before = alike.entry(digest.0.finish()).or_default();
        let same = |first: &&&'p T| spelt(first).is_some_and(|text| spelt(one) == Some(text));
        match before.iter().find(same) {
            Some(first) => found.push((*first, *one)),
            None => before.push(one),
        }
    }
    found
}

/// What is written, as a number. Two texts may have one.
#[derive(Default)]
struct Digest(DefaultHasher);

impl Write for Digest {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
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
    let meaning = |(id, rule): &(RuleId, &Rule), out: &mut dyn Write| {
        rule_meaning(rule, limits.get(id).map_or(&[], Vec::as_slice), out)
    };
    pairs(&listed, meaning).into_iter().map(|(first, second)| (*first, *second)).collect()
}

/// What a rule means, its limits included. Limits of its campaign are the campaign's; names, labels and the rules beside which
/// it is meant to add are no part of it.
fn rule_meaning(rule: &Rule, limits: &[&Constraint], out: &mut dyn Write) -> serde_json::Result<()> {
    let Rule {
        title: _,
        campaign: _,
        kinds,
        windows,
        conditions,
        group,
        adds_to: _,
        adds_to_groups,
        body,
        deeds,
        constraints: _,
        no_cap: _,
        funded,
        stratum,
        rounding,
        refund_in_proportion,
    } = rule;
    let group = group.map(|(group, _)| group);
    let when = (kinds, windows, conditions, group, adds_to_groups);
    let what = (body, deeds, funded, stratum, rounding, refund_in_proportion);
    let limits: Vec<_> = limits
        .iter()
        .map(|limit| {
            let counted = (&limit.scope, &limit.bounded, &limit.limit, limit.at_least);
            (counted, limit.whole_award, &limit.beyond, limit.room_comes_back)
        })
        .collect();
    serde_json::to_writer(out, &(when, what, limits))
}

fn measure_meaning(measure: &Measure, out: &mut dyn Write) -> serde_json::Result<()> {
    serde_json::to_writer(out, &Measure { title: Title::default(), ..measure.clone() })
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
