//! Formatting and translating: the same tree, the same comments, the same bytes the second time, and back again.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, reason = "helpers of tests")]

use earnest_dsl::diagnostic::Language;
use earnest_dsl::source::FileId;
use earnest_dsl::syntax::format::{NameUse, format, translate};
use earnest_dsl::syntax::lexer::{TokenKind, lex};
use earnest_dsl::syntax::{ParsedFile, parse_file};
use proptest::prelude::*;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

/// Every `.earn` file of the corpus, the library, the policies and the examples.
fn programmes() -> &'static [(String, String)] {
    static FILES: OnceLock<Vec<(String, String)>> = OnceLock::new();
    FILES.get_or_init(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut open: Vec<_> = ["tests/corpus", "../stdlib", "../policies", "../examples"]
            .iter()
            .map(|folder| root.join(folder))
            .collect();
        let mut found = vec![];
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
        assert!(found.len() > 20);
        found
    })
}

fn read(text: &str) -> ParsedFile {
    parse_file(text, FileId::default())
}

fn comments(text: &str) -> Vec<&str> {
    lex(text)
        .iter()
        .filter(|token| token.kind == TokenKind::Comment)
        .map(|token| token.slice(text).trim_end())
        .collect()
}

/// The first line in which two texts differ.
fn difference(left: &str, right: &str) -> String {
    let lines = left.lines().zip(right.lines()).find(|(left, right)| left != right);
    lines.map_or_else(|| "one is longer".to_owned(), |(left, right)| format!("{left}\n{right}"))
}

