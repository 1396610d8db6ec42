//! The reference agrees with the language: its examples and both columns of its tables are read, its codes have pages, and its
//! lists of words are those of `keywords.rs` (`UPDATE_DOCS=1 cargo test` writes them).

#![allow(clippy::unwrap_used, clippy::panic, clippy::string_slice, clippy::indexing_slicing, reason = "tests")]

mod common;

use common::{compact, read};
use earnest_dsl::diagnostic::{Language, pages};
use earnest_dsl::source::FileId;
use earnest_dsl::syntax::keywords::{KEYWORDS, Keyword, Kind, RESERVED_EN, RESERVED_ZH};
use earnest_dsl::syntax::parse::Production;
use earnest_dsl::syntax::parse_file;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, fs};

/// Chinese names of the tables, so that both columns can be compared as trees.
const NAMES: &[(&str, &str)] = &[
    ("客户", "customer"),
    ("金额", "amount"),
    ("元", "CNY"),
    ("积分", "Point"),
    ("贵宾", "vip"),
    ("受让人", "recipient"),
    ("会员", "member"),
    ("生日", "birthday"),
    ("入会日", "joined"),
    ("被推荐人", "referred"),
    ("新开户", "opens_account"),
    ("类别", "category"),
    ("自选类别", "choice"),
    ("明细", "items"),
    ("卡", "card"),
    ("消费", "Purchase"),
    ("等级", "tier"),
    ("账单", "bill"),
    ("支付工具", "instrument"),
    ("渠道", "channel"),
    ("利息", "interest"),
    ("积分数", "points"),
    ("余额", "balance"),
    ("天数", "days"),
    ("期限", "term"),
];

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/language.md")
}

fn reference() -> String {
    fs::read_to_string(path()).unwrap()
}

#[test]
fn examples_can_be_read() {
    let text = reference();
    let mut examples = 0;
    for block in text.split("```earn\n").skip(1) {
        let example = block.split("```").next().unwrap();
        let parsed = parse_file(example, FileId::default());
        let wrong: Vec<_> = parsed.diagnostics.iter().map(|found| (found.code, &found.message.en)).collect();
        assert!(wrong.is_empty(), "{example}\n{wrong:?}");
        examples += 1;
    }
    assert!(examples > 10);
}

/// A cell of a table row as code.
fn code(cell: &str) -> Option<&str> {
    cell.trim().strip_prefix('`')?.strip_suffix('`')
}

fn tree(production: Production, text: &str) -> String {
    let parsed = read(production, text).unwrap_or_else(|why| panic!("{text}\n{why}"));
    assert!(parsed.diagnostics.is_empty(), "{text}\n{:?}", parsed.diagnostics);
    compact(&format!("{:?}", parsed.tree))
}

#[test]
fn both_columns_of_the_tables_say_the_same() {
    let text = reference();
    let mut rows = 0;
    for (heading, production) in
        [("\n## Clauses\n", Production::Clause), ("\n## Expressions\n", Production::Expression)]
    {
        let section = text.split(heading).nth(1).unwrap().split("\n## ").next().unwrap();
        for line in section.lines().filter(|line| line.starts_with("| `")) {
            let cells: Vec<&str> = line.split('|').collect();
            let (english, chinese) = (code(cells[1]).unwrap(), code(cells[2]).unwrap());
            let mut second = tree(production, chinese);
            for (zh, en) in NAMES {
                for (open, close) in [("(", ")"), ("(", ","), ("what: ", ","), ("[", "]"), (" ", "]"), ("[", ",")] {
                    second = second.replace(&format!("{open}{zh}{close}"), &format!("{open}{en}{close}"));
                }
            }
            assert_eq!(tree(production, english), second, "\n{english}\n{chinese}");
            rows += 1;
        }
    }
    assert!(rows > 100, "{rows}");
}

#[test]
fn every_code_has_a_page() {
    let text = reference();
    for code in text
        .split('`')
        .filter(|word| word.len() == 5 && word.starts_with('E') && word[1..].bytes().all(|byte| byte.is_ascii_digit()))
    {
        assert!(pages::page(code).is_some(), "{code}");
    }
}

fn shown(words: &[&str]) -> String {
    words.iter().map(|word| word.replace("每 ", "每")).collect::<Vec<_>>().join(", ")
}

fn keyword_table() -> String {
    let kinds = [
        (Kind::Declaration, "Declarations"),
        (Kind::Clause, "Beginnings of clauses"),
        (Kind::Inner, "Inside of declarations, clauses and expressions"),
        (Kind::Value, "Values"),
        (Kind::Unit, "Units"),
        (Kind::Type, "Types of fields"),
        (Kind::Test, "Tests"),
        (Kind::Function, "Functions"),
    ];
    let mut out = String::new();
    for (kind, title) in kinds {
        write!(out, "\n### {title}\n\n| English | 中文 | role |\n|---|---|---|\n").unwrap();
        for Keyword { role, en, zh, .. } in KEYWORDS.iter().filter(|keyword| keyword.kind == kind) {
            writeln!(out, "| {} | {} | `{role}` |", shown(en), shown(zh)).unwrap();
        }
    }
    out.push('\n');
    out
}

fn reserved() -> String {
    format!("`{}` · `{}`\n", RESERVED_EN.join("` `"), RESERVED_ZH.join("` `"))
}

#[test]
fn lists_of_words_are_current() {
    let mut text = reference();
    for (mark, wanted) in [("reserved", reserved()), ("keywords", keyword_table())] {
        let (open, close) = (format!("<!-- {mark} -->\n"), format!("<!-- /{mark} -->"));
        let start = text.find(&open).unwrap() + open.len();
        let end = text.find(&close).unwrap();
        if env::var_os("UPDATE_DOCS").is_some() {
            text.replace_range(start..end, &wanted);
        } else {
            assert_eq!(text[start..end], wanted, "run the tests with UPDATE_DOCS=1");
        }
    }
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::write(path(), text).unwrap();
    }
}

#[test]
fn what_is_shown_of_a_keyword_is_its_first_word() {
    for keyword in KEYWORDS {
        for language in [Language::English, Language::Chinese] {
            assert!(!keyword.shown(language).is_empty(), "{}", keyword.role);
        }
    }
}
