//! Corners of refunds: parts of a capped purchase, several kinds that reduce several fields, what names the original, periods.

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
use earnest_interpreter::decision::Decision;
use rust_decimal::Decimal;
use serde_json::{Value as Json, json};

fn buy(amount: &str) -> Json {
    json!({ "amount": amount })
}

fn refund(host: &mut Host, local: &str, of: &Decision, amount: &str) -> Decision {
    host.at(local, "refund", json!({"of": of.event, "amount": amount}))
}

#[test]
fn a_capped_purchase_with_a_split_and_a_multiple_comes_to_exactly_zero() {
    let mut host = Host::new(&programme(
        "rule spend on Purchase {\n  earn 3 Star per full 10 CNY of amount\n  \
         per customer per month at most 200 CNY of amount, the rest earns 1 Star per full 10 CNY of amount\n}\n\
         rule half on Purchase { raise spend by 0.5x; per customer per month at most 40 Star, drop the rest }\n\
         track spent per customer per month = sum of Purchase.amount\n\
         rule steps { per customer per month keep 7 Star per full 100 CNY of spent }",
    ));
    let mut all = vec![host.at("2024-05-01 10:00:00", "purchase", buy("95"))];
    let bought = host.at("2024-05-02 10:00:00", "purchase", buy("333"));
    // 105 under the limit: 10 steps at three, and 228 beyond: 22 at one. Half of 52 is 26; 13 are used of 40.
    assert_eq!(lines(&bought), ["spend 52", "half 26", "steps 28"]);
    all.push(bought.clone());
    for (day, part) in [(3, "100"), (4, "133"), (5, "99.99"), (6, "0.01")] {
        all.push(refund(&mut host, &format!("2024-05-0{day} 10:00:00"), &bought, part));
    }
    // What is left is the first purchase: 27, half of it 13, no step.
    let rest = by_rule(&all);
    assert_eq!(rest.get("spend"), Some(&dec("27")));
    assert_eq!(rest.get("half"), Some(&dec("13")));
    assert_eq!(rest.get("steps"), None);
    assert_eq!(host.counter("cap spend.cap|customer=c1|2024-05").as_deref(), Some("95.00"));
    assert_eq!(host.counter("cap half.cap|customer=c1|2024-05").as_deref(), Some("13"));
}

const ORDERS: &str = "event Order \"订单\" { amount \"金额\": money; pieces \"件数\": count; bonus \"赠分\": points }\n\
     refund event Return \"退货\" { of \"原订单\": Order; pieces \"件数\": count reduces }\n\
     refund event Allowance \"折让\" { of \"原订单\": Order; amount \"金额\": money? }\n\
     refund event Correction \"更正\" { of \"原订单\": Order; bonus \"赠分\": points reduces; amount \"说明金额\": money? }\n\
     refund event Annulment \"取消\" { of \"原订单\": Order }\n";

#[test]
fn each_refund_kind_reduces_the_fields_that_it_says_and_no_other() {
    let mut host = Host::new(&programme(&format!(
        "{ORDERS}rule by_money on Order {{ earn 1 Star per full 1 CNY of amount }}\n\
         rule by_piece on Order {{ earn 10 Star per full 1 piece of pieces; adds to by_money, gift }}\n\
         rule gift on Order {{ earn bonus; adds to by_money, by_piece }}\n\
         track orders per customer = count of Order"
    )));
    let order = || json!({"amount": "100", "pieces": 4, "bonus": "25"});
    let placed = host.at("2024-05-01 10:00:00", "order", order());
    assert_eq!(total(&placed), dec("165"));
    let of = |kind: &str, members: Json, host: &mut Host| {
        let mut members = members;
        members["of"] = json!(placed.event);
        lines(&host.at("2024-05-02 10:00:00", kind, members))
    };
    assert_eq!(of("return", json!({"pieces": 1}), &mut host), ["by_piece -10"]);
    assert_eq!(of("allowance", json!({"amount": "30"}), &mut host), ["by_money -30"]);
    // A correction states an amount that it does not reduce.
    assert_eq!(of("correction", json!({"bonus": "5", "amount": "70"}), &mut host), ["gift -5"]);
    assert_eq!(of("return", json!({"pieces": 9}), &mut host), ["by_piece -30"], "cut to what is left");
    assert_eq!(of("allowance", json!({}), &mut host), ["by_money -70"], "all that is left");
    assert_eq!(host.counter("track orders|customer=c1").as_deref(), Some("1"), "a part of the bonus is left");
    assert_eq!(of("correction", json!({"bonus": "20"}), &mut host), ["gift -20"]);
    assert_eq!(host.counter("track orders|customer=c1").as_deref(), Some("0"), "nothing is left in any field");
    // An annulment empties all fields at once.
    let other = host.at("2024-05-03 10:00:00", "order", order());
    let annulled = host.at("2024-05-04 10:00:00", "annulment", json!({"of": other.event}));
    assert_eq!(total(&annulled), dec("-165"));
    assert_eq!(host.counter("track orders|customer=c1").as_deref(), Some("0"));
}

