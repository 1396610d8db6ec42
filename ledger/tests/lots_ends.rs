//! How lots end: on an anniversary, with a quarter, on a cut-off day, with the whole balance, by an older version's dates or a newer one's, over
//! a change of the clock; and what happens on one day in which order.

#![allow(clippy::expect_used, reason = "a test that cannot run fails")]

mod common;

use common::{at, available, decide, did, host, open, policy, told};
use earnest_dsl::policy::{Migration, PointsId, Policy, PoolId};
use earnest_ledger::{Host, Programme, Store};
use serde_json::json;

fn text(life: &str) -> String {
    format!(
        "points Point \"积分\" {{ round down each line; {life}; spend first soonest to expire, then oldest }}\nrule spend on Purchase {{ earn 1 Point per full 1 CNY of amount }}\nrule burn on Withdrawal {{ take 1 Point per full 1 CNY of amount }}\nrefund event Unspend \"撤回\" {{ of: Withdrawal; amount: money? reduces }}\n"
    )
}

#[test]
fn lots_end_on_an_anniversary_that_clamps_on_a_day_or_with_a_period() {
    let ends = |life: &str, earned: &str| {
        let mut host = host(&text(life));
        open(&mut host, "c1", "Point", 10, earned);
        told(&host.advance_to(at("2040-01-01 00:00:00")).expect("time passes")).join("; ")
    };
    assert_eq!(ends("valid to 2025-12-31", "2025-02-03"), "2026-01-01 expired c1 10 Point");
    assert_eq!(ends("valid 1 year after earning", "2024-02-29"), "2025-03-01 expired c1 10 Point");
    assert_eq!(ends("valid 1 month after earning", "2025-01-31"), "2025-03-01 expired c1 10 Point");
    assert_eq!(ends("valid to end of quarter 1 year after earning", "2025-02-03"), "2026-04-01 expired c1 10 Point");
    assert_eq!(ends("valid to end of year 0 days after earning", "2025-02-03"), "2026-01-01 expired c1 10 Point");
    assert_eq!(ends("valid without end", "2025-01-31"), "");
}

/// The balance of `Point` ends so many days after the last activity.
fn ending(policy: &mut Policy, days: i64) {
    for pool in policy.points.iter_mut().flat_map(|points| &mut points.pools) {
        pool.balance_ends = Some((0, days));
    }
}

#[test]
fn the_whole_balance_ends_after_the_last_activity_and_a_refund_is_none() {
    let mut one = policy("from 2020-01-01", &text("valid 2 years after earning"));
    ending(&mut one, 90);
    let mut host = Host::new(Programme::new([one]).expect("a version"));
    decide(&mut host, "e1", "2025-01-01 10:00:00", "purchase", "c1", json!({ "amount": "10" }));
    decide(&mut host, "e2", "2025-02-01 10:00:00", "purchase", "c1", json!({ "amount": "5" }));
    decide(&mut host, "r1", "2025-03-01 10:00:00", "refund", "c1", json!({ "of": "e2", "amount": "1" }));
    // 90 days after 1 February.
    assert_eq!(available(&host, "c1", "Point", "2025-05-02 23:59:59"), "14");
    let moved = host.advance_to(at("2026-01-01 00:00:00")).expect("time passes");
    assert_eq!(told(&moved), ["2025-05-03 expired c1 14 Point"]);
}

fn versions(change: impl FnOnce(&mut Policy)) -> Host {
    let one = policy("from 2020-01-01 to 2025-06-30", &text("valid 1 year after earning"));
    let mut two = policy("from 2025-07-01", &text("valid 2 years after earning"));
    change(&mut two);
    Host::new(Programme::new([one, two]).expect("versions"))
}

#[test]
fn lots_keep_their_dates_where_a_new_version_says_nothing() {
    let mut host = versions(|_| ());
    decide(&mut host, "e1", "2025-06-30 10:00:00", "purchase", "c1", json!({ "amount": "10" }));
    decide(&mut host, "e2", "2025-07-01 00:00:00", "purchase", "c1", json!({ "amount": "20" }));
    let moved = host.advance_to(at("2030-01-01 00:00:00")).expect("time passes");
    assert_eq!(told(&moved), ["2026-07-01 expired c1 10 Point", "2027-07-02 expired c1 20 Point"]);
}

#[test]
fn a_version_migrates_the_lots_that_exist_at_its_start_once_and_before_its_first_event() {
    let day = "2027-03-31".parse().expect("a day");
    let migration = Migration { points: PointsId(0), pools: vec![], to: Some(day), into: None };
    let mut host = versions(|two| two.migrations = vec![migration]);
    decide(&mut host, "e0", "2024-06-30 10:00:00", "purchase", "c1", json!({ "amount": "7" }));
    decide(&mut host, "e1", "2025-06-29 10:00:00", "purchase", "c1", json!({ "amount": "10" }));
    let first = decide(&mut host, "e2", "2025-07-01 00:00:00", "purchase", "c1", json!({ "amount": "20" }));
    // The lot of 2024 ends at the same instant, before the version starts.
    assert_eq!(told(&first.moved), ["2025-07-01 expired c1 7 Point", "2025-07-01 migrated c1 10 Point"]);
    assert_eq!(did(&first), ["earned 20 Point"]);
    assert!(host.advance_to(at("2025-07-02 00:00:00")).expect("time passes").is_empty());
    let moved = host.advance_to(at("2030-01-01 00:00:00")).expect("time passes");
    assert_eq!(told(&moved), ["2027-04-01 expired c1 10 Point", "2027-07-02 expired c1 20 Point"]);
}

