//! The grammar on whole programmes, on single constructs in both spellings, and on its own limits.

#![allow(clippy::unwrap_used, clippy::panic, clippy::string_slice, clippy::arithmetic_side_effects, reason = "tests")]

mod common;

use common::{declarations, read as read_text, read_canonical};
use earnest_dsl::syntax::parse::Production;
use std::fs;
use std::path::Path;

fn files(folder: &Path, into: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, into);
        } else if path.extension().is_some_and(|found| found == "earn") {
            into.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
        }
    }
}

#[test]
fn every_programme_of_the_corpus_can_be_read() {
    let mut wrong = vec![];
    let mut read = 0;
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut corpus = vec![];
    for folder in ["tests/corpus", "../stdlib", "../policies", "../examples"] {
        files(&root.join(folder), &mut corpus);
    }
    for (name, text) in corpus {
        for canonical in declarations(&text) {
            match read_canonical(Production::Declaration, &canonical) {
                Ok(parsed) if parsed.diagnostics.is_empty() => read += 1,
                Ok(parsed) => wrong.push(format!("{name}: {:?}", parsed.diagnostics)),
                Err(why) => wrong.push(format!("{name}: {why}")),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(read > 200, "{read}");
}

/// Brackets in brackets: the time would show alternatives that share a prefix, for each level doubles it. Depth 60 doubles it
/// past the end of the world, so that this test ends only if every level is read once.
#[test]
fn nesting_costs_what_it_is_long() {
    let deep = |open: &str, inner: &str, close: &str| format!("{}{inner}{}", open.repeat(60), close.repeat(60));
    for (production, text) in [
        (Production::Expression, deep("(", "a", ")")),
        (Production::Expression, deep("sum of (", "a", ")")),
        (Production::Expression, deep("not (", "a is b", ")")),
        (Production::Expression, deep("- (1 + ", "a", ")")),
        (Production::Expression, deep("t { from 0 CNY: ", "a", " }")),
        (Production::Expression, deep("3 days after (", "a", ")")),
        (Production::Expression, format!("{}a", "3 days after ".repeat(120))),
        (Production::Expression, format!("{}a{}", "3天 自 ".repeat(120), " 起".repeat(120))),
        (Production::Expression, format!("{}a", "f of ".repeat(120))),
        (Production::Expression, format!("a{}", " 的 f".repeat(60))),
        (Production::Clause, format!("when {}", deep("(", "a", ")"))),
        (Production::Clause, format!("per customer at most {}", deep("(", "1 Point", ")"))),
        (Production::Clause, format!("{} 每满 1 CNY 得 1 Point", format_args!("按 {}", deep("(", "a", ")")))),
        (Production::Clause, deep("pool p { ", "memo", " }")),
        (Production::Declaration, deep("campaign c { ", "memo", " }")),
        (Production::Declaration, format!("event e {{ {} }}", deep("x: list of { ", "y: count", " }"))),
    ] {
        let shown = text.clone();
        // A thread with little stack: the parser sees to its own.
        let read = std::thread::Builder::new()
            .stack_size(1 << 20)
            .spawn(move || read_text(production, &text))
            .unwrap()
            .join()
            .unwrap();
        assert!(read.is_ok(), "{shown}: {read:?}");
    }
}

/// The same brackets, not closed: a failure is as cheap as a success.
#[test]
fn failures_cost_what_they_are_long() {
    for (production, text) in [
        (Production::Expression, "(".repeat(60)),
        (Production::Expression, format!("{}a b{}", "(".repeat(60), ")".repeat(60))),
        (Production::Clause, format!("earn {}", "(1 + ".repeat(60))),
        (Production::Clause, "t { (".repeat(30)),
        (Production::Clause, "3天 自 ".repeat(60)),
        (Production::Step, "[ { a: [ ".repeat(30)),
        (Production::ExampleRow, "(".repeat(60)),
    ] {
        let shown = text.clone();
        let read = std::thread::Builder::new()
            .stack_size(1 << 20)
            .spawn(move || read_text(production, &text))
            .unwrap()
            .join()
            .unwrap();
        assert!(read.is_err(), "{shown}");
    }
}
