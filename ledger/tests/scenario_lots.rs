//! Tests of policy text with lots: what is taken, from where, what is moved, owed, granted, told; and what differs is said.

#![allow(clippy::expect_used, reason = "a test that cannot run fails")]

mod common;

use common::policy;
use earnest_ledger::Programme;
use earnest_ledger::scenario::{Status, run};

const HEAD: &str = r#"
extend Gift { towel }
points Point "积分" {
  round down each line
  pool Basic "基本" { valid 2 years after earning }
  pool Extra "活动" { valid to 2025-12-31 }
  spend first Extra, then Basic
  remind before expiry 1 month
  worth 0.01 CNY
}
rule spend "消费" on Purchase { earn 1 Point per full 1 CNY of amount into Basic }
catalogue gifts "礼品" { item towel "毛巾" 200 Point   stock 10 }
offset pos "积分消费" on PosSpend { rate 100 Point = 1 CNY; at most 100% of bill }
transfer gift "转赠" { keep dates }
benefit card "卡" on IssueCard { in all at most 5 times, else refuse batch_exhausted; numbered }
settle pos with merchant { per month; totals first, details on mismatch }
priority queue "优先" { by balance of Point, highest first }
tiers Rank "等级" by balance of Point { from 0 Point: base; from 100 Point: gold }
figure liability "潜在成本" = worth of (outstanding of Point)
notify told "余额" on NotifyCheck { show balance of Point }
"#;

/// Status and what is said of every scenario of a text.
fn told(text: &str) -> Vec<(Status, Vec<String>)> {
    let programme = Programme::new([policy("from 2020-01-01", &format!("{HEAD}{text}"))]).expect("a version");
    let said = |report: earnest_ledger::scenario::Report| {
        let texts = report.findings.iter().flat_map(|finding| finding.texts.iter().map(|text| text.en.clone()));
        (report.status, texts.collect())
    };
    run(&programme, 0).into_iter().map(said).collect()
}

fn one(steps: &str) -> (Status, Vec<String>) {
    told(&format!("test \"t\" {{\n{steps}\n}}")).pop().expect("a report")
}

fn passes(steps: &str) {
    assert_eq!(one(steps), (Status::Passed, vec![]), "{steps}");
}

fn fails(steps: &str, texts: &[&str]) {
    assert_eq!(one(steps), (Status::Failed, texts.iter().map(|text| (*text).to_owned()).collect()), "{steps}");
}

const HELD: &str = "c1 holds 300 Point in Extra earned 2025-02-01, 1_000 Point in Basic earned 2025-01-05\n";

#[test]
fn what_is_taken_is_told_by_pool() {
    passes(&format!(
        "{HELD}2025-03-01 10:00:00  Redeem {{ item: towel, pieces: 2 }}  => take 400 Point {{ Extra: 300, Basic: 100 }}
        2025-03-01 10:00:01  c1 balance 900 Point {{ Basic: 900 }}"
    ));
    fails(
        &format!("{HELD}2025-03-01 10:00:00  Redeem {{ item: towel }}  => take 100 Point {{ Extra: 150 }}"),
        &["200 Point were taken, expected 100 Point", "200 were taken from `Extra`, expected 150"],
    );
    fails(
        &format!("{HELD}2025-03-01 10:00:00  Redeem {{ item: towel }}  => earn 0 Point"),
        &["took 200 Point, which the step does not list"],
    );
    fails(
        "2025-03-01 10:00:00  Redeem { item: towel }  => take 200 Point",
        &["the event was refused with `insufficient_points`"],
    );
}

#[test]
fn money_moves_and_numbers_are_compared() {
    passes(&format!(
        "{HELD}2025-03-01 10:00:00  PosSpend {{ merchant: m1, bill: 5.00 CNY, points: 120 Point }}  => take 120 Point, off 1.20 CNY, pay 3.80 CNY
        2025-03-02 10:00:00  Transfer {{ recipient: li, points: 50 Point }}  => move 50 Point to li
        2025-03-02 10:00:00  li balance 50 Point"
    ));
    fails(
        &format!(
            "{HELD}2025-03-01 10:00:00  PosSpend {{ merchant: m1, bill: 5.00 CNY, points: 120 Point }}  => take 120 Point, off 1.00 CNY"
        ),
        &["off 1.20 CNY, expected 1.00 CNY"],
    );
    passes(
        "card used 4 times
        2025-03-01 10:00:00  IssueCard  => grant card number 5
        2025-03-01 10:00:00  IssueCard { customer: c2 }  => refuse batch_exhausted",
    );
    passes(
        "gifts.towel used 9 times\nc1, c2 each hold 500 Point in Basic earned 2025-01-05
        2025-03-01 10:00:00  Redeem { item: towel }  => take 200 Point
        2025-03-01 10:00:00  Redeem { customer: c2, item: towel }  => refuse out_of_stock",
    );
    fails("queue used 2 times", &["`queue` has no limit or stock in all that could have been used"]);
}

#[test]
fn the_clock_runs_between_steps() {
    passes(&format!(
        "{HELD}2025-11-30           c1 reminded 300 Point last day 2025-12-31
        2025-12-31 23:59:59  c1 balance 1_300 Point
        2026-01-01 00:00:00  c1 loses 300 Point
        2026-01-01 00:00:00  c1 balance 1_000 Point"
    ));
    fails(
        &format!("{HELD}2026-01-01 00:00:00  c1 loses 200 Point\n2027-01-06 00:00:00  c1 balance 0 Point"),
        &["`c1` loses 300 Point, expected 200 Point", "`c1` lost 1000 Point on 2027-01-06, which no step lists"],
    );
}

#[test]
fn what_the_host_computes_is_compared() {
    let claim = "since: 2025-03-01 00:00:00, before: 2025-04-01 00:00:00";
    let spent = format!(
        "{HELD}2025-03-01 10:00:00  PosSpend {{ merchant: m1, bill: 5.00 CNY, points: 120 Point }}  => take 120 Point\n"
    );
    passes(&format!(
        "{spent}2025-04-01 10:00:00  Reconcile {{ merchant: m1, {claim}, claim_count: 1, claim_money: 1.20 CNY }}  => matched 1 time, 1.20 CNY
        2025-04-01 10:00:00  Reconcile {{ merchant: m1, {claim}, claim_count: 2, claim_money: 2.20 CNY }}  => differs 1 time, 1.00 CNY
        2025-04-01 10:00:00  Report  => liability = 11.80 CNY
        2025-04-01 10:00:00  NotifyCheck  => notify 1_180 Point
        2025-04-01 10:00:00  Priority {{ contenders: [ {{ contender: c2 }}, {{ contender: c1 }} ] }}  => ranked c1, then c2"
    ));
    fails(
        &format!(
            "{spent}2025-04-01 10:00:00  Reconcile {{ merchant: m1, {claim}, claim_count: 2, claim_money: 1.20 CNY }}  => matched 2 times, 1.20 CNY"
        ),
        &["the claim differs", "count 1, expected 2"],
    );
    let rows = told(
        "examples \"级\" of LevelCheck(balance of Point) {\n99 Point => base\n100 Point => gold\n100 Point => base\n}",
    );
    let statuses: Vec<Status> = rows.iter().map(|(status, _)| *status).collect();
    assert_eq!(statuses, [Status::Passed, Status::Passed, Status::Failed]);
    assert_eq!(rows.last().map(|(_, texts)| texts.clone()), Some(vec!["the tier is gold, expected base".to_owned()]));
}
