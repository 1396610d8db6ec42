//! Codes and pages belong together: every code in the sources has a page, every page a code, and no code is two mistakes.
//! What the examples of the pages give is tested in `diagnostics.rs`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::as_conversions,
    reason = "a test fails by panicking"
)]

use earnest_dsl::diagnostic::pages::{codes, page};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{env, fs};

/// The codes of the sources with the functions that use them, tests left out.
fn codes_in_sources(folder: &Path, found: &mut BTreeMap<String, BTreeSet<String>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            codes_in_sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let program = text.split("#[cfg(test)]").next().unwrap_or_default();
            for (at, _) in program.match_indices("\"E").chain(program.match_indices("\"W")) {
                let code: String = program[at + 1..].chars().take(5).collect();
                let closed = program[at + 1..].chars().nth(5) == Some('"');
                if closed && code[1..].chars().all(|digit| digit.is_ascii_digit()) {
                    let function = program[..at].rsplit("fn ").next().and_then(|rest| rest.split(['(', '<']).next());
                    found.entry(code).or_default().insert(function.unwrap_or_default().to_owned());
                }
            }
        }
    }
}

fn used() -> BTreeMap<String, BTreeSet<String>> {
    let sources = Path::new(&env::var("CARGO_MANIFEST_DIR").unwrap()).join("src");
    let mut used = BTreeMap::new();
    codes_in_sources(&sources, &mut used);
    used
}

#[test]
fn every_code_has_a_page_and_every_page_a_code() {
    let used = used();
    let used: BTreeSet<&str> = used.keys().map(String::as_str).collect();
    let paged: BTreeSet<&str> = codes().collect();
    let without: Vec<_> = used.difference(&paged).collect();
    assert!(without.is_empty(), "codes without a page: {without:?}");
    let unused: Vec<_> = paged.difference(&used).collect();
    assert!(unused.is_empty(), "pages without a code: {unused:?}");
}

#[test]
fn a_code_of_the_checker_is_made_by_one_function() {
    let shared: Vec<_> = used()
        .into_iter()
        .map(|(code, functions)| (code, functions.into_iter().filter(|name| !name.contains('\n')).collect::<Vec<_>>()))
        .filter(|(code, functions)| code.starts_with('E') && code.as_str() >= "E0100" && functions.len() > 1)
        .collect();
    assert!(shared.is_empty(), "{shared:?}");
}

#[test]
fn pages_have_a_title_and_an_explanation_in_both_languages() {
    for code in codes() {
        let page = page(code).unwrap();
        for text in [page.en, page.zh] {
            assert!(text.lines().filter(|line| !line.trim().is_empty()).count() >= 2, "{code}: {text}");
        }
        assert!(page.zh.chars().any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter)), "{code} has no Chinese");
    }
}
