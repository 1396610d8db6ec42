//! Reading files as a whole: sound ones without a finding, broken ones with one finding for each mistake, any text at all without a panic.

use earnest_dsl::diagnostic::{Diagnostic, pages, render};
use earnest_dsl::source::{FileId, Source, Sources};
use earnest_dsl::syntax::ast::{ClauseKind, Decl, DeclKind, StepKind};
use earnest_dsl::syntax::parse_file;
use std::fs;
use std::path::Path;

fn codes(text: &str) -> Vec<&'static str> {
    parse_file(text, FileId::default()).diagnostics.iter().map(|found| found.code).collect()
}

fn shown(text: &str, diagnostics: &[Diagnostic]) -> String {
    let mut sources = Sources::default();
    sources.add(Source::new("programme.earn", text));
    render::render(diagnostics, &sources, earnest_dsl::diagnostic::Language::English, false)
}

/// Every `.earn` file below some folders of the repository.
fn programmes(folders: &[&str]) -> Vec<(String, String)> {
    let mut found = vec![];
    let mut open: Vec<_> = folders.iter().map(|f| Path::new(env!("CARGO_MANIFEST_DIR")).join(f)).collect();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.unwrap().path();
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

#[test]
fn sound_files_have_no_finding() {
    let mut wrong = String::new();
    let files = programmes(&["tests/corpus", "../stdlib", "../policies", "../examples"]);
    assert!(files.len() > 20);
    for (name, text) in files {
        let parsed = parse_file(&text, FileId::default());
        if !parsed.diagnostics.is_empty() {
            wrong.push_str(&format!("{name}\n{}\n", shown(&text, &parsed.diagnostics)));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn pages_of_reading_show_their_mistake() {
    let mut wrong = String::new();
    for code in pages::codes().filter(|code| *code > "E0001" && *code < "E0050") {
        let page = pages::page(code).unwrap();
        let (bad, good) = (codes(page.wrong), codes(page.right));
        if bad != [code] || !good.is_empty() {
            let parsed = parse_file(page.wrong, FileId::default());
            wrong.push_str(&format!(
                "{code}: wrong {bad:?}, right {good:?}\n{}\n",
                shown(page.wrong, &parsed.diagnostics)
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
