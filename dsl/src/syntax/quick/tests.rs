//! A quick reading is that of pest: for every declaration and clause of the project's policies, and for texts with words left
//! out, doubled, exchanged and put where they do not belong.

use super::read;
use crate::source::FileId;
use crate::syntax::layout::{Canonical, layout};
use crate::syntax::lexer::lex;
use crate::syntax::parse::{Production, read_by_pest};
use crate::syntax::split::declarations;
use std::path::{Path, PathBuf};

fn texts(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            texts(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "earn") {
            let text = std::fs::read_to_string(&path).unwrap();
            found.push((path, text));
        }
    }
}

/// Every declaration of the project's policies and of the library.
fn declared() -> Vec<(PathBuf, Canonical)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    for folder in ["policies", "stdlib", "examples"] {
        texts(&root.join(folder), &mut files);
    }
    let mut all = Vec::new();
    for (path, text) in files {
        let layout = layout(&lex(&text), &text, FileId::default());
        all.extend(declarations(&layout).into_iter().map(|range| (path.clone(), layout.canonical(range))));
    }
    all
}

fn agree(production: Production, canonical: &Canonical, shown: &dyn std::fmt::Display) {
    let quick = read(production.rule(), canonical);
    let slow = read_by_pest(production, canonical).ok();
    assert_eq!(quick, slow, "{shown}: {production:?} of `{}`", canonical.text);
}

#[test]
fn sound_declarations_are_read_alike() {
    let declared = declared();
    assert!(declared.len() > 1_000, "{}", declared.len());
    for (path, canonical) in &declared {
        agree(Production::Declaration, canonical, &path.display());
        assert!(read(Production::Declaration.rule(), canonical).is_some(), "{}: {}", path.display(), canonical.text);
    }
}

/// A text with one slip: a word less, one twice, two exchanged, or one of another text.
fn slips(canonical: &Canonical, strange: &str, at: usize) -> Vec<Canonical> {
    let words: Vec<String> = (0..canonical.starts.len()).map(|index| canonical.token(index).to_owned()).collect();
    let with = |edit: &dyn Fn(&mut Vec<String>)| {
        let mut words = words.clone();
        edit(&mut words);
        let mut made = Canonical::default();
        words.iter().for_each(|word| made.push(word, crate::source::Span::default()));
        made
    };
    vec![
        with(&|words| drop(words.remove(at))),
        with(&|words| words.insert(at, canonical.token(at).to_owned())),
        with(&|words| words.swap(at, (at + 1) % canonical.starts.len())),
        with(&|words| words.insert(at, strange.to_owned())),
        with(&|words| words.truncate(at)),
    ]
}

#[test]
fn texts_with_slips_are_read_alike() {
    let declared = declared();
    let all: Vec<&str> = declared.iter().flat_map(|(_, one)| (0..one.starts.len()).map(|at| one.token(at))).collect();
    let mut draw: usize = 7;
    let mut next = |below: usize| {
        draw = draw.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (draw >> 33) % below
    };
    for (path, canonical) in declared.iter().filter(|(_, one)| one.starts.len() < 200) {
        for _ in 0..2 {
            let (at, strange) = (next(canonical.starts.len()), all[next(all.len())]);
            for slip in slips(canonical, strange, at) {
                agree(Production::Declaration, &slip, &path.display());
            }
        }
    }
}

/// Every production, on pieces of sound text.
#[test]
fn parts_are_read_alike() {
    let productions = [
        Production::Clause,
        Production::Field,
        Production::EnumValue,
        Production::CodeMember,
        Production::CalendarPart,
        Production::RankingPart,
        Production::TableRow,
        Production::TierRow,
        Production::Step,
        Production::ExampleRow,
        Production::Expression,
    ];
    for (path, canonical) in declared() {
        let mut parts: Vec<Canonical> = vec![Canonical::default()];
        for at in 0..canonical.starts.len() {
            match canonical.token(at) {
                "\n" | ";" | "," | "{" | "}" | "=>" | ":" => parts.push(Canonical::default()),
                word => parts.last_mut().unwrap().push(word, crate::source::Span::default()),
            }
        }
        for part in parts.iter().filter(|part| !part.starts.is_empty()).step_by(3) {
            productions.iter().for_each(|production| agree(*production, part, &path.display()));
        }
    }
}

proptest::proptest! {
    /// Whatever is typed: words and marks of the language and anything else, in any order.
    #[test]
    fn any_text_is_read_alike(parts in proptest::collection::vec(part(), 1..40)) {
        let text = parts.concat();
        let layout = layout(&lex(&text), &text, FileId::default());
        for range in declarations(&layout) {
            let canonical = layout.canonical(range);
            for production in [Production::Declaration, Production::Clause, Production::Step, Production::Expression] {
                agree(production, &canonical, &"any text");
            }
        }
    }
}

fn part() -> impl proptest::strategy::Strategy<Value = String> {
    use proptest::prelude::*;
    let words: Vec<String> = super::WORDS.iter().map(|(word, _)| format!("{word} ")).collect();
    let others = [
        "1_000 ",
        "3.5x",
        "2倍 ",
        "40% ",
        "1万",
        "2nd ",
        "2024-02-30",
        "24-1-1 ",
        "7:30",
        "18:00 ",
        "\"a b\"",
        "\"",
        "“",
        "１０",
        "甲 ",
        "甲5",
    ];
    prop_oneof![
        6 => proptest::sample::select(words),
        3 => proptest::sample::select(others.map(str::to_owned).to_vec()),
        1 => "\\PC{0,4}",
        1 => proptest::sample::select(vec![" ".to_owned(), "\n".to_owned(), "{\n".to_owned(), "\n}\n".to_owned()]),
    ]
}
