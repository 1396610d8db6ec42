//! Refunds: decided again by what remains, posted as differences; room, proportion, claims, own periods.

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
use serde_json::json;

fn buy(amount: &str) -> serde_json::Value {
    json!({ "amount": amount })
}

fn refund(host: &mut Host, local: &str, of: &Decision, amount: &str) -> Decision {
    host.at(local, "refund", json!({"of": of.event, "amount": amount}))
}

const SPEND: &str = "rule spend on Purchase { earn 1 Star per full 1 CNY of amount }\n";

#[test]
fn a_part_of_a_capped_purchase_then_the_rest_nets_to_zero() {
    let mut host = Host::new(&programme(
        "rule spend on Purchase { earn 1 Star per full 1 CNY of amount; per customer per month at most 100 Star, drop the rest }\n\
         track spent per customer per month = sum of Purchase.amount\ntrack count_of per customer = count of Purchase",
    ));
    let bought = host.at("2024-05-01 10:00:00", "purchase", buy("130"));
    assert_eq!(lines(&bought), ["spend 100 of 130"]);
    // 110 remain and still earn 100; then 80 remain.
    assert_eq!(lines(&refund(&mut host, "2024-05-02 10:00:00", &bought, "20")), Vec::<String>::new());
    let second = refund(&mut host, "2024-05-03 10:00:00", &bought, "30");
    assert_eq!(lines(&second), ["spend -20"]);
    assert_eq!(second.lines[0].of.as_deref(), Some("e1"));
    assert_eq!((second.lines[0].kind.as_str(), second.lines[0].expires_on.as_deref()), ("refund", None));
    assert_eq!(host.counter("cap spend.cap|customer=c1|2024-05").as_deref(), Some("80"));
    assert_eq!(host.counter("track spent|customer=c1|2024-05").as_deref(), Some("80.00"));
    assert_eq!(host.counter("track count_of|customer=c1").as_deref(), Some("1"));
    // More than is left is cut to what is left.
    assert_eq!(lines(&refund(&mut host, "2024-05-04 10:00:00", &bought, "500")), ["spend -80"]);
    assert_eq!(host.counter("cap spend.cap|customer=c1|2024-05").as_deref(), Some("0"));
    assert_eq!(host.counter("track spent|customer=c1|2024-05").as_deref(), Some("0.00"));
    assert_eq!(host.counter("track count_of|customer=c1").as_deref(), Some("0"), "as if it had not happened");
    assert_eq!(lines(&refund(&mut host, "2024-05-05 10:00:00", &bought, "1")), Vec::<String>::new());
}

#[test]
fn room_that_comes_back_serves_later_events_only() {
    let mut host = Host::new(&programme(
        "rule spend on Purchase { earn 1 Star per full 1 CNY of amount; per customer per month at most 100 Star, drop the rest }",
    ));
    let first = host.at("2024-05-01 10:00:00", "purchase", buy("80"));
    assert_eq!(lines(&host.at("2024-05-02 10:00:00", "purchase", buy("50"))), ["spend 20 of 50"]);
    assert_eq!(lines(&refund(&mut host, "2024-05-03 10:00:00", &first, "80")), ["spend -80"]);
    assert_eq!(lines(&host.at("2024-05-04 10:00:00", "purchase", buy("90"))), ["spend 80 of 90"]);
}

#[test]
fn room_may_stay_used() {
    let mut host = Host::new(&programme(
        "rule spend on Purchase { earn 1 Star per full 1 CNY of amount; per customer per month at most 100 Star, room stays used, drop the rest }",
    ));
    let first = host.at("2024-05-01 10:00:00", "purchase", buy("80"));
    assert_eq!(lines(&refund(&mut host, "2024-05-03 10:00:00", &first, "80")), ["spend -80"]);
    assert_eq!(lines(&host.at("2024-05-04 10:00:00", "purchase", buy("90"))), ["spend 20 of 90"]);
}

