//! Reading files as a whole: sound ones without a finding, broken ones with one finding for each mistake, any text at all without a panic.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::as_conversions,
    reason = "a test fails by panicking"
)]

use earnest_dsl::diagnostic::{Diagnostic, pages, render};
use earnest_dsl::load::{InputFile, load};
use earnest_dsl::source::{FileId, Source, Sources};
use earnest_dsl::syntax::ast::{ClauseKind, DeclKind};
use earnest_dsl::syntax::parse_file;
use proptest::prelude::*;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

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

const FIVE: &str = r#"programme demo "示例" {
  timezone Asia/Shanghai
  currency CNY "元"
  effective from 2024-01-01
  use std.banking
}

points Point "积分" {
  round down each line
  vlaid 2 years after earning
}

rule spend "消费" on Purchase {
  when amount => 100 CNY
  earn 1 Point per full 1 CNY of amount
}

campaign may "五月" {
  from 2024/5/1 to 2024-05-31
  rule treble "三倍" on Purchase {
    raise spend 3x
    per customer per month at most 5_000 Point, drop the rest
  }
}

catalogue gifts "礼品" {
  item cup "杯子" 200 Point stock
  item pen "笔" 100 Point
}
"#;

#[test]
fn five_mistakes_are_five_findings_and_the_rest_is_read() {
    let parsed = parse_file(FIVE, FileId::default());
    let codes: Vec<_> = parsed.diagnostics.iter().map(|found| found.code).collect();
    assert_eq!(codes, ["E0015", "E0022", "E0007", "E0023", "E0017"], "{}", shown(FIVE, &parsed.diagnostics));
    assert_eq!(parsed.file.decls.len(), 5);
    assert!(parsed.file.decls.iter().all(|decl| decl.kind != DeclKind::Broken));
    let DeclKind::Campaign(_, clauses, rules) = &parsed.file.decls[3].kind else { panic!("a campaign") };
    assert!(matches!(clauses[0].kind, ClauseKind::Window(_)), "the mended date is read");
    let DeclKind::Rule(treble) = &rules[0].kind else { panic!("a rule") };
    let kinds: Vec<_> = treble.clauses.iter().map(|clause| &clause.kind).collect();
    assert!(matches!(kinds[..], [ClauseKind::Broken, ClauseKind::Bound(_)]), "{kinds:?}");
    let DeclKind::Catalogue(_, items) = &parsed.file.decls[4].kind else { panic!("a catalogue") };
    assert!(matches!(items[1].kind, ClauseKind::Item(_)));
}

#[test]
fn one_mistake_is_one_finding_wherever_it_stands() {
    for (text, expected) in [
        ("rule a on B {\n  earn tier { gold 2 Point, silver: 1 Point, bronze: }\n  no cap\n}", vec!["E0032", "E0017"]),
        (
            "test \"甲\" {\n  2024-01-01 10:00:00 Purchase { amount: , channel: online } => earn 1 Point\n  c1 hold 3 Point\n}",
            vec!["E0017", "E0031"],
        ),
        (
            "catalogue a {\n  item x \"甲\" 5,000 Point\n  item y \"乙\" 5 Point stock 3 vlaue 2 CNY\n}",
            vec!["E0030", "E0031"],
        ),
        ("rule a on B {\n  when x }\n  earn 1 Point\n}\nrule c on D { no cap }", vec!["E0011"]),
        ("规测 甲 适用于 乙 {\n  得 1 积分\n}", vec![]),
        ("enum A {\n  a \"甲\", b b, c\n}", vec!["E0016"]),
        ("event A {\n  amount: mony in\n  qty: count\n}", vec!["E0031"]),
        ("points Point { pool A { valid 3 years after } }", vec!["E0017"]),
        ("rule a on B {\n  earn 1 Point\n\n  rule c on D {\n    no cap\n  }\n}", vec!["E0016"]),
        ("foo\nbar\nbaz\nrule a on B { no cap }", vec!["E0013"]),
        ("earn 1 Point\nno cap", vec!["E0014"]),
        ("得 1 积分。", vec!["E0005"]),
        ("group a b: best of", vec!["E0016"]),
        ("", vec![]),
    ] {
        let parsed = parse_file(text, FileId::default());
        let found: Vec<_> = parsed.diagnostics.iter().map(|found| found.code).collect();
        if text.starts_with("规测") {
            assert!(found.len() <= 1);
            continue;
        }
        assert_eq!(found, expected, "{text}\n{}", shown(text, &parsed.diagnostics));
    }
}

