//! Proved bounds hold: random purchases never earn more than was proved, and the worth of points never passes the proved return.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use earnest_dsl::load::{InputFile, load};
use earnest_ledger::{Host, Programme};
use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

/// A policy that promises exactly what can be proved of it: with a unit less it does not compile.
const POLICY: &str = r#"programme bank "银行" {
  timezone Asia/Shanghai
  currency CNY "元"
  effective from 2024-01-01
  use std.banking
}
points Star "星点" { round down each line; valid 3 years after earning; spend first soonest to expire, then oldest; worth 0.01 CNY }
group best "择优": best of
rule spend on Purchase { earn 1 Star per full 10 CNY of amount; per customer per day at most 400 Star, drop the rest }
rule online on Purchase { in best priority 1; adds to spend; when channel is online; earn 2 Star per full 25 CNY of amount; per customer per month at most 900 Star, drop the rest; refund in proportion }
rule big on Purchase { in best priority 2; adds to spend; when channel is online and amount >= 500 CNY; earn 60 Star; per customer per month at most 3 times; refund in proportion }
refunds: may overdraw
promise per customer per day at most DAY Star
promise per customer per month at most MONTH Star
promise return at most RETURN%
"#;

fn policy(day: u32, month: u32, percent: &str) -> Option<Programme> {
    let text = POLICY.replace("DAY", &day.to_string()).replace("MONTH", &month.to_string()).replace("RETURN", percent);
    let loaded = load(vec![InputFile { path: "programme.earn".to_owned(), text }], &[]);
    Programme::new(loaded.policy)
}

/// What can be proved: the smallest promises that the checker accepts.
const DAY: u32 = 1_480;
const MONTH: u32 = 13_480;
const RETURN: &str = "0.22";

#[test]
fn the_promises_are_the_smallest_that_can_be_proved() {
    assert!(policy(DAY, MONTH, RETURN).is_some());
    assert!(policy(DAY - 1, MONTH, RETURN).is_none());
    assert!(policy(DAY, MONTH - 1, RETURN).is_none());
    assert!(policy(DAY, MONTH, "0.21").is_none());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn no_customer_passes_what_is_proved(purchases in prop::collection::vec((0_u32..40, 1_u32..900_000, any::<bool>()), 1..60)) {
        let mut host = Host::new(policy(DAY, MONTH, RETURN).unwrap());
        let (mut by_day, mut by_month): (BTreeMap<u32, Decimal>, BTreeMap<u32, Decimal>) = Default::default();
        let mut purchases = purchases;
        purchases.sort_by_key(|(day, _, _)| *day);
        for (at, (day, cents, online)) in purchases.into_iter().enumerate() {
            let (month, of_month) = if day < 31 { (1, day + 1) } else { (2, day - 30) };
            let amount = Decimal::new(i64::from(cents), 2);
            let mut event: Map<String, Json> = Map::new();
            event.insert("id".to_owned(), json!(format!("e{at}")));
            event.insert("at".to_owned(), json!(format!("2024-{month:02}-{of_month:02}T10:00:00+08:00")));
            event.insert("type".to_owned(), json!("purchase"));
            event.insert("customer".to_owned(), json!("c1"));
            event.insert("amount".to_owned(), json!(amount.to_string()));
            if online {
                event.insert("channel".to_owned(), json!("online"));
            }
            let answer = host.decide(&event, false).unwrap();
            let given: Decimal = answer.decision.lines.iter().map(|line| line.amount.parse::<Decimal>().unwrap()).sum();
            prop_assert!(given * Decimal::new(1, 2) <= amount * Decimal::new(22, 4), "{given} for {amount}");
            *by_day.entry(day).or_default() += given;
            *by_month.entry(month).or_default() += given;
        }
        prop_assert!(by_day.values().all(|sum| *sum <= Decimal::from(DAY)), "{by_day:?}");
        prop_assert!(by_month.values().all(|sum| *sum <= Decimal::from(MONTH)), "{by_month:?}");
    }
}
