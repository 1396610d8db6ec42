//! What lints find, through `earnest check` and its alias `earnest lint`.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot run fails")]

mod support;

use serde_json::Value as Json;
use std::fs;
use std::path::Path;
use support::{earnest, without_hashes};

const PROGRAMME: &str = r#"programme demo "示例" {
  timezone Asia/Shanghai
  currency CNY "元"
  effective from 2024-01-01
  use std.banking
}

points Point "积分" {
  round down each line
  valid 2 years after earning
  spend first soonest to expire, then oldest
  worth 0.01 CNY
}

rule spend "消费" on Purchase {
  earn 1 Point per full 1 CNY of amount
}

campaign may "五一" {
  from 2024-05-01 to 2024-05-05

  rule triple "三倍" on Purchase {
    raise spend to 3x
  }
}

// allow W0104: next year's rules go into it
group weekend "周末": best of

parameter rest "余数" = 2 Point

catalogue gifts "礼品" { item cup "杯子" 500 Point }

test "五一" {
  2024-05-01 10:00:00 Purchase { amount: 10 CNY } => earn 30 Point
  c1 holds 500 Point earned 2024-01-05
  2024-06-01 10:00:00 Redeem { item: cup }        => take 500 Point
}
"#;

fn made(folder: &Path) -> String {
    fs::write(folder.join("programme.earn"), PROGRAMME).expect("a file");
    let path = folder.display().to_string();
    assert_eq!(earnest(&["fmt", &path]).code, Some(0));
    path
}

fn shown(text: &str, folder: &str) -> String {
    without_hashes(text).replace(folder, "FOLDER")
}

#[test]
fn findings_come_with_the_event_that_shows_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = made(folder.path());
    let ran = earnest(&["lint", &path, "--today", "2025-01-01"]);
    assert_eq!(ran.code, Some(0), "warnings alone do not fail: {}", ran.shown());
    insta::assert_snapshot!(shown(&ran.out, &path));
    insta::assert_snapshot!(shown(&earnest(&["check", &path, "--language", "zh"]).out, &path));
    assert_eq!(earnest(&["check", &path, "--strict"]).code, Some(1));
}

#[test]
fn fixes_are_written_and_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = made(folder.path());
    let ran = earnest(&["check", &path, "--fix", "--strict"]);
    assert_eq!(ran.code, Some(0), "{}", ran.shown());
    insta::assert_snapshot!(shown(&ran.out, &path));
    let text = fs::read_to_string(folder.path().join("programme.earn")).expect("the file");
    assert!(text.contains("    raise spend to 3x\n    no cap\n  }"), "{text}");
    assert!(!text.contains("parameter rest"), "{text}");
    assert_eq!(earnest(&["fmt", "--check", &path]).code, Some(0), "the layout is kept");
    assert_eq!(earnest(&["test", &path]).code, Some(0));
    // Nothing is left to mend, and nothing is written again.
    assert!(!earnest(&["check", &path, "--fix"]).out.contains("mended"));
}

#[test]
fn a_baseline_leaves_old_findings_out_and_new_ones_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = made(folder.path());
    let file = folder.path().join("baseline.json").display().to_string();
    assert_eq!(earnest(&["check", &path, "--write-baseline", &file]).code, Some(0));
    let ran = earnest(&["check", &path, "--strict", "--baseline", &file]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), "no findings in 1 programme (1 allowed, 2 old)\n"));
    // Lines move, and a finding is added; one of the old ones is mended.
    let text = fs::read_to_string(folder.path().join("programme.earn")).expect("the file");
    let text = format!(
        "// A remark.\n{}\ngroup sunday \"周日\": best of\n",
        text.replace("raise spend to 3x", "raise spend to 3x\n    no cap")
    );
    fs::write(folder.path().join("programme.earn"), text).expect("a file");
    let ran = earnest(&["check", &path, "--strict", "--baseline", &file]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.out.contains("no rule is in the group `sunday`"), "{}", ran.out);
    assert!(ran.out.ends_with("1 warning in 1 programme (1 allowed, 1 old)\n1 finding of the baseline are no more there: write it anew with `--write-baseline`\n"), "{}", ran.out);
    fs::write(&file, "no baseline").expect("a file");
    assert_eq!(earnest(&["check", &path, "--baseline", &file]).code, Some(2));
}

#[test]
fn sarif_is_valid_and_suppresses_what_is_allowed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = made(folder.path());
    // The schema of the OASIS committee (errata 01), as the crate serde-sarif 0.8.0 carries it.
    // One of its patterns has a bracket too many, which a strict reader of expressions refuses.
    let schema = include_str!("data/sarif-2.1.0.json").replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$");
    let schema: Json = serde_json::from_str(&schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    for language in ["en", "zh"] {
        let ran = earnest(&["check", &path, "programmes/broken", "--format", "sarif", "--language", language]);
        let log: Json = serde_json::from_str(&ran.out).expect("JSON");
        let faults: Vec<String> = validator.iter_errors(&log).map(|fault| fault.to_string()).collect();
        assert!(faults.is_empty(), "{faults:?}");
        let results = log["runs"][0]["results"].as_array().expect("results");
        let of = |code: &str| results.iter().find(|result| result["ruleId"] == code).expect("a result");
        assert_eq!(of("W0104")["suppressions"][0]["kind"], "inSource");
        assert_eq!(of("W0104")["suppressions"][0]["justification"], "next year's rules go into it");
        assert!(of("W0111")["properties"]["witness"].as_str().is_some_and(|text| text.contains("2024-05-01")));
        assert_eq!(of("W0105")["locations"][0]["physicalLocation"]["region"]["startLine"], 30);
        assert!(results.iter().any(|result| result["level"] == "error"));
    }
    // The validator can say no.
    assert!(!validator.is_valid(&serde_json::json!({ "version": "2.1.0" })));
}

#[test]
fn annotations_for_github() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = made(folder.path());
    let ran = earnest(&["check", &path, "--format", "github"]);
    assert!(
        ran.out.contains(",line=30,endLine=30,col=11,endColumn=14,title=W0105::nothing uses the parameter `rest`"),
        "{}",
        ran.out
    );
    assert_eq!(ran.out.lines().last(), Some("2 warnings in 1 programme (1 allowed)"));
}

#[test]
fn machines_get_witness_and_fix() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = made(folder.path());
    let all: Json = serde_json::from_str(&earnest(&["check", &path, "--format", "json"]).out).expect("JSON");
    assert_eq!((&all["warnings"], &all["allowed"], &all["old"]), (&2.into(), &1.into(), &0.into()));
    let findings = &all["programmes"][0]["versions"][0]["findings"];
    assert_eq!(findings[0]["code"], "W0111");
    assert!(findings[0]["witness"]["en"].as_str().is_some_and(|text| text.contains("Purchase")));
    assert_eq!(findings[0]["fix"]["changes"]["zh"], "写明不设上限");
    assert_eq!(all["programmes"][0]["versions"][0]["not_told"][0]["allowed"], "next year's rules go into it");
}
