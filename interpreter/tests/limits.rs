//! Constraints: points, spend, uses, budgets; own, shared, nested; what happens beyond; the whole award.

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
use earnest_interpreter::decision::Outcome;
use serde_json::json;

fn buy(amount: &str) -> serde_json::Value {
    json!({ "amount": amount })
}

#[test]
fn a_cap_trims_and_counts_what_it_granted() {
    let mut host = Host::new(&programme(
        "rule spend on Purchase { earn 1 Star per full 1 CNY of amount; per customer per month at most 100 Star, drop the rest }",
    ));
    assert_eq!(lines(&host.at("2024-05-31 23:59:59", "purchase", buy("60"))), ["spend 60"]);
    assert_eq!(lines(&host.at("2024-05-31 23:59:59", "purchase", buy("60"))), ["spend 40 of 60"]);
    assert_eq!(lines(&host.at("2024-05-31 23:59:59", "purchase", buy("60"))), ["spend 0 of 60"]);
    assert_eq!(lines(&host.at("2024-06-01 00:00:00", "purchase", buy("60"))), ["spend 60"]);
    assert_eq!(host.counter("cap spend.cap|customer=c1|2024-05").as_deref(), Some("100"));
    assert_eq!(host.counter("cap spend.cap|customer=c1|2024-06").as_deref(), Some("60"));
}

#[test]
fn a_purchase_splits_at_a_spend_limit_and_is_rounded_once() {
    let mut host = Host::new(&programme(
        "rule spend on Purchase {\n  earn 0.5 Star per full 1 CNY of amount\n  per customer per month at most 101 CNY of amount, the rest earns 0.25 Star per full 1 CNY of amount\n}",
    ));
    // 101 at 0.5 is 50.5, 3 at 0.25 is 0.75: 51.25, rounded once.
    assert_eq!(lines(&host.at("2024-05-01 10:00:00", "purchase", buy("104"))), ["spend 51"]);
    assert_eq!(host.counter("cap spend.cap|customer=c1|2024-05").as_deref(), Some("101.00"));
    assert_eq!(lines(&host.at("2024-05-02 10:00:00", "purchase", buy("100"))), ["spend 25"]);
    assert_eq!(lines(&host.at("2024-06-02 10:00:00", "purchase", buy("100"))), ["spend 50"]);
}

#[test]
fn a_spend_limit_counts_spend_that_rounds_to_nothing() {
    let mut host = Host::new(&programme(
        "rule spend on Purchase { earn 1 Star per full 100 CNY of amount; per customer per month at most 150 CNY of amount, drop the rest }",
    ));
    assert_eq!(total(&host.at("2024-05-01 10:00:00", "purchase", buy("99"))), dec("0"));
    assert_eq!(host.counter("cap spend.cap|customer=c1|2024-05").as_deref(), Some("99.00"));
    assert_eq!(total(&host.at("2024-05-01 10:00:00", "purchase", buy("100"))), dec("0"), "only 51 are left");
}

#[test]
fn nested_caps_leave_the_least_room() {
    let mut host = Host::new(&programme(
        "rule spend on Purchase { earn 1 Star per full 1 CNY of amount }\n\
         campaign may {\n  from 2024-05-01 to 2024-05-31\n  in all at most 150 Star\n  rule double on Purchase { raise spend to 2x; per customer per day at most 80 Star, drop the rest }\n}",
    ));
    assert_eq!(lines(&host.at("2024-05-01 10:00:00", "purchase", buy("100"))), ["spend 100", "may.double 80 of 100"]);
    let mut other = buy("100");
    other["customer"] = json!("c2");
    assert_eq!(lines(&host.at("2024-05-01 10:00:00", "purchase", other)), ["spend 100", "may.double 70 of 100"]);
    assert_eq!(lines(&host.at("2024-05-02 10:00:00", "purchase", buy("100"))), ["spend 100", "may.double 0 of 100"]);
}

#[test]
fn a_shared_cap_is_filled_in_the_stated_order() {
    let rules = |order: &str| {
        programme(&format!(
            "rule spend on Purchase {{ earn 1 Star per full 1 CNY of amount }}\n\
             campaign may {{\n  from 2024-05-01 to 2024-05-31\n  per customer per month at most 100 Star across {order}, drop the rest\n\
             rule a on Purchase {{ raise spend to 2x }}\n  rule b on Purchase {{ raise spend to 2x }}\n}}",
        ))
    };
    let mut first_a = Host::new(&rules("a, then b"));
    assert_eq!(
        lines(&first_a.at("2024-05-01 10:00:00", "purchase", buy("70"))),
        ["spend 70", "may.a 70", "may.b 30 of 70"]
    );
    let mut first_b = Host::new(&rules("b, then a"));
    assert_eq!(
        lines(&first_b.at("2024-05-01 10:00:00", "purchase", buy("70"))),
        ["spend 70", "may.b 70", "may.a 30 of 70"]
    );
}

