//! Laws of semantics, section 11, of requests: over random requests, in any order, some of them taken back in parts. That a
//! decision reads only what its keys list, that an explanation changes nothing, and that a refusal changes nothing is checked of
//! every decision by the host of these tests.

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
use common::bank::Bank;
use common::*;
use earnest_interpreter::Engine;
use earnest_interpreter::decision::{Decision, Outcome};
use proptest::prelude::*;
use proptest::sample::select;
use rust_decimal::Decimal;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::sync::OnceLock;

const RICH: &str = "\
refund event Returned \"退货\" { of \"原申请\": Redeem; pieces \"件数\": count? json \"qty\" reduces }
refund event UndoneOffset \"撤销抵扣\" { of \"原申请\": Offset; points \"积分数\": points? reduces }
refund event UndoneCash \"撤销兑现\" { of \"原申请\": CashOut; points \"积分数\": points? reduces }
refund event UndoneTransfer \"撤销转赠\" { of \"原申请\": Transfer; points \"积分数\": points? reduces }
benefit coupon \"券\" { valid 3 months after grant }
catalogue gifts \"礼品\" {
  need channel is app, else refuse condition_not_met
  per customer per month at most 7 pieces
  per customer per rolling 3 days at most 4_000 Star
  item cup \"杯\" 101 Star, at tier { gold: 90%, otherwise: 100% } round up   stock 12
  item pack \"券包\" 250 Star   value 3.10 CNY   grants coupon
}
tiers tier \"等级\" given by host { standard \"普通\" < gold \"金\" }
campaign may { from 2024-05-10 to 2024-05-20; lower price of every item of gifts to 80%, round up }
offset bill \"抵账单\" on Offset { rate 100 Star = 1 CNY; at least 200 Star; in steps of 100 Star, leave the rest; at most 50% of bill }
cash out cash \"兑现金\" { rate 3 Star = 0.01 CNY; in steps of 1 CNY, leave the rest; fee 1% of value, at most 0.05 CNY; per customer per month at most 6 CNY, drop the rest }
transfer gift \"转赠\" { keep dates; per customer per day at most 700 Star; in all at most 5_000 Star }
lottery draw \"抽奖\" { 30 Star each entry; per customer per day at most 5 pieces }
rule thanks \"谢\" on Redeem { earn 3 Star * pieces; per customer per day at most 10 Star, drop the rest }
track used per customer per month = count of Redeem
track offs per customer = sum of Offset.points
rule often \"常客\" { per customer per month keep 20 Star while used >= 3 times }
";

fn bank() -> Bank {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    let engine = ENGINE.get_or_init(|| engine(&programme(RICH))).clone();
    let mut bank = Bank(Host::of(engine));
    bank.hold("c1", "3000");
    bank.hold("c2", "900");
    bank
}

#[derive(Debug, Clone)]
struct Ask {
    day: u32,
    kind: &'static str,
    customer: &'static str,
    size: Option<u32>,
    item: &'static str,
    gold: bool,
    app: bool,
}

fn ask() -> impl Strategy<Value = Ask> {
    (
        1..31_u32,
        select(vec!["redeem", "offset", "cash_out", "transfer", "lottery"]),
        select(vec!["c1", "c2"]),
        proptest::option::weighted(0.8, 0..900_u32),
        select(vec!["cup", "pack", "other"]),
        any::<bool>(),
        proptest::bool::weighted(0.9),
    )
        .prop_map(|(day, kind, customer, size, item, gold, app)| Ask {
            day,
            kind,
            customer,
            size,
            item,
            gold,
            app,
        })
}

impl Ask {
    fn json(&self, size: Option<u32>) -> Json {
        let small = |size: u32| (size % 6).to_string();
        let many = |size: Option<u32>| size.map_or("max".to_owned(), small);
        let points = size.map_or("max".to_owned(), |size| size.to_string());
        let mut json = match self.kind {
            "redeem" => json!({ "item": self.item, "qty": many(size) }),
            "offset" => json!({ "amount": "7.77", "points": points }),
            "lottery" => json!({ "entries": many(size) }),
            "transfer" => json!({ "to": if self.customer == "c1" { "c2" } else { "c1" }, "points": points }),
            _ => json!({ "points": points }),
        };
        json["customer"] = json!(self.customer);
        if self.kind == "redeem" {
            json["tier"] = json!(if self.gold { "gold" } else { "standard" });
        }
        if self.app && self.kind != "offset" {
            json["channel"] = json!("app");
        }
        json
    }

    fn at(&self) -> String {
        format!("2024-05-{:02} 10:00:00", self.day)
    }
}

fn sums(decisions: &[&Decision]) -> BTreeMap<(String, String), Decimal> {
    let mut sums = BTreeMap::new();
    for line in decisions.iter().flat_map(|decision| &decision.lines) {
        *sums.entry((line.customer.clone(), line.points.clone())).or_insert(Decimal::ZERO) += dec(&line.amount);
    }
    sums.retain(|_, sum| !sum.is_zero());
    sums
}

/// Counters that are not zero.
fn counted(bank: &Bank) -> BTreeMap<String, String> {
    let all = bank.0.counters.keys().filter(|key| !key.starts_with("balance"));
    all.filter_map(|key| Some((key.clone(), bank.0.counter(key)?)))
        .filter(|(_, value)| !value.parse().is_ok_and(|number: Decimal| number.is_zero()))
        .collect()
}

