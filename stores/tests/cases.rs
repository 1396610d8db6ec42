//! The worked cases of the programmes on a durable store: the same happens as in memory, and everything can be decided again.

#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test that cannot run fails")]

use earnest_stores::Durable;
use earnest_stores::audit::{replay, verify};
use earnest_tests::cases::run::{Shelf, happened, happened_on};
use earnest_tests::project;
use serde_json::Value as Json;

#[test]
fn the_worked_cases_are_the_same_on_a_durable_store() {
    let text = std::fs::read_to_string(project("tests/cases/programme-cases.json")).expect("the cases");
    let cases: Vec<Json> = serde_json::from_str(&text).expect("JSON");
    assert_eq!(cases.len(), 174);
    let mut shelf = Shelf::default();
    let mut entries = 0;
    for case in cases {
        let name = &case["case"];
        let wanted = happened(&case, &mut shelf).unwrap_or_else(|error| panic!("{name}: {error}"));
        let open = |programme: &_| Durable::open("memory:", programme, true).map_err(|error| error.to_string());
        let (seen, faults, host) =
            happened_on(&case, &mut shelf, open).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!((seen, faults), wanted, "{name}");
        // Counters that a case sets behind the ledger's back are in no log.
        if case["given"]["params"].to_string().contains("_already") {
            continue;
        }
        let verified = verify(host.books(), &[]).expect("a store");
        assert_eq!(verified.faults, [], "{name}");
        let replayed = replay(host.books(), host.programme()).expect("a store");
        assert_eq!(replayed.difference, None, "{name}");
        entries += replayed.entries;
    }
    assert!(entries > 500, "{entries} entries");
}
