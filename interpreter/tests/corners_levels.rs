//! Corners of level rules and of period work: keep against reach, closes and finality, one level above another, rates that are
//! known at the period's end, statement months, what last month unlocked.

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
use earnest_interpreter::decision::Decision;
use serde_json::{Value as Json, json};

fn buy(amount: &str) -> Json {
    json!({ "amount": amount })
}

fn refund(host: &mut Host, local: &str, of: &Decision, amount: &str) -> Decision {
    host.at(local, "refund", json!({"of": of.event, "amount": amount}))
}

const MONTH: &str = "track month_spend per customer per month = sum of Purchase.amount\n";

#[test]
fn a_refund_below_the_threshold_takes_the_reward_back_and_a_later_purchase_gives_it_again() {
    let mut host = Host::new(&programme(&format!(
        "{MONTH}rule big {{ per customer per month keep 500 Star while month_spend >= 3_000 CNY }}"
    )));
    let first = host.at("2024-05-01 10:00:00", "purchase", buy("2000"));
    let second = host.at("2024-05-02 10:00:00", "purchase", buy("1500"));
    assert_eq!(lines(&second), ["big 500"]);
    assert!(refund(&mut host, "2024-05-03 10:00:00", &first, "500").lines.is_empty(), "exactly 3,000 are left");
    assert_eq!(lines(&refund(&mut host, "2024-05-03 10:00:01", &first, "0.01")), ["big -500"]);
    assert_eq!(lines(&host.at("2024-05-31 23:59:59", "purchase", buy("0.01"))), ["big 500"]);
    assert_eq!(lines(&refund(&mut host, "2024-06-20 10:00:00", &first, "1499.99")), ["big -500"], "in June, for May");
}

#[test]
fn reach_asks_again_for_nothing_that_it_has_given() {
    let mut host = Host::new(&programme(&format!(
        "{MONTH}rule steps {{ per customer per month reach 1 Star per full 100 CNY of month_spend }}"
    )));
    let first = host.at("2024-05-01 10:00:00", "purchase", buy("550"));
    assert_eq!(lines(&first), ["steps 5"]);
    assert!(refund(&mut host, "2024-05-02 10:00:00", &first, "300").lines.is_empty());
    // 250 are left; 300 more make 550: five, which stand already; 100 more make six.
    assert!(host.at("2024-05-03 10:00:00", "purchase", buy("300")).lines.is_empty());
    assert_eq!(lines(&host.at("2024-05-04 10:00:00", "purchase", buy("100"))), ["steps 1"]);
}

#[test]
fn a_settled_rule_is_final_or_moves_dated_at_the_later_of_close_and_event() {
    let rules = |finality: &str| {
        programme(&format!(
            "{MONTH}rule big {{ per customer per month keep 1 Star per full 100 CNY of month_spend; settled at close of month, {finality} }}"
        ))
    };
    let late = |finality: &str| {
        let mut host = Host::new(&rules(finality));
        let first = host.at("2024-05-01 10:00:00", "purchase", buy("1000"));
        assert!(first.lines.is_empty());
        assert_eq!(lines(&host.at("2024-06-01 00:00:00", "month_close", json!({"daily": []}))), ["big 10"]);
        // A purchase of May that arrives after the close, then a refund in July.
        let late = host.at("2024-05-31 12:00:00", "purchase", buy("200"));
        let back = refund(&mut host, "2024-07-15 10:00:00", &first, "1000");
        (lines(&late), late.lines.first().and_then(|line| line.expires_on.clone()), lines(&back))
    };
    let none: Vec<String> = vec![];
    assert_eq!(late("final"), (none.clone(), None, none.clone()));
    let (arrived, expires, back) = late("final 30 days after close");
    assert_eq!((arrived, back), (vec!["big 2".to_owned()], none));
    assert_eq!(expires.as_deref(), Some("2027-06-01"), "an event older than the close is dated at the close");
    assert_eq!(late("never final").2, ["big -10"]);
}

#[test]
fn a_level_above_another_follows_it_up_and_down() {
    let mut host = Host::new(&programme(&format!(
        "{MONTH}rule stamp {{ per customer per month keep 1 Star per full 1_000 CNY of month_spend }}\n\
         track stamps per customer per month = sum of stamp\n\
         rule prize {{ per customer per month keep 100 Star per full 3 Star of stamps }}\n\
         track prizes per customer per month = sum of prize\n\
         rule crown {{ per customer per month keep 7 Star while prizes >= 200 Star }}"
    )));
    let first = host.at("2024-05-01 10:00:00", "purchase", buy("5999"));
    assert_eq!(lines(&first), ["stamp 5", "prize 100"]);
    assert_eq!(lines(&host.at("2024-05-02 10:00:00", "purchase", buy("1"))), ["stamp 1", "prize 100", "crown 7"]);
    let back = refund(&mut host, "2024-05-03 10:00:00", &first, "3000");
    assert_eq!(lines(&back), ["stamp -3", "prize -100", "crown -7"]);
}