#[test]
fn once_and_times_count_uses() {
    let mut host = Host::new(&programme(
        "rule sign on CheckIn { earn 5 Star; per customer per day once }\n\
         rule task on TaskDone { earn 10 Star; per customer per week at most 2 times }",
    ));
    assert_eq!(total(&host.at("2024-05-01 10:00:00", "checkin", json!({}))), dec("5"));
    assert_eq!(total(&host.at("2024-05-01 23:59:59", "checkin", json!({}))), dec("0"));
    assert_eq!(total(&host.at("2024-05-02 00:00:00", "checkin", json!({}))), dec("5"));
    for (day, expected) in [("2024-05-06", "10"), ("2024-05-07", "10"), ("2024-05-12", "0"), ("2024-05-13", "10")] {
        assert_eq!(total(&host.at(&format!("{day} 10:00:00"), "task_done", json!({}))), dec(expected), "{day}");
    }
}

#[test]
fn a_rule_with_two_clauses_is_used_once() {
    let mut host = Host::new(&programme(
        "rule large on Deposit {\n  when amount >= 50_000 CNY\n  earn 1_000 Star\n  earn 200 Star per full 10_000 CNY of amount above 50_000 CNY\n  per customer per year once\n}",
    ));
    assert_eq!(lines(&host.at("2024-05-01 10:00:00", "deposit", buy("70000"))), ["large 1400"]);
    assert_eq!(lines(&host.at("2024-05-01 10:00:00", "deposit", buy("70000"))), ["large 0 of 1400"]);
}

#[test]
fn a_limit_may_refuse_the_event() {
    let mut host = Host::new(&programme(
        "rule spend on Purchase { earn 1 Star per full 1 CNY of amount; per customer per day at most 100 Star, else refuse daily_limit }\n\
         track spent per customer = sum of Purchase.amount",
    ));
    assert_eq!(total(&host.at("2024-05-01 10:00:00", "purchase", buy("60"))), dec("60"));
    let refused = host.at("2024-05-01 10:00:00", "purchase", buy("60"));
    assert_eq!((refused.outcome, refused.reason.as_deref()), (Outcome::Refused, Some("daily_limit")));
    assert_eq!(host.counter("track spent|customer=c1").as_deref(), Some("60.00"), "a refused event enters no measure");
    assert_eq!(total(&host.at("2024-05-01 10:00:00", "purchase", buy("40"))), dec("40"));
}

#[test]
fn a_bound_may_trim_and_refuse_at_zero() {
    let mut host = Host::new(&programme(
        "rule spend on Purchase { earn 1 Star per full 1 CNY of amount; per customer per day at most 100 Star, trim, refuse at zero quota_exhausted }",
    ));
    assert_eq!(lines(&host.at("2024-05-01 10:00:00", "purchase", buy("160"))), ["spend 100 of 160"]);
    assert_eq!(host.at("2024-05-01 10:00:00", "purchase", buy("1")).reason.as_deref(), Some("quota_exhausted"));
    assert_eq!(host.at("2024-05-01 10:00:00", "purchase", buy("0.50")).outcome, Outcome::Accepted, "nothing was asked");
}

#[test]
fn a_bound_on_the_whole_award_trims_the_extra_only() {
    let mut host = Host::new(&programme(
        "rule spend on Purchase { earn 1 Star per full 1 CNY of amount }\n\
         rule triple on Purchase { raise spend to 3x; per customer per day at most 250 Star on the whole award, drop the rest }",
    ));
    assert_eq!(lines(&host.at("2024-05-01 10:00:00", "purchase", buy("100"))), ["spend 100", "triple 150 of 200"]);
    assert_eq!(host.counter("cap triple.cap|customer=c1|2024-05-01").as_deref(), Some("250"));
    assert_eq!(lines(&host.at("2024-05-01 11:00:00", "purchase", buy("100"))), ["spend 100", "triple 0 of 200"]);
    assert_eq!(host.counter("cap triple.cap|customer=c1|2024-05-01").as_deref(), Some("250"));
}

#[test]
fn a_budget_in_money_counts_points_by_their_worth() {
    let mut host = Host::new(&programme(
        "rule spend on Purchase { earn 1 Star per full 1 CNY of amount }\n\
         campaign may {\n  from 2024-05-01 to 2024-05-31\n  in all budget 1.55 CNY\n  rule double on Purchase { raise spend to 2x }\n}",
    ));
    assert_eq!(lines(&host.at("2024-05-01 10:00:00", "purchase", buy("100"))), ["spend 100", "may.double 100"]);
    assert_eq!(lines(&host.at("2024-05-01 10:00:00", "purchase", buy("100"))), ["spend 100", "may.double 55 of 100"]);
    assert_eq!(host.counter("cap may.cap").as_deref(), Some("1.55"));
}

