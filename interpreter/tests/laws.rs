//! Laws of semantics, section 11, as far as earning goes: each a property over random events.

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
use earnest_interpreter::Engine;
use earnest_interpreter::decision::{Decision, Outcome};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use rust_decimal::Decimal;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Constraints of every sort over lines of every sort.
const RICH: &str = "\
group best: best of
group product: multiply together
track month_spend per customer per month = sum of Purchase.amount
track seen per customer per month = count of Purchase
track earned per customer per month = sum of spend
track top per customer = highest of Purchase.amount, remembers at most 50 events
track shops per customer per rolling 7 days = distinct of Purchase.merchant, remembers at most 50 events
rule spend on Purchase { in best priority 2; earn 0.5 Star per full 1 CNY of amount; per customer per month at most 400 Star, drop the rest; funded by shop 37.5%, bank 62.5% }
rule online on Purchase { in best priority 1; when channel is online; earn 1.25 Star per full 1 CNY of amount; per customer per rolling 3 days at most 150 Star, drop the rest }
rule double on Purchase { raise spend, online to 2x; per customer per month at most 300 CNY of amount, drop the rest }
rule big on Purchase { when amount >= 200 CNY; raise spend to 3x; per customer per week at most 500 Star on the whole award, drop the rest }
rule gold on Purchase { in product; raise spend to 1.5x }
rule key on Purchase { in product; when product is key_product; raise spend by 0.7x }
rule gift on Purchase { adds to spend, online; earn 7 Star; per customer per day at most 2 times }
rule split on Purchase { adds to spend, online, gift; earn 1 Star per full 10 CNY of amount; per customer 5 days from first use at most 250 CNY of amount, the rest earns 1 Star per full 40 CNY of amount }
campaign may {
  from 2024-05-03 to 2024-05-28
  in all at most 900 Star
  rule extra on Purchase { raise spend, online by 1x after caps }
}
rule steps { per customer per month keep 1 Star per full 30 CNY of month_spend }
rule often { per customer per month keep 20 Star while seen >= 3 times }
rule thanks { per customer per month keep 5 Star per full 100 Star of earned }
rule peak { per customer keep 1 Star per full 50 CNY of (top default 0 CNY) }
rule variety { per customer keep 3 Star while shops >= 2 times }
";

fn rich(place: &str) -> Engine {
    static BY_LINE: OnceLock<Engine> = OnceLock::new();
    static BY_AWARD: OnceLock<Engine> = OnceLock::new();
    let make = || engine(&with_points(&format!("round down {place}; valid 3 years after earning"), RICH));
    if place == "each line" { BY_LINE.get_or_init(make).clone() } else { BY_AWARD.get_or_init(make).clone() }
}

fn host(engine: Engine) -> Host {
    Host::of(engine)
}

#[derive(Debug, Clone)]
struct Purchase {
    day: u32,
    second: u32,
    cents: u32,
    customer: &'static str,
    online: bool,
    key: bool,
    merchant: &'static str,
}

impl Purchase {
    fn at(&self) -> String {
        format!(
            "2024-05-{:02} {:02}:{:02}:{:02}",
            self.day,
            self.second / 3600,
            self.second / 60 % 60,
            self.second % 60
        )
    }

    fn json(&self) -> Json {
        let mut event = json!({"amount": Decimal::new(self.cents.into(), 2).to_string(), "customer": self.customer, "merchant": self.merchant});
        if self.online {
            event["channel"] = json!("online");
        }
        if self.key {
            event["product"] = json!("key_product");
        }
        event
    }
}

fn purchase() -> impl Strategy<Value = Purchase> {
    let cents = prop_oneof![4 => 1_u32..40_000, 1 => select(vec![0, 100, 19_999, 20_000, 30_000])];
    (
        1_u32..=31,
        0_u32..86_400,
        cents,
        select(vec!["c1", "c1", "c2"]),
        any::<bool>(),
        any::<bool>(),
        select(vec!["m1", "m2", "m3"]),
    )
        .prop_map(|(day, second, cents, customer, online, key, merchant)| Purchase {
            day,
            second,
            cents,
            customer,
            online,
            key,
            merchant,
        })
}

