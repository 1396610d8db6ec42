//! Rounding: the mode and the place, each line or each award; quotients; shares of the cost.

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

const HALF_WITH_DOUBLE: &str = "rule spend on Purchase { earn 0.5 Star per full 1 CNY of amount }\n\
                                rule double on Purchase { raise spend to 2x }";

#[test]
fn each_line_is_rounded_by_itself_or_the_award_as_a_whole() {
    let buy = json!({"amount": "89.00"});
    let mut by_line = Host::new(&with_points("round down each line; valid without end", HALF_WITH_DOUBLE));
    assert_eq!(lines(&by_line.at("2024-05-01 10:00:00", "purchase", buy.clone())), ["spend 44", "double 44"]);
    let mut by_award = Host::new(&with_points("round down each award; valid without end", HALF_WITH_DOUBLE));
    assert_eq!(lines(&by_award.at("2024-05-01 10:00:00", "purchase", buy)), ["spend 44", "double 45"]);
}

#[test]
fn an_award_gives_its_rest_to_multiples_by_largest_remainder() {
    let text = with_points(
        "round down each award; valid without end",
        "rule spend on Purchase { earn 0.1 Star per full 1 CNY of amount }\n\
         rule a on Purchase { raise spend by 0.5x }\n\
         rule b on Purchase { raise spend by 1.5x }",
    );
    let mut host = Host::new(&text);
    // Exact: 1.9 + 0.95 + 2.85 = 5.7: base 1, rest 4, of which 1 and 3 by weight.
    assert_eq!(
        lines(&host.at("2024-05-01 10:00:00", "purchase", json!({"amount": "19.00"}))),
        ["spend 1", "a 1", "b 3"]
    );
    // Exact: 1.7 + 0.85 + 2.55 = 5.1: base 1, rest 4.
    assert_eq!(total(&host.at("2024-05-01 10:00:01", "purchase", json!({"amount": "17.00"}))), dec("5"));
}

#[test]
fn modes_round_a_half_as_they_say() {
    for (mode, expected) in [("down", "2"), ("up", "3"), ("half up", "3")] {
        let text = with_points(
            &format!("round {mode} each line; valid without end"),
            "rule spend on Purchase { earn 0.5 Star per full 1 CNY of amount }",
        );
        assert_eq!(
            total(&Host::new(&text).at("2024-05-01 10:00:00", "purchase", json!({"amount": "5.99"}))),
            dec(expected),
            "{mode}"
        );
    }
}

#[test]
fn an_average_just_below_a_step_never_becomes_the_step() {
    let mut host = Host::new(&programme(
        "rule assets on MonthClose { earn 1 Star per full 1_000 CNY of average of daily.balance weighted by daily.days }",
    ));
    let daily = json!({"daily": [{"days": 15, "balance": "1999.98"}, {"days": 15, "balance": "0.01"}]});
    assert_eq!(total(&host.at("2024-06-01 00:00:00", "month_close", daily)), dec("0"));
    let daily = json!({"daily": [{"days": 15, "balance": "1999.99"}, {"days": 15, "balance": "0.01"}]});
    assert_eq!(total(&host.at("2024-07-01 00:00:00", "month_close", daily)), dec("1"));
}

#[test]
fn the_cost_is_shared_by_largest_remainder_and_sums_exactly() {
    let text = programme(
        "rule spend on Purchase { earn 1 Star per full 1 CNY of amount; funded by merchant 33.3%, bank 33.3%, network 33.4% }",
    );
    let decision = Host::new(&text).at("2024-05-01 10:00:00", "purchase", json!({"amount": "100.00"}));
    let funded: Vec<(&str, &str)> =
        decision.lines[0].funded.iter().map(|(party, part)| (party.as_str(), part.as_str())).collect();
    assert_eq!(funded, [("merchant", "33"), ("bank", "33"), ("network", "34")]);
    // Of two equal remainders the party stated first gets the unit.
    let text =
        programme("rule spend on Purchase { earn 1 Star per full 1 CNY of amount; funded by shop 50%, bank 50% }");
    let decision = Host::new(&text).at("2024-05-01 10:00:00", "purchase", json!({"amount": "7.00"}));
    assert_eq!(decision.lines[0].funded, [("shop".to_owned(), "4".to_owned()), ("bank".to_owned(), "3".to_owned())]);
}

#[test]
fn amounts_have_the_scale_of_their_points() {
    let text = programme("").replace("points Star \"星点\" {", "points Star \"星点\" { 2 decimals;");
    let text = format!(
        "{text}\nrule spend on Purchase {{ earn 0.125 Star per full 1 CNY of amount }}\ntrack spent per customer per month = sum of Purchase.amount"
    );
    let mut host = Host::new(&text);
    let decision = host.at("2024-05-01 10:00:00", "purchase", json!({"amount": "3"}));
    assert_eq!(decision.lines[0].amount, "0.37");
    assert_eq!(host.at("2024-05-01 10:00:00", "purchase", json!({"amount": "8"})).lines[0].amount, "1.00");
    assert_eq!(host.counter("track spent|customer=c1|2024-05").as_deref(), Some("11.00"));
}

#[test]
fn a_rule_may_round_in_its_own_way() {
    // The points say down, each line; one rule rounds up, its multiple by itself half up.
    let mut host = Host::new(&with_points(
        "round down each line; valid without end",
        "rule spend on Purchase { earn 0.5 Star per full 1 CNY of amount; round up }\n\
         rule more on Purchase { raise spend by 0.5x; round half up }",
    ));
    assert_eq!(
        lines(&host.at("2024-05-01 10:00:00", "purchase", json!({"amount": "89.00"}))),
        ["spend 45", "more 23"],
        "44.5 up is 45, half of which is 22.5"
    );
}

#[test]
fn a_rule_may_round_its_award_where_its_points_round_each_line() {
    let mut host = Host::new(&with_points(
        "round down each line; valid without end",
        "rule spend on Purchase { earn 0.5 Star per full 1 CNY of amount; round down each award }\n\
         rule other on Purchase { adds to spend; earn 0.5 Star per full 1 CNY of amount }\n\
         rule double on Purchase { raise spend, other to 2x }",
    ));
    // The award of `spend` is 89: 44 and 45 of the multiple; `other` is 44 by itself and its multiple 44.
    assert_eq!(
        lines(&host.at("2024-05-01 10:00:00", "purchase", json!({"amount": "89.00"}))),
        ["other 44", "spend 44", "double 89"]
    );
}
