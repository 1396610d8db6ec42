//! Counters, facts, records, decided events, the clock.

use super::{at, commit, twice};
use crate::store::change::DecidedEvent;
use crate::store::memory::counters::CounterBook;
use crate::store::{Seen, Store, StoreError, Stored};
use crate::told::SettledLine;
use earnest_interpreter::decision::CounterChange;
use earnest_interpreter::{CounterValue, Record};
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json, json};
use std::sync::Arc;

fn change(key: &str, after: CounterValue) -> CounterChange {
    CounterChange { key: key.to_owned(), before: None, after }
}

fn facts(json: Json) -> Map<String, Json> {
    json.as_object().cloned().unwrap_or_default()
}

/// Counters give back what was written, with its decimals; totals add up; what was never written has no value.
///
/// # Errors
/// The store cannot be read or written.
pub fn counters_read_back<S: Store>(make: &impl Fn() -> S, reopen: &impl Fn(S) -> S) -> Result<(), StoreError> {
    let mut store = make();
    let rich = CounterValue::Other(json!({ "posted": "5", "closed": [1, null, "张三"] }));
    commit(&mut store, |made| {
        made.counters = vec![
            change("track m|customer=a%7Cb", CounterValue::Number(Decimal::new(1250, 2))),
            change("level x", rich.clone()),
        ];
        made.totals = vec![("total earned Point".to_owned(), Decimal::from(5))];
    })?;
    commit(&mut store, |made| {
        made.counters = vec![change("track m|customer=a%7Cb", CounterValue::Number(Decimal::new(1300, 2)))];
        made.totals = vec![("total earned Point".to_owned(), Decimal::from(-2))];
    })?;
    twice(store, reopen, |store| {
        let keys = ["level x", "never", "total earned Point", "track m|customer=a%7Cb"].map(str::to_owned);
        let read = store.counters(&keys)?;
        assert_eq!(read.len(), 3, "a counter that was never written has no value");
        assert_eq!(read.get("level x"), Some(&rich));
        assert_eq!(read.get("total earned Point"), Some(&CounterValue::Number(Decimal::from(3))));
        match read.get("track m|customer=a%7Cb") {
            Some(CounterValue::Number(number)) => assert_eq!(number.to_string(), "13.00", "decimals are kept"),
            other => assert_eq!(other, None, "a number stays a number"),
        }
        Ok(())
    })
    .map(drop)
}

/// Facts are replaced as a whole; subjects that events named or that were told of are listed with their last customer.
///
/// # Errors
/// The store cannot be read or written.
pub fn facts_are_kept<S: Store>(make: &impl Fn() -> S, reopen: &impl Fn(S) -> S) -> Result<(), StoreError> {
    let mut store = make();
    let tell = |id: &str, told: Json| ("customer".to_owned(), id.to_owned(), facts(told));
    commit(&mut store, |made| made.facts = vec![tell("c2", json!({ "tier": "gold", "vip": true }))])?;
    commit(&mut store, |made| made.facts = vec![tell("c2", json!({ "tier": "platinum" })), tell("c1", json!({}))])?;
    let seen = |customer: Option<&str>| Seen {
        subject: "account".to_owned(),
        id: "a1".to_owned(),
        customer: customer.map(str::to_owned),
    };
    commit(&mut store, |made| made.seen = vec![seen(Some("c1")), seen(Some("c2")), seen(None)])?;
    twice(store, reopen, |store| {
        let held = store.facts("customer", "c2")?;
        assert_eq!(held.as_deref(), Some(&facts(json!({ "tier": "platinum" }))), "the last facts told, all of them");
        assert_eq!(store.facts("customer", "c3")?, None);
        assert_eq!(store.facts("card", "c2")?, None, "subjects are apart");
        let own = |id: &str| (id.to_owned(), Some(id.to_owned()));
        assert_eq!(store.subjects("customer")?, [own("c1"), own("c2")], "by id");
        assert_eq!(store.subjects("account")?, [("a1".to_owned(), Some("c2".to_owned()))], "the customer last seen");
        assert_eq!(store.subjects("card")?, []);
        Ok(())
    })
    .map(drop)
}

fn record(event: &str, names: &[&str], may_be_named: bool) -> Record {
    Record {
        event: event.to_owned(),
        version: "2025-01-01".to_owned(),
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        may_be_named,
        state: json!({ "amount": "12.50" }),
    }
}

fn decided(id: &str, names: &[&str], record: Option<Stored>) -> DecidedEvent {
    DecidedEvent {
        id: id.to_owned(),
        content: [7; 32],
        version: 3,
        read: vec![None, Some(CounterValue::Number(Decimal::new(50, 1))), Some(CounterValue::Other(json!([1])))],
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        subjects: vec![("customer".to_owned(), "c1".to_owned()), ("customer".to_owned(), "c2".to_owned())],
        record,
    }
}

fn stored(record: &Record) -> Result<Option<Stored>, StoreError> {
    Stored::new(record, 3).map_err(|error| StoreError(error.to_string()))
}

