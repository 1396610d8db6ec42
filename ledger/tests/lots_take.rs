//! What takes points: the order of use over lots and pools, who pays, debts, shortages, freezing.

#![allow(clippy::expect_used, reason = "a test that cannot run fails")]

mod common;

use common::{at, available, decide, did, host, open, told};
use earnest_ledger::{Host, OpeningLot};
use serde_json::json;

const POOLS: &str = r#"
points Point "积分" {
  round down each line
  spend first soonest to expire, then oldest
  pool Consume "消费积分" { valid 3 years after earning }
  pool Activity "活动积分" { valid to 2024-06-30 }
}
rule spend on Purchase { earn 1 Point per full 1 CNY of amount into Consume }
rule burn on Withdrawal { take 1 Point per full 1 CNY of amount }
rule burn_named on TransferOut { take 1 Point per full 1 CNY of amount from Consume, Activity }
"#;

fn open_in(host: &mut Host, pool: &str, amount: i64, earned: &str, funded_by: Option<&str>) {
    let lot = OpeningLot {
        customer: "c1".to_owned(),
        points: "Point".to_owned(),
        pool: Some(pool.to_owned()),
        amount: amount.into(),
        earned: format!("{earned}T10:00:00").parse().expect("a time"),
        funded_by: funded_by.map(str::to_owned),
        ..OpeningLot::default()
    };
    host.open("opening", &[lot]).expect("opened");
}

#[test]
fn the_soonest_to_expire_goes_first_across_pools_and_named_pools_in_their_order() {
    let mut one = host(POOLS);
    open_in(&mut one, "Consume", 1_000, "2024-01-05", None);
    open_in(&mut one, "Activity", 300, "2024-02-01", None);
    let mut two = one.clone();
    let answer = decide(&mut one, "w1", "2024-03-01 10:00:00", "withdrawal", "c1", json!({ "amount": "500" }));
    let by_pool: Vec<_> = answer.lots.taken_by_pool().into_iter().map(|(pool, sum)| format!("{pool} {sum}")).collect();
    assert_eq!(by_pool, ["Activity 300", "Consume 200"]);
    assert_eq!(available(&one, "c1", "Point", "2024-03-01 10:00:01"), "800");

    let answer = decide(&mut two, "t1", "2024-03-01 10:00:00", "transfer_out", "c1", json!({ "amount": "1100" }));
    assert_eq!(did(&answer), ["taken 1000 Consume", "taken 100 Activity"]);
}

#[test]
fn pool_by_pool_and_oldest_first_where_the_unit_says_so() {
    let text =
        POOLS.replace("spend first soonest to expire, then oldest", "spend first Consume, then Activity, then oldest");
    let mut host = host(&text);
    open_in(&mut host, "Activity", 10, "2023-01-01", None);
    open_in(&mut host, "Consume", 20, "2024-01-06", None);
    open_in(&mut host, "Consume", 30, "2024-01-05", None);
    let answer = decide(&mut host, "w1", "2024-03-01 10:00:00", "withdrawal", "c1", json!({ "amount": "55" }));
    assert_eq!(did(&answer), ["taken 30 Consume", "taken 20 Consume", "taken 5 Activity"]);
}

#[test]
fn who_pays_is_told_lot_by_lot_and_sums_exactly() {
    let text =
        POOLS.replace("rule spend on Purchase {", "rule spend on Purchase {\nfunded by merchant 60%, bank 40%\n");
    let mut host = host(&text);
    open_in(&mut host, "Activity", 2, "2024-01-01", Some("partner"));
    decide(&mut host, "e1", "2024-01-02 10:00:00", "purchase", "c1", json!({ "amount": "11" }));
    let answer = decide(&mut host, "w1", "2024-03-01 10:00:00", "withdrawal", "c1", json!({ "amount": "5" }));
    let paid = |answer: &earnest_ledger::Answer| -> Vec<String> {
        answer.lots.taken_by_funder().into_iter().map(|(party, part)| format!("{party} {part}")).collect()
    };
    // 11 points are 7 (6.6) and 4 (4.4); of those 7 and 4, 3 are 1.9 and 1.1.
    assert_eq!(paid(&answer), ["bank 1", "merchant 2", "partner 2"]);
    let answer = decide(&mut host, "w2", "2024-03-01 11:00:00", "withdrawal", "c1", json!({ "amount": "8" }));
    assert_eq!(paid(&answer), ["bank 3", "merchant 5"]);
    assert_eq!(available(&host, "c1", "Point", "2024-03-01 12:00:00"), "0");
}

const DEBTS: &str = r#"
points Point "积分" { round down each line; valid 1 year after earning; spend first soonest to expire, then oldest }
rule spend on Purchase { earn 1 Point per full 1 CNY of amount }
rule burn on Withdrawal { take 1 Point per full 1 CNY of amount }
rule revoke on Violation { take back points default 0 Point }
"#;

