//! Conversions, coupons and benefits as lots of their units; activity of one pool; what a version says to lots in the text.

#![allow(clippy::expect_used, reason = "a test that cannot run fails")]

mod common;

use common::{at, available, decide, did, host, open, policy, told};
use earnest_ledger::{Host, Programme, Store};
use serde_json::json;

const STAMPS: &str = r#"
points Stamp "印花" { round down each line; valid 1 year after earning; spend first soonest to expire, then oldest }
points Coupon "券" { round down each line; valid 3 months after earning; spend first soonest to expire, then oldest }
rule stamp on Purchase { earn 1 Stamp per full 10 CNY of amount }
rule card { convert 10 Stamp to 1 Coupon undo while unused }
rule use on Withdrawal { take 1 Coupon per full 1 CNY of amount }
refunds: pending first, may overdraw
"#;

#[test]
fn a_conversion_takes_stamps_from_lots_and_an_undone_one_gives_them_back() {
    let mut host = host(STAMPS);
    decide(&mut host, "e1", "2025-01-01 10:00:00", "purchase", "c1", json!({ "amount": "70" }));
    let made = decide(&mut host, "e2", "2025-01-02 10:00:00", "purchase", "c1", json!({ "amount": "150" }));
    assert_eq!(did(&made), ["earned 15 Stamp", "taken 7 Stamp", "taken 13 Stamp", "earned 2 Coupon"]);
    assert_eq!(available(&host, "c1", "Stamp", "2025-01-02 10:00:01"), "2");
    // Of the 7 stamps of the first purchase none are left and 2 are there: one coupon is undone first, then 7 go.
    let back = decide(&mut host, "r1", "2025-01-03 10:00:00", "refund", "c1", json!({ "of": "e1" }));
    assert_eq!(did(&back), ["taken_back 1 Coupon", "returned 10 Stamp", "taken_back 7 Stamp"]);
    assert_eq!(available(&host, "c1", "Stamp", "2025-01-03 10:00:01"), "5");
    assert_eq!(available(&host, "c1", "Coupon", "2025-01-03 10:00:01"), "1");
}

#[test]
fn what_is_used_is_not_undone_and_stays_owed() {
    let mut host = host(STAMPS);
    decide(&mut host, "e1", "2025-01-01 10:00:00", "purchase", "c1", json!({ "amount": "100" }));
    decide(&mut host, "w1", "2025-01-02 10:00:00", "withdrawal", "c1", json!({ "amount": "1" }));
    let back = decide(&mut host, "r1", "2025-01-03 10:00:00", "refund", "c1", json!({ "of": "e1" }));
    assert_eq!(did(&back), ["owed 10 Stamp"]);
}

const BENEFITS: &str = r#"
points Point "积分" { round down each line; valid 1 year after earning; spend first soonest to expire, then oldest }
benefit meal_ticket "饭票" { valid 3 months after grant; numbered }
rule welcome on Join { grant meal_ticket; grant meal_ticket }
rule gift on CheckIn { grant meal_ticket worth 30 CNY }
"#;

#[test]
fn a_benefit_is_granted_used_and_ends_like_any_lot_and_has_its_number() {
    let mut host = host(BENEFITS);
    decide(&mut host, "g1", "2025-01-01 10:00:00", "checkin", "c1", json!({}));
    let second = decide(&mut host, "g2", "2025-01-31 10:00:00", "checkin", "c2", json!({}));
    assert_eq!(did(&second), ["earned 1 meal_ticket"]);
    let lot = second.lots.movements.first().and_then(|one| one.lot).expect("a lot");
    let lot = host.books().lot(lot).expect("memory").expect("a lot");
    assert_eq!((lot.number, lot.worth.as_deref()), (Some(2), Some("30.00")));
    let used = decide(&mut host, "u1", "2025-02-01 10:00:00", "use_benefit", "c1", json!({ "benefit": "meal_ticket" }));
    assert_eq!(did(&used), ["taken 1 meal_ticket"]);
    let again =
        decide(&mut host, "u2", "2025-02-02 10:00:00", "use_benefit", "c1", json!({ "benefit": "meal_ticket" }));
    assert!(again.decision.reason.is_some() && did(&again).is_empty(), "{:?}", again.decision);
    let moved = host.advance_to(at("2025-06-01 00:00:00")).expect("time passes");
    assert_eq!(told(&moved), ["2025-05-01 expired c2 1 meal_ticket"]);
}

