//! A region of events in words: what the events have in common for which two policies differ.

use super::search::{Did, Policies, Signature};
use super::side::{Tried, trace};
use chrono::NaiveDateTime;
use earnest_dsl::diagnostic::{Language, Text};
use earnest_dsl::diff::Pair;
use earnest_dsl::policy::{Bounded, Node, Owner, Policy, Rule, RuleBody, Value, WindowKind};
use earnest_dsl::say;
use earnest_dsl::words::Words;
use earnest_interpreter::decision::RuleResult;

/// Text in both languages.
pub(super) fn both(tell: impl Fn(Language) -> String) -> Text {
    Text::new(tell(Language::English), tell(Language::Chinese))
}

/// Where the difference lies.
pub(super) fn region(policies: Policies<'_>, pair: Pair, signature: Signature, tried: &Tried) -> Text {
    let (one, other) = policies.rules(pair);
    let whole = |policy: &Policy, rule: Option<&Rule>| rule.map(|rule| both(|language| reach(policy, rule, language)));
    match (signature.old, signature.new) {
        (Did::Acted, Did::Acted) => {
            let reach = whole(policies.new, other).unwrap_or_else(|| Text::new("", ""));
            if signature.bound {
                Text::new(format!("{}: where a limit binds", reach.en), format!("{}：限额起作用时", reach.zh))
            } else {
                reach
            }
        }
        (Did::Absent, _) => whole(policies.new, other).unwrap_or_else(|| Text::new("", "")),
        (_, Did::Absent) => whole(policies.old, one).unwrap_or_else(|| Text::new("", "")),
        (Did::Silent, Did::Acted) => {
            let why = one.and_then(|rule| reason(policies.old, rule, trace(&tried.old, Some(&rule.title.name))?));
            edge((policies.new, other), (policies.old, one), tried, why, true)
        }
        (Did::Acted, Did::Silent) => {
            let why = other.and_then(|rule| reason(policies.new, rule, trace(&tried.new, Some(&rule.title.name))?));
            edge((policies.old, one), (policies.new, other), tried, why, false)
        }
        (Did::Silent, Did::Silent) => whole(policies.new, other).unwrap_or_else(|| Text::new("", "")),
    }
}

/// What a rule is about: kinds, conditions, windows.
fn reach(policy: &Policy, rule: &Rule, language: Language) -> String {
    let words = Words::new(policy, language).on(&rule.kinds);
    let mut parts = vec![if rule.kinds.is_empty() { String::new() } else { words.kinds(&rule.kinds) }];
    let conditions: Vec<String> = rule.conditions.iter().map(|one| words.condition(one)).collect();
    if !conditions.is_empty() {
        let conditions = words.all_of(&conditions);
        parts.push(say!(language, "if {conditions}", "{conditions}"));
    }
    parts.extend(rule.windows.iter().map(|window| words.window(window)));
    parts.retain(|part| !part.is_empty());
    words.tidy(&words.clauses(&parts))
}

/// Why the rule was silent: the clause that did not hold, in words.
fn reason(policy: &Policy, rule: &Rule, trace: &earnest_interpreter::decision::RuleTrace) -> Option<Text> {
    let place = &trace.because.as_ref()?.place;
    let at = |span| policy.sources.place(span) == *place;
    if trace.result == RuleResult::Condition {
        let parts = rule.conditions.iter().flat_map(|one| match &one.node {
            Node::And(parts) => parts.iter().collect::<Vec<_>>(),
            _ => vec![one],
        });
        let all: Vec<_> = parts.chain(&rule.conditions).collect();
        let found = all.into_iter().find(|one| at(one.span))?;
        return Some(both(|language| Words::new(policy, language).on(&rule.kinds).condition(found)));
    }
    None
}

