//! What stands in `editors/` agrees with the language: words made from the keyword table, grammars that read every programme.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

use earnest_dsl::source::{FileId, Source};
use earnest_dsl::syntax::ast::{Decl, DeclKind};
use earnest_dsl::syntax::parse_file;
use earnest_tools::editors;
use serde_json::{Value as Json, json};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_path_buf()
}

/// A file that is made: with `UPDATE_EDITORS=1` it is written, else it must be as it would be written.
fn made(path: &str, text: &str) {
    let path = root().join(path);
    if std::env::var_os("UPDATE_EDITORS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == text,
        "{} is old: run `UPDATE_EDITORS=1 cargo test -p earnest-tests --test editors`",
        path.display()
    );
}

#[test]
fn words_of_editors_are_those_of_the_keyword_table() {
    made("editors/vscode/syntaxes/earnest.tmLanguage.json", &editors::textmate());
    made("editors/lezer/src/keywords.js", &editors::lezer_words());
}

/// All policy text of the repository.
fn texts() -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open: Vec<PathBuf> = ["policies", "examples", "stdlib"].iter().map(|folder| root().join(folder)).collect();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "earn") {
                found.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

/// The lines on which declarations begin, those in campaigns included.
fn lines(text: &str) -> Vec<usize> {
    fn add(decls: &[Decl], source: &Source, lines: &mut Vec<usize>) {
        for decl in decls {
            lines.push(source.line_column(decl.span.start).0);
            if let DeclKind::Campaign(_, _, inner) = &decl.kind {
                add(inner, source, lines);
            }
        }
    }
    let mut found = Vec::new();
    add(&parse_file(text, FileId(0)).file.decls, &Source::new("", text), &mut found);
    found.sort_unstable();
    found
}

#[test]
fn the_lezer_grammar_reads_every_file_as_the_parser_does() {
    let folder = root().join("editors/lezer");
    if !folder.join("dist/parser.js").is_file() || !folder.join("node_modules").is_dir() {
        eprintln!("not run: `npm ci && npm run build` has not been run in editors/lezer");
        return;
    }
    let texts = texts();
    assert!(texts.len() > 100, "{} files", texts.len());
    let mut child = Command::new("node")
        .arg("scripts/outline.mjs")
        .current_dir(&folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node runs");
    let mut input = child.stdin.take().unwrap();
    let asked = json!(texts.iter().map(|(_, text)| text).collect::<Vec<_>>()).to_string();
    let writer = std::thread::spawn(move || input.write_all(asked.as_bytes()));
    let out = child.wait_with_output().expect("node ends");
    writer.join().unwrap().unwrap();
    assert!(out.status.success());
    let answers: Vec<Json> = serde_json::from_slice(&out.stdout).expect("JSON");
    for ((path, text), answer) in texts.iter().zip(answers) {
        assert_eq!(answer["errors"], json!([]), "{path}");
        assert_eq!(answer["lines"], json!(lines(text)), "{path}");
    }
}