fn purchases() -> impl Strategy<Value = Vec<Purchase>> {
    proptest::collection::vec(purchase(), 1..12)
}

fn place() -> impl Strategy<Value = &'static str> {
    select(vec!["each line", "each award"])
}

/// The bounds of the rich policy's counters, by the beginning of their keys.
fn check_caps(host: &Host, in_time_order: bool) {
    for (start, most) in [
        ("cap spend.cap|", "400"),
        ("cap double.cap|", "300"),
        ("cap big.cap|", "500"),
        ("cap gift.cap|", "2"),
        ("cap may.cap", "900"),
    ] {
        for key in host.counters.keys().filter(|key| key.starts_with(start)) {
            let used = dec(&host.counter(key).unwrap());
            assert!(Decimal::ZERO <= used && used <= dec(most), "{key} is {used}");
        }
    }
    // A rolling window looks back from the event's own day: a late event does not see what came after it.
    for customer in ["c1", "c2"].into_iter().filter(|_| in_time_order) {
        for day in 1..=31_u32 {
            let bucket = |day: u32| {
                host.counter(&format!("cap online.cap|customer={customer}|2024-05-{day:02}"))
                    .map_or(Decimal::ZERO, |used| dec(&used))
            };
            let window: Decimal = (day.saturating_sub(2).max(1)..=day).map(bucket).sum();
            assert!(window <= dec("150"), "{customer} on {day}: {window}");
        }
    }
}

/// Points by customer and rule.
fn totals(decisions: &[Decision]) -> BTreeMap<(String, String), Decimal> {
    let mut sums: BTreeMap<(String, String), Decimal> = BTreeMap::new();
    for line in decisions.iter().flat_map(|decision| &decision.lines) {
        *sums.entry((line.customer.clone(), line.rule.clone())).or_default() += dec(&line.amount);
    }
    sums.retain(|_, sum| !sum.is_zero());
    sums
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    /// Granted never exceeds any constraint's room, in whatever order events come.
    #[test]
    fn caps_are_never_exceeded(place in place(), mut events in purchases(), in_time_order in any::<bool>()) {
        if in_time_order {
            events.sort_by_key(|event| (event.day, event.second));
        }
        let mut host = host(rich(place));
        for event in &events {
            let decision = host.at(&event.at(), "purchase", event.json());
            prop_assert_eq!(decision.outcome, Outcome::Accepted);
            check_caps(&host, in_time_order);
        }
    }

    /// Refunding everything, in parts and between other events, nets to exactly zero: points, measures, room.
    #[test]
    fn refunds_in_parts_net_to_zero(place in place(), events in purchases(), cuts in proptest::collection::vec((any::<Index>(), 1_u32..20_000), 0..16)) {
        let mut host = host(rich(place));
        let mut decisions = Vec::new();
        let mut ids = Vec::new();
        for event in &events {
            let decision = host.at(&event.at(), "purchase", event.json());
            ids.push((decision.event.clone(), event.customer));
            decisions.push(decision);
        }
        for (which, cents) in cuts {
            let (id, customer) = which.get(&ids).clone();
            let amount = Decimal::new(cents.into(), 2).to_string();
            decisions.push(host.at("2024-06-01 10:00:00", "refund", json!({"of": id, "amount": amount, "customer": customer})));
            check_caps(&host, false);
        }
        for (id, customer) in &ids {
            decisions.push(host.at("2024-06-02 10:00:00", "cancellation", json!({"of": id, "customer": customer})));
        }
        prop_assert_eq!(totals(&decisions), BTreeMap::new());
        for (key, value) in &host.counters {
            if let earnest_interpreter::CounterValue::Number(number) = value {
                prop_assert!(number.is_zero(), "{key} is {number}");
            }
        }
        // What an event gave and what was taken back of it, event by event and rule by rule: shares of the cost too.
        let mut funded: BTreeMap<&str, Decimal> = BTreeMap::new();
        for (party, part) in decisions.iter().flat_map(|decision| &decision.lines).flat_map(|line| &line.funded) {
            *funded.entry(party).or_default() += dec(part);
        }
        prop_assert!(funded.values().all(Decimal::is_zero), "{funded:?}");
    }

    /// Refunds in any parts come to the refund in full.
    #[test]
    fn refunds_in_parts_sum_to_one_refund(place in place(), events in purchases(), which in any::<Index>(), cents in 1_u32..40_000, share in 1_u32..100) {
        let engine = rich(place);
        let run = |parts: &[u32]| {
            let mut host = host(engine.clone());
            let mut ids = Vec::new();
            for event in &events {
                ids.push((host.at(&event.at(), "purchase", event.json()).event, event.customer));
            }
            let (id, customer) = which.get(&ids).clone();
            let refunds: Vec<Decision> = parts
                .iter()
                .map(|cents| host.at("2024-06-01 10:00:00", "refund", json!({"of": id, "amount": Decimal::new((*cents).into(), 2).to_string(), "customer": customer})))
                .collect();
            host.counters.retain(|_, value| !matches!(value, earnest_interpreter::CounterValue::Number(number) if number.is_zero()));
            (totals(&refunds), host.counters)
        };
        let first = cents * share / 100;
        prop_assert_eq!(run(&[cents]), run(&[first, cents - first]));
    }

    /// `keep` rules over sums and counts give the same totals for every order of the same events.
    #[test]
    fn keep_rules_do_not_see_the_order(events in purchases(), keys in proptest::collection::vec(any::<u32>(), 12)) {
        static ENGINE: OnceLock<Engine> = OnceLock::new();
        let engine = ENGINE.get_or_init(|| engine(&programme(
            "track month_spend per customer per month = sum of Purchase.amount\n\
             track seen per customer = count of Purchase when amount >= 50 CNY\n\
             rule steps { per customer per month keep 1.5 Star per full 30 CNY of month_spend }\n\
             rule often { per customer keep 20 Star per full 3 times of seen }\n\
             rule big { per customer per month keep 50 Star while month_spend >= 300 CNY and seen >= 2 times }",
        ))).clone();
        let run = |order: &[Purchase]| {
            let mut host = host(engine.clone());
            let decisions: Vec<Decision> = order.iter().map(|event| host.at(&event.at(), "purchase", event.json())).collect();
            totals(&decisions)
        };
        let mut shuffled: Vec<(u32, Purchase)> = keys.iter().cycle().copied().zip(events.iter().cloned()).collect();
        shuffled.sort_by_key(|(key, _)| *key);
        let shuffled: Vec<Purchase> = shuffled.into_iter().map(|(_, event)| event).collect();
        prop_assert_eq!(run(&events), run(&shuffled));
    }
}

