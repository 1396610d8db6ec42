//! `earnest test`.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot run fails")]

mod support;

use support::earnest;

#[test]
fn passing_tests() {
    let ran = earnest(&["test", "programmes/shop"]);
    assert_eq!(ran.code, Some(0), "{}", ran.shown());
    insta::assert_snapshot!(ran.shown());
}

#[test]
fn failing_tests_tell_what_happened_instead() {
    let ran = earnest(&["test", "programmes/failing"]);
    assert_eq!(ran.code, Some(1));
    insta::assert_snapshot!(ran.shown());
    insta::assert_snapshot!(earnest(&["test", "programmes/failing", "--language", "zh"]).shown());
}

#[test]
fn results_for_machines() {
    let ran = earnest(&["test", "programmes/shop", "programmes/failing", "--format", "json"]);
    assert_eq!(ran.code, Some(1));
    let all: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!((&all["passed"], &all["failed"], &all["not_run"]), (&7.into(), &3.into(), &0.into()));
    let failed = &all["programmes"][1]["tests"][0];
    assert_eq!((&failed["label"], &failed["status"]), (&"少算一分".into(), &"failed".into()));
    assert!(failed["findings"][0]["decision"]["trace"]["rules"].is_array());
}

#[test]
fn results_for_build_servers() {
    let ran = earnest(&["test", "programmes/failing", "--format", "junit"]);
    assert_eq!(ran.code, Some(1));
    insta::assert_snapshot!(ran.out);
}

#[test]
fn a_programme_with_errors_is_no_pass() {
    let ran = earnest(&["test", "programmes/broken"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("error"), "{}", ran.shown());
}
