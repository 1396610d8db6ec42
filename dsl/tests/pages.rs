//! Every code has a page and every page a code; a page's wrong example gives exactly its code and the right one gives none.
//!
//! An example is the files of a programme: after a line `// file: PATH` comes the text of that file, and `// parameter NAME = VALUE` sets
//! a parameter from outside. An example without files and without a head is placed behind the plain head below.

use earnest_dsl::diagnostic::pages::{Page, codes, page};
use earnest_dsl::diagnostic::{Diagnostic, Language, render};
use earnest_dsl::load::{InputFile, load_programme};
use std::collections::BTreeSet;
use std::path::Path;
use std::{env, fs};

const HEAD: &str = r#"programme demo "示例" {
  timezone Asia/Shanghai
  currency CNY "元"
  effective from 2024-01-01
  use std.banking, std.mcc
}
points Point "积分" {
  round down each line
  valid 2 years after earning
  spend first soonest to expire, then oldest
  worth 0.01 CNY
}
"#;

/// Codes whose pages have no example, each with its reason.
const WITHOUT_EXAMPLE: &[(&str, &str)] = &[("E0001", "a file of 11 MB")];

fn files_of(example: &str) -> (Vec<InputFile>, Vec<(String, String)>) {
    let mut files: Vec<InputFile> = Vec::new();
    let mut parameters = Vec::new();
    let mut plain = String::new();
    for line in example.lines() {
        if let Some(path) = line.strip_prefix("// file: ") {
            files.push(InputFile { path: path.trim().to_owned(), text: String::new() });
        } else if let Some((name, value)) = line.strip_prefix("// parameter ").and_then(|rest| rest.split_once(" = ")) {
            parameters.push((name.to_owned(), value.to_owned()));
        } else {
            let text = files.last_mut().map_or(&mut plain, |file| &mut file.text);
            text.push_str(line);
            text.push('\n');
        }
    }
    if files.is_empty() {
        let whole = plain.lines().any(|line| line.starts_with("programme ") || line.starts_with("方案 "));
        let text = if whole { plain } else { format!("{HEAD}{plain}") };
        files.push(InputFile { path: "programme.earn".to_owned(), text });
    }
    (files, parameters)
}

/// What an example gives: the codes, and what a reader sees.
fn findings(example: &str) -> (Vec<&'static str>, String) {
    let (files, parameters) = files_of(example);
    let loaded = load_programme(files, &parameters);
    let mut found = Vec::new();
    let mut seen = String::new();
    for version in &loaded.versions {
        found.extend(version.diagnostics.iter().map(|finding: &Diagnostic| finding.code));
        seen.push_str(&render::render(&version.diagnostics, &version.sources, Language::English, false));
    }
    (found, seen)
}

fn pages() -> impl Iterator<Item = (&'static str, Page)> {
    codes().filter_map(|code| Some((code, page(code)?)))
}

#[test]
fn wrong_examples_give_their_code_and_right_ones_none() {
    let mut faults = Vec::new();
    for (code, page) in pages() {
        if WITHOUT_EXAMPLE.iter().any(|(known, _)| *known == code) {
            continue;
        }
        let (found, seen) = findings(page.wrong);
        if found != [code] {
            faults.push(format!("{code}: the wrong example gives {found:?}\n{seen}"));
        }
        let (found, seen) = findings(page.right);
        if !found.is_empty() {
            faults.push(format!("{code}: the right example gives {found:?}\n{seen}"));
        }
    }
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn pages_have_a_title_and_an_explanation_in_both_languages() {
    for (code, page) in pages() {
        for text in [page.en, page.zh] {
            assert!(text.lines().filter(|line| !line.trim().is_empty()).count() >= 2, "{code}: {text}");
        }
        assert!(page.zh.chars().any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter)), "{code} has no Chinese");
    }
}

/// The codes that the sources use, with how many findings each makes.
fn codes_in_sources(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            codes_in_sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let program = text.split("#[cfg(test)]").next().unwrap_or_default();
            for (at, _) in program.match_indices("\"E") {
                let code: String = program[at + 1..].chars().take(5).collect();
                let closed = program[at + 1..].chars().nth(5) == Some('"');
                if closed && code[1..].chars().all(|digit| digit.is_ascii_digit()) {
                    found.push(code);
                }
            }
        }
    }
}

#[test]
fn every_code_has_a_page_and_every_page_a_code() {
    let sources = Path::new(&env::var("CARGO_MANIFEST_DIR").unwrap()).join("src");
    let mut used = Vec::new();
    codes_in_sources(&sources, &mut used);
    let used: BTreeSet<&str> = used.iter().map(String::as_str).collect();
    let paged: BTreeSet<&str> = codes().collect();
    let without: Vec<_> = used.difference(&paged).collect();
    assert!(without.is_empty(), "codes without a page: {without:?}");
    let unused: Vec<_> = paged.difference(&used).collect();
    assert!(unused.is_empty(), "pages without a code: {unused:?}");
}