#[test]
fn in_proportion_follows_the_field_that_was_reduced() {
    let mut host =
        Host::new(&programme(&format!("{ORDERS}rule flat on Order {{ earn 100 Star; refund in proportion }}")));
    let placed = host.at("2024-05-01 10:00:00", "order", json!({"amount": "90", "pieces": 3, "bonus": "0"}));
    let back = |kind: &str, members: Json, host: &mut Host| {
        let mut members = members;
        members["of"] = json!(placed.event);
        total(&host.at("2024-05-02 10:00:00", kind, members))
    };
    // Two thirds of the pieces stay: 66.
    assert_eq!(back("return", json!({"pieces": 1}), &mut host), dec("-34"));
    // A tenth less money is no more than that.
    assert_eq!(back("allowance", json!({"amount": "9"}), &mut host), Decimal::ZERO);
    assert_eq!(back("return", json!({"pieces": 1}), &mut host), dec("-33"));
    assert_eq!(back("return", json!({"pieces": 1}), &mut host), dec("-33"));
}

#[test]
fn room_that_came_back_serves_later_events_and_nothing_in_between() {
    let mut host = Host::new(&programme(
        "rule spend on Purchase { earn 1 Star per full 1 CNY of amount; per customer per month at most 100 Star, drop the rest }",
    ));
    let first = host.at("2024-05-01 10:00:00", "purchase", buy("90"));
    let second = host.at("2024-05-02 10:00:00", "purchase", buy("60"));
    assert_eq!(lines(&second), ["spend 10 of 60"]);
    assert_eq!(lines(&refund(&mut host, "2024-05-03 10:00:00", &first, "90")), ["spend -90"]);
    // The second keeps its ten; its own refund is decided against the room that it had.
    assert_eq!(lines(&host.at("2024-05-04 10:00:00", "purchase", buy("200"))), ["spend 90 of 200"]);
    assert!(refund(&mut host, "2024-05-05 10:00:00", &second, "50").lines.is_empty());
    assert_eq!(lines(&refund(&mut host, "2024-05-06 10:00:00", &second, "10")), ["spend -10"]);
}

#[test]
fn a_refund_in_another_month_counts_where_the_measure_says() {
    let mut host = Host::new(&programme(
        "track orig per customer per month = sum of Purchase.amount\n\
         track own per customer per month = sum of Purchase.amount, refunds in their own period\n\
         track all per customer per month = sum of Purchase.amount, gross\n\
         rule a { per customer per month keep 1 Star per full 100 CNY of orig }\n\
         rule b { per customer per month keep 1 Star per full 100 CNY of own }\n\
         rule c { per customer per month keep 1 Star per full 100 CNY of all }",
    ));
    let may = host.at("2024-05-31 23:00:00", "purchase", buy("500"));
    assert_eq!(lines(&may), ["a 5", "b 5", "c 5"]);
    host.at("2024-06-01 10:00:00", "purchase", buy("300"));
    let back = refund(&mut host, "2024-06-02 10:00:00", &may, "200");
    // `b` loses two in June: May stays as it was.
    let moved: Vec<_> = by_rule(&[back]).into_iter().collect();
    assert_eq!(moved, [("a".to_owned(), dec("-2")), ("b".to_owned(), dec("-2"))]);
    assert_eq!(host.counter("level a|customer=c1|2024-05").as_deref(), Some("3"));
    assert_eq!(host.counter("level b|customer=c1|2024-05").as_deref(), Some("5"));
    assert_eq!(host.counter("level b|customer=c1|2024-06").as_deref(), Some("1"));
}

#[test]
fn a_refund_is_known_by_its_id_and_a_late_one_by_its_originals_bucket() {
    let mut host = Host::new(&programme(
        "track spent per customer per month = sum of Purchase.amount\n\
         rule big { per customer per month keep 5 Star while spent >= 100 CNY }",
    ));
    let bought = host.at("2024-05-01 10:00:00", "purchase", buy("100"));
    assert_eq!(lines(&bought), ["big 5"]);
    // A year later, in the bucket of May 2024.
    assert_eq!(lines(&refund(&mut host, "2025-05-01 10:00:00", &bought, "0.01")), ["big -5"]);
    assert_eq!(host.counter("track spent|customer=c1|2024-05").as_deref(), Some("99.99"));
    assert_eq!(host.counter("track spent|customer=c1|2025-05"), None);
}

#[test]
fn a_list_of_items_is_refunded_in_proportion() {
    let mut host = Host::new(&programme(
        "rule each on Purchase { when items is known; for each item of items; earn 1 Star per full 10 CNY of amount; refund in proportion }",
    ));
    let items = json!([{"amount": "39"}, {"amount": "19"}, {"amount": "42"}]);
    let bought = host.at("2024-05-01 10:00:00", "purchase", json!({"amount": "100", "items": items}));
    // 3 + 1 + 4, line by line.
    assert_eq!(lines(&bought), ["each 8"]);
    assert_eq!(lines(&refund(&mut host, "2024-05-02 10:00:00", &bought, "50")), ["each -5"], "1 + 0 + 2 stay");
    assert_eq!(lines(&refund(&mut host, "2024-05-03 10:00:00", &bought, "50")), ["each -3"]);
}
