//! `earnest check`.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot run fails")]

mod support;

use support::earnest;

#[test]
fn sound_programmes_have_no_findings() {
    let ran = earnest(&["check", "programmes/shop", "programmes/rates"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), "no findings in 2 programmes\n"), "{}", ran.shown());
    let ran = earnest(&["check", "programmes/shop", "--language", "zh"]);
    assert_eq!(ran.out, "1 个方案：无问题\n");
}

#[test]
fn five_mistakes_in_one_file_are_five_findings() {
    let ran = earnest(&["check", "programmes/broken"]);
    assert_eq!(ran.code, Some(1));
    insta::assert_snapshot!(ran.shown());
    insta::assert_snapshot!(earnest(&["check", "programmes/broken", "--language", "zh"]).shown());
}

#[test]
fn a_folder_of_programmes_a_file_and_a_file_of_a_folder() {
    let ran = earnest(&["check", "programmes"]);
    assert_eq!(ran.code, Some(1));
    assert_eq!(ran.out.lines().last(), Some("5 errors in 6 programmes"));
    assert_eq!(earnest(&["check", "programmes/shop/programme.earn"]).out, "no findings in 1 programme\n");
    // A campaign's file stands for the programme that it belongs to.
    assert_eq!(
        earnest(&["check", "programmes/shop/weekend.earn", "programmes/shop"]).out,
        "no findings in 1 programme\n"
    );
}

#[test]
fn findings_for_machines() {
    let ran = earnest(&["check", "programmes/broken", "programmes/shop", "--format", "json"]);
    assert_eq!(ran.code, Some(1));
    let all: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(all["errors"], 5);
    assert_eq!(all["programmes"][0]["path"], "programmes/broken");
    let findings = all["programmes"][0]["versions"][0]["findings"].as_array().expect("findings");
    assert_eq!(findings.len(), 5);
    for finding in findings {
        assert_eq!(finding["severity"], "error");
        assert_eq!(finding["marks"][0]["place"]["file"], "programmes/broken/programme.earn");
        assert!(finding["message"]["zh"].as_str().is_some_and(|text| !text.is_empty()));
    }
    assert_eq!(all["programmes"][1]["versions"][0]["programme"], "shop");
    assert_eq!(all["programmes"][1]["versions"][0]["findings"], serde_json::json!([]));
}

#[test]
fn colours_only_where_they_are_wanted() {
    assert!(!earnest(&["check", "programmes/broken"]).out.contains('\u{1b}'));
    assert!(earnest(&["check", "programmes/broken", "--color", "always"]).out.contains('\u{1b}'));
}

#[test]
fn a_parameter_is_checked_as_well() {
    let ran = earnest(&["check", "programmes/shop", "--param", "rate=2 Point"]);
    assert_eq!(ran.code, Some(0), "{}", ran.shown());
    let ran = earnest(&["check", "programmes/shop", "--param", "rate=2 CNY"]);
    assert_eq!(ran.code, Some(1), "{}", ran.shown());
    let ran = earnest(&["check", "programmes/shop", "--param", "rat=2 Point"]);
    assert_eq!(ran.code, Some(1), "{}", ran.shown());
}
