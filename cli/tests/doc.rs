//! `earnest doc`.

#![allow(clippy::expect_used, reason = "a test that cannot run fails")]

mod support;

use std::fs;
use support::{earnest, without_hashes};

#[test]
fn the_terms_are_printed_unless_a_folder_is_named() {
    let ran = earnest(&["doc", "programmes/shop"]);
    assert_eq!(ran.code, Some(0), "{}", ran.shown());
    assert!(ran.out.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"), "{}", ran.out);
    let ran = earnest(&["doc", "programmes/shop", "--language", "zh"]);
    assert!(ran.out.contains("<html lang=\"zh-CN\">"), "{}", ran.out);
}

#[test]
fn terms_in_markdown() {
    let ran = earnest(&["doc", "programmes/shop", "--format", "markdown"]);
    insta::assert_snapshot!(ran.shown());
}

#[test]
fn the_reference_in_chinese() {
    let ran = earnest(&["doc", "programmes/shop", "--format", "markdown", "--page", "reference", "--language", "zh"]);
    insta::assert_snapshot!(ran.shown());
}

#[test]
fn a_folder_gets_both_pages_in_both_languages_and_forms() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("pages").display().to_string();
    let ran = earnest(&["doc", "programmes/shop", "--out", &out]);
    assert_eq!(ran.code, Some(0), "{}", ran.shown());
    let mut made: Vec<String> = fs::read_dir(&out)
        .expect("the folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    made.sort();
    let wanted = [
        "reference.en.html",
        "reference.en.md",
        "reference.zh.html",
        "reference.zh.md",
        "terms.en.html",
        "terms.en.md",
        "terms.zh.html",
        "terms.zh.md",
    ];
    assert_eq!(made, wanted);
    assert_eq!(ran.out.lines().count(), wanted.len());
    let again = earnest(&["doc", "programmes/shop", "--out", &out, "--page", "terms", "--language", "en"]);
    assert_eq!(again.out.lines().count(), 2, "{}", again.shown());
}

#[test]
fn the_same_policy_makes_the_same_page() {
    let one = earnest(&["doc", "programmes/shop"]);
    let two = earnest(&["doc", "programmes/shop"]);
    assert_eq!(one.out, two.out);
}

#[test]
fn a_day_before_every_version_is_misuse_and_a_broken_programme_a_finding() {
    let ran = earnest(&["doc", "programmes/shop", "--on", "1999-01-01"]);
    assert_eq!(ran.code, Some(2));
    insta::assert_snapshot!(without_hashes(&ran.shown()));
}
