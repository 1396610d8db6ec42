//! Corners of what rules do besides earning: taking, taking back, grants, conversions, facts, bars, pools by a table, notices and
//! figures.

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
use earnest_interpreter::CounterValue;
use earnest_interpreter::decision::Decision;
use serde_json::{Value as Json, json};

fn buy(amount: &str) -> Json {
    json!({ "amount": amount })
}

/// What the host has of a balance.
fn balance(host: &mut Host, key: &str, amount: &str) {
    host.counters.insert(key.to_owned(), CounterValue::Number(dec(amount)));
}

/// Lines as `kind points amount`.
fn postings(decision: &Decision) -> Vec<String> {
    decision.lines.iter().map(|line| format!("{} {} {}", line.kind, line.points, line.amount)).collect()
}

#[test]
fn a_rule_takes_never_more_than_there_is_and_a_refund_gives_it_back() {
    let mut host = Host::new(&programme("rule fee on Purchase { take 1 Star per full 10 CNY of amount }"));
    balance(&mut host, "balance Star|customer=c1", "30");
    let bought = host.at("2024-05-01 10:00:00", "purchase", buy("500"));
    assert_eq!(postings(&bought), ["take Star -30"]);
    assert_eq!((bought.lines[0].asked.as_str(), bought.lines[0].expires_on.as_deref()), ("-50", None));
    balance(&mut host, "balance Star|customer=c1", "0");
    // 100 CNY are left: 10 asked of the 30 that there were.
    let back = host.at("2024-05-02 10:00:00", "refund", json!({"of": bought.event, "amount": "400"}));
    assert_eq!(postings(&back), ["refund Star 20"]);
    assert_eq!(back.lines[0].of.as_deref(), Some("e1"));
    assert_eq!(back.lines[0].expires_on, None, "it returns to the lots that it took");
    let rest = host.at("2024-05-03 10:00:00", "refund", json!({"of": bought.event}));
    assert_eq!(postings(&rest), ["refund Star 10"]);
}

const POOLS: &str = "round down each line; valid without end; pool Savings \"储蓄\"; pool Activity \"活动\" { valid 1 year after earning }";

#[test]
fn a_line_that_takes_names_pools_and_reads_their_balance_alone() {
    let mut host = Host::new(&with_points(
        POOLS,
        "rule fee on Purchase { take 40 Star from Activity, Savings }\nrule small on Login { take 40 Star from Savings }",
    ));
    balance(&mut host, "balance Star/Activity|customer=c1", "25");
    balance(&mut host, "balance Star/Savings|customer=c1", "30");
    let both = host.at("2024-05-01 10:00:00", "purchase", buy("1"));
    assert_eq!(postings(&both), ["take Star -40"]);
    assert_eq!(both.lines[0].from, ["Activity", "Savings"]);
    assert_eq!(both.lines[0].unit, None);
    assert_eq!(postings(&host.at("2024-05-01 10:00:00", "login", json!({}))), ["take Star -30"]);
}

#[test]
fn a_pool_by_a_table_follows_the_event() {
    let mut host = Host::new(&with_points(
        POOLS,
        "rule spend on Purchase {\n  earn 1 Star per full 1 CNY of amount into instrument { credit_card: Activity, otherwise: Savings }\n}",
    ));
    let card = host.at("2024-05-01 10:00:00", "purchase", json!({"amount": "7", "instrument": "credit_card"}));
    assert_eq!(postings(&card), ["base Activity 7"]);
    assert_eq!(card.lines[0].unit.as_deref(), Some("Star"));
    assert_eq!(card.lines[0].expires_on.as_deref(), Some("2025-05-01"));
    let cash = host.at("2024-05-01 10:00:00", "purchase", json!({"amount": "7", "instrument": "cash"}));
    assert_eq!((postings(&cash), cash.lines[0].expires_on.as_deref()), (vec!["base Savings 7".to_owned()], None));
    assert_eq!(postings(&host.at("2024-05-01 10:00:00", "purchase", buy("7"))), ["base Savings 7"]);
    let back = host.at("2024-05-02 10:00:00", "refund", json!({"of": card.event, "amount": "2"}));
    assert_eq!(postings(&back), ["refund Activity -2"]);
}

#[test]
fn a_violation_takes_everything_back_and_bars() {
    let mut host = Host::new(
        &programme(
            "rule violated on Violation { when scope is all; take back all Star; bar customer }\n\
             rule part on Violation { when scope is points and points is known; take back points }",
        )
        .replace("use std.banking, std.mcc", "use std.banking, std.control"),
    );
    balance(&mut host, "balance Star|customer=c1", "300");
    let part = host.at("2024-05-01 10:00:00", "violation", json!({"scope": "points", "points": "450"}));
    // More than there is: what is short is the host's to book, as a debt or a shortage.
    assert_eq!((postings(&part), part.lines[0].all), (vec!["take_back Star -450".to_owned()], false));
    let all = host.at("2024-05-02 10:00:00", "violation", json!({}));
    assert_eq!((postings(&all), all.lines[0].all), (vec!["take_back Star -300".to_owned()], true));
    assert_eq!(host.counter("barred|customer=c1").as_deref(), Some("1"));
    assert_eq!(host.counter("barred|customer=c2"), None);
}

