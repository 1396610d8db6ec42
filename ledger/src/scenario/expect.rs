//! What a test would have to expect of an answer: the other direction of [`super::compare`].

use super::seen::{SeenLines, add, number, takes, unit_of};
use crate::answer::Answer;
use crate::told::HostTold;
use chrono::NaiveDate;
use earnest_dsl::policy::scenario::ExpectedPart;
use earnest_dsl::policy::{Expected, ExpectedKind, Policy, Role};
use earnest_dsl::source::Span;
use earnest_dsl::syntax::ast::MoneyVerb;
use earnest_interpreter::decision::{DecisionLine, Outcome};
use rust_decimal::Decimal;

/// Expectations that hold of this answer and of no other that differs in points: what is earned, with its lines, taken, moved,
/// granted and refused; and the money that goes with a request.
#[must_use]
pub fn expected(policy: &Policy, answer: &Answer) -> Vec<Expected> {
    let kinds = match answer.decision.outcome {
        Outcome::Refused => vec![ExpectedKind::Refuse(answer.decision.reason.clone().unwrap_or_default())],
        Outcome::Accepted => accepted(policy, answer),
    };
    kinds.into_iter().map(|kind| Expected { kind, span: Span::default() }).collect()
}

fn accepted(policy: &Policy, answer: &Answer) -> Vec<ExpectedKind> {
    let seen = SeenLines::of(policy, answer);
    let own = answer.event.customer.clone().unwrap_or_default();
    let decision = &answer.decision;
    let mut all = Vec::new();
    for ((customer, points), amount) in &seen.earned {
        let memo = policy.points.iter().any(|one| one.title.name == *points && one.memo);
        let to = (*customer != own).then(|| customer.clone());
        if memo || amount.is_zero() {
            continue;
        }
        // A refund takes where no line of its own does.
        if amount.is_sign_negative() && to.is_none() && !seen.taken.contains_key(&(customer.clone(), points.clone())) {
            all.push(ExpectedKind::Take { amount: -*amount, points: points.clone(), parts: vec![] });
            continue;
        }
        let parts = parts(policy, answer, customer, points);
        all.push(ExpectedKind::Earn { amount: *amount, points: points.clone(), to, parts });
    }
    for ((_, points), amount) in seen.taken.iter().filter(|(_, amount)| !amount.is_zero()) {
        all.push(ExpectedKind::Take { amount: *amount, points: points.clone(), parts: vec![] });
    }
    for ((_, points, to), amount) in &seen.moved {
        all.push(ExpectedKind::Move { amount: *amount, points: points.clone(), to: to.clone() });
    }
    for ((_, name), times) in &seen.granted {
        let mut left = *times;
        while left > Decimal::ZERO {
            all.push(ExpectedKind::Grant { name: name.clone(), number: None, worth: None });
            left = left.saturating_sub(Decimal::ONE);
        }
    }
    all.extend(money(answer));
    all.extend(decision.entries.as_deref().map(|entries| ExpectedKind::Entries(number(entries))));
    let day = decision.deliver_by.as_deref().and_then(|day| day.parse::<NaiveDate>().ok());
    all.extend(day.map(ExpectedKind::DeliverBy));
    all.extend(answer.told.iter().filter_map(|one| match one {
        HostTold::Level { level: Some(level), .. } => Some(ExpectedKind::Tier(level.clone())),
        _ => None,
    }));
    if all.is_empty() {
        all.extend(nothing(policy, &decision.entitled));
    }
    all
}

/// That nothing is earned; or what may be used without a line of points.
fn nothing(policy: &Policy, entitled: &[String]) -> Option<ExpectedKind> {
    if let Some(name) = entitled.first() {
        return Some(ExpectedKind::Grant { name: name.clone(), number: None, worth: None });
    }
    let points =
        policy.points.iter().find(|points| !points.memo && points.benefit.is_none() && points.kept_by.is_none())?;
    let points = points.title.name.clone();
    Some(ExpectedKind::Earn { amount: Decimal::ZERO, points, to: None, parts: vec![] })
}

/// Lines by rule, where there are several or limits cut one. Of a request points are broken down otherwise.
fn parts(policy: &Policy, answer: &Answer, customer: &str, points: &str) -> Vec<ExpectedPart> {
    let role = policy.kind(answer.event.kind).map_or(Role::Plain, |kind| kind.role);
    if role == Role::Request {
        return vec![];
    }
    let mut parts: Vec<(String, Decimal, Decimal)> = Vec::new();
    let lines = answer.decision.lines.iter();
    let meant =
        |line: &&DecisionLine| line.customer == customer && unit_of(policy, line) == points && !takes(&line.kind);
    for line in lines.filter(meant) {
        let (amount, asked) = (number(&line.amount), number(&line.asked));
        match parts.iter_mut().find(|(rule, ..)| *rule == line.rule) {
            Some((_, got, all)) => {
                add(got, amount);
                add(all, asked);
            }
            None => parts.push((line.rule.clone(), amount, asked)),
        }
    }
    let cut = parts.iter().any(|(_, got, asked)| got != asked);
    if parts.len() < 2 && !cut {
        return vec![];
    }
    let shortest = |rule: &str| {
        let last = rule.rsplit('.').next().unwrap_or(rule);
        let alike = policy.rules.iter().filter(|one| one.title.name.rsplit('.').next() == Some(last)).count();
        if alike > 1 { rule.to_owned() } else { last.to_owned() }
    };
    parts.into_iter().map(|(rule, got, asked)| (shortest(&rule), got, (got != asked).then_some(asked))).collect()
}

fn money(answer: &Answer) -> Vec<ExpectedKind> {
    let mut all: Vec<ExpectedKind> = Vec::new();
    for one in &answer.decision.amounts {
        let verb = match one.kind.as_str() {
            "off" => MoneyVerb::Off,
            "pay" => MoneyVerb::Pay,
            "give" | "receive" => MoneyVerb::Give,
            _ => continue,
        };
        let more = number(&one.amount);
        let same = all.iter_mut().find_map(|known| match known {
            ExpectedKind::Money { verb: known, amount, unit } if *known == verb && *unit == one.unit => Some(amount),
            _ => None,
        });
        match same {
            Some(amount) => add(amount, more),
            // A plain number has no unit to be written with.
            None if one.unit.is_empty() => {}
            None => all.push(ExpectedKind::Money { verb, amount: more, unit: one.unit.clone() }),
        }
    }
    all
}
