//! Completion of `earnest lsp`: what grammar and types allow at a place, also in text that is broken elsewhere.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that cannot run fails"
)]

mod support;

use serde_json::json;
use support::editor::{CURSOR, Editor};

const HEAD: &str = r#"programme shop "商店" {
  timezone Asia/Macau
  currency MOP "元"
  effective from 2024-01-01
  use std.banking, std.mcc
}

points Star "星点" {
  round down each line
  valid 3 years after earning
  spend first soonest to expire, then oldest
  pool Savings "储蓄积分"
  pool Activity
}

tiers Tier "客户等级" given by host { classic "普卡" < gold "金卡" }

fact tier of customer = classic

group weekend "周末": best of

parameter rate "比例" = 2 Star

track month_spend per customer per month = sum of Purchase.amount

rule card_spend "消费积分" on Purchase {
  when instrument is credit_card
  earn rate per full 1 MOP of amount into Savings
}
"#;

/// The labels offered at the cursor of a text that follows the head, best first.
fn offered(text: &str) -> Vec<String> {
    let mut editor = Editor::start(&[("programme.earn", HEAD), ("more.earn", &text.replace(CURSOR, ""))]);
    editor.open("more.earn");
    let list = editor.at("textDocument/completion", "more.earn", text, json!({}));
    let mut items: Vec<(String, String)> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (item["sortText"].as_str().unwrap().to_owned(), item["label"].as_str().unwrap().to_owned()))
        .collect();
    items.sort();
    items.into_iter().map(|(_, label)| label).collect()
}

fn rule(clause: &str) -> Vec<String> {
    offered(&format!("rule other \"别的\" on Purchase {{\n  earn 1 Star\n  {clause}\n}}\n"))
}

#[track_caller]
fn has(offered: &[String], wanted: &[&str], unwanted: &[&str]) {
    for word in wanted {
        assert!(offered.iter().any(|one| one == word), "`{word}` is missing: {offered:?}");
    }
    for word in unwanted {
        assert!(!offered.iter().any(|one| one == word), "`{word}` does not fit: {offered:?}");
    }
}

#[test]
fn at_the_margin_declarations() {
    has(&offered("‸"), &["rule", "campaign", "track", "test", "points"], &["earn", "when", "amount"]);
    has(&offered("ru‸"), &["rule"], &["earn"]);
    has(
        &offered("campaign c {\n  from 2024-01-01 to 2024-01-02\n  ‸\n}\n"),
        &["rule", "track", "when", "in all"],
        &["points", "programme", "earn", "worth"],
    );
}

#[test]
fn in_a_block_the_clauses_that_may_stand_there() {
    has(
        &rule("‸"),
        &["when", "earn", "raise", "in", "per", "no cap", "funded by"],
        &["timezone", "worth", "item", "rule", "spend first"],
    );
    has(
        &offered("points P {\n  ‸\n}\n"),
        &["round down", "valid", "spend first", "worth", "pool"],
        &["earn", "raise", "timezone"],
    );
    has(&offered("catalogue gifts {\n  ‸\n}\n"), &["item", "need"], &["raise", "timezone"]);
}

#[test]
fn behind_is_the_values_of_the_type() {
    has(&rule("when instrument is ‸"), &["credit_card", "debit_card"], &["classic", "amount", "online", "rate"]);
    has(&rule("when instrument is cre‸"), &["credit_card"], &["classic"]);
    has(&rule("when amount >= 1 MOP and customer.tier is not ‸"), &["classic", "gold"], &["credit_card", "amount"]);
    has(&rule("when mcc in ‸"), &["restaurants"], &["amount", "credit_card"]);
    has(&rule("when instrument in { credit_card, ‸ }"), &["debit_card"], &["classic"]);
    has(&rule("when amount >= ‸"), &["amount", "month_spend"], &["credit_card", "instrument", "rate"]);
}

#[test]
fn names_by_what_the_words_before_ask_for() {
    has(&rule("raise ‸"), &["card_spend", "base"], &["weekend", "amount", "rate"]);
    has(&rule("in ‸"), &["weekend"], &["card_spend", "restaurants"]);
    has(&rule("earn 1 Star into ‸"), &["Savings", "Activity"], &["card_spend"]);
    has(&offered("rule x on ‸"), &["Purchase", "Deposit"], &["amount", "card_spend"]);
    has(&offered("programme p {\n  use std.banking, ‸\n}\n"), &["std.mcc", "std.calendar"], &["Purchase"]);
    has(&rule("when customer.‸"), &["tier", "birthday"], &["amount", "card_spend"]);
    has(&rule("when ‸"), &["amount", "instrument", "month_spend", "customer", "not"], &["earn", "weekend"]);
}

