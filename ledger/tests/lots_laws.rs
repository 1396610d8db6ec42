//! Laws of lots over random runs: nothing appears or vanishes, funders' parts sum to what they pay for, full refunds restore,
//! a replay gives the same ledger, no lot outlives its last day.

#![allow(clippy::expect_used, reason = "a test that cannot run fails")]

mod common;

use common::{at, event, policy};
use earnest_ledger::lots::{Account, Lot};
use earnest_ledger::store::Memory;
use earnest_ledger::{Host, HostError, Programme, Store};
use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;
use std::sync::OnceLock;

const TEXT: &str = r#"
points Point "积分" {
  round down each line
  spend first soonest to expire, then oldest
  remind before expiry 5 days
  pool Main "主" { valid 40 days after earning, renewed by activity }
  pool Extra "奖励" { valid 25 days after earning; usable 3 days after earning }
  activity Purchase
}
track spent per customer per month = sum of Purchase.amount
refund event Unspend "撤回" { of: Withdrawal; amount: money? reduces }
rule spend on Purchase { earn 1 Point per full 1 CNY of amount into Main; funded by merchant 37%, bank 63% }
rule extra on Purchase { earn 1 Point per full 7 CNY of amount into Extra; adds to spend }
rule big { per customer per month keep 50 Point into Main while spent >= 400 CNY }
rule burn on Withdrawal {
  when balance of Point >= 200 Point
  take 1 Point per full 1 CNY of amount
}
transfer gift "转赠" { keep dates }
rule revoke on Violation { take back points default 0 Point }
"#;

fn programme(overdraw: bool) -> Programme {
    static BOTH: OnceLock<[Programme; 2]> = OnceLock::new();
    let load = |refunds: &str| {
        let text = format!("{TEXT}\nrefunds: pending first, {refunds}\n");
        Programme::new([policy("from 2020-01-01", &text)]).expect("a version")
    };
    let [owe, floor] = BOTH.get_or_init(|| [load("may overdraw"), load("floor at zero")]);
    if overdraw { owe.clone() } else { floor.clone() }
}

#[derive(Debug, Clone)]
enum Step {
    Purchase { customer: u8, cents: u32 },
    Burn { customer: u8, cents: u32 },
    Refund { of: usize, cents: Option<u32> },
    Unspend { of: usize, cents: Option<u32> },
    Revoke { customer: u8, points: u16 },
    Freeze { customer: u8, on: bool, points: Option<u16> },
    Move { from: u8, to: u8, points: u16 },
    Wait { hours: u16 },
}

fn step() -> impl Strategy<Value = Step> {
    let customer = || 0..3_u8;
    prop_oneof![
        6 => (customer(), 0..40_000_u32).prop_map(|(customer, cents)| Step::Purchase { customer, cents }),
        4 => (customer(), 0..20_000_u32).prop_map(|(customer, cents)| Step::Burn { customer, cents }),
        3 => (0..30_usize, prop::option::of(1..30_000_u32)).prop_map(|(of, cents)| Step::Refund { of, cents }),
        3 => (0..30_usize, prop::option::of(1..20_000_u32)).prop_map(|(of, cents)| Step::Unspend { of, cents }),
        1 => (customer(), 0..400_u16).prop_map(|(customer, points)| Step::Revoke { customer, points }),
        1 => (customer(), any::<bool>(), prop::option::of(0..300_u16))
            .prop_map(|(customer, on, points)| Step::Freeze { customer, on, points }),
        2 => (customer(), customer(), 1..200_u16).prop_map(|(from, to, points)| Step::Move { from, to, points }),
        4 => (1..400_u16).prop_map(|hours| Step::Wait { hours }),
    ]
}

