//! Sentences about one particular thing: a merchant by its id, one item of a catalogue, a figure where the host tells little.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test says so by panicking")]

use earnest_dsl::load::{InputFile, Loaded, load};
use earnest_dsl::policy::core;

const HEAD: &str = "programme demo \"示例\" {
  timezone Asia/Shanghai
  currency CNY \"元\"
  effective from 2024-01-01
  use std.banking, std.control, std.calendar
}
points Point \"积分\" {
  round down each line
  valid 2 years after earning
  spend first soonest to expire, then oldest
}
";

fn loaded(text: &str) -> Loaded {
    load(vec![InputFile { path: "programme.earn".to_owned(), text: format!("{HEAD}{text}") }], &[])
}

fn codes(text: &str) -> Vec<&'static str> {
    loaded(text).diagnostics.iter().map(|found| found.code).collect()
}

fn core_of(text: &str) -> String {
    let loaded = loaded(text);
    assert!(loaded.diagnostics.is_empty(), "{:#?}", loaded.diagnostics);
    core::print(&loaded.policy.unwrap())
}

#[test]
fn a_subject_is_compared_with_its_id() {
    let rule = |condition: &str| format!("rule a on Purchase {{ when {condition}; earn 1 Point }}\n");
    for condition in ["merchant is \"hotel\"", "merchant in { \"hotel\", \"spa\" }", "customer is not \"c1\""] {
        assert_eq!(codes(&rule(condition)), Vec::<&str>::new(), "{condition}");
    }
    assert_eq!(codes(&rule("channel is \"hotel\"")), ["E0405"]);
    assert_eq!(codes(&rule("amount is \"hotel\"")), ["E0405"]);
}

#[test]
fn a_lower_price_of_one_item_leaves_the_others() {
    let with = |what: &str| {
        format!(
            "catalogue mall {{ item tea 100 Point; item cup 50 Point }}\ncatalogue other {{ item pen 20 Point }}\n\
             campaign rush {{ from 2024-06-18 to 2024-06-18; lower price of {what} to 80% }}\n"
        )
    };
    let lowered = |what: &str| core_of(&with(what)).matches("80%").count();
    assert_eq!((lowered("tea of mall"), lowered("tea"), lowered("every item of mall")), (1, 1, 2));
    assert_eq!(codes(&with("pen of mall")).len(), 1);
}

#[test]
fn delivery_names_the_calendar_where_there_are_several() {
    let with = |within: &str| format!("catalogue mall {{ deliver within {within}; item tea 100 Point }}\n");
    assert_eq!(codes(&with("15 working days of china")), Vec::<&str>::new());
    assert_eq!(codes(&with("3 days")), Vec::<&str>::new());
    assert_eq!(codes(&with("15 working days")).len(), 1);
    assert_eq!(codes(&with("15 working days of atlantis")).len(), 1);
}

#[test]
fn a_figure_says_what_counts_where_nothing_is_told_and_may_divide() {
    assert_eq!(
        codes("figure a = 1% of (txn_amount default 0 CNY) + 0.5% of (asset_balance default 0 CNY)\n"),
        Vec::<&str>::new()
    );
    assert_eq!(codes("figure b = rebate / profit round half up to 4 places\n"), Vec::<&str>::new());
    // What is decided must not depend on luck.
    assert_eq!(codes("rule c on Purchase { earn 1 Point * (1 CNY / amount) }\n"), ["E0415"]);
}
