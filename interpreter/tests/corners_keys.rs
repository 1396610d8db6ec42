//! Corners of keys, choices and registrations: who may, from when, under which key it counts.

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
use serde_json::{Value as Json, json};

fn buy(amount: &str) -> Json {
    json!({ "amount": amount })
}

const SIGNED: &str = "track signed per customer = first of SignUp.at, gross\n";

#[test]
fn a_registration_must_precede() {
    let mut host = Host::new(&programme(&format!(
        "{SIGNED}rule spend on Purchase {{ when signed before this one <= at; earn 1 Star per full 1 CNY of amount }}"
    )));
    assert_eq!(total(&host.at("2024-05-10 09:59:59", "purchase", buy("10"))), dec("0"));
    host.at("2024-05-10 10:00:00", "signup", json!({}));
    assert_eq!(total(&host.at("2024-05-10 10:00:00", "purchase", buy("10"))), dec("10"));
    assert_eq!(total(&host.at("2024-05-11 10:00:00", "purchase", buy("10"))), dec("10"));
    // A purchase from before the registration that arrives after it.
    assert_eq!(total(&host.at("2024-05-10 09:00:00", "purchase", buy("10"))), dec("0"));
    assert_eq!(total(&host.at("2024-05-11 10:00:00", "purchase", json!({"amount": "10", "customer": "c2"}))), dec("0"));
}

#[test]
fn a_registration_may_follow_up_to_its_deadline() {
    // The sum of May, posted whenever the registration comes in time.
    let rules = programme(&format!(
        "{SIGNED}track may_spend per customer = sum of amount on Purchase when at >= 2024-05-01 and at < 2024-06-01\n\
         rule thanks on Purchase, SignUp {{ per customer keep 1 Star per full 100 CNY of may_spend while signed < 2024-06-11 }}"
    ));
    for (signed, expected) in [("2024-06-10 23:59:59", vec!["thanks 12"]), ("2024-06-11 00:00:00", vec![])] {
        let mut host = Host::new(&rules);
        assert!(host.at("2024-05-01 00:00:00", "purchase", buy("1234")).lines.is_empty());
        host.at("2024-06-01 00:00:00", "purchase", buy("5000"));
        assert_eq!(lines(&host.at(signed, "signup", json!({}))), expected, "{signed}");
    }
}

#[test]
fn a_registration_may_count_from_its_instant() {
    let mut host = Host::new(&programme(&format!(
        "{SIGNED}track spent per customer = sum of amount on Purchase when signed <= at\n\
         rule steps {{ per customer keep 1 Star per full 100 CNY of spent }}"
    )));
    host.at("2024-05-01 10:00:00", "purchase", buy("900"));
    host.at("2024-05-02 10:00:00", "signup", json!({}));
    assert_eq!(lines(&host.at("2024-05-02 10:00:01", "purchase", buy("150"))), ["steps 1"]);
    assert_eq!(lines(&host.at("2024-05-03 10:00:00", "purchase", buy("50"))), ["steps 1"]);
}

#[test]
fn a_choice_holds_from_the_next_month_and_the_last_change_before_it_wins() {
    let mut host = Host::new(&programme(
        "rule chosen on Purchase { when category is known and category is choice of customer; earn 5 Star per full 1 CNY of amount }",
    ));
    // Changed twice in May, for June: the later entry with the same beginning replaces the earlier.
    host.customer(
        "c1",
        json!({"choice": [
            {"from": "2024-05-01", "value": "dining"},
            {"from": "2024-06-01T00:00:00+08:00", "value": "travel"},
            {"from": "2024-06-01", "value": "fuel"},
        ]}),
    );
    let spent = |category: &str| json!({"amount": "1", "category": category});
    assert_eq!(total(&host.at("2024-05-31 23:59:59", "purchase", spent("dining"))), dec("5"));
    assert_eq!(total(&host.at("2024-05-31 23:59:59", "purchase", spent("fuel"))), dec("0"));
    assert_eq!(total(&host.at("2024-06-01 00:00:00", "purchase", spent("fuel"))), dec("5"));
    assert_eq!(total(&host.at("2024-06-01 00:00:00", "purchase", spent("travel"))), dec("0"));
    // A purchase of May that arrives in June reads the choice of May.
    assert_eq!(total(&host.at("2024-05-20 10:00:00", "purchase", spent("dining"))), dec("5"));
    // Never chosen: nothing is known, so nothing is the chosen one.
    assert_eq!(
        total(&host.at(
            "2024-06-01 00:00:00",
            "purchase",
            json!({"amount": "1", "category": "fuel", "customer": "c2"})
        )),
        dec("0")
    );
}