/// Events of a run, with the instants to which the clock goes; one every minute, and more where a step waits.
fn events(steps: &[Step]) -> Vec<Map<String, Json>> {
    let mut now = at("2025-01-01 10:00:00");
    let mut all = Vec::new();
    let money = |cents: u32| format!("{}.{:02}", cents / 100, cents % 100);
    for (number, step) in steps.iter().enumerate() {
        now += chrono::TimeDelta::minutes(1);
        let (id, local) = (format!("e{number}"), now.naive_local().format("%Y-%m-%d %H:%M:%S").to_string());
        let taken = |of: &usize, cents: &Option<u32>| match cents {
            Some(cents) => json!({ "of": format!("e{of}"), "amount": money(*cents) }),
            None => json!({ "of": format!("e{of}") }),
        };
        let one = |kind: &str, customer: &u8, more: Json| event(&id, &local, kind, &format!("c{customer}"), more);
        all.push(match step {
            Step::Purchase { customer, cents } => one("purchase", customer, json!({ "amount": money(*cents) })),
            Step::Burn { customer, cents } => one("withdrawal", customer, json!({ "amount": money(*cents) })),
            Step::Refund { of, cents } => one("refund", &0, taken(of, cents)),
            Step::Unspend { of, cents } => one("unspend", &0, taken(of, cents)),
            Step::Revoke { customer, points } => {
                one("violation", customer, json!({ "scope": "points", "points": points.to_string() }))
            }
            Step::Freeze { customer, on, points: None } => one("freeze", customer, json!({ "on": on })),
            Step::Freeze { customer, on, points: Some(points) } => {
                one("freeze", customer, json!({ "on": on, "points": points.to_string() }))
            }
            Step::Move { from, to, points } => {
                one("transfer", from, json!({ "to": format!("c{to}"), "points": points.to_string() }))
            }
            Step::Wait { hours } => {
                now += chrono::TimeDelta::hours(i64::from(*hours));
                continue;
            }
        });
    }
    all
}

fn accounts(books: &Memory) -> Vec<(String, Account)> {
    let customers = books.customers().expect("memory");
    customers
        .into_iter()
        .map(|customer| {
            let account = books.account(&customer).expect("memory").as_ref().clone();
            (customer, account)
        })
        .collect()
}

fn check(host: &Host) -> Result<(), TestCaseError> {
    let books = host.books();
    let mut left: BTreeMap<String, Decimal> = BTreeMap::new();
    for (customer, account) in accounts(books) {
        let mut held = Decimal::ZERO;
        for lot in account.lots.values() {
            prop_assert!(lot.remaining > Decimal::ZERO && lot.remaining <= lot.granted, "{lot:?}");
            let paid: Decimal = lot.funded.iter().map(|(_, part)| *part).sum();
            prop_assert!(lot.funded.is_empty() || paid == lot.remaining, "{lot:?}");
            held += lot.remaining;
            *left.entry(format!("total outstanding Point/{}", lot.pool)).or_default() += lot.remaining;
        }
        let movements = books.movements(&customer).expect("memory");
        let moved: Decimal = movements.iter().map(|one| Decimal::from(one.kind.sign()) * one.amount).sum();
        prop_assert_eq!(held, moved, "granted less taken less expired is what is held by {}", customer);
        for one in &movements {
            let paid: Decimal = one.funded.iter().map(|(_, part)| *part).sum();
            prop_assert!(one.funded.is_empty() || paid == one.amount, "{one:?}");
        }
        for debt in &account.debts {
            prop_assert!(debt.amount > Decimal::ZERO, "{debt:?}");
        }
    }
    let totals = ["total outstanding Point/Extra", "total outstanding Point/Main"].map(str::to_owned);
    for (key, value) in books.counters(&totals).expect("memory") {
        let told = serde_json::to_value(value).expect("json");
        let told: Decimal = told.as_str().expect("a number").parse().expect("a number");
        prop_assert_eq!(told, left.get(&key).copied().unwrap_or_default());
    }
    Ok(())
}

