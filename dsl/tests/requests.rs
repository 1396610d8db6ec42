//! What requests lower to: the core of small programmes, each clause beside what an engine sees of it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test says so by panicking")]

use earnest_dsl::diagnostic::{Language, render::render};
use earnest_dsl::load::{InputFile, Loaded, load};
use earnest_dsl::policy::core;

const HEAD: &str = "programme demo \"示例\" {
  timezone Asia/Shanghai
  currency CNY \"元\"
  effective from 2024-01-01
  use std.banking, std.calendar
}
points Point \"积分\" {
  round down each line
  valid 2 years after earning
  spend first soonest to expire, then oldest
  worth 0.005 CNY
}
points Mile \"里程\" { kept by airline; 1 decimals }
tiers Tier \"等级\" given by host { standard \"普通\" < gold \"金\" < diamond \"钻石\" }
";

fn loaded(text: &str) -> Loaded {
    let file = |path: &str, text: &str| InputFile { path: path.to_owned(), text: text.to_owned() };
    load(vec![file("head.earn", HEAD), file("requests.earn", text)], &[])
}

/// The paragraphs of the core that speak of requests and their bounds.
fn requests(text: &str) -> String {
    let loaded = loaded(text);
    let seen = render(&loaded.diagnostics, &loaded.sources, Language::English, false);
    assert!(loaded.diagnostics.is_empty(), "{seen}");
    let core = core::print(&loaded.policy.unwrap());
    let told = |paragraph: &&str| {
        let asks = paragraph.contains("\n  request ") || paragraph.contains("\n  bounds ");
        asks || paragraph.starts_with("constraint ") || paragraph.contains("benefit")
    };
    core.split("\n\n").filter(told).filter(|one| !one.starts_with("programme")).collect::<Vec<_>>().join("\n\n")
}

/// The codes of all findings.
fn codes(text: &str) -> Vec<&'static str> {
    loaded(text).diagnostics.iter().map(|found| found.code).collect()
}

#[test]
fn a_catalogue_has_prices_stocks_and_what_comes_with_them() {
    insta::assert_snapshot!(requests(
        "catalogue gifts \"礼品\" {
  for tier >= gold
  need balance of Point >= 1_000 Point
  need value <= 100 CNY, else refuse too_dear
  per customer per month at most 2 times
  per customer per item once
  per item per day at most 10 pieces, else refuse sold_today
  each time at most 3 pieces
  deliver within 15 working days of china
  deliver by jd
  item fuel_card \"油卡\" 1_001 Point, at tier { gold: 90%, diamond: 80%, otherwise: 100% } round up   stock 100   value 50 CNY
  item lounge    \"贵宾室券\" 500 Point   grants lounge_visit   from 2024-06-01 to 2024-06-30
  item advisor   \"理财顾问\" 900 Point   grants service advisor
}
benefit lounge_visit \"贵宾室\" { valid 3 months after grant; cost 80.00 CNY to provider; numbered }
campaign june \"六月\" {
  from 2024-06-01 to 2024-06-30
  lower price of every item of gifts to 80%, round up
}
campaign hour \"抢兑\" {
  on 2024-06-18 from 10:00 until 12:00
  lowest price
  lower price of fuel_card to 500 Point
}"
    ));
}

#[test]
fn money_comes_off_a_bill_or_is_given() {
    insta::assert_snapshot!(requests(
        "offset pay \"抵扣\" {
  rate 100 Point = tier { gold: 1.20 CNY, otherwise: 1 CNY }
  in steps of 100 Point, else refuse
  at least 500 Point
  at most 50% of bill, drop the rest
  at most 200 CNY
  per customer per day at most 300 CNY
  fee 1% of value, at most 2 CNY
}
offset fees \"抵费用\" on FeeOffset { rate 1 Point = 0.01 CNY; fee 0.50 CNY; pay bill - off + fee }
offset spend_and_save \"满减\" on PayWithPoints { off 20 CNY when bill >= 200 CNY; off 5 CNY when tier is diamond }
cash out cash \"兑现金\" { rate 3 Point = 0.02 CNY; in steps of 300 Point, leave the rest; per customer per year at most 10_000 Point, drop the rest }
donation charity \"慈善\" { at least 1 Point; stays spent }
lottery draw \"抽奖\" { 10 Point each entry; per customer per day at most 3 entries }"
    ));
}

#[test]
fn points_become_others_and_go_to_others() {
    insta::assert_snapshot!(requests(
        "points Bank \"银行分\" { kept by bank }
quantity rate_uplift \"加息\" in bp 0 decimals
exchange out \"兑里程\" {
  when target is credit_card_points
  rate 3 Point = 1.1 Mile
  in steps of 3_000 Point, leave the rest
  give 500 Mile per full 10_000 Point of points
}
exchange uplift \"加息\" { when target is rate_basis_points; rate 500 Point = 10 bp }
exchange inward \"兑入\" on ExchangeIn {
  when from_source is bank
  rate 10 Bank = 1 Point
  in steps of 10 Bank, leave the rest
  earn 50 Point per full 1_000 Bank of points
  per customer per month at most 5_000 Point
}
transfer gift \"转赠\" {
  need member of recipient, else refuse recipient_not_member
  need recipient is not customer
  per customer per day at most 1_000 Point
  keep dates
}"
    ));
}