#[test]
fn a_benefit_is_granted_to_somebody_with_its_worth_and_end() {
    let mut host = Host::new(&programme(
        "benefit red_packet \"红包\" { valid 3 months after grant }\n\
         rule refer on Referral { grant red_packet worth 300 CNY to referred; grant 2 red_packet }",
    ));
    let referred = host.at("2024-11-30 10:00:00", "referral", json!({"referred": "c2"}));
    let told: Vec<_> = referred
        .lines
        .iter()
        .map(|line| (line.kind.as_str(), line.customer.as_str(), line.amount.as_str(), line.worth.as_deref()))
        .collect();
    assert_eq!(told, [("grant", "c2", "1", Some("300.00")), ("grant", "c1", "2", None)]);
    assert_eq!(referred.lines[0].expires_on.as_deref(), Some("2025-02-28"));
}

const STAMPS: &str = "points Stamp \"印花\" { round down each line; valid 1 year after earning; spend first oldest }\n\
                      points Coupon \"券\" { round down each line; valid 1 month after earning; spend first oldest }\n\
                      rule stamp on Purchase { earn 1 Stamp per full 10 CNY of amount }\n";

#[test]
fn a_balance_is_converted_in_whole_units_with_what_the_event_itself_brings() {
    let mut host = Host::new(&programme(&format!("{STAMPS}rule card on Purchase {{ convert 10 Stamp to 1 Coupon }}")));
    balance(&mut host, "balance Stamp|customer=c1", "7");
    assert_eq!(postings(&host.at("2024-05-01 10:00:00", "purchase", buy("20"))), ["base Stamp 2"]);
    balance(&mut host, "balance Stamp|customer=c1", "9");
    let bought = host.at("2024-05-02 10:00:00", "purchase", buy("120"));
    // 9 and 12 are 21: two conversions, one stamp is left.
    assert_eq!(postings(&bought), ["base Stamp 12", "convert Stamp -20", "convert Coupon 2"]);
    assert_eq!(bought.lines[1].expires_on, None);
    assert_eq!(bought.lines[2].expires_on.as_deref(), Some("2024-06-02"));
    balance(&mut host, "balance Stamp|customer=c1", "1");
    // A refund takes the stamps back and converts nothing back.
    let back = host.at("2024-05-03 10:00:00", "refund", json!({"of": bought.event}));
    assert_eq!(postings(&back), ["refund Stamp -12"]);
}

#[test]
fn a_conversion_is_undone_while_its_product_is_unused() {
    let rules = format!("{STAMPS}rule card on Purchase {{ convert 10 Stamp to 1 Coupon undo while unused }}");
    for (coupons, expected) in [
        ("2", vec!["convert Stamp 20", "convert Coupon -2", "refund Stamp -12"]),
        ("1", vec!["convert Stamp 10", "convert Coupon -1", "refund Stamp -12"]),
        ("0", vec!["refund Stamp -12"]),
    ] {
        let mut host = Host::new(&programme(&rules));
        balance(&mut host, "balance Stamp|customer=c1", "9");
        let bought = host.at("2024-05-02 10:00:00", "purchase", buy("120"));
        balance(&mut host, "balance Stamp|customer=c1", "1");
        balance(&mut host, "balance Coupon|customer=c1", coupons);
        // One stamp is there, twelve go: eleven are missing, so two conversions are undone, as far as coupons are left.
        let back = host.at("2024-05-03 10:00:00", "refund", json!({"of": bought.event}));
        assert_eq!(postings(&back), expected, "{coupons} coupons");
    }
}

#[test]
fn a_conversion_waits_for_its_threshold_or_for_its_schedule() {
    let mut host = Host::new(&programme(&format!(
        "{STAMPS}rule month on MonthClose {{ convert 10 Stamp to 1 Coupon from 30 Stamp; per customer per year at most 4 Coupon, drop the rest }}"
    )));
    balance(&mut host, "balance Stamp|customer=c1", "25");
    assert_eq!(postings(&host.at("2024-05-02 10:00:00", "purchase", buy("40"))), ["base Stamp 4"]);
    balance(&mut host, "balance Stamp|customer=c1", "29");
    assert!(host.at("2024-06-01 00:00:00", "month_close", json!({"daily": []})).lines.is_empty());
    balance(&mut host, "balance Stamp|customer=c1", "35");
    let close = host.at("2024-07-01 00:00:00", "month_close", json!({"daily": []}));
    assert_eq!(postings(&close), ["convert Stamp -30", "convert Coupon 3"]);
    // One more may be had this year: what the limit trims is not taken.
    balance(&mut host, "balance Stamp|customer=c1", "50");
    let close = host.at("2024-08-01 00:00:00", "month_close", json!({"daily": []}));
    assert_eq!(postings(&close), ["convert Stamp -10", "convert Coupon 1"]);
}

