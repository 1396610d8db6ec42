//! W0150: a rule that no event can meet. W0163: a window that never opens.
//!
//! Each condition reads well by itself; together they leave nothing. The witness is the event that meets all but one of them.

use super::event::{nowhere, region, under};
use super::found::{Claim, Found};
use crate::check::meet::conjuncts;
use crate::diagnostic::Diagnostic;
use crate::policy::{Expr, Item, Policy, Rule, RuleBody, RuleId, Window};
use crate::prove::space::{self, Found as Answer, Witness};
use crate::prove::told::{named, told};
use crate::say;
use serde_json::Value as Json;

pub(super) fn find(policy: &Policy) -> Vec<Found> {
    let rules = policy.rules.iter().enumerate();
    let mut found: Vec<Found> = rules.filter_map(|(at, rule)| never_fires(policy, RuleId(at), rule)).collect();
    for (at, rule) in policy.rules.iter().enumerate() {
        let RuleBody::Request(request) = &rule.body else { continue };
        found.extend(request.items.iter().filter_map(|item| never_offered(policy, (RuleId(at), rule), item)));
    }
    found
}

/// An item, or a campaign's price of it, whose windows do not meet those of its catalogue.
fn never_offered(policy: &Policy, (id, rule): (RuleId, &Rule), item: &Item) -> Option<Found> {
    let closed = |windows: &[&[Window]]| {
        let windows = windows.iter().flat_map(|windows| windows.iter().cloned()).collect();
        let all = Rule { windows, ..under(rule, vec![]) };
        nowhere(policy, &rule.kinds, |kind| space::matching(policy, &all, kind))
    };
    // A catalogue that never opens is said of the catalogue.
    if closed(&[&rule.windows]) {
        return None;
    }
    let blamed = if !item.windows.is_empty() && closed(&[&rule.windows, &item.windows]) {
        item.windows.first()
    } else {
        let lower = item.lower.iter().filter(|lower| !lower.windows.is_empty() && !closed(&[&lower.windows]));
        lower
            .filter(|lower| closed(&[&rule.windows, &item.windows, &lower.windows]))
            .find_map(|lower| lower.windows.first())
    }?;
    let diagnostic = Diagnostic::warning(
        "W0163",
        told(policy, |words| {
            let item = named(words, &item.title);
            say!(words.language, "a window of {item} never opens", "{item} 的一个时间窗口从不开放")
        }),
        blamed.span,
        told(policy, |words| say!(words.language, "never open together with the rest", "与其余窗口从不同时开放")),
    )
    .mark(item.span, told(policy, |words| say!(words.language, "this item", "这件商品")))
    .help(told(policy, |words| {
        say!(
            words.language,
            "the windows of the catalogue, of the item and of a campaign's price must be open at once",
            "目录、商品与活动价的窗口须同时开放"
        )
    }));
    let witness = super::event::example(policy, rule, &[])
        .map(|witness| super::event::with(policy, witness, "item", Json::String(item.title.name.clone())));
    // At a time at which the catalogue is open the item is not.
    let shown = witness.filter(|_| !item.windows.is_empty() && closed(&[&rule.windows, &item.windows]));
    Some(Found::by(diagnostic, shown, Claim::Nothing(id)))
}