#[test]
fn a_rate_that_only_the_periods_end_tells() {
    // Five in the hundred from 20,000 in the month, three from 10,000, else one: for the whole month, at its close.
    let mut host = Host::new(&programme(&format!(
        "{MONTH}rule rated {{\n  per customer per month keep month_spend {{ from 0 CNY: 1 Star, from 10_000 CNY: 3 Star, from 20_000 CNY: 5 Star }} per full 100 CNY of month_spend\n  settled at close of month, final\n}}"
    )));
    for (day, amount) in [(1, "9999"), (2, "1"), (3, "9950")] {
        assert!(host.at(&format!("2024-05-0{day} 10:00:00"), "purchase", buy(amount)).lines.is_empty());
    }
    // 19,950 at three: 199 steps.
    assert_eq!(lines(&host.at("2024-06-01 00:00:00", "month_close", json!({"daily": []}))), ["rated 597"]);
}

#[test]
fn three_statement_months_and_the_lowest_decides() {
    let mut host = Host::new(&programme(
        "track spent per customer per statement = sum of Purchase.amount\n\
         rule steady {\n  per customer per statement keep 1 Star per full 100 CNY of lowest of (spent over last 3 statements)\n  settled at close of statement, final\n}",
    ));
    host.subject("account", "a1", json!({"statement_day": 31}));
    let buy = |amount: &str| json!({"amount": amount, "account": "a1"});
    let close = |local: &str, host: &mut Host| host.at(local, "statement_close", json!({"account": "a1"}));
    host.at("2024-01-31 23:59:59", "purchase", buy("900"));
    assert!(close("2024-02-01 00:00:00", &mut host).lines.is_empty(), "the two before it are zero");
    host.at("2024-02-29 23:59:59", "purchase", buy("400"));
    assert!(close("2024-03-01 00:00:00", &mut host).lines.is_empty());
    // The first of March belongs to the statement that ends on 31 March.
    host.at("2024-03-01 00:00:00", "purchase", buy("650"));
    assert_eq!(lines(&close("2024-04-01 00:00:00", &mut host)), ["steady 4"]);
    host.at("2024-04-30 23:59:59", "purchase", buy("500"));
    // February leaves nothing out: 400, 650, 500.
    assert_eq!(lines(&close("2024-05-01 00:00:00", &mut host)), ["steady 4"]);
    assert!(close("2024-06-01 00:00:00", &mut host).lines.is_empty(), "May is zero");
}

#[test]
fn last_month_unlocks_this_one() {
    let mut host = Host::new(&programme(&format!(
        "{MONTH}rule spend on Purchase {{ earn 1 Star per full 1 CNY of amount }}\n\
         rule unlocked on Purchase {{ when (lowest of (month_spend over previous 1 month)) before this one >= 1_000 CNY; raise spend to 2x }}"
    )));
    assert_eq!(total(&host.at("2024-04-30 23:59:59", "purchase", buy("1000"))), dec("1000"));
    assert_eq!(total(&host.at("2024-05-01 00:00:00", "purchase", buy("10"))), dec("20"));
    // May comes to 10 only: June is locked again; a late purchase of May unlocks what comes after it.
    assert_eq!(total(&host.at("2024-06-01 00:00:00", "purchase", buy("10"))), dec("10"));
    assert_eq!(total(&host.at("2024-05-20 10:00:00", "purchase", buy("990"))), dec("1980"));
    assert_eq!(total(&host.at("2024-06-02 00:00:00", "purchase", buy("10"))), dec("20"));
}

#[test]
fn an_edge_rule_takes_back_its_reward_where_a_level_rule_sees_the_sum() {
    // Limit 800 of spend, A 500 and B 500 (300 of it count), then 200 of A returned.
    let mut host = Host::new(&programme(
        "track spent per customer per month = sum of Purchase.amount\n\
         rule edge on Purchase { earn 1 Star per full 1 CNY of amount; per customer per month at most 800 CNY of amount, drop the rest }\n\
         rule level { per customer per month keep 1 Star per full 1 CNY of (spent - (spent above 800 CNY)) }",
    ));
    let a = host.at("2024-05-01 10:00:00", "purchase", buy("500"));
    assert_eq!(lines(&host.at("2024-05-02 10:00:00", "purchase", buy("500"))), ["edge 300", "level 300"]);
    assert_eq!(lines(&refund(&mut host, "2024-05-03 10:00:00", &a, "200")), ["edge -200"]);
}
