//! Who gains and who loses by a change: regions, witnesses that both engines decide as told, and proofs that there is nothing to tell.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use earnest_dsl::diagnostic::Language;
use earnest_dsl::load::{InputFile, load};
use earnest_dsl::policy::Policy;
use earnest_ledger::scenario::tried;
use earnest_ledger::{Answer, Programme};
use earnest_tools::impact::{Effect, Recording, Report, Tone, Verdict, compare};
use earnest_tools::story::{Marks, Teller};
use serde_json::{Value as Json, json};

const HEAD: &str = "programme shop \"商城\" {
  timezone Asia/Shanghai
  currency CNY \"元\"
  effective from 2024-01-01
  use std.banking, std.mcc
}
tiers Tier \"等级\" given by host { plain \"普通\" < gold \"金\" }
points Star \"星点\" {
  round down each line
  valid 2 years after earning
  spend first soonest to expire, then oldest
  worth 0.01 CNY
}
";

const BASE: &str = "
rule card_spend \"消费积分\" on Purchase {
  when instrument is credit_card
  earn 1 Star per full 1 CNY of amount
  per customer per month at most 500 Star
}
campaign golden_week \"黄金周\" {
  from 2024-10-01 to 2024-10-07
  rule dining_treble \"餐饮三倍\" on Purchase {
    when mcc in restaurants and amount >= 100 CNY
    raise card_spend to 3x
    per customer per month at most 1_000 Star
  }
}
catalogue gifts \"礼品\" {
  item mug \"杯子\" 1_000 Star stock 2
  item bag \"包\" 5_000 Star
}
";

fn policy(text: &str) -> Policy {
    let files = vec![InputFile { path: "programme.earn".to_owned(), text: format!("{HEAD}{text}") }];
    let loaded = load(files, &[]);
    let told: Vec<&str> = loaded.diagnostics.iter().map(|one| one.message.en.as_str()).collect();
    loaded.policy.unwrap_or_else(|| panic!("{told:?}\n{text}"))
}

fn report(old: &str, new: &str) -> Report {
    compare((&policy(old), "old"), (&policy(new), "new"))
}

/// Regions as `tone of: region | difference`.
fn regions(report: &Report) -> Vec<String> {
    let told = |one: &Effect| {
        let gaps: Vec<String> = one.gaps.iter().map(|gap| format!("{} → {}", gap.old, gap.new)).collect();
        format!("{:?} {}: {} | {}", one.tone, one.of, one.region.en, gaps.join(", "))
    };
    report.effects.iter().map(told).collect()
}

/// The witness as a test of the text, run by the host under one version.
fn outcome(policy: &Policy) -> Answer {
    let scenario = policy.scenarios.last().expect("the witness").clone();
    let programme = Programme::new([policy.clone()]).expect("a programme");
    let (_, answers) = tried(&programme, 0, &scenario).expect("a version");
    answers.into_iter().next_back().flatten().expect("a decision")
}

/// Every witness reads as policy text in both versions, and both engines make of it what the report says.
fn witnesses_hold(report: &Report, old: &str, new: &str) {
    for effect in &report.effects {
        let witness = &effect.witness.text.en;
        for (text, story) in [(old, &effect.old), (new, &effect.new)] {
            let policy = policy(&format!("{text}\ntest \"witness\" {{\n{witness}\n}}\n"));
            let teller = Teller { policy: &policy, language: Language::English, marks: Marks::NONE };
            assert_eq!(teller.outcome(&outcome(&policy)), story.outcome.en, "{witness}");
        }
        assert_ne!(effect.old.outcome, effect.new.outcome, "{witness}");
    }
}