fn never_fires(policy: &Policy, id: RuleId, rule: &Rule) -> Option<Found> {
    // A level rule answers no event by itself; what nobody may ask for is no request.
    let answers = match &rule.body {
        RuleBody::Earn(_) | RuleBody::Raise { .. } => true,
        RuleBody::Request(request) => request.prohibited.is_none(),
        _ => false,
    };
    let restricted = !rule.windows.is_empty() || !rule.conditions.is_empty();
    if !answers || !restricted || !nowhere(policy, &rule.kinds, |kind| space::matching(policy, rule, kind)) {
        return None;
    }
    let windows_only = under(rule, vec![]);
    if nowhere(policy, &rule.kinds, |kind| space::matching(policy, &windows_only, kind)) {
        return never_opens(policy, id, rule);
    }
    let all: Vec<&Expr> = conjuncts(&rule.conditions);
    // The last one is what was added last.
    let blamed =
        all.iter().enumerate().rev().find_map(|(at, blamed)| Some((at, *blamed, without(policy, rule, &all, at)?)));
    let span = blamed.as_ref().map_or(rule.title.span, |(_, condition, _)| condition.span);
    let mut diagnostic = Diagnostic::warning(
        "W0150",
        told(policy, |words| {
            let rule = named(words, &rule.title);
            say!(words.language, "no event can ever meet the conditions of {rule}", "没有任何事件能满足 {rule} 的条件")
        }),
        span,
        told(policy, |words| match blamed.is_some() {
            true => say!(words.language, "never holds where all the rest holds", "其余条件都成立时，它永不成立"),
            false => say!(words.language, "its conditions exclude each other", "各条件互相排斥"),
        }),
    )
    .mark(rule.title.span, told(policy, |words| say!(words.language, "this rule", "这条规则")));
    if let Some((at, condition, _)) = &blamed
        && let Some(other) = opponent(policy, rule, &all, *at, condition)
    {
        diagnostic = diagnostic.mark(other, told(policy, |words| say!(words.language, "excludes it", "与它互斥")));
    }
    let diagnostic = diagnostic.help(told(policy, |words| {
        say!(words.language, "mend one of the conditions, or delete the rule", "请改正其中一个条件，或删去这条规则")
    }));
    Some(Found::by(diagnostic, blamed.map(|(_, _, witness)| witness), Claim::Nothing(id)))
}

/// An event that meets all conditions but one.
fn without(policy: &Policy, rule: &Rule, all: &[&Expr], at: usize) -> Option<Witness> {
    let others = all.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, one)| (*one).clone()).collect();
    super::event::example(policy, &under(rule, others), &[])
}

/// The one condition or window that alone excludes this one.
fn opponent(policy: &Policy, rule: &Rule, all: &[&Expr], at: usize, condition: &Expr) -> Option<crate::source::Span> {
    let alone = under(&Rule { windows: vec![], ..rule.clone() }, vec![condition.clone()]);
    let others = all.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, one)| *one);
    let excludes =
        |other: &&Expr| nowhere(policy, &rule.kinds, |kind| region(policy, &alone, kind, std::slice::from_ref(*other)));
    let by_window = || {
        rule.windows.iter().find(|window| {
            let alone = Rule { windows: vec![(*window).clone()], ..alone.clone() };
            nowhere(policy, &rule.kinds, |kind| space::matching(policy, &alone, kind))
        })
    };
    let mut others = others;
    others.find(excludes).map(|other| other.span).or_else(|| by_window().map(|window| window.span))
}

/// Windows that leave no instant.
fn never_opens(policy: &Policy, id: RuleId, rule: &Rule) -> Option<Found> {
    let (first, others) = rule.windows.split_first()?;
    let diagnostic = Diagnostic::warning(
        "W0163",
        told(policy, |words| {
            let rule = named(words, &rule.title);
            say!(words.language, "the windows of {rule} never open", "{rule} 的时间窗口从不开放")
        }),
        first.span,
        told(policy, |words| match others.is_empty() {
            true => say!(words.language, "never, while this version is in force", "在本版本生效期间从不开放"),
            false => say!(words.language, "never together with the others", "与其余窗口从不同时开放"),
        }),
    );
    let diagnostic = others.iter().fold(diagnostic, |found, other| {
        found.mark(other.span, told(policy, |words| say!(words.language, "must be open too", "须同时开放")))
    });
    let diagnostic = diagnostic.help(told(policy, |words| {
        say!(
            words.language,
            "all windows of a rule and of its campaign must be open at once; mend one of them",
            "规则及其活动的所有窗口须同时开放；请改正其中一个"
        )
    }));
    let bare = Rule { windows: vec![], conditions: rule.conditions.clone(), ..rule.clone() };
    let witness = rule.kinds.iter().find_map(|kind| match space::matching(policy, &bare, *kind).example(policy) {
        Answer::Example(witness) => Some(witness),
        _ => None,
    });
    Some(Found::by(diagnostic, witness, Claim::Nothing(id)))
}
