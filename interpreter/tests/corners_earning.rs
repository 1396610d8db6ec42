//! Corners of earning: where an amount is rounded, how a purchase splits at a limit, which of base and extra a cap cuts, nested
//! and shared caps, first come first served, levels from the next event on.

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

#[test]
fn the_rounding_place_decides_a_point() {
    // 89 CNY at a half, doubled: 44 + 44 by line, 89 by award. 15 CNY at 0.9, half more: 13 + 6.5 by line, 20.25 by award.
    for (place, amount, rate, multiple, expected) in [
        ("each line", "89", "0.5", "2x", ["spend 44", "double 44"]),
        ("each award", "89", "0.5", "2x", ["spend 44", "double 45"]),
        ("each line", "15", "0.9", "1.5x", ["spend 13", "double 6"]),
        ("each award", "15", "0.9", "1.5x", ["spend 13", "double 7"]),
    ] {
        let mut host = Host::new(&with_points(
            &format!("round down {place}; valid without end"),
            &format!(
                "rule spend on Purchase {{ earn {rate} Star * (amount / 1 CNY) }}\n\
                 rule double on Purchase {{ raise spend to {multiple} }}"
            ),
        ));
        assert_eq!(lines(&host.at("2024-05-01 10:00:00", "purchase", buy(amount))), expected, "{place} {amount}");
    }
}

#[test]
fn each_purchase_is_cut_or_the_sum_once_at_the_close() {
    let mut host = Host::new(&programme(
        "track month_spend per customer per month = sum of Purchase.amount\n\
         rule each on Purchase { earn 1 Star per full 20 CNY of amount }\n\
         rule once { per customer per month keep 1 Star per full 20 CNY of month_spend; settled at close of month, final }",
    ));
    let mut each = Vec::new();
    for day in 1..=3 {
        each.push(host.at(&format!("2024-05-0{day} 10:00:00"), "purchase", buy("39")));
    }
    // 39 / 20 is 1, three times; 117 / 20 is 5.
    assert_eq!(by_rule(&each).get("each"), Some(&dec("3")));
    assert_eq!(by_rule(&each).get("once"), None);
    assert_eq!(lines(&host.at("2024-06-01 00:00:00", "month_close", json!({"daily": []}))), ["once 5"]);
}

#[test]
fn one_purchase_splits_at_a_spend_cap_and_the_rest_earns_the_lower_rate() {
    let mut host = Host::new(&programme(
        "rule five on Purchase {\n  earn 5 Star per full 100 CNY of amount\n  \
         per customer per month at most 10_000 CNY of amount, the rest earns 1 Star per full 100 CNY of amount\n}",
    ));
    // 9,950 leave 50; 1,000 are 50 at five in the hundred and 950 at one: 2.5 would be 0 steps, so 0 and 9.
    assert_eq!(total(&host.at("2024-05-01 10:00:00", "purchase", buy("9950"))), dec("495"));
    assert_eq!(lines(&host.at("2024-05-02 10:00:00", "purchase", buy("1000"))), ["five 9"]);
    assert_eq!(lines(&host.at("2024-05-03 10:00:00", "purchase", buy("1000"))), ["five 10"]);
    // The next month is whole again, and a purchase above the cap splits by itself: 500 and 20.
    assert_eq!(lines(&host.at("2024-06-01 00:00:00", "purchase", buy("12000"))), ["five 520"]);
}

#[test]
fn the_base_is_never_cut_while_the_extra_is_capped() {
    let mut host = Host::new(&programme(
        "rule spend on Purchase { earn 1 Star per full 1 CNY of amount }\n\
         rule triple on Purchase { raise spend to 3x; per customer per month at most 500 Star, drop the rest }",
    ));
    assert_eq!(lines(&host.at("2024-05-01 10:00:00", "purchase", buy("200"))), ["spend 200", "triple 400"]);
    assert_eq!(lines(&host.at("2024-05-02 10:00:00", "purchase", buy("200"))), ["spend 200", "triple 100 of 400"]);
    assert_eq!(lines(&host.at("2024-05-03 10:00:00", "purchase", buy("200"))), ["spend 200", "triple 0 of 400"]);
}

#[test]
fn the_base_is_capped_and_the_extra_is_not() {
    let mut host = Host::new(&programme(
        "rule spend on Purchase { earn 1 Star per full 1 CNY of amount; per customer per month at most 250 Star, drop the rest }\n\
         rule double on Purchase { raise spend to 2x }\n\
         rule after on Purchase { raise spend by 1x after caps; adds to double }",
    ));
    // The multiple reads the base before its cap, the other one what the base was granted.
    assert_eq!(
        lines(&host.at("2024-05-01 10:00:00", "purchase", buy("200"))),
        ["spend 200", "after 200", "double 200"]
    );
    let second = host.at("2024-05-02 10:00:00", "purchase", buy("200"));
    assert_eq!(lines(&second), ["spend 50 of 200", "after 50", "double 200"]);
}

