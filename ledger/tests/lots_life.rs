//! Lots live as long as the policy says: they end, become usable and are reminded of in order, before the events of the instant.

#![allow(clippy::expect_used, reason = "a test that cannot run fails")]

mod common;

use common::{at, available, decide, did, event, host, open, told};
use serde_json::json;

const THREE_YEARS: &str = r#"
points Point "积分" { round down each line; valid 3 years after earning; remind before expiry 3 months; spend first soonest to expire, then oldest }
rule spend on Purchase { earn 1 Point per full 1 CNY of amount }
"#;

#[test]
fn a_lot_ends_with_the_anniversary_and_a_leap_day_with_the_28th() {
    let mut host = host(THREE_YEARS);
    open(&mut host, "c1", "Point", 300, "2022-03-15");
    open(&mut host, "c2", "Point", 120, "2024-02-29");
    let moved = host.advance_to(at("2027-03-01 00:00:00")).expect("time passes");
    assert_eq!(
        told(&moved),
        [
            "2024-12-15 reminded c1 300 Point",
            "2025-03-16 expired c1 300 Point",
            "2026-11-28 reminded c2 120 Point",
            "2027-03-01 expired c2 120 Point",
        ]
    );
    assert!(host.advance_to(at("2030-01-01 00:00:00")).expect("time passes").is_empty());
}

#[test]
fn the_last_second_of_the_last_day_is_still_good() {
    let mut host = host(THREE_YEARS);
    decide(&mut host, "e1", "2021-05-31 23:59:59", "purchase", "c1", json!({ "amount": "80.90" }));
    assert_eq!(available(&host, "c1", "Point", "2024-05-31 23:59:59"), "80");
    assert_eq!(available(&host, "c1", "Point", "2024-06-01 00:00:00"), "0");
    let answer = decide(&mut host, "e2", "2024-06-01 00:00:00", "purchase", "c1", json!({ "amount": "5" }));
    assert_eq!(told(&answer.moved), ["2024-02-29 reminded c1 80 Point", "2024-06-01 expired c1 80 Point"]);
    assert_eq!(did(&answer), ["earned 5 Point"]);
}

#[test]
fn pending_points_become_usable_at_their_midnight() {
    let text = THREE_YEARS.replace("round down each line;", "round down each line; usable 1 day after earning;");
    let mut host = host(&text);
    decide(&mut host, "e1", "2025-03-03 10:00:00", "purchase", "c1", json!({ "amount": "80" }));
    assert_eq!(available(&host, "c1", "Point", "2025-03-03 23:59:59"), "0");
    assert_eq!(host.balance("c1", "Point", at("2025-03-03 23:59:59")).expect("a balance").pending, 80.into());
    assert_eq!(available(&host, "c1", "Point", "2025-03-04 00:00:00"), "80");
    let moved = host.advance_to(at("2025-03-05 00:00:00")).expect("time passes");
    assert_eq!(told(&moved), ["2025-03-04 usable c1 80 Point"]);
}

#[test]
fn a_refund_takes_from_the_purchase_s_own_lot() {
    let mut host = host(THREE_YEARS);
    decide(&mut host, "e1", "2025-03-03 10:00:00", "purchase", "c1", json!({ "amount": "80" }));
    decide(&mut host, "e2", "2025-03-04 10:00:00", "purchase", "c1", json!({ "amount": "50" }));
    let answer = decide(&mut host, "r1", "2025-03-05 10:00:00", "refund", "c1", json!({ "of": "e2", "amount": "20" }));
    assert_eq!(did(&answer), ["taken_back 20 Point"]);
    assert_eq!(answer.lots.movements.first().and_then(|one| one.source.as_deref()), Some("e2"));
    decide(&mut host, "r2", "2025-03-05 11:00:00", "refund", "c1", json!({ "of": "e2" }));
    assert_eq!(available(&host, "c1", "Point", "2025-03-05 11:00:00"), "80");
}

#[test]
fn what_ended_before_an_event_that_cannot_be_decided_is_told_with_the_next() {
    let text = format!(
        "{THREE_YEARS}rule tiered on CheckIn {{ earn customer.tier {{ gold: 2 Point, otherwise: 1 Point }} }}\ntiers Tier \"等级\" given by host {{ standard < gold }}\n"
    );
    let mut host = host(&text);
    open(&mut host, "c1", "Point", 300, "2022-03-15");
    host.set_facts("customer", "c1", json!({ "tier": "golden" }).as_object().expect("facts").clone());
    let bad = common::event("b1", "2025-03-20 10:00:00", "checkin", "c1", json!({}));
    let error = host.decide(&bad, false).expect_err("no such tier");
    assert!(error.field().contains("tier"), "{error}");
    assert_eq!(available(&host, "c1", "Point", "2025-03-20 10:00:00"), "0");
    let next = decide(&mut host, "e1", "2025-03-21 10:00:00", "purchase", "c2", json!({ "amount": "5" }));
    assert_eq!(told(&next.moved), ["2024-12-15 reminded c1 300 Point", "2025-03-16 expired c1 300 Point"]);
}

/// Found by fuzzing: a wrong event of the year 2923 once made every lot end before it was found wrong.
#[test]
fn an_event_that_is_wrong_makes_no_time_pass() {
    let mut host = host(&format!("{THREE_YEARS}transfer gift {{ keep dates }}\n"));
    decide(&mut host, "e1", "2025-03-03 10:00:00", "purchase", "c1", json!({ "amount": "80" }));
    let mut wrong = event("e2", "2923-05-01 10:00:00", "transfer", "c1", json!({ "to": "c2", "points": "10" }));
    wrong.remove("customer");
    assert_eq!(host.decide(&wrong, false).expect_err("nobody asks").field(), "customer");
    assert_eq!(available(&host, "c1", "Point", "2025-03-04 00:00:00"), "80");
    let answer = decide(&mut host, "e3", "2025-03-04 00:00:00", "purchase", "c1", json!({ "amount": "5" }));
    assert!(answer.moved.is_empty(), "{:?}", told(&answer.moved));
}