/// Events that one policy's rule reaches and the other's does not.
fn edge(
    (inside, rule): (&Policy, Option<&Rule>),
    (outside, silent): (&Policy, Option<&Rule>),
    tried: &Tried,
    why: Option<Text>,
    now: bool,
) -> Text {
    let (Some(rule), Some(silent)) = (rule, silent) else { return Text::new("", "") };
    let kinds = both(|language| Words::new(inside, language).kinds(&rule.kinds));
    let at = tried.trial.event().map(|(_, at)| at);
    if let Some(part) = at.and_then(|at| interval(rule, silent, at)) {
        let time = both(|language| Words::new(inside, language).between(part.0, part.1));
        let conditions = both(|language| {
            let words = Words::new(inside, language).on(&rule.kinds);
            let all: Vec<String> = rule.conditions.iter().map(|one| words.condition(one)).collect();
            if all.is_empty() { String::new() } else { say!(language, ", if {}", "，{}", words.all_of(&all)) }
        });
        return Text::new(
            format!("{} {}{}", kinds.en, time.en, conditions.en),
            format!("{}{}{}", time.zh, kinds.zh, conditions.zh),
        );
    }
    let reach = both(|language| reach(inside, rule, language));
    match why {
        Some(why) if now => {
            Text::new(format!("{}; not before: {}", reach.en, why.en), format!("{}；先前要求：{}", reach.zh, why.zh))
        }
        Some(why) => Text::new(
            format!("{}; now also asked: {}", reach.en, why.en),
            format!("{}；现另要求：{}", reach.zh, why.zh),
        ),
        None => {
            let other = both(|language| {
                let words = Words::new(outside, language).on(&silent.kinds);
                words.clauses(&silent.windows.iter().map(|window| words.window(window)).collect::<Vec<_>>())
            });
            let told = if now { ("not before", "先前仅限") } else { ("now only", "现仅限") };
            if other.en.is_empty() {
                return reach;
            }
            Text::new(
                format!("{}; {}: {}", reach.en, told.0, other.en),
                format!("{}；{}{}", reach.zh, told.1, other.zh),
            )
        }
    }
}

type Interval = (Option<NaiveDateTime>, Option<NaiveDateTime>);

/// The part of the one rule's dates that the other does not have, where the instant lies in it.
fn interval(rule: &Rule, silent: &Rule, at: NaiveDateTime) -> Option<Interval> {
    let between = |rule: &Rule| {
        rule.windows.iter().find_map(|window| match (&window.kind, &window.by) {
            (WindowKind::Between(from, until), None) => Some((*from, *until)),
            _ => None,
        })
    };
    let (from, until) = between(rule)?;
    let (other_from, other_until) = between(silent)?;
    if other_from.is_some_and(|other| at < other) {
        return Some((from, other_from.filter(|other| until.is_none_or(|until| *other < until)).or(until)));
    }
    if other_until.is_some_and(|other| other <= at) {
        return Some((other_until.filter(|other| from.is_none_or(|from| *other > from)).or(from), until));
    }
    None
}

/// How much this rule alone can make of it, where one of its own limits says so; or that nothing bounds it.
pub(super) fn most(policies: Policies<'_>, pair: Pair, gains: bool) -> Option<Text> {
    let (one, other) = policies.rules(pair);
    let (policy, rule) = if gains { (policies.new, other?) } else { (policies.old, one?) };
    if !matches!(rule.body, RuleBody::Earn(_) | RuleBody::Raise { .. } | RuleBody::Level { .. }) {
        return None;
    }
    let limits = rule.constraints.iter().filter_map(|id| policy.constraint(*id));
    let bounded: Vec<Text> = limits
        .filter(|limit| !limit.at_least && limit.bounded == Bounded::Points)
        .filter_map(|limit| match &limit.limit.node {
            Node::Constant(Value::Points(most, points)) => Some((limit, *most, *points)),
            _ => None,
        })
        .map(|(limit, most, points)| {
            both(|language| {
                let words = Words::new(policy, language);
                let (amount, scope) = (words.amount_of(most, points), words.scope(&limit.scope));
                let whole = match limit.owner {
                    Owner::Rule(_) => String::new(),
                    _ => say!(language, " (a limit shared with other rules)", "（与其他规则共用的限额）"),
                };
                words.tidy(&say!(language, "at most {amount} {scope}{whole}", "{scope}最多 {amount}{whole}"))
            })
        })
        .collect();
    if bounded.is_empty() {
        return Some(Text::new("no limit of the rule bounds it", "规则没有限额约束"));
    }
    let join = |told: fn(&Text) -> &str, between: &str| bounded.iter().map(told).collect::<Vec<_>>().join(between);
    Some(Text::new(join(|text| &text.en, "; "), join(|text| &text.zh, "；")))
}