#[test]
fn services_and_benefits_answer_by_the_field_that_names_them() {
    insta::assert_snapshot!(requests(
        "rule by_card \"开卡\" on AccountOpen { grant meal_ticket }
benefit meal_ticket \"饭票\" { cost 15.00 CNY to provider; per customer per month at most 2 times; valid 3 months after grant }
benefit vip_lounge \"贵宾室\" on ServiceUse { for tier is diamond }
benefit advisor \"顾问\" on ServiceUse { take 800 Point; per customer per year at most 4 times }
benefit points_card \"积分卡\" on IssueCard { in all at most 5_000 times, else refuse batch_exhausted; numbered }"
    ));
}

#[test]
fn what_is_forbidden_is_a_request_that_is_always_refused() {
    let text = "points Gift \"礼品分\" { round down each line; valid without end; spend first oldest; never transfer, never cash }";
    insta::assert_snapshot!(requests(text));
    assert_eq!(codes(&format!("{text}\ncash out sell \"兑现\" {{ rate 100 Gift = 1 CNY }}")), ["E0808"]);
}

#[test]
fn chinese_spelling_lowers_to_the_same() {
    let english = requests(
        "offset pay \"抵扣\" { rate 100 Point = 1 CNY; in steps of 100 Point, leave the rest; at most 50% of bill, drop the rest }
catalogue gifts \"礼品\" { need contact of customer is complete; deliver within 15 working days of china; item cup \"杯子\" 200 Point   stock 2 }",
    );
    let chinese = requests(
        "抵扣 pay \"抵扣\" { 比率 100 积分 = 1 元；整 100 积分 使用，余数保留；最多 账单 的 50%，超出不计 }
目录 gifts \"礼品\" { 须 客户 的 联系资料 为 完整；发货期限 15个工作日 之 china；商品 cup \"杯子\" 200 积分   库存 2 }",
    );
    assert_eq!(english, chinese);
}

#[test]
fn parameters_say_prices_and_limits_as_well() {
    let with = requests(
        "parameter cup_price \"价格\" = 200 Point
parameter most_pieces \"件数\" = 3 pieces
parameter most_times \"次数\" = 2 times
catalogue gifts \"礼品\" {
  each time at most most_pieces
  per customer per month at most most_times
  item cup \"杯子\" cup_price
}",
    );
    let without = requests(
        "catalogue gifts \"礼品\" {
  each time at most 3 pieces
  per customer per month at most 2 times
  item cup \"杯子\" 200 Point
}",
    );
    assert_eq!(with, without);
}

#[test]
fn a_rate_that_is_no_rate_is_told() {
    assert_eq!(codes("exchange out \"兑\" { rate 100 Point = 1 CNY }"), ["E0811"]);
    assert_eq!(codes("cash out cash \"兑现\" { rate 100 Point = 1 Mile }"), ["E0811"]);
    assert_eq!(codes("exchange inward \"兑入\" on ExchangeIn { rate 10 Mile = 1 CNY }"), ["E0811"]);
    assert_eq!(codes("offset pay \"抵扣\" { rate 100 Point = 1 CNY; at most 3 Mile }"), ["E0820"]);
    assert_eq!(codes("offset pay \"抵扣\" { rate 0 Point = 1 CNY }"), ["E0420"]);
}

#[test]
fn a_limit_counts_what_the_request_has() {
    assert_eq!(
        codes("offset pay \"抵扣\" { rate 100 Point = 1 CNY; per customer per day at most 3 pieces }"),
        ["E0827"]
    );
    assert_eq!(codes("lottery draw \"抽奖\" { 10 Point each entry; per customer per day at most 3 pieces }"), [""; 0]);
    let inward = "points Bank \"银行分\" { kept by bank }
exchange inward \"兑入\" on ExchangeIn { rate 10 Bank = 1 Point; per customer per day at most 10 Mile }";
    assert_eq!(codes(inward), ["E0827"]);
    // Both sides of an exchange can be limited.
    let sides = inward.replace("at most 10 Mile", "at most 10 Point; per customer per day at most 100 Bank");
    assert_eq!(codes(&sides), [""; 0]);
}

#[test]
fn prices_of_campaigns_are_shares_or_points_of_the_item() {
    let campaign = |to: &str, more: &str| {
        format!(
            "catalogue gifts \"礼品\" {{ item cup \"杯子\" 200 Point }}
campaign may \"五月\" {{ from 2024-05-01 to 2024-05-31; lower price of cup to {to} }}
campaign late \"晚\" {{ {more}; lower price of 杯子 to 60% }}"
        )
    };
    let named = |what: &str| {
        codes(&format!(
            "catalogue gifts \"礼品\" {{ item cup \"杯子\" 200 Point }}
catalogue tickets \"票\" {{ item film \"电影票\" 80 Point }}
campaign may \"五月\" {{ from 2024-05-01 to 2024-05-31; lower price of {what} to 80% }}"
        ))
    };
    for what in ["cup", "杯子", "gifts.cup", "cup of gifts", "gifts", "every item of gifts", "every item of 票"] {
        assert_eq!(named(what), [""; 0], "{what}");
    }
    for what in ["mug", "mug of gifts", "film of gifts", "every item of shop"] {
        assert_eq!(named(what), ["E0812"], "{what}");
    }
    let apart = "from 2024-06-01 to 2024-06-30";
    assert_eq!(codes(&campaign("150 Point", apart)), [""; 0]);
    assert_eq!(codes(&campaign("150 Mile", apart)), ["E0402"]);
    assert_eq!(codes(&campaign("50%", "from 2024-05-31 to 2024-06-30")), ["E0823"]);
    assert_eq!(codes(&campaign("50%", "from 2024-05-31 to 2024-06-30; lowest price")), [""; 0]);
    assert_eq!(codes(&campaign("50%", "from 2024-05-01 to 2024-06-30; when tier is gold")), ["E0823"]);
}