/// What tells lots apart, whatever their numbers.
fn shape(lot: &Lot) -> String {
    format!("{} {} {} {:?} {:?} {:?}", lot.event, lot.pool, lot.remaining, lot.funded, lot.last_day, lot.available_from)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(80))]

    #[test]
    fn nothing_appears_or_vanishes_and_a_replay_gives_the_same_ledger(
        steps in prop::collection::vec(step(), 1..60),
        overdraw in any::<bool>(),
    ) {
        let mut host = Host::new(programme(overdraw));
        let mut log = Vec::new();
        for event in events(&steps) {
            match host.decide(&event, false) {
                Ok(_) => log.push(event),
                Err(HostError::Input(_)) => {}
                Err(other) => prop_assert!(false, "{other}"),
            }
            check(&host)?;
        }
        let end = at("2026-06-01 00:00:00");
        let mut replay = Host::new(programme(overdraw));
        for event in &log {
            replay.decide(event, true).expect("a decision");
        }
        host.advance_to(end).expect("time passes");
        replay.advance_to(end).expect("time passes");
        check(&host)?;
        let books = accounts(host.books());
        prop_assert_eq!(&accounts(replay.books()), &books);
        for (customer, account) in books {
            let movements = host.books().movements(&customer).expect("memory");
            prop_assert_eq!(replay.books().movements(&customer).expect("memory"), movements);
            // Everything has ended by then but for what is frozen.
            prop_assert!(account.lots.values().all(|lot| account.frozen || lot.frozen), "{:?}", account.lots);
        }
    }

    #[test]
    fn a_purchase_and_a_spending_that_are_undone_in_any_parts_leave_the_lots_as_they_were(
        before in prop::collection::vec(step(), 0..20),
        cents in 40_000..90_000_u32,
        spent in 0..30_000_u32,
        parts in prop::collection::vec(1..40_000_u32, 0..4),
    ) {
        // Nothing that leaves a debt or a freeze behind: later points would pay it, and stay paid.
        let plain = |one: &Step| !matches!(one, Step::Revoke { .. } | Step::Freeze { .. } | Step::Refund { .. });
        let mut before: Vec<Step> = before.into_iter().filter(plain).collect();
        let burns: Vec<bool> = before.iter().map(|one| matches!(one, Step::Burn { .. })).collect();
        for one in &mut before {
            if let Step::Unspend { of, .. } = one
                && burns.get(*of) != Some(&true)
            {
                *one = Step::Wait { hours: 1 };
            }
        }
        let mut host = Host::new(programme(true));
        for event in events(&before) {
            let _ = host.decide(&event, false);
        }
        let now = at("2025-12-01 10:00:00");
        host.advance_to(now).expect("time passes");
        // Enough that is usable, so that nothing is refused.
        host.decide(&event("stock", "2025-12-01 10:00:00", "purchase", "c1", json!({ "amount": "350" })), false).expect("stock");
        host.advance_to(at("2025-12-05 10:00:00")).expect("time passes");
        let shapes = |host: &Host| -> Vec<String> {
            let mut all: Vec<String> =
                accounts(host.books()).iter().flat_map(|(_, account)| account.lots.values().map(shape)).collect();
            all.sort();
            all
        };
        let lots = shapes(&host);
        let money = |cents: u32| format!("{}.{:02}", cents / 100, cents % 100);
        let decide = |host: &mut Host, id: String, kind: &str, more: Json| {
            host.decide(&event(&id, "2025-12-05 11:00:00", kind, "c1", more), false).expect("a decision")
        };
        decide(&mut host, "spending".to_owned(), "withdrawal", json!({ "amount": money(spent) }));
        decide(&mut host, "purchase".to_owned(), "purchase", json!({ "amount": money(cents) }));
        for (number, part) in parts.iter().enumerate() {
            let more = |of: &str| json!({ "of": of, "amount": money(*part) });
            decide(&mut host, format!("p{number}"), "refund", more("purchase"));
            decide(&mut host, format!("s{number}"), "unspend", more("spending"));
            check(&host)?;
        }
        decide(&mut host, "p".to_owned(), "refund", json!({ "of": "purchase" }));
        decide(&mut host, "s".to_owned(), "unspend", json!({ "of": "spending" }));
        prop_assert_eq!(shapes(&host), lots);
        let debts: Vec<_> = accounts(host.books()).into_iter().flat_map(|(_, account)| account.debts).collect();
        prop_assert!(debts.is_empty(), "{debts:?}");
    }
}
