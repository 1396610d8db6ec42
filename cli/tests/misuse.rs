//! What is asked wrongly ends with 2 and says what would be right.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot run fails")]

mod support;

use support::earnest;

#[test]
fn misuse_ends_with_2() {
    for arguments in [
        &["check"][..],
        &["check", "nowhere"],
        &["check", "events"],
        &["run", "programmes/shop"],
        &["run", "programmes/shop", "nowhere.ndjson"],
        &["run", "programmes", "events/shop.ndjson"],
        &["run", "programmes/shop", "events"],
        &["run", "programmes/shop", "events/shop.ndjson", "--param", "rate"],
        &["run", "programmes/shop", "events/shop.ndjson", "--facts", "events/shop.csv"],
        &["explain", "E0000"],
        &["explain", "programmes/shop"],
        &["explain", "programmes/shop", "events/shop.ndjson"],
        &["explain", "programmes/shop", "events/shop.ndjson", "--event", "e99"],
        &["fmt", "nowhere.earn"],
        &["new", "2025"],
        &["new", "events"],
        &["build", "programmes/shop"],
        &["completions", "cmd.exe"],
        &["proof", "programmes/shop"],
    ] {
        let ran = earnest(arguments);
        assert_eq!(ran.code, Some(2), "{arguments:?}\n{}", ran.shown());
        assert!(ran.out.is_empty(), "{arguments:?} writes no output\n{}", ran.shown());
        assert!(!ran.err.is_empty(), "{arguments:?} says why");
    }
}

#[test]
fn the_message_is_in_the_readers_language() {
    assert_eq!(earnest(&["check", "nowhere"]).err, "error: there is no file or folder `nowhere`\n");
    assert_eq!(earnest(&["check", "nowhere", "--language", "zh"]).err, "错误：没有文件或文件夹 `nowhere`\n");
    let mut command = support::command(&["check", "nowhere"]);
    let output = command.env("LANG", "zh_CN.UTF-8").output().expect("the command runs");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "错误：没有文件或文件夹 `nowhere`\n");
}
