//! What `prove` says of policies: bounds with their reasons, and never "holds" where it does not.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use earnest_dsl::lint::against;
use earnest_dsl::load::{InputFile, load};
use earnest_dsl::policy::Policy;
use earnest_dsl::prove::{Question, Verdict, prove};

fn policy(rules: &str) -> Policy {
    let loaded = load(vec![InputFile { path: "programme.earn".to_owned(), text: text(rules) }], &[]);
    let errors: Vec<_> = loaded.diagnostics.iter().filter(|one| one.is_error()).map(|one| &one.message.en).collect();
    loaded.policy.unwrap_or_else(|| panic!("{errors:?}"))
}

fn text(rules: &str) -> String {
    format!(
        "programme bank \"银行\" {{\n  timezone Asia/Shanghai\n  currency CNY \"元\"\n  effective from 2024-01-01\n  use std.banking\n}}\n\
         points Star \"星点\" {{ round down each line; valid 3 years after earning; spend first soonest to expire, then oldest; worth 0.01 CNY }}\n{rules}\n"
    )
}

/// The codes of what is wrong with promises.
fn codes(rules: &str) -> Vec<&'static str> {
    let loaded = load(vec![InputFile { path: "programme.earn".to_owned(), text: text(rules) }], &[]);
    loaded.diagnostics.iter().filter(|one| one.is_error()).map(|one| one.code).collect()
}

/// What was shown of the claims of a question: claim, verdict.
fn shown(rules: &str, question: Question) -> Vec<String> {
    let policy = policy(rules);
    let proofs = prove(&policy, &against(&policy)).into_iter().filter(|one| one.question == question);
    let one = |verdict: &Verdict| match verdict {
        Verdict::Holds => "holds".to_owned(),
        Verdict::AtMost(most) => most.en.clone(),
        Verdict::Unbounded(why) => format!("unbounded: {}", why.en),
        Verdict::Fails(why, _) => format!("fails: {}", why.en),
        Verdict::NotProved(why) => format!("not proved: {}", why.en),
    };
    proofs.map(|proof| format!("{} = {}", proof.claim.en, one(&proof.verdict))).collect()
}

const CAPPED: &str = "rule spend on Purchase { earn 1 Star per full 10 CNY of amount; per customer per day at most 500 Star, drop the rest }";

#[test]
fn a_limit_by_the_day_bounds_the_month() {
    assert_eq!(
        shown(CAPPED, Question::Cost),
        [
            "the most points of one event purchase = 500 star (worth 5 CNY)",
            "the most star per customer per day = 500 star (worth 5 CNY)",
            "the most star per customer per calendar month = 15,500 star (worth 155 CNY)",
        ]
    );
}

#[test]
fn without_a_limit_nothing_bounds_what_follows_the_amount() {
    let all = shown("rule spend on Purchase { earn 1 Star per full 10 CNY of amount }", Question::Cost);
    assert!(all.iter().all(|one| one.ends_with("unbounded: nothing limits `spend` there")), "{all:?}");
    let all = shown("rule spend on Purchase { earn 1 Star per full 10 CNY of amount; no cap }", Question::Cost);
    assert!(all.iter().all(|one| one.ends_with("unbounded: `spend` says `no cap`")), "{all:?}");
}

#[test]
fn rules_add_up_and_of_a_group_one_event_gets_the_best() {
    let rules = "group g: best of
rule a on Purchase { in g priority 1; when channel is online; earn 100 Star; per customer per month at most 1_000 Star, drop the rest }
rule b on Purchase { in g priority 2; when channel is online; earn 30 Star; per customer per month at most 600 Star, drop the rest }
rule c on Purchase { adds to a, b; earn 5 Star; per customer per month at most 50 Star, drop the rest }";
    let all = shown(rules, Question::Cost);
    assert_eq!(all[0], "the most points of one event purchase = 105 star (worth 1.05 CNY)");
    assert_eq!(all[2], "the most star per customer per calendar month = 1,650 star (worth 16.50 CNY)");
}

#[test]
fn a_return_is_the_sum_of_what_rules_return() {
    let rules = "rule spend on Purchase { earn 1 Star per full 10 CNY of amount }
rule extra on Purchase { adds to spend; when amount >= 200 CNY; earn 100 Star }";
    // 1 in 10 at 0.01 is 0.1 %; 100 at 0.01 over at least 200 is 0.5 %.
    assert_eq!(shown(rules, Question::Return), ["worth of the points over amount of purchase = 0.6%"]);
}

#[test]
fn splitting_pays_where_an_award_is_flat_and_not_where_it_goes_by_steps() {
    assert_eq!(
        shown("rule spend on Purchase { earn 1 Star per full 10 CNY of amount }", Question::Splitting),
        ["splitting a purchase never earns more by `spend` = holds"]
    );
    let flat = shown("rule extra on Purchase { when amount >= 200 CNY; earn 100 Star }", Question::Splitting);
    assert_eq!(
        flat,
        [
            "splitting a purchase never earns more by `extra` = fails: two purchases earn more than one of the same sum; every further part at most 100 star (worth 1 CNY) more"
        ]
    );
}

#[test]
fn what_a_refund_leaves_is_said() {
    let keeps =
        shown("rule spend on Purchase { earn 1 Star per full 10 CNY of amount; refund keeps }", Question::Refund);
    assert_eq!(keeps, ["a refund in full takes back everything that `spend` gave = fails: it says `refund keeps`"]);
    let plain = shown("rule spend on Purchase { earn 1 Star per full 10 CNY of amount }", Question::Refund);
    assert_eq!(plain, ["a refund in full takes back everything that `spend` gave = holds"]);
}

#[test]
fn a_promise_is_kept_only_where_that_is_proved() {
    assert_eq!(codes(&format!("{CAPPED}\npromise per customer per day at most 500 Star")), Vec::<&str>::new());
    assert_eq!(codes(&format!("{CAPPED}\npromise per customer per day at most 499 Star")), ["E0715"]);
    assert_eq!(codes(&format!("{CAPPED}\npromise per customer per month at most 15_500 Star")), Vec::<&str>::new());
    assert_eq!(
        codes(&format!("{CAPPED}\npromise each time at most 500 Star\npromise return at most 0.1%")),
        Vec::<&str>::new()
    );
    assert_eq!(codes(&format!("{CAPPED}\n承诺 回馈率 最多 0.09%")), ["E0715"]);
    assert_eq!(codes(&format!("{CAPPED}\npromise per customer per year at most 100_000 Star")), ["E0715"]);
}

/// A promise changes no decision: the hash is that of the policy without it.
#[test]
fn a_promise_is_no_part_of_the_meaning() {
    assert_eq!(
        policy(CAPPED).hash(),
        policy(&format!("{CAPPED}\npromise per customer per day at most 500 Star")).hash()
    );
}