#[test]
fn units_keywords_and_phrases_at_their_place() {
    has(&rule("earn 5 ‸"), &["Star", "MOP"], &["amount", "when instrument"]);
    has(&rule("earn 5 Star ‸"), &["per full", "into", "when"], &["amount", "raise", "rule"]);
    has(&rule("earn 5 Star per full 1 MOP ‸"), &["of"], &["into", "amount"]);
    has(&rule("per ‸"), &["customer", "day", "month"], &["per full"]);
    has(
        &rule("per customer per month at most 5 Star, ‸"),
        &["drop the rest", "the rest earns", "else refuse"],
        &["earn", "raise"],
    );
    has(&rule("raise card_spend ‸"), &["to", "by"], &["card_spend", "earn"]);
    has(&offered("group g: ‸"), &["best of", "add up"], &["rule", "weekend"]);
    has(&rule("when amount >= 1 MOP else refuse ‸"), &[], &["amount"]);
    has(&offered("transfer gift {\n  need customer.vip else refuse ‸\n}\n"), &["condition_not_met"], &["amount"]);
}

#[test]
fn rows_of_tables() {
    has(&rule("earn customer.tier { ‸ }"), &["classic", "gold", "otherwise"], &["amount", "credit_card"]);
    has(&rule("earn customer.tier { classic: 1 Star, ‸ }"), &["gold", "otherwise"], &["amount"]);
}

#[test]
fn in_tests() {
    has(
        &offered("test \"t\" {\n  2024-01-01 10:00:00 Purchase { ‸ }\n}\n"),
        &["amount", "instrument", "mcc"],
        &["birthday", "card_spend"],
    );
    has(
        &offered("test \"t\" {\n  2024-01-01 10:00:00 Purchase { amount: 1 MOP, instrument: ‸ }\n}\n"),
        &["credit_card"],
        &["classic", "amount"],
    );
    has(&offered("test \"t\" {\n  c1 { ‸ }\n}\n"), &["tier", "birthday"], &["amount"]);
    has(
        &offered("test \"t\" {\n  2024-01-01 10:00:00 Purchase { amount: 1 MOP } => ‸\n}\n"),
        &["earn", "refuse", "take"],
        &["raise", "amount"],
    );
    has(
        &offered("test \"t\" {\n  2024-01-01 10:00:00 Purchase { amount: 1 MOP } => earn 1 Star { ‸ }\n}\n"),
        &["card_spend", "weekend"],
        &["amount"],
    );
    has(&offered("examples \"e\" of ‸"), &["Purchase"], &["amount"]);
    has(&offered("examples \"e\" of Purchase(‸) {\n}\n"), &["amount", "instrument"], &["card_spend"]);
}

#[test]
fn in_chinese_text_chinese_words_and_labels() {
    let rule = |clause: &str| offered(&format!("规则 other 适用于 消费 {{\n  得 1 星点\n  {clause}\n}}\n"));
    has(&rule("‸"), &["当", "按", "将", "归入", "不设上限"], &["when", "earn", "时区"]);
    has(&rule("当 支付工具 为 ‸"), &["信用卡", "借记卡"], &["credit_card", "金额"]);
    has(&rule("当 ‸"), &["金额", "支付工具", "客户"], &["amount", "得"]);
    has(&rule("将 ‸"), &["消费积分", "基础"], &["card_spend", "金额"]);
    has(&rule("归入 ‸"), &["周末"], &["weekend"]);
    has(&rule("当 客户 的 ‸"), &["生日"], &[]);
}

#[test]
fn broken_text_around_does_no_harm() {
    let text = "rule broken on Purchase {\n  whn x\n  earn earn\n\nrule other on Purchase {\n  urn 5\n  when instrument is ‸\n  earn (1 Star\n}\n";
    has(&offered(text), &["credit_card"], &["classic"]);
    has(&offered("rule x on Purchase {\n  earn 1 Star\n  when instrument is ‸"), &["credit_card"], &[]);
    has(&offered("rule x on Purchase {\n  // when instrument is ‸"), &[], &["credit_card", "when"]);
    has(&offered("rule x \"ab‸c\" on Purchase {\n}\n"), &[], &["Purchase", "on"]);
}

#[test]
fn what_is_offered_replaces_the_word_that_is_typed() {
    let text = "rule other on Purchase {\n  when instrument is cre‸\n}\n";
    let capabilities = json!({ "capabilities": { "textDocument": { "completion": { "completionItem": { "snippetSupport": true } } } } });
    let mut editor =
        Editor::start_with(&[("programme.earn", HEAD), ("more.earn", &text.replace(CURSOR, ""))], capabilities);
    editor.open("more.earn");
    let list = editor.at("textDocument/completion", "more.earn", text, json!({}));
    let item = list["items"].as_array().unwrap().iter().find(|item| item["label"] == "credit_card").unwrap().clone();
    let new = editor.edited("more.earn", &json!([item["textEdit"]]));
    assert_eq!(new, "rule other on Purchase {\n  when instrument is credit_card\n}\n");
    assert_eq!(item["labelDetails"]["description"], "信用卡");
    // Where the client fills in parts, a clause comes whole.
    editor.edit("more.earn", "  when instrument is cre\n", "  \n");
    let list = editor.at("textDocument/completion", "more.earn", "{\n  ‸\n", json!({}));
    let raise = list["items"].as_array().unwrap().iter().find(|item| item["label"] == "raise").unwrap().clone();
    assert_eq!(
        (&raise["insertTextFormat"], &raise["textEdit"]["newText"]),
        (&json!(2), &json!("raise ${1:base} to ${2:2x}"))
    );
}
