//! Requests: which one answers, its size, the order of refusals, prices, stock, what it leads to.

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
use serde_json::json;

const GIFTS: &str = "catalogue gifts \"礼品\" {
  per customer per month at most 3 pieces
  item tshirt \"T恤\" 200 Star   stock 4
  item card \"卡\" 1_001 Star, at tier { gold: 90%, otherwise: 100% } round up
}
tiers tier \"等级\" given by host { standard \"普通\" < gold \"金\" }
";

#[test]
fn an_item_takes_its_price_for_every_piece() {
    let mut bank = Bank::new("1000", GIFTS);
    assert_eq!(came(&bank.now("redeem", json!({ "item": "tshirt" }))), ["redeem -200 Star"]);
    assert_eq!(came(&bank.now("redeem", json!({ "item": "tshirt", "qty": "2" }))), ["redeem -400 Star"]);
    assert_eq!(bank.balance("c1"), "400");
    assert_eq!(bank.0.counter("cap gifts.tshirt.stock").as_deref(), Some("3"));
}

#[test]
fn all_that_fails_is_told_in_the_fixed_order() {
    let mut bank = Bank::new("300", GIFTS);
    // Four pieces: more than a month's three, and 800 of 300 points. Stock has four.
    let refused = bank.now("redeem", json!({ "item": "tshirt", "qty": "4" }));
    assert_eq!(came(&refused), ["! quota_exhausted", "! insufficient_points"]);
    let refused = bank.now("redeem", json!({ "item": "tshirt", "qty": "5" }));
    assert_eq!(came(&refused), ["! quota_exhausted", "! out_of_stock", "! insufficient_points"]);
    bank.set("barred|customer=c1", "1");
    let refused = bank.now("redeem", json!({ "item": "tshirt", "qty": "5" }));
    assert_eq!(came(&refused), ["! disqualified", "! quota_exhausted", "! out_of_stock", "! insufficient_points"]);
    let before = bank.ask("2023-12-31 23:59:59", "redeem", json!({ "item": "tshirt" }));
    assert_eq!(came(&before), ["! outside_window"]);
}

#[test]
fn what_no_catalogue_has_is_refused() {
    let mut bank = Bank::new("300", GIFTS);
    let refused = bank.now("redeem", json!({ "item": "other" }));
    assert_eq!(came(&refused), ["! condition_not_met"]);
    assert!(refused.detail.unwrap().contains("item"));
    // No cash out is declared.
    assert_eq!(came(&bank.now("cash_out", json!({ "points": "100" }))), ["! condition_not_met"]);
}

#[test]
fn a_price_by_tier_is_rounded_up() {
    let mut bank = Bank::new("5000", GIFTS);
    assert_eq!(came(&bank.now("redeem", json!({ "item": "card", "tier": "gold" }))), ["redeem -901 Star"]);
    assert_eq!(came(&bank.now("redeem", json!({ "item": "card" }))), ["redeem -1001 Star"]);
}

#[test]
fn a_lower_price_holds_in_its_campaign_only() {
    let rules = "catalogue mall \"商城\" { item household \"家居\" 1_001 Star }\n\
        campaign may { from 2024-05-01 to 2024-05-05; lower price of every item of mall to 80%, round up }\n";
    let mut bank = Bank::new("5000", rules);
    let mut at = |time: &str| came(&bank.ask(time, "redeem", json!({ "item": "household" })));
    assert_eq!(at("2024-04-30 23:59:59"), ["redeem -1001 Star"]);
    assert_eq!(at("2024-05-01 00:00:00"), ["redeem -801 Star"]);
    assert_eq!(at("2024-05-05 23:59:59"), ["redeem -801 Star"]);
    assert_eq!(at("2024-05-06 00:00:00"), ["redeem -1001 Star"]);
}

#[test]
fn a_window_of_a_catalogue_refuses() {
    let rules = "catalogue gifts \"礼品\" { from 2024-06-01 to 2024-06-30; item cup \"杯\" 100 Star }\n";
    let mut bank = Bank::new("50", rules);
    let mut at = |time: &str| came(&bank.ask(time, "redeem", json!({ "item": "cup" })));
    assert_eq!(at("2024-06-30 23:59:59"), ["! insufficient_points"]);
    assert_eq!(at("2024-07-01 00:00:00"), ["! outside_window", "! insufficient_points"]);
}

const OFFSET: &str = "offset bill \"抵账单\" on Offset { rate 100 Star = 1 CNY; in steps of 100 Star, leave the rest; at most 50% of bill }\n";

