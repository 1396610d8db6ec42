//! `earnest test --coverage`, `--mutate` and `--suggest`.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot run fails")]

mod support;

use support::earnest;

const SHOP: &str = "programmes/shop";

#[test]
fn coverage_in_a_table() {
    let ran = earnest(&["test", SHOP, "--coverage"]);
    assert_eq!(ran.code, Some(0), "{}", ran.shown());
    insta::assert_snapshot!(ran.out);
    insta::assert_snapshot!(earnest(&["test", SHOP, "--coverage", "--language", "zh"]).out);
}

#[test]
fn coverage_below_what_is_asked_is_a_finding() {
    assert_eq!(earnest(&["test", SHOP, "--coverage", "--at-least", "50"]).code, Some(0));
    assert_eq!(earnest(&["test", SHOP, "--coverage", "--at-least", "100"]).code, Some(1));
    // Nothing is measured: the question makes no sense.
    assert_eq!(earnest(&["test", SHOP, "--at-least", "50"]).code, Some(2));
}

#[test]
fn coverage_for_other_programs() {
    let lcov = earnest(&["test", SHOP, "--coverage=lcov"]);
    assert!(lcov.out.starts_with("TN:\nSF:programmes/shop/"), "{}", lcov.out);
    let json = earnest(&["test", SHOP, "--coverage=json"]);
    let all: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    let items = all["programmes"][0]["items"].as_array().expect("items");
    assert!(items.iter().any(|item| item["of"] == "welcome" && item["aspect"] == "applies"));
    let page = earnest(&["test", SHOP, "--coverage=html", "--language", "zh"]);
    assert!(page.out.contains("lang=\"zh-CN\"") && page.out.contains("小店积分"));
    assert!(!page.out.contains("http"), "a page that needs nothing else");
}

#[test]
fn a_report_beside_results() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("coverage.info");
    let path = file.to_str().expect("a path");
    let ran = earnest(&["test", SHOP, "--coverage=lcov", "--output", path, "--format", "junit"]);
    assert_eq!(ran.code, Some(0));
    assert!(ran.out.contains("<testsuites"), "{}", ran.out);
    assert!(std::fs::read_to_string(file).expect("the report").contains("end_of_record"));
}

#[test]
fn results_of_failing_tests_are_told_beside_a_report() {
    let ran = earnest(&["test", "programmes/failing", "--coverage=lcov"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.out.starts_with("TN:") && ran.err.contains("failed"), "{}", ran.shown());
}

#[test]
fn mutants_that_no_test_notices() {
    let ran = earnest(&["test", SHOP, "--mutate"]);
    assert_eq!(ran.code, Some(0), "{}", ran.shown());
    insta::assert_snapshot!(ran.out);
    assert_eq!(earnest(&["test", "programmes/failing", "--mutate"]).code, Some(1));
}

#[test]
fn suggested_tests() {
    let ran = earnest(&["test", SHOP, "--suggest"]);
    assert_eq!(ran.code, Some(0), "{}", ran.shown());
    insta::assert_snapshot!(ran.out);
    let ran = earnest(&["test", "programmes/shop", "--mutate", "--suggest", "--language", "zh"]);
    insta::assert_snapshot!(ran.out);
    assert_eq!(earnest(&["test", SHOP, "programmes/club", "--suggest", "--output", "x.earn"]).code, Some(2));
}
