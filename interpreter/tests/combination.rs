//! Combination: best of, first by priority, add up, multiply together; what multiples read; second parties; lines for each element.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::as_conversions,
    reason = "a test fails by panicking"
)]

mod common;
use common::*;
use serde_json::json;

fn buy(amount: &str) -> serde_json::Value {
    json!({ "amount": amount })
}

const SPEND: &str = "rule spend on Purchase { earn 1 Star per full 1 CNY of amount }\n";

#[test]
fn best_of_goes_by_what_each_lines_own_limits_leave() {
    let mut host = Host::new(&programme(
        "group best: best of\n\
         rule big on Purchase { in best priority 1; earn 3 Star per full 1 CNY of amount; per customer per month at most 100 Star, drop the rest }\n\
         rule small on Purchase { in best priority 2; earn 1 Star per full 1 CNY of amount }",
    ));
    assert_eq!(lines(&host.at("2024-05-01 10:00:00", "purchase", buy("30"))), ["big 90"]);
    // 3 a yuan, but only 10 are left.
    assert_eq!(lines(&host.at("2024-05-01 10:00:00", "purchase", buy("30"))), ["small 30"]);
    assert_eq!(
        host.counter("cap big.cap|customer=c1|2024-05").as_deref(),
        Some("90"),
        "a line that loses uses no room"
    );
    assert_eq!(lines(&host.at("2024-05-01 10:00:00", "purchase", buy("9"))), ["big 10 of 27"]);
}

#[test]
fn a_tie_goes_to_the_smaller_identifier() {
    for names in [("a", "b"), ("b", "a")] {
        let rules = format!(
            "group best: best of\nrule {} on Purchase {{ in best; earn 1 Star per full 1 CNY of amount }}\n\
             rule {} on Purchase {{ in best; earn 1 Star per full 1 CNY of amount }}",
            names.0, names.1
        );
        assert_eq!(lines(&Host::new(&programme(&rules)).at("2024-05-01 10:00:00", "purchase", buy("30"))), ["a 30"]);
    }
}

#[test]
fn a_multiple_of_a_base_that_lost_raises_nothing() {
    let mut host = Host::new(&programme(
        "group best: best of\n\
         rule card on Purchase { in best; earn 1 Star per full 1 CNY of amount }\n\
         rule online on Purchase { in best; when channel is online; earn 2 Star per full 1 CNY of amount }\n\
         rule double on Purchase { raise card to 2x }",
    ));
    assert_eq!(lines(&host.at("2024-05-01 10:00:00", "purchase", buy("30"))), ["card 30", "double 30"]);
    assert_eq!(
        lines(&host.at("2024-05-01 10:00:00", "purchase", json!({"amount": "30", "channel": "online"}))),
        ["online 60"]
    );
}

#[test]
fn first_by_priority_takes_the_first_that_gives_something() {
    let mut host = Host::new(&programme(
        "group order: first by priority\n\
         rule rest on Purchase { in order priority 2; earn 1 Star per full 1 CNY of amount }\n\
         rule steps on Purchase { in order priority 1; earn 50 Star per full 100 CNY of amount }",
    ));
    assert_eq!(lines(&host.at("2024-05-01 10:00:00", "purchase", buy("150"))), ["steps 50"]);
    assert_eq!(lines(&host.at("2024-05-01 10:00:00", "purchase", buy("99"))), ["rest 99"]);
}

#[test]
fn several_multiples_on_one_base_add_their_extras() {
    let mut host = Host::new(&programme(&format!(
        "{SPEND}rule a on Purchase {{ raise spend to 2x }}\nrule b on Purchase {{ raise spend to 1.5x }}\nrule c on Purchase {{ raise spend by 2x }}"
    )));
    assert_eq!(lines(&host.at("2024-05-01 10:00:00", "purchase", buy("101"))), ["spend 101", "a 101", "b 50", "c 202"]);
}

#[test]
fn multiply_together_is_one_line_in_the_groups_name_rounded_once() {
    let mut host = Host::new(&programme(&format!(
        "group product: multiply together\n{SPEND}\
         rule gold on Purchase {{ in product; raise spend to 1.5x }}\n\
         rule key on Purchase {{ in product; when product is key_product; raise spend by 0.5x }}"
    )));
    assert_eq!(lines(&host.at("2024-05-01 10:00:00", "purchase", buy("101"))), ["spend 101", "product 50"]);
    // 101 x (1.5 x 1.5 - 1) = 126.25; rounding each would give 50 + 50 or 50 + 75.
    assert_eq!(
        lines(&host.at("2024-05-01 10:00:00", "purchase", json!({"amount": "101", "product": "key_product"}))),
        ["spend 101", "product 126"]
    );
}

#[test]
fn a_multiple_reads_its_base_before_caps_unless_it_says_after() {
    let rules = |word: &str| {
        programme(&format!(
            "rule spend on Purchase {{ earn 1 Star per full 1 CNY of amount; per customer per day at most 40 Star, drop the rest }}\n\
             rule double on Purchase {{ raise spend to 2x{word} }}"
        ))
    };
    assert_eq!(
        lines(&Host::new(&rules("")).at("2024-05-01 10:00:00", "purchase", buy("100"))),
        ["spend 40 of 100", "double 100"]
    );
    assert_eq!(
        lines(&Host::new(&rules(" after caps")).at("2024-05-01 10:00:00", "purchase", buy("100"))),
        ["spend 40 of 100", "double 40"]
    );
}