#[test]
fn a_conversion_sees_what_a_level_rule_keeps_and_feeds_the_next() {
    let mut host = Host::new(&programme(
        "points Stamp \"印花\" { round down each line; valid without end; spend first oldest }\n\
         points Coupon \"券\" { round down each line; valid without end; spend first oldest }\n\
         points Prize \"大奖\" { round down each line; valid without end; spend first oldest }\n\
         track spent per customer = sum of Purchase.amount\n\
         rule stamp { per customer keep 1 Stamp per full 10 CNY of spent }\n\
         rule a_prize { convert 2 Coupon to 1 Prize }\nrule card { convert 10 Stamp to 1 Coupon }",
    ));
    let bought = host.at("2024-05-02 10:00:00", "purchase", buy("250"));
    assert_eq!(
        postings(&bought),
        ["level Stamp 25", "convert Stamp -20", "convert Coupon 2", "convert Coupon -2", "convert Prize 1"]
    );
}

#[test]
fn a_choice_is_set_from_the_start_of_next_month() {
    let mut host = Host::new(&programme(
        "rule choose on ChoiceMade { set customer.choice to category from start of next month }\n\
         rule now on SignUp { set customer.choice to dining }",
    ));
    let chosen = host.at("2024-12-31 23:59:59", "choice_made", json!({"category": "travel"}));
    let fact = &chosen.facts[0];
    assert_eq!(
        (fact.subject.as_str(), fact.id.as_str(), fact.fact.as_str(), &fact.value, fact.from.as_str()),
        ("customer", "c1", "choice", &json!("travel"), "2025-01-01T00:00:00+08:00")
    );
    let now = host.at("2024-05-01T10:00:00Z", "signup", json!({}));
    assert_eq!(
        (now.facts[0].value.clone(), now.facts[0].from.as_str()),
        (json!("dining"), "2024-05-01T18:00:00+08:00")
    );
}

#[test]
fn a_notice_shows_what_it_says_and_figures_are_told() {
    let mut host = Host::new(
        &programme(
            "rule spend on Purchase { earn 1 Star per full 1 CNY of amount }\n\
             figure liability = worth of outstanding of Star\n\
             notify soon \"提醒\" on MonthClose { when balance of Star > 0 Star; show balance of Star }",
        )
        .replace("use std.banking, std.mcc", "use std.banking, std.control"),
    );
    balance(&mut host, "balance Star|customer=c1", "742");
    let close = host.at("2024-06-01 00:00:00", "month_close", json!({"daily": []}));
    assert_eq!(close.notices[0].name, "soon");
    assert_eq!(close.notices[0].shows, [("balance of Star".to_owned(), "742".to_owned())]);
    balance(&mut host, "balance Star|customer=c1", "0");
    assert!(host.at("2024-07-01 00:00:00", "month_close", json!({"daily": []})).notices.is_empty());
    balance(&mut host, "total outstanding Star", "12345");
    let report = host.at("2024-07-01 00:00:00", "report", json!({}));
    assert_eq!(report.figures, [("liability".to_owned(), "123.45".to_owned())]);
    let at = "2024-07-01T00:00:00Z".parse().unwrap();
    assert_eq!(host.engine.figure_keys("liability", at).unwrap(), ["total outstanding Star"]);
    assert_eq!(host.engine.figure("liability", at, &host.counters).unwrap().as_deref(), Some("123.45"));
    assert!(host.engine.figure("nothing", at, &host.counters).is_err());
}

#[test]
fn a_level_is_looked_up_by_a_value_or_read_for_a_customer() {
    let mut host = Host::new(&programme(
        "track rounds per customer per year = count of Purchase\n\
         tiers Level \"级别\" by rounds { from 2 times: Silver, from 4 times: Gold } held to last day of March of the next year",
    ));
    let level = |value: &str| host.engine.level("Level", dec(value)).unwrap();
    assert_eq!(
        (level("1"), level("2"), level("3.99"), level("4")),
        (None, Some("Silver".into()), Some("Silver".into()), Some("Gold".into()))
    );
    for day in 1..=2 {
        host.at(&format!("2024-06-0{day} 10:00:00"), "purchase", buy("1"));
    }
    let facts = earnest_interpreter::Facts::new();
    for (at, expected) in [
        ("2024-06-03T00:00:00+08:00", Some("Silver")),
        ("2025-03-31T23:59:59+08:00", Some("Silver")),
        ("2025-04-01T00:00:00+08:00", None),
    ] {
        let about = earnest_interpreter::ask::About {
            subject: Some(("customer", "c1")),
            at: at.parse().unwrap(),
            facts: &facts,
            counters: &host.counters,
        };
        let keys = host.engine.level_keys("Level", &about).unwrap();
        assert!(keys.contains(&"track rounds|customer=c1|2024".to_owned()) || expected.is_none(), "{keys:?}");
        assert_eq!(host.engine.level_of("Level", &about).unwrap().as_deref(), expected, "{at}");
    }
}
