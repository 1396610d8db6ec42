//! Laws of what rules do besides earning, over random events: nothing is taken that is not there, everything cancelled leaves
//! nothing behind, conversions included. The test host adds up balances as a ledger without dates would.

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
use earnest_interpreter::{CounterValue, Engine};
use proptest::prelude::*;
use proptest::sample::Index;
use rust_decimal::Decimal;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Rules of every sort that does more than earn.
const ACTIONS: &str = "\
points Stamp { round down each line; valid 1 year after earning; spend first oldest }
points Coupon { round down each line; valid without end; spend first oldest }
points Cash { round half up each line; 1 decimals; valid without end; spend first oldest }
event Order { amount: money; pieces: count from 0 to 100; kind: Channel? }
refund event Return { of: Order; pieces: count reduces }
refund event Allowance { of: Order; amount: money? }
refund event Annulment { of: Order }
event Claim { of: Order }
track spent per customer per month = sum of Order.amount
track own per customer per month = sum of Order.amount, refunds in their own period
track used per customer = sum of fee
rule stamp on Order { earn 1 Stamp per full 1 piece of pieces }
rule card { convert 10 Stamp to 1 Coupon undo while unused }
rule cash on Order { earn 0.07 Cash * (amount / 1 CNY); per customer per month at most 20 Cash, drop the rest }
rule fee on Order { when kind is online; take 0.3 Cash per full 10 CNY of amount; adds to cash }
rule claimed on Claim { earn 1 Star per full 3 CNY of of.remaining }
rule steps { per customer per month keep 1 Star per full 30 CNY of spent }
rule owns { per customer per month keep 1 Star per full 30 CNY of own }
rule thanks { per customer keep 1 Star per full 1 Cash of (0 Cash - used) }
";

fn actions() -> Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| engine(&programme(ACTIONS))).clone()
}

#[derive(Debug, Clone)]
struct Order {
    day: u32,
    cents: u32,
    pieces: u32,
    online: bool,
    claimed: bool,
}

fn orders() -> impl Strategy<Value = Vec<Order>> {
    let one = (1_u32..=28, 0_u32..60_000, 0_u32..25, any::<bool>(), any::<bool>());
    let one = one.prop_map(|(day, cents, pieces, online, claimed)| Order { day, cents, pieces, online, claimed });
    proptest::collection::vec(one, 1..10)
}

/// Adds what a decision posted to the balances that the next one reads.
fn add_up(host: &mut Host, decision: &Decision) {
    for line in &decision.lines {
        let unit = line.unit.as_ref().unwrap_or(&line.points);
        let key = format!("balance {unit}|customer={}", line.customer);
        let held = host.counter(&key).map_or(Decimal::ZERO, |text| dec(&text));
        host.counters.insert(key, CounterValue::Number(held + dec(&line.amount)));
    }
}

fn money(cents: u32) -> String {
    Decimal::new(cents.into(), 2).to_string()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn everything_cancelled_leaves_nothing(orders in orders(), cuts in proptest::collection::vec((any::<Index>(), 0_u32..3, 1_u32..30_000), 0..12)) {
        let mut host = Host::of(actions());
        let mut decisions: Vec<Decision> = Vec::new();
        let mut ids = Vec::new();
        for order in &orders {
            let at = format!("2024-05-{:02} 10:00:00", order.day);
            let members = json!({"amount": money(order.cents), "pieces": order.pieces, "kind": if order.online { "online" } else { "counter" }});
            let before = host.counter("balance Cash|customer=c1").map_or(Decimal::ZERO, |text| dec(&text));
            let made = host.at(&at, "order", members);
            let fee: Decimal = made.lines.iter().filter(|line| line.kind == "take").map(|line| dec(&line.amount)).sum();
            prop_assert!(before + fee >= Decimal::ZERO, "{before} and {fee}");
            add_up(&mut host, &made);
            // Whole units are converted at once: ten stamps are never left.
            let stamps = host.counter("balance Stamp|customer=c1").map_or(Decimal::ZERO, |text| dec(&text));
            prop_assert!(Decimal::ZERO <= stamps && stamps < Decimal::TEN, "{stamps}");
            ids.push(made.event.clone());
            decisions.push(made);
            if order.claimed {
                let made = host.at(&at, "claim", json!({"of": ids.last()}));
                add_up(&mut host, &made);
                decisions.push(made);
            }
        }
        let mut all: Vec<(String, serde_json::Value, String)> = cuts
            .iter()
            .map(|(which, kind, amount)| {
                let of = which.get(&ids);
                match kind {
                    0 => ("return".to_owned(), json!({"of": of, "pieces": amount % 12}), of.clone()),
                    1 => ("allowance".to_owned(), json!({"of": of, "amount": money(*amount)}), of.clone()),
                    _ => ("allowance".to_owned(), json!({"of": of}), of.clone()),
                }
            })
            .collect();
        all.extend(ids.iter().map(|id| ("annulment".to_owned(), json!({ "of": id }), id.clone())));
        for (kind, members, _) in all {
            let made = host.at("2024-06-10 10:00:00", &kind, members);
            add_up(&mut host, &made);
            decisions.push(made);
        }
        let mut sums: BTreeMap<(String, String), Decimal> = BTreeMap::new();
        for line in decisions.iter().flat_map(|decision| &decision.lines) {
            *sums.entry((line.rule.clone(), line.points.clone())).or_default() += dec(&line.amount);
        }
        // What counts refunds in their own period keeps May and owes June.
        sums.retain(|(rule, _), sum| !sum.is_zero() && rule != "owns");
        prop_assert_eq!(sums, BTreeMap::new());
        for (key, value) in &host.counters {
            if let CounterValue::Number(number) = value {
                let own = key.contains("track own") || key.contains("level owns") || key.starts_with("balance Star");
                prop_assert!(own || number.is_zero(), "{key} is {number}");
            }
        }
    }
}