#[test]
fn what_cannot_be_taken_back_is_a_debt_that_later_points_pay() {
    let mut host = host(&format!("{DEBTS}\nrefunds: pending first, may overdraw\n"));
    decide(&mut host, "e1", "2025-01-01 10:00:00", "purchase", "c1", json!({ "amount": "100" }));
    decide(&mut host, "e2", "2025-01-02 10:00:00", "purchase", "c1", json!({ "amount": "30" }));
    decide(&mut host, "w1", "2025-01-03 10:00:00", "withdrawal", "c1", json!({ "amount": "90" }));
    // 10 are left of the purchase's own lot, 30 of the other, and 60 are missing.
    let answer = decide(&mut host, "r1", "2025-01-04 10:00:00", "refund", "c1", json!({ "of": "e1" }));
    assert_eq!(did(&answer), ["taken_back 10 Point", "taken_back 30 Point", "owed 60 Point"]);
    assert_eq!((answer.lots.debt(), answer.lots.taken_back()), (60.into(), 40.into()));
    let balance = host.balance("c1", "Point", at("2025-01-04 10:00:01")).expect("a balance");
    assert_eq!((balance.available, balance.owed, balance.spendable()), (0.into(), 60.into(), (-60).into()));
    let answer = decide(&mut host, "e3", "2025-01-05 10:00:00", "purchase", "c1", json!({ "amount": "45" }));
    assert_eq!(did(&answer), ["earned 45 Point", "paid 45 Point"]);
    let answer = decide(&mut host, "e4", "2025-01-06 10:00:00", "purchase", "c1", json!({ "amount": "20" }));
    assert_eq!(did(&answer), ["earned 20 Point", "paid 15 Point"]);
    assert_eq!(available(&host, "c1", "Point", "2025-01-06 10:00:01"), "5");
}

#[test]
fn pending_points_pay_a_debt_when_they_become_usable() {
    let text = DEBTS.replace("valid 1 year", "usable 1 day after earning; valid 1 year");
    let mut host = host(&format!("{text}\nrefunds: pending first, may overdraw\n"));
    open(&mut host, "c1", "Point", 50, "2025-01-01");
    host.advance_to(at("2025-01-05 00:00:00")).expect("time passes");
    let violation = json!({ "scope": "points", "points": "80" });
    let answer = decide(&mut host, "v1", "2025-01-05 10:00:00", "violation", "c1", violation);
    assert_eq!(did(&answer), ["taken_back 50 Point", "owed 30 Point"]);
    let answer = decide(&mut host, "e1", "2025-01-06 10:00:00", "purchase", "c1", json!({ "amount": "100" }));
    assert_eq!(did(&answer), ["earned 100 Point"]);
    let moved = host.advance_to(at("2025-01-07 00:00:00")).expect("time passes");
    assert_eq!(told(&moved), ["2025-01-07 usable c1 100 Point", "2025-01-07 paid c1 30 Point"]);
    assert_eq!(available(&host, "c1", "Point", "2025-01-07 00:00:00"), "70");
}

#[test]
fn a_floor_at_zero_reports_the_shortage_and_forgets_it() {
    let mut host = host(&format!("{DEBTS}\nrefunds: pending first, floor at zero\n"));
    decide(&mut host, "e1", "2025-01-01 10:00:00", "purchase", "c1", json!({ "amount": "100" }));
    decide(&mut host, "w1", "2025-01-03 10:00:00", "withdrawal", "c1", json!({ "amount": "90" }));
    let answer = decide(&mut host, "r1", "2025-01-04 10:00:00", "refund", "c1", json!({ "of": "e1" }));
    assert_eq!(did(&answer), ["taken_back 10 Point", "short 90 Point"]);
    let answer = decide(&mut host, "e2", "2025-01-05 10:00:00", "purchase", "c1", json!({ "amount": "45" }));
    assert_eq!(did(&answer), ["earned 45 Point"]);
}

#[test]
fn what_a_violation_lacks_is_owed_whatever_refunds_do() {
    let mut host = host(DEBTS);
    open(&mut host, "c1", "Point", 50, "2025-01-01");
    let violation = json!({ "scope": "points", "points": "200" });
    let answer = decide(&mut host, "v1", "2025-01-05 10:00:00", "violation", "c1", violation);
    assert_eq!(did(&answer), ["taken_back 50 Point", "owed 150 Point"]);
}

