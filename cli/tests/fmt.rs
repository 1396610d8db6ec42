//! `earnest fmt`.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot run fails")]

mod support;

use std::fs;
use support::{earnest, earnest_with};

const CROOKED: &str =
    "programme  p \"积分\"{\ntimezone Asia/Shanghai ; currency CNY \"元\"\n    effective from 2025-01-01 }\n";

#[test]
fn writes_only_what_changes() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("programme.earn");
    let path = file.to_str().expect("a path");
    fs::write(&file, CROOKED).expect("a file");

    let checked = earnest(&["fmt", "--check", path]);
    assert_eq!(checked.code, Some(1), "{}", checked.shown());
    assert_eq!(fs::read_to_string(&file).expect("a file"), CROOKED);

    assert_eq!(earnest(&["fmt", path]).code, Some(0));
    let formatted = fs::read_to_string(&file).expect("a file");
    assert_ne!(formatted, CROOKED);
    insta::assert_snapshot!(formatted);

    let written = fs::metadata(&file).expect("a file").modified().expect("a time");
    let again = earnest(&["fmt", "--check", path, folder.path().to_str().expect("a path")]);
    assert_eq!((again.code, again.out.as_str()), (Some(0), "0 files of 1 would change\n"));
    assert_eq!(earnest(&["fmt", path]).code, Some(0));
    assert_eq!(fs::metadata(&file).expect("a file").modified().expect("a time"), written);
}

#[test]
fn standard_input_to_standard_output() {
    let ran = earnest_with(&["fmt", "-"], CROOKED);
    assert_eq!(ran.code, Some(0));
    assert_eq!(earnest_with(&["fmt", "-"], &ran.out).out, ran.out);
}
