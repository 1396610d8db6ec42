//! What constructs of rules, points and schedules lower to, in both spellings.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::as_conversions,
    reason = "a test fails by panicking"
)]

use earnest_dsl::load::{InputFile, load};
use earnest_dsl::policy::{
    Deed, LineSign, Node, Policy, RuleBody, ScheduleAt, ScopePeriod, Type, Validity, Value, WindowKind,
};
use earnest_dsl::syntax::ast::{PeriodUnit, RoundMode, RoundPlace};
use rust_decimal::Decimal;

const HEAD: &str = "programme demo \"示例\" {\n  timezone Asia/Shanghai\n  currency CNY \"元\"\n  effective from 2024-01-01\n  use std.banking, std.control, std.currency, std.calendar\n}\n";
const POINTS: &str = "points Point \"积分\" { round down each line; valid 2 years after earning; spend first soonest to expire, then oldest }\n";

/// The policy of declarations behind a plain head.
fn policy(text: &str) -> Policy {
    let head = if text.starts_with("programme") { "" } else { HEAD };
    let points = if text.contains("points Point") || text.contains("积分种类 Point") { "" } else { POINTS };
    let text = format!("{head}{points}{text}");
    let loaded = load(vec![InputFile { path: "test.earn".to_owned(), text: text.clone() }], &[]);
    let found: Vec<_> = loaded.diagnostics.iter().map(|one| (one.code, one.message.en.clone())).collect();
    loaded.policy.unwrap_or_else(|| panic!("{text}\n{found:?}"))
}

/// The same declarations in the other spelling give the same policy.
fn both(english: &str, chinese: &str) -> Policy {
    let (one, other) = (policy(english), policy(chinese));
    assert_eq!(serde_json::to_value(&one).unwrap(), serde_json::to_value(&other).unwrap());
    one
}

