//! Every code has a page, whose wrong example gives the code and whose right example gives nothing; what the user sees of the
//! wrong example, in both languages, is a snapshot.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::as_conversions,
    reason = "a test fails by panicking"
)]

#[path = "support/page.rs"]
mod page;

use earnest_dsl::diagnostic::Language;
use earnest_dsl::diagnostic::pages;
use std::collections::BTreeSet;

/// Codes of the checker: those below E0100 are of the reader of files, whose examples are tested beside it.
fn checked() -> impl Iterator<Item = &'static str> {
    pages::codes().filter(|code| !code.starts_with("E00"))
}

#[test]
fn wrong_examples_give_their_code_and_nothing_else() {
    let mut faults = Vec::new();
    for code in checked() {
        let page = pages::page(code).unwrap();
        let loaded = page::run_for(code, page.wrong);
        let found: BTreeSet<&str> = page::findings(&loaded).iter().map(|found| found.code).collect();
        if found != BTreeSet::from([code]) {
            faults.push(format!("{code}: {found:?}\n{}", page::shown(&loaded, Language::English)));
        }
    }
    assert!(faults.is_empty(), "{} of {}:\n{}", faults.len(), checked().count(), faults.join("\n"));
}

#[test]
fn right_examples_give_nothing() {
    let mut faults = Vec::new();
    for code in checked() {
        let page = pages::page(code).unwrap();
        let loaded = page::run_for(code, page.right);
        if !page::findings(&loaded).is_empty() {
            faults.push(format!("{code}:\n{}", page::shown(&loaded, Language::English)));
        }
    }
    assert!(faults.is_empty(), "{}:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn what_the_user_sees() {
    // The file that is too large is too large for a page.
    for code in pages::codes().filter(|code| *code != "E0001") {
        let page = pages::page(code).unwrap();
        let loaded = page::run_for(code, page.wrong);
        let both = format!("{}\n{}", page::shown(&loaded, Language::English), page::shown(&loaded, Language::Chinese));
        insta::assert_snapshot!(format!("{code}"), both);
    }
}

/// Codes are append-only: a code that was given once keeps its meaning and its line in the list, and new ones are added to it.
#[test]
fn codes_are_append_only() {
    let listed: Vec<&str> =
        include_str!("codes.txt").lines().filter_map(|line| line.split_whitespace().next()).collect();
    let with_pages: BTreeSet<&str> = pages::codes().collect();
    assert!(listed.windows(2).all(|two| two[0] < two[1]), "the list is in order, without repeats");
    let listed: BTreeSet<&str> = listed.into_iter().collect();
    let retired: BTreeSet<&str> = include_str!("codes.txt")
        .lines()
        .filter_map(|line| line.split_once(' ').filter(|(_, note)| *note == "retired").map(|(code, _)| code))
        .collect();
    let reused: Vec<_> = retired.intersection(&with_pages).collect();
    assert!(reused.is_empty(), "codes of mistakes that nobody can make any more are not used again: {reused:?}");
    let lost: Vec<_> = listed.difference(&with_pages).filter(|code| !retired.contains(*code)).collect();
    let unlisted: Vec<_> = with_pages.difference(&listed).collect();
    assert!(lost.is_empty(), "codes without a page: {lost:?}");
    assert!(unlisted.is_empty(), "codes to be added to codes.txt: {unlisted:?}");
    assert!(listed.len() >= 60);
}
