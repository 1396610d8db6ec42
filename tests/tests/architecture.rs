//! The arrows of `docs/architecture.md`, read off the `use` lines of every folder.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::as_conversions,
    reason = "a test fails by panicking"
)]

use std::fs;
use std::path::{Path, PathBuf};

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_path_buf()
}

/// Fails where a file of `folder` names one of `forbidden` outside comments and tests.
fn must_not_know(folder: &str, forbidden: &[&str]) {
    let files = rust_files(&root().join(folder));
    assert!(!files.is_empty(), "{folder} has no file");
    for file in files {
        let text = fs::read_to_string(&file).expect("a readable file");
        let code = text.split("#[cfg(test)]").next().unwrap_or("");
        for (number, line) in code.lines().enumerate() {
            let line = line.split("//").next().unwrap_or("");
            for name in forbidden {
                assert!(!line.contains(name), "{}:{} knows `{name}`", file.display(), number + 1);
            }
        }
    }
}

#[test]
fn syntax_knows_neither_checker_nor_policy() {
    must_not_know("dsl/src/syntax", &["crate::check", "crate::policy", "crate::load"]);
}

#[test]
fn diagnostics_know_no_stage() {
    must_not_know("dsl/src/diagnostic", &["crate::check", "crate::policy", "crate::syntax", "crate::load"]);
}

#[test]
fn nothing_after_syntax_sees_tokens() {
    must_not_know("dsl/src/check", &["syntax::lexer", "syntax::layout", "TokenKind"]);
    must_not_know("dsl/src/policy", &["syntax::lexer", "syntax::layout", "crate::check"]);
}

#[test]
fn engines_see_only_the_policy() {
    must_not_know(
        "interpreter/src",
        &["earnest_dsl::check", "earnest_dsl::load", "syntax::parse", "syntax::lexer", "std::fs", "std::time"],
    );
}

#[test]
fn the_ledger_reads_no_disk_and_no_clock() {
    must_not_know("ledger/src", &["std::fs", "std::time", "Utc::now", "Local::now", "earnest_dsl::check"]);
}

#[test]
fn stores_and_the_service_decide_nothing() {
    must_not_know("stores/src", &["axum", "earnest_dsl::check", "earnest_dsl::load", "Utc::now", "Local::now"]);
    must_not_know(
        "service/src",
        &["rusqlite", "postgres::", "earnest_dsl::check", "earnest_dsl::load", "std::fs", "Utc::now"],
    );
}

#[test]
fn every_file_says_what_it_is() {
    for folder in
        ["dsl/src", "interpreter/src", "ledger/src", "stores/src", "service/src", "cli/src", "tests/src", "bench/src"]
    {
        for file in rust_files(&root().join(folder)) {
            let text = fs::read_to_string(&file).expect("a readable file");
            assert!(text.starts_with("//!"), "{} does not say what it is", file.display());
        }
    }
}

#[test]
fn proofs_know_no_findings_of_lints() {
    must_not_know("dsl/src/prove", &["crate::lint", "crate::diff", "crate::load"]);
    must_not_know("dsl/src/lint", &["crate::diff"]);
}

#[test]
fn plans_know_no_json() {
    must_not_know("interpreter/src/plan", &["serde_json", "crate::event", "crate::vm"]);
}
