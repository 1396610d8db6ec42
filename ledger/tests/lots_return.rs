//! What is taken back or comes back: own lots first, spent points return to their lots with their old last day, what has
//! ended is lost, and refunds in any parts net to nothing.

#![allow(clippy::expect_used, reason = "a test that cannot run fails")]

mod common;

use common::{at, available, decide, did, host, open, told};
use earnest_ledger::Answer;
use serde_json::json;

const TEXT: &str = r#"
points Point "积分" { round down each line; valid 1 year after earning; spend first soonest to expire, then oldest }
refund event Unspend "撤回" { of: Withdrawal; amount: money? reduces }
rule spend on Purchase { earn 1 Point per full 1 CNY of amount; funded by merchant 50%, bank 50% }
rule burn on Withdrawal { take 1 Point per full 1 CNY of amount }
refunds: pending first, may overdraw
"#;

fn sources(answer: &Answer) -> Vec<String> {
    let movements = answer.lots.movements.iter();
    movements.map(|one| format!("{} {}", one.source.as_deref().unwrap_or_default(), one.amount.normalize())).collect()
}

#[test]
fn spent_points_return_to_their_lots_with_their_old_last_day() {
    let mut host = host(TEXT);
    decide(&mut host, "e1", "2025-01-10 10:00:00", "purchase", "c1", json!({ "amount": "100" }));
    decide(&mut host, "e2", "2025-02-10 10:00:00", "purchase", "c1", json!({ "amount": "50" }));
    let before = host.books().clone();
    decide(&mut host, "w1", "2025-03-01 10:00:00", "withdrawal", "c1", json!({ "amount": "120" }));
    // In parts: what was taken last comes back first, as if less had been taken.
    let one = decide(&mut host, "u1", "2025-03-02 10:00:00", "unspend", "c1", json!({ "of": "w1", "amount": "30" }));
    assert_eq!(did(&one), ["returned 20 Point", "returned 10 Point"]);
    assert_eq!(sources(&one), ["e2 20", "e1 10"]);
    let two = decide(&mut host, "u2", "2025-03-03 10:00:00", "unspend", "c1", json!({ "of": "w1" }));
    assert_eq!(sources(&two), ["e1 90"]);
    let last: Vec<_> = two.lots.movements.iter().filter_map(|one| one.last_day).map(|day| day.to_string()).collect();
    assert_eq!(last, ["2026-01-10"]);
    use earnest_ledger::Store;
    let lots = |books: &earnest_ledger::store::Memory| books.account("c1").expect("memory").lots.clone();
    assert_eq!(lots(host.books()), lots(&before), "as if nothing had been spent");
    assert!(host.books().taken("w1").expect("memory").is_empty());
}

#[test]
fn what_returns_to_a_lot_that_has_ended_is_lost() {
    let mut host = host(TEXT);
    open(&mut host, "c1", "Point", 60, "2025-01-10");
    open(&mut host, "c1", "Point", 50, "2025-02-10");
    decide(&mut host, "w1", "2025-12-01 10:00:00", "withdrawal", "c1", json!({ "amount": "80" }));
    let back = decide(&mut host, "u1", "2026-01-20 10:00:00", "unspend", "c1", json!({ "of": "w1" }));
    assert_eq!(did(&back), ["returned 20 Point", "lost 60 Point"]);
    assert_eq!((back.lots.returned(), back.lots.lost()), (20.into(), 60.into()));
    assert_eq!(available(&host, "c1", "Point", "2026-01-20 10:00:01"), "50");
    let moved = host.advance_to(at("2026-03-01 00:00:00")).expect("time passes");
    assert_eq!(told(&moved), ["2026-02-11 expired c1 50 Point"]);
}

#[test]
fn returned_points_pay_what_is_owed() {
    let mut host = host(TEXT);
    decide(&mut host, "e1", "2025-01-10 10:00:00", "purchase", "c1", json!({ "amount": "100" }));
    decide(&mut host, "w1", "2025-02-01 10:00:00", "withdrawal", "c1", json!({ "amount": "100" }));
    let refund = decide(&mut host, "r1", "2025-02-02 10:00:00", "refund", "c1", json!({ "of": "e1", "amount": "40" }));
    assert_eq!(did(&refund), ["owed 40 Point"]);
    let back = decide(&mut host, "u1", "2025-02-03 10:00:00", "unspend", "c1", json!({ "of": "w1" }));
    assert_eq!(did(&back), ["returned 100 Point", "paid 40 Point"]);
    assert_eq!(available(&host, "c1", "Point", "2025-02-03 10:00:01"), "60");
}

#[test]
fn a_refund_takes_the_pending_part_first_then_its_own_lot_then_others_never_another_pool() {
    let text = r#"
points Point "积分" {
  round down each line
  spend first soonest to expire, then oldest
  pool Main "主" { valid 3 years after earning }
  pool Bonus "奖励" { valid 1 year after earning; usable 10 days after earning }
}
rule spend on Purchase { earn 1 Point per full 1 CNY of amount into Main }
rule extra on Purchase { earn 2 Point per full 1 CNY of amount into Bonus; adds to spend }
rule burn on Withdrawal { take 1 Point per full 1 CNY of amount }
refunds: pending first, floor at zero
"#;
    let mut host = host(text);
    decide(&mut host, "e1", "2025-01-10 10:00:00", "purchase", "c1", json!({ "amount": "100" }));
    decide(&mut host, "w1", "2025-01-11 10:00:00", "withdrawal", "c1", json!({ "amount": "70" }));
    let refund = decide(&mut host, "r1", "2025-01-12 10:00:00", "refund", "c1", json!({ "of": "e1" }));
    // Of Main 30 are left; the 200 of Bonus are its own 200, and none of them pays for Main.
    assert_eq!(did(&refund), ["taken_back 200 Bonus", "taken_back 30 Main", "short 70 Main"]);
}

#[test]
fn a_late_event_gives_what_ended_in_the_meantime() {
    let mut host = host(TEXT);
    host.advance_to(at("2026-06-01 00:00:00")).expect("time passes");
    let late = decide(&mut host, "e1", "2025-01-10 10:00:00", "purchase", "c1", json!({ "amount": "100" }));
    assert_eq!(did(&late), ["earned 100 Point"]);
    assert_eq!(told(&late.moved), ["2026-01-11 expired c1 100 Point"]);
    let again = decide(&mut host, "e1", "2025-01-10 10:00:00", "purchase", "c1", json!({ "amount": "100" }));
    assert!(again.repeated && again.moved.is_empty());
    assert_eq!(again.lots, late.lots);
}

#[test]
fn a_refund_names_an_event_of_its_kind() {
    let mut host = host(TEXT);
    decide(&mut host, "e1", "2025-01-10 10:00:00", "purchase", "c1", json!({ "amount": "100" }));
    let wrong = common::event("u1", "2025-01-11 10:00:00", "unspend", "c1", json!({ "of": "e1" }));
    let error = host.decide(&wrong, false).expect_err("a purchase");
    assert_eq!(error.field(), "of");
    assert_eq!(error.reason(), "`e1` is a `purchase`; this must name a `withdrawal`");
    assert_eq!(available(&host, "c1", "Point", "2025-01-11 10:00:00"), "100");
}