#[test]
fn a_rate_that_rises_is_good_for_customers_below_the_limit() {
    let new = BASE.replace("earn 1 Star per", "earn 2 Star per");
    let report = report(BASE, &new);
    assert_eq!(report.verdict, Verdict::Differs);
    let found = regions(&report);
    assert!(
        found.contains(&"Gains card_spend: purchase, if the instrument is credit card | 100 → 200".to_owned()),
        "{found:#?}"
    );
    assert!(
        found.iter().any(|one| one.ends_with("where a limit binds | 400 → 500") || one.contains("where a limit binds")),
        "{found:#?}"
    );
    assert!(report.effects.iter().all(|one| one.tone == Tone::Gains), "{found:#?}");
    let most = report.effects[0].most.as_ref().expect("a bound");
    assert!(most.en.starts_with("at most 500 ") && most.en.ends_with("per customer per calendar month"), "{most:?}");
    // Both limits are reached: from there on it makes no difference.
    let last = report.effects.iter().flat_map(|one| &one.series).max_by_key(|point| point.old).expect("a series");
    assert_eq!((last.old, last.new), (500.into(), 500.into()));
    witnesses_hold(&report, BASE, &new);
}

#[test]
fn a_window_a_threshold_a_limit_and_a_price_each_have_their_region() {
    let cases = [
        (
            "2024-10-07",
            "2024-10-10",
            "Gains golden_week.dining_treble: purchase from 8 October 2024 to 10 October 2024",
        ),
        (">= 100 CNY", ">= 80 CNY", "Gains golden_week.dining_treble: purchase, if "),
        (">= 100 CNY", ">= 80 CNY", "the amount is below 100 CNY"),
        (
            "at most 500 Star",
            "at most 300 Star",
            "Loses card_spend: purchase, if the instrument is credit card: where a limit binds",
        ),
        ("raise card_spend to 3x", "raise card_spend to 2x", "Loses golden_week.dining_treble: purchase, if "),
        ("5_000 Star", "6_000 Star", "Loses gifts: redemption request: bag"),
        ("stock 2", "stock 3", "Gains gifts: redemption request"),
    ];
    for (from, to, region) in cases {
        let new = BASE.replace(from, to);
        let report = report(BASE, &new);
        let found = regions(&report);
        assert!(found.iter().any(|one| one.contains(region)), "{from} -> {to}: {found:#?}");
        witnesses_hold(&report, BASE, &new);
    }
}

#[test]
fn a_rule_that_came_and_one_that_went() {
    let more = format!(
        "{BASE}rule online \"线上\" on Purchase {{\n  when channel is online\n  adds to card_spend\n  earn 5 Star\n  per customer per day once\n}}\n"
    );
    let (came, went) = (report(BASE, &more), report(&more, BASE));
    assert!(!came.effects.is_empty() && !went.effects.is_empty());
    assert!(came.effects.iter().all(|one| one.tone == Tone::Gains && one.of == "online"), "{:?}", regions(&came));
    assert!(went.effects.iter().all(|one| one.tone == Tone::Loses && one.of == "online"), "{:?}", regions(&went));
    witnesses_hold(&came, BASE, &more);
    witnesses_hold(&went, &more, BASE);
}

#[test]
fn what_one_tier_gets_is_told_of_that_tier() {
    let old =
        BASE.replace("earn 1 Star per", "earn customer.tier { plain: 1 Star, gold: 2 Star, otherwise: 1 Star } per");
    let new = old.replace("gold: 2 Star", "gold: 3 Star");
    let report = report(&old, &new);
    let found = regions(&report);
    assert!(found[0].contains("gold"), "{found:?}");
    assert!(report.effects[0].witness.text.en.contains("gold"), "{}", report.effects[0].witness.text.en);
    witnesses_hold(&report, &old, &new);
}

#[test]
fn terms_of_points_are_told_with_the_points() {
    let longer = |text: &str| {
        let text = format!("{HEAD}{text}").replace("valid 2 years", "valid 3 years");
        load(vec![InputFile { path: "programme.earn".to_owned(), text }], &[]).policy.expect("sound")
    };
    let tested = format!(
        "{BASE}test \"t\" {{\n  2024-02-01 10:00:00 Purchase {{ amount: 10 CNY, instrument: credit_card }} => earn 10 Star\n}}\n"
    );
    let report = compare((&policy(&tested), "old"), (&longer(&tested), "new"));
    assert_eq!(regions(&report), ["Gains Star: purchase | 2026-02-01 → 2027-02-01".to_owned()]);
    // Without any event to look at, nothing is claimed.
    let bare = compare((&policy(BASE), "old"), (&longer(BASE), "new"));
    assert_eq!(bare.verdict, Verdict::NotProved);
    assert_eq!(bare.unseen[0].of, "Star");
    assert!(bare.unseen[0].proof.is_none());
}

