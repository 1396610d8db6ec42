//! What the host computes over its books: settlement in two stages and per issuer, places and their prizes, priority, levels,
//! figures, statements.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot run fails")]

mod common;

use common::{at, decide, host, open};
use earnest_ledger::told::{ClaimLine, HostTold, SettledStatus};
use earnest_ledger::{Answer, Host, Moved, OpeningLot};
use serde_json::{Value as Json, json};

const POINTS: &str = r#"
points Point "积分" {
  round down each line
  valid 2 years after earning
  spend first soonest to expire, then oldest
  worth 0.01 CNY
}
rule spend "消费" on Purchase { earn 1 Point per full 1 CNY of amount }
"#;

fn with(more: &str) -> Host {
    host(&format!("{POINTS}{more}"))
}

fn settled(answer: &Answer) -> (SettledStatus, String, String, String, String) {
    let found = answer.told.iter().find_map(|one| match one {
        HostTold::Settled(settled) => Some(settled.as_ref()),
        _ => None,
    });
    let found = found.expect("a settlement");
    let text = |number: rust_decimal::Decimal| number.normalize().to_string();
    (found.status, text(found.count), text(found.money), text(found.diff_count), text(found.diff_money))
}

fn claim(count: &str, money: &str) -> Json {
    json!({
        "merchant": "carwash", "from": "2025-03-01T00:00:00+08:00", "until": "2025-04-01T00:00:00+08:00",
        "claim_count": count, "claim_money": money,
    })
}

const POS: &str = r#"
offset pos "积分消费" on PosSpend { rate 100 Point = 1 CNY; at most 100% of bill }
refund event CancelPos "撤销消费" json "cancel_pos" { of: PosSpend }
settle pos with merchant { per month; totals first, details on mismatch }
"#;

fn shop() -> Host {
    let mut host = with(POS);
    open(&mut host, "c1", "Point", 5_000, "2025-01-01");
    for (id, local, points, merchant) in [
        ("p1", "2025-03-10 10:00:00", "1000", "carwash"),
        ("p2", "2025-03-31 23:59:59", "250", "carwash"),
        ("p3", "2025-03-15 10:00:00", "300", "bakery"),
        ("p4", "2025-04-01 00:00:00", "100", "carwash"),
    ] {
        let more = json!({ "merchant": merchant, "amount": "50.00", "points": points });
        let answer = decide(&mut host, id, local, "pos_spend", "c1", more);
        assert_eq!(answer.decision.reason, None, "{id}");
    }
    host
}

#[test]
fn a_claim_is_compared_by_totals_of_its_own_merchant_and_time() {
    let mut host = shop();
    let answer = decide(&mut host, "s1", "2025-04-02 10:00:00", "reconcile", "c1", claim("2", "12.50"));
    assert_eq!(settled(&answer), (SettledStatus::Matched, "2".into(), "12.5".into(), "0".into(), "0".into()));
    let answer = decide(&mut host, "s2", "2025-04-02 10:00:01", "reconcile", "c1", claim("3", "13.50"));
    assert_eq!(settled(&answer), (SettledStatus::DetailRequired, "2".into(), "12.5".into(), "1".into(), "1".into()));
}

#[test]
fn details_name_the_lines_that_differ_and_no_others() {
    let host = shop();
    let line =
        |event: &str, cents: i64| ClaimLine { event: event.to_owned(), money: rust_decimal::Decimal::new(cents, 2) };
    let (from, until) = (at("2025-03-01 00:00:00").to_utc(), at("2025-04-01 00:00:00").to_utc());
    let claimed = [line("p1", 1_000), line("p2", 300), line("p4", 100)];
    let found = host.reconcile_lines("carwash", from, until, &claimed).expect("differences");
    let shown: Vec<_> = found
        .iter()
        .map(|one| (one.event.as_str(), one.own.map(|own| own.to_string()), one.claimed.map(|money| money.to_string())))
        .collect();
    assert_eq!(
        shown,
        [("p2", Some("2.50".to_owned()), Some("3.00".to_owned())), ("p4", None, Some("1.00".to_owned()))]
    );
}

#[test]
fn what_is_cancelled_is_not_settled() {
    let mut host = shop();
    decide(&mut host, "x1", "2025-03-31 23:59:59", "cancel_pos", "c1", json!({ "of": "p1" }));
    let answer = decide(&mut host, "s1", "2025-04-02 10:00:00", "reconcile", "c1", claim("1", "2.50"));
    assert_eq!(settled(&answer).0, SettledStatus::Matched, "{:?}", answer.told);
}

#[test]
fn issuers_are_settled_by_who_funded_the_lots_taken() {
    let text = r#"
points Coin "币" { round down each line; valid without end; worth 0.01 CNY; spend first oldest; funded by source }
offset everywhere "通用" on PosSpend { rate 100 Coin = 1 CNY }
settle everywhere with source { per month; totals first, details on mismatch }
"#;
    let mut host = host(text);
    for (party, amount, earned) in [("small_bank", 100, "2025-01-01"), ("partner_shop", 50, "2025-01-02")] {
        let lot = OpeningLot {
            customer: "c1".to_owned(),
            points: "Coin".to_owned(),
            amount: amount.into(),
            earned: format!("{earned}T10:00:00").parse().expect("a time"),
            funded_by: Some(party.to_owned()),
            ..OpeningLot::default()
        };
        host.open("opening", &[lot]).expect("opened");
    }
    let more = json!({ "merchant": "m1", "amount": "5.00", "points": "120" });
    let answer = decide(&mut host, "p1", "2025-03-03 10:00:00", "pos_spend", "c1", more);
    assert_eq!(answer.decision.reason, None);
    let totals =
        host.settlement_totals(at("2025-03-01 00:00:00").to_utc(), at("2025-04-01 00:00:00").to_utc()).expect("totals");
    let shown: Vec<_> = totals
        .iter()
        .map(|one| (one.partner.as_str(), one.points.normalize().to_string(), one.money.normalize().to_string()))
        .collect();
    assert_eq!(
        shown,
        [("partner_shop", "20".to_owned(), "0.2".to_owned()), ("small_bank", "100".to_owned(), "1".to_owned())]
    );
}

