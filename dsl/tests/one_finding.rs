//! A mistake in a rule is one finding: what elsewhere counts or raises the rule's points is not blamed for it.

use earnest_dsl::load::{InputFile, load};

fn codes(rules: &str) -> Vec<&'static str> {
    let text = format!(
        "programme p {{ timezone Asia/Shanghai; currency CNY \"元\"; effective from 2024-01-01; use std.banking }}\n\
         points Point {{ round down each line; valid without end; spend first oldest }}\n{rules}"
    );
    let loaded = load(vec![InputFile { path: "programme.earn".to_owned(), text }], &[]);
    loaded.diagnostics.iter().map(|found| found.code).collect()
}

#[test]
fn a_limit_is_not_blamed_for_a_mistaken_rule() {
    let found = codes(
        "rule spend on Purchase { earn 1 Point per full 1 of amount }\n\
         rule double on Purchase { raise spend to 2x; per customer per month at most 500 Point }\n",
    );
    assert_eq!(found, ["E0419"]);
}

#[test]
fn a_multiple_is_not_blamed_for_a_base_that_cannot_be_read() {
    let found = codes(
        "rule spend on Purchase { earn 1 Xyz Point per full 1 CNY of amount }\n\
         rule double on Purchase { raise spend to 2x }\n\
         rule triple on Purchase { raise base by 1x }\n",
    );
    assert_eq!(found, ["E0016"]);
}

#[test]
fn a_rule_on_an_unknown_event_is_one_finding() {
    let found = codes("rule wrong on Violated { when amount > 5 CNY; take back all Point; bar customer }\n");
    assert_eq!(found, ["E0109"]);
}
