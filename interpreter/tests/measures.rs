//! Measures and tiers: with and before this one, rolling days, first, last, distinct, streaks, idle stretches, holds.

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
use serde_json::json;

fn buy(amount: &str) -> serde_json::Value {
    json!({ "amount": amount })
}

#[test]
fn with_this_one_and_before_this_one_differ_by_the_event() {
    let mut host = Host::new(&programme(
        "track seen per customer = count of Purchase\n\
         rule first on Purchase { when seen with this one = 1 times; earn 100 Star }\n\
         rule later on Purchase { when seen before this one >= 2 times; adds to first; earn 1 Star }\n",
    ));
    let totals: Vec<String> =
        (0..4).map(|_| total(&host.at("2024-05-01 10:00:00", "purchase", buy("1"))).to_string()).collect();
    assert_eq!(totals, ["100", "0", "1", "1"]);
}

#[test]
fn a_measure_may_sum_a_rounded_expression_under_a_condition() {
    let mut host = Host::new(&programme(
        "track steps per customer = sum of (1 Star per full 3 CNY of Purchase.amount) when channel is online\n\
         rule thanks { per customer keep 1 Star per full 2 Star of steps }",
    ));
    let online = |amount: &str| json!({"amount": amount, "channel": "online"});
    assert_eq!(total(&host.at("2024-05-01 10:00:00", "purchase", online("5.99"))), dec("0"));
    assert_eq!(total(&host.at("2024-05-01 10:00:00", "purchase", buy("300"))), dec("0"));
    assert_eq!(total(&host.at("2024-05-01 10:00:00", "purchase", online("3"))), dec("1"));
}

#[test]
fn rolling_sums_forget_day_by_day() {
    let mut host = Host::new(&programme(
        "track recent per customer per rolling 30 days = sum of Purchase.amount\n\
         rule active on Purchase { when recent with this one >= 100 CNY; earn 10 Star }",
    ));
    for (day, expected) in [("2024-05-01", "0"), ("2024-05-30", "10"), ("2024-05-31", "10"), ("2024-07-01", "0")] {
        assert_eq!(total(&host.at(&format!("{day} 10:00:00"), "purchase", buy("60"))), dec(expected), "{day}");
    }
    // 31 May still sees 30 May; 1 May has left.
    assert_eq!(host.counter("track recent|customer=c1|2024-05-01").as_deref(), Some("60.00"));
}

#[test]
fn a_streak_counts_days_in_a_row_up_to_the_event() {
    let mut host = Host::new(&programme(
        "track row per customer = streak of CheckIn, gross\n\
         rule sign on CheckIn { earn 1 Star; per customer per day once }\n\
         rule week on CheckIn { when row with this one = 3 times; adds to sign; earn 30 Star; per customer per day once }",
    ));
    let mut got = Vec::new();
    for day in
        ["2024-02-27", "2024-02-28", "2024-02-28", "2024-02-29", "2024-03-01", "2024-03-03", "2024-03-04", "2024-03-05"]
    {
        got.push(total(&host.at(&format!("{day} 10:00:00"), "checkin", json!({}))).to_string());
    }
    assert_eq!(got, ["1", "1", "0", "31", "1", "1", "1", "31"]);
}

#[test]
fn distinct_and_first_and_last() {
    let mut host = Host::new(&programme(
        "track shops per customer per month = distinct of Purchase.merchant, gross\n\
         track began per customer = first of Purchase.at, gross\n\
         rule variety { per customer per month keep 5 Star per full 2 times of shops }",
    ));
    for (merchant, expected) in [("m1", "0"), ("m1", "0"), ("m2", "5"), ("m3", "0"), ("m4", "5")] {
        assert_eq!(
            total(&host.at("2024-05-01 10:00:00", "purchase", json!({"amount": "1", "merchant": merchant}))),
            dec(expected),
            "{merchant}"
        );
    }
    assert!(host.counter("track began|customer=c1").unwrap().contains("2024-05-01T02:00:00Z"));
}

#[test]
fn a_stretch_ends_after_a_pause() {
    let mut host = Host::new(&programme(
        "track session per customer until 12 hours idle = count of Login\n\
         rule third on Login { when session with this one = 3 times; earn 5 Star }",
    ));
    let mut got = Vec::new();
    for at in [
        "2024-05-01 08:00:00",
        "2024-05-01 19:59:59",
        "2024-05-02 07:59:58",
        "2024-05-02 19:59:58",
        "2024-05-02 20:00:00",
    ] {
        got.push(total(&host.at(at, "login", json!({}))).to_string());
    }
    assert_eq!(got, ["0", "0", "5", "0", "0"]);
}

