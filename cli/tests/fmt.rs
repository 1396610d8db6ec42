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

#[test]
fn there_and_back_gives_the_same_bytes_and_the_same_policy() {
    let folder = tempfile::tempdir().expect("a folder");
    let shop = folder.path().join("shop");
    fs::create_dir(&shop).expect("a folder");
    for name in ["programme.earn", "weekend.earn"] {
        fs::copy(format!("{}/tests/programmes/shop/{name}", env!("CARGO_MANIFEST_DIR")), shop.join(name))
            .expect("a copy");
    }
    let path = shop.to_str().expect("a path");
    let text = || ["programme.earn", "weekend.earn"].map(|name| fs::read_to_string(shop.join(name)).expect("a file"));
    let hash = || {
        let checked: serde_json::Value =
            serde_json::from_str(&earnest(&["check", path, "--format", "json"]).out).expect("JSON");
        checked["programmes"][0]["versions"][0]["hash"].clone()
    };
    assert_eq!(earnest(&["fmt", path]).code, Some(0));
    let (english, policy) = (text(), hash());
    assert!(policy.is_string());
    let ran = earnest(&["fmt", "--to", "zh", path]);
    assert_eq!(ran.code, Some(0), "{}", ran.shown());
    let chinese = text();
    insta::assert_snapshot!(chinese.join("\n"));
    assert_eq!(hash(), policy);
    assert_eq!(earnest(&["fmt", "--to", "en", path]).code, Some(0));
    assert_eq!(text(), english);
    assert_eq!(hash(), policy);
}
