//! Requests beside other things: benefits, top-ups, pools, rules on the same event, measures, several requests on one kind.

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
use common::bank::{Bank, came};
use common::*;
use earnest_interpreter::decision::RuleResult;
use serde_json::json;

#[test]
fn a_benefit_without_grant_is_free_within_its_bounds() {
    let rules = "benefit meal \"饭票\" { per customer per month at most 2 times; cost 15.00 CNY to provider }\n";
    let mut bank = Bank::new("0", rules);
    let mut take = |at: &str| came(&bank.ask(at, "use_benefit", json!({ "benefit": "meal", "provider": "m7" })));
    assert_eq!(take("2024-03-01 10:00:00"), ["cost 15.00 CNY to m7", "entitled meal"]);
    assert_eq!(take("2024-03-02 10:00:00"), ["cost 15.00 CNY to m7", "entitled meal"]);
    assert_eq!(take("2024-03-31 23:59:59"), ["! quota_exhausted"]);
    assert_eq!(take("2024-04-01 00:00:00"), ["cost 15.00 CNY to m7", "entitled meal"]);
}

#[test]
fn a_granted_benefit_is_used_one_by_one() {
    let rules = "benefit coupon \"券\" { valid 3 months after grant }\n\
        rule gift \"赠券\" on CheckIn { grant coupon }\n\
        catalogue gifts \"礼品\" { item pack \"券包\" 100 Star   grants coupon }\n";
    let mut bank = Bank::new("500", rules);
    let using = json!({ "benefit": "coupon" });
    assert_eq!(came(&bank.now("use_benefit", using.clone())), ["! insufficient_points"]);
    assert_eq!(came(&bank.now("checkin", json!({}))), ["grant 1 coupon"]);
    assert_eq!(came(&bank.now("use_benefit", using.clone())), ["redeem -1 coupon", "entitled coupon"]);
    let pack = bank.now("redeem", json!({ "item": "pack", "qty": "2" }));
    assert_eq!(came(&pack), ["redeem -200 Star", "grant 2 coupon"]);
    assert_eq!(pack.lines[1].expires_on.as_deref(), Some("2024-08-01"));
    assert_eq!(came(&bank.now("use_benefit", using)), ["redeem -1 coupon", "entitled coupon"]);
}

#[test]
fn a_paid_top_up_is_spent_at_once() {
    let rules = "request event BuyMore \"加购\" { points \"积分数\": points; top_up \"加购积分\": count }\n\
        cash out film \"电影票\" on BuyMore { rate 100 Star = 1 CNY; give 50 CNY; earn 1 Star * top_up first; pay 0.02 CNY * top_up }\n";
    let mut bank = Bank::new("70", rules);
    let buy = |points: &str, more: &str| json!({ "points": points, "top_up": more });
    assert_eq!(came(&bank.now("buy_more", buy("100", "29"))), ["! insufficient_points"]);
    assert_eq!(bank.balance("c1"), "70", "a refused request brings no points either");
    let film = bank.now("buy_more", buy("100", "30"));
    assert_eq!(came(&film), ["receive 30 Star", "redeem -100 Star", "give 50.00 CNY", "pay 0.60 CNY"]);
    assert_eq!(bank.balance("c1"), "0");
    let all = bank.now("buy_more", buy("max", "30"));
    assert_eq!(came(&all), ["receive 30 Star", "redeem -30 Star", "give 50.00 CNY", "pay 0.60 CNY"]);
}

#[test]
fn only_the_pools_named_pay() {
    let text = "programme bank \"银行\" {\n  timezone Asia/Shanghai\n  currency CNY \"元\"\n  effective from 2024-01-01\n  use std.banking\n}\n\
        points Star \"星点\" {\n  round down each line\n  spend first Promo, then Base\n  pool Base \"基础\" { valid without end }\n  pool Promo \"活动\" { valid without end }\n}\n\
        donation charity \"捐赠\" { at least 1 Star; take points from Base }\n\
        catalogue gifts \"礼品\" { item cup \"杯\" 100 Star }\n";
    let mut bank = Bank(Host::new(text));
    bank.set("balance Star/Base|customer=c1", "40");
    bank.set("balance Star/Promo|customer=c1", "70");
    let gift = bank.0.at("2024-05-01 10:00:00", "donate", json!({ "points": "max" }));
    assert_eq!(came(&gift), ["redeem -40 Star"]);
    assert_eq!(gift.lines[0].from, ["Base"]);
    assert_eq!(came(&bank.0.at("2024-05-01 10:00:00", "donate", json!({ "points": "41" }))), ["! insufficient_points"]);
    // Both pools together: the lot book follows the unit's order of use.
    let cup = bank.0.at("2024-05-01 10:00:00", "redeem", json!({ "item": "cup" }));
    assert_eq!(came(&cup), ["redeem -100 Star"]);
    assert!(cup.lines[0].from.is_empty());
}

