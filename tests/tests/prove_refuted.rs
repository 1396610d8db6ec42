//! Why some claims are not proved: what happens where `prove` once said that they hold.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use earnest_dsl::load::{InputFile, load};
use earnest_ledger::{Host, Programme};
use earnest_tests::events::Purchase;
use earnest_tests::programmes::HEAD;
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json};

fn host(rounding: &str, rules: &str) -> Host {
    let points = format!("points Star {{ round {rounding}; valid without end; spend first oldest; worth 0.01 CNY }}\n");
    let text = format!("{HEAD}{points}refunds: may overdraw\n{rules}\n");
    let loaded = load(vec![InputFile { path: "programme.earn".to_owned(), text }], &[]);
    let errors: Vec<_> = loaded.diagnostics.iter().filter(|one| one.is_error()).map(|one| &one.message.en).collect();
    Host::new(Programme::new(loaded.policy).unwrap_or_else(|| panic!("{errors:?}")))
}

fn buy(yuan: u32) -> Purchase {
    Purchase { day: 1, minute: 0, fen: yuan * 100, customer: 1, instrument: None, channel: None }
}

/// What one event posts, all lines together.
fn posts(host: &mut Host, event: &Map<String, Json>) -> Decimal {
    let decision = host.decide(event, false).unwrap().decision;
    decision.lines.iter().map(|line| line.amount.parse::<Decimal>().unwrap()).sum()
}

/// A purchase too large for the rule, one that takes the whole room, and a refund that makes the first one small enough.
#[test]
fn a_refund_of_a_part_passes_a_limit() {
    let rule = "rule small on Purchase { when amount <= 500 CNY; earn 100 Star; per customer per month at most 100 Star, drop the rest";
    let left = |rest: &str| {
        let mut host = host("down each line", &format!("{rule}{rest} }}"));
        let all = [buy(900).json(0), buy(400).json(1), buy(900).refund(0, 2, 50_000)];
        all.iter().map(|event| posts(&mut host, event)).sum::<Decimal>()
    };
    assert_eq!(left(""), Decimal::from(200), "the month's limit is 100");
    assert_eq!(left("; refund in proportion"), Decimal::from(100));
}

/// The refund makes `b` the winner of the first purchase, for which its room is that of then; what is kept stays the winner.
#[test]
fn a_refund_of_a_part_changes_the_winner() {
    let posted = |refund: &str| {
        let mut host = host(
            "down each line",
            &format!(
                "group g: best of\nrule a on Purchase {{ in g priority 1; when amount >= 500 CNY; earn 100 Star{refund} }}\n\
                 rule b on Purchase {{ in g priority 2; earn 50 Star; per customer per month at most 50 Star, drop the rest }}"
            ),
        );
        let all = [buy(900).json(0), buy(400).json(1), buy(900).refund(0, 2, 50_000)];
        all.map(|event| posts(&mut host, &event))
    };
    assert_eq!(posted(""), [100, 50, -50].map(Decimal::from), "`b` is left with 100 in a month of at most 50");
    assert_eq!(posted("; refund keeps"), [100, 50, 0].map(Decimal::from));
}

/// Nothing is left of the only purchase, and a total that is owed for little spent stands.
#[test]
fn a_total_that_is_owed_for_nothing_stays() {
    let mut host = host(
        "down each line",
        "track spent per customer per month = sum of Purchase.amount\nrule low { per customer per month keep 50 Star while spent < 1_000 CNY }",
    );
    assert_eq!(posts(&mut host, &buy(900).json(0)), Decimal::from(50));
    assert_eq!(posts(&mut host, &buy(900).refund(0, 1, 90_000)), Decimal::ZERO);
}

#[test]
fn a_product_gives_more_than_its_factors_alone() {
    let mut host = host(
        "down each line",
        "group factors: multiply together\nrule base on Purchase { earn 10 Star }\nrule two on Purchase { in factors; raise base to 2x }\nrule three on Purchase { in factors; raise base to 3x }",
    );
    assert_eq!(posts(&mut host, &buy(1).json(0)), Decimal::from(60));
}

#[test]
fn what_a_limit_on_spend_leaves_earns_at_another_row() {
    let mut host = host(
        "down each line",
        "rule spend on Purchase { when amount >= 500 CNY; earn amount { from 0 CNY: 90 Star, from 500 CNY: 10 Star }; per customer per day at most 40 CNY of amount }",
    );
    assert_eq!(posts(&mut host, &buy(500).json(0)), Decimal::from(90));
}

/// Whole amounts above the limit are refused, their parts are not; and halves round up.
#[test]
fn parts_give_what_the_whole_does_not() {
    let mut refusing = host(
        "down each line",
        "rule spend on Purchase { earn 1 Star per full 10 CNY of amount; each time at most 50 Star, else refuse too_much }",
    );
    let (whole, part) = (posts(&mut refusing, &buy(600).json(0)), posts(&mut refusing, &buy(300).json(1)));
    assert_eq!((whole, part), (Decimal::ZERO, Decimal::from(30)));
    let mut up = host("up each line", "rule spend on Purchase { earn 0.5 Star per full 1 CNY of amount }");
    let (whole, part) = (posts(&mut up, &buy(2).json(0)), posts(&mut up, &buy(1).json(1)));
    assert_eq!((whole, part), (Decimal::ONE, Decimal::ONE));
}