#[test]
fn a_rest_below_a_step_is_left() {
    let mut bank = Bank::new("1000", OFFSET);
    let pay = |points: &str| json!({ "amount": "100.00", "points": points });
    assert_eq!(came(&bank.now("offset", pay("250"))), ["redeem -200 Star", "off 2.00 CNY", "pay 98.00 CNY"]);
    assert_eq!(came(&bank.now("offset", pay("99"))), ["! below_minimum"]);
    assert_eq!(came(&bank.now("offset", pay("900"))), ["! insufficient_points"]);
    assert_eq!(bank.balance("c1"), "800");
}

#[test]
fn a_share_of_the_bill_is_the_most() {
    let mut bank = Bank::new("10050", OFFSET);
    let pay = |points: &str, bill: &str| json!({ "amount": bill, "points": points });
    assert_eq!(came(&bank.now("offset", pay("301", "6.00"))), ["redeem -300 Star", "off 3.00 CNY", "pay 3.00 CNY"]);
    assert_eq!(came(&bank.now("offset", pay("301", "5.99"))), ["! exceeds_amount"]);
    // Half of 5.99 is 2.995: two whole steps.
    assert_eq!(came(&bank.now("offset", pay("max", "5.99"))), ["redeem -200 Star", "off 2.00 CNY", "pay 3.99 CNY"]);
    assert_eq!(came(&bank.now("offset", pay("max", "1.99"))), ["! below_minimum", "! exceeds_amount"]);
    // 9,550 are left: the balance bounds it.
    let all = bank.now("offset", pay("max", "1000.00"));
    assert_eq!(came(&all), ["redeem -9500 Star", "off 95.00 CNY", "pay 905.00 CNY"]);
    assert_eq!(came(&bank.now("offset", pay("max", "1000.00"))), ["! insufficient_points"]);
}

#[test]
fn a_step_that_is_not_whole_refuses() {
    let rules = "offset bill \"抵账单\" on PosSpend { rate 500 Star = 1 CNY; in steps of 500 Star, else refuse }\n";
    let mut bank = Bank::new("3000", rules);
    let pay = |points: &str| json!({ "amount": "50.00", "points": points, "merchant": "m1" });
    assert_eq!(came(&bank.now("pos_spend", pay("500"))), ["redeem -500 Star", "off 1.00 CNY", "pay 49.00 CNY"]);
    assert_eq!(came(&bank.now("pos_spend", pay("499"))), ["! not_whole_step"]);
    assert_eq!(came(&bank.now("pos_spend", pay("2999"))), ["! not_whole_step", "! insufficient_points"]);
    assert_eq!(came(&bank.now("pos_spend", pay("max"))), ["redeem -2500 Star", "off 5.00 CNY", "pay 45.00 CNY"]);
}

#[test]
fn a_stated_minimum_comes_before_steps() {
    let rules = "offset bill \"抵账单\" on Offset { rate 500 Star = 1 CNY; at least 1_000 Star; in steps of 500 Star, else refuse }\n";
    let mut bank = Bank::new("1200", rules);
    let pay = |points: &str| json!({ "amount": "50.00", "points": points });
    assert_eq!(came(&bank.now("offset", pay("499"))), ["! below_minimum", "! not_whole_step"]);
    assert_eq!(came(&bank.now("offset", pay("500"))), ["! below_minimum"]);
    assert_eq!(came(&bank.now("offset", pay("max"))), ["redeem -1000 Star", "off 2.00 CNY", "pay 48.00 CNY"]);
    assert_eq!(came(&bank.now("offset", pay("max"))), ["! insufficient_points"]);
}

#[test]
fn a_bound_of_one_request_bounds_the_most() {
    let rules =
        "cash out cash \"兑现金\" { rate 100 Star = 1 CNY; at most 300 Star; fee 1% of value, at most 0.02 CNY }\n";
    let mut bank = Bank::new("1000", rules);
    assert_eq!(came(&bank.now("cash_out", json!({ "points": "301" }))), ["! quota_exhausted"]);
    assert_eq!(
        came(&bank.now("cash_out", json!({ "points": "max" }))),
        ["redeem -300 Star", "give 3.00 CNY", "fee 0.02 CNY"]
    );
    assert_eq!(
        came(&bank.now("cash_out", json!({ "points": "150" }))),
        ["redeem -150 Star", "give 1.50 CNY", "fee 0.01 CNY"]
    );
}

