//! Requests and lots: what a catalogue, an offset, a transfer take and where it goes; what a cancelled one brings back.

#![allow(clippy::expect_used, reason = "a test that cannot run fails")]

mod common;

use common::{at, available, decide, did, host, open, told};
use earnest_interpreter::decision::Outcome;
use earnest_ledger::OpeningLot;
use serde_json::json;

const TEXT: &str = r#"
points Point "积分" {
  round down each line
  valid 2 years after earning, renewed by activity
  activity Purchase, redemption, transfer
  spend first soonest to expire, then oldest
  worth 0.01 CNY
}
refund event CancelRedeem "取消兑换" { of: Redeem }
refund event CancelTransfer "取消转赠" { of: Transfer; points: points? reduces }
extend Gift { tshirt "T恤" }
rule spend on Purchase { earn 1 Point per full 1 CNY of amount }
rule greet on CheckIn { earn 100 Point }
catalogue gifts "礼品" { item tshirt "T恤" 200 Point }
transfer gift "转赠" { keep dates }
offset bill "抵扣" on Offset { rate 100 Point = 1 CNY; at most 100% of bill, else refuse exceeds_amount }
refunds: pending first, may overdraw
"#;

#[test]
fn the_balance_that_is_checked_is_that_of_the_instant() {
    let mut host = host(TEXT);
    open(&mut host, "c1", "Point", 250, "2023-05-01");
    let first = decide(&mut host, "r1", "2025-05-01 23:59:59", "redeem", "c1", json!({ "item": "tshirt" }));
    assert_eq!(did(&first), ["taken 200 Point"]);
    let second = decide(&mut host, "r2", "2025-05-02 00:00:00", "redeem", "c1", json!({ "item": "tshirt" }));
    assert_eq!(second.decision.reason.as_deref(), Some("insufficient_points"));
    assert!(did(&second).is_empty());
}

#[test]
fn activity_prolongs_from_its_day_and_a_gift_does_not() {
    // P04-11 and P04-12 in one: the redemption is an activity, the check-in is none.
    let mut host = host(TEXT);
    open(&mut host, "c1", "Point", 500, "2022-06-10");
    open(&mut host, "c2", "Point", 500, "2022-06-10");
    decide(&mut host, "g1", "2024-01-05 00:00:00", "checkin", "c2", json!({}));
    decide(&mut host, "r1", "2024-06-10 23:59:59", "redeem", "c1", json!({ "item": "tshirt" }));
    let moved = host.advance_to(at("2026-06-11 00:00:00")).expect("time passes");
    assert_eq!(
        told(&moved),
        ["2024-06-11 expired c2 500 Point", "2026-01-06 expired c2 100 Point", "2026-06-11 expired c1 300 Point"]
    );
}

#[test]
fn a_moved_lot_keeps_the_last_day_it_had_before_the_move() {
    let mut host = host(TEXT);
    open(&mut host, "li", "Point", 1_000, "2022-06-10");
    decide(&mut host, "e1", "2024-01-01 10:00:00", "purchase", "zhang", json!({ "amount": "5" }));
    let gift =
        decide(&mut host, "t1", "2024-06-09 10:00:00", "transfer", "li", json!({ "to": "zhang", "points": "600" }));
    assert_eq!(did(&gift), ["moved_out 600 Point", "moved_in 600 Point"]);
    assert_eq!(available(&host, "zhang", "Point", "2024-06-10 23:59:59"), "605");
    // The sender's own transfer is an activity for what is left; what zhang did before the gift prolongs nothing.
    let moved = host.advance_to(at("2024-06-11 00:00:00")).expect("time passes");
    assert_eq!(told(&moved), ["2024-06-11 expired zhang 600 Point"]);
    assert_eq!(available(&host, "li", "Point", "2024-06-11 00:00:00"), "400");
}