#[test]
fn formatting_keeps_trees_and_comments_and_does_nothing_twice() {
    let mut wrong = String::new();
    for (name, text) in programmes() {
        let once = format(text);
        let twice = format(&once.text);
        if twice.changed {
            wrong.push_str(&format!("{name}: not idempotent\n{}\n", difference(&once.text, &twice.text)));
        }
        if read(&once.text).file != read(text).file || comments(&once.text) != comments(text) {
            wrong.push_str(&format!("{name}: another tree\n"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn there_and_back_gives_the_same_bytes() {
    let mut wrong = String::new();
    for (name, text) in programmes().iter().filter(|(name, _)| !name.contains(".zh.") && !name.contains("p04")) {
        let english = translate(text, Language::English, &[]);
        let chinese = translate(&english, Language::Chinese, &[]);
        let again = translate(&chinese, Language::English, &[]);
        if english != again {
            wrong.push_str(&format!("{name}\n{}\n", difference(&english, &again)));
        }
        if read(&chinese).file != read(text).file {
            wrong.push_str(&format!("{name}: another tree in Chinese\n"));
        }
        if format(&chinese).changed {
            let formatted = format(&chinese).text;
            wrong.push_str(&format!("{name}: Chinese not formatted\n{}\n", difference(&chinese, &formatted)));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn the_layout_is_one() {
    let text = "规则 spend \"消费\"  适用于 消费{\n\n\n按 金额 超过 5万 元 每满 １ 元，得 ２ 积分　// 注释\n";
    assert_eq!(format(text).text, text, "what cannot be read stays as it is");
    for (written, formatted) in [
        (
            "规则 spend \"消费\"  适用于 消费｛\n\n\n当 金额 ≥ 5万 元\n按 金额 超过 5万 元 每满 １ 元 得 ２ 积分　// 注释\n\n}\n\n\n\n组 a：取最高",
            "规则 spend \"消费\" 适用于 消费 {\n  当 金额 >= 5万 元 时\n  按 金额 超过 5万 元 部分 每满 1 元 得 2 积分 // 注释\n}\n\n组 a: 取最高\n",
        ),
        (
            "rule a on B{by amount per full 10 CNY earn 1 Point;for customer . vip}",
            "rule a on B { earn 1 Point per full 10 CNY of amount; for customer.vip }\n",
        ),
        (
            "规则 a 适用于 B { 得 1 积分 每满 10 元 之 金额\n 有效期 3 年 自 获得\n 须 余额 之 积分 > 0 }",
            "规则 a 适用于 B { 按 金额 每满 10 元 得 1 积分\n  有效期 3年 自 获得 起\n  须 积分 的 余额 > 0 }\n",
        ),
        (
            "points P { remind before expiry 1 months\n valid 3 year after earning }\ndefine x =\n a+-b\n  and not(c)",
            "points P { remind before expiry 1 month\n  valid 3 years after earning }\ndefine x =\n  a + -b\n  and not (c)\n",
        ),
        (
            "test \"t\" {\n2024-01-01 10:00:00 B { amount: 1 CNY,\n x: 2 }\n=> earn 1 P\n}",
            "test \"t\" {\n  2024-01-01 10:00:00 B { amount: 1 CNY,\n    x: 2 }\n    => earn 1 P\n}\n",
        ),
        ("programme a {\ntimezone Etc / GMT + 8\n}", "programme a {\n  timezone Etc/GMT+8\n}\n"),
        ("", ""),
        ("// only\r\n\r\n\r\n// this", "// only\n\n// this\n"),
    ] {
        assert_eq!(format(written).text, formatted, "{written}");
        assert!(!format(formatted).changed, "{formatted}");
    }
}

#[test]
fn what_cannot_be_read_stays_byte_for_byte() {
    let text = "group   a:best of\nrule a on B {\n   when   x\n   eran   1   Star // why\n earn 5CNY  \n   no   cap\n}\n  foo   bar\ngroup   b:add up\n";
    let expected = "group a: best of\nrule a on B {\n  when x\n   eran   1   Star // why\n earn 5CNY\n  no cap\n}\n  foo   bar\ngroup b: add up\n";
    assert_eq!(format(text).text, expected);
    assert!(!format(expected).changed);
}

/// A stray bracket glued to a declaration is none of its marks: found by fuzzing.
#[test]
fn what_is_glued_to_a_declaration_is_no_part_of_it() {
    let text = "examples \"a\" of Purchase(amount) {\n  0.99 CNY      => 0 Point\n}[\n";
    let once = format(text).text;
    assert_eq!(once, "examples \"a\" of Purchase(amount) {\n  0.99 CNY => 0 Point\n} [\n");
    assert_eq!(format(&once).text, once);
}

/// Whether a second finding follows from a stray bracket does not depend on the blanks before the bracket.
#[test]
fn findings_do_not_depend_on_blanks_before_a_stray_bracket() {
    let codes = |text: &str| read(text).diagnostics.iter().map(|found| found.code).collect::<Vec<_>>();
    for text in
        ["figure a = worth of (outstanding of Point)Point)\n", "figure a = worth of (outstanding of Point)Point )\n"]
    {
        assert_eq!(codes(text), ["E0012"], "{text}");
    }
}

#[test]
fn names_are_replaced_where_they_are_told() {
    let text = "rule spend on Purchase {\n  earn 1 Point per full 1 CNY of amount\n}\n";
    let names: Vec<NameUse> = [("Purchase", "消费"), ("Point", "积分"), ("CNY", "元"), ("amount", "金额")]
        .iter()
        .map(|(name, replacement)| {
            let start = text.find(name).unwrap();
            let (start, end) = (u32::try_from(start).unwrap(), u32::try_from(start + name.len()).unwrap());
            NameUse { start, end, replacement: (*replacement).to_owned() }
        })
        .collect();
    let chinese = translate(text, Language::Chinese, &names);
    assert_eq!(chinese, "规则 spend 适用于 消费 {\n  按 金额 每满 1 元 得 1 积分\n}\n");
}

#[test]
fn constructs_with_two_orders_come_back() {
    for (english, chinese) in [
        ("every 2nd sat of month from 18:00 until 22:00", "每逢 每月 第2个 周六 从 18:00 到 22:00 前"),
        ("every day 8 of month", "每逢 每月 8日"),
        ("within 90 days of customer.joined", "自 customer.joined 起 90天 内"),
        ("lower price of every item of mall to 80%, round up", "将 mall 的 每件商品 的 价格 降到 80%, 向上取整"),
        ("settled at close of month, final 30 days after close", "结算于 月末, 末后 30天 不再调整"),
        ("10 days from first use at most 5 Point", "自首次使用起 10天 最多 5 Point"),
        ("until 12 hours idle at most 5 Point", "闲置 12小时 止 最多 5 Point"),
        (
            "per customer at most 5 Point, the rest earns 1 Point per full 2 CNY of amount",
            "每customer 最多 5 Point, 超出部分 按 amount 每满 2 CNY 得 1 Point",
        ),
        (
            "per customer per month keep 1 Point per full 20 CNY of spent",
            "每customer 每月 按 spent 每满 20 CNY 应有 1 Point",
        ),
        (
            "earn 1 Point per full 20 CNY of amount above 50 CNY when vip of customer",
            "按 amount 超过 50 CNY 部分 每满 20 CNY 得 1 Point 当 customer 的 vip 时",
        ),
        ("from 2024-05-01 10:00 until 2024-05-02 12:00", "从 2024-05-01 10:00 到 2024-05-02 12:00 前"),
        ("totals first, details on mismatch", "先总后细"),
        ("when today is anniversary of birthday of customer", "当 今日 为 customer 的 birthday 的 周年日 时"),
        ("raise spend by 1.5x after caps", "将 spend 另加 1.5倍 限额后"),
    ] {
        let (en, zh) = (format!("rule a on B {{ {english} }}\n"), format!("规则 a 适用于 B {{ {chinese} }}\n"));
        assert_eq!(read(&en).diagnostics, [], "{en}");
        assert_eq!(translate(&en, Language::Chinese, &[]), zh);
        assert_eq!(translate(&zh, Language::English, &[]), en);
        assert_eq!(read(&en).file, read(&zh).file, "{en}");
    }
}

#[test]
fn every_text_can_be_laid_out() {
    for (path, text) in programmes() {
        let crooked: String = text.lines().map(|line| format!("     {}  \n", line.trim_start())).collect();
        assert!(format(&crooked).changed, "{} was left as it is", path);
    }
}

#[test]
fn what_it_does() {
    let crooked = "规则  r1 \"甲\"适用于 消费{\n\n\n当 金额>=１００ 元 时\n  按 金额 每满1元 得 1积分//  每元一分\n每客户 每月 最多 5_000 积分，超出不计\n}\n\n\nexamples \"e\" of Deposit(amount){ 1 CNY=>0 Point;2 CNY => 1 Point }\ntrack t per customer=sum of (Deposit.amount,- Withdrawal.amount)\nrule r2 on Purchase {\nearn 1 Point\nper full 1 CNY of amount\n}\n";
    insta::assert_snapshot!(format(crooked).text);
}

/// A programme with some of its characters taken out, doubled, or put elsewhere.
fn mutated() -> impl Strategy<Value = String> {
    (0..programmes().len(), proptest::collection::vec((0_usize..100_000, 0_usize..6, 0_usize..30), 1..4)).prop_map(
        |(which, edits)| {
            let mut chars: Vec<char> = programmes()[which].1.chars().take(6_000).collect();
            for (at, edit, length) in edits {
                let at = at % chars.len();
                let end = (at + length).min(chars.len());
                match edit {
                    0 => drop(chars.drain(at..end)),
                    1 => chars.insert(at, ' '),
                    2 => chars.insert(at, '\n'),
                    3 => chars.insert(at, '；'),
                    4 => {
                        let copy = chars[at..end].to_vec();
                        chars.splice(at..at, copy);
                    }
                    _ => chars.insert(at, '{'),
                }
                if chars.is_empty() {
                    chars.push(' ');
                }
            }
            chars.into_iter().collect()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_mutation_keeps_tree_comments_and_findings(text in mutated()) {
        let once = format(&text).text;
        prop_assert_eq!(&format(&once).text, &once);
        prop_assert_eq!(comments(&once), comments(&text));
        let (before, after) = (read(&text), read(&once));
        prop_assert!(before.file == after.file, "{}", difference(&text, &once));
        let codes = |parsed: &ParsedFile| parsed.diagnostics.iter().map(|found| found.code).collect::<Vec<_>>();
        prop_assert_eq!(codes(&before), codes(&after));
    }

    #[test]
    fn any_text_is_formatted(text in "\\PC{0,200}") {
        let once = format(&text).text;
        prop_assert_eq!(format(&once).text, once);
    }
}
