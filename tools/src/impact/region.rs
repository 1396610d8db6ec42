//! A region of events in words: what the events have in common for which two policies differ.

use super::search::{Did, Policies, Signature};
use super::side::{Tried, trace};
use chrono::NaiveDateTime;
use earnest_dsl::diagnostic::{Language, Text};
use earnest_dsl::diff::Pair;
use earnest_dsl::policy::{
    Bounded, Compare, Expr, Node, Owner, Policy, Rule, RuleBody, SetMember, TableRow, Value, WindowKind,
};
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
            let common = one.zip(other).map(|(one, other)| common(one, other));
            let mut reach = whole(policies.new, common.as_ref().or(other)).unwrap_or_else(|| Text::new("", ""));
            if let Some(items) =
                one.zip(other).and_then(|(one, other)| items((policies.old, one), (policies.new, other)))
            {
                reach = Text::new(format!("{}: {}", reach.en, items.en), format!("{}：{}", reach.zh, items.zh));
            }
            if let Some(rows) = one.zip(other).and_then(|(one, other)| rows((policies.old, one), (policies.new, other)))
            {
                reach = Text::new(format!("{}; {}", reach.en, rows.en), format!("{}；{}", reach.zh, rows.zh));
            }
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
            edge((policies.new, other), (policies.old, one), tried, why)
        }
        (Did::Acted, Did::Silent) => {
            let why = other.and_then(|rule| reason(policies.new, rule, trace(&tried.new, Some(&rule.title.name))?));
            edge((policies.old, one), (policies.new, other), tried, why)
        }
        _ => whole(policies.new, other).unwrap_or_else(|| Text::new("", "")),
    }
}

/// What a rule is about: kinds, conditions, windows.
fn reach(policy: &Policy, rule: &Rule, language: Language) -> String {
    let words = Words::new(policy, language).on(&rule.kinds);
    let conditions = parts(rule).into_iter().map(|one| words.condition(one)).collect();
    reach_if(policy, rule, conditions, language)
}

fn reach_if(policy: &Policy, rule: &Rule, conditions: Vec<String>, language: Language) -> String {
    let words = Words::new(policy, language).on(&rule.kinds);
    let mut told = vec![if rule.kinds.is_empty() { String::new() } else { words.kinds(&rule.kinds) }];
    if !conditions.is_empty() {
        let conditions = words.all_of(&conditions);
        told.push(say!(language, "if {conditions}", "{conditions}"));
    }
    told.extend(rule.windows.iter().map(|window| words.window(window)));
    told.retain(|part| !part.is_empty());
    words.tidy(&words.clauses(&told))
}

/// Conditions, those that are joined by `and` apart.
fn parts(rule: &Rule) -> Vec<&Expr> {
    fn split<'e>(expr: &'e Expr, all: &mut Vec<&'e Expr>) {
        match &expr.node {
            Node::And(parts) => parts.iter().for_each(|part| split(part, all)),
            _ => all.push(expr),
        }
    }
    let mut all = Vec::new();
    rule.conditions.iter().for_each(|one| split(one, &mut all));
    all
}

/// The new rule in the time in which the old one applied too.
fn common(one: &Rule, other: &Rule) -> Rule {
    let between = |rule: &Rule| {
        rule.windows.iter().find_map(|window| match (&window.kind, &window.by) {
            (WindowKind::Between(from, until), None) => Some((*from, *until)),
            _ => None,
        })
    };
    let mut rule = other.clone();
    let Some((from, until)) = between(one) else { return rule };
    for window in &mut rule.windows {
        if let (WindowKind::Between(start, end), None) = (&mut window.kind, &window.by) {
            *start = (*start).max(from);
            *end = match (*end, until) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
        }
    }
    rule
}

/// The items of a catalogue that have other terms.
fn items((old, one): (&Policy, &Rule), (new, other): (&Policy, &Rule)) -> Option<Text> {
    let (RuleBody::Request(before), RuleBody::Request(after)) = (&one.body, &other.body) else { return None };
    let text = both(|language| {
        let (words, others) = (Words::new(old, language), Words::new(new, language));
        let known: Vec<(&str, String)> =
            before.items.iter().map(|item| (item.title.name.as_str(), words.price(item))).collect();
        let differ = after.items.iter().filter(|item| {
            known
                .iter()
                .find(|(name, _)| *name == item.title.name)
                .is_none_or(|(_, price)| *price != others.price(item))
        });
        let names: Vec<String> = differ.map(|item| others.name(&item.title)).collect();
        others.one_of(&names)
    });
    (!text.en.is_empty()).then_some(text)
}