#[test]
fn a_version_may_move_lots_into_another_pool() {
    let pools = r#"
points Point "积分" {
  round down each line
  spend first soonest to expire, then oldest
  pool Old "旧" { valid 1 year after earning }
  pool New "新" { valid 1 year after earning }
}
rule spend on Purchase { earn 1 Point per full 1 CNY of amount into Old }
"#;
    let one = policy("from 2020-01-01 to 2025-06-30", pools);
    let mut two = policy("from 2025-07-01", &pools.replace("into Old", "into New"));
    let named = |name: &str| two.points[0].pools.iter().position(|pool| pool.title.name == name).map(PoolId);
    let (old, new) = (named("Old").expect("a pool"), named("New").expect("a pool"));
    two.migrations = vec![Migration { points: PointsId(0), pools: vec![old], to: None, into: Some(new) }];
    let mut host = Host::new(Programme::new([one, two]).expect("versions"));
    decide(&mut host, "e1", "2025-05-01 10:00:00", "purchase", "c1", json!({ "amount": "10" }));
    host.advance_to(at("2025-07-01 00:00:00")).expect("time passes");
    let balance = host.balance("c1", "Point", at("2025-07-01 00:00:00")).expect("a balance");
    let pools: Vec<_> = balance.pools.iter().map(|pool| format!("{} {}", pool.pool, pool.available)).collect();
    assert_eq!(pools, ["New 10", "Old 0"]);
    let totals = ["total outstanding Point/New", "total outstanding Point/Old"].map(str::to_owned);
    let totals = serde_json::to_value(host.books().counters(&totals).expect("memory")).expect("json");
    assert_eq!(totals, json!({ "total outstanding Point/New": "10", "total outstanding Point/Old": "0" }));
    let moved = host.advance_to(at("2030-01-01 00:00:00")).expect("time passes");
    assert_eq!(told(&moved), ["2026-05-02 expired c1 10 New"], "the last day stays");
}

#[test]
fn a_last_day_is_to_midnight_also_when_the_clock_changes() {
    // In Berlin 30 March 2025 has 23 hours, and 26 October 25.
    let zone = |text: &str| {
        let mut one = policy("from 2020-01-01", text);
        one.timezone = "Europe/Berlin".to_owned();
        Host::new(Programme::new([one]).expect("a version"))
    };
    let instant = |text: &str| chrono::DateTime::parse_from_rfc3339(text).expect("an instant");
    let left = |host: &Host, at: &str| host.balance("c1", "Point", instant(at)).expect("a balance").available;
    let mut host = zone(&text("valid to 2025-03-30"));
    open(&mut host, "c1", "Point", 10, "2025-01-01");
    assert_eq!(left(&host, "2025-03-30T21:59:59Z"), 10.into());
    assert_eq!(left(&host, "2025-03-30T22:00:00Z"), 0.into());
    let mut host = zone(&text("valid to 2025-10-26"));
    open(&mut host, "c1", "Point", 10, "2025-01-01");
    assert_eq!(left(&host, "2025-10-26T22:59:59Z"), 10.into());
    assert_eq!(left(&host, "2025-10-26T23:00:00Z"), 0.into());
    // Events in UTC end and begin with local days.
    let mut host = zone(&text("valid 1 month after earning"));
    let mut event = common::event("e1", "2025-01-01 00:00:00", "purchase", "c1", json!({ "amount": "5" }));
    event.insert("at".to_owned(), "2025-02-27T23:30:00Z".into());
    host.decide(&event, false).expect("a decision");
    assert_eq!(left(&host, "2025-03-28T22:59:59Z"), 5.into(), "earned on the 28th in Berlin");
    assert_eq!(left(&host, "2025-03-28T23:00:00Z"), 0.into());
}

#[test]
fn minutes_until_use_are_counted_between_instants() {
    let mut one = policy("from 2020-01-01", &text("valid 1 year after earning"));
    one.timezone = "Europe/Berlin".to_owned();
    one.points[0].pools[0].usable_after = (0, 0, 60);
    let mut host = Host::new(Programme::new([one]).expect("a version"));
    let mut event = common::event("e1", "2025-01-01 00:00:00", "purchase", "c1", json!({ "amount": "5" }));
    // Half an hour before the clocks go forward from 2 to 3.
    event.insert("at".to_owned(), "2025-03-30T01:30:00+01:00".into());
    host.decide(&event, false).expect("a decision");
    let instant = |text: &str| chrono::DateTime::parse_from_rfc3339(text).expect("an instant");
    let left = |at: &str| host.balance("c1", "Point", instant(at)).expect("a balance").available;
    assert_eq!((left("2025-03-30T01:29:59Z"), left("2025-03-30T01:30:00Z")), (0.into(), 5.into()));
}

#[test]
fn totals_follow_what_happens() {
    let mut host = host(&text("valid 1 year after earning"));
    open(&mut host, "c9", "Point", 1_000, "2025-01-01");
    decide(&mut host, "e1", "2025-02-01 10:00:00", "purchase", "c1", json!({ "amount": "100" }));
    decide(&mut host, "w1", "2025-02-02 10:00:00", "withdrawal", "c1", json!({ "amount": "40" }));
    decide(&mut host, "r1", "2025-02-03 10:00:00", "refund", "c1", json!({ "of": "e1", "amount": "10" }));
    host.advance_to(at("2026-01-15 00:00:00")).expect("time passes");
    let total = |word: &str| {
        let key = format!("total {word} Point");
        let read = host.books().counters(std::slice::from_ref(&key)).expect("memory");
        read.get(&key).map(|value| serde_json::to_string(value).expect("json")).unwrap_or_default()
    };
    assert_eq!(total("outstanding"), "\"50\"");
    assert_eq!(total("earned"), "\"90\"");
    assert_eq!(total("expired"), "\"1000\"");
}