#[test]
fn the_edge_rule_takes_back_what_it_gave_and_the_level_rule_looks_at_the_sum() {
    // Limit 800 of spend, A 500 and B 500, of which 300 counted, then 200 of A returned (semantics, section 5).
    let edge = "rule spend on Purchase { earn 1 Star per full 1 CNY of amount; per customer per month at most 800 CNY of amount, drop the rest }";
    let level = "track month_spend per customer per month = sum of Purchase.amount\n\
                 rule spend { per customer per month keep 1 Star per full 1 CNY of (month_spend - (month_spend above 800 CNY)) }";
    for (rules, expected) in [(edge, "-200"), (level, "0")] {
        let mut host = Host::new(&programme(rules));
        let first = host.at("2024-05-01 10:00:00", "purchase", buy("500"));
        assert_eq!(total(&host.at("2024-05-02 10:00:00", "purchase", buy("500"))), dec("300"));
        assert_eq!(total(&refund(&mut host, "2024-05-03 10:00:00", &first, "200")), dec(expected));
    }
}

#[test]
fn a_threshold_that_the_rest_misses_takes_everything_back() {
    let mut host = Host::new(&programme(
        "rule big on Purchase { when amount >= 1_000 CNY; earn 100 Star; earn 1 Star per full 10 CNY of amount above 1_000 CNY }",
    ));
    let bought = host.at("2024-05-01 10:00:00", "purchase", buy("1200"));
    assert_eq!(lines(&bought), ["big 120"]);
    assert_eq!(lines(&refund(&mut host, "2024-05-02 10:00:00", &bought, "100")), ["big -10"]);
    assert_eq!(lines(&refund(&mut host, "2024-05-03 10:00:00", &bought, "100.01")), ["big -110"]);
}

#[test]
fn a_rule_may_refund_in_proportion_or_keep() {
    for (clause, parts) in [("refund in proportion", ["-33", "-33", "-34"]), ("refund keeps", ["0", "0", "0"])] {
        let mut host = Host::new(&programme(&format!("rule flat on Purchase {{ earn 100 Star; {clause} }}")));
        let bought = host.at("2024-05-01 10:00:00", "purchase", buy("300"));
        // A third remains twice over: 66.67 and 33.33 are rounded down like the line.
        let expected: Vec<rust_decimal::Decimal> = match clause {
            "refund keeps" => parts.iter().map(|part| dec(part)).collect(),
            _ => vec![dec("-34"), dec("-33"), dec("-33")],
        };
        let got: Vec<_> =
            (2..5).map(|day| total(&refund(&mut host, &format!("2024-05-0{day} 10:00:00"), &bought, "100"))).collect();
        assert_eq!(got, expected, "{clause}");
    }
}

#[test]
fn a_refund_reads_what_the_original_read() {
    let mut host =
        Host::new(&programme(&format!("{SPEND}rule vip on Purchase {{ for vip of customer; raise spend to 2x }}")));
    host.customer("c1", json!({"vip": true}));
    let bought = host.at("2024-05-01 10:00:00", "purchase", buy("100"));
    assert_eq!(total(&bought), dec("200"));
    host.customer("c1", json!({"vip": false}));
    assert_eq!(lines(&refund(&mut host, "2024-05-02 10:00:00", &bought, "40")), ["spend -40", "vip -40"]);
    assert_eq!(lines(&refund(&mut host, "2024-05-03 10:00:00", &bought, "60")), ["spend -60", "vip -60"]);
}

#[test]
fn a_cancellation_and_a_refund_without_amount_empty_all() {
    let mut host = Host::new(&programme(SPEND));
    let bought = host.at("2024-05-01 10:00:00", "purchase", buy("100"));
    assert_eq!(lines(&refund(&mut host, "2024-05-02 10:00:00", &bought, "40")), ["spend -40"]);
    assert_eq!(lines(&host.at("2024-05-03 10:00:00", "cancellation", json!({"of": bought.event}))), ["spend -60"]);
    let other = host.at("2024-05-01 10:00:00", "purchase", buy("70"));
    assert_eq!(lines(&host.at("2024-05-03 10:00:00", "refund", json!({"of": other.event}))), ["spend -70"]);
}