#[test]
fn a_numbered_benefit_that_needs_no_grant_gets_its_number_when_it_is_used() {
    let text = r#"
points Point "积分" { round down each line; valid 1 year after earning; spend first soonest to expire, then oldest }
benefit points_card "积分卡" on IssueCard { in all at most 2 times, else refuse batch_exhausted; numbered }
"#;
    let mut host = host(text);
    let issue = |host: &mut Host, id: &str| decide(host, id, "2025-01-01 10:00:00", "issue_card", "c1", json!({}));
    let numbers: Vec<_> = ["i1", "i2"].iter().flat_map(|id| issue(&mut host, id).numbers).collect();
    assert_eq!(numbers, [("points_card".to_owned(), 1), ("points_card".to_owned(), 2)]);
    let third = issue(&mut host, "i3");
    assert_eq!(third.decision.reason.as_deref(), Some("batch_exhausted"));
    assert!(third.numbers.is_empty());
    let again = issue(&mut host, "i1");
    assert_eq!((again.repeated, again.numbers), (true, vec![("points_card".to_owned(), 1)]));
}

#[test]
fn a_balance_ends_after_the_last_earning_of_one_pool() {
    let text = r#"
points Mile "里程" {
  round down each line
  spend first soonest to expire, then oldest
  pool Flown "飞行" { valid 3 years after earning; balance ends 1 year after last earning of Flown }
  pool Given "赠送" { valid 3 years after earning; balance ends 1 year after last earning of Flown }
}
rule fly on Purchase { earn 1 Mile per full 1 CNY of amount into Flown }
rule gift on CheckIn { earn 5 Mile into Given }
"#;
    let mut host = host(text);
    decide(&mut host, "e1", "2025-01-10 10:00:00", "purchase", "c1", json!({ "amount": "10" }));
    decide(&mut host, "g1", "2025-06-01 10:00:00", "checkin", "c1", json!({}));
    decide(&mut host, "g2", "2025-12-01 10:00:00", "checkin", "c1", json!({}));
    let moved = host.advance_to(at("2026-01-11 00:00:00")).expect("time passes");
    assert_eq!(told(&moved), ["2026-01-11 expired c1 10 Flown"]);
    assert_eq!(available(&host, "c1", "Mile", "2026-06-01 23:59:59"), "10");
    // Without an earning of that pool since, each lot ends a year after it came.
    let moved = host.advance_to(at("2027-01-01 00:00:00")).expect("time passes");
    assert_eq!(told(&moved), ["2026-06-02 expired c1 5 Given", "2026-12-02 expired c1 5 Given"]);
}

#[test]
fn a_version_says_in_its_text_what_happens_to_lots() {
    let text = "points Point \"积分\" { round down each line; valid 1 year after earning; spend first soonest to expire, then oldest }\nrule spend on Purchase { earn 1 Point per full 1 CNY of amount }\n";
    let one = policy("from 2020-01-01 to 2025-06-30", text);
    let two = policy("from 2025-07-01", &format!("{text}on start lots of Point: valid to 2027-03-31\n"));
    let mut host = Host::new(Programme::new([one, two]).expect("versions"));
    open(&mut host, "c1", "Point", 10, "2025-05-01");
    let moved = host.advance_to(at("2030-01-01 00:00:00")).expect("time passes");
    assert_eq!(told(&moved), ["2025-07-01 migrated c1 10 Point", "2027-04-01 expired c1 10 Point"]);
}

#[test]
fn a_schedule_of_the_text_is_raised_in_its_order() {
    let text = r#"
points Point "积分" { round down each line; valid 1 year after earning; spend first soonest to expire, then oldest }
schedule month "月结" at close of month per customer
schedule draw "摇号" at 2025-09-01 for each customer with joined in order of joined
rule monthly on MonthClose { earn 1 Point }
rule drawn on draw { earn 10 Point; in all at most 20 Point }
"#;
    let mut host = host(text);
    for (customer, joined) in
        [("c1", Some("2024-05-01")), ("c2", None), ("c3", Some("2023-05-01")), ("c4", Some("2024-04-01"))]
    {
        let facts = joined.map_or(json!({}), |joined| json!({ "joined": joined }));
        host.set_facts("customer", customer, facts.as_object().expect("facts").clone());
    }
    host.advance_to(at("2025-08-20 00:00:00")).expect("time passes");
    let moved = host.advance_to(at("2025-09-02 00:00:00")).expect("time passes");
    assert_eq!(
        told(&moved),
        [
            "2025-09-01 00:00:00 raised MonthClose c1 2025-08",
            "2025-09-01 00:00:00 raised MonthClose c2 2025-08",
            "2025-09-01 00:00:00 raised MonthClose c3 2025-08",
            "2025-09-01 00:00:00 raised MonthClose c4 2025-08",
            "2025-09-01 00:00:00 raised draw c3 2025-09-01",
            "2025-09-01 00:00:00 raised draw c4 2025-09-01",
            "2025-09-01 00:00:00 raised draw c1 2025-09-01",
        ]
    );
    let points: Vec<String> =
        ["c1", "c2", "c3", "c4"].iter().map(|one| available(&host, one, "Point", "2025-09-02 00:00:00")).collect();
    assert_eq!(points, ["1", "1", "11", "11"], "who comes last finds no room");
}