#[test]
fn the_new_holder_s_activity_may_prolong_a_moved_lot() {
    let mut host = host(TEXT);
    open(&mut host, "li", "Point", 1_000, "2022-06-10");
    decide(&mut host, "t1", "2024-06-09 10:00:00", "transfer", "li", json!({ "to": "zhang", "points": "600" }));
    decide(&mut host, "e1", "2024-06-10 10:00:00", "purchase", "zhang", json!({ "amount": "5" }));
    let moved = host.advance_to(at("2026-06-11 00:00:00")).expect("time passes");
    assert_eq!(told(&moved), ["2026-06-10 expired li 400 Point", "2026-06-11 expired zhang 605 Point"]);
}

#[test]
fn a_cancelled_redemption_gives_its_points_back_to_their_lots() {
    let mut host = host(TEXT);
    open(&mut host, "c1", "Point", 150, "2024-01-10");
    open(&mut host, "c1", "Point", 150, "2024-02-10");
    let before = earnest_ledger::Store::account(host.books(), "c1").expect("memory").lots.clone();
    decide(&mut host, "r1", "2024-03-01 10:00:00", "redeem", "c1", json!({ "item": "tshirt" }));
    let back = decide(&mut host, "x1", "2024-03-02 10:00:00", "cancel_redeem", "c1", json!({ "of": "r1" }));
    assert_eq!(did(&back), ["returned 50 Point", "returned 150 Point"]);
    assert_eq!(earnest_ledger::Store::account(host.books(), "c1").expect("memory").lots, before);
    let again = decide(&mut host, "x2", "2024-03-03 10:00:00", "cancel_redeem", "c1", json!({ "of": "r1" }));
    assert!(did(&again).is_empty(), "{:?}", did(&again));
}

#[test]
fn a_cancelled_transfer_takes_from_the_recipient_what_is_there_and_gives_it_back() {
    let mut host = host(TEXT);
    open(&mut host, "li", "Point", 1_000, "2024-01-10");
    decide(&mut host, "t1", "2024-02-01 10:00:00", "transfer", "li", json!({ "to": "zhang", "points": "600" }));
    decide(&mut host, "r1", "2024-02-02 10:00:00", "redeem", "zhang", json!({ "item": "tshirt" }));
    let back = decide(&mut host, "x1", "2024-02-03 10:00:00", "cancel_transfer", "li", json!({ "of": "t1" }));
    let mut all = did(&back);
    all.sort();
    assert_eq!(all, ["owed 200 Point", "returned 600 Point", "taken_back 400 Point"]);
    assert_eq!(available(&host, "li", "Point", "2024-02-03 10:00:01"), "1000");
    assert_eq!(
        host.balance("zhang", "Point", at("2024-02-03 10:00:01")).expect("a balance").spendable(),
        (-200).into()
    );
}

#[test]
fn pooled_points_are_billed_by_source() {
    // P32-02.
    let mut host = host(&TEXT.replace("spend first soonest to expire, then oldest", "spend first oldest"));
    let lot = |amount: i64, day: &str, source: &str| OpeningLot {
        customer: "c1".to_owned(),
        points: "Point".to_owned(),
        amount: amount.into(),
        earned: format!("{day}T10:00:00").parse().expect("a time"),
        funded_by: Some(source.to_owned()),
        ..OpeningLot::default()
    };
    host.open("opening", &[lot(100, "2025-07-01", "small_bank"), lot(50, "2025-07-02", "partner_shop")])
        .expect("opened");
    let taken =
        decide(&mut host, "o1", "2025-07-03 10:00:00", "offset", "c1", json!({ "amount": "5.00", "points": "120" }));
    assert_eq!(taken.decision.outcome, Outcome::Accepted);
    let by: Vec<_> = taken.lots.taken_by_funder().into_iter().map(|(party, part)| format!("{party} {part}")).collect();
    assert_eq!(by, ["partner_shop 20", "small_bank 100"]);
    assert_eq!(available(&host, "c1", "Point", "2025-07-03 10:00:01"), "30");
}
