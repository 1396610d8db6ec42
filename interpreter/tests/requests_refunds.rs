//! Requests that are taken back, whole and in parts; points that stay spent; room that comes back.

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
use common::bank::{Bank, came};
use serde_json::json;

const KINDS: &str =
    "refund event Returned \"退货\" { of \"原申请\": Redeem; pieces \"件数\": count? json \"qty\" reduces }
refund event Undone \"撤销抵扣\" { of \"原申请\": Offset; points \"积分数\": points? reduces }
refund event Recalled \"撤回\" { of \"原申请\": Transfer }
";

fn rules(rest: &str) -> String {
    format!("{KINDS}{rest}")
}

const GIFTS: &str =
    "catalogue gifts \"礼品\" { per customer per month at most 3 pieces; item cup \"杯\" 100 Star   stock 10 }\n";

#[test]
fn a_returned_request_gives_points_and_room_back() {
    let mut bank = Bank::new("1000", &rules(GIFTS));
    let bought = bank.now("redeem", json!({ "item": "cup", "qty": "3" }));
    assert_eq!(came(&bought), ["redeem -300 Star"]);
    assert_eq!(came(&bank.now("redeem", json!({ "item": "cup" }))), ["! quota_exhausted"]);
    let back = bank.now("returned", json!({ "of": bought.event, "qty": "1" }));
    assert_eq!(came(&back), ["refund 100 Star"]);
    assert_eq!(back.lines[0].of.as_deref(), Some(bought.event.as_str()));
    assert_eq!(bank.0.counter("cap gifts.cup.stock").as_deref(), Some("2"));
    assert_eq!(bank.0.counter("cap gifts.cap|customer=c1|2024-05").as_deref(), Some("2"));
    assert_eq!(came(&bank.now("redeem", json!({ "item": "cup" }))), ["redeem -100 Star"]);
    // The rest, and nothing more.
    assert_eq!(came(&bank.now("returned", json!({ "of": bought.event }))), ["refund 200 Star"]);
    assert!(bank.now("returned", json!({ "of": bought.event })).lines.is_empty());
    assert_eq!(bank.balance("c1"), "900");
    assert_eq!(bank.0.counter("cap gifts.cup.stock").as_deref(), Some("1"));
}

#[test]
fn points_that_stay_spent_do_not_return() {
    let gifts = "catalogue gifts \"礼品\" { stays spent; item cup \"杯\" 100 Star   stock 10 }\n";
    let mut bank = Bank::new("1000", &rules(gifts));
    let bought = bank.now("redeem", json!({ "item": "cup", "qty": "3" }));
    assert!(bank.now("returned", json!({ "of": bought.event, "qty": "1" })).lines.is_empty());
    assert!(bank.now("returned", json!({ "of": bought.event })).lines.is_empty());
    assert_eq!(bank.balance("c1"), "700");
    assert_eq!(bank.0.counter("cap gifts.cup.stock").as_deref(), Some("3"));
}

#[test]
fn money_taken_off_is_put_on_again() {
    let offset = "offset bill \"抵账单\" on Offset { rate 100 Star = 1 CNY; in steps of 100 Star, else refuse }\n\
        track off_bills per customer = sum of Offset.points\n";
    let mut bank = Bank::new("1000", &rules(offset));
    let paid = bank.now("offset", json!({ "amount": "20.00", "points": "max" }));
    assert_eq!(came(&paid), ["redeem -1000 Star", "off 10.00 CNY", "pay 10.00 CNY"]);
    assert_eq!(bank.0.counter("track off_bills|customer=c1").as_deref(), Some("1000"));
    let part = bank.now("undone", json!({ "of": paid.event, "points": "300" }));
    assert_eq!(came(&part), ["refund 300 Star", "off -3.00 CNY", "pay 3.00 CNY"]);
    assert_eq!(bank.0.counter("track off_bills|customer=c1").as_deref(), Some("700"));
    // 650 is no whole step: the share of it comes back all the same.
    let part = bank.now("undone", json!({ "of": paid.event, "points": "50" }));
    assert_eq!(came(&part), ["refund 50 Star", "off -0.50 CNY", "pay 0.50 CNY"]);
    let rest = bank.now("undone", json!({ "of": paid.event }));
    assert_eq!(came(&rest), ["refund 650 Star", "off -6.50 CNY", "pay -13.50 CNY"]);
    assert_eq!(bank.balance("c1"), "1000");
    assert_eq!(bank.0.counter("track off_bills|customer=c1").as_deref(), Some("0"));
}

#[test]
fn a_recalled_transfer_moves_both_ways() {
    let mut bank =
        Bank::new("1000", &rules("transfer gift \"转赠\" { keep dates; per customer per day at most 500 Star }\n"));
    bank.hold("c2", "0");
    let gone = bank.now("transfer", json!({ "to": "c2", "points": "max" }));
    assert_eq!(came(&gone), ["move -500 Star", "move 500 Star for c2"]);
    let back = bank.now("recalled", json!({ "of": gone.event }));
    assert_eq!(came(&back), ["refund 500 Star", "refund -500 Star for c2"]);
    assert_eq!((bank.balance("c1").as_str(), bank.balance("c2").as_str()), ("1000", "0"));
    assert_eq!(
        came(&bank.now("transfer", json!({ "to": "c2", "points": "500" }))),
        ["move -500 Star", "move 500 Star for c2"]
    );
}

#[test]
fn a_price_is_that_of_the_day_of_the_request() {
    let gifts = "catalogue gifts \"礼品\" { item cup \"杯\" 100 Star }\n\
        campaign may { from 2024-05-01 to 2024-05-05; lower price of cup to 50%, round up }\n";
    let mut bank = Bank::new("1000", &rules(gifts));
    let bought = bank.now("redeem", json!({ "item": "cup", "qty": "3" }));
    assert_eq!(came(&bought), ["redeem -150 Star"]);
    let back = bank.ask("2024-06-01 00:00:00", "returned", json!({ "of": bought.event, "qty": "1" }));
    assert_eq!(came(&back), ["refund 50 Star"]);
}