#[test]
fn the_request_whose_conditions_hold_answers() {
    let rules = "offset insurance \"保险\" on FeeOffset { when product is known and product is insurance; rate 200 Star = 1 CNY }\n\
        offset fee \"手续费\" on FeeOffset { when product is known and product is not insurance; rate 100 Star = 1 CNY }\n";
    let mut bank = Bank::new("1000", rules);
    let pay = |product: &str| json!({ "amount": "9.00", "points": "200", "product": product });
    assert_eq!(came(&bank.now("fee_offset", pay("insurance"))), ["redeem -200 Star", "off 1.00 CNY", "pay 8.00 CNY"]);
    assert_eq!(came(&bank.now("fee_offset", pay("wealth"))), ["redeem -200 Star", "off 2.00 CNY", "pay 7.00 CNY"]);
    assert_eq!(came(&bank.now("fee_offset", json!({ "amount": "9.00", "points": "200" }))), ["! condition_not_met"]);
}

#[test]
fn a_rule_on_the_same_event_earns_beside_the_request() {
    let rules = "catalogue gifts \"礼品\" { item cup \"杯\" 100 Star }\n\
        rule thanks \"谢\" on Redeem { earn 5 Star * pieces; per customer per day at most 7 Star, drop the rest }\n\
        track bought per customer per month = sum of Redeem.pieces\n\
        rule tenth \"满三件\" { per customer per month keep 50 Star while bought >= 3 pieces }\n";
    let mut bank = Bank::new("150", rules);
    assert_eq!(came(&bank.now("redeem", json!({ "item": "cup", "qty": "2" }))), ["! insufficient_points"]);
    assert_eq!(bank.0.counter("track bought|customer=c1|2024-05"), None, "a refused request is not counted");
    assert_eq!(came(&bank.now("redeem", json!({ "item": "cup" }))), ["redeem -100 Star", "base 5 Star"]);
    bank.hold("c1", "1000");
    let two = bank.now("redeem", json!({ "item": "cup", "qty": "max" }));
    assert_eq!(came(&two), ["redeem -1000 Star", "base 2 Star", "level 50 Star"]);
    assert_eq!(
        bank.0.counter("track bought|customer=c1|2024-05").as_deref(),
        Some("11"),
        "`most` counts as what it came to"
    );
}

#[test]
fn a_request_without_a_declaration_is_decided_by_its_rules() {
    let rules = "rule batch \"批\" on IssueCard { in all at most 2 times, else refuse batch_exhausted; earn 1 Star }\n";
    let mut bank = Bank::new("0", rules);
    assert_eq!(came(&bank.now("issue_card", json!({}))), ["base 1 Star"]);
    assert_eq!(came(&bank.now("issue_card", json!({}))), ["base 1 Star"]);
    assert_eq!(came(&bank.now("issue_card", json!({}))), ["! batch_exhausted"]);
}

#[test]
fn who_is_barred_is_refused_whatever_decides_the_request() {
    let rules = "rule fraud \"违规\" on Share { bar customer }\n\
        rule batch \"批\" on IssueCard { earn 1 Star }\n\
        donation charity \"捐赠\" { at least 1 Star }\n";
    let mut bank = Bank::new("10", rules);
    assert_eq!(came(&bank.now("issue_card", json!({}))), ["base 1 Star"]);
    bank.now("share", json!({}));
    assert_eq!(came(&bank.now("issue_card", json!({}))), ["! disqualified"]);
    assert_eq!(came(&bank.now("donate", json!({ "points": "12" }))), ["! disqualified", "! insufficient_points"]);
    assert_eq!(came(&bank.now("donate", json!({ "points": "1", "customer": "c2" }))), ["! insufficient_points"]);
}

#[test]
fn an_exchange_gives_a_bonus_for_every_full_block() {
    let rules = "points Mile \"里程\" { round down each line; kept by airline }\n\
        exchange out \"兑里程\" on Exchange { rate 3 Star = 1.1 Mile; give 500 Mile per full 30_000 Star of points; fee 1% of value, at most 2 CNY }\n";
    let mut bank = Bank::new("100000", rules);
    let into = |points: &str| json!({ "into": "AsiaMile", "points": points });
    assert_eq!(
        came(&bank.now("exchange", into("29999"))),
        ["redeem -29999 Star", "receive 10999 Mile", "receive 0 Mile", "fee 2.00 CNY"],
        "29,999 / 3 x 1.1 is 10,999.63"
    );
    assert_eq!(
        came(&bank.now("exchange", into("65000"))),
        ["redeem -65000 Star", "receive 23833 Mile", "receive 1000 Mile", "fee 2.00 CNY"]
    );
    assert_eq!(
        came(&bank.now("exchange", into("100"))),
        ["redeem -100 Star", "receive 36 Mile", "receive 0 Mile", "fee 0.01 CNY"]
    );
}

