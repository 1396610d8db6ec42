//! Laws over random runs: an id again is the first decision again, a replay gives the same books, nothing malformed leaves a trace.

#![allow(clippy::expect_used, reason = "a test that cannot run fails")]

use earnest_dsl::load::{InputFile, load};
use earnest_interpreter::Decision;
use earnest_ledger::{Host, HostError, Programme};
use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};
use std::sync::OnceLock;

const TEXT: &str = r#"programme p "p" { timezone Asia/Shanghai; currency CNY "元"; effective from 2025-01-01; use std.banking }
points Point "积分" { round down each line; valid 2 years after earning; spend first soonest to expire, then oldest }
track spent per customer per month = sum of Purchase.amount
rule spend on Purchase {
  earn 1 Point per full 1 CNY of amount
  per customer per month at most 700 Point, drop the rest
}
rule twice on Purchase { raise spend to 2x; in all at most 2_000 Point, drop the rest }
rule big_month { per customer per month keep 50 Point while spent >= 600 CNY }
rule sane on Purchase { accept when amount <= 450 CNY else refuse too_much }
"#;

fn programme() -> Programme {
    static PROGRAMME: OnceLock<Programme> = OnceLock::new();
    let load = || {
        let loaded = load(vec![InputFile { path: "programme.earn".to_owned(), text: TEXT.to_owned() }], &[]);
        assert!(!loaded.has_errors(), "{:#?}", loaded.diagnostics);
        Programme::new(loaded.policy).expect("a version")
    };
    PROGRAMME.get_or_init(load).clone()
}

/// A purchase, a refund of one of the purchases before it, or something malformed.
#[derive(Debug, Clone)]
enum Step {
    Purchase { customer: u8, day: u8, cents: u32 },
    Refund { of: usize, cents: u32 },
    Malformed(Map<String, Json>),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        5 => (0..3_u8, 1..60_u8, 0..50_000_u32).prop_map(|(customer, day, cents)| Step::Purchase { customer, day, cents }),
        3 => (0..20_usize, 1..50_000_u32).prop_map(|(of, cents)| Step::Refund { of, cents }),
        1 => malformed().prop_map(Step::Malformed),
    ]
}

fn malformed() -> impl Strategy<Value = Map<String, Json>> {
    let value = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        any::<i64>().prop_map(Json::from),
        "\\PC{0,12}".prop_map(Json::String),
        Just(json!([])),
        Just(json!({ "a": [1] })),
    ];
    let name = prop_oneof![Just("id"), Just("at"), Just("type"), Just("amount"), Just("customer"), Just("of")];
    prop::collection::btree_map(name, value, 0..6).prop_map(|members| {
        let mut event = Map::new();
        event.extend(members.into_iter().map(|(name, value)| (name.to_owned(), value)));
        event
    })
}

fn event(at: usize, step: &Step) -> Map<String, Json> {
    let money = |cents: u32| format!("{}.{:02}", cents / 100, cents % 100);
    let json = match step {
        Step::Purchase { customer, day, cents } => json!({
            "id": format!("e{at}"), "type": "purchase", "customer": format!("c{customer}"), "amount": money(*cents),
            "at": format!("2025-{:02}-{:02}T10:00:00+08:00", 3 + day / 28, 1 + day % 28),
        }),
        Step::Refund { of, cents } => json!({
            "id": format!("e{at}"), "type": "refund", "customer": "c0", "of": format!("e{of}"), "amount": money(*cents),
            "at": "2025-06-01T10:00:00+08:00",
        }),
        Step::Malformed(event) => return event.clone(),
    };
    json.as_object().expect("an object").clone()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_first_decision_stands_and_a_replay_gives_the_same_books(steps in prop::collection::vec(step(), 1..30)) {
        let mut host = Host::new(programme());
        let mut log: Vec<(Map<String, Json>, Decision)> = Vec::new();
        for (at, step) in steps.iter().enumerate() {
            let event = event(at, step);
            let before = host.books().counters.all();
            match host.decide(&event, false) {
                Ok(answer) if answer.repeated => {}
                Ok(answer) => log.push((event, answer.decision)),
                Err(HostError::Contradiction(key)) => prop_assert!(false, "the engine contradicts the protocol at {key}"),
                Err(_) => prop_assert_eq!(host.books().counters.all(), before),
            }
        }
        let books = host.books().counters.all();
        for (event, decision) in &log {
            let again = host.decide(event, false).expect("the first decision");
            prop_assert!(again.repeated);
            prop_assert_eq!(&again.decision, decision);
        }
        prop_assert_eq!(&host.books().counters.all(), &books);

        let mut replay = Host::new(programme());
        for (event, decision) in &log {
            prop_assert_eq!(&replay.decide(event, true).expect("a decision").decision.counters, &decision.counters);
        }
        prop_assert_eq!(&replay.books().counters.all(), &books);
    }
}