fn any_json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        "[-0-9.eE+]{0,24}".prop_map(Json::from),
        "\\PC{0,12}".prop_map(Json::from),
        select(vec![
            "12.50",
            "2024-05-01",
            "2024-05-01T10:00:00+08:00",
            "9999-12-31T23:59:59-23:59",
            "0000-01-01T00:00:00Z",
            "online",
            "purchase",
            "79228162514264337593543950335"
        ])
        .prop_map(Json::from),
        select(vec!["1e999999999999999999", "1e-999", "0.1e28", "123456789012345678901234567890.12345", "-0.0"])
            .prop_map(|text| serde_json::from_str(text).unwrap()),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            proptest::collection::btree_map(
                select(vec!["amount", "pieces", "category", "days", "balance", "from", "value"]),
                inner,
                0..4
            )
            .prop_map(|members| Json::Object(
                members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
            )),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// No event, however malformed, panics or changes a counter without a decision.
    #[test]
    fn malformed_events_are_errors_and_change_nothing(
        kind in select(vec!["purchase", "refund", "month_close", "checkin", "term_deposit", "nonsense"]),
        members in proptest::collection::btree_map(
            select(vec!["id", "at", "type", "customer", "amount", "channel", "mcc", "items", "of", "posted_at", "daily", "closed_month", "years", "months", "account", "tier"]),
            any_json(),
            0..6,
        ),
    ) {
        let mut host = host(rich("each line"));
        let members: serde_json::Map<String, Json> = members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let event = host.event("2024-05-01 10:00:00", kind, Json::Object(members));
        let before = host.counters.clone();
        if let Err(error) = host.decide(&event) {
            prop_assert!(!error.field.is_empty() && !error.reason.is_empty());
            prop_assert_eq!(before, host.counters);
        }
    }
}
