//! What tests of lots and of the clock share: a programme of one version, events in few words, sums of what happened.

#![allow(dead_code, clippy::expect_used, reason = "not every test file uses all of it; a test that cannot run fails")]

use chrono::{DateTime, FixedOffset, NaiveDateTime};
use earnest_dsl::load::{InputFile, load};
use earnest_dsl::policy::Policy;
use earnest_ledger::lots::MovementKind;
use earnest_ledger::{Answer, Host, Moved, OpeningLot, Programme};
use serde_json::{Map, Value as Json};

/// The policy of a text; `version` is its clause `effective`.
pub fn policy(version: &str, text: &str) -> Policy {
    let text = format!(
        "programme p \"p\" {{\ntimezone Asia/Shanghai\ncurrency CNY \"元\"\neffective {version}\nuse std.banking\nuse std.control\n}}\n{text}"
    );
    let loaded = load(vec![InputFile { path: "programme.earn".to_owned(), text }], &[]);
    assert!(!loaded.has_errors(), "{:#?}", loaded.diagnostics);
    loaded.policy.expect("a policy without errors")
}

/// A host of one version, in force from 2020.
pub fn host(text: &str) -> Host {
    Host::new(Programme::new([policy("from 2020-01-01", text)]).expect("a version"))
}

/// An instant of Shanghai time.
pub fn at(local: &str) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(&format!("{}+08:00", local.replace(' ', "T"))).expect("an instant")
}

/// An event: `e1 2025-03-03 10:00:00 purchase c1`, and more members as JSON.
pub fn event(id: &str, local: &str, kind: &str, customer: &str, more: Json) -> Map<String, Json> {
    let mut event = Map::new();
    event.insert("id".to_owned(), id.into());
    event.insert("at".to_owned(), at(local).to_rfc3339().into());
    event.insert("type".to_owned(), kind.into());
    event.insert("customer".to_owned(), customer.into());
    event.extend(more.as_object().expect("members").clone());
    event
}

/// Decides an event.
pub fn decide(host: &mut Host, id: &str, local: &str, kind: &str, customer: &str, more: Json) -> Answer {
    host.decide(&event(id, local, kind, customer, more), false).expect("a decision")
}

/// Available points.
pub fn available(host: &Host, customer: &str, unit: &str, local: &str) -> String {
    host.balance(customer, unit, at(local)).expect("a balance").available.normalize().to_string()
}

/// Opens a lot.
pub fn open(host: &mut Host, customer: &str, points: &str, amount: i64, earned: &str) {
    let earned: NaiveDateTime = format!("{earned}T10:00:00").parse().expect("a time");
    let lot = OpeningLot {
        customer: customer.to_owned(),
        points: points.to_owned(),
        amount: amount.into(),
        earned,
        ..OpeningLot::default()
    };
    host.open("opening", &[lot]).expect("opened");
}

/// What the clock did to points: `2025-03-16 expired c1 300 Point`.
pub fn told(moved: &[Moved]) -> Vec<String> {
    let words = |one: &Moved| match one {
        Moved::Points(one) => {
            format!("{} {} {} {} {}", one.on, word(one.kind), one.customer, one.amount.normalize(), one.pool)
        }
        Moved::Raised(answer) => format!("{} raised {}", answer.event.at, answer.event.id),
        Moved::NotDecided { event, error, .. } => format!("not decided {event}: {error}"),
    };
    moved.iter().map(words).collect()
}

/// What an event did to lots: `taken 30 Point`.
pub fn did(answer: &Answer) -> Vec<String> {
    let movements = answer.lots.movements.iter();
    movements.map(|one| format!("{} {} {}", word(one.kind), one.amount.normalize(), one.pool)).collect()
}

/// The JSON word of a kind of movement.
pub fn word(kind: MovementKind) -> String {
    serde_json::to_value(kind).expect("a word").as_str().expect("a word").to_owned()
}
