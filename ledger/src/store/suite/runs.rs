//! A whole host on a store: the same answers as in memory, also after a restart in the middle.

use crate::store::{Memory, Store, StoreError};
use crate::{Host, Moved, OpeningLot, Programme};
use chrono::{DateTime, FixedOffset, NaiveDate};
use earnest_dsl::load::{InputFile, load};
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json, json};

const TEXT: &str = r#"
programme p "p" { timezone Asia/Shanghai; currency CNY "元"; effective from 2020-01-01; use std.banking; use std.control }
points Point "积分" {
  round down each line
  usable 1 day after earning
  valid 1 year after earning
  remind before expiry 1 month
  spend first soonest to expire, then oldest
}
refunds: pending first, may overdraw
rule spend on Purchase {
  earn 1 Point per full 1 CNY of amount
  per customer per month at most 700 Point, drop the rest
}
"#;

fn broken(error: &impl ToString) -> StoreError {
    StoreError(error.to_string())
}

fn programme() -> Result<Programme, StoreError> {
    let loaded = load(vec![InputFile { path: "programme.earn".to_owned(), text: TEXT.to_owned() }], &[]);
    assert!(!loaded.has_errors(), "{:#?}", loaded.diagnostics);
    Programme::new(loaded.policy).ok_or_else(|| broken(&"no version"))
}

fn instant(text: &str) -> Result<DateTime<FixedOffset>, StoreError> {
    DateTime::parse_from_rfc3339(text).map_err(|error| broken(&error))
}

fn events() -> Vec<Map<String, Json>> {
    let all = [
        json!({ "id": "e1", "at": "2025-01-10T10:00:00+08:00", "type": "purchase", "customer": "c1", "amount": "300" }),
        json!({ "id": "e2", "at": "2025-01-10T11:00:00+08:00", "type": "purchase", "customer": "c2", "amount": "900" }),
        json!({ "id": "r1", "at": "2025-01-12T10:00:00+08:00", "type": "refund", "customer": "c2", "of": "e2", "amount": "350" }),
        json!({ "id": "e1", "at": "2025-01-10T10:00:00+08:00", "type": "purchase", "customer": "c1", "amount": "300" }),
        json!({ "id": "e3", "at": "2025-02-10T10:00:00+08:00", "type": "purchase", "customer": "c1", "amount": "12.99" }),
        json!({ "id": "f1", "at": "2025-02-11T10:00:00+08:00", "type": "freeze", "customer": "c1" }),
        json!({ "id": "e4", "at": "2026-01-11T00:00:00+08:00", "type": "purchase", "customer": "c2", "amount": "1" }),
    ];
    all.iter().filter_map(Json::as_object).cloned().collect()
}

/// What an answer says, as text.
fn shown(answer: &crate::Answer) -> String {
    let moved: Vec<String> = answer.moved.iter().map(said).collect();
    format!("{} {:?} {:?} {moved:?}", answer.repeated, answer.decision, answer.lots)
}

fn said(moved: &Moved) -> String {
    match moved {
        Moved::Points(points) => format!("{points:?}"),
        Moved::Raised(answer) => shown(answer),
        Moved::NotDecided { event, error, .. } => format!("{event}: {error}"),
    }
}

/// A host on this store answers as one in memory does, and goes on after a restart where it stood.
///
/// # Errors
/// The store cannot be read or written.
pub fn a_host_runs_on_it<S: Store>(make: &impl Fn() -> S, reopen: &impl Fn(S) -> S) -> Result<(), StoreError> {
    let programme = programme()?;
    let mut memory = Host::with_store(programme.clone(), Memory::default());
    let mut host = Host::with_store(programme.clone(), make());
    let opening = OpeningLot {
        customer: "c3".to_owned(),
        points: "Point".to_owned(),
        amount: Decimal::from(40),
        earned: NaiveDate::from_ymd_opt(2024, 6, 1).unwrap_or_default().and_time(chrono::NaiveTime::MIN),
        ..OpeningLot::default()
    };
    memory.open("opening", std::slice::from_ref(&opening)).map_err(|error| broken(&error))?;
    host.open("opening", &[opening]).map_err(|error| broken(&error))?;
    for event in events() {
        let wanted = memory.decide(&event, false).map_err(|error| broken(&error))?;
        let got = host.decide(&event, false).map_err(|error| broken(&error))?;
        assert_eq!(shown(&got), shown(&wanted));
        host = Host::with_store(programme.clone(), reopen(host.into_store()));
    }
    let to = instant("2027-01-01T00:00:00+08:00")?;
    let wanted = memory.advance_to(to).map_err(|error| broken(&error))?;
    let got = host.advance_to(to).map_err(|error| broken(&error))?;
    assert_eq!(got.iter().map(said).collect::<Vec<_>>(), wanted.iter().map(said).collect::<Vec<_>>());
    for customer in ["c1", "c2", "c3"] {
        assert_eq!(host.books().account(customer)?, memory.books().account(customer)?);
        assert_eq!(host.books().movements(customer)?, memory.books().movements(customer)?);
    }
    Ok(())
}
