//! Level rules: keep and reach, thresholds, periods, closes, later periods, what constraints trimmed.

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

const MONTH: &str = "track month_spend per customer per month = sum of Purchase.amount\n";

#[test]
fn a_level_rule_posts_when_the_threshold_is_reached_and_once() {
    let mut host = Host::new(&programme(&format!(
        "{MONTH}rule big {{ per customer per month keep 500 Star while month_spend >= 3_000 CNY }}"
    )));
    assert_eq!(total(&host.at("2024-05-01 10:00:00", "purchase", buy("2999.99"))), dec("0"));
    assert_eq!(lines(&host.at("2024-05-01 10:00:01", "purchase", buy("0.01"))), ["big 500"]);
    assert_eq!(total(&host.at("2024-05-01 10:00:02", "purchase", buy("5000"))), dec("0"));
    assert_eq!(total(&host.at("2024-06-01 00:00:00", "purchase", buy("3000"))), dec("500"));
    assert_eq!(host.counter("level big|customer=c1|2024-05").as_deref(), Some("500"));
}

#[test]
fn a_sum_is_cut_once_however_it_came_together() {
    let mut host = Host::new(&programme(&format!(
        "{MONTH}rule steps {{ per customer per month keep 1 Star per full 20 CNY of month_spend }}"
    )));
    let totals: Vec<String> = ["19", "1", "39.99", "0.01"]
        .iter()
        .map(|amount| total(&host.at("2024-05-01 10:00:00", "purchase", buy(amount))).to_string())
        .collect();
    assert_eq!(totals, ["0", "1", "1", "1"]);
}

#[test]
fn keep_takes_back_what_a_refund_un_earns_and_reach_does_not() {
    for (word, expected) in [("keep", "-500"), ("reach", "0")] {
        let mut host = Host::new(&programme(&format!(
            "{MONTH}rule big {{ per customer per month {word} 500 Star while month_spend >= 3_000 CNY }}"
        )));
        let first = host.at("2024-05-01 10:00:00", "purchase", buy("3000"));
        assert_eq!(total(&first), dec("500"));
        let refund = host.at("2024-06-02 10:00:00", "refund", json!({"of": first.event, "amount": "0.01"}));
        assert_eq!(total(&refund), dec(expected), "{word}");
        // In the bucket of the original: the next purchase of May reaches it again.
        assert_eq!(
            total(&host.at("2024-05-31 10:00:00", "purchase", buy("0.01"))),
            dec(if word == "keep" { "500" } else { "0" })
        );
    }
}

#[test]
fn what_a_constraint_trimmed_is_asked_again() {
    let mut host = Host::new(&programme(
        "track spent per customer = sum of Purchase.amount\n\
         rule steps { per customer keep 1 Star per full 1 CNY of spent; per customer per month at most 100 Star, drop the rest }",
    ));
    assert_eq!(lines(&host.at("2024-05-01 10:00:00", "purchase", buy("150"))), ["steps 100 of 150"]);
    assert_eq!(lines(&host.at("2024-05-02 10:00:00", "purchase", buy("10"))), ["steps 0 of 60"]);
    assert_eq!(lines(&host.at("2024-06-01 10:00:00", "purchase", buy("10"))), ["steps 70"]);
}

#[test]
fn a_settled_rule_posts_nothing_before_the_close_and_moves_as_long_as_it_says() {
    let rules = |finality: &str| {
        programme(&format!(
            "{MONTH}rule big {{ per customer per month keep 500 Star while month_spend >= 3_000 CNY; settled at close of month, {finality} }}"
        ))
    };
    for (finality, late_in_june, late_in_july) in
        [("final", "0", "0"), ("final 10 days after close", "-500", "0"), ("never final", "-500", "-500")]
    {
        let mut host = Host::new(&rules(finality));
        let first = host.at("2024-05-01 10:00:00", "purchase", buy("3000"));
        assert_eq!(total(&first), dec("0"), "{finality}");
        let close = host.at("2024-06-01 00:00:00", "month_close", json!({"daily": []}));
        assert_eq!(lines(&close), ["big 500"], "{finality}");
        assert_eq!(close.lines[0].expires_on.as_deref(), Some("2027-06-01"));
        let refund = json!({"of": first.event, "amount": "1"});
        let mut early = Host {
            counters: host.counters.clone(),
            records: host.records.clone(),
            next: host.next,
            ..Host::new(&rules(finality))
        };
        assert_eq!(total(&early.at("2024-06-11 23:59:59", "refund", refund.clone())), dec(late_in_june), "{finality}");
        assert_eq!(total(&host.at("2024-06-12 00:00:00", "refund", refund)), dec(late_in_july), "{finality}");
    }
}

#[test]
fn a_close_counts_the_period_that_it_closes_named_or_not() {
    let mut host = Host::new(&programme(&format!(
        "{MONTH}rule big {{ per customer per month keep 500 Star while month_spend >= 3_000 CNY; settled at close of month, final }}"
    )));
    host.at("2024-05-01 10:00:00", "purchase", buy("3000"));
    assert_eq!(
        total(&host.at("2024-06-03 09:00:00", "month_close", json!({"daily": [], "closed_month": "2024-05"}))),
        dec("500")
    );
    host.at("2024-06-10 10:00:00", "purchase", buy("3000"));
    assert_eq!(total(&host.at("2024-07-01 00:00:00", "month_close", json!({"daily": []}))), dec("500"));
}