#[test]
fn a_measure_counts_by_the_date_that_it_names() {
    let mut host = Host::new(&programme(
        "track posted per customer per month of posted_at = sum of Purchase.amount when posted_at is known",
    ));
    host.at("2024-05-31 23:00:00", "purchase", json!({"amount": "7", "posted_at": "2024-06-01T00:10:00+08:00"}));
    assert_eq!(host.counter("track posted|customer=c1|2024-06").as_deref(), Some("7.00"));
}

#[test]
fn a_measure_beyond_its_range_is_an_error_that_names_it() {
    let mut host = Host::new(&programme("track spent per customer = sum of Purchase.amount"));
    host.at("2024-05-01 10:00:00", "purchase", buy("999999999999999.99"));
    let event = host.event("2024-05-01 10:00:00", "purchase", buy("1"));
    assert_eq!(host.decide(&event).unwrap_err().field, "spent");
}

#[test]
fn a_tier_by_a_measure_holds_as_long_as_it_says() {
    let mut host = Host::new(&programme(
        "track rounds per customer per year = count of Purchase\n\
         tiers Level by rounds { from 0 times: Basic, from 2 times: Silver, from 4 times: Gold } held to last day of March of the next year\n\
         rule spend on Purchase { earn Level { Basic: 1 Star, Silver: 2 Star, Gold: 3 Star } per full 1 CNY of amount }",
    ));
    let mut got = Vec::new();
    for at in
        ["2024-06-01", "2024-06-02", "2024-06-03", "2024-06-04", "2024-06-05", "2025-03-31", "2025-04-01", "2025-04-02"]
    {
        got.push(total(&host.at(&format!("{at} 23:59:59"), "purchase", buy("1"))).to_string());
    }
    // Silver from the third, Gold from the fifth, held to 31 March; 2025 has one round before 1 April, two after it.
    assert_eq!(got, ["1", "1", "2", "2", "3", "3", "1", "2"]);
}

#[test]
fn a_tier_given_by_the_host_reads_the_event_then_the_customer_then_the_default() {
    let mut host = Host::new(&programme(
        "tiers CardTier given by host { standard < platinum < diamond }\nfact tier = standard\n\
         rule spend on Purchase { earn tier { standard: 1 Star, platinum: 2 Star, diamond: 3 Star } per full 1 CNY of amount }\n\
         rule high on Purchase { when customer.tier >= platinum; adds to spend; earn 10 Star }",
    ));
    assert_eq!(total(&host.at("2024-05-01 10:00:00", "purchase", buy("1"))), dec("1"));
    host.customer("c1", json!({"tier": "platinum"}));
    assert_eq!(total(&host.at("2024-05-01 10:00:00", "purchase", buy("1"))), dec("12"));
    assert_eq!(
        total(&host.at("2024-05-01 10:00:00", "purchase", json!({"amount": "1", "tier": "diamond"}))),
        dec("13")
    );
    let event = host.event("2024-05-01 10:00:00", "purchase", json!({"amount": "1", "tier": "gold"}));
    assert_eq!(host.decide(&event).unwrap_err().field, "tier");
}

#[test]
fn bands_of_the_whole_amount_and_in_parts() {
    let rules = |word: &str| {
        programme(&format!(
            "rule spend on Purchase {{ earn amount {{ from 0 CNY: 1 Star per full 10 CNY of amount, from 1_000 CNY: 2 Star per full 10 CNY of amount }}{word} }}"
        ))
    };
    for (amount, whole, parts) in [("999.99", "99", "99"), ("1000", "200", "100"), ("1500", "300", "200")] {
        assert_eq!(
            total(&Host::new(&rules("")).at("2024-05-01 10:00:00", "purchase", buy(amount))),
            dec(whole),
            "{amount}"
        );
        assert_eq!(
            total(&Host::new(&rules(" in parts")).at("2024-05-01 10:00:00", "purchase", buy(amount))),
            dec(parts),
            "{amount}"
        );
    }
}

#[test]
fn a_balance_that_a_rule_reads_is_listed_like_a_counter() {
    let mut host = Host::new(&programme("rule poor on Purchase { when balance of Star < 100 Star; earn 1 Star }"));
    assert_eq!(total(&host.at("2024-05-01 10:00:00", "purchase", buy("1"))), dec("1"));
    host.counters.insert("balance Star|customer=c1".to_owned(), earnest_interpreter::CounterValue::Number(dec("100")));
    assert_eq!(total(&host.at("2024-05-01 10:00:00", "purchase", buy("1"))), dec("0"));
}