fn lines(policy: &Policy) -> Vec<earnest_dsl::policy::Line> {
    match &policy.rules[0].body {
        RuleBody::Earn(lines) => lines.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn lines_take_take_back_and_grant() {
    let made = both(
        "benefit ticket \"票\" { valid 3 months after grant }\nrule r on Violation { take 10 Point; take back all Point; take back 5 Point when reason is known; grant ticket worth 3 CNY; bar customer }",
        "权益 ticket \"票\" { 有效期 3个月 自 授予 起 }\n规则 r 适用于 违规 { 扣 10 积分；收回 全部 积分；收回 5 积分 当 原因 已知 时；授予 票 价值 3 元；取消资格 客户 }",
    );
    let lines = lines(&made);
    let signs: Vec<LineSign> = lines.iter().map(|line| line.sign.clone()).collect();
    assert_eq!(
        signs,
        [LineSign::Take(vec![]), LineSign::TakeBack { all: true }, LineSign::TakeBack { all: false }, LineSign::Give]
    );
    assert!(lines[2].when.is_some());
    let ticket = made.points_of(lines[3].points).unwrap();
    assert!(ticket.benefit.as_ref().unwrap().granted);
    assert_eq!(lines[3].worth.as_ref().unwrap().node, Node::Constant(Value::Money(3.into(), made.currency)));
    assert!(matches!(made.rules[0].deeds[..], [Deed::Bar { .. }]));
}

#[test]
fn takings_name_pools_and_a_pool_may_come_from_a_table() {
    let points = "points Point \"积分\" { round down each line; valid without end; spend first oldest; pool A \"甲\"; pool B \"乙\" }\n";
    let made = policy(&format!(
        "{points}rule r on CheckIn {{ earn 5 Point into channel {{ app: B, otherwise: A }}; take 1 Point from B, A }}"
    ));
    let lines = lines(&made);
    let table = lines[0].pool_by.as_ref().unwrap();
    assert_eq!(table.rows.iter().map(|(_, pool)| pool.0).collect::<Vec<_>>(), [1, 0]);
    let LineSign::Take(pools) = &lines[1].sign else { panic!() };
    assert_eq!(pools.iter().map(|pool| pool.0).collect::<Vec<_>>(), [1, 0]);
}

#[test]
fn a_fact_is_set_from_the_start_of_the_next_month() {
    let made = both(
        "rule r on Purchase { when category is known; set customer.choice to category from start of next month }",
        "规则 r 适用于 消费 { 当 类别 已知 时；设 客户 的 自选类别 为 类别 自 下月初 起 }",
    );
    let [Deed::Set { fact, from: Some(from), .. }] = &made.rules[0].deeds[..] else { panic!() };
    assert_eq!((fact.as_str(), &from.typed.ty), ("choice", &Type::Date));
    assert!(matches!(&from.node, Node::DateOf(period) if matches!(period.node, Node::PeriodOf(PeriodUnit::Month, _))));
}

#[test]
fn a_conversion_lies_above_all_that_gives_what_it_takes() {
    let made = both(
        "points Stamp \"印花\" { round down each line; valid without end; spend first oldest }\nbenefit cup \"杯\" { valid 1 years after grant }\nrule a on Purchase { earn 1 Stamp }\nrule b { convert 10 Stamp to 1 cup from 100 Stamp undo while unused }",
        "积分种类 Stamp \"印花\" { 向下取整 每行；永久有效；先用 最早获得 }\n权益 cup \"杯\" { 有效期 1年 自 授予 起 }\n规则 a 适用于 消费 { 得 1 印花 }\n规则 b { 转换 10 印花 为 1 杯 满 100 印花 未用则撤回 }",
    );
    let RuleBody::Convert(convert) = &made.rules[1].body else { panic!() };
    assert_eq!((convert.take.0, convert.give.0, convert.undo), (Decimal::TEN, Decimal::ONE, true));
    assert!(convert.from.is_some());
    assert!(made.rules[1].stratum > made.rules[0].stratum);
    assert_eq!(made.rules[1].kinds, made.rules[0].kinds, "it is decided where stamps are earned");
}

#[test]
fn a_rule_rounds_in_its_own_way() {
    let made = both(
        "rule r on Purchase { earn 1 Point per full 3 CNY of amount; round half up each award }",
        "规则 r 适用于 消费 { 按 金额 每满 3 元 得 1 积分；四舍五入 每笔 }",
    );
    assert_eq!(made.rules[0].rounding, Some((RoundMode::HalfUp, RoundPlace::EachAward)));
}

#[test]
fn lives_run_from_activity_or_end_with_the_balance() {
    let made = both(
        "points Point \"积分\" { round down each line; spend first oldest; activity CheckIn, earn of A; pool A \"甲\" { valid 1 year after last earning of A; lapses while frozen }; pool B \"乙\" { valid 2 years after earning; balance ends 90 days after last activity } }",
        "积分种类 Point \"积分\" { 向下取整 每行；先用 最早获得；活动 签到、获得 之 甲；积分池 A \"甲\" { 有效期 1年 自 最近获得 之 甲 起；冻结期间照常到期 }；积分池 B \"乙\" { 有效期 2年 自 获得 起；余额终止 90天 自 最近活动 起 } }",
    );
    let points = &made.points[0];
    assert_eq!(points.activity, ["CheckIn", "earn of A"]);
    let [a, b] = &points.pools[..] else { panic!() };
    assert_eq!((a.balance_ends, &a.validity), (Some((12, 0)), &Validity::WithoutEnd));
    assert_eq!(a.balance_activity, ["earn of A"]);
    assert!(a.lapses_while_frozen && !b.lapses_while_frozen);
    assert_eq!(b.balance_ends, Some((0, 90)));
    assert_eq!(b.validity, Validity::After { months: 24, days: 0, from_usable: false });
}

#[test]
fn schedules_raise_kinds_of_the_library_or_their_own() {
    let made = both(
        "schedule monthly \"月结\" at close of month per account\nschedule payday \"发薪日\" every 3rd working day of month of china at 09:00 per card\nschedule draw at 2025-09-01 for each card with activated in order of activated\nrule r on payday { when card.co_branded; earn 1 Point }",
        "定时 monthly \"月结\" 于 月末 每账户\n定时 payday \"发薪日\" 每逢 每月 第3个 工作日 之 china 于 09:00 每卡\n定时 draw 于 2025-09-01 逐个 卡 有 激活日 顺序为 激活日\n规则 r 适用于 发薪日 { 当 卡 的 联名 时；得 1 积分 }",
    );
    let [draw, monthly, payday] = &made.schedules[..] else { panic!("{:?}", made.schedules) };
    assert_eq!(made.kind(monthly.kind).unwrap().title.name, "MonthClose");
    assert_eq!(monthly.at, ScheduleAt::CloseOf(PeriodUnit::Month));
    let own = made.kind(payday.kind).unwrap();
    assert_eq!((own.title.name.as_str(), own.json.as_str()), ("payday", "payday"));
    assert!(own.field("card").is_some(), "the event says of which card it is");
    assert!(matches!(&payday.at, ScheduleAt::Every(days, time) if days.len() == 1 && time.to_string() == "09:00:00"));
    assert!(matches!(draw.at, ScheduleAt::On(_)));
    assert!(matches!(draw.with.as_ref().unwrap().node, Node::Known(_)));
    assert!(matches!(draw.order.as_ref().unwrap().node, Node::Fact(..)));
    assert_eq!(made.rules[0].kinds, [payday.kind]);
}

#[test]
fn lots_at_the_start_get_a_day_or_another_pool() {
    let points = "points Point \"积分\" { round down each line; valid without end; spend first oldest; pool A \"甲\"; pool B \"乙\" }\n";
    let made = policy(&format!("{points}on start lots of A {{ valid to 2027-03-31; into pool B }}"));
    let [one] = &made.migrations[..] else { panic!() };
    assert_eq!((one.pools.len(), one.into.map(|pool| pool.0)), (1, Some(1)));
    assert_eq!(one.to.unwrap().to_string(), "2027-03-31");
    let chinese = policy(&format!("{points}生效时 已有批次 甲 {{ 有效期 至 2027-03-31；入 积分池 乙 }}"));
    assert_eq!(made.migrations, chinese.migrations);
}

#[test]
fn currencies_with_a_parity_add_up() {
    let made = policy(
        "programme demo \"示例\" {\n  timezone Asia/Shanghai\n  currency CNY \"元\"\n  effective from 2024-01-01\n  use std.currency\n  2 EUR = 15 CNY for counting\n}\nevent Buy { amount: money; abroad: money in EUR }\ntrack spend per customer = sum of (Buy.amount, Buy.abroad)\nrule r on Buy { when amount + abroad >= 100 CNY; earn 1 Point per full 15 CNY of abroad }",
    );
    assert_eq!(made.parities.len(), 1);
    assert_eq!(made.parities[0].2, Decimal::new(75, 1));
    assert_eq!(made.measures[0].typed.ty, Type::Money(made.currency));
    let earnest_dsl::policy::MeasureSource::Events { value: Some(value), .. } = &made.measures[0].sources[1] else {
        panic!()
    };
    assert!(matches!(value.node, Node::Multiply(..)), "an amount in euro is counted in yuan");
}

#[test]
fn a_price_for_a_unit_times_units_is_money() {
    let made = policy(
        "quantity energy \"电量\" in kWh 3 decimals\nevent Charge { used: energy; price: CNY per kWh 4 decimals }\nrule r on Charge { earn 1 Point per full 1 CNY of (used * price); earn 2 Point per full 5 kWh of used }",
    );
    let RuleBody::Earn(lines) = &made.rules[0].body else { panic!() };
    let Node::PerFull { of, .. } = &lines[0].amount.node else { panic!() };
    assert_eq!((&of.typed.ty, of.typed.scale), (&Type::Money(made.currency), 7));
    let Node::PerFull { step, .. } = &lines[1].amount.node else { panic!() };
    assert!(matches!(step.typed.ty, Type::Quantity(_)));
}

#[test]
fn a_window_is_widened_to_the_periods_that_are_kept() {
    let made = both(
        "track spend \"月消费\" per customer per quarter = sum of Purchase.amount\ncampaign may \"五月\" { from 2024-05-10 to 2024-06-30\n rule r { over whole periods; per customer per quarter keep 1 Point per full 10 CNY of spend } }",
        "累计 spend \"月消费\" 每客户 每季 = 消费.金额 的 合计\n活动 may \"五月\" { 自 2024-05-10 至 2024-06-30\n 规则 r { 按整期；每客户 每季 按 月消费 每满 10 元 应有 1 积分 } }",
    );
    let WindowKind::Between(Some(from), Some(until)) = made.rules[0].windows[0].kind else { panic!() };
    assert_eq!((from.to_string(), until.to_string()), ("2024-04-01 00:00:00".into(), "2024-07-01 00:00:00".into()));
}

#[test]
fn a_key_may_be_a_period_of_ones_own() {
    let made = policy(
        "period half \"半年\" = 6 months from account.opened\nfact opened of account = 2024-01-01\nevent Spend { amount: money; account: account }\nrule r on Spend { earn 1 Point; per account per half at most 10 Point }",
    );
    assert!(matches!(made.constraints[0].scope.period, ScopePeriod::Months(6, _)));
}
