//! All worked cases of the programmes, every expectation, through the ledger's host: `cargo test -p earnest-tests --test programme_cases -- --nocapture`
//! prints the table. The rules of the adapter stand in `tests/cases/README.md`.

#![allow(clippy::expect_used, reason = "a test that cannot run fails")]

use earnest_tests::cases::run::{Ran, Shelf, folder_of, run};
use earnest_tests::cases::table::table;
use earnest_tests::project;
use serde_json::Value as Json;

/// Programmes of which every case must pass.
const COMPLETE: &[&str] = &[
    "p01-icbc-macau",
    "p03-generic-bank-plan",
    "p06-online-plan-a",
    "p08-measures-a",
    "p09-benefits-intro",
    "p10-deposit-redemption",
    "p13-points-solution",
    "p14-zheshang",
    "p15-gifts-plan",
    "p16-online-plan-b",
    "p17-measures-b",
    "p18-gift-redemption-2022",
    "p19-all-banks",
    "p20-icbc-debit",
    "p21-abc-debit",
    "p22-ccb-debit",
    "p23-boc-debit",
    "p24-bocom-debit",
    "p25-cmb-debit",
    "p26-citic-debit",
    "p27-cib-debit",
    "p28-spdb-debit",
    "p29-cmbc-debit",
    "p30-pingan-debit",
    "p31-comprehensive-model",
    "p32-wanlitong",
];

#[test]
fn the_worked_cases_hold() {
    let cases: Vec<Json> =
        serde_json::from_str(&std::fs::read_to_string(project("tests/cases/programme-cases.json")).expect("the cases"))
            .expect("JSON");
    assert_eq!(cases.len(), 174);
    let only = std::env::var("CASES").unwrap_or_default().to_lowercase();
    let mut shelf = Shelf::default();
    let ran: Vec<Ran> = cases
        .iter()
        .filter(|case| folder_of(case).starts_with(&only) && project("policies").join(folder_of(case)).is_dir())
        .map(|case| run(case, &mut shelf))
        .collect();
    for one in ran.iter().filter(|one| !one.faults.is_empty()) {
        println!("{}\n    {}", one.case, one.faults.join("\n    "));
    }
    println!("{}", table(&ran));
    let failed: Vec<&Ran> = ran
        .iter()
        .filter(|one| COMPLETE.contains(&one.programme.to_lowercase().as_str()) && !one.faults.is_empty())
        .collect();
    assert!(failed.is_empty(), "{failed:#?}");
}
