//! All worked cases of the programmes, every expectation, through the ledger's host: `cargo test -p earnest-tests --test programme_cases -- --nocapture`
//! prints the table. The rules of the adapter stand in `tests/cases/README.md`.

#![allow(clippy::expect_used, reason = "a test that cannot run fails")]

use earnest_tests::cases::run::{Ran, Shelf, folder_of, run};
use earnest_tests::cases::table::table;
use earnest_tests::project;
use serde_json::Value as Json;

#[test]
fn the_worked_cases_hold() {
    let cases: Vec<Json> =
        serde_json::from_str(&std::fs::read_to_string(project("tests/cases/programme-cases.json")).expect("the cases"))
            .expect("JSON");
    assert_eq!(cases.len(), 174);
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
