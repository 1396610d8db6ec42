//! What lints say is so: the events that show a finding go through the reference engine, and what was claimed of them happens.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot run fails")]

#[path = "../../dsl/tests/support/page.rs"]
#[allow(dead_code, reason = "the tests of the checker use the rest")]
mod page;

use earnest_dsl::diagnostic::pages;
use earnest_dsl::lint::{Claim, Shown};
use earnest_dsl::policy::scenario::{Given, Held};
use earnest_dsl::policy::{Policy, RuleId, Scenario, ScenarioStep};
use earnest_dsl::prove::space::Witness;
use earnest_dsl::source::Span;
use earnest_interpreter::decision::Outcome;
use earnest_ledger::scenario::answers;
use earnest_ledger::{Answer, Programme};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Findings that no event shows, with the reason.
const WITHOUT: [(&str, &str); 2] = [
    ("W0164", "nobody reaches the level: there is no event at which it is missed"),
    ("W0171", "the reminder does not come: there is no event at which it is missed"),
];

fn steps(events: &[Witness]) -> Vec<ScenarioStep> {
    let mut steps = Vec::new();
    let mut told: Vec<Given> = Vec::new();
    for witness in events {
        for given in &witness.given {
            if !told.contains(given) {
                told.push(given.clone());
                steps.push(ScenarioStep::Given(given.clone()));
            }
        }
        let customer = witness.event.get("customer").and_then(|id| id.as_str()).unwrap_or("c1").to_owned();
        let holds = witness.assumed.iter().map(|(points, amount)| Held {
            points: points.clone(),
            amount: *amount,
            pool: None,
            earned: None,
            funded_by: None,
            frozen: false,
        });
        let holds: Vec<Held> = holds.collect();
        if !holds.is_empty() {
            let given = Given { subject: "customer".to_owned(), customer, holds, ..Given::default() };
            steps.push(ScenarioStep::Given(given));
        }
        steps.push(ScenarioStep::Event {
            event: witness.event.clone(),
            at: witness.at,
            expected: vec![],
            span: Span::default(),
        });
    }
    steps
}

fn run(programme: &Programme, events: &[Witness]) -> Vec<Answer> {
    let scenario = Scenario { label: String::new(), steps: steps(events), span: Span::default() };
    let answers = answers(programme, 0, &scenario);
    assert_eq!(answers.len(), events.len(), "every event of the witness can be decided: {events:#?}");
    answers.into_iter().map(|(_, answer)| answer).collect()
}

fn number(text: &str) -> Decimal {
    text.parse().expect("an amount")
}

/// What a rule posted, by points.
fn posted(policy: &Policy, id: RuleId, answers: &[Answer]) -> BTreeMap<String, Decimal> {
    let name = &policy.rule(id).expect("the rule").title.name;
    let mut sums = BTreeMap::new();
    for line in answers.iter().flat_map(|answer| &answer.decision.lines).filter(|line| line.rule == *name) {
        *sums.entry(line.points.clone()).or_insert(Decimal::ZERO) += number(&line.amount);
    }
    sums
}

fn sum(policy: &Policy, id: RuleId, answers: &[Answer]) -> Decimal {
    posted(policy, id, answers).values().copied().sum()
}

/// What a rule asked and got on an event.
fn asked(policy: &Policy, id: RuleId, answer: &Answer) -> (Decimal, Decimal) {
    let name = &policy.rule(id).expect("the rule").title.name;
    let lines = answer.decision.lines.iter().filter(|line| line.rule == *name);
    lines.fold((Decimal::ZERO, Decimal::ZERO), |(asked, got), line| {
        (asked + number(&line.asked), got + number(&line.amount))
    })
}

fn check(policy: &Policy, programme: &Programme, shown: &Shown) -> Result<(), String> {
    let answers = run(programme, &shown.steps);
    let last = answers.last().expect("an event");
    let one = std::slice::from_ref(last);
    let so = |so: bool, what: String| if so { Ok(()) } else { Err(what) };
    match &shown.claim {
        Claim::Nothing(id) => {
            let got = sum(policy, *id, one);
            so(got.is_zero(), format!("it gets {got}"))
        }
        Claim::Something(ids) => ids.iter().try_for_each(|id| {
            let got = sum(policy, *id, one);
            so(got > Decimal::ZERO, format!("{:?} gets {got}", policy.rule(*id).expect("the rule").title.name))
        }),
        Claim::Cut(id) => {
            let (asked, got) = asked(policy, *id, last);
            so(got < asked, format!("asks {asked}, gets {got}"))
        }
        Claim::Whole(id) => {
            let (asked, got) = asked(policy, *id, last);
            so(got == asked && got > Decimal::ZERO, format!("asks {asked}, gets {got}"))
        }
        Claim::Refused => so(last.decision.outcome == Outcome::Refused, "it is accepted".to_owned()).and_then(|()| {
            so(last.decision.reason.as_deref() != Some("insufficient_points"), "for want of points".to_owned())
        }),
        Claim::Takes(amount) => {
            let taken: Decimal = last.decision.lines.iter().map(|line| number(&line.amount)).sum();
            so(-taken == *amount, format!("takes {}", -taken))
        }
        Claim::Lost(id) => {
            let name = &policy.rule(*id).expect("the rule").title.name;
            let line = last.decision.lines.iter().find(|line| line.rule == *name).ok_or("it gives nothing")?;
            let ends = line.expires_on.clone().ok_or("it does not end")?;
            let day = last.decision.lines.first().and_then(|line| line.available_from.clone());
            let usable = day.unwrap_or_else(|| last.event.at.date().to_string());
            so(ends < usable, format!("usable from {usable}, ends {ends}"))
        }
        Claim::Left(id) => {
            let left = posted(policy, *id, &answers);
            so(left.values().any(|amount| *amount > Decimal::ZERO), format!("leaves {left:?}"))
        }
        Claim::Compared(id, first, second) => {
            let (one, other) = (sum(policy, *id, &answers), sum(policy, *id, &run(programme, &shown.beside)));
            so(one == *first && other == *second, format!("gives {one} and {other}, not {first} and {second}"))
        }
        Claim::More(id) => {
            let (one, other) = (sum(policy, *id, &answers), sum(policy, *id, &run(programme, &shown.beside)));
            so(one > other, format!("gives {one} and {other}"))
        }
    }
}

#[test]
fn what_a_finding_shows_happens() {
    let mut faults = Vec::new();
    for code in pages::codes().filter(|code| ("W0150".."W0200").contains(code)) {
        let example = pages::page(code).expect("the page").wrong;
        for loaded in page::run(example) {
            let policy = loaded.policy.expect("the wrong example compiles");
            let found = earnest_dsl::lint::sense(&policy);
            let programme = Programme::new(vec![policy.clone()]).expect("a version");
            for one in found.iter().filter(|one| one.diagnostic.code == code) {
                match &one.shown {
                    None if WITHOUT.iter().any(|(without, _)| *without == code) => {}
                    None => faults.push(format!("{code}: no witness")),
                    Some(shown) => {
                        if let Err(fault) = check(&policy, &programme, shown) {
                            faults.push(format!("{code}: {fault}; claimed {:?} of {:#?}", shown.claim, shown.steps));
                        }
                    }
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}:\n{}", faults.len(), faults.join("\n"));
}