#[test]
fn the_shortage_of_a_level_rule_is_set_off_against_what_the_same_rule_gives_later() {
    let text = r#"
points Point "积分" { round down each line; valid 1 year after earning; spend first soonest to expire, then oldest }
track spent per customer per month = sum of Purchase.amount
rule big { per customer per month keep 500 Point while spent >= 1_000 CNY }
rule burn on Withdrawal { take 1 Point per full 1 CNY of amount }
refunds: pending first, floor at zero
"#;
    let mut host = host(text);
    let earned = decide(&mut host, "e1", "2025-01-01 10:00:00", "purchase", "c1", json!({ "amount": "1000" }));
    assert_eq!(did(&earned), ["earned 500 Point"]);
    decide(&mut host, "w1", "2025-01-02 10:00:00", "withdrawal", "c1", json!({ "amount": "400" }));
    let back = decide(&mut host, "r1", "2025-01-03 10:00:00", "refund", "c1", json!({ "of": "e1", "amount": "1" }));
    assert_eq!(did(&back), ["taken_back 100 Point", "short 400 Point"]);
    let again = decide(&mut host, "e2", "2025-01-04 10:00:00", "purchase", "c1", json!({ "amount": "1" }));
    assert_eq!(did(&again), ["set_off 400 Point", "earned 100 Point"]);
    assert_eq!(available(&host, "c1", "Point", "2025-01-04 10:00:01"), "100");
}

#[test]
fn a_level_rule_takes_its_own_lots_back_newest_first() {
    let text = r#"
points Point "积分" { round down each line; valid 1 year after earning; spend first soonest to expire, then oldest }
track spent per customer per month = sum of Purchase.amount
rule steps { per customer per month keep 10 Point per full 100 CNY of spent }
rule gift on CheckIn { earn 5 Point }
"#;
    let mut host = host(text);
    for (id, day) in [("e1", "01"), ("e2", "02"), ("e3", "03")] {
        decide(&mut host, id, &format!("2025-01-{day} 10:00:00"), "purchase", "c1", json!({ "amount": "100" }));
    }
    decide(&mut host, "g1", "2025-01-03 11:00:00", "checkin", "c1", json!({}));
    let back = decide(&mut host, "r1", "2025-01-04 10:00:00", "refund", "c1", json!({ "of": "e1" }));
    assert_eq!(did(&back), ["taken_back 10 Point"]);
    assert_eq!(back.lots.movements.first().and_then(|one| one.source.as_deref()), Some("e3"));
}

#[test]
fn a_decision_on_more_than_there_is_fails_closed() {
    let text = DEBTS.replace(
        "rule burn on",
        "rule burn_again on Withdrawal { take 1 Point per full 1 CNY of amount }\nrule burn on",
    );
    let mut host = host(&text);
    open(&mut host, "c1", "Point", 50, "2025-01-01");
    let event = common::event("w1", "2025-01-02 10:00:00", "withdrawal", "c1", json!({ "amount": "30" }));
    if let Err(error) = host.decide(&event, false) {
        assert_eq!(error.field(), "points");
        assert!(host.books().decided.is_empty());
    }
    assert!(host.balance("c1", "Point", at("2025-01-02 10:00:01")).expect("a balance").available >= 0.into());
}

#[test]
fn what_is_frozen_cannot_be_spent_and_waits_for_its_end() {
    let mut host = host(DEBTS);
    open(&mut host, "c1", "Point", 700, "2025-01-01");
    let frozen = decide(&mut host, "f1", "2025-05-01 10:00:00", "freeze", "c1", json!({}));
    assert_eq!(did(&frozen), ["frozen 700 Point"]);
    decide(&mut host, "e1", "2025-06-01 10:00:00", "purchase", "c1", json!({ "amount": "10" }));
    let balance = host.balance("c1", "Point", at("2025-06-01 10:00:01")).expect("a balance");
    assert_eq!((balance.available, balance.frozen), (0.into(), 710.into()));
    assert!(host.advance_to(at("2026-03-01 00:00:00")).expect("time passes").is_empty());
    let freed = decide(&mut host, "f2", "2026-03-02 10:00:00", "freeze", "c1", json!({ "on": false }));
    assert_eq!(did(&freed), ["unfrozen 700 Point", "unfrozen 10 Point"]);
    assert_eq!(told(&freed.moved), ["2026-03-02 expired c1 700 Point"]);
    assert_eq!(available(&host, "c1", "Point", "2026-03-02 10:00:01"), "10");
}

#[test]
fn a_part_may_be_frozen_and_freed() {
    let mut host = host(DEBTS);
    open(&mut host, "c1", "Point", 700, "2025-01-01");
    let frozen = decide(&mut host, "f1", "2025-05-01 10:00:00", "freeze", "c1", json!({ "points": "200" }));
    assert_eq!(did(&frozen), ["frozen 200 Point"]);
    decide(&mut host, "w1", "2025-05-02 10:00:00", "withdrawal", "c1", json!({ "amount": "500" }));
    assert_eq!(available(&host, "c1", "Point", "2025-05-02 10:00:01"), "0");
    decide(&mut host, "f2", "2025-05-03 10:00:00", "freeze", "c1", json!({ "on": false, "points": "50" }));
    assert_eq!(available(&host, "c1", "Point", "2025-05-03 10:00:01"), "50");
}
