//! Policies of which a proof once said what is not so. What happens on them is in the tests across crates.

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
use earnest_dsl::prove::space::{Found, condition, matching};
use earnest_dsl::prove::{Proof, Question, Verdict, prove};

const HEAD: &str = "programme bank {\n  timezone Asia/Shanghai\n  currency CNY \"元\"\n  effective from 2024-01-01\n  use std.banking\n}\n";

fn points(rounding: &str) -> String {
    format!("points Star {{ round {rounding}; valid 3 years after earning; spend first oldest; worth 0.01 CNY }}\n")
}

fn of_text(text: String) -> Policy {
    let loaded = load(vec![InputFile { path: "programme.earn".to_owned(), text }], &[]);
    let errors: Vec<_> = loaded.diagnostics.iter().filter(|one| one.is_error()).map(|one| &one.message.en).collect();
    loaded.policy.unwrap_or_else(|| panic!("{errors:?}"))
}

fn rounded(rounding: &str, rules: &str) -> Policy {
    of_text(format!("{HEAD}{}{rules}\n", points(rounding)))
}

fn policy(rules: &str) -> Policy {
    rounded("down each line", rules)
}

fn proofs(policy: &Policy, question: Question) -> Vec<Proof> {
    prove(policy, &against(policy)).into_iter().filter(|one| one.question == question).collect()
}

fn told(proof: &Proof) -> String {
    match &proof.verdict {
        Verdict::Holds => "holds".to_owned(),
        Verdict::AtMost(most) => most.en.clone(),
        Verdict::Unbounded(why) => format!("unbounded: {}", why.en),
        Verdict::Fails(why, _) => format!("fails: {}", why.en),
        Verdict::NotProved(why) => format!("not proved: {}", why.en),
    }
}

/// The verdict on the claim that has this in its text.
fn verdict(policy: &Policy, question: Question, claim: &str) -> String {
    let all = proofs(policy, question);
    let found = all.iter().find(|one| one.claim.en.contains(claim));
    found
        .map(told)
        .unwrap_or_else(|| panic!("no such claim among {:?}", all.iter().map(|one| &one.claim.en).collect::<Vec<_>>()))
}

#[track_caller]
fn not_proved(policy: &Policy, question: Question, claim: &str) {
    let verdict = verdict(policy, question, claim);
    assert!(verdict.starts_with("not proved"), "{claim}: {verdict}");
}

const PER_FULL: &str = "earn 1 Star per full 10 CNY of amount";

// ---------------------------------------------------------------- space

/// Just below 100 CNY lies 99.99 CNY, however the text writes the hundred.
#[test]
fn a_complement_keeps_the_decimals() {
    let policy = policy(
        "rule big on Purchase { when not (amount >= 100 CNY) and amount > 99 CNY; earn 5 Star }\n\
         rule gap on Purchase { adds to big; when not (amount >= 100 CNY) and amount > 99.99 CNY; earn 5 Star }",
    );
    assert_eq!(verdict(&policy, Question::Reachable, "`big`"), "holds");
    assert!(verdict(&policy, Question::Reachable, "`gap`").starts_with("fails"));
}

/// A fact is the same fact wherever the text reads it.
#[test]
fn a_fact_read_twice_is_one_dimension() {
    let policy = policy(
        "rule both on Purchase { when customer.age >= 60 and customer.age < 30; earn 5 Star }\n\
         rule one on Purchase { adds to both; when customer.age >= 30 and customer.age < 60; earn 5 Star }",
    );
    let fails = proofs(&policy, Question::Reachable);
    assert!(told(&fails[0]).starts_with("fails"), "{:?}", told(&fails[0]));
    assert_eq!(told(&fails[1]), "holds");
    let rule = &policy.rules[0];
    let kind = rule.kinds[0];
    let region = matching(&policy, &policy.rules[1], kind);
    let outside = region.without(&condition(&policy, kind, &policy.rules[1].conditions[0]));
    assert!(matches!(outside.example(&policy), Found::Nothing), "a region without itself is empty");
}

// ---------------------------------------------------------------- cost

/// 2x and 3x together are 6x: on top of 10 Star 50 more, not 30.
#[test]
fn factors_that_multiply_are_multiplied() {
    let policy = policy(
        "group factors: multiply together\nrule base on Purchase { earn 10 Star }\n\
         rule two on Purchase { in factors; raise base to 2x }\nrule three on Purchase { in factors; raise base to 3x }",
    );
    assert_eq!(verdict(&policy, Question::Cost, "one event"), "60 star (worth 0.60 CNY)");
}