#[test]
fn the_lowest_of_the_last_months_decides_and_a_late_event_moves_later_months() {
    let mut host = Host::new(&programme(&format!(
        "{MONTH}rule steady {{ per customer per month keep 1 Star per full 100 CNY of lowest of (month_spend over last 3 months) }}"
    )));
    for (month, amount, expected) in [("01", "500", "0"), ("02", "300", "0"), ("03", "400", "3")] {
        assert_eq!(
            total(&host.at(&format!("2024-{month}-10 10:00:00"), "purchase", buy(amount))),
            dec(expected),
            "{month}"
        );
    }
    assert_eq!(total(&host.at("2024-04-10 10:00:00", "purchase", buy("700"))), dec("3"));
    // February rises from 300 to 450: March becomes 4 (April too: 450, 400, 700).
    let late = host.at("2024-02-29 10:00:00", "purchase", buy("150"));
    assert_eq!(lines(&late), ["steady 1", "steady 1"]);
    assert_eq!(host.counter("level steady|customer=c1|2024-03").as_deref(), Some("4"));
    assert_eq!(host.counter("level steady|customer=c1|2024-04").as_deref(), Some("4"));
    assert_eq!(host.counter("level steady|customer=c1|2024-02"), None, "nothing was posted there");
}

#[test]
fn a_level_over_postings_lies_above_what_it_counts() {
    let mut host = Host::new(&programme(
        "rule spend on Purchase { earn 1 Star per full 1 CNY of amount; per customer per day at most 80 Star, drop the rest }\n\
         track earned per customer per month = sum of spend\n\
         rule thanks { per customer per month keep 10 Star while earned >= 100 Star }",
    ));
    assert_eq!(total(&host.at("2024-05-01 10:00:00", "purchase", buy("99"))), dec("80"));
    let second = host.at("2024-05-02 10:00:00", "purchase", buy("20"));
    assert_eq!(lines(&second), ["spend 20", "thanks 10"]);
    let undone = host.at("2024-05-03 10:00:00", "refund", json!({"of": second.event}));
    assert_eq!(lines(&undone), ["spend -20", "thanks -10"]);
}

#[test]
fn a_window_of_a_level_rule_narrows_the_events_that_its_measures_count() {
    let mut host = Host::new(&programme(&format!(
        "{MONTH}campaign may {{\n  from 2024-05-10 to 2024-05-20\n  rule big {{ per customer per month keep 5 Star per full 100 CNY of month_spend }}\n}}\n\
         rule plain {{ per customer per month keep 1 Star per full 100 CNY of month_spend }}"
    )));
    assert_eq!(lines(&host.at("2024-05-09 23:59:59", "purchase", buy("100"))), ["plain 1"]);
    assert_eq!(lines(&host.at("2024-05-10 00:00:00", "purchase", buy("100"))), ["may.big 5", "plain 1"]);
    assert_eq!(lines(&host.at("2024-05-21 00:00:00", "purchase", buy("100"))), ["plain 1"]);
    assert_eq!(host.counter("track month_spend in may.big|customer=c1|2024-05").as_deref(), Some("100.00"));
}

#[test]
fn a_campaigns_condition_on_the_event_narrows_and_one_on_the_customer_decides() {
    let mut host = Host::new(&programme(&format!(
        "{MONTH}campaign club {{\n  for vip of customer\n  when channel is online\n  rule big {{ per customer per month keep 5 Star per full 100 CNY of month_spend }}\n}}"
    )));
    let online = |amount: &str| json!({"amount": amount, "channel": "online"});
    assert_eq!(total(&host.at("2024-05-01 10:00:00", "purchase", online("100"))), dec("0"));
    host.customer("c1", json!({"vip": true}));
    assert_eq!(
        total(&host.at("2024-05-02 10:00:00", "purchase", buy("100"))),
        dec("5"),
        "the first purchase was online"
    );
    assert_eq!(total(&host.at("2024-05-03 10:00:00", "purchase", online("100"))), dec("5"));
    host.customer("c1", json!({"vip": false}));
    assert_eq!(total(&host.at("2024-05-04 10:00:00", "purchase", buy("1"))), dec("-10"));
}

#[test]
fn two_customers_and_a_referral_over_postings() {
    let mut host = Host::new(&programme(
        "rule refer on Referral { earn 100 Star; earn 60 Star to referred }\n\
         track got per customer = sum of refer\n\
         rule thanks { per customer keep 1 Star per full 100 Star of got }",
    ));
    assert_eq!(total(&host.at("2024-05-01 10:00:00", "referral", json!({"referred": "c2"}))), dec("161"));
    let second = host.at("2024-05-01 10:00:00", "referral", json!({"customer": "c3", "referred": "c2"}));
    let who: Vec<(&str, &str, &str)> =
        second.lines.iter().map(|line| (line.rule.as_str(), line.customer.as_str(), line.amount.as_str())).collect();
    assert_eq!(who, [("refer", "c3", "100"), ("refer", "c2", "60"), ("thanks", "c2", "1"), ("thanks", "c3", "1")]);
}