/// The rows of a table that give something else: `the level is gold`.
fn rows((old, one): (&Policy, &Rule), (new, other): (&Policy, &Rule)) -> Option<Text> {
    fn table(rule: &Rule) -> Option<(&Expr, &[TableRow])> {
        let expr = match &rule.body {
            RuleBody::Raise { factor, .. } => &factor.times,
            RuleBody::Earn(lines) => &lines.first()?.amount,
            RuleBody::Level { line, .. } => &line.amount,
            _ => return None,
        };
        let expr = match &expr.node {
            Node::PerFull { award, .. } => award,
            _ => expr,
        };
        match &expr.node {
            Node::Table { subject, rows, .. } => Some((subject, rows)),
            _ => None,
        }
    }
    let ((subject, before), (_, after)) = (table(one)?, table(other)?);
    let told = |policy: &Policy, rows: &[TableRow], language| -> Vec<(String, String)> {
        let words = Words::new(policy, language);
        rows.iter().map(|row| (words.row_test(&row.test), words.expr(&row.value))).collect()
    };
    let text = both(|language| {
        let words = Words::new(old, language).on(&one.kinds);
        let (before, after) = (told(old, before, language), told(new, after, language));
        let names: Vec<String> =
            after.iter().filter(|row| !before.contains(row)).map(|(name, _)| name.clone()).collect();
        if names.is_empty() || names.len() == after.len() {
            return String::new();
        }
        let subject = match &subject.node {
            Node::Default(inner, _) => words.expr(inner),
            _ => words.expr(subject),
        };
        let names = words.one_of(&names);
        words.tidy(&say!(language, "{subject}: {names}", "{subject}为{names}"))
    });
    (!text.en.is_empty()).then_some(text)
}

/// Why the rule was silent: the clause that did not hold.
fn reason<'r>(policy: &Policy, rule: &'r Rule, trace: &earnest_interpreter::decision::RuleTrace) -> Option<&'r Expr> {
    let place = &trace.because.as_ref()?.place;
    if trace.result != RuleResult::Condition {
        return None;
    }
    let at = |one: &&Expr| policy.sources.place(one.span) == *place;
    parts(rule).into_iter().find(at).or_else(|| rule.conditions.iter().find(at))
}

/// What must hold beside a condition so that another does not: of a set its further members, of a threshold its other side.
fn beyond(inside: &Expr, outside: &Expr, same: impl Fn(&Expr, &Expr) -> bool) -> Option<Expr> {
    match (&inside.node, &outside.node) {
        (Node::In(a, members), Node::In(b, others)) if same(a, b) => {
            let one = |member: &SetMember, other: &SetMember| match (member, other) {
                (SetMember::One(a), SetMember::One(b)) => same(a, b),
                _ => member == other,
            };
            let rest: Vec<SetMember> =
                members.iter().filter(|member| !others.iter().any(|other| one(member, other))).cloned().collect();
            (!rest.is_empty()).then(|| Expr { node: Node::In(a.clone(), rest), ..inside.clone() })
        }
        _ => None,
    }
}

/// The same condition the other way round.
fn opposite(expr: &Expr) -> Expr {
    let node = match &expr.node {
        Node::Compare(compare, a, b) => {
            let compare = match compare {
                Compare::Equal => Compare::NotEqual,
                Compare::NotEqual => Compare::Equal,
                Compare::Less => Compare::AtLeast,
                Compare::AtMost => Compare::Greater,
                Compare::Greater => Compare::AtMost,
                Compare::AtLeast => Compare::Less,
            };
            Node::Compare(compare, a.clone(), b.clone())
        }
        Node::Not(inner) => return (**inner).clone(),
        _ => Node::Not(Box::new(expr.clone())),
    };
    Expr { node, ..expr.clone() }
}

/// Events that one policy's rule reaches and the other's does not.
fn edge(
    (inside, rule): (&Policy, Option<&Rule>),
    (outside, silent): (&Policy, Option<&Rule>),
    tried: &Tried,
    why: Option<&Expr>,
) -> Text {
    let (Some(rule), Some(silent)) = (rule, silent) else { return Text::new("", "") };
    let at = tried.trial.event().map(|(_, at)| at);
    if let Some(part) = at.and_then(|at| interval(rule, silent, at)) {
        return both(|language| {
            let words = Words::new(inside, language).on(&rule.kinds);
            let (kinds, time) = (words.kinds(&rule.kinds), words.between(part.0, part.1));
            let all: Vec<String> = parts(rule).into_iter().map(|one| words.condition(one)).collect();
            let told = if all.is_empty() {
                say!(language, "{kinds} {time}", "{time}的{kinds}")
            } else {
                let all = words.all_of(&all);
                say!(language, "{kinds} {time}, if {all}", "{time}的{kinds}，{all}")
            };
            words.tidy(&told)
        });
    }
    let Some(why) = why else {
        let reach = both(|language| reach(inside, rule, language));
        let other = both(|language| {
            let words = Words::new(outside, language).on(&silent.kinds);
            words.clauses(&silent.windows.iter().map(|window| words.window(window)).collect::<Vec<_>>())
        });
        if other.en.is_empty() {
            return reach;
        }
        return Text::new(format!("{}; but not {}", reach.en, other.en), format!("{}；{}除外", reach.zh, other.zh));
    };
    both(|language| {
        let words = Words::new(inside, language).on(&rule.kinds);
        let others = Words::new(outside, language).on(&silent.kinds);
        let same = |a: &Expr, b: &Expr| words.expr(a) == others.expr(b);
        let mut replaced = false;
        let mut conditions: Vec<String> = parts(rule)
            .into_iter()
            .map(|one| match beyond(one, why, same) {
                Some(rest) => {
                    replaced = true;
                    words.condition(&rest)
                }
                None => words.condition(one),
            })
            .collect();
        if !replaced {
            conditions.push(others.condition(&opposite(why)));
        }
        reach_if(inside, rule, conditions, language)
    })
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
        return Some(Text::new("the rule sets no limit", "规则未设限额"));
    }
    let join = |told: fn(&Text) -> &str, between: &str| bounded.iter().map(told).collect::<Vec<_>>().join(between);
    Some(Text::new(join(|text| &text.en, "; "), join(|text| &text.zh, "；")))
}
