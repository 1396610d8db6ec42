//! Tests of policy text: closed world, state within a test, each row afresh, words for every difference.

#![allow(clippy::expect_used, reason = "a test that cannot run fails")]

use earnest_dsl::load::{InputFile, load};
use earnest_ledger::Programme;
use earnest_ledger::scenario::{Report, Status, run};

const HEAD: &str = r#"programme p "p" { timezone Asia/Shanghai; currency CNY "元"; effective from 2025-01-01; use std.banking }
points Point "积分" { round down each line; valid 2 years after earning; spend first soonest to expire, then oldest }
points Star "星" { round down each line; valid 2 years after earning; spend first soonest to expire, then oldest }
rule spend on Purchase {
  earn 1 Point per full 1 CNY of amount
  per customer per month at most 100 Point, drop the rest
}
rule gift on Purchase { when channel is app; earn 5 Star }
rule sane on Purchase { accept when amount <= 1_000 CNY else refuse too_much }
rule friend on Referral { earn 7 Star to referred }
"#;

fn reports(tests: &str) -> Vec<Report> {
    let file = InputFile { path: "programme.earn".to_owned(), text: format!("{HEAD}{tests}") };
    let loaded = load(vec![file], &[]);
    assert!(!loaded.has_errors(), "{:#?}", loaded.diagnostics);
    run(&Programme::new(loaded.policy).expect("a version"), 0)
}

/// Every report's status with the English words of its findings.
fn told(tests: &str) -> Vec<(Status, Vec<String>)> {
    let words = |report: Report| {
        let texts =
            report.findings.iter().flat_map(|finding| finding.texts.iter().map(|text| text.en.clone())).collect();
        (report.status, texts)
    };
    reports(tests).into_iter().map(words).collect()
}

fn one_step(step: &str) -> (Status, Vec<String>) {
    told(&format!("test \"t\" {{\n{step}\n}}")).pop().expect("a report")
}

#[test]
fn what_is_listed_and_happens_passes() {
    let step = "2025-03-03 10:00:00  Purchase { amount: 10 CNY, channel: app }  => earn 10 Point, earn 5 Star";
    assert_eq!(one_step(step), (Status::Passed, vec![]));
    assert_eq!(
        one_step("2025-03-03 10:00:00  Referral { referred: c2 }  => earn 7 Star to c2"),
        (Status::Passed, vec![])
    );
    assert_eq!(
        one_step("2025-03-03 10:00:00  Purchase { amount: 1_000.01 CNY }  => refuse too_much"),
        (Status::Passed, vec![])
    );
}

#[test]
fn every_difference_has_words() {
    let failed = |step: &str| {
        let (status, texts) = one_step(step);
        assert_eq!(status, Status::Failed, "{step}");
        texts.join("; ")
    };
    assert_eq!(
        failed("2025-03-03 10:00:00  Purchase { amount: 10.50 CNY }  => earn 11 Point"),
        "earned 10 Point, expected 11 Point"
    );
    assert_eq!(
        failed("2025-03-03 10:00:00  Purchase { amount: 10 CNY, channel: app }  => earn 10 Point"),
        "earned 5 Star, which the step does not list"
    );
    assert_eq!(
        failed("2025-03-03 10:00:00  Referral { referred: c2 }  => earn 7 Star"),
        "earned 0 Star, expected 7 Star; earned 7 Star for `c2`, which the step does not list"
    );
    assert_eq!(
        failed("2025-03-03 10:00:00  Purchase { amount: 10 CNY }  => refuse too_much"),
        "the event was accepted and earned 10 Point, but should be refused with `too_much`"
    );
    assert_eq!(
        failed("2025-03-03 10:00:00  Purchase { amount: 1_001 CNY }  => earn 0 Point"),
        "the event was refused with `too_much`"
    );
    assert_eq!(
        failed("2025-03-03 10:00:00  Purchase { amount: 120 CNY }  => earn 100 Point { spend: 100 of 110 }"),
        "`spend` asked for 120 before limits, expected 110"
    );
}

#[test]
fn a_test_keeps_its_state_and_a_row_starts_afresh() {
    let told = told(
        r#"
test "state" {
  2025-03-03 10:00:00  Purchase { amount: 60 CNY }  => earn 60 Point
  2025-03-03 10:00:00  Purchase { amount: 60 CNY }  => earn 40 Point { spend: 40 of 60 }
  2025-04-01 00:00:00  Purchase { amount: 60 CNY }  => earn 60 Point
}
examples "rows" of Purchase(amount) {
  60 CNY => 60 Point
  60 CNY => 60 Point
}
"#,
    );
    assert_eq!(told, [(Status::Passed, vec![]), (Status::Passed, vec![]), (Status::Passed, vec![])]);
}

#[test]
fn lots_held_at_the_start_count_in_balances() {
    let held = |balance: &str| {
        one_step(&format!("c1 holds 300 Point earned 2025-01-05\n2025-03-03 00:00:00  c1 balance {balance} Point"))
    };
    assert_eq!(held("300"), (Status::Passed, vec![]));
    assert_eq!(held("299"), (Status::Failed, vec!["`c1` has 300 Point, expected 299 Point".to_owned()]));
}

#[test]
fn places_and_answers_come_along() {
    let reports = reports("test \"t\" {\n  2025-03-03 10:00:00  Purchase { amount: 2 CNY }  => earn 1 Point\n}");
    let finding = reports.first().and_then(|report| report.findings.first()).expect("a finding");
    let line = HEAD.lines().count() + 2;
    assert!(finding.place.starts_with(&format!("programme.earn:{line}:")), "{}", finding.place);
    let trace = finding.answer.as_ref().and_then(|answer| answer.decision.trace.as_ref()).expect("an explanation");
    assert!(!trace.rules.is_empty());
}
