//! W0107: a rule that no test can reach.
//!
//! No event of any test is of a kind, at a time and with the values for which the rule applies: whatever the rule says, the tests
//! pass. What a test does reach, and how far, is told by `earnest test --coverage`.

use super::context::Context;
use super::found::Found;
use crate::check::window::interval;
use crate::diagnostic::Diagnostic;
use crate::policy::{
    Compare, ExpectedKind, Expr, Kind, KindId, Node, Policy, Role, Rule, RuleBody, ScenarioStep, SetMember, Value,
};
use crate::prove::told::{named, told};
use crate::say;
use chrono::NaiveDateTime;
use serde_json::{Map, Value as Json};
use std::collections::{BTreeMap, BTreeSet};

/// Events of tests by the JSON name of their kind.
type Events<'a> = BTreeMap<&'a str, Vec<(NaiveDateTime, &'a Map<String, Json>)>>;

pub(super) fn find(context: &Context<'_>) -> Vec<Found> {
    let policy = context.policy;
    let own = |rule: &&Rule| {
        let file = usize::try_from(rule.title.span.file.0).unwrap_or(usize::MAX);
        file < context.trees.len() && !rule.title.name.is_empty()
    };
    if policy.scenarios.is_empty() {
        return if policy.rules.iter().any(|rule| own(&rule)) { vec![no_test_at_all(policy)] } else { vec![] };
    }
    let (events, named_parts) = tests(policy);
    let reached = |rule: &Rule| {
        named_parts.contains(rule.title.name.as_str())
            || rule.kinds.iter().any(|kind| reaches(policy, rule, *kind, &events))
    };
    policy
        .rules
        .iter()
        .filter(own)
        .filter(|rule| watched(rule) && !reached(rule))
        .map(|rule| untested(policy, rule))
        .collect()
}

/// Rules that decide something that a test can expect.
fn watched(rule: &Rule) -> bool {
    match &rule.body {
        RuleBody::Earn(_) | RuleBody::Raise { .. } | RuleBody::Level { .. } | RuleBody::Accept(_) => true,
        RuleBody::Request(request) => request.prohibited.is_none(),
        RuleBody::Convert(_) | RuleBody::Notify(_) => false,
    }
}

/// Events of all tests, and the names of rules that tests expect something of.
fn tests(policy: &Policy) -> (Events<'_>, BTreeSet<&str>) {
    let mut events: Events<'_> = BTreeMap::new();
    let mut parts = BTreeSet::new();
    for step in policy.scenarios.iter().flat_map(|scenario| &scenario.steps) {
        let ScenarioStep::Event { event, at, expected, .. } = step else { continue };
        let kind = event.get("type").and_then(Json::as_str).unwrap_or_default();
        events.entry(kind).or_default().push((*at, event));
        for one in expected {
            if let ExpectedKind::Earn { parts: listed, .. } | ExpectedKind::Take { parts: listed, .. } = &one.kind {
                parts.extend(listed.iter().map(|(name, ..)| name.as_str()));
            }
            // A benefit that a test sees granted is what the test is about, whether or not it is used afterwards.
            if let ExpectedKind::Grant { name, .. } = &one.kind {
                parts.insert(name.as_str());
            }
        }
    }
    (events, parts)
}

fn reaches(policy: &Policy, rule: &Rule, id: KindId, events: &Events<'_>) -> bool {
    let Some(kind) = policy.kind(id) else { return false };
    // Moments come by themselves while the clock of a test runs.
    if kind.role == Role::Moment {
        return true;
    }
    let open = |at: NaiveDateTime| {
        rule.windows
            .iter()
            .filter_map(interval)
            .all(|(start, end)| start.is_none_or(|start| start <= at) && end.is_none_or(|end| at < end))
    };
    let level = matches!(rule.body, RuleBody::Level { .. });
    let fits = |(at, event): &(NaiveDateTime, &Map<String, Json>)| {
        level || open(*at) && rule.conditions.iter().all(|condition| may_hold(kind, condition, event))
    };
    events.get(kind.json.as_str()).is_some_and(|events| events.iter().any(fits))
}

/// Whether a condition may hold of an event; `false` only where the event itself says that it does not.
fn may_hold(kind: &Kind, condition: &Expr, event: &Map<String, Json>) -> bool {
    let value = |expr: &Expr| -> Option<String> {
        let Node::Field(name) = &expr.node else { return None };
        let field = kind.field(name).filter(|field| field.default.is_none() && !field.dated)?;
        let json = field.json.first()?;
        // Where the event is silent, a fact of the same name may tell it.
        event.get(&json.name)?.as_str().map(str::to_owned)
    };
    let text = |expr: &Expr| match &expr.node {
        Node::Constant(Value::Enum(_, name) | Value::Code(name) | Value::Text(name)) => Some(name.clone()),
        _ => None,
    };
    match &condition.node {
        Node::And(all) => all.iter().all(|one| may_hold(kind, one, event)),
        Node::Or(all) => all.iter().any(|one| may_hold(kind, one, event)),
        Node::Compare(Compare::Equal, left, right) => match (value(left), text(right)) {
            (Some(told), Some(wanted)) => told == wanted,
            _ => true,
        },
        Node::In(subject, members) => {
            let listed: Option<Vec<String>> = members
                .iter()
                .map(|member| match member {
                    SetMember::One(expr) => text(expr),
                    SetMember::Codes(_) | SetMember::Run(..) => None,
                })
                .collect();
            match (value(subject), listed) {
                (Some(told), Some(listed)) => listed.contains(&told),
                _ => true,
            }
        }
        _ => true,
    }
}

fn untested(policy: &Policy, rule: &Rule) -> Found {
    Found::plain(
        Diagnostic::warning(
            "W0107",
            told(policy, |words| {
                let name = named(words, &rule.title);
                say!(words.language, "no test can reach {name}", "没有测试能触及 {name}")
            }),
            rule.title.span,
            told(policy, |words| {
                say!(
                    words.language,
                    "no event of any test is of its kind, in its window and fits its conditions",
                    "没有任何测试的事件属于其种类、在其窗口内且符合其条件"
                )
            }),
        )
        .help(told(policy, |words| {
            say!(
                words.language,
                "add a test with an event for which it applies; `earnest test --suggest` writes one",
                "请添加一个适用该规则的事件的测试；`earnest test --suggest` 可以代写"
            )
        })),
    )
}

fn no_test_at_all(policy: &Policy) -> Found {
    Found::plain(
        Diagnostic::warning(
            "W0107",
            told(policy, |words| say!(words.language, "the programme has no test", "这个方案没有测试")),
            policy.programme.span,
            told(policy, |words| {
                say!(words.language, "nothing says what its rules should come to", "没有任何内容说明各规则应得的结果")
            }),
        )
        .help(told(policy, |words| {
            say!(
                words.language,
                "write a `test` beside the rules; `earnest test --suggest` writes some",
                "请在规则旁写 `测试`；`earnest test --suggest` 可以代写"
            )
        })),
    )
}
