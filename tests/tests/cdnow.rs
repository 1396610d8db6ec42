//! The CDNOW example: its programme on 6,919 real purchases, against the same rules worked out plainly here.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot run fails")]

use chrono::{DateTime, Datelike, FixedOffset};
use earnest_dsl::load::load;
use earnest_ledger::{Host, Programme};
use earnest_tests::{programme_files, project};
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json};
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

fn purchases() -> Vec<Map<String, Json>> {
    let text = std::fs::read_to_string(project("examples/cdnow/purchases.ndjson")).expect("the purchases");
    text.lines().map(|line| serde_json::from_str(line).expect("a purchase")).collect()
}

/// Points by rule, as the host's decisions say.
fn decided(purchases: &[Map<String, Json>]) -> BTreeMap<String, Decimal> {
    let files = programme_files(&project("examples/cdnow/programme")).expect("the programme's files");
    let loaded = load(files, &[]);
    assert!(!loaded.has_errors(), "{:#?}", loaded.diagnostics);
    let mut host = Host::new(Programme::new(loaded.policy).expect("a version"));
    let mut totals: BTreeMap<String, Decimal> = BTreeMap::new();
    for purchase in purchases {
        let answer = host.decide(purchase, false).expect("a decision");
        for line in &answer.decision.lines {
            let rule = line.rule.rsplit('.').next().unwrap_or_default().to_owned();
            *totals.entry(rule).or_default() += Decimal::from_str(&line.amount).expect("an amount");
        }
    }
    totals
}

/// The same, in whole cents and without the language.
fn plainly(purchases: &[Map<String, Json>]) -> BTreeMap<String, Decimal> {
    let mut spent: BTreeMap<&str, u64> = BTreeMap::new();
    let mut extra: BTreeMap<(&str, i32, u32), u64> = BTreeMap::new();
    let (mut base, mut level, mut weekend) = (0_u64, 0_u64, 0_u64);
    for purchase in purchases {
        let text = |name: &str| purchase[name].as_str().expect("a text");
        let cents: u64 = (Decimal::from_str(text("amount")).expect("an amount") * Decimal::ONE_HUNDRED)
            .try_into()
            .expect("whole cents");
        let at: DateTime<FixedOffset> = text("at").parse().expect("an instant");
        let points = cents / 100;
        let so_far = spent.entry(text("customer")).or_default();
        base += points;
        // Quarters of a point for each point of the base: 0, 1 from 100 dollars, 2 from 400.
        let quarters = u64::from(*so_far >= 10_000) + u64::from(*so_far >= 40_000);
        level += points * quarters / 4;
        *so_far += cents;
        if at.weekday().number_from_monday() >= 6 {
            let used = extra.entry((text("customer"), at.year(), at.month())).or_default();
            let granted = points.min(50 - *used);
            *used += granted;
            weekend += granted;
        }
    }
    let customers = u64::try_from(spent.len()).expect("a count");
    [("purchases", base), ("level_bonus", level), ("weekend_double", weekend), ("welcome", customers * 100)]
        .into_iter()
        .map(|(rule, points)| (rule.to_owned(), Decimal::from(points)))
        .collect()
}

#[test]
fn purchases_are_those_of_the_data_set() {
    let purchases = purchases();
    let customers: BTreeSet<&str> = purchases.iter().map(|one| one["customer"].as_str().expect("a customer")).collect();
    let ids: BTreeSet<&str> = purchases.iter().map(|one| one["id"].as_str().expect("an id")).collect();
    assert_eq!((purchases.len(), ids.len(), customers.len()), (6_919, 6_919, 2_357));
    let spent: Decimal = purchases
        .iter()
        .map(|one| Decimal::from_str(one["amount"].as_str().expect("an amount")).expect("a decimal"))
        .sum();
    assert_eq!(spent, Decimal::new(24_409_194, 2));
}

#[test]
fn points_by_rule_are_what_plain_arithmetic_gives() {
    let purchases = purchases();
    assert_eq!(decided(&purchases), plainly(&purchases));
}
