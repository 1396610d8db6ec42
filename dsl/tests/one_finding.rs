//! A mistake in a rule is one finding: a limit elsewhere that counts the rule's points is not blamed for it.

use earnest_dsl::load::{InputFile, load};

#[test]
fn a_limit_is_not_blamed_for_a_mistaken_rule() {
    let text = "programme p { timezone Asia/Shanghai; currency CNY \"元\"; effective from 2024-01-01; use std.banking }\n\
                points Point { round down each line; valid without end; spend first oldest }\n\
                rule spend on Purchase { earn 1 Point per full 1 of amount }\n\
                rule double on Purchase { raise spend to 2x; per customer per month at most 500 Point }\n";
    let loaded = load(vec![InputFile { path: "programme.earn".to_owned(), text: text.to_owned() }], &[]);
    let codes: Vec<&str> = loaded.diagnostics.iter().map(|found| found.code).collect();
    assert_eq!(codes, ["E0419"]);
}