#[test]
fn three_caps_inside_each_other_each_take_what_the_smaller_ones_left() {
    let mut host = Host::new(&programme(
        "rule spend on Purchase {\n  earn 1 Star per full 1 CNY of amount\n  \
         per customer per day at most 100 Star, drop the rest\n  \
         per customer per month at most 250 Star, drop the rest\n  \
         in all at most 320 Star, drop the rest\n}",
    ));
    let mut got = Vec::new();
    for (day, customer) in [(1, "c1"), (1, "c1"), (2, "c1"), (3, "c1"), (4, "c1"), (4, "c2")] {
        let event = json!({"amount": "150", "customer": customer});
        got.push(total(&host.at(&format!("2024-05-0{day} 10:00:00"), "purchase", event)).to_string());
    }
    // Day: 100, 0, 100; month: 50, 0; in all: 250 so far, 70 left for the other customer.
    assert_eq!(got, ["100", "0", "100", "50", "0", "70"]);
    assert_eq!(host.counter("cap spend.cap_3").as_deref(), Some("320"));
}

#[test]
fn a_cap_shared_by_two_rules_counts_by_the_month_of_purchase_and_is_used_up_when_claimed() {
    let mut host = Host::new(&programme(
        "event Claim \"申领\" { of \"原交易\": Purchase; extra: flag default no }\n\
         campaign claims {\n  from 2024-05-01 to 2024-12-31\n  \
         per customer per month of of.at at most 300 Star across a, then b, drop the rest\n  \
         rule a on Claim { when extra is no; earn 1 Star per full 1 CNY of of.amount }\n  \
         rule b on Claim { when extra is yes; earn 2 Star per full 1 CNY of of.amount }\n}",
    ));
    let may = host.at("2024-05-31 23:59:59", "purchase", buy("200"));
    let june = host.at("2024-06-01 00:00:00", "purchase", buy("200"));
    let claim = |of: &str, extra: bool| json!({"of": of, "extra": extra});
    // Both claims in June: each uses the room of the month in which the purchase was made.
    assert_eq!(lines(&host.at("2024-06-10 10:00:00", "claim", claim(&may.event, false))), ["claims.a 200"]);
    assert_eq!(lines(&host.at("2024-06-11 10:00:00", "claim", claim(&june.event, true))), ["claims.b 300 of 400"]);
    assert_eq!(lines(&host.at("2024-07-01 10:00:00", "claim", claim(&may.event, true))), ["claims.b 100 of 400"]);
    assert_eq!(total(&host.at("2024-07-02 10:00:00", "claim", claim(&june.event, false))), dec("0"));
}

#[test]
fn the_first_hundred_are_those_that_qualify() {
    let mut host =
        Host::new(&programme("rule early on SignUp { for vip of customer; earn 50 Star; in all at most 2 times }"));
    for (id, vip) in [("a", true), ("b", false), ("c", false), ("d", true), ("e", true)] {
        host.customer(id, json!({ "vip": vip }));
    }
    let got: Vec<String> = ["a", "b", "c", "d", "e"]
        .iter()
        .map(|id| total(&host.at("2024-05-01 10:00:00", "signup", json!({"customer": id}))).to_string())
        .collect();
    // b and c do not qualify and take no place; e comes third.
    assert_eq!(got, ["50", "0", "0", "50", "0"]);
}

#[test]
fn a_level_reached_by_a_purchase_counts_from_the_next_one() {
    let rules = |reading: &str| {
        programme(&format!(
            "track spent per customer per year = sum of Purchase.amount\n\
             tiers Level \"级别\" by spent {{ from 0 CNY: Base, from 1_000 CNY: Gold }} held to last day of December of the next year\n\
             rule spend on Purchase {{ earn 1 Star per full 1 CNY of amount }}\n\
             rule multiple on Purchase {{ raise spend to Level{reading} {{ Base: 1x, Gold: 2x, otherwise: 1x }} }}"
        ))
    };
    let mut host = Host::new(&rules(""));
    assert_eq!(total(&host.at("2024-05-01 10:00:00", "purchase", buy("1000"))), dec("1000"));
    assert_eq!(total(&host.at("2024-05-01 10:00:01", "purchase", buy("1"))), dec("2"));
    assert_eq!(
        total(&host.at("2025-12-31 23:59:59", "purchase", buy("1"))),
        dec("2"),
        "held to the end of the next year"
    );
    assert_eq!(total(&host.at("2026-01-01 00:00:00", "purchase", buy("1"))), dec("1"));
    let mut host = Host::new(&rules(" with this one"));
    assert_eq!(total(&host.at("2024-05-01 10:00:00", "purchase", buy("1000"))), dec("2000"));
}

#[test]
fn points_are_usable_from_the_next_day() {
    let mut host = Host::new(&with_points(
        "round down each line; usable next day; valid 1 year after earning",
        "rule spend on Purchase { earn 1 Star per full 1 CNY of amount }",
    ));
    let bought = host.at("2024-02-29 23:59:59", "purchase", buy("10"));
    assert_eq!(bought.lines[0].available_from.as_deref(), Some("2024-03-01T00:00:00"));
    assert_eq!(bought.lines[0].expires_on.as_deref(), Some("2025-02-28"));
}
