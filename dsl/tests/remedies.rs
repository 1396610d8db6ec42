//! What a message tells to write can be read: every source text in backticks of a message is a declaration, a clause, a value,
//! a keyword, or fits where it belongs. So no remedy sends its reader into the next error.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::as_conversions,
    reason = "a test fails by panicking"
)]

use earnest_dsl::syntax::keywords::KEYWORDS;
use earnest_dsl::syntax::layout::canonical_of;
use earnest_dsl::syntax::parse::{Production, parse};
use std::collections::BTreeSet;
use std::path::Path;
use std::{env, fs};

const READINGS: &[Production] = &[
    Production::Declaration,
    Production::Clause,
    Production::Field,
    Production::EnumValue,
    Production::CodeMember,
    Production::CalendarPart,
    Production::TableRow,
    Production::Step,
    Production::Expression,
];

/// Where parts of sentences belong; `□` is their place.
const CONTEXTS: &[&str] = &[
    "settled at close of month, □",
    "结算于 月 末，□",
    "per customer keep 1 X □",
    "每客户 应有 1 X □",
    "per customer □",
    "每客户 最多 1 X，□",
    "per customer at most 1 X, □",
    "earn y { □ }",
    "得 y { □ }",
    "earn 1 X □",
    "按 x 每满 1 X 得 □",
    "when x □",
    "当 x □ 时",
    "when x in □",
    "every □",
    "f: □",
    "track t = □ x",
    "累计 t = x □",
    "track t = sum of x □",
    "累计 t = x 的 合计 □",
    "2024-01-01 10:00:00 K {} => □",
    "2024-01-01 10:00:00 K {} □",
    "2024-01-01 10:00:00 K {} => earn 1 X □",
    "from 2024-01-01 □",
    "自 2024-01-01 □",
    "□ 2024-01-02",
    "raise x □ 2x",
    "将 x □ 2倍",
    "tiers T given by host □",
    "tiers T by x { from 1 X: A } □",
    "earn y { □: 1 X }",
    "得 y { □: 1 X }",
    "□ { a }",
    "□ { timezone Asia/Shanghai }",
];

/// Ways of speaking about the text and not of it.
const SPOKEN: &[&str] = &["?", "versions/X", "never X", "禁止 X", "earnest prove"];

/// The texts in backticks of all messages of the checker, with what is filled in or left out replaced by a name.
fn told() -> BTreeSet<String> {
    let folder = Path::new(&env::var("CARGO_MANIFEST_DIR").unwrap()).join("src/check/messages");
    let mut told = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        let program = text.split("#[cfg(test)]").next().unwrap_or_default().replace("'`'", "");
        let lines: Vec<&str> = program.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        for part in lines.join("\n").split('`').skip(1).step_by(2) {
            told.insert(filled(part));
        }
    }
    told
}

/// `{text}` and `...` become names; doubled braces of a format become braces.
fn filled(part: &str) -> String {
    let mut out = String::new();
    let mut rest = part;
    while let Some(at) = rest.find('{') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        match rest.find('}') {
            Some(end) if rest[..end].chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_') => {
                out.push('X');
                rest = &rest[end + 1..];
            }
            _ => out.push('{'),
        }
    }
    out.push_str(rest);
    out.replace("\\\"", "\"").replace("{{", "{").replace("}}", "}").replace("...", "x").replace('…', "x")
}

fn is_keyword(text: &str) -> bool {
    KEYWORDS.iter().any(|keyword| keyword.all().any(|word| word == text || word.replace("每 ", "每") == text))
}

fn reads(text: &str) -> bool {
    let parsed = |text: &str| {
        let canonical = canonical_of(text);
        READINGS.iter().any(|production| parse(*production, &canonical).is_ok())
    };
    is_keyword(text)
        || SPOKEN.contains(&text)
        || parsed(text)
        || parsed(&text.replace("{ x }", "{}"))
        || CONTEXTS.iter().any(|context| parsed(&context.replace('□', text)))
}

#[test]
fn what_is_told_can_be_read() {
    let told = told();
    assert!(told.len() > 200, "{}", told.len());
    let odd: Vec<String> = told.into_iter().filter(|text| !reads(text)).collect();
    assert!(odd.is_empty(), "{}\n{}", odd.len(), odd.join("\n"));
}
