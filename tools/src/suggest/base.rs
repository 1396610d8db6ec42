//! Trials to start from: the events of the tests that there are, and plain events for kinds that no test has.

use super::atom::{Nearby, changes, values};
use super::trial::{Bench, Change, Outcome, Trial};
use crate::coverage::gather::place;
use crate::coverage::item::Aspect;
use chrono::TimeDelta;
use earnest_dsl::policy::{Expr, Field, Kind, KindId, Node, Policy, Role, Rule, ScenarioStep, Type, WindowKind};
use earnest_dsl::source::Span;
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json};

/// A trial with what came of it.
#[derive(Debug)]
pub(crate) struct Base {
    pub trial: Trial,
    pub outcome: Outcome,
}

/// One base for each event of the tests: the event alone with what was given, and then with everything before it.
pub(crate) fn of_tests(bench: &Bench, policy: &Policy) -> Vec<Base> {
    let (mut alone, mut whole) = (Vec::new(), Vec::new());
    for scenario in &policy.scenarios {
        for (at, step) in scenario.steps.iter().enumerate() {
            if !matches!(step, ScenarioStep::Event { .. }) {
                continue;
            }
            let before = scenario.steps.get(..at).unwrap_or_default();
            let scene = before.iter().filter(|step| match step {
                ScenarioStep::Given(_) => true,
                ScenarioStep::Lots { expected, .. } => {
                    matches!(expected, earnest_dsl::policy::scenario::LotsExpected::Used(..))
                }
                ScenarioStep::Event { .. } => false,
            });
            let short = Trial { steps: scene.chain([step]).cloned().collect() };
            let long = Trial { steps: before.iter().chain([step]).cloned().collect() };
            for (trial, all) in [(short, &mut alone), (long, &mut whole)] {
                let seen_before = all.iter().any(|base: &Base| base.trial == trial);
                if let Some(outcome) = bench.run(&trial).filter(|outcome| !seen_before && outcome.is_decided()) {
                    all.push(Base { trial, outcome });
                }
            }
        }
    }
    whole.retain(|base| !alone.iter().any(|other| other.trial == base.trial));
    alone.extend(whole);
    alone
}

/// Bases of the tests, and a plain event of every kind that some rule is on and no test has.
pub(crate) fn all(bench: &Bench, policy: &Policy) -> Vec<Base> {
    let mut bases = of_tests(bench, policy);
    for (at, kind) in policy.kinds.iter().enumerate() {
        let id = KindId(at);
        let used = policy.rules.iter().any(|rule| rule.kinds.contains(&id));
        if used && !bases.iter().any(|base| base.trial.kind(policy) == Some(kind)) {
            bases.extend(plain(bench, policy, id));
        }
    }
    bases
}

/// A plain event of a kind: ordinary values in every field that must be there.
pub(crate) fn plain(bench: &Bench, policy: &Policy, id: KindId) -> Option<Base> {
    let kind = policy.kind(id).filter(|kind| kind.role != Role::Refund)?;
    let at = policy.effective_from.checked_add_signed(TimeDelta::hours(24 * 31 + 10))?;
    let mut event = Map::new();
    event.insert("type".to_owned(), Json::String(kind.json.clone()));
    event.insert("customer".to_owned(), Json::String("c1".to_owned()));
    event.insert("at".to_owned(), Json::String(at.format("%Y-%m-%dT%H:%M:%S").to_string()));
    let mut trial = Trial { steps: vec![ScenarioStep::Event { event, at, expected: vec![], span: Span::default() }] };
    for field in kind.fields.iter().filter(|field| !field.typed.optional && field.default.is_none()) {
        let name = field.json.first()?.name.clone();
        let value = ordinary(policy, &trial, kind, field)?;
        trial = trial.with(&Change::Member(name, Some(value)));
    }
    let outcome = bench.run(&trial).filter(Outcome::is_decided)?;
    Some(Base { trial, outcome })
}

