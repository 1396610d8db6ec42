//! What editors know of the language without running the server, made from the keyword table: a TextMate grammar and the words
//! of the Lezer grammar. The files stand in `editors/`; a test keeps them equal to what is made here.

use earnest_dsl::syntax::keywords::{KEYWORDS, Keyword, Kind};
use earnest_dsl::syntax::layout::{BEGINS_OPEN, ENDS_OPEN};
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};

/// The scopes of words by what they do, as colour themes know them.
const SCOPES: [(Kind, &str); 8] = [
    (Kind::Declaration, "keyword.declaration"),
    (Kind::Clause, "keyword.control"),
    (Kind::Inner, "keyword.operator.word"),
    (Kind::Unit, "keyword.other.unit"),
    (Kind::Type, "storage.type"),
    (Kind::Value, "constant.language"),
    (Kind::Test, "keyword.other.test"),
    (Kind::Function, "support.function"),
];

/// A number as the lexer reads it, half or full width.
const NUMBER: &str = "[0-9０-９][0-9０-９_＿]*(?:[.．][0-9０-９][0-9０-９_＿]*)?[万亿]?";

/// The TextMate grammar, as JSON text.
#[must_use]
pub fn textmate() -> String {
    let scope = |name: &str| format!("{name}.earnest");
    let pattern = |name: &str, regex: String| json!({ "name": scope(name), "match": regex });
    let mut patterns = vec![
        pattern("comment.line.double-slash", "(?://|／／).*$".to_owned()),
        pattern("string.quoted.double", "\"[^\"]*\"|[“”＂][^“”＂\"]*[“”＂]".to_owned()),
        pattern("constant.numeric.date", "[0-9０-９]{4}[-－][0-9０-９]{2}[-－][0-9０-９]{2}".to_owned()),
        pattern("constant.numeric.time", "[0-9０-９]{2}[:：][0-9０-９]{2}(?:[:：][0-9０-９]{2})?".to_owned()),
        json!({
            "match": format!("({NUMBER})({})?", alternatives(Kind::Unit, false)),
            "captures": { "1": { "name": scope("constant.numeric") }, "2": { "name": scope("keyword.other.unit") } },
        }),
        head(&scope),
    ];
    for (kind, name) in SCOPES {
        for latin in [true, false] {
            let words = alternatives(kind, latin);
            if !words.is_empty() {
                patterns.push(pattern(name, word(&words, latin)));
            }
        }
    }
    patterns.push(pattern("keyword.operator", "=>|[<>!=＜＞！＝]=?|[+*/＋＊／≤≥≠−-]".to_owned()));
    let grammar = json!({
        "$schema": "https://raw.githubusercontent.com/martinring/tmlanguage/master/tmlanguage.json",
        "name": "Earnest",
        "scopeName": "source.earnest",
        "fileTypes": ["earn"],
        "patterns": patterns,
    });
    pretty(&grammar)
}

/// The head of a declaration: its word, and the name that it declares.
fn head(scope: &impl Fn(&str) -> String) -> Json {
    let (latin, han) = (alternatives(Kind::Declaration, true), alternatives(Kind::Declaration, false));
    json!({
        "match": format!("^\\s*({latin}|{han})\\s+([\\p{{L}}_][\\p{{L}}\\p{{N}}_]*)(?=\\s|$)"),
        "captures": { "1": { "name": scope("keyword.declaration") }, "2": { "name": scope("entity.name") } },
    })
}

/// A word that stands for itself: no part of a longer one, no key of a record, no part of a path.
fn word(words: &str, latin: bool) -> String {
    if latin {
        format!("(?<![\\p{{L}}\\p{{N}}_.])(?:{words})(?![\\p{{L}}\\p{{N}}_]|\\s*[:.：．])")
    } else {
        // 每 is a word of its own, whatever follows; digits end a word of Han characters.
        format!(
            "(?<![\\p{{Han}}_.]|(?<!每)\\p{{Han}})(?:{words})(?![\\p{{Han}}_]|\\s*[:.：．])|(?<=每)(?:{words})(?![\\p{{Han}}_])"
        )
    }
}

/// The words of a kind, the longest first; phrases with any blank between their words.
fn alternatives(kind: Kind, latin: bool) -> String {
    let words: BTreeSet<&str> = of_kind(kind).flat_map(Keyword::all).filter(|word| word.is_ascii() == latin).collect();
    let mut words: Vec<&str> = words.into_iter().collect();
    words.sort_by_key(|word| (std::cmp::Reverse(word.chars().count()), *word));
    let spaced = |word: &str| word.replace("每 ", "每\\s*").replace(' ', "\\s+");
    words.into_iter().map(spaced).collect::<Vec<_>>().join("|")
}

fn of_kind(kind: Kind) -> impl Iterator<Item = &'static Keyword> {
    KEYWORDS.iter().filter(move |keyword| keyword.kind == kind)
}

/// The words of the Lezer grammar, as a JavaScript module.
#[must_use]
pub fn lezer_words() -> String {
    let mut phrases: BTreeMap<&str, BTreeSet<(Vec<&str>, bool)>> = BTreeMap::new();
    for keyword in of_kind(Kind::Declaration) {
        for phrase in keyword.all() {
            let mut words = phrase.split(' ');
            let first = words.next().unwrap_or_default();
            phrases.entry(first).or_default().insert((words.collect(), keyword.role == "refunds"));
        }
    }
    let declarations: Vec<Json> = phrases
        .into_iter()
        .map(|(first, rest)| {
            // The longest phrase is tried first.
            let rest = rest.into_iter().rev().map(|(words, colon)| json!({ "rest": words, "colon": colon }));
            json!([first, rest.collect::<Vec<_>>()])
        })
        .collect();
    let all = KEYWORDS.iter().filter(|keyword| keyword.kind != Kind::Function).flat_map(Keyword::all);
    let keywords: BTreeSet<&str> = all.flat_map(|phrase| phrase.split(' ')).collect();
    let set = |name: &str, words: Json| format!("export const {name} = new Set({words})\n");
    format!(
        "// Made from the keyword table of the language by `cargo test -p earnest-tests --test editors`; do not edit.\n\
         export const declarations = new Map({})\n{}{}{}",
        json!(declarations),
        set("keywords", json!(keywords)),
        set("endsOpen", json!(ENDS_OPEN)),
        set("beginsOpen", json!(BEGINS_OPEN)),
    )
}

fn pretty(json: &Json) -> String {
    // A value made of texts, lists and maps has a text.
    let mut text = serde_json::to_string_pretty(json).unwrap_or_default();
    text.push('\n');
    text
}
