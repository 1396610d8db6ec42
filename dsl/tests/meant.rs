//! A misspelt name is answered by the one that was meant, in either language, and the fix writes it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::as_conversions,
    reason = "a test fails by panicking"
)]

use earnest_dsl::diagnostic::Diagnostic;
use earnest_dsl::load::{InputFile, load};

const HEAD: &str =
    "programme demo { timezone Asia/Shanghai; currency CNY \"元\"; effective from 2024-01-01; use std.banking }
points Point \"积分\" { round down each line; valid 2 years after earning; spend first oldest }
";

fn findings(text: &str) -> Vec<Diagnostic> {
    load(vec![InputFile { path: "demo.earn".to_owned(), text: format!("{HEAD}{text}\n") }], &[]).diagnostics
}

/// The text after the only finding's fix.
fn mended(text: &str) -> Option<String> {
    let found = findings(text);
    let [one] = found.as_slice() else { panic!("{found:?}") };
    let fix = one.fix.as_ref()?;
    let whole = format!("{HEAD}{text}");
    let (start, end) = (usize::try_from(fix.span.start).unwrap(), usize::try_from(fix.span.end).unwrap());
    Some(format!("{}{}{}", &whole[HEAD.len()..start], fix.replacement, &whole[end..]))
}

#[test]
fn a_misspelt_name_is_mended() {
    for (wrong, right) in [
        (
            "rule r on Purchase { earn 1 Point per full 1 CNY of amuont }",
            "rule r on Purchase { earn 1 Point per full 1 CNY of amount }",
        ),
        ("规则 r 适用于 消费 { 按 金饿 每满 1 元 得 1 积分 }", "规则 r 适用于 消费 { 按 金额 每满 1 元 得 1 积分 }"),
        ("规则 r 适用于 消废 { 得 1 积分 }", "规则 r 适用于 消费 { 得 1 积分 }"),
        ("规则 r 适用于 消费 { 得 1 积份 }", "规则 r 适用于 消费 { 得 1 积分 }"),
        (
            "规则 r 适用于 消费 { 当 支付工具 为 信用咔 时；得 1 积分 }",
            "规则 r 适用于 消费 { 当 支付工具 为 信用卡 时；得 1 积分 }",
        ),
        (
            "规则 r 适用于 消费 { 当 支付工具为信用卡 时；得 1 积分 }",
            "规则 r 适用于 消费 { 当 支付工具 为 信用卡 时；得 1 积分 }",
        ),
    ] {
        assert_eq!(mended(wrong).as_deref(), Some(right));
        assert!(findings(right).is_empty(), "{right}");
    }
}

#[test]
fn nothing_is_offered_where_nothing_is_near() {
    assert_eq!(mended("rule r on Purchase { earn 1 Point per full 1 CNY of turnover_of_the_house }"), None);
}

#[test]
fn a_step_that_is_missing_is_named() {
    for text in [
        "rule r on Purchase { earn 1 Point per full amount }",
        "rule r on Purchase { earn 1 Point per full amount; no cap }",
        "rule r on Purchase { earn 1 Point per started amount when channel is app }",
        "规则 r 适用于 消费 { 按 金额 每满 得 1 积分 }",
    ] {
        let found = findings(text);
        let [one] = found.as_slice() else { panic!("{text}: {found:?}") };
        assert_eq!((one.code, one.message.en.as_str()), ("E0017", "it is not said how much a full step is"), "{text}");
    }
    let found = findings("rule r on Purchase { earn 1 Point per full amount }");
    assert_eq!(found[0].help[0].en, "write the step: `per full 1 CNY of amount`");
    assert!(findings("rule r on Purchase { earn 1 Point per full 1 CNY of amount }").is_empty());
}