#[test]
fn a_stretch_begins_at_the_first_use_and_an_older_event_counts_in_it() {
    let mut host = Host::new(&programme(
        "rule visit on Purchase { earn 10 Star; per customer 10 days from first use at most 3 times }",
    ));
    let mut got = Vec::new();
    for at in [
        "2024-05-05 23:00:00",
        "2024-05-06 10:00:00",
        // Older than the beginning: it counts in the present stretch.
        "2024-05-05 08:00:00",
        "2024-05-14 23:59:59",
        // Ten local days from the first use: the fifteenth begins a new one.
        "2024-05-15 00:00:00",
    ] {
        got.push(total(&host.at(at, "purchase", buy("1"))).to_string());
    }
    assert_eq!(got, ["10", "10", "10", "0", "10"]);
}

#[test]
fn keys_are_of_each_fact_and_of_none() {
    let mut host = Host::new(&programme(
        "rule spend on Purchase {\n  when merchant is known and card is known\n  earn 1 Star per full 1 CNY of amount\n  \
         per merchant per day at most 30 Star, drop the rest\n  per card per month at most 50 Star, drop the rest\n  in all at most 75 Star, drop the rest\n}",
    ));
    let event = |merchant: &str, card: &str| json!({"amount": "20", "merchant": merchant, "card": card});
    let got: Vec<String> = [("m1", "k1"), ("m1", "k2"), ("m2", "k1"), ("m3", "k1"), ("m3", "k3")]
        .iter()
        .map(|(merchant, card)| total(&host.at("2024-05-01 10:00:00", "purchase", event(merchant, card))).to_string())
        .collect();
    // m1: 20 + 10; k1: 20 + 20 + 10; all: 20 + 10 + 20 + 10 + 15.
    assert_eq!(got, ["20", "10", "20", "10", "15"]);
    assert_eq!(host.counter("cap spend.cap|merchant=m1|2024-05-01").as_deref(), Some("30"));
    assert_eq!(host.counter("cap spend.cap_2|card=k1|2024-05").as_deref(), Some("50"));
    assert_eq!(host.counter("cap spend.cap_3").as_deref(), Some("75"));
}

#[test]
fn a_place_is_told_of_a_ranking_by_name_and_a_merchant_by_its_id() {
    let mut host = Host::new(&programme(
        "ranking top3 \"月度前三\" { per month by earned of Star, highest first, ties earliest to reach; top 3 }\n\
         rule first on Ranked { when ranking is top3 and place = 1; earn 88 Star }\n\
         rule partner on Purchase { when merchant in { \"m1\", \"m2\" }; earn 5 Star }",
    ));
    let place = |ranking: &str, place: u32| json!({"ranking": ranking, "place": place});
    assert_eq!(total(&host.at("2024-06-01 00:00:00", "ranked", place("top3", 1))), dec("88"));
    assert_eq!(total(&host.at("2024-06-01 00:00:00", "ranked", place("top3", 2))), dec("0"));
    assert_eq!(total(&host.at("2024-06-01 00:00:00", "ranked", place("other", 1))), dec("0"));
    let at = |merchant: &str| json!({"amount": "1", "merchant": merchant});
    assert_eq!(total(&host.at("2024-06-01 00:00:00", "purchase", at("m2"))), dec("5"));
    assert_eq!(total(&host.at("2024-06-01 00:00:00", "purchase", at("m3"))), dec("0"));
}