#[test]
fn a_bound_with_a_period_is_a_counter_of_requests() {
    let rules = "transfer gift \"转赠\" { per customer per day at most 1_000 Star; keep dates }\n";
    let mut bank = Bank::new("5000", rules);
    bank.hold("c2", "0");
    let give = |points: &str| json!({ "to": "c2", "points": points });
    let first = bank.now("transfer", give("900"));
    assert_eq!(came(&first), ["move -900 Star", "move 900 Star for c2"]);
    let (left, arrived) = (&first.lines[0], &first.lines[1]);
    assert_eq!((left.other.as_deref(), arrived.other.as_deref()), (Some("c2"), Some("c1")));
    assert!(left.keep_dates && arrived.keep_dates && arrived.expires_on.is_none());
    assert_eq!(came(&bank.now("transfer", give("101"))), ["! transfer_limit"]);
    assert_eq!(came(&bank.now("transfer", give("max"))), ["move -100 Star", "move 100 Star for c2"]);
    assert_eq!(came(&bank.now("transfer", give("max"))), ["! below_minimum", "! transfer_limit"]);
    assert_eq!(came(&bank.ask("2024-05-02 00:00:00", "transfer", give("1"))), ["move -1 Star", "move 1 Star for c2"]);
    assert_eq!((bank.balance("c1").as_str(), bank.balance("c2").as_str()), ("3999", "1001"));
}

#[test]
fn a_prohibition_refuses_with_its_own_code() {
    let mut bank = Bank(Host::new(&with_points("round down each line; valid without end; never transfer, cash", "")));
    bank.hold("c1", "500");
    assert_eq!(came(&bank.now("transfer", json!({ "to": "c2", "points": "1" }))), ["! not_transferable"]);
    assert_eq!(came(&bank.now("cash_out", json!({ "points": "100" }))), ["! not_cashable"]);
}

#[test]
fn entries_cost_their_price() {
    let mut bank = Bank::new(
        "250",
        "lottery draw \"抽奖\" { 100 Star each entry }\ndonation charity \"捐赠\" { at least 1 Star }\n",
    );
    assert_eq!(came(&bank.now("lottery", json!({ "entries": "3" }))), ["! insufficient_points"]);
    assert_eq!(came(&bank.now("lottery", json!({ "entries": "max" }))), ["redeem -200 Star", "entries 2"]);
    assert_eq!(came(&bank.now("lottery", json!({ "entries": "max" }))), ["! insufficient_points"]);
    assert_eq!(came(&bank.now("donate", json!({ "points": "0" }))), ["! below_minimum"]);
    assert_eq!(came(&bank.now("donate", json!({ "points": "50" }))), ["redeem -50 Star"]);
}

#[test]
fn an_exchange_gives_partner_points_whole() {
    let rules = "points Mile \"里程\" { kept by airline }\n\
        exchange out \"兑里程\" on Exchange { rate 3 Star = 1.1 Mile; at least 3 Star }\n";
    let mut bank = Bank::new("1000", rules);
    let into = |points: &str| json!({ "into": "AsiaMile", "points": points });
    assert_eq!(came(&bank.now("exchange", into("10"))), ["redeem -10 Star", "receive 3 Mile"]);
    assert_eq!(came(&bank.now("exchange", into("2"))), ["! below_minimum"]);
}

#[test]
fn an_exchange_in_may_earn_nothing() {
    let rules = "points Mile \"里程\" { kept by airline }\n\
        exchange in_miles \"里程兑入\" on ExchangeIn { rate 3 Mile = 1 Star }\n";
    let mut bank = Bank::new("0", rules);
    let from = |points: &str| json!({ "from_source": "airline", "points": points });
    assert_eq!(came(&bank.now("exchange_in", from("10"))), ["receive 3 Star"]);
    assert_eq!(came(&bank.now("exchange_in", from("2"))), Vec::<String>::new());
    assert_eq!(bank.balance("c1"), "3");
}

#[test]
fn delivery_and_services_go_with_an_item() {
    let mut bank = Bank::new(
        "5000",
        "catalogue gifts \"礼品\" { deliver within 15 days; item cup \"杯\" 100 Star   grants advisor }\n",
    );
    let cup = bank.ask("2024-03-01 10:00:00", "redeem", json!({ "item": "cup" }));
    assert_eq!(came(&cup), ["redeem -100 Star", "entitled advisor", "by 2024-03-16"]);
}

#[test]
fn a_need_reads_what_is_asked() {
    let rules = "catalogue gifts \"礼品\" { need value <= 0.01 CNY * (balance of Star / 1 Star), else refuse value_exceeds_balance; item a \"甲\" 400 Star   value 5.01 CNY; item b \"乙\" 400 Star   value 5.00 CNY }\n";
    let mut bank = Bank::new("500", rules);
    assert_eq!(came(&bank.now("redeem", json!({ "item": "a" }))), ["! value_exceeds_balance"]);
    assert_eq!(came(&bank.now("redeem", json!({ "item": "b" }))), ["redeem -400 Star"]);
}

