//! The formatter over every policy text of the project: the same tree, and nothing to change a second time.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use earnest_dsl::source::FileId;
use earnest_dsl::syntax::format::format;
use earnest_dsl::syntax::parse_file;
use proptest::prelude::*;
use std::fs;
use std::path::{Path, PathBuf};

fn texts() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut open: Vec<PathBuf> =
        ["dsl/tests/corpus", "stdlib", "policies", "examples"].iter().map(|one| root.join(one)).collect();
    let mut found = Vec::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "earn") {
            let text = fs::read_to_string(&path).unwrap();
            found.push((path, text));
        }
    }
    found.sort();
    assert!(found.len() > 30, "the corpus is there");
    found
}

#[test]
fn every_text_keeps_its_tree_and_is_done_after_one_time() {
    for (path, text) in texts() {
        let once = format(&text);
        let (before, after) = (parse_file(&text, FileId(0)), parse_file(&once.text, FileId(0)));
        assert!(before.diagnostics.is_empty(), "{}", path.display());
        assert_eq!(before.file, after.file, "{}", path.display());
        let twice = format(&once.text);
        assert_eq!(twice.text, once.text, "{}", path.display());
        assert!(!twice.changed);
    }
}

#[test]
fn every_text_can_be_laid_out() {
    for (path, text) in texts() {
        let crooked: String = text.lines().map(|line| format!("     {}  \n", line.trim_start())).collect();
        assert!(format(&crooked).changed, "{} was left as it is", path.display());
    }
}

#[test]
fn what_it_does() {
    let crooked = "规则  r1 \"甲\"适用于 消费{\n\n\n当 金额>=１００ 元 时\n  按 金额 每满1元 得 1积分//  每元一分\n每客户 每月 最多 5_000 积分，超出不计\n}\n\n\nexamples \"e\" of Deposit(amount){ 1 CNY=>0 Point;2 CNY => 1 Point }\ntrack t per customer=sum of (Deposit.amount,- Withdrawal.amount)\nrule r2 on Purchase {\nearn 1 Point\nper full 1 CNY of amount\n}\n";
    insta::assert_snapshot!(format(crooked).text);
}

#[test]
fn a_text_with_a_mistake_is_left_byte_for_byte() {
    let text = "rule  r on Purchase {\n earn   1 Point per full\n}\n";
    assert_eq!(format(text).text, text);
    assert!(!format(text).changed);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn blanks_never_matter(which in any::<prop::sample::Index>(), cuts in proptest::collection::vec((any::<prop::sample::Index>(), 0_usize..4), 0..12)) {
        let texts = texts();
        let (_, text) = &texts[which.index(texts.len())];
        let mut text = text.clone();
        for (at, blanks) in cuts {
            let places: Vec<usize> = text.match_indices(' ').map(|(at, _)| at).collect();
            if !places.is_empty() {
                text.insert_str(places[at.index(places.len())], &" ".repeat(blanks));
            }
        }
        let once = format(&text);
        prop_assert_eq!(format(&once.text).text, once.text.clone());
        prop_assert_eq!(parse_file(&text, FileId(0)).file, parse_file(&once.text, FileId(0)).file);
    }
}
