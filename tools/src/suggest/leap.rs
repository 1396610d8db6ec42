//! 29 February: what was earned on it ends on 28 February, and who was born on it has a birthday every year.

use super::base::Base;
use super::trial::{Bench, Change, Trial};
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime};
use earnest_dsl::policy::expr::walk;
use earnest_dsl::policy::scenario::LotsExpected;
use earnest_dsl::policy::{DayPattern, Expr, Node, Policy, ScenarioStep, Type, Validity, WindowKind};
use earnest_dsl::source::Span;
use rust_decimal::Decimal;
use serde_json::Value as Json;

/// Whether some test of the version touches the day already.
pub(crate) fn is_tested(policy: &Policy) -> bool {
    let leap = |text: &str| text.contains("-02-29");
    policy.scenarios.iter().flat_map(|scenario| &scenario.steps).any(|step| match step {
        ScenarioStep::Event { event, at, .. } => {
            is_leap_day(at.date()) || event.values().filter_map(Json::as_str).any(leap)
        }
        ScenarioStep::Given(given) => {
            given.facts.values().filter_map(Json::as_str).any(leap)
                || given.holds.iter().any(|held| held.earned.is_some_and(|at| is_leap_day(at.date())))
        }
        ScenarioStep::Lots { at, .. } => is_leap_day(at.date()),
    })
}

fn is_leap_day(day: NaiveDate) -> bool {
    day.month() == 2 && day.day() == 29
}

/// The first 29 February in force.
fn leap_day(policy: &Policy) -> Option<NaiveDate> {
    let from = policy.effective_from.date();
    (0..=8)
        .filter_map(|years| NaiveDate::from_ymd_opt(from.year().checked_add(years)?, 2, 29))
        .find(|day| *day >= from && policy.effective_until.is_none_or(|until| day.and_time(NaiveTime::MIN) < until))
}

fn ten(day: NaiveDate) -> Option<NaiveDateTime> {
    day.and_hms_opt(10, 0, 0)
}

/// Points earned on the day, on the last day on which they can be used and on the one after it.
pub(crate) fn lots(bench: &Bench, policy: &Policy, bases: &[Base]) -> Vec<Trial> {
    let Some(day) = leap_day(policy) else { return vec![] };
    let Some(at) = ten(day) else { return vec![] };
    let lives = policy.points.iter().filter(|points| {
        points.pools.iter().any(|pool| {
            matches!(pool.validity, Validity::After { months, .. } | Validity::ToEndOf { months, .. } if months > 0)
        })
    });
    let mut all = Vec::new();
    for points in lives {
        all.extend(bases.iter().find_map(|base| lot(bench, &base.trial, at, &points.title.name)));
    }
    all
}

pub(crate) fn lot(bench: &Bench, base: &Trial, at: NaiveDateTime, unit: &str) -> Option<Trial> {
    let trial = base.with(&Change::At(at));
    let holds = |step: &ScenarioStep| matches!(step, ScenarioStep::Given(given) if !given.holds.is_empty());
    if trial.steps.iter().any(holds) {
        return None;
    }
    let outcome = bench.run(&trial)?;
    let answer = outcome.last()?;
    let lines: Vec<_> = answer.decision.lines.iter().filter(|line| line.amount != "0").collect();
    let line = lines.first()?;
    // All of one unit, for one customer, to one day: what is left after that day is nothing.
    let alike = lines.iter().all(|other| {
        other.unit.as_deref().unwrap_or(&other.points) == unit
            && (&other.customer, &other.expires_on) == (&line.customer, &line.expires_on)
    });
    if !alike || outcome.answers.len() != 1 {
        return None;
    }
    let last: NaiveDate = line.expires_on.as_deref()?.parse().ok()?;
    let amounts = lines.iter().filter_map(|line| line.amount.parse::<Decimal>().ok());
    let amount = amounts.fold(Decimal::ZERO, |sum, one| sum.saturating_add(one));
    let balance = |at: NaiveDateTime, amount: Decimal| ScenarioStep::Lots {
        at,
        customer: line.customer.clone(),
        expected: LotsExpected::Balance(unit.to_owned(), amount, vec![]),
        span: Span::default(),
    };
    let mut trial = trial;
    trial.steps.push(balance(last.and_hms_opt(23, 59, 59)?, amount));
    trial.steps.push(balance(last.succ_opt()?.and_time(NaiveTime::MIN), Decimal::ZERO));
    bench.with_expectations(&trial)
}

/// Birthdays of the day: on 28 February and 1 March of a common year, on 29 February of a leap year.
pub(crate) fn birthdays(bench: &Bench, policy: &Policy, bases: &[Base]) -> Vec<Trial> {
    let Some(day) = leap_day(policy) else { return vec![] };
    let mut all = Vec::new();
    for rule in &policy.rules {
        let windows = rule.windows.iter().filter_map(|window| match &window.kind {
            WindowKind::Days(patterns, _) => Some(patterns),
            _ => None,
        });
        let patterns = windows.flatten().filter_map(|pattern| match pattern {
            DayPattern::SameMonth(of) | DayPattern::Anniversary(of) => Some(of),
            _ => None,
        });
        let facts: Vec<(String, String)> =
            patterns.chain(&rule.conditions).flat_map(|expr| dates(policy, expr)).collect();
        for (subject, fact) in facts.into_iter().take(1) {
            let mut kinds = rule.kinds.iter().filter_map(|id| policy.kind(*id));
            let fits = |base: &&Base| kinds.any(|kind| base.trial.kind(policy) == Some(kind));
            let Some(base) = bases.iter().find(fits) else { continue };
            all.extend(born(bench, &base.trial, day, (&subject, &fact)));
        }
    }
    all
}

fn born(bench: &Bench, base: &Trial, leap: NaiveDate, (subject, fact): (&str, &str)) -> Option<Trial> {
    let date = Some(Json::String("1992-02-29".to_owned()));
    let change = Change::Fact { subject: subject.to_owned(), id: base.customer(), fact: fact.to_owned(), value: date };
    let base = base.with(&change);
    let common =
        leap.with_year(leap.year().checked_add(1)?).or(NaiveDate::from_ymd_opt(leap.year().checked_add(1)?, 2, 28))?;
    let mut steps = base.with(&Change::At(ten(leap)?)).steps;
    for day in [common, common.succ_opt()?] {
        steps.extend(base.with(&Change::At(ten(day)?)).steps.pop());
    }
    bench.with_expectations(&Trial { steps })
}

/// Dates of the customer that an expression reads: subject and fact, by JSON name.
fn dates(policy: &Policy, expr: &Expr) -> Vec<(String, String)> {
    let mut all = Vec::new();
    walk(expr, &mut |inner| {
        if let Node::Fact(id, _, name) = &inner.node
            && inner.typed.ty == Type::Date
            && let Some(subject) = policy.subject(*id).filter(|subject| subject.title.name == "customer")
            && let Some(json) =
                subject.facts.iter().find(|fact| fact.title.name == *name).and_then(|fact| fact.json.first())
        {
            all.push((subject.title.name.clone(), json.name.clone()));
        }
    });
    all
}
