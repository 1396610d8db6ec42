//! `earnest new`: what it makes passes.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot run fails")]

mod support;

use support::{Ran, command};

fn in_folder(folder: &std::path::Path, arguments: &[&str]) -> Ran {
    let output = command(arguments).current_dir(folder).output().expect("the command runs");
    Ran {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).expect("UTF-8"),
        err: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

#[test]
fn a_starter_programme_passes_check_test_run_and_fmt() {
    for (language, name) in [("en", "first-card"), ("zh", "黄金周"), ("zh", "card2025")] {
        let folder = tempfile::tempdir().expect("a folder");
        let run = |arguments: &[&str]| in_folder(folder.path(), arguments);
        let made = run(&["new", name, "--language", language]);
        assert_eq!(made.code, Some(0), "{}", made.shown());
        let checked = run(&["check", name]);
        assert_eq!(
            (checked.code, checked.out.as_str()),
            (Some(0), "no findings in 1 programme\n"),
            "{}",
            checked.shown()
        );
        let tested = run(&["test", name]);
        assert_eq!(tested.code, Some(0), "{}", tested.shown());
        assert!(tested.out.ends_with("7 passed in 1 programme\n"), "{}", tested.out);
        let events = format!("{name}/events.ndjson");
        let ran = run(&["run", name, &events, "--summary"]);
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{}", ran.shown());
        let formatted = run(&["fmt", "--check", name]);
        assert_eq!(formatted.code, Some(0), "{}", formatted.shown());
        assert_eq!(run(&["new", name]).code, Some(2), "nothing is overwritten");
    }
}

#[test]
fn what_is_said_to_the_newcomer() {
    let folder = tempfile::tempdir().expect("a folder");
    insta::assert_snapshot!(in_folder(folder.path(), &["new", "star"]).shown());
    insta::assert_snapshot!(in_folder(folder.path(), &["new", "星", "--language", "zh"]).shown());
}