fn ordinary(policy: &Policy, trial: &Trial, kind: &Kind, field: &Field) -> Option<Json> {
    let text = |text: &str| Some(Json::String(text.to_owned()));
    match &field.typed.ty {
        Type::Money(_) | Type::Points(_) | Type::Quantity(_) => text("1000"),
        Type::Number | Type::Count | Type::Multiple => text("1"),
        Type::Percent => text("0.1"),
        Type::Term => text(if field.json.first()?.factor > 1 { "1" } else { "12" }),
        Type::Days | Type::WorkingDays | Type::Minutes => text("10"),
        Type::Text => text("x"),
        Type::Subject(id) => text(&format!("{}1", policy.subject(*id)?.title.name)),
        Type::Time => text("10:00:00"),
        Type::Enum(_) | Type::Flag | Type::Code(_) | Type::Date => {
            values(policy, trial, field, &Nearby::default()).into_iter().flatten().next()
        }
        // An earlier event must have been, and lists are the author's.
        _ => {
            let _ = kind;
            None
        }
    }
}

/// The base changed, clause by clause, until a rule applies to it.
pub(crate) fn reaching(bench: &Bench, policy: &Policy, rule: &Rule, base: &Base) -> Option<Base> {
    let mut trial = base.trial.clone();
    let mut outcome = bench.run(&trial)?;
    for _ in 0..MOST_STEPS {
        if seen(policy, &outcome, rule.title.span, Aspect::Applies) {
            return outcome.is_decided().then_some(Base { trial, outcome });
        }
        let next = step(bench, policy, rule, &trial, &outcome)?;
        (trial, outcome) = next;
    }
    None
}

/// Clauses that one base may fail before it is given up.
const MOST_STEPS: usize = 6;
/// Changes tried for one clause.
const MOST_CHANGES: usize = 24;

/// One change after which the first clause that failed holds.
fn step(bench: &Bench, policy: &Policy, rule: &Rule, trial: &Trial, outcome: &Outcome) -> Option<(Trial, Outcome)> {
    for window in &rule.windows {
        if seen(policy, outcome, window.span, Aspect::Outside) {
            let (_, at) = trial.event()?;
            let tries: Vec<Change> = match &window.kind {
                WindowKind::Between(from, until) => {
                    let day = TimeDelta::hours(10);
                    let inside = from.and_then(|from| from.checked_add_signed(day));
                    let before = until.and_then(|until| until.checked_sub_signed(day));
                    inside.into_iter().chain(before).map(Change::At).collect()
                }
                WindowKind::Days(_, hours) => {
                    let days = (0..=366).filter_map(|days| at.checked_add_signed(TimeDelta::days(days)));
                    days.map(|at| hours.map_or(at, |(from, _)| at.date().and_time(from))).map(Change::At).collect()
                }
                WindowKind::Within(..) => vec![],
            };
            return first(bench, trial, &tries, |outcome| seen(policy, outcome, window.span, Aspect::Inside));
        }
    }
    let conditions = rule.conditions.iter().flat_map(parts);
    for condition in conditions {
        if seen(policy, outcome, condition.span, Aspect::Fails) {
            let tries = changes(policy, trial, &[condition], &Nearby::of(&[condition]));
            let tries = tries.get(..MOST_CHANGES.min(tries.len())).unwrap_or_default();
            return first(bench, trial, tries, |outcome| seen(policy, outcome, condition.span, Aspect::Holds));
        }
    }
    // It applies to the event and gives nothing: there is too little of something.
    let kind = trial.kind(policy)?;
    let amount = kind.fields.iter().find(|field| matches!(field.typed.ty, Type::Money(_)))?;
    let name = amount.json.first()?.name.clone();
    let large = Change::Member(name, Some(Json::String(Decimal::from(100_000).to_string())));
    first(bench, trial, &[large], |outcome| seen(policy, outcome, rule.title.span, Aspect::Applies))
}

fn first(bench: &Bench, trial: &Trial, tries: &[Change], holds: impl Fn(&Outcome) -> bool) -> Option<(Trial, Outcome)> {
    tries.iter().find_map(|change| {
        let trial = trial.with(change);
        let outcome = bench.run(&trial)?;
        (outcome.is_decided() && holds(&outcome)).then_some((trial, outcome))
    })
}

fn parts(expr: &Expr) -> Vec<&Expr> {
    match &expr.node {
        Node::And(all) => all.iter().flat_map(parts).collect(),
        _ => vec![expr],
    }
}

pub(crate) fn seen(policy: &Policy, outcome: &Outcome, span: Span, aspect: Aspect) -> bool {
    place(policy, span).is_some_and(|place| outcome.seen.contains(&(place, aspect)))
}