#[test]
fn rolling_days_leave_one_by_one() {
    let mut host = Host::new(&programme(
        "rule spend on Purchase { earn 1 Star per full 1 CNY of amount; per customer per rolling 3 days at most 100 Star, drop the rest }",
    ));
    for (day, expected) in
        [("2024-05-01", "60"), ("2024-05-02", "40"), ("2024-05-03", "0"), ("2024-05-04", "60"), ("2024-05-05", "40")]
    {
        assert_eq!(total(&host.at(&format!("{day} 10:00:00"), "purchase", buy("60"))), dec(expected), "{day}");
    }
}

#[test]
fn a_stretch_begins_at_the_first_use() {
    let mut host = Host::new(&programme(
        "rule spend on Purchase { earn 1 Star per full 1 CNY of amount; per customer 10 days from first use at most 100 Star, drop the rest }",
    ));
    for (day, expected) in [
        ("2024-05-03", "60"),
        ("2024-05-12", "40"),
        ("2024-05-13", "60"),
        ("2024-05-10", "40"),
        ("2024-05-22", "0"),
        ("2024-05-23", "60"),
    ] {
        assert_eq!(total(&host.at(&format!("{day} 10:00:00"), "purchase", buy("60"))), dec(expected), "{day}");
    }
}

#[test]
fn a_cap_counts_for_who_gets_the_points() {
    let mut host = Host::new(&programme(
        "rule refer on Referral { earn 100 Star; earn 50 Star to referred; per customer per year at most 250 Star, drop the rest }",
    ));
    let refer = |by: &str, new: &str| json!({"customer": by, "referred": new});
    assert_eq!(lines(&host.at("2024-05-01 10:00:00", "referral", refer("a", "n1"))), ["refer 100", "refer 50"]);
    assert_eq!(lines(&host.at("2024-05-01 10:00:00", "referral", refer("a", "n2"))), ["refer 100", "refer 50"]);
    assert_eq!(lines(&host.at("2024-05-01 10:00:00", "referral", refer("a", "n3"))), ["refer 50 of 100", "refer 50"]);
    assert_eq!(host.counter("cap refer.cap|customer=n3|2024").as_deref(), Some("50"));
}

#[test]
fn a_limit_that_cannot_be_evaluated_refuses_the_event_and_names_the_rule() {
    let mut host = Host::new(&programme(
        "rule spend on Purchase { when account is known; earn 1 Star per full 1 CNY of amount; per customer per statement at most 100 Star, drop the rest }",
    ));
    let refused = host.at("2024-05-01 10:00:00", "purchase", json!({"amount": "10", "account": "a1"}));
    // The account's statement day has a default, so this one is decided.
    assert_eq!(refused.outcome, Outcome::Accepted);
    host.counters.insert(
        "cap spend.cap|customer=c1|to-2024-05-31".to_owned(),
        earnest_interpreter::CounterValue::Other(json!({"not": "ours"})),
    );
    let refused = host.at("2024-05-01 10:00:00", "purchase", json!({"amount": "10", "account": "a1"}));
    assert_eq!((refused.outcome, refused.reason.as_deref()), (Outcome::Refused, Some("limit_unknown")));
    assert!(
        refused.detail.as_deref().is_some_and(|detail| detail.contains("`spend.cap` of the rule `spend`")),
        "{:?}",
        refused.detail
    );
}

#[test]
fn a_purchase_counts_once_under_a_spend_limit_that_its_lines_share() {
    let mut host = Host::new(&programme(
        "campaign may {\n  from 2024-05-01 to 2024-05-31\n  per customer per month at most 100 CNY of amount across base, then double, drop the rest\n\
         rule base on Purchase { earn 1 Star per full 1 CNY of amount }\n  rule double on Purchase { raise base to 2x }\n}",
    ));
    assert_eq!(lines(&host.at("2024-05-01 10:00:00", "purchase", buy("60"))), ["may.base 60", "may.double 60"]);
    assert_eq!(host.counter("cap may.cap|customer=c1|2024-05").as_deref(), Some("60.00"));
    assert_eq!(lines(&host.at("2024-05-02 10:00:00", "purchase", buy("60"))), ["may.base 40", "may.double 40"]);
    assert_eq!(host.counter("cap may.cap|customer=c1|2024-05").as_deref(), Some("100.00"));
}

#[test]
fn a_budget_cannot_be_held_by_points_without_a_worth() {
    let text = programme(
        "rule spend on Purchase { earn 1 Star per full 1 CNY of amount }\n\
         points Mile { round down each line; valid without end; spend first oldest }\n\
         rule miles on Purchase { earn 1 Mile per full 1 CNY of amount; in all budget 10 CNY }",
    );
    let refused = Host::new(&text).at("2024-05-01 10:00:00", "purchase", buy("60"));
    assert_eq!(refused.reason.as_deref(), Some("limit_unknown"), "{refused:?}");
}