/// 100 CNY at 1 Star, the other 400 CNY at 2 Star.
#[test]
fn what_the_rest_earns_is_counted() {
    let policy = policy(
        "rule spend on Purchase { when amount <= 500 CNY; earn 1 Star per full 1 CNY of amount; \
         per customer per month at most 100 CNY of amount, the rest earns 2 Star per full 1 CNY of amount }",
    );
    assert_eq!(verdict(&policy, Question::Cost, "one event"), "1,500 star (worth 15 CNY)");
    let ratio = verdict(&policy, Question::Return, "amount");
    assert_eq!(ratio, "3%");
}

/// Of 500 CNY only the first 40 count: they earn at the row of 40 CNY, which the condition rules out for the whole amount.
#[test]
fn a_part_of_an_amount_may_lie_below_what_conditions_say() {
    let policy = policy(
        "rule spend on Purchase { when amount >= 500 CNY; earn amount { from 0 CNY: 90 Star, from 500 CNY: 10 Star }; \
         per customer per day at most 40 CNY of amount }",
    );
    assert_eq!(verdict(&policy, Question::Cost, "one event"), "90 star (worth 0.90 CNY)");
}

/// A purchase of 900 CNY gives nothing; another takes the month's room; then all but 400 CNY of the first goes back.
#[test]
fn a_limit_does_not_hold_where_a_refund_raises_a_line() {
    let policy = policy(
        "rule small on Purchase { when amount <= 500 CNY; earn 100 Star; per customer per month at most 100 Star, drop the rest }\n\
         rule uses on Purchase { adds to small; when amount <= 500 CNY; earn 100 Star; per customer per month at most 3 times }",
    );
    not_proved(&policy, Question::Cost, "per calendar month");
    let proportion = self::policy(
        "rule small on Purchase { when amount <= 500 CNY; earn 100 Star; per customer per month at most 100 Star, drop the rest; refund in proportion }",
    );
    assert_eq!(verdict(&proportion, Question::Cost, "per calendar month"), "100 star (worth 1 CNY)");
}

/// A claim is decided again when what it names is refunded: it reads what is left of it.
#[test]
fn a_limit_does_not_hold_where_a_claim_reads_what_is_left() {
    let text = |earn: &str| {
        format!(
            "event Claim json \"claim\" {{ of: Purchase json \"purchase\" }}\nrule late on Claim {{ {earn}; per customer per month at most 100 Star, drop the rest }}"
        )
    };
    not_proved(&policy(&text("when of.remaining <= 500 CNY; earn 100 Star")), Question::Cost, "per calendar month");
    assert_eq!(
        verdict(&policy(&text("earn 100 Star")), Question::Cost, "per calendar month"),
        "100 star (worth 1 CNY)"
    );
}

/// The smaller amount that a refund leaves may make another member of the group the winner.
#[test]
fn a_limit_does_not_hold_where_a_refund_changes_the_winner() {
    let text = |refund: &str| {
        format!(
            "group g: best of\nrule a on Purchase {{ in g priority 1; when amount >= 500 CNY; earn 100 Star; per customer per month at most 400 Star, drop the rest{refund} }}\n\
             rule b on Purchase {{ in g priority 2; earn 50 Star; per customer per month at most 50 Star, drop the rest{refund} }}"
        )
    };
    not_proved(&policy(&text("")), Question::Cost, "per calendar month");
    let proportion = policy(&text("; refund in proportion"));
    assert_eq!(verdict(&proportion, Question::Cost, "per calendar month"), "450 star (worth 4.50 CNY)");
}

/// An award of 1.5 with its multiple of half is 2.25: 2 up to 3 with the base's 2, and by line 0.75 is 1.
#[test]
fn rounding_is_in_the_bound() {
    let rules = "rule base on Purchase { when amount <= 1 CNY; earn 1.5 Star per full 1 CNY of amount }\nrule half on Purchase { raise base by 0.5x }";
    assert_eq!(verdict(&rounded("up each line", rules), Question::Cost, "one event"), "3 star (worth 0.03 CNY)");
    let most = verdict(&rounded("up each award", rules), Question::Cost, "one event");
    assert_eq!(most, "4 star (worth 0.04 CNY)");
}

/// Late events count on their own days: no later window looks back at them.
#[test]
fn a_rolling_limit_is_one_of_days() {
    let policy = policy(&format!(
        "rule spend on Purchase {{ {PER_FULL}; per customer per rolling 30 days at most 100 Star, drop the rest }}"
    ));
    assert_eq!(verdict(&policy, Question::Cost, "per calendar month"), "3,100 star (worth 31 CNY)");
}