#[test]
fn a_fee_in_points_is_taken_with_what_is_asked() {
    let rules = "transfer gift \"转赠\" { fee 1% of points, at most 5 Star; keep dates }\n";
    let mut bank = Bank::new("1000", rules);
    let give = |points: &str| json!({ "to": "c2", "points": points });
    assert_eq!(came(&bank.now("transfer", give("200"))), ["move -200 Star", "move 200 Star for c2", "take -2 Star"]);
    // 798 are left; 794 and 5 would be 799.
    assert_eq!(came(&bank.now("transfer", give("794"))), ["! insufficient_points"]);
    assert_eq!(came(&bank.now("transfer", give("max"))), ["move -793 Star", "move 793 Star for c2", "take -5 Star"]);
    assert_eq!(bank.balance("c1"), "0");
}

#[test]
fn an_item_may_cost_points_and_cash() {
    let rules = "catalogue gifts \"礼品\" { item pot \"锅\" 300 Star; item cup \"杯\" 100 Star; pay 20 CNY * pieces when item is pot }\n";
    let mut bank = Bank::new("1000", rules);
    assert_eq!(came(&bank.now("redeem", json!({ "item": "cup" }))), ["redeem -100 Star"]);
    assert_eq!(came(&bank.now("redeem", json!({ "item": "pot", "qty": "2" }))), ["redeem -600 Star", "pay 40.00 CNY"]);
}

#[test]
fn a_paid_top_up_comes_first() {
    let rules = "exchange lift \"加息\" on Exchange { rate 500 Star = 10 bp; earn 100 Star first; pay 8 CNY }\n\
        quantity uplift \"加息\" in bp 0 decimals\n";
    let mut bank = Bank::new("400", rules);
    let lift = json!({ "into": "rate_basis_points", "points": "500" });
    assert_eq!(
        came(&bank.now("exchange", lift.clone())),
        ["receive 100 Star", "redeem -500 Star", "receive 10 uplift", "pay 8.00 CNY"]
    );
    assert_eq!(came(&bank.now("exchange", lift)), ["! insufficient_points"]);
}

#[test]
fn services_answer_by_their_name() {
    let rules = "tiers tier \"等级\" given by host { platinum \"白金\" < diamond \"钻石\" }\n\
        benefit vip_lounge \"贵宾室\" on ServiceUse { for tier is diamond }\n\
        benefit advisor \"顾问\" on ServiceUse { take 800 Star; per customer per year at most 1 time }\n";
    let mut bank = Bank::new("2000", rules);
    let lounge = |tier: &str| json!({ "what": "vip_lounge", "tier": tier });
    assert_eq!(came(&bank.now("service", lounge("platinum"))), ["! tier_required"]);
    assert_eq!(came(&bank.now("service", lounge("diamond"))), ["entitled vip_lounge"]);
    assert_eq!(came(&bank.now("service", json!({ "what": "advisor" }))), ["redeem -800 Star", "entitled advisor"]);
    assert_eq!(came(&bank.now("service", json!({ "what": "advisor" }))), ["! quota_exhausted"]);
    assert_eq!(came(&bank.now("service", json!({ "what": "priority" }))), ["! condition_not_met"]);
}

#[test]
fn a_rate_by_tier_and_a_bonus_for_each_block() {
    let rules = "tiers tier \"等级\" given by host { standard \"普通\" < gold \"金\" }\n\
        points Mile \"里程\" { kept by airline }\n\
        cash out cash \"兑现\" { rate 100 Star = tier { gold: 1.50 CNY, otherwise: 1 CNY } }\n\
        exchange out \"兑里程\" on Exchange { rate 3 Star = 1.1 Mile; give 500 Mile per full 9_000 Star of points }\n";
    let mut bank = Bank::new("100000", rules);
    assert_eq!(came(&bank.now("cash_out", json!({ "points": "333" }))), ["redeem -333 Star", "give 3.33 CNY"]);
    bank.0.customer("c1", json!({ "tier": "gold" }));
    assert_eq!(came(&bank.now("cash_out", json!({ "points": "333" }))), ["redeem -333 Star", "give 4.99 CNY"]);
    assert_eq!(
        came(&bank.now("exchange", json!({ "into": "miles", "points": "20000" }))),
        ["redeem -20000 Star", "receive 7333 Mile", "receive 1000 Mile"]
    );
}