#[test]
fn no_event_can_tell_them_apart_only_where_it_is_proved() {
    let renamed = BASE.replace("card_spend", "base").replace("golden_week", "october");
    assert_eq!(report(BASE, &renamed).verdict, Verdict::Same);
    let twice = BASE.replace("amount >= 100 CNY", "amount >= 100 CNY and amount >= 50 CNY");
    let twice = report(BASE, &twice);
    assert_eq!(twice.verdict, Verdict::Same, "{:?}", twice.unseen);
    assert!(twice.unseen[0].proof.is_some());
    let dead = format!(
        "{BASE}rule never \"无\" on Purchase {{\n  when amount < 50 CNY and amount > 60 CNY\n  adds to card_spend\n  earn 9 Star\n  no cap\n}}\n"
    );
    let dead = report(BASE, &dead);
    assert_eq!(dead.verdict, Verdict::Same, "{:?} {:?}", regions(&dead), dead.unseen);
    // What differs is never said to be the same: one cent, one second, one code.
    for (from, to) in [
        ("100 CNY", "100.01 CNY"),
        ("to 2024-10-07", "until 2024-10-07 23:59:59"),
        ("in restaurants", "in { 5812, 5814 }"),
        ("stock 2", "stock 3"),
    ] {
        let other = report(BASE, &BASE.replace(from, to));
        assert_ne!(other.verdict, Verdict::Same, "{from} -> {to}");
    }
}

#[test]
fn recorded_events_are_decided_by_both_versions() {
    let new = BASE.replace("earn 1 Star per", "earn 2 Star per").replace("dining_treble", "meals");
    let programme = |text: &str| Programme::new([policy(text)]).expect("a programme");
    let renamed = [("golden_week.meals".to_owned(), "golden_week.dining_treble".to_owned())];
    let mut recording = Recording::new(programme(BASE), programme(&new), renamed);
    let events =
        [("1", "a", "100", "5812"), ("2", "b", "50", "5411"), ("3", "a", "300", "5812"), ("4", "a", "0.5", "5812")];
    for (id, customer, amount, mcc) in events {
        let event = json!({
            "id": id, "at": "2024-10-02T10:00:00+08:00", "type": "purchase", "customer": customer, "amount": amount,
            "mcc": mcc, "instrument": "credit_card",
        });
        recording.decide(event.as_object().expect("an event")).expect("decided");
    }
    let bad = json!({ "id": "5", "at": "x", "type": "purchase" });
    assert!(recording.decide(bad.as_object().expect("an event")).is_err());
    let found = recording.finish();
    // The third is alike: at two a yuan both limits are nearly used up by then. The fourth is no full yuan.
    assert_eq!((found.events, found.same, found.gains, found.loses, found.undecided), (4, 2, 2, 0, 1));
    let rules: Vec<(&str, String, String)> =
        found.rules.iter().map(|one| (one.rule.as_str(), one.old.to_string(), one.new.to_string())).collect();
    // 100 + 50 + 300 at one a yuan; at two, customer a comes to 500 and no further. The treble adds twice the base as it is
    // before limits: 200 + 600, and 400 + 1,200 of which 1,000 a month are given.
    assert_eq!(
        rules,
        [
            ("card_spend", "450".to_owned(), "600".to_owned()),
            ("golden_week.dining_treble", "800".to_owned(), "1000".to_owned())
        ]
    );
    assert_eq!(found.affected[0].customer, "a");
    assert_eq!((found.affected[0].old, found.affected[0].new), (1_200.into(), 1_500.into()));
    assert_eq!(found.customers, 2);
}

#[test]
fn the_report_is_data_as_well() {
    let report = report(BASE, &BASE.replace("to 3x", "to 4x"));
    let data: Json = serde_json::to_value(&report).expect("JSON");
    assert_eq!(data["verdict"], "differs");
    assert_eq!(data["changes"][0]["details"][0]["text"]["en"], "multiple 3× → 4×");
    assert_eq!(data["effects"][0]["tone"], "gains");
    assert_eq!(data["effects"][0]["witness"]["events"][0]["type"], "purchase");
}
