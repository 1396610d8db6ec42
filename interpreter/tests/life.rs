//! Dates of lots: when they become usable, when they end, what activity does to them.

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

use chrono::{NaiveDate, NaiveDateTime};
use common::{engine, with_points};
use earnest_interpreter::life::Holder;
use earnest_interpreter::{Counters, Engine, Facts};
use serde_json::json;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn time(text: &str) -> NaiveDateTime {
    text.replace(' ', "T").parse().unwrap()
}

fn points(clauses: &str) -> Engine {
    engine(&with_points(&format!("round down each line; {clauses}"), ""))
}

/// Asks for the last usable day of points earned at a local time.
fn last(engine: &Engine, earned: &str) -> Option<NaiveDate> {
    let (life, facts, counters) = (engine.life().unwrap(), Facts::new(), Counters::new());
    let pool = &engine.policy().points[0].pools[0];
    let earned = time(earned);
    let usable = life.usable_from(pool, earned).unwrap();
    let holder = Holder { customer: "c1", account: None, facts: &facts, counters: &counters, at: life.instant(earned) };
    life.last_day(pool, earned, usable, &holder).unwrap()
}

#[test]
fn the_last_day_is_the_anniversary_clamped_or_the_day_before() {
    assert_eq!(last(&points("valid 3 years after earning"), "2024-02-29 10:00:00"), Some(day("2027-02-28")));
    let counted = points("valid 3 years after earning; first day counted");
    assert_eq!(last(&counted, "2022-03-15 10:00:00"), Some(day("2025-03-14")));
    assert_eq!(last(&points("valid without end"), "2024-02-29 10:00:00"), None);
    assert_eq!(last(&points("valid to 2024-06-30"), "2024-02-29 10:00:00"), Some(day("2024-06-30")));
}

#[test]
fn a_life_to_the_end_of_a_period_ends_with_the_period_of_its_last_day() {
    let quarter = points("valid to end of quarter 1 year after earning");
    assert_eq!(last(&quarter, "2024-01-31 10:00:00"), Some(day("2025-03-31")));
    let counted = points("valid to end of quarter 1 year after earning; first day counted");
    assert_eq!(last(&counted, "2024-04-01 10:00:00"), Some(day("2025-03-31")));
}

#[test]
fn points_usable_later_are_usable_from_a_midnight() {
    let later = points("usable 15 days after earning; valid 3 years after earning");
    let life = later.life().unwrap();
    let pool = &later.policy().points[0].pools[0];
    let usable = life.usable_from(pool, time("2024-02-20 23:59:59")).unwrap();
    assert_eq!(usable, Some(time("2024-03-06 00:00:00")));
}

#[test]
fn activity_prolongs_a_lot_and_never_shortens_it() {
    let renewed = points("valid 2 years after earning, renewed by activity; activity Purchase");
    let (life, facts, counters) = (renewed.life().unwrap(), Facts::new(), Counters::new());
    let pool = &renewed.policy().points[0].pools[0];
    let active = time("2024-06-10 23:59:59");
    let holder = Holder { customer: "c1", account: None, facts: &facts, counters: &counters, at: life.instant(active) };
    let prolonged = |own: &str| life.prolonged(pool, Some(day(own)), active, &holder).unwrap();
    assert_eq!(prolonged("2024-06-10"), Some(day("2026-06-10")));
    // A lot that was moved here with a later end keeps it.
    assert_eq!(prolonged("2027-01-05"), Some(day("2027-01-05")));
    assert_eq!(last(&points("valid 2 years after earning"), "2022-06-10 12:00:00"), Some(day("2024-06-10")));
}

#[test]
fn a_reminder_comes_so_many_months_before_the_last_day() {
    let reminding = points("valid 3 years after earning; remind before expiry 3 months");
    let life = reminding.life().unwrap();
    let star = &reminding.policy().points[0];
    assert_eq!(life.reminder(star, day("2025-05-31")).unwrap(), Some(day("2025-02-28")));
    assert_eq!(life.reminder(star, day("2024-05-31")).unwrap(), Some(day("2024-02-29")));
}

#[test]
fn a_life_by_a_table_reads_the_facts_of_the_holder() {
    let text = with_points(
        "round down each line; valid customer.tier { gold: 5 years, otherwise: 1 year } after earning",
        "tiers Tier given by host { classic < gold }",
    );
    let engine = engine(&text);
    let (life, counters) = (engine.life().unwrap(), Counters::new());
    let pool = &engine.policy().points[0].pools[0];
    let last = |tier: &str| {
        let facts: Facts =
            [(("customer".to_owned(), "c1".to_owned()), json!({ "tier": tier }).as_object().cloned().unwrap())]
                .into_iter()
                .collect();
        let earned = time("2024-05-31 10:00:00");
        let holder =
            Holder { customer: "c1", account: None, facts: &facts, counters: &counters, at: life.instant(earned) };
        life.last_day(pool, earned, None, &holder).unwrap()
    };
    assert_eq!(last("gold"), Some(day("2029-05-31")));
    assert_eq!(last("classic"), Some(day("2025-05-31")));
    assert_eq!(
        earnest_interpreter::life::facts_read(engine.policy(), pool).into_iter().collect::<Vec<_>>(),
        ["customer"]
    );
}

#[test]
fn a_lot_ends_at_the_midnight_after_its_last_day() {
    let engine = points("valid 3 years after earning");
    let life = engine.life().unwrap();
    assert_eq!(life.end_of(day("2025-03-15")).unwrap().to_rfc3339(), "2025-03-15T16:00:00+00:00");
}
