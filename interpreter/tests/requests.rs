//! Requests: which one answers, its size, the order of refusals, prices, stock, what it leads to.

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

/// A host whose customer c1 holds so many stars; balances follow the lines.
struct Bank(Host);

impl Bank {
    fn new(stars: &str, rules: &str) -> Self {
        let mut bank = Self(Host::new(&programme(rules)));
        bank.hold("c1", stars);
        bank
    }

    fn hold(&mut self, customer: &str, stars: &str) {
        self.set(&format!("balance Star|customer={customer}"), stars);
    }

    fn set(&mut self, key: &str, value: &str) {
        self.0.counters.insert(key.to_owned(), earnest_interpreter::CounterValue::Number(dec(value)));
    }

    fn balance(&self, customer: &str) -> String {
        self.0.counter(&format!("balance Star|customer={customer}")).unwrap_or_default()
    }

    fn ask(&mut self, local: &str, kind: &str, members: Json) -> Decision {
        let decision = self.0.at(local, kind, members);
        for line in &decision.lines {
            let key = format!("balance {}|customer={}", line.points, line.customer);
            let held = self.0.counter(&key).map_or_else(Default::default, |held| dec(&held));
            self.set(&key, &(held + dec(&line.amount)).to_string());
        }
        decision
    }

    fn now(&mut self, kind: &str, members: Json) -> Decision {
        self.ask("2024-05-01 10:00:00", kind, members)
    }
}

/// What came of a request: codes, or lines and amounts.
fn came(decision: &Decision) -> Vec<String> {
    if !decision.reasons.is_empty() {
        return decision.reasons.iter().map(|code| format!("! {code}")).collect();
    }
    let mut all: Vec<String> = decision
        .lines
        .iter()
        .map(|line| {
            let whom = if line.customer == "c1" { String::new() } else { format!(" for {}", line.customer) };
            format!("{} {} {}{whom}", line.kind, line.amount, line.points)
        })
        .collect();
    all.extend(decision.amounts.iter().map(|amount| {
        let to = amount.to.as_ref().map_or_else(String::new, |to| format!(" to {to}"));
        format!("{} {} {}{to}", amount.kind, amount.amount, amount.unit)
    }));
    all.extend(decision.entries.iter().map(|count| format!("entries {count}")));
    all.extend(decision.entitled.iter().map(|what| format!("entitled {what}")));
    all.extend(decision.deliver_by.iter().map(|day| format!("by {day}")));
    all
}

const GIFTS: &str = "catalogue gifts \"礼品\" {
  per customer per month at most 3 pieces
  item tshirt \"T恤\" 200 Star   stock 4
  item card \"卡\" 1_001 Star, at tier { gold: 90%, otherwise: 100% } round up
}
tiers tier \"等级\" given by host { standard \"普通\" < gold \"金\" }
";

#[test]
fn an_item_takes_its_price_for_every_piece() {
    let mut bank = Bank::new("1000", GIFTS);
    assert_eq!(came(&bank.now("redeem", json!({ "item": "tshirt" }))), ["redeem -200 Star"]);
    assert_eq!(came(&bank.now("redeem", json!({ "item": "tshirt", "qty": "2" }))), ["redeem -400 Star"]);
    assert_eq!(bank.balance("c1"), "400");
    assert_eq!(bank.0.counter("cap gifts.tshirt.stock").as_deref(), Some("3"));
}

#[test]
fn all_that_fails_is_told_in_the_fixed_order() {
    let mut bank = Bank::new("300", GIFTS);
    // Four pieces: more than a month's three, and 800 of 300 points. Stock has four.
    let refused = bank.now("redeem", json!({ "item": "tshirt", "qty": "4" }));
    assert_eq!(came(&refused), ["! quota_exhausted", "! insufficient_points"]);
    let refused = bank.now("redeem", json!({ "item": "tshirt", "qty": "5" }));
    assert_eq!(came(&refused), ["! quota_exhausted", "! out_of_stock", "! insufficient_points"]);
    bank.set("barred|customer=c1", "1");
    let refused = bank.now("redeem", json!({ "item": "tshirt", "qty": "5" }));
    assert_eq!(came(&refused), ["! disqualified", "! quota_exhausted", "! out_of_stock", "! insufficient_points"]);
    let before = bank.ask("2023-12-31 23:59:59", "redeem", json!({ "item": "tshirt" }));
    assert_eq!(came(&before), ["! outside_window"]);
}

#[test]
fn what_no_catalogue_has_is_refused() {
    let mut bank = Bank::new("300", GIFTS);
    let refused = bank.now("redeem", json!({ "item": "other" }));
    assert_eq!(came(&refused), ["! condition_not_met"]);
    assert!(refused.detail.unwrap().contains("item"));
    // No cash out is declared.
    assert_eq!(came(&bank.now("cash_out", json!({ "points": "100" }))), ["! condition_not_met"]);
}
