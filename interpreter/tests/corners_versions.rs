//! Corners of versions: a period belongs to the version in force at its first instant, whichever decides the event.

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

const MONTH: &str = "track month_spend per customer per month = sum of Purchase.amount\n";

fn buy(amount: &str) -> Json {
    json!({ "amount": amount })
}

/// Two versions of a programme over the same counters and records.
struct Two {
    old: Host,
    new: Host,
}

impl Two {
    fn new(old: &str, new: &str, from: &str) -> Self {
        let mut old = Host::new(&programme(&format!("{MONTH}{old}")));
        let text = programme(&format!("{MONTH}{new}"));
        let mut new = Host::new(&text.replace("effective from 2024-01-01", &format!("effective from {from}")));
        let (first, second) = (old.engine.clone(), new.engine.clone());
        old.engine = first.clone().beside([&second]);
        new.engine = second.beside([&first]);
        Self { old, new }
    }

    /// Decides by one of the versions and hands over what the host keeps.
    fn at(&mut self, new: bool, local: &str, kind: &str, members: Json) -> Decision {
        let (by, other) = if new { (&mut self.new, &mut self.old) } else { (&mut self.old, &mut self.new) };
        let made = by.at(local, kind, members);
        other.counters.clone_from(&by.counters);
        other.records.clone_from(&by.records);
        other.next = by.next;
        made
    }
}

#[test]
fn a_month_keeps_the_rule_of_the_version_that_began_it() {
    let mut two = Two::new(
        "rule big { per customer per month keep 500 Star while month_spend >= 3_000 CNY }",
        "rule big { per customer per month keep 700 Star while month_spend >= 2_000 CNY }",
        "2024-05-15",
    );
    assert!(two.at(false, "2024-05-14 10:00:00", "purchase", buy("2500")).lines.is_empty());
    // The new version decides, but May is the old one's: 3,000 and 500.
    let reached = two.at(true, "2024-05-20 10:00:00", "purchase", buy("500"));
    assert_eq!(lines(&reached), ["big 500"]);
    assert_eq!(reached.lines[0].expires_on.as_deref(), Some("2027-05-20"));
    assert_eq!(lines(&two.at(true, "2024-06-01 10:00:00", "purchase", buy("2000"))), ["big 700"]);
    // A refund in June of the purchase in May: May falls below the old threshold.
    let back = two.at(true, "2024-06-02 10:00:00", "refund", json!({"of": reached.event, "amount": "1"}));
    assert_eq!(lines(&back), ["big -500"]);
}

#[test]
fn a_close_at_the_first_instant_of_a_version_posts_what_the_last_one_promised() {
    let mut two = Two::new(
        "rule big { per customer per month keep 1 Star per full 100 CNY of month_spend; settled at close of month, final }",
        "rule spend on Purchase { earn 1 Star per full 1 CNY of amount }",
        "2024-06-01",
    );
    two.at(false, "2024-05-31 23:59:59", "purchase", buy("1250"));
    assert_eq!(lines(&two.at(true, "2024-06-01 00:00:00", "month_close", json!({"daily": []}))), ["big 12"]);
    // June is the new version's, which keeps no total: nothing at its close.
    assert_eq!(lines(&two.at(true, "2024-06-10 10:00:00", "purchase", buy("300"))), ["spend 300"]);
    assert!(two.at(true, "2024-07-01 00:00:00", "month_close", json!({"daily": []})).lines.is_empty());
}

#[test]
fn what_a_dropped_rule_posted_stays() {
    let mut two = Two::new(
        "rule big { per customer keep 500 Star while month_spend >= 1_000 CNY }\n\
         rule month { per customer per month keep 5 Star while month_spend >= 1_000 CNY }",
        "",
        "2024-06-01",
    );
    let bought = two.at(false, "2024-05-31 10:00:00", "purchase", buy("1000"));
    assert_eq!(lines(&bought), ["big 500", "month 5"]);
    // Events of the new version move nothing of the old one, save what belongs to its periods.
    assert!(two.at(true, "2024-06-01 10:00:00", "purchase", buy("1")).lines.is_empty());
}