/// At the close of the month both totals come at once, though no other event moves both.
#[test]
fn what_a_close_brings_is_one_event() {
    let policy = policy(
        "track spent per customer per month = sum of Purchase.amount\ntrack visits per customer per month = count of Login\n\
         rule one { per customer per month keep 50 Star while spent >= 100 CNY; settled at close of month, final }\n\
         rule two { per customer per month keep 30 Star while visits >= 2 times; settled at close of month, final }\n\
         promise each time at most 80 Star",
    );
    assert_eq!(verdict(&policy, Question::Cost, "close of the month"), "80 star (worth 0.80 CNY)");
    assert!(earnest_dsl::prove::kept(&policy).iter().all(|promise| promise.shown.en.contains("80 star")));
}

// ---------------------------------------------------------------- shape

#[test]
fn shapes_mind_refusals() {
    for limit in [
        "each time at most 50 Star, else refuse too_much",
        "per customer per day at most 900 CNY of amount, else refuse too_much",
    ] {
        let policy = policy(&format!("rule spend on Purchase {{ {PER_FULL}; {limit} }}"));
        assert_ne!(verdict(&policy, Question::Rising, "`spend`"), "holds");
        assert_ne!(verdict(&policy, Question::Splitting, "`spend`"), "holds");
    }
    let policy = policy(&format!(
        "rule spend on Purchase {{ {PER_FULL} }}\nrule large on Purchase {{ accept when amount <= 1_000 CNY else refuse too_much }}"
    ));
    not_proved(&policy, Question::Rising, "`spend`");
}

#[test]
fn shapes_mind_measures() {
    for when in ["spent with this one <= 500 CNY", "visits before this one >= 1 times"] {
        let policy = policy(&format!(
            "track spent per customer per month = sum of Purchase.amount\ntrack visits per customer per month = count of Purchase\n\
             rule spend on Purchase {{ when {when}; {PER_FULL} }}"
        ));
        not_proved(&policy, Question::Rising, "`spend`");
        not_proved(&policy, Question::Splitting, "`spend`");
    }
}

#[test]
fn shapes_mind_groups_and_shared_limits() {
    for group in ["best of", "first by priority"] {
        let policy = policy(&format!(
            "group g: {group}\nrule a on Purchase {{ in g priority 1; when amount >= 500 CNY; earn 9 Star }}\nrule b on Purchase {{ in g priority 2; {PER_FULL} }}"
        ));
        not_proved(&policy, Question::Rising, "`b`");
        not_proved(&policy, Question::Splitting, "`b`");
    }
}

/// Two halves of 0.5 each become 1.
#[test]
fn splitting_minds_rounding() {
    let rules = "rule spend on Purchase { earn 0.5 Star per full 1 CNY of amount }\nrule whole on Purchase { adds to spend; earn 1 Star per full 1 CNY of amount }";
    for rounding in ["up each line", "half up each line"] {
        let policy = rounded(rounding, rules);
        not_proved(&policy, Question::Splitting, "`spend`");
        assert_eq!(verdict(&policy, Question::Splitting, "`whole`"), "holds");
    }
    assert_eq!(verdict(&policy(rules), Question::Splitting, "`spend`"), "holds");
}

#[test]
fn multiples_and_totals_are_shaped_too() {
    let policy = policy(&format!(
        "track spent per customer per month = sum of Purchase.amount\nrule base on Purchase {{ {PER_FULL} }}\nrule more on Purchase {{ raise base to 2x }}\n\
         rule small on Purchase {{ when amount <= 500 CNY; raise base by 1x }}\n\
         rule month {{ per customer per month keep 50 Star while spent >= 1_000 CNY }}\nrule low {{ per customer per month keep 50 Star while spent < 1_000 CNY }}"
    ));
    for question in [Question::Rising, Question::Splitting] {
        assert_eq!(verdict(&policy, question, "`more`"), "holds");
        assert_eq!(verdict(&policy, question, "`month`"), "holds");
        not_proved(&policy, question, "`small`");
        not_proved(&policy, question, "`low`");
    }
    // An award is rounded as a whole: a multiple may gain the unit that its base loses.
    let awards = rounded(
        "down each award",
        &format!("rule base on Purchase {{ {PER_FULL} }}\nrule more on Purchase {{ raise base to 1.5x }}"),
    );
    not_proved(&awards, Question::Rising, "`more`");
}

/// Below 5 CNY the product is not under the campaign's budget.
#[test]
fn a_product_is_under_the_limits_of_those_that_apply() {
    let policy = policy(
        "group factors: multiply together\nrule base on Purchase { earn 1 Star per full 1 CNY of amount }\n\
         rule two on Purchase { in factors; raise base to 2x }\n\
         campaign spring {\n  from 2024-03-01 to 2024-04-15\n  in all at most 20 Star, drop the rest\n  rule three on Purchase { in factors; when amount >= 5 CNY; raise base to 3x }\n}",
    );
    not_proved(&policy, Question::Rising, "`two`");
    not_proved(&policy, Question::Splitting, "`two`");
}

