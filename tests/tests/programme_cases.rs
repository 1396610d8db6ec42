//! The earning expectations of the worked cases, for the six programmes whose policies stand under `policies/`.
//!
//! Events run in order through the ledger's host. Events that ask for something, and those of a host (clock, valuation, settlement), are
//! skipped and counted: redemption and lifecycle are not decided by this version. Closed world: an event that earns and is not listed fails.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot run fails")]

use earnest_dsl::load::load;
use earnest_dsl::policy::{Policy, Role, Value};
use earnest_ledger::{Host, Programme};
use earnest_tests::{programme_files, project};
use rust_decimal::Decimal;
use serde_json::Value as Json;
use std::str::FromStr;

const PROGRAMMES: &[&str] = &[
    "p04-guizhou",
    "p11-leisure-shoe",
    "p18-gift-redemption-2022",
    "p25-cmb-debit",
    "p26-citic-debit",
    "p30-pingan-debit",
];

/// What came of one case.
#[derive(Default)]
struct Run {
    faults: Vec<String>,
    events: usize,
    skipped: usize,
}

/// What an event earned: event, customer, pool, amount.
type Earned = (String, String, String, Decimal);

fn decimal(json: &Json) -> Decimal {
    Decimal::from_str(json.as_str().expect("a decimal string")).expect("a decimal")
}

fn text<'a>(json: &'a Json, name: &str) -> Option<&'a str> {
    json.get(name).and_then(Json::as_str)
}

/// The case's parameters in the words of the policy: those that it declares under the same name, and a single campaign's window and multiple.
fn parameters(policy: &Policy, params: &Json) -> Vec<(String, String)> {
    policy
        .parameters
        .iter()
        .filter_map(|(name, declared)| Some((name.clone(), in_words(policy, declared, &given(params, name)?))))
        .collect()
}

fn given(params: &Json, name: &str) -> Option<String> {
    if let Some(value) = text(params, name) {
        return Some(value.to_owned());
    }
    let [campaign] = params.get("campaigns")?.as_array()?.as_slice() else { return None };
    let midnight = |name: &str| {
        text(campaign, name)
            .map(|at| at.parse::<chrono::DateTime<chrono::FixedOffset>>().expect("an instant").date_naive())
    };
    match name {
        "campaign_from" => midnight("from").map(|date| date.to_string()),
        // `until` is the first midnight that is out; the policy's `to` is the last day that is in.
        "campaign_to" => midnight("until").and_then(|date| date.pred_opt()).map(|date| date.to_string()),
        "campaign_multiple" => text(campaign, "multiple").map(str::to_owned),
        _ => None,
    }
}

fn in_words(policy: &Policy, declared: &Value, given: &str) -> String {
    match declared {
        Value::Money(_, currency) => {
            format!("{given} {}", policy.currency_of(*currency).expect("a currency").title.name)
        }
        Value::Points(_, points) => format!("{given} {}", policy.points_of(*points).expect("points").title.name),
        Value::Multiple(_) => format!("{given}x"),
        _ => given.to_owned(),
    }
}

fn host(folder: &str, params: &Json) -> Host {
    let files = programme_files(&project("policies").join(folder)).expect("the programme's files");
    let plain = load(files.clone(), &[]);
    assert!(!plain.has_errors(), "{folder}: {:#?}", plain.diagnostics);
    let given = parameters(plain.policy.as_ref().expect("a policy"), params);
    let loaded = load(files, &given);
    assert!(!loaded.has_errors(), "{folder} with {given:?}: {:#?}", loaded.diagnostics);
    Host::new(Programme::new(loaded.policy).expect("a version"))
}

/// Whether this version decides events of that type: those that happened, and moments.
fn decides(host: &Host, kind: &str) -> bool {
    let policy = host.programme().versions().first().expect("a version").policy();
    policy.kinds.iter().any(|one| one.json == kind && one.role != Role::Request)
}

fn run(folder: &str, case: &Json) -> Run {
    let given = &case["given"];
    let mut host = host(folder, &given["params"]);
    for (id, facts) in given["customers"].as_object().expect("customers") {
        host.set_facts("customer", id, facts.as_object().expect("facts").clone());
    }
    let mut run = Run::default();
    let mut earned: Vec<Earned> = Vec::new();
    for event in given["events"].as_array().expect("events") {
        let event = event.as_object().expect("an event");
        run.events += 1;
        if !decides(&host, event["type"].as_str().expect("a type")) {
            run.skipped += 1;
            continue;
        }
        match host.decide(event, false) {
            Ok(answer) => earned.extend(answer.decision.lines.iter().map(|line| {
                let amount = Decimal::from_str(&line.amount).expect("an amount");
                (answer.decision.event.clone(), line.customer.clone(), line.points.clone(), amount)
            })),
            Err(error) => run.faults.push(format!("{}: {error}", event["id"])),
        }
    }
    let expected: Vec<&Json> = case["expect"]
        .as_array()
        .expect("expectations")
        .iter()
        .filter(|one| text(one, "kind") == Some("earn"))
        .collect();
    compare(&mut run, &earned, &expected);
    run
}

/// Every expectation is met by the lines that it describes; every line above zero is described by an expectation.
fn compare(run: &mut Run, earned: &[Earned], expected: &[&Json]) {
    let describes = |one: &Json, (event, customer, pool, _): &Earned| {
        text(one, "event") == Some(event.as_str())
            && text(one, "bucket").is_none_or(|bucket| bucket == pool)
            && text(one, "customer").is_none_or(|whose| whose == customer)
    };
    for one in expected {
        let got: Decimal = earned.iter().filter(|line| describes(one, line)).map(|line| line.3).sum();
        if got != decimal(&one["points"]) {
            run.faults.push(format!("{one}: got {got}"));
        }
    }
    for line in earned.iter().filter(|line| line.3 > Decimal::ZERO) {
        if !expected.iter().any(|one| describes(one, line)) {
            run.faults.push(format!("not listed: {line:?}"));
        }
    }
}

#[test]
fn earning_expectations_hold() {
    let cases: Vec<Json> =
        serde_json::from_str(&std::fs::read_to_string(project("tests/cases/programme-cases.json")).expect("the cases"))
            .expect("JSON");
    let (mut passed, mut total, mut events, mut skipped) = (0, 0, 0, 0);
    let mut faults = Vec::new();
    for case in &cases {
        let name = text(case, "programme").expect("a programme").to_lowercase();
        let Some(folder) = PROGRAMMES.iter().find(|folder| **folder == name) else { continue };
        let run = run(folder, case);
        events += run.events;
        skipped += run.skipped;
        let earns =
            case["expect"].as_array().expect("expectations").iter().any(|one| text(one, "kind") == Some("earn"));
        // A case without an `earn` record still must not earn.
        if earns {
            total += 1;
            passed += usize::from(run.faults.is_empty());
        }
        faults.extend(run.faults.into_iter().map(|fault| format!("{}: {fault}", case["case"])));
    }
    println!("cases {passed} passed of {total}; {skipped} of {events} events skipped (requests and the host's own)");
    assert!(faults.is_empty(), "{faults:#?}");
    assert_eq!(passed, total);
    assert!(total >= 25, "only {total} cases with an earning expectation");
}
