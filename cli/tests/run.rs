//! `earnest run`.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot run fails")]

mod support;

use serde_json::Value as Json;
use support::{earnest, earnest_with};

fn decisions(text: &str) -> Vec<Json> {
    text.lines().map(|line| serde_json::from_str(line).expect("a decision a line")).collect()
}

fn earned(decision: &Json) -> Vec<(&str, &str)> {
    let lines = decision["lines"].as_array().expect("lines");
    lines.iter().map(|line| (line["rule"].as_str().unwrap_or(""), line["amount"].as_str().unwrap_or(""))).collect()
}

#[test]
fn decisions_one_a_line() {
    let ran = earnest(&["run", "programmes/shop", "events/shop.ndjson"]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{}", ran.shown());
    insta::assert_snapshot!(support::without_hashes(&ran.out));
}

#[test]
fn a_repeated_event_gets_its_first_decision_again() {
    let ran = earnest(&["run", "programmes/shop", "events/shop.ndjson"]);
    let all: Vec<&str> = ran.out.lines().collect();
    // Between the two, counters moved and a refund took the points back.
    assert_eq!(all.get(1), all.get(7));
}

#[test]
fn totals_per_rule() {
    let ran = earnest(&["run", "programmes/shop", "events/shop.ndjson", "--summary"]);
    assert_eq!(ran.code, Some(0));
    insta::assert_snapshot!(ran.shown());
    insta::assert_snapshot!(
        earnest(&["run", "programmes/shop", "events/shop.ndjson", "--summary", "--language", "zh"]).shown()
    );
    let ran = earnest(&["run", "programmes/shop", "events/shop.ndjson", "--summary", "--format", "json"]);
    let all: Json = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(all["events"], serde_json::json!({ "accepted": 6, "refused": 1, "repeated": 1, "bad": 0 }));
    assert_eq!(all["refusals"]["amount_too_large"], 1);
}

#[test]
fn bad_events_are_told_with_line_field_and_reason_and_the_run_goes_on() {
    let ran = earnest(&["run", "programmes/shop", "events/bad.ndjson"]);
    assert_eq!(ran.code, Some(1));
    insta::assert_snapshot!(ran.err);
    let decided: Vec<_> =
        decisions(&ran.out).iter().map(|one| one["event"].as_str().unwrap_or("").to_owned()).collect();
    assert_eq!(decided, ["b1", "b8"]);
}

#[test]
fn bad_events_for_machines() {
    let ran = earnest(&["run", "programmes/shop", "events/bad.ndjson", "--format", "json"]);
    assert_eq!(ran.code, Some(1));
    let bad = decisions(&ran.err);
    let lines: Vec<_> = bad.iter().filter(|one| one["severity"] == "error").map(|one| one["line"].as_u64()).collect();
    assert_eq!(lines, [2, 3, 4, 5, 6, 7, 9, 10].map(Some));
    assert!(bad.iter().all(|one| one["reason"].is_string()));
}

#[test]
fn strict_stops_at_the_first_bad_event() {
    let ran = earnest(&["run", "programmes/shop", "events/bad.ndjson", "--strict"]);
    assert_eq!((ran.code, ran.out.lines().count(), ran.err.lines().count()), (Some(1), 1, 1), "{}", ran.shown());
}

#[test]
fn events_in_columns() {
    let ran = earnest(&["run", "programmes/shop", "events/shop.csv"]);
    assert_eq!(ran.code, Some(1));
    insta::assert_snapshot!(ran.err);
    let all = decisions(&ran.out);
    assert_eq!(earned(&all[0]), [("card_spend", "188"), ("welcome", "100")]);
    assert_eq!(all.iter().map(|one| one["event"].clone()).collect::<Vec<_>>(), ["e1", "e2", "e5"]);
}

#[test]
fn standard_input_in_either_format() {
    let event = "{\"id\":\"s1\",\"at\":\"2025-03-03T10:00:00+08:00\",\"type\":\"purchase\",\"customer\":\"c1\",\"amount\":\"10\",\"instrument\":\"credit_card\"}\n";
    let ran = earnest_with(&["run", "programmes/shop", "-"], event);
    assert_eq!((ran.code, earned(&decisions(&ran.out)[0])), (Some(0), vec![("card_spend", "10"), ("welcome", "100")]));
    let rows = "id,at,type,customer,amount,instrument\ns1,2025-03-03T10:00:00+08:00,purchase,c1,10,credit_card\n";
    let ran = earnest_with(&["run", "programmes/shop", "-", "--input-format", "csv"], rows);
    assert_eq!((ran.code, earned(&decisions(&ran.out)[0])), (Some(0), vec![("card_spend", "10"), ("welcome", "100")]));
}

#[test]
fn facts_and_parameters() {
    let ran = earnest(&[
        "run",
        "programmes/shop",
        "events/shop.ndjson",
        "--facts",
        "events/facts.json",
        "--param",
        "rate=2 Point",
    ]);
    assert_eq!(ran.code, Some(0), "{}", ran.shown());
    assert_eq!(earned(&decisions(&ran.out)[0]), [("card_spend", "376"), ("welcome", "100"), ("tier_bonus", "376")]);
}

#[test]
fn every_event_meets_the_version_of_its_time_and_a_refund_that_of_its_purchase() {
    let ran = earnest(&["run", "programmes/rates", "events/rates.ndjson"]);
    assert_eq!(ran.code, Some(0), "{}", ran.shown());
    let all = decisions(&ran.out);
    let amounts: Vec<Vec<(&str, &str)>> = all.iter().map(earned).collect();
    assert_eq!(amounts, [vec![], vec![("spend", "100")], vec![("spend", "200")], vec![("spend", "-50")]]);
    assert_eq!(all[2]["policy"]["version"], "2025-07-01");
    assert_eq!(all[3]["policy"]["version"], "2025-01-01");
}

#[test]
fn decisions_for_people() {
    let ran = earnest(&["run", "programmes/shop", "events/shop.ndjson", "--format", "human"]);
    insta::assert_snapshot!(ran.out);
}

#[test]
fn explanations_change_no_decision() {
    let plain = decisions(&earnest(&["run", "programmes/shop", "events/shop.ndjson"]).out);
    let mut explained = decisions(&earnest(&["run", "programmes/shop", "events/shop.ndjson", "--explain"]).out);
    for decision in &mut explained {
        let trace = decision.as_object_mut().and_then(|decision| decision.shift_remove("trace"));
        assert!(trace.is_some_and(|trace| trace["rules"].is_array()));
    }
    assert_eq!(plain, explained);
}

#[test]
fn a_reader_that_leaves_early_is_no_failure() {
    use std::io::{BufRead, BufReader};
    let folder = tempfile::tempdir().expect("a folder");
    let events: String = (0..20_000)
        .map(|at| format!("{{\"id\":\"x{at}\",\"at\":\"2025-03-03T10:00:00+08:00\",\"type\":\"purchase\",\"customer\":\"c{at}\",\"amount\":\"10\"}}\n"))
        .collect();
    let path = folder.path().join("many.ndjson");
    std::fs::write(&path, events).expect("a file");
    let mut child = support::command(&["run", "programmes/shop", path.to_str().expect("a path")])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut first = String::new();
    let mut out = BufReader::new(child.stdout.take().expect("a pipe"));
    out.read_line(&mut first).expect("a line");
    drop(out);
    let output = child.wait_with_output().expect("the command ends");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}