// ---------------------------------------------------------------- refund

/// With everything refunded nothing has been spent, and 50 Star are owed for that.
#[test]
fn a_total_that_is_owed_for_nothing_stays() {
    let policy = policy(
        "track spent per customer per month = sum of Purchase.amount\nrule low { per customer per month keep 50 Star while spent < 1_000 CNY }\n\
         rule high { per customer per month keep 50 Star while spent >= 1_000 CNY }",
    );
    not_proved(&policy, Question::Refund, "`low`");
    assert_eq!(verdict(&policy, Question::Refund, "`high`"), "holds");
}

#[test]
fn a_measure_that_remembers_leaves_something() {
    let text = |how: &str| {
        format!(
            "track spent per customer per month = sum of Purchase.amount, {how}\nrule high {{ per customer per month keep 50 Star while spent >= 1_000 CNY }}"
        )
    };
    assert_ne!(verdict(&policy(&text("gross")), Question::Refund, "`high`"), "holds");
    not_proved(&policy(&text("refunds in their own period")), Question::Refund, "`high`");
}

#[test]
fn conversions_and_what_is_kept_are_no_proof() {
    let text = "points Stamp { round down each line; valid without end; spend first oldest }\nrule stamp on Purchase { earn 1 Stamp per full 10 CNY of amount }\n\
                rule card { convert 10 Stamp to 1 Star undo while unused }";
    assert_ne!(verdict(&policy(text), Question::Refund, "`stamp`"), "");
    for proof in proofs(&policy(text), Question::Refund).iter().filter(|one| one.claim.en.contains("`card`")) {
        assert_ne!(told(proof), "holds");
    }
}

/// What is asked back may have been used: a shortage is said beside the proof, unless balances may be overdrawn.
#[test]
fn a_floor_at_zero_is_said() {
    let floor = policy(&format!("rule spend on Purchase {{ {PER_FULL} }}"));
    let reasons = |policy: &Policy| {
        proofs(policy, Question::Refund)[0].reasons.iter().any(|one| one.text.en.contains("shortage"))
    };
    assert!(reasons(&floor));
    assert!(!reasons(&policy(&format!("refunds: may overdraw\nrule spend on Purchase {{ {PER_FULL} }}"))));
}

#[test]
fn a_refund_that_may_be_refused_is_said() {
    let policy = policy(&format!(
        "rule spend on Purchase {{ {PER_FULL} }}\nrule soon on Refund {{ accept when amount <= 1_000 CNY else refuse too_late }}"
    ));
    let all = proofs(&policy, Question::Refund);
    assert!(all[0].reasons.iter().any(|one| one.text.en.contains("`soon` accepts")), "{all:?}");
}

// ---------------------------------------------------------------- reach

#[test]
fn why_a_rule_never_applies_is_said() {
    let policy = policy(
        "rule odd on Purchase { when channel is online; when not (amount >= 100 CNY); when amount > 99.99 CNY; earn 5 Star }",
    );
    let odd = proofs(&policy, Question::Reachable);
    assert!(told(&odd[0]).starts_with("fails"));
    let places: Vec<String> = odd[0].reasons.iter().map(|one| policy.sources.place(one.span)).collect();
    assert_eq!(places.len(), 2, "the two that stand against each other: {places:?}");
}

#[test]
fn a_multiple_without_a_base_and_a_total_of_nothing_never_apply() {
    let policy = policy(&format!(
        "track spent per customer per month = sum of Purchase.amount\nrule base on Purchase {{ when channel is online; {PER_FULL} }}\n\
         rule more on Purchase {{ when channel is pos; raise base to 2x }}\n\
         rule never {{ per customer per month keep 5 Star while spent >= 100 CNY and spent < 50 CNY }}\n\
         rule month {{ per customer per month keep 5 Star while spent >= 100 CNY }}"
    ));
    assert!(verdict(&policy, Question::Reachable, "`more`").starts_with("fails"));
    assert!(verdict(&policy, Question::Reachable, "`never`").starts_with("fails"));
    not_proved(&policy, Question::Reachable, "`month`");
}

/// Every finding of a policy is one of these, and machines read them by name.
#[test]
fn events_that_another_rule_refuses_show_nothing() {
    let policy = policy(&format!(
        "rule spend on Purchase {{ when amount >= 2_000 CNY; {PER_FULL} }}\nrule large on Purchase {{ accept when amount <= 1_000 CNY else refuse too_much }}"
    ));
    not_proved(&policy, Question::Reachable, "`spend`");
}
