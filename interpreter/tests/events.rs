//! Events from outside: what is accepted, what is an error, and that errors name the field and the remedy.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::as_conversions,
    reason = "a test fails by panicking"
)]

mod common;
use common::*;
use earnest_interpreter::decision::Outcome;
use serde_json::{Map, Value as Json, json};

fn host() -> Host {
    Host::new(&programme(
        "rule spend on Purchase { earn 1 Star per full 1 CNY of amount }\n\
         rule term on TermDeposit { earn 1 Star per full 1_000 CNY of amount }",
    ))
}

/// The error about an event with these members, as `field: reason`.
fn error(kind: &str, members: Json) -> String {
    let mut host = host();
    let event = host.event("2024-05-01 10:00:00", kind, members);
    host.decide(&event).map(|decision| format!("no error: {decision:?}")).unwrap_or_else(|error| error.to_string())
}

#[test]
fn what_is_wrong_is_named_with_its_remedy() {
    let all: Vec<String> = [
        ("purchase", json!({})),
        ("purchase", json!({"amuont": "5"})),
        ("purchase", json!({"amount": "12.345"})),
        ("purchase", json!({"amount": "-1"})),
        ("purchase", json!({"amount": "1000000000000000.01"})),
        ("purchase", json!({"amount": "12,5"})),
        ("purchase", json!({"amount": true})),
        ("purchase", json!({"amount": "5", "at": "2024-05-01T10:00:00"})),
        ("purchase", json!({"amount": "5", "at": "yesterday"})),
        ("purchase", json!({"amount": "5", "at": 5})),
        ("purchase", json!({"amount": "5", "id": ""})),
        ("purchase", json!({"amount": "5", "id": 7})),
        ("purchase", json!({"amount": "5", "customer": null})),
        ("purchase", json!({"amount": "5", "mcc": "58123"})),
        ("purchase", json!({"amount": "5", "posted_at": "2024-05-01"})),
        ("purchase", json!({"amount": "5", "items": [{"amount": "1"}, {"pieces": 1}]})),
        ("purchase", json!({"amount": "5", "items": {}})),
        ("purchas", json!({"amount": "5"})),
        ("term_deposit", json!({"amount": "5"})),
        ("term_deposit", json!({"amount": "5", "months": 12, "years": 1})),
        ("term_deposit", json!({"amount": "5", "years": "0.3"})),
        ("term_deposit", json!({"amount": "5", "years": 1, "opens_account": "maybe"})),
    ]
    .into_iter()
    .map(|(kind, members)| error(kind, members))
    .collect();
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn numbers_are_exact_or_refused() {
    let mut host = host();
    for (json, expected) in [("12.50", "12"), ("1e2", "100"), ("\"250.90\"", "250"), ("3", "3"), ("0.99", "0")] {
        let mut event = host.event("2024-05-01 10:00:00", "purchase", json!({}));
        event.insert("amount".to_owned(), serde_json::from_str(json).unwrap());
        assert_eq!(total(&host.decide(&event).unwrap()), dec(expected), "{json}");
    }
    for json in ["1e400", "0.1e-30", "12.345"] {
        let mut event = host.event("2024-05-01 10:00:00", "purchase", json!({}));
        event.insert("amount".to_owned(), serde_json::from_str(json).unwrap());
        assert_eq!(host.decide(&event).unwrap_err().field, "amount", "{json}");
    }
}

#[test]
fn a_misspelled_field_is_a_warning_and_an_unknown_one_is_nothing() {
    let host = host();
    let event =
        host.event("2024-05-01 10:00:00", "purchase", json!({"amount": "5", "chanel": "online", "terminal": "t1"}));
    let read = host.engine.read(&event).unwrap();
    assert_eq!(read.warnings, ["`chanel` is no field of Purchase and is ignored; did you mean `channel`"]);
}

#[test]
fn an_unknown_value_of_an_open_enum_is_other() {
    let mut host = Host::new(&programme(
        "rule spend on Purchase { earn channel { online: 2 Star, otherwise: 1 Star } per full 1 CNY of amount }",
    ));
    for (channel, expected) in [("online", "2"), ("carrier_pigeon", "1")] {
        assert_eq!(
            total(&host.at("2024-05-01 10:00:00", "purchase", json!({"amount": "1", "channel": channel}))),
            dec(expected)
        );
    }
    assert_eq!(
        total(&host.at("2024-05-01 10:00:00", "purchase", json!({"amount": "1"}))),
        dec("1"),
        "unknown goes to otherwise"
    );
}

#[test]
fn a_term_in_years_is_twelve_times_one_in_months() {
    let mut host = Host::new(&programme(
        "rule term on TermDeposit { earn (1 Star per full 1_000 CNY of amount) * years of term round down }",
    ));
    for (term, expected) in [
        (json!({"years": 3}), "300"),
        (json!({"months": 36}), "300"),
        (json!({"months": "18"}), "150"),
        (json!({"months": 7}), "58"),
    ] {
        let mut event = json!({"amount": "100000.00"});
        event.as_object_mut().unwrap().extend(term.as_object().unwrap().clone());
        assert_eq!(total(&host.at("2024-05-01 10:00:00", "term_deposit", event)), dec(expected), "{term}");
    }
}

#[test]
fn an_accept_rule_refuses_and_reports_all_that_fails() {
    let mut host = Host::new(&programme(
        "rule spend on Purchase { earn 1 Star per full 1 CNY of amount; per customer per day at most 5 Star, else refuse daily_limit }\n\
         rule sane on Purchase { accept when amount >= 1 CNY else refuse too_small; accept when channel is known else refuse no_channel }\n\
         track seen per customer = count of Purchase",
    ));
    let refused = host.at("2024-05-01 10:00:00", "purchase", json!({"amount": "0.50"}));
    assert_eq!(
        (refused.outcome, refused.reasons.as_slice()),
        (Outcome::Refused, &["too_small".to_owned(), "no_channel".to_owned()][..])
    );
    let refused = host.at("2024-05-01 10:00:00", "purchase", json!({"amount": "50"}));
    assert_eq!(refused.reasons, ["no_channel", "daily_limit"]);
    assert_eq!(host.counter("track seen|customer=c1"), None);
    assert_eq!(
        total(&host.at("2024-05-01 10:00:00", "purchase", json!({"amount": "5", "channel": "online"}))),
        dec("5")
    );
}

#[test]
fn facts_are_read_by_type_and_dated_facts_as_of_the_event() {
    let mut host = Host::new(&programme(
        "rule chosen on Purchase { when category is known and category is choice of customer; earn 5 Star per full 1 CNY of amount }",
    ));
    host.customer("c1", json!({"choice": [{"from": "2024-05-01", "value": "dining"}, {"from": "2024-06-01", "value": "travel"}, {"from": "2024-06-01", "value": "fuel"}]}));
    for (at, category, expected) in [
        ("2024-04-30 23:59:59", "dining", "0"),
        ("2024-05-01 00:00:00", "dining", "5"),
        ("2024-05-31 23:59:59", "travel", "0"),
        ("2024-06-01 00:00:00", "travel", "0"),
        ("2024-06-01 00:00:00", "fuel", "5"),
    ] {
        assert_eq!(
            total(&host.at(at, "purchase", json!({"amount": "1", "category": category}))),
            dec(expected),
            "{at} {category}"
        );
    }
    host.customer("c1", json!({"choice": 5}));
    let event = host.event("2024-05-01 10:00:00", "purchase", json!({"amount": "1", "category": "dining"}));
    assert_eq!(host.decide(&event).unwrap_err().field, "customer.choice");
}

#[test]
fn the_json_of_a_decision_has_its_fields_in_order() {
    let mut host = Host::new(&programme(
        "rule spend on Purchase { earn 1 Star per full 1 CNY of amount; per customer per month at most 10 Star, drop the rest }",
    ));
    let mut decision = host.at("2024-05-01 10:00:00", "purchase", json!({"amount": "12.00"}));
    decision.policy.hash = "0".to_owned();
    insta::assert_snapshot!(serde_json::to_string(&decision).unwrap());
    let text = serde_json::to_string(&decision).unwrap();
    assert_eq!(serde_json::from_str::<earnest_interpreter::Decision>(&text).unwrap(), decision);
}

#[test]
fn an_explanation_says_what_every_rule_did_and_why() {
    let mut host = Host::new(&programme(
        "group best: best of\n\
         rule spend on Purchase { in best; earn 1 Star per full 1 CNY of amount }\n\
         rule online on Purchase { in best; when channel is online; earn 2 Star per full 1 CNY of amount }\n\
         rule vip on Purchase { for vip of customer; raise spend, online to 2x }\n\
         campaign may {\n  from 2024-05-01 to 2024-05-31\n  rule double on Purchase { raise spend, online to 2x; per customer per month at most 50 Star, drop the rest }\n}\n\
         campaign june { from 2024-06-01 to 2024-06-30\n rule triple on Purchase { raise spend, online to 3x } }\n\
         track month_spend per customer per month = sum of Purchase.amount\n\
         rule big { per customer per month keep 500 Star while month_spend >= 40 CNY }",
    ));
    let event: Map<String, Json> =
        host.event("2024-05-05 10:00:00", "purchase", json!({"amount": "40.50", "channel": "online"}));
    let trace = host.explain(&event);
    insta::assert_snapshot!(serde_json::to_string_pretty(&trace).unwrap());
    assert_eq!(lines(&host.decide(&event).unwrap()), ["online 80", "may.double 50 of 80", "big 500"]);
}
