//! What the host promises: one decision for each id, nothing half written, the version and the facts of the time.

#![allow(clippy::expect_used, reason = "a test that cannot run fails")]

use earnest_dsl::load::{InputFile, load};
use earnest_dsl::policy::Policy;
use earnest_interpreter::decision::Outcome;
use earnest_ledger::{Host, HostError, Programme};
use serde_json::{Map, Value as Json, json};

const HEAD: &str = r#"
use std.banking
}
points Point "积分" { round down each line; valid 2 years after earning; spend first soonest to expire, then oldest }
tiers Tier "等级" given by host { standard < gold }
"#;

fn policy(version: &str, rules: &str) -> Policy {
    let text = format!(
        "programme p \"p\" {{\ntimezone Asia/Shanghai\ncurrency CNY \"元\"\neffective {version}\n{HEAD}\n{rules}"
    );
    let loaded = load(vec![InputFile { path: "programme.earn".to_owned(), text }], &[]);
    assert!(!loaded.has_errors(), "{:#?}", loaded.diagnostics);
    loaded.policy.expect("a policy without errors")
}

fn host(rules: &str) -> Host {
    Host::new(Programme::new([policy("from 2025-01-01", rules)]).expect("a version"))
}

const CAPPED: &str = r#"
rule spend on Purchase {
  earn customer.tier { gold: 2 Point, otherwise: 1 Point } per full 1 CNY of amount
  per customer per month at most 150 Point, drop the rest
}
rule sane on Purchase { accept when amount <= 1_000 CNY else refuse too_much }
"#;

fn purchase(id: &str, amount: &str) -> Map<String, Json> {
    event(
        json!({ "id": id, "at": "2025-03-03T10:00:00+08:00", "type": "purchase", "customer": "c1", "amount": amount }),
    )
}

fn event(json: Json) -> Map<String, Json> {
    json.as_object().expect("an object").clone()
}

fn earned(host: &mut Host, event: &Map<String, Json>) -> String {
    let answer = host.decide(event, false).expect("a decision");
    answer.decision.lines.iter().map(|line| line.amount.clone()).collect::<Vec<_>>().join(" ")
}

#[test]
fn an_id_again_gives_the_first_decision_and_changes_nothing() {
    let mut host = host(CAPPED);
    let first = host.decide(&purchase("e1", "100"), false).expect("a decision");
    assert_eq!(earned(&mut host, &purchase("e2", "100")), "50");
    let facts = event(json!({ "tier": "gold" }));
    host.set_facts("customer", "c1", facts);
    let before = host.books().counters.all();
    let again = host.decide(&purchase("e1", "100"), false).expect("a decision");
    // Decided now, it would earn nothing, for there is no room; and more, for the customer is gold.
    assert!(again.repeated && !first.repeated);
    assert_eq!(again.decision, first.decision);
    assert_eq!(host.books().counters.all(), before);
    assert_eq!(host.books().decided.len(), 2);
    let explained = host.decide(&purchase("e1", "100"), true).expect("a decision");
    assert!(explained.decision.trace.is_some());
}

#[test]
fn an_id_with_other_content_is_an_error() {
    let mut host = host(CAPPED);
    host.decide(&purchase("e1", "100"), false).expect("a decision");
    let before = host.books().counters.all();
    let error = host.decide(&purchase("e1", "100.00"), false).expect_err("other content");
    assert_eq!(error, HostError::OtherContent("e1".to_owned()));
    assert_eq!(error.field(), "id");
    assert_eq!(host.books().counters.all(), before);
}

#[test]
fn a_bad_event_changes_nothing_and_leaves_its_id_free() {
    let mut host = host(CAPPED);
    let error = host.decide(&purchase("e1", "-5"), false).expect_err("below zero");
    assert_eq!(error.field(), "amount");
    assert!(host.books().decided.is_empty() && host.books().counters.all().is_empty());
    assert_eq!(earned(&mut host, &purchase("e1", "5")), "5");
}

#[test]
fn a_refused_event_enters_no_counter_and_cannot_be_refunded() {
    let mut host = host(CAPPED);
    let answer = host.decide(&purchase("e1", "1000.01"), false).expect("a decision");
    assert_eq!((answer.decision.outcome, answer.decision.reason.as_deref()), (Outcome::Refused, Some("too_much")));
    assert!(host.books().counters.all().is_empty());
    assert!(host.books().records.is_empty());
}

#[test]
fn refunds_in_parts_take_back_all_and_give_room_back() {
    let mut host = host(CAPPED);
    assert_eq!(earned(&mut host, &purchase("e1", "150")), "150");
    assert_eq!(host.books().records.len(), 1);
    let refund = |id: &str, amount: &str| {
        event(
            json!({ "id": id, "at": "2025-03-04T10:00:00+08:00", "type": "refund", "customer": "c1", "of": "e1", "amount": amount }),
        )
    };
    assert_eq!(earned(&mut host, &refund("r1", "50")), "-50");
    assert_eq!(earned(&mut host, &refund("r2", "100")), "-100");
    // An answer to a refund is repeated from the records as they were.
    assert_eq!(earned(&mut host, &refund("r1", "50")), "-50");
    assert_eq!(earned(&mut host, &purchase("e2", "150")), "150");
}

#[test]
fn the_version_of_the_time_decides_and_of_the_purchase_for_refunds() {
    let one =
        policy("from 2025-01-01 to 2025-06-30", "rule spend on Purchase { earn 1 Point per full 1 CNY of amount }");
    let two = policy("from 2025-07-01", "rule spend on Purchase { earn 2 Point per full 1 CNY of amount }");
    let programme = Programme::new([two, one]).expect("versions");
    let mut host = Host::new(programme);
    let at =
        |id: &str, at: &str| event(json!({ "id": id, "at": at, "type": "purchase", "customer": "c1", "amount": "10" }));
    assert_eq!(earned(&mut host, &at("e0", "2024-12-31T23:59:59+08:00")), "");
    assert_eq!(earned(&mut host, &at("e1", "2025-06-30T15:59:59Z")), "10");
    assert_eq!(earned(&mut host, &at("e2", "2025-06-30T16:00:00Z")), "20");
    let refund =
        json!({ "id": "r1", "at": "2025-08-01T00:00:00+08:00", "type": "refund", "customer": "c1", "of": "e1" });
    let answer = host.decide(&event(refund), false).expect("a decision");
    assert_eq!(answer.decision.policy.version, "2025-01-01");
    assert_eq!(answer.decision.lines.first().map(|line| line.amount.as_str()), Some("-10"));
}

#[test]
fn facts_are_read_as_they_are_told() {
    let mut host = host(CAPPED);
    assert_eq!(earned(&mut host, &purchase("e1", "10")), "10");
    host.set_facts("customer", "c1", event(json!({ "tier": "gold", "shoe_size": 43 })));
    assert_eq!(earned(&mut host, &purchase("e2", "10")), "20");
    host.add_facts("customer", "c1", &event(json!({ "vip": true })));
    assert_eq!(earned(&mut host, &purchase("e3", "10")), "20");
    host.set_facts("customer", "c1", event(json!({ "tier": "golden" })));
    let error = host.decide(&purchase("e4", "10"), false).expect_err("no such tier");
    assert!(error.field().contains("tier"), "{error}");
}
