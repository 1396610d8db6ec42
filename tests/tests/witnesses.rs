//! What lints say is so: the events that show a finding go through the reference engine, and what was claimed of them happens.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot run fails")]

#[path = "../../dsl/tests/support/page.rs"]
#[allow(dead_code, reason = "the tests of the checker use the rest")]
mod page;

use chrono::NaiveDate;
use earnest_dsl::diagnostic::pages;
use earnest_dsl::lint::{Claim, Found, Shown, load_and_lint};
use earnest_dsl::load::InputFile;
use earnest_dsl::policy::scenario::{Given, Held};
use earnest_dsl::policy::{GroupMode, Policy, RuleId, Scenario, ScenarioStep};
use earnest_dsl::prove::space::Witness;
use earnest_dsl::source::Span;
use earnest_interpreter::decision::Outcome;
use earnest_ledger::scenario::answers;
use earnest_ledger::{Answer, Programme};
use earnest_tests::events::purchases;
use earnest_tests::programmes::programme;
use proptest::prelude::*;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Findings that no event shows, with the reason.
const WITHOUT: [(&str, &str); 15] = [
    ("W0101", "it is about a comment"),
    ("W0102", "it is about a comment"),
    ("W0103", "it is about a comment"),
    ("W0104", "the group combines nothing: every event is decided as if it were not there"),
    ("W0105", "nothing reads it: every event is decided as if it were not there"),
    ("W0106", "it is about what is shown"),
    ("W0107", "it is about what the tests leave out"),
    ("W0108", "nothing reads it: every event is decided as if it were not there"),
    ("W0109", "the same codes under a name decide the same"),
    ("W0112", "it is about what can be said of the books"),
    ("W0114", "a local time that does not exist is that of no event"),
    ("W0118", "it is about a test"),
    ("W0119", "it is about what is shown"),
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

/// The name in which a rule's lines stand: factors that multiply together post in the name of their group.
fn posts_as(policy: &Policy, id: RuleId) -> &str {
    let rule = policy.rule(id).expect("the rule");
    let group = rule.group.and_then(|(group, _)| policy.group(group));
    let product = group.filter(|group| group.mode == GroupMode::MultiplyTogether);
    product.map_or(&rule.title.name, |group| &group.title.name)
}

/// What a rule posted, by points.
fn posted(policy: &Policy, id: RuleId, answers: &[Answer]) -> BTreeMap<String, Decimal> {
    let name = posts_as(policy, id);
    let mut sums = BTreeMap::new();
    for line in answers.iter().flat_map(|answer| &answer.decision.lines).filter(|line| line.rule == name) {
        *sums.entry(line.points.clone()).or_insert(Decimal::ZERO) += number(&line.amount);
    }
    sums
}

fn sum(policy: &Policy, id: RuleId, answers: &[Answer]) -> Decimal {
    posted(policy, id, answers).values().copied().sum()
}

/// What a rule asked and got on an event.
fn asked(policy: &Policy, id: RuleId, answer: &Answer) -> (Decimal, Decimal) {
    let name = posts_as(policy, id);
    let lines = answer.decision.lines.iter().filter(|line| line.rule == name);
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
            let name = posts_as(policy, *id);
            let line = last.decision.lines.iter().find(|line| line.rule == name).ok_or("it gives nothing")?;
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

/// The policy of a text, and what the lints find in it.
fn linted(files: Vec<InputFile>, parameters: &[(String, String)], today: Option<NaiveDate>) -> (Policy, Vec<Found>) {
    let (loaded, reports) = load_and_lint(files, parameters, today);
    let policy = loaded.versions.into_iter().find_map(|version| version.policy).expect("it compiles");
    (policy, reports.into_iter().flat_map(|report| report.findings).collect())
}

/// Checks all findings of a policy that have a witness.
fn faults(policy: &Policy, found: &[Found]) -> Vec<String> {
    let programme = Programme::new(vec![policy.clone()]).expect("a version");
    let shown = found.iter().filter_map(|one| Some((one.diagnostic.code, one.shown.as_ref()?)));
    shown
        .filter_map(|(code, shown)| {
            let fault = check(policy, &programme, shown).err()?;
            Some(format!("{code}: {fault}; claimed {:?} of {:#?}", shown.claim, shown.steps))
        })
        .collect()
}

/// Rules of which a finding says that they never give anything.
fn silent(found: &[Found]) -> Vec<(&'static str, RuleId)> {
    let never = ["W0150", "W0163", "W0166", "W0169"];
    found
        .iter()
        .filter(|one| never.contains(&one.diagnostic.code))
        .filter_map(|one| match &one.shown.as_ref()?.claim {
            Claim::Nothing(id) => Some((one.diagnostic.code, *id)),
            _ => None,
        })
        .collect()
}

proptest! {
    // Always the same programmes: what random ones find elsewhere is a bug of a lint, not of the change at hand.
    #![proptest_config(ProptestConfig {
        cases: 24,
        rng_seed: proptest::test_runner::RngSeed::Fixed(20_261_125),
        ..ProptestConfig::default()
    })]

    /// What is said of random programmes is so: every witness shows it, and no random event contradicts it.
    #[test]
    fn what_is_found_in_random_programmes_is_so(programme in programme(), events in purchases(30)) {
        let (policy, found) = linted(vec![InputFile { path: "programme.earn".to_owned(), text: programme.text() }], &[], None);
        let faults = faults(&policy, &found);
        prop_assert!(faults.is_empty(), "{}\n{}", programme.text(), faults.join("\n"));
        let silent = silent(&found);
        let mut host = earnest_ledger::Host::new(Programme::new(vec![policy.clone()]).expect("a version"));
        for (at, event) in events.iter().enumerate() {
            let answer = host.decide(&event.json(at), false).expect("it is decided");
            for (code, id) in &silent {
                let got = sum(&policy, *id, std::slice::from_ref(&answer));
                prop_assert!(got.is_zero(), "{code}: {:?} gives {got}\n{}", policy.rule(*id), programme.text());
            }
        }
    }
}

#[test]
fn what_a_finding_shows_happens() {
    let mut faults = Vec::new();
    for code in pages::codes().filter(|code| code.starts_with('W')) {
        let example = pages::page(code).expect("the page").wrong;
        let (files, parameters) = page::files(example);
        let today = example.lines().find_map(|line| line.strip_prefix("// today ")).and_then(|day| day.parse().ok());
        let (policy, found) = linted(files, &parameters, today);
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
    assert!(faults.is_empty(), "{}:\n{}", faults.len(), faults.join("\n"));
}