#[test]
fn stock_by_the_day_is_a_bound_by_item_and_day() {
    let rules = "catalogue gifts \"礼品\" { per item per day at most 2 pieces, else refuse out_of_stock; item cup \"杯\" 1 Star; item pen \"笔\" 1 Star }\n";
    let mut bank = Bank::new("100", rules);
    let buy = |item: &str, count: &str| json!({ "item": item, "qty": count });
    assert_eq!(came(&bank.now("redeem", buy("cup", "2"))), ["redeem -2 Star"]);
    assert_eq!(came(&bank.now("redeem", buy("cup", "1"))), ["! out_of_stock"]);
    assert_eq!(came(&bank.now("redeem", buy("pen", "1"))), ["redeem -1 Star"]);
    assert_eq!(came(&bank.ask("2024-05-02 00:00:00", "redeem", buy("cup", "1"))), ["redeem -1 Star"]);
}

#[test]
fn once_an_item_is_a_bound_by_customer_and_item() {
    let rules = "catalogue gifts \"礼品\" { each time at most 1 piece; per customer per item once; item cup \"杯\" 1 Star; item pen \"笔\" 1 Star }\n";
    let mut bank = Bank::new("100", rules);
    let buy = |item: &str, count: &str| json!({ "item": item, "qty": count });
    assert_eq!(came(&bank.now("redeem", buy("cup", "2"))), ["! quantity_limit"]);
    assert_eq!(came(&bank.now("redeem", buy("cup", "1"))), ["redeem -1 Star"]);
    assert_eq!(came(&bank.now("redeem", buy("cup", "2"))), ["! quantity_limit", "! repeat_not_allowed"]);
    assert_eq!(came(&bank.now("redeem", buy("pen", "1"))), ["redeem -1 Star"]);
}

#[test]
fn a_bound_that_drops_the_rest_takes_what_fits() {
    let rules = "cash out cash \"兑现金\" { rate 100 Star = 1 CNY; in steps of 100 Star, leave the rest; per customer per month at most 5 CNY, drop the rest }\n";
    let mut bank = Bank::new("2000", rules);
    assert_eq!(came(&bank.now("cash_out", json!({ "points": "350" }))), ["redeem -300 Star", "give 3.00 CNY"]);
    assert_eq!(came(&bank.now("cash_out", json!({ "points": "350" }))), ["redeem -200 Star", "give 2.00 CNY"]);
    assert_eq!(came(&bank.now("cash_out", json!({ "points": "350" }))), ["! below_minimum"]);
}

#[test]
fn steps_of_money_take_the_points_that_they_need() {
    let rules = "cash out cash \"兑现金\" { rate 3 Star = 0.01 CNY; in steps of 1 CNY, leave the rest }\n";
    let mut bank = Bank::new("2000", rules);
    assert_eq!(came(&bank.now("cash_out", json!({ "points": "899" }))), ["redeem -600 Star", "give 2.00 CNY"]);
    assert_eq!(came(&bank.now("cash_out", json!({ "points": "299" }))), ["! below_minimum"]);
    assert_eq!(came(&bank.now("cash_out", json!({ "points": "max" }))), ["redeem -1200 Star", "give 4.00 CNY"]);
}

#[test]
fn the_explanation_names_every_clause_that_refuses() {
    let rules = "catalogue gifts \"礼品\" { need channel is app; per customer per month at most 1 piece; item cup \"杯\" 100 Star   stock 1 }\n";
    let bank = Bank::new("150", rules);
    let event = bank.0.event("2024-05-01 10:00:00", "redeem", json!({ "item": "cup", "qty": "2" }));
    let trace = bank.0.explain(&event);
    let rule = &trace.rules[0];
    assert_eq!(rule.result, RuleResult::Refused);
    let refused: Vec<(&str, &str)> = rule.refused.iter().map(|one| (one.code.as_str(), one.text.as_str())).collect();
    assert_eq!(
        refused,
        [
            ("condition_not_met", "channel is app"),
            ("quota_exhausted", "per customer per month at most 1 piece"),
            ("out_of_stock", "cup"),
            ("insufficient_points", ""),
        ]
    );
    assert!(rule.steps.iter().any(|step| step.value == "100 Star"), "{:?}", rule.steps);
    assert!(rule.read.iter().any(|(name, value)| name == "channel" && value == "unknown"), "{:?}", rule.read);
}
