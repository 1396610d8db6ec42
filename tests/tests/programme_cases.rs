//! All worked cases of the programmes, every expectation, through the ledger's host: `cargo test -p earnest-tests --test programme_cases -- --nocapture`
//! prints the table. The rules of the adapter stand in `tests/cases/README.md`.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot run fails")]

use earnest_tests::cases::compare::compare;
use earnest_tests::cases::list;
use earnest_tests::cases::run::{Ran, Shelf, folder_of, happened, run};
use earnest_tests::cases::table::table;
use earnest_tests::project;
use serde_json::Value as Json;

fn cases() -> Vec<Json> {
    let text = std::fs::read_to_string(project("tests/cases/programme-cases.json")).expect("the cases");
    let cases: Vec<Json> = serde_json::from_str(&text).expect("JSON");
    assert_eq!(cases.len(), 174);
    cases
}

#[test]
fn the_worked_cases_hold() {
    let cases = cases();
    let only = std::env::var("CASES").unwrap_or_default().to_lowercase();
    let mut shelf = Shelf::default();
    let ran: Vec<Ran> =
        cases.iter().filter(|case| folder_of(case).starts_with(&only)).map(|case| run(case, &mut shelf)).collect();
    for one in ran.iter().filter(|one| !one.faults.is_empty()) {
        println!("{}\n    {}", one.case, one.faults.join("\n    "));
    }
    println!("{}", table(&ran));
    let failed: Vec<&Ran> = ran.iter().filter(|one| !one.faults.is_empty() || one.met != one.expectations).collect();
    assert!(failed.is_empty(), "{} of {} cases fail", failed.len(), ran.len());
}

/// Expectations that are changed in one field, each in every field beside those that say what is meant.
fn spoiled(expectation: &Json) -> Vec<Json> {
    let fields = expectation.as_object().expect("an object");
    let meant = ["kind", "event", "customer", "at", "on", "name"];
    // Nothing was earned in a pool that does not exist either.
    let nothing = fields.get("points") == Some(&Json::String("0".to_owned()));
    let told = fields.keys().filter(|name| !(meant.contains(&name.as_str()) || nothing && *name == "bucket"));
    told.map(|name| {
        let mut other = fields.clone();
        other.insert(name.clone(), Json::String("77777".to_owned()));
        Json::Object(other)
    })
    .collect()
}

/// The comparison is no empty form: every field of every expectation matters, and what is not expected is noticed.
#[test]
fn every_expectation_could_fail() {
    let mut shelf = Shelf::default();
    let (mut spoilt, mut dropped) = (0, 0);
    for case in cases() {
        let (seen, faults) = happened(&case, &mut shelf).expect("a programme");
        assert!(faults.is_empty(), "{}: {faults:?}", case["case"]);
        let expected = list(&case, "expect");
        for (at, one) in expected.iter().enumerate() {
            for other in spoiled(one) {
                let mut changed = expected.to_vec();
                changed[at] = other;
                assert!(compare(&changed, &seen).0 < expected.len(), "{}: {} is met", case["case"], changed[at]);
                spoilt += 1;
            }
            let must_be_listed = ["redeem", "reject", "transfer", "exchange", "revoke", "expire"];
            if must_be_listed.contains(&one["kind"].as_str().expect("a kind")) {
                let mut fewer = expected.to_vec();
                fewer.remove(at);
                assert!(!compare(&fewer, &seen).1.is_empty(), "{}: {one} is not missed", case["case"]);
                dropped += 1;
            }
        }
    }
    assert!(spoilt >= 500 && dropped >= 140, "{spoilt} changed, {dropped} left out");
}
