//! Corners of periods and units: windows of level rules, choices as of a close, moments of the programme's own, parity, rates.

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

const MONTH: &str = "track month_spend per customer per month = sum of Purchase.amount\n";

#[test]
fn a_window_narrows_what_a_level_rule_counts_or_its_periods_count_whole() {
    for (clause, expected) in [("", "8"), ("over whole periods", "16")] {
        let mut host = Host::new(&programme(&format!(
            "{MONTH}rule big {{\n  from 2024-05-10 to 2024-05-20\n  {clause}\n  per customer per month keep 1 Star per full 100 CNY of month_spend\n}}"
        )));
        let days = ["2024-04-30", "2024-05-09", "2024-05-10", "2024-05-20", "2024-05-21", "2024-06-01"];
        let got: Vec<_> = days.iter().map(|day| host.at(&format!("{day} 12:00:00"), "purchase", buy("400"))).collect();
        let all: rust_decimal::Decimal = got.iter().map(total).sum();
        // Two of the purchases lie in the window, four in its month; the one of the last day of April and of June in neither.
        assert_eq!(all, dec(expected), "{clause}");
    }
}

#[test]
fn a_settled_rule_reads_the_choice_as_of_the_close() {
    let mut host = Host::new(&programme(&format!(
        "{MONTH}rule chosen {{\n  per customer per month keep 1 Star per full 100 CNY of month_spend while customer.choice as of close of month is travel\n  settled at close of month, never final\n}}"
    )));
    host.customer(
        "c1",
        json!({"choice": [{"from": "2024-05-31", "value": "travel"}, {"from": "2024-06-01", "value": "fuel"}]}),
    );
    let bought = host.at("2024-05-10 10:00:00", "purchase", buy("1000"));
    assert_eq!(lines(&host.at("2024-06-01 00:00:00", "month_close", json!({"daily": []}))), ["chosen 10"]);
    // Refunded in July, the choice of the end of May still stands.
    assert_eq!(
        lines(&host.at("2024-07-10 10:00:00", "refund", json!({"of": bought.event, "amount": "300"}))),
        ["chosen -3"]
    );
    host.at("2024-06-10 10:00:00", "purchase", buy("1000"));
    assert!(host.at("2024-07-01 00:00:00", "month_close", json!({"daily": []})).lines.is_empty(), "fuel by then");
}

#[test]
fn a_moment_of_the_programmes_own_is_an_event_like_others() {
    let mut host = Host::new(&programme(
        "schedule draw \"摇号\" at 2025-09-01 per customer\n\
         rule prize on draw { for vip of customer; earn 88 Star }",
    ));
    host.customer("c1", json!({"vip": true}));
    let kind = host.engine.policy().schedules[0].kind;
    let json_name = host.engine.policy().kinds[kind.0].json.clone();
    assert_eq!(lines(&host.at("2025-09-01 00:00:00", &json_name, json!({}))), ["prize 88"]);
    assert!(host.at("2025-09-01 00:00:00", &json_name, json!({"customer": "c2"})).lines.is_empty());
}

#[test]
fn currencies_count_at_the_stated_parity() {
    let text = programme(
        "event Abroad \"境外消费\" { amount \"金额\": money in HKD }\n\
         track spent per customer = sum of (Purchase.amount, Abroad.amount)\n\
         rule steps { per customer keep 1 Star per full 100 CNY of spent }",
    )
    .replace("  use std", "  1 HKD = 0.9 CNY for counting\n  use std.currency, std");
    let mut host = Host::new(&text);
    assert_eq!(lines(&host.at("2024-05-01 10:00:00", "abroad", buy("1000"))), ["steps 9"]);
    // 900 and 99.99, then a cent.
    assert!(host.at("2024-05-01 10:00:00", "purchase", buy("99.99")).lines.is_empty());
    assert_eq!(lines(&host.at("2024-05-01 10:00:00", "purchase", buy("0.01"))), ["steps 1"]);
    assert_eq!(host.counter("track spent|customer=c1").as_deref(), Some("1000.000"));
}

#[test]
fn a_quantity_at_a_rate_is_money_with_more_decimals() {
    let mut host = Host::new(&programme(
        "quantity energy \"电量\" in kWh 3 decimals\n\
         event Charge \"充电\" { energy \"电量\": energy from 0 kWh to 1_000 kWh; price \"电价\": CNY per kWh 4 decimals }\n\
         rule per_kwh on Charge { earn 2 Star per full 5 kWh of energy; adds to per_yuan }\n\
         rule per_yuan on Charge { earn 1 Star per full 1 CNY of (energy * price); adds to per_kwh }",
    ));
    // 19.999 kWh: three steps; at 0.5001 it is 10.0014999 CNY.
    let charged = host.at("2024-05-01 10:00:00", "charge", json!({"energy": "19.999", "price": "0.5001"}));
    assert_eq!(lines(&charged), ["per_kwh 6", "per_yuan 10"]);
    let just_below = host.at("2024-05-01 10:00:00", "charge", json!({"energy": "19.999", "price": "0.5000"}));
    assert_eq!(lines(&just_below), ["per_kwh 6", "per_yuan 9"]);
}

#[test]
fn lines_below_zero_are_zero() {
    let mut host = Host::new(&programme("rule spend on Purchase { earn (1 Star per full 10 CNY of amount) - 5 Star }"));
    assert_eq!(total(&host.at("2024-05-01 10:00:00", "purchase", buy("30"))), dec("0"));
    assert_eq!(total(&host.at("2024-05-01 10:00:00", "purchase", buy("70"))), dec("2"));
}

#[test]
fn a_memo_is_promised_now_and_paid_while_a_condition_holds() {
    let mut host = Host::new(&programme(
        "points Promise \"承诺\" { round down each line; valid without end; spend first oldest; memo }\n\
         track promised per customer = sum of Promise\n\
         track logins per customer = count of Login\n\
         rule promise on Purchase { earn 1 Promise per full 10 CNY of amount; per customer at most 50 Promise, drop the rest }\n\
         rule pay on Purchase, Login { per customer keep 1 Star per full 1 Promise of promised while logins >= 2 times }",
    ));
    let bought = host.at("2024-05-01 10:00:00", "purchase", buy("400"));
    assert_eq!(lines(&bought), ["promise 40"]);
    assert_eq!(bought.lines[0].expires_on, None);
    assert!(host.at("2024-05-02 10:00:00", "login", json!({})).lines.is_empty());
    assert_eq!(lines(&host.at("2024-05-03 10:00:00", "login", json!({}))), ["pay 40"]);
    assert_eq!(lines(&host.at("2024-05-04 10:00:00", "purchase", buy("400"))), ["promise 10 of 40", "pay 10"]);
    let back = host.at("2024-05-05 10:00:00", "refund", json!({"of": bought.event}));
    assert_eq!(lines(&back), ["promise -40", "pay -40"]);
}

#[test]
fn a_rule_may_round_in_its_own_way() {
    let mut host = Host::new(&programme(
        "rule spend on Purchase { earn 0.5 Star * (amount / 1 CNY); round half up each award }\n\
         rule more on Purchase { raise spend to 1.5x }",
    ));
    // 3.5 is 4 alone, 5.25 in all is 5: the multiple adds one.
    assert_eq!(lines(&host.at("2024-05-01 10:00:00", "purchase", buy("7"))), ["spend 4", "more 1"]);
}
