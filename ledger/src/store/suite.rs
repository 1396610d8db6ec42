//! The tests that every store must pass: [`all`] runs them. They panic where a store does something else.
//!
//! `make` gives an empty store; `reopen` gives back what a store holds after it was closed (a store in memory gives itself),
//! so that every answer is asked for twice: at once, and after a restart.

mod events;
mod holdings;
mod runs;

use super::{Change, Store, StoreError};
use crate::lots::{Lot, Movement, MovementKind};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use std::sync::Arc;

pub use events::{
    clock_never_goes_back, counters_read_back, decided_events_are_known, facts_are_kept, records_by_name,
    settled_lines_by_time,
};
pub use holdings::{accounts_keep_lots, due_comes_in_order, movements_are_listed, taken_is_replaced};
pub use runs::a_host_runs_on_it;

/// Runs every test.
///
/// # Errors
/// The store cannot be read or written.
pub fn all<S: Store>(make: impl Fn() -> S, reopen: impl Fn(S) -> S) -> Result<(), StoreError> {
    counters_read_back(&make, &reopen)?;
    facts_are_kept(&make, &reopen)?;
    records_by_name(&make, &reopen)?;
    decided_events_are_known(&make, &reopen)?;
    clock_never_goes_back(&make, &reopen)?;
    settled_lines_by_time(&make, &reopen)?;
    accounts_keep_lots(&make, &reopen)?;
    taken_is_replaced(&make, &reopen)?;
    movements_are_listed(&make, &reopen)?;
    due_comes_in_order(&make, &reopen)?;
    a_host_runs_on_it(&make, &reopen)
}

/// Asks a store, closes it, and asks it again.
fn twice<S: Store>(
    store: S,
    reopen: &impl Fn(S) -> S,
    ask: impl Fn(&S) -> Result<(), StoreError>,
) -> Result<S, StoreError> {
    ask(&store)?;
    let store = reopen(store);
    ask(&store)?;
    Ok(store)
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap_or_default()
}

fn lot(id: u64, customer: &str, remaining: i64) -> Lot {
    Lot {
        id,
        customer: Arc::from(customer),
        points: Arc::from("Point"),
        pool: Arc::from("Savings"),
        event: Arc::from("e1"),
        via: (id == 2).then(|| Arc::from("t1")),
        rule: Arc::from("spend"),
        granted: Decimal::new(10_050, 2),
        remaining: Decimal::new(remaining, 2),
        funded: vec![(Arc::from("bank"), Decimal::new(remaining, 2))],
        earned: at(1_700_000_000).naive_utc(),
        since: at(1_700_000_001).naive_utc(),
        available_from: Some(at(1_700_100_000).naive_utc()),
        usable: id == 1,
        last_day: at(1_800_000_000).naive_utc().date().into(),
        frozen: id == 2,
        worth: Some(Arc::from("5.00")),
        number: Some(7),
        reminded: at(1_790_000_000).naive_utc().date().into(),
    }
}

fn movement(event: &str, customer: &str, kind: MovementKind, amount: i64) -> Movement {
    Movement {
        event: Arc::from(event),
        at: at(1_700_000_000),
        kind,
        customer: Arc::from(customer),
        rule: Arc::from("spend"),
        points: Arc::from("Point"),
        pool: Arc::from("Savings"),
        amount: amount.into(),
        lot: Some(1),
        source: Some(Arc::from("e1")),
        number: Some(7),
        last_day: at(1_800_000_000).naive_utc().date().into(),
        funded: vec![(Arc::from("bank"), amount.into())],
        other: Some(Arc::from("c9")),
        of: Some(Arc::from("e0")),
    }
}

fn commit<S: Store>(store: &mut S, change: impl FnOnce(&mut Change)) -> Result<(), StoreError> {
    let mut made = Change::default();
    change(&mut made);
    store.commit(made)
}