proptest! {
    /// No request takes more than there is, and no bound is passed.
    #[test]
    fn nothing_beyond_a_bound(asks in proptest::collection::vec(ask(), 1..25)) {
        let mut bank = bank();
        for ask in &asks {
            let before: BTreeMap<_, _> = ["c1", "c2"].map(|one| (one, dec(&bank.balance(one)))).into();
            let decision = bank.ask(&ask.at(), ask.kind, ask.json(ask.size));
            for line in decision.lines.iter().filter(|line| dec(&line.amount) < Decimal::ZERO) {
                prop_assert!(-dec(&line.amount) <= before[line.customer.as_str()], "{line:?}");
            }
        }
        for (key, most) in [
            ("cap gifts.cup.stock", 12), ("cap gifts.cap|customer=c1|2024-05", 7), ("cap gifts.cap|customer=c2|2024-05", 7),
            ("cap cash.cap|customer=c1|2024-05", 6), ("cap gift.cap_2", 5_000),
        ] {
            let held = bank.0.counter(key).map_or(Decimal::ZERO, |held| dec(&held));
            prop_assert!(held <= Decimal::from(most), "{key}: {held}");
        }
    }

    /// `most` is the most: the same request for one more is cut or refused.
    #[test]
    fn most_is_the_most(before in proptest::collection::vec(ask(), 0..6), last in ask()) {
        let mut bank = bank();
        for ask in &before {
            bank.ask(&ask.at(), ask.kind, ask.json(ask.size));
        }
        let taken = |decision: &Decision| -> Decimal {
            let redeem = decision.lines.iter().filter(|line| ["redeem", "move"].contains(&line.kind.as_str()));
            redeem.map(|line| dec(&line.amount)).filter(|amount| *amount < Decimal::ZERO).sum::<Decimal>().abs()
        };
        let event = |json: &mut Bank, size: Option<u32>| json.0.event(&last.at(), last.kind, last.json(size));
        let counters = bank.0.counters.clone();
        let all = event(&mut bank, None);
        let most = bank.0.decide(&all).unwrap();
        let most = if most.outcome == Outcome::Accepted { taken(&most) } else { Decimal::ZERO };
        for size in 0..900_u32 {
            if size % 7 != 0 && !matches!(last.kind, "redeem" | "lottery") { continue; }
            if size > 5 && matches!(last.kind, "redeem" | "lottery") { break; }
            bank.0.counters = counters.clone();
            let stated = event(&mut bank, Some(size));
            let stated = bank.0.decide(&stated).unwrap();
            prop_assert!(taken(&stated) <= most, "{size}: {stated:?}, most {most}");
        }
    }

    /// Taken back whole, in one part or several, a request leaves nothing: no points, no room, no count.
    #[test]
    fn taken_back_in_any_parts_it_nets_to_zero(ask in ask(), cuts in proptest::collection::vec(1..400_u32, 0..3)) {
        prop_assume!(ask.kind != "lottery");
        let mut bank = bank();
        let decided = bank.ask(&ask.at(), ask.kind, ask.json(ask.size));
        prop_assume!(decided.outcome == Outcome::Accepted);
        let mut all = vec![decided.clone()];
        let (refund, field) = match ask.kind {
            "redeem" => ("returned", "qty"),
            "offset" => ("undone_offset", "points"),
            "cash_out" => ("undone_cash", "points"),
            _ => ("undone_transfer", "points"),
        };
        for cut in &cuts {
            let cut = if ask.kind == "redeem" { cut % 3 } else { *cut };
            let mut part = json!({ "of": decided.event, "customer": ask.customer });
            part[field] = json!(cut.to_string());
            all.push(bank.ask("2024-06-03 10:00:00", refund, part));
        }
        all.push(bank.ask("2024-06-03 11:00:00", refund, json!({ "of": decided.event, "customer": ask.customer })));
        prop_assert_eq!(sums(&all.iter().collect::<Vec<_>>()), BTreeMap::new());
        prop_assert_eq!(counted(&bank), BTreeMap::new());
        let mut money: BTreeMap<(String, String), Decimal> = BTreeMap::new();
        for amount in all.iter().flat_map(|one| &one.amounts) {
            *money.entry((amount.rule.clone(), amount.kind.clone())).or_default() += dec(&amount.amount);
        }
        prop_assert!(money.values().all(Decimal::is_zero), "{money:?}");
    }

    /// A malformed request is an error or is decided; in either case only a decision that accepts changes anything.
    #[test]
    fn a_malformed_request_changes_nothing(
        ask in ask(),
        drop in proptest::option::of(0..8_usize),
        bad in proptest::option::of((0..8_usize, select(vec![
            json!(null), json!("max"), json!(-1), json!("-5"), json!("1.5"), json!(1e30), json!([]), json!({}), json!(""), json!("zzz"), json!(true),
        ]))),
    ) {
        let mut bank = bank();
        let mut event = bank.0.event(&ask.at(), ask.kind, ask.json(ask.size));
        let names: Vec<String> = event.keys().cloned().collect();
        if let Some((at, value)) = bad {
            event.insert(names[at % names.len()].clone(), value);
        }
        if let Some(at) = drop {
            event.remove(&names[at % names.len()]);
        }
        let before = counted(&bank);
        let accepted = bank.0.decide(&event).is_ok_and(|decision| decision.outcome == Outcome::Accepted);
        prop_assert!(accepted || counted(&bank) == before);
    }
}
