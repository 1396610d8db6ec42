//! The grammar on whole programmes, on single constructs in both spellings, and on its own limits.

#![allow(clippy::unwrap_used, clippy::panic, clippy::string_slice, clippy::indexing_slicing, reason = "tests")]

mod common;

use common::{declarations, read as read_text, read_canonical};
use earnest_dsl::syntax::layout::Canonical;
use earnest_dsl::syntax::parse::Production;
use proptest::prelude::*;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

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

fn corpus() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut corpus = vec![];
    for folder in ["tests/corpus", "../stdlib", "../policies", "../examples"] {
        files(&root.join(folder), &mut corpus);
    }
    corpus
}

#[test]
fn every_programme_of_the_corpus_can_be_read() {
    let mut wrong = vec![];
    let mut read = 0;
    for (name, text) in corpus() {
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

/// The declarations of the corpus as tokens, short ones only, and all tokens that occur.
fn pieces() -> &'static (Vec<Vec<String>>, Vec<String>) {
    static PIECES: OnceLock<(Vec<Vec<String>>, Vec<String>)> = OnceLock::new();
    PIECES.get_or_init(|| {
        let mut all = vec![];
        for (_, text) in corpus() {
            for one in declarations(&text) {
                let tokens: Vec<String> = (0..one.starts.len()).map(|at| one.token(at).to_owned()).collect();
                if tokens.len() < 120 {
                    all.push(tokens);
                }
            }
        }
        let keywords = earnest_dsl::syntax::keywords::KEYWORDS.iter().flat_map(|keyword| keyword.all());
        let mut words: Vec<String> = keywords.map(str::to_owned).chain(all.iter().flatten().cloned()).collect();
        words.sort();
        words.dedup();
        (all, words)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Whatever the grammar accepts can be built: no text finds a rule whose children the builder does not know.
    #[test]
    fn what_is_accepted_can_be_built(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0_u8..3), 0..4),
    ) {
        let (all, words) = pieces();
        let mut tokens = which.get(all).clone();
        for (place, word, how) in changes {
            let at = place.index(tokens.len());
            match how {
                0 => tokens[at].clone_from(word.get(words)),
                1 => tokens.insert(at, word.get(words).clone()),
                _ if tokens.len() > 1 => { tokens.remove(at); }
                _ => {}
            }
        }
        let mut canonical = Canonical::default();
        for token in tokens.iter().flat_map(|token| if token.starts_with('"') { vec![token.as_str()] } else { token.split(' ').collect() }) {
            canonical.push(token, earnest_dsl::source::Span::default());
        }
        if let Ok(parsed) = read_canonical(Production::Declaration, &canonical) {
            prop_assert!(parsed.diagnostics.iter().all(|found| found.code != "E0016"), "{}", canonical.text);
        }
    }
}