/// Records are found by the event that is named, with those of later decisions that named it, oldest first.
///
/// # Errors
/// The store cannot be read or written.
pub fn records_by_name<S: Store>(make: &impl Fn() -> S, reopen: &impl Fn(S) -> S) -> Result<(), StoreError> {
    let mut store = make();
    let (first, refund) = (record("e1", &[], true), record("r1", &["e1", "e9"], true));
    let unnamed = record("e2", &[], false);
    for (id, names, one) in [("e1", &[][..], &first), ("r1", &["e1", "e9"][..], &refund), ("e2", &[][..], &unnamed)] {
        let one = stored(one)?;
        commit(&mut store, |made| made.event = Some(decided(id, names, one)))?;
    }
    twice(store, reopen, |store| {
        let names = ["e1", "e2"].map(str::to_owned);
        assert_eq!(store.records(&names, None)?, [first.clone(), refund.clone()]);
        assert_eq!(store.records(&names, Some(&[1, 1]))?, std::slice::from_ref(&first), "no more than so many");
        assert_eq!(store.records(&["r1".to_owned()], None)?, std::slice::from_ref(&refund));
        assert_eq!(store.version_of("e1")?, Some(3));
        assert_eq!(store.version_of("e2")?, None, "nobody may name it");
        assert_eq!(store.records(&["e9".to_owned()], None)?, [], "it was never decided");
        Ok(())
    })
    .map(drop)
}

/// A decided event is known by its id, with its content and everything that its decision read: values of counters, facts as
/// they were, how many records there were.
///
/// # Errors
/// The store cannot be read or written.
pub fn decided_events_are_known<S: Store>(make: &impl Fn() -> S, reopen: &impl Fn(S) -> S) -> Result<(), StoreError> {
    let mut store = make();
    let tell = |tier: &str| ("customer".to_owned(), "c1".to_owned(), facts(json!({ "tier": tier })));
    commit(&mut store, |made| made.facts = vec![tell("gold")])?;
    let first = stored(&record("e1", &[], true))?;
    commit(&mut store, |made| made.event = Some(decided("e1", &[], first)))?;
    let refund = stored(&record("r1", &["e1"], true))?;
    commit(&mut store, |made| made.event = Some(decided("r1", &["e1"], refund)))?;
    commit(&mut store, |made| made.facts = vec![tell("platinum")])?;
    twice(store, reopen, |store| {
        assert!(store.decided("e2")?.is_none());
        let Some(memo) = store.decided("r1")? else {
            assert!(store.decided("r1")?.is_some(), "a decided event is known");
            return Ok(());
        };
        assert_eq!((memo.content, memo.version), ([7; 32], 3));
        let keys = ["k1", "k2", "k3"].map(str::to_owned);
        let counters = CounterBook::recall(&keys, &memo.counters);
        assert_eq!(counters.get("k2"), Some(&CounterValue::Number(Decimal::new(50, 1))));
        assert_eq!((counters.get("k1"), counters.get("k3")), (None, Some(&CounterValue::Other(json!([1])))));
        let told: Vec<_> = memo.facts.iter().map(|held| held.as_deref().cloned()).collect();
        assert_eq!(told, [Some(facts(json!({ "tier": "gold" }))), None], "facts as they were when it was decided");
        assert_eq!(*memo.records, [1], "records as they were before it was decided");
        Ok(())
    })
    .map(drop)
}

/// The clock stands where it was last set, and never goes back.
///
/// # Errors
/// The store cannot be read or written.
pub fn clock_never_goes_back<S: Store>(make: &impl Fn() -> S, reopen: &impl Fn(S) -> S) -> Result<(), StoreError> {
    let mut store = make();
    assert_eq!(store.clock()?, None);
    for seconds in [1_700_000_000, 1_600_000_000] {
        commit(&mut store, |made| made.clock = Some(at(seconds)))?;
    }
    commit(&mut store, |_| {})?;
    twice(store, reopen, |store| {
        assert_eq!(store.clock()?, Some(at(1_700_000_000)));
        Ok(())
    })
    .map(drop)
}

/// What is settled with partners is listed by time, from an instant up to, but not including, another.
///
/// # Errors
/// The store cannot be read or written.
pub fn settled_lines_by_time<S: Store>(make: &impl Fn() -> S, reopen: &impl Fn(S) -> S) -> Result<(), StoreError> {
    let line = |event: &str, seconds: i64| SettledLine {
        settlement: Arc::from("carwash"),
        event: Arc::from(event),
        of: (event == "e3").then(|| Arc::from("e1")),
        at: at(seconds),
        partner: Arc::from("p1"),
        count: Decimal::ONE,
        points: Decimal::from(500),
        money: Decimal::new(1_250, 2),
    };
    let mut store = make();
    commit(&mut store, |made| made.settled = vec![line("e2", 2_000), line("e1", 1_000)])?;
    commit(&mut store, |made| made.settled = vec![line("e3", 2_000), line("e4", 3_000)])?;
    twice(store, reopen, |store| {
        let all = store.settled(at(1_000), at(3_000))?;
        assert_eq!(all, [line("e1", 1_000), line("e2", 2_000), line("e3", 2_000)], "by time, then as written");
        assert_eq!(store.settled(at(3_001), at(3_000))?, []);
        Ok(())
    })
    .map(drop)
}