#[test]
fn of_equals_the_earliest_is_first_and_places_give_prizes() {
    let mut host = with(
        r#"
ranking top "月度榜" { per month by earned of Point, highest first, ties earliest to reach; top 3 }
points Prize "奖分" { round down each line; valid without end; spend first oldest }
rule prize "名次奖" on Ranked { earn place { 1: 30 Prize, 2: 20 Prize, otherwise: 10 Prize } }
"#,
    );
    // `a` came to 90 after `b`; `z` came in another month; `d` is fourth.
    for (id, customer, local, amount) in [
        ("e1", "b", "2025-03-09 10:00:00", "90"),
        ("e2", "a", "2025-03-10 10:00:00", "90"),
        ("e3", "c", "2025-03-11 10:00:00", "50"),
        ("e4", "d", "2025-03-12 10:00:00", "40"),
        ("e5", "z", "2025-02-28 10:00:00", "900"),
    ] {
        decide(&mut host, id, local, "purchase", customer, json!({ "amount": amount }));
    }
    let answer = decide(&mut host, "r1", "2025-04-01 00:00:00", "rank", "b", json!({ "top": "3" }));
    let [HostTold::Ranked(ranked)] = answer.told.as_slice() else { panic!("{:?}", answer.told) };
    assert_eq!(ranked.customers(), ["b", "a", "c"]);
    let prizes: Vec<(String, String)> = answer
        .moved
        .iter()
        .filter_map(|moved| match moved {
            Moved::Raised(raised) => {
                raised.decision.lines.first().map(|line| (line.customer.clone(), line.amount.clone()))
            }
            _ => None,
        })
        .collect();
    let pair = |customer: &str, amount: &str| (customer.to_owned(), amount.to_owned());
    assert_eq!(prizes, [pair("b", "30"), pair("a", "20"), pair("c", "10")]);
}

#[test]
fn contenders_come_in_the_order_of_their_balances() {
    let mut host = with("priority queue \"优先\" { by balance of Point, highest first }");
    open(&mut host, "yi", "Point", 3_000, "2025-01-01");
    open(&mut host, "jia", "Point", 5_000, "2025-01-01");
    let more = json!({ "contenders": ["yi", "bing", "jia"] });
    let answer = decide(&mut host, "q1", "2025-05-01 10:00:00", "priority", "yi", more);
    let [HostTold::Ranked(ranked)] = answer.told.as_slice() else { panic!("{:?}", answer.told) };
    assert_eq!(ranked.customers(), ["jia", "yi", "bing"]);
}

#[test]
fn a_level_is_that_of_the_value_else_of_the_balance() {
    let mut host = with("tiers Rank \"等级\" by balance of Point { from 100 Point: silver; from 1_000 Point: gold }");
    open(&mut host, "c1", "Point", 999, "2025-01-01");
    let mut level = |id: &str, more: Json| {
        let answer = decide(&mut host, id, "2025-05-01 10:00:00", "level", "c1", more);
        match answer.told.as_slice() {
            [HostTold::Level { level, .. }] => level.clone(),
            told => panic!("{told:?}"),
        }
    };
    assert_eq!(level("l1", json!({ "value": "99.99" })), None);
    assert_eq!(level("l2", json!({ "value": "1000" })).as_deref(), Some("gold"));
    assert_eq!(level("l3", json!({})).as_deref(), Some("silver"));
}

#[test]
fn figures_of_the_books_are_told_at_an_instant() {
    let mut host = with("figure liability \"潜在成本\" = worth of (outstanding of Point)");
    decide(&mut host, "e1", "2025-03-03 10:00:00", "purchase", "c1", json!({ "amount": "1234" }));
    let liability = host.figure("liability", at("2025-03-03 10:00:01")).expect("a figure");
    assert_eq!(liability.as_deref(), Some("12.34"));
    assert!(host.figure("nothing", at("2025-03-03 10:00:01")).is_err());
}

#[test]
fn a_statement_names_the_rule_and_what_is_held_after_it() {
    let mut host = shop();
    decide(&mut host, "e9", "2025-04-05 10:00:00", "purchase", "c1", json!({ "amount": "7" }));
    let lines = host.statement("c1", Some(at("2025-04-01 00:00:00").to_utc()), None).expect("a statement");
    let shown: Vec<_> = lines
        .iter()
        .map(|line| {
            (line.movement.event.to_string(), line.label.clone().unwrap_or_default(), line.held.normalize().to_string())
        })
        .collect();
    let row = |event: &str, label: &str, held: &str| (event.to_owned(), label.to_owned(), held.to_owned());
    assert_eq!(shown, [row("p4", "积分消费", "3350"), row("e9", "消费", "3357")]);
    assert!(lines.iter().all(|line| line.place.is_some()));
}