#[test]
fn refunds_may_count_in_their_own_period_or_not_at_all() {
    let mut host = Host::new(&programme(&format!(
        "{SPEND}track net per customer per month = sum of Purchase.amount, refunds in their own period\n\
         track all per customer per month = sum of Purchase.amount, gross"
    )));
    let bought = host.at("2024-05-01 10:00:00", "purchase", buy("100"));
    refund(&mut host, "2024-06-02 10:00:00", &bought, "40");
    assert_eq!(host.counter("track net|customer=c1|2024-05").as_deref(), Some("100.00"));
    assert_eq!(host.counter("track net|customer=c1|2024-06").as_deref(), Some("-40.00"));
    assert_eq!(host.counter("track all|customer=c1|2024-05").as_deref(), Some("100.00"));
    refund(&mut host, "2024-07-02 10:00:00", &bought, "60");
    assert_eq!(host.counter("track net|customer=c1|2024-07").as_deref(), Some("-60.00"));
}

#[test]
fn a_remembered_highest_can_be_undone() {
    let mut host = Host::new(&programme(
        "track top per customer = highest of Purchase.amount, remembers at most 2 events\n\
         rule peak { per customer keep 1 Star per full 100 CNY of (top default 0 CNY) }",
    ));
    let events: Vec<Decision> =
        ["100", "300", "200"].iter().map(|amount| host.at("2024-05-01 10:00:00", "purchase", buy(amount))).collect();
    assert_eq!(by_rule(&events).get("peak"), Some(&dec("3")));
    assert_eq!(total(&refund(&mut host, "2024-05-02 10:00:00", &events[1], "300")), dec("-1"));
    // The first is no longer remembered: its 100 stay.
    assert_eq!(total(&refund(&mut host, "2024-05-03 10:00:00", &events[2], "200")), dec("-1"));
    assert_eq!(total(&refund(&mut host, "2024-05-04 10:00:00", &events[0], "100")), dec("0"));
}

#[test]
fn claims_are_decided_again_when_what_they_name_is_refunded() {
    let mut host = Host::new(&format!(
        "{}\nevent Claim \"申领\" {{ of \"原交易\": Purchase }}\n",
        programme(
            "rule claimed on Claim { earn 1 Star per full 1 CNY of of.remaining; per customer per month at most 90 Star, drop the rest }"
        )
    ));
    let bought = host.at("2024-05-01 10:00:00", "purchase", buy("100"));
    let claim = host.at("2024-05-02 10:00:00", "claim", json!({"of": bought.event}));
    assert_eq!(lines(&claim), ["claimed 90 of 100"]);
    let part = refund(&mut host, "2024-05-03 10:00:00", &bought, "30");
    assert_eq!(lines(&part), ["claimed -20"]);
    assert_eq!(part.lines[0].of.as_deref(), Some(claim.event.as_str()));
    assert_eq!(lines(&refund(&mut host, "2024-05-04 10:00:00", &bought, "70")), ["claimed -70"]);
    assert_eq!(host.counter("cap claimed.cap|customer=c1|2024-05").as_deref(), Some("0"));
}

#[test]
fn a_refund_of_an_unknown_event_is_an_error() {
    let mut host = Host::new(&programme(SPEND));
    let event = host.event("2024-05-02 10:00:00", "refund", json!({"of": "nobody", "amount": "1"}));
    let error = host.decide(&event).unwrap_err();
    assert_eq!(error.field, "of");
}

