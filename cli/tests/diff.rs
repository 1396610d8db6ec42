//! `earnest diff`.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot run fails")]

mod support;

use serde_json::Value as Json;
use std::fs;
use std::path::Path;
use std::process::Command;
use support::{Ran, earnest};

fn compared(more: &[&str]) -> Ran {
    let mut arguments = vec!["diff", "programmes/shop", "next/shop"];
    arguments.extend(more);
    earnest(&arguments)
}

#[test]
fn what_changed_and_for_whom() {
    let english = compared(&[]);
    assert_eq!((english.code, english.err.as_str()), (Some(0), ""), "{}", english.shown());
    insta::assert_snapshot!("shop_en", support::without_hashes(&english.out));
    insta::assert_snapshot!("shop_zh", support::without_hashes(&compared(&["--language", "zh"]).out));
}

#[test]
fn for_a_pull_request() {
    let ran = compared(&["--format", "markdown"]);
    insta::assert_snapshot!("shop_markdown", support::without_hashes(&ran.out));
}

#[test]
fn for_machines() {
    let data: Json = serde_json::from_str(&compared(&["--format", "json"]).out).expect("JSON");
    let one = &data["comparisons"][0];
    assert_eq!(one["verdict"], "differs");
    assert_eq!(one["renamed"][0]["old"], "card_spend");
    let lost = one["effects"].as_array().expect("effects").iter().find(|effect| effect["of"] == "sane_amount");
    let lost = lost.expect("the refusal");
    assert_eq!((&lost["tone"], &lost["gaps"][0]["new"]), (&Json::from("loses"), &Json::from("amount_too_large")));
}

#[test]
fn a_page_by_itself() {
    for language in ["en", "zh"] {
        let page = compared(&["--format", "html", "--language", language]).out;
        assert!(page.starts_with("<!DOCTYPE html>"), "{page}");
        for outside in ["http://", "https://", "<script", "<link", "src="] {
            assert!(!page.contains(outside), "the page asks for {outside}");
        }
        assert_eq!(page.matches("<section").count(), page.matches("</section>").count());
        assert_eq!(page.matches("<ul>").count(), page.matches("</ul>").count());
    }
}

#[test]
fn recorded_events() {
    let ran = compared(&["--events", "events/shop.ndjson", "--facts", "events/facts.json"]);
    assert_eq!(ran.code, Some(0), "{}", ran.shown());
    let part = ran.out.split("On the recorded events").nth(1).expect("the part on recorded events").to_owned();
    insta::assert_snapshot!("shop_recorded", format!("{part}---- errors\n{}", ran.err));
}

#[test]
fn the_exit_code_says_whether_it_is_proved_that_nothing_differs() {
    assert_eq!(compared(&["--exit-code"]).code, Some(1));
    let same = earnest(&["diff", "programmes/shop", "programmes/shop", "--exit-code"]);
    assert_eq!(same.code, Some(0), "{}", same.shown());
    assert!(same.out.contains("no event can tell them apart: proved"), "{}", same.shown());
    assert_eq!(earnest(&["diff", "programmes/shop", "programmes/broken"]).code, Some(1));
    assert_eq!(earnest(&["diff", "programmes/shop", "programmes/nowhere"]).code, Some(2));
}

#[test]
fn versions_are_compared_with_what_they_take_the_place_of() {
    let ran = earnest(&["diff", "programmes/rates", "programmes/rates"]);
    assert_eq!(ran.out.matches("no event can tell them apart").count(), 2, "{}", ran.shown());
}

fn git(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.current_dir(folder).args(["-c", "user.name=a", "-c", "user.email=a@b"]).args(arguments);
    assert!(command.output().expect("git runs").status.success(), "git {arguments:?}");
}

#[test]
fn revisions_of_git() {
    let folder = tempfile::tempdir().expect("a folder");
    let programme = folder.path().join("policies/shop");
    fs::create_dir_all(&programme).expect("a folder");
    let copy = |from: &str| {
        for file in ["programme.earn", "weekend.earn"] {
            let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(from).join(file);
            fs::copy(from, programme.join(file)).expect("a copy");
        }
    };
    git(folder.path(), &["init", "-q"]);
    copy("programmes/shop");
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-qm", "one"]);
    git(folder.path(), &["tag", "released"]);
    copy("next/shop");
    let diff = |old: &str, new: &str| {
        let mut command = support::command(&["diff", old, new]);
        let output = command.current_dir(folder.path()).output().expect("the command runs");
        (output.status.code(), String::from_utf8(output.stdout).expect("UTF-8"))
    };
    // A revision of the other's path, against the working tree.
    let (code, text) = diff("released", "policies/shop");
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("− released:policies/shop") && text.contains("limit 500 points → 300 points"), "{text}");
    git(folder.path(), &["commit", "-qam", "two"]);
    let (_, text) = diff("released:policies/shop", "HEAD:policies/shop");
    assert!(text.contains("limit 500 points → 300 points"), "{text}");
    // A path that is gone from the disk is still in the revision.
    fs::remove_dir_all(folder.path().join("policies")).expect("removed");
    let (code, text) = diff("released:policies/shop", "HEAD");
    assert_eq!(code, Some(0), "{text}");
    assert_eq!(diff("nowhere:policies/shop", "HEAD").0, Some(2));
}

#[test]
fn what_is_neither_a_path_nor_a_revision_is_told() {
    for name in ["nowhere", "--output=stolen"] {
        let ran = earnest(&["diff", "programmes/shop", "--", name]);
        assert_eq!(ran.code, Some(2), "{}", ran.shown());
        let wanted = format!("`{name}` is neither a file or folder nor a revision of git there");
        assert!(ran.err.contains(&wanted), "{}", ran.shown());
    }
}
