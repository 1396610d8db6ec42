//! `earnest run --ledger`, `earnest statement`, `earnest balance`, `earnest liability`.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot run fails")]

mod support;

use serde_json::Value as Json;
use std::fs;
use support::earnest;
use tempfile::TempDir;

/// A folder with the ledger of the shop's events.
fn ledger() -> (TempDir, String) {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("shop.ledger").to_string_lossy().into_owned();
    let ran = earnest(&["run", "programmes/shop", "events/shop.ndjson", "--ledger", &path, "--summary"]);
    assert_eq!(ran.code, Some(0), "{}", ran.shown());
    (folder, path)
}

#[test]
fn a_ledger_goes_on_where_the_last_run_ended() {
    let (folder, path) = ledger();
    let before = fs::read_to_string(&path).expect("a ledger");
    let again =
        earnest(&["run", "programmes/shop", "events/shop.ndjson", "--ledger", &path, "--summary", "--format", "json"]);
    let all: Json = serde_json::from_str(&again.out).expect("JSON");
    assert_eq!(all["events"], serde_json::json!({ "accepted": 0, "refused": 0, "repeated": 8, "bad": 0 }));
    assert_eq!(fs::read_to_string(&path).expect("a ledger"), before);
    let more = folder.path().join("more.ndjson");
    let event = r#"{"id":"n1","at":"2025-03-15T10:00:00+08:00","type":"purchase","customer":"c1","amount":"10.00","instrument":"credit_card"}"#;
    fs::write(&more, event).expect("events");
    let ran = earnest(&["run", "programmes/shop", &more.to_string_lossy(), "--ledger", &path]);
    let decision: Json = serde_json::from_str(&ran.out).expect("a decision");
    // The welcome was had in the first run.
    let lines = decision["lines"].as_array().expect("lines").iter();
    let lines: Vec<_> = lines.map(|line| (line["rule"].as_str(), line["amount"].as_str())).collect();
    assert_eq!(
        lines,
        [(Some("card_spend"), Some("10")), (Some("welcome"), Some("0")), (Some("weekend.weekend_triple"), Some("20"))]
    );
    let left: Vec<_> = fs::read_dir(folder.path()).expect("a folder").collect();
    assert_eq!(left.len(), 2, "nothing is left beside the ledger: {left:?}");
}

#[test]
fn a_statement_of_every_movement() {
    let (_folder, path) = ledger();
    insta::assert_snapshot!(earnest(&["statement", "programmes/shop", "c1", "--ledger", &path]).shown());
    insta::assert_snapshot!(
        earnest(&["statement", "programmes/shop", "c2", "--ledger", &path, "--language", "zh"]).shown()
    );
    let ran = earnest(&[
        "statement",
        "programmes/shop",
        "c1",
        "--ledger",
        &path,
        "--from",
        "2025-03-09",
        "--to",
        "2025-03-09",
        "--format",
        "json",
    ]);
    let lines: Vec<Json> = ran.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let shown: Vec<_> = lines.iter().map(|line| (line["event"].as_str(), line["held"].as_str())).collect();
    assert_eq!(shown, [(Some("e4"), Some("1068")), (Some("e4"), Some("1088"))]);
    let ran = earnest(&["statement", "programmes/shop", "nobody", "--ledger", &path]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), "nothing happened to points of `nobody`\n"));
}

#[test]
fn a_balance_at_the_last_event_and_later() {
    let (_folder, path) = ledger();
    insta::assert_snapshot!(earnest(&["balance", "programmes/shop", "c1", "--ledger", &path]).shown());
    insta::assert_snapshot!(
        earnest(&["balance", "programmes/shop", "c1", "--ledger", &path, "--language", "zh", "--at", "2027-03-03"])
            .shown()
    );
    // What ends on 3 March is usable on that day, and gone on the next.
    for (day, available) in [("2027-03-03", "368"), ("2027-03-04", "80"), ("2027-03-10", "0")] {
        let ran = earnest(&["balance", "programmes/shop", "c1", "--ledger", &path, "--at", day, "--format", "json"]);
        let all: Json = serde_json::from_str(&ran.out).expect("JSON");
        assert_eq!(all["balances"][0]["available"], available, "{day}");
    }
}

#[test]
fn what_is_outstanding_and_what_it_is_worth() {
    let (_folder, path) = ledger();
    insta::assert_snapshot!(earnest(&["liability", "programmes/shop", "--ledger", &path]).shown());
    let ran = earnest(&["liability", "programmes/shop", "--ledger", &path, "--format", "json"]);
    let all: Json = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(all["outstanding"][0]["amount"], "768");
}

#[test]
fn what_is_no_ledger_of_the_programme_is_refused_and_left_alone() {
    let (folder, path) = ledger();
    let sound = fs::read_to_string(&path).expect("a ledger");
    let told = |text: &str, programme: &str| {
        let bad = folder.path().join("bad.ledger");
        fs::write(&bad, text).expect("written");
        let shown = bad.to_string_lossy().into_owned();
        let ran = earnest(&["run", programme, "events/shop.ndjson", "--ledger", &shown]);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
        assert_eq!(fs::read_to_string(&bad).expect("it is still there"), text);
        ran.err.replace(&shown, "LEDGER")
    };
    insta::assert_snapshot!(
        [
            told("hello\n", "programmes/shop"),
            told(&sound.replace("188", "189"), "programmes/shop"),
            told(&sound.lines().take(12).map(|line| format!("{line}\n")).collect::<String>(), "programmes/shop"),
            told(&sound, "programmes/rates"),
            told(&sound.replace("\"2025-01-01\"]", "\"2024-01-01\"]"), "programmes/shop"),
        ]
        .concat()
    );
    let ran = earnest(&["balance", "programmes/shop", "c1", "--ledger", "no-such.ledger"]);
    assert_eq!(ran.code, Some(2), "{}", ran.shown());
}