#[test]
fn a_multiple_below_its_spend_limit_counts_the_part_under_it() {
    let mut host = Host::new(&programme(&format!(
        "{SPEND}rule triple on Purchase {{ raise spend to 3x; per customer per month at most 150 CNY of amount, drop the rest }}"
    )));
    assert_eq!(lines(&host.at("2024-05-01 10:00:00", "purchase", buy("100"))), ["spend 100", "triple 200"]);
    assert_eq!(lines(&host.at("2024-05-01 10:00:00", "purchase", buy("100"))), ["spend 100", "triple 100"]);
    assert_eq!(host.counter("cap triple.cap|customer=c1|2024-05").as_deref(), Some("150.00"));
}

#[test]
fn a_referral_pays_both_and_each_has_their_own_points() {
    let mut host = Host::new(&programme("rule refer on Referral { earn 100 Star; earn 50 Star to referred }"));
    let decision = host.at("2024-05-01 10:00:00", "referral", json!({"referred": "c2"}));
    let who: Vec<(&str, &str)> =
        decision.lines.iter().map(|line| (line.customer.as_str(), line.amount.as_str())).collect();
    assert_eq!(who, [("c1", "100"), ("c2", "50")]);
}

#[test]
fn lines_for_each_element_are_rounded_one_by_one_and_posted_as_one() {
    let mut host = Host::new(&programme(
        "rule items on Purchase {\n  for each item of items\n  earn category { dining: 2 Star, otherwise: 1 Star } per full 10 CNY of amount\n}",
    ));
    let items = json!([{"category": "dining", "amount": "19.90"}, {"amount": "19.90"}, {"category": "dining", "amount": "9.99"}]);
    let decision = host.at("2024-05-01 10:00:00", "purchase", json!({"amount": "49.79", "items": items}));
    assert_eq!(lines(&decision), ["items 3"]);
    assert_eq!(
        total(&host.at("2024-05-01 10:00:00", "purchase", buy("10"))),
        dec("0"),
        "without a list there is no line"
    );
}

#[test]
fn a_condition_on_the_element_is_one_of_its_line() {
    let mut host = Host::new(&programme(
        "rule by_tender on Purchase {\n  for each tender of tenders\n  when tender.instrument is credit_card\n  earn 1 Star per full 1 CNY of tender.amount\n}",
    ));
    let tenders = json!([
        {"instrument": "credit_card", "amount": "60.50"},
        {"instrument": "gift_card", "amount": "39.50"},
        {"instrument": "credit_card", "amount": "0.60"},
    ]);
    let decision = host.at("2024-05-01 10:00:00", "purchase", json!({"amount": "100.60", "tenders": tenders}));
    assert_eq!(lines(&decision), ["by_tender 60"]);
}

#[test]
fn tenders_are_shared_over_the_items_that_count() {
    let mut host = Host::new(&programme(
        "event Basket {\n  amount: money from 0 CNY to 10_000_000 CNY\n\
           items: list of at most 100 { category: Category?; amount: money from 0 CNY to 10_000_000 CNY }\n\
           tenders: list of at most 10 { instrument: Instrument; amount: money from 0 CNY to 10_000_000 CNY }\n}\n\
         define by_card = sum of (tenders.amount * tenders.instrument { credit_card: 100%, otherwise: 0% })\n\
         define counting = sum of (items.amount * items.category { groceries: 0%, otherwise: 100% })\n\
         rule pro_rata on Basket {\n  when amount > 0 CNY\n  earn 1 Star per full 1 CNY of (counting * (by_card / amount))\n}",
    ));
    let basket = json!({
        "amount": "90.00",
        "tenders": [{"instrument": "credit_card", "amount": "60.00"}, {"instrument": "gift_card", "amount": "30.00"}],
        "items": [{"category": "dining", "amount": "45.00"}, {"category": "groceries", "amount": "45.00"}],
    });
    // 45 x 60 / 90 is 30 exactly: two thirds are never rounded before they are multiplied.
    assert_eq!(lines(&host.at("2024-05-01 10:00:00", "basket", basket)), ["pro_rata 30"]);
    let nothing = json!({"amount": "0.00", "tenders": [], "items": []});
    assert_eq!(total(&host.at("2024-05-01 10:00:00", "basket", nothing)), dec("0"));
}

#[test]
fn the_order_of_declarations_changes_nothing() {
    let rules = [
        "group best: best of",
        "rule spend on Purchase { in best priority 2; earn 1 Star per full 1 CNY of amount }",
        "rule online on Purchase { in best priority 1; when channel is online; earn 2 Star per full 1 CNY of amount; per customer per day at most 90 Star, drop the rest }",
        "rule double on Purchase { raise spend, online to 2x; per customer per month at most 150 Star, drop the rest }",
    ];
    let forwards = Host::new(&programme(&rules.join("\n")));
    let backwards = Host::new(&programme(&rules.iter().rev().copied().collect::<Vec<_>>().join("\n")));
    assert_eq!(forwards.engine.hash(), backwards.engine.hash());
    let (mut forwards, mut backwards) = (forwards, backwards);
    for amount in ["30", "40.50", "88", "5"] {
        let event = json!({"amount": amount, "channel": "online"});
        assert_eq!(
            forwards.at("2024-05-01 10:00:00", "purchase", event.clone()),
            backwards.at("2024-05-01 10:00:00", "purchase", event)
        );
    }
}