#[test]
fn depth_is_limited_and_length_is_no_trouble() {
    for (open, close) in [("{", "}"), ("(", ")"), ("[", "]"), ("a { b: ", "}")] {
        let text = format!("define x = {}1{}", open.repeat(100_000), close.repeat(100_000));
        assert_eq!(codes(&text), ["E0002"], "{open}");
        let open_only = format!("define x = {}", open.repeat(100_000));
        assert!(!codes(&open_only).is_empty());
    }
    for part in ["- ", "not ", "a of ", "1 + ", "a 的 ", "a.", "a and ", "x default ", "1 per full "] {
        assert_eq!(codes(&format!("define x = {}1", part.repeat(100_000)))[0], "E0002", "{part}");
    }
    for kept in [
        "(".repeat(63) + "1" + &")".repeat(63),
        "1 + ".repeat(120) + "1",
        "not ".repeat(120) + "yes",
        "a of ".repeat(120) + "b",
    ] {
        assert_eq!(codes(&format!("define x = {kept}")), Vec::<&str>::new(), "{kept}");
        // The checker goes down the same tree, on the stack that it is given.
        let head = "programme demo { timezone Asia/Macau; currency MOP; effective from 2024-01-01; use std.banking }\n";
        let file = InputFile { path: "programme.earn".into(), text: format!("{head}define x = {kept}\n") };
        drop(load(vec![file], &[]));
    }
    assert_eq!(codes(&"x".repeat(10_000_001)), ["E0001"]);
}

#[test]
fn ten_megabytes_are_read() {
    let rule = "rule a \"消费\" on Purchase {\n  when instrument is credit_card\n  earn 1 Star per full 1 MOP of amount // 每满\n}\n";
    let comment = format!("{rule}// {}\n", "每满 ".repeat(2_000));
    let sound = comment.repeat(9_990_000 / comment.len());
    assert!(sound.len() > 9_900_000);
    assert_eq!(parse_file(&sound, FileId::default()).diagnostics.len(), 0);
    let broken = rule.replace("per full", "pre full").repeat(500);
    assert_eq!(parse_file(&broken, FileId::default()).diagnostics.len(), 500);
    for part in ["。", "{\n", "}\n", "每", "\"", "rule a on B {\n", "(", "x y z ", "5CNY ", "a, ", "\n  a"] {
        let text = part.repeat(60_000 / part.len());
        assert!(!parse_file(&text, FileId::default()).diagnostics.is_empty(), "{part}");
    }
}

/// A text made of pieces of the language, in no order at all.
fn soup() -> impl Strategy<Value = String> {
    let pieces: &[&str] = &[
        "rule",
        "a",
        "\"甲\"",
        "on",
        "Purchase",
        "{",
        "}",
        "\n",
        "when",
        "earn",
        "1",
        "Star",
        "per",
        "full",
        "of",
        "amount",
        ";",
        ",",
        ":",
        "(",
        ")",
        "[",
        "]",
        "每满",
        "按",
        "得",
        "的",
        "campaign",
        "from",
        "to",
        "2024-01-01",
        "10:00",
        "until",
        "raise",
        "3x",
        "60%",
        "=>",
        "is",
        "not",
        "test",
        "examples",
        "c1",
        "holds",
        "当",
        "规则",
        "活动",
        "group",
        "best of",
        "tiers",
        "given by host",
        "<",
        "item",
        "stock",
        "\"",
        "。",
        "5CNY",
        "-",
        "+",
        ".",
        "table",
        "otherwise",
        "in",
        "//x\n",
        "\u{FFFD}",
        "enum",
        "event",
        "facts",
        "codes",
        "calendar",
        "ranking",
        "pool",
    ];
    proptest::collection::vec(proptest::sample::select(pieces.to_vec()), 0..80).prop_map(|pieces| pieces.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read(text in "\\PC{0,200}") {
        let parsed = parse_file(&text, FileId::default());
        prop_assert!(!parsed.diagnostics.is_empty() || parsed.file.decls.iter().all(|decl| decl.kind != DeclKind::Broken));
    }

    #[test]
    fn any_pieces_of_the_language_are_read(text in soup()) {
        let parsed = parse_file(&text, FileId::default());
        for found in &parsed.diagnostics {
            for mark in &found.marks {
                let (start, end) = (usize::try_from(mark.span.start).unwrap(), usize::try_from(mark.span.end).unwrap());
                prop_assert!(text.get(start..end).is_some(), "{:?}", found);
            }
        }
    }

    #[test]
    fn any_programme_with_a_piece_missing_is_read(
        at in 0_usize..100_000, length in 1_usize..40, which in 0_usize..100,
    ) {
        static FILES: OnceLock<Vec<(String, String)>> = OnceLock::new();
        let files = FILES.get_or_init(|| programmes(&["tests/corpus"]));
        let (_, text) = &files[which % files.len()];
        let chars: Vec<char> = text.chars().collect();
        let at = at % chars.len();
        let cut: String = chars[..at].iter().chain(chars[(at + length).min(chars.len())..].iter()).collect();
        let parsed = parse_file(&cut, FileId::default());
        // A cut of a few characters is one or two mistakes; what follows from it must not be told as well.
        prop_assert!(parsed.diagnostics.len() <= 6, "{}", shown(&cut, &parsed.diagnostics));
    }
}