#[test]
fn shares_of_the_cost_net_to_zero_too() {
    let mut host = Host::new(&programme(
        "rule spend on Purchase { earn 1 Star per full 1 CNY of amount; funded by shop 50%, bank 50% }",
    ));
    let bought = host.at("2024-05-01 10:00:00", "purchase", buy("7"));
    let mut shop = dec(&bought.lines[0].funded[0].1);
    for day in 2..5 {
        let part = refund(&mut host, &format!("2024-05-0{day} 10:00:00"), &bought, if day == 4 { "5" } else { "1" });
        shop += part.lines[0]
            .funded
            .iter()
            .filter(|(party, _)| party == "shop")
            .map(|(_, part)| dec(part))
            .sum::<rust_decimal::Decimal>();
    }
    assert_eq!(shop, dec("0"));
}

#[test]
fn a_claim_may_name_an_event_of_an_earlier_version_and_a_refund_may_not() {
    let rules = "rule spend on Purchase { earn 1 Star per full 1 CNY of amount }\n\
                 event Claim \"申领\" { of \"原交易\": Purchase }\n\
                 rule claimed on Claim { earn 1 Star per full 1 CNY of of.remaining }";
    let mut old = Host::new(&programme(rules));
    let bought = old.at("2024-05-01 10:00:00", "purchase", buy("100"));
    refund(&mut old, "2024-05-02 10:00:00", &bought, "30");
    let mut new = Host::new(&programme(rules).replace("effective from 2024-01-01", "effective from 2024-06-01"));
    new.records.clone_from(&old.records);
    new.next = old.next;
    assert_eq!(lines(&new.at("2024-06-01 10:00:00", "claim", json!({"of": bought.event}))), ["claimed 70"]);
    let event = new.event("2024-06-02 10:00:00", "refund", json!({"of": bought.event, "amount": "1"}));
    let error = new.decide(&event).unwrap_err();
    assert!(error.reason.contains("version 2024-01-01"), "{error}");
    // The old version decides it, although it is no more in force.
    assert_eq!(lines(&refund(&mut old, "2024-06-02 10:00:00", &bought, "1")), ["spend -1"]);
}

#[test]
fn a_claim_of_a_later_version_is_decided_again_by_that_version() {
    let rules = |rate: u32| {
        programme(&format!(
            "rule spend on Purchase {{ earn 1 Star per full 1 CNY of amount }}\n\
             event Claim \"申领\" {{ of \"原交易\": Purchase }}\n\
             rule claimed on Claim {{ earn {rate} Star per full 1 CNY of of.remaining; per customer per month at most 150 Star, drop the rest }}"
        ))
    };
    let later = |text: String| text.replace("effective from 2024-01-01", "effective from 2024-06-01");
    let mut old = Host::new(&rules(1));
    let mut new = Host::new(&later(rules(2)));
    let bought = old.at("2024-05-01 10:00:00", "purchase", buy("100"));
    new.records.clone_from(&old.records);
    new.next = old.next;
    let claim = new.at("2024-06-01 10:00:00", "claim", json!({"of": bought.event}));
    assert_eq!(lines(&claim), ["claimed 150 of 200"]);
    old.records.clone_from(&new.records);
    old.counters.clone_from(&new.counters);
    old.next = new.next;
    // Without the later version at hand it cannot be decided; nothing is left out silently.
    let event = old.event("2024-06-10 10:00:00", "refund", json!({"of": bought.event, "amount": "40"}));
    assert!(old.decide(&event).unwrap_err().reason.contains("version 2024-06-01"));
    old.engine = old.engine.clone().beside([&new.engine]);
    // 60 are left: the purchase keeps 60, the claim 120 at the later version's rate.
    let part = refund(&mut old, "2024-06-10 10:00:00", &bought, "40");
    assert_eq!(lines(&part), ["spend -40", "claimed -30"]);
    let rest = refund(&mut old, "2024-06-11 10:00:00", &bought, "60");
    assert_eq!(lines(&rest), ["spend -60", "claimed -120"]);
    assert_eq!(old.counter("cap claimed.cap|customer=c1|2024-06").as_deref(), Some("0"));
}
