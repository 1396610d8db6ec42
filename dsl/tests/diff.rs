//! What is different between two policies, in business words.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use earnest_dsl::diagnostic::Language;
use earnest_dsl::diff::{Difference, compare};
use earnest_dsl::load::{InputFile, load};
use earnest_dsl::policy::Policy;
use std::fmt::Write as _;

const HEAD: &str = "programme shop \"商城\" {
  timezone Asia/Shanghai
  currency CNY \"元\"
  effective from 2024-01-01
  use std.banking, std.mcc
}
points Star \"星点\" {
  round down each line
  valid 2 years after earning
  spend first soonest to expire, then oldest
  worth 0.01 CNY
}
";

fn policy(text: &str) -> Policy {
    let text =
        if text.contains("programme ") || text.contains("方案 ") { text.to_owned() } else { format!("{HEAD}{text}") };
    let loaded = load(vec![InputFile { path: "programme.earn".to_owned(), text }], &[]);
    let told: Vec<&str> = loaded.diagnostics.iter().map(|one| one.message.en.as_str()).collect();
    loaded.policy.unwrap_or_else(|| panic!("{told:?}"))
}

fn difference(old: &str, new: &str) -> Difference {
    compare(&policy(old), &policy(new))
}

fn told(difference: &Difference, language: Language) -> String {
    let mut out = String::new();
    for change in &difference.changes {
        let _ = writeln!(out, "{:?} {} {:?}", change.sort, change.name, change.happened);
        for detail in &change.details {
            let _ = writeln!(out, "  {:?} {:?}: {}", detail.part, detail.happened, detail.text.get(language));
        }
    }
    out
}

const BASE: &str = "
group weekend \"周末\": best of
rule card_spend \"消费积分\" on Purchase {
  when instrument is credit_card and amount >= 10 CNY
  earn 1 Star per full 1 CNY of amount
  per customer per month at most 500 Star
}
campaign golden_week \"黄金周\" {
  from 2024-10-01 to 2024-10-07
  every sat, sun from 18:00 until 22:00
  rule dining_treble \"餐饮三倍\" on Purchase {
    in weekend
    when mcc in restaurants and amount >= 100 CNY
    raise card_spend to 3x
  }
}
";

#[test]
fn what_changed_is_said_rule_by_rule() {
    let new = BASE
        .replace("earn 1 Star", "earn 2 Star")
        .replace("at most 500", "at most 300")
        .replace("2024-10-07", "2024-10-10")
        .replace("sat, sun from 18:00", "fri, sat from 17:30")
        .replace(">= 100 CNY", ">= 80 CNY")
        .replace("to 3x", "to 4x");
    let found = difference(BASE, &new);
    assert!(!found.same);
    insta::assert_snapshot!("rule_by_rule_en", told(&found, Language::English));
    insta::assert_snapshot!("rule_by_rule_zh", told(&found, Language::Chinese));
}

#[test]
fn names_places_order_and_spelling_are_no_difference() {
    let renamed = BASE
        .replace("card_spend", "base_points")
        .replace("golden_week", "national_day")
        .replace("dining_treble", "meals")
        .replace("weekend", "best_one");
    let relabelled = BASE.replace("消费积分", "刷卡积分").replace("黄金周", "国庆");
    let reordered = BASE
        .replace("instrument is credit_card and amount >= 10 CNY", "amount >= 10 CNY and instrument is credit_card");
    let moved = BASE.replace("campaign golden_week \"黄金周\" {\n  from 2024-10-01 to 2024-10-07\n  every sat, sun from 18:00 until 22:00\n  rule dining_treble \"餐饮三倍\" on Purchase {\n",
        "rule dining_treble \"餐饮三倍\" on Purchase {\n  from 2024-10-01 to 2024-10-07\n  every sat, sun from 18:00 until 22:00\n").replace("3x\n  }\n}", "3x\n}");
    let parameter = format!("parameter rate = 1 Star\n{}", BASE.replace("earn 1 Star per", "earn rate per"));
    for (what, text) in [
        ("renamed", renamed),
        ("relabelled", relabelled),
        ("reordered", reordered),
        ("moved", moved),
        ("parameter", parameter),
    ] {
        let found = difference(BASE, &text);
        assert!(found.same, "{what}: {}", told(&found, Language::English));
        assert!(found.changes.is_empty(), "{what}: {}", told(&found, Language::English));
        assert!(found.touched.is_empty(), "{what}: {:?}", found.touched);
    }
}

#[test]
fn what_was_renamed_and_changed_is_still_the_same_rule() {
    let new = BASE.replace("card_spend", "base_points").replace("earn 1 Star", "earn 2 Star");
    let found = difference(BASE, &new);
    assert_eq!(found.renamed.len(), 1, "{:?}", found.renamed);
    assert_eq!(told(&found, Language::English), "Rule card_spend Changed\n  Gives Changed: rate 1 star → 2 star\n");
}
