//! Schedules: events raised once for everybody concerned, in the order of time, with stable ids, and decided like any other.

#![allow(clippy::expect_used, reason = "a test that cannot run fails")]

mod common;

use chrono::NaiveDateTime;
use common::{at, available, decide, did, open, policy, told};
use earnest_dsl::policy::{DayPattern, KindId, Policy, Schedule, ScheduleAt, SubjectId, Title};
use earnest_dsl::syntax::ast::{PeriodUnit, Weekday};
use earnest_ledger::{Host, Moved, Programme};
use serde_json::json;

const TEXT: &str = r#"
points Point "积分" { round down each line; valid to 2025-01-31; remind before expiry 1 day; spend first soonest to expire, then oldest }
track spent per customer per month = sum of Purchase.amount
rule spend on Purchase { earn 1 Point per full 100 CNY of amount }
rule daily on DayStart { earn 1 Point }
rule monthly on MonthClose { earn 2 Point }
rule quarterly on QuarterClose { earn 3 Point }
rule yearly on YearClose { earn 4 Point }
rule settled { per customer per month keep 10 Point while spent >= 1_000 CNY; settled at close of month, final }
"#;

fn schedule(policy: &Policy, name: &str, kind: &str, at: ScheduleAt, per: Option<&str>) -> Schedule {
    let kind = policy.kinds.iter().position(|one| one.title.name == kind).map(KindId).expect("a kind");
    let subject = |per: &str| policy.subjects.iter().position(|one| one.title.name == per).map(SubjectId);
    let per = per.map(|per| subject(per).expect("a subject"));
    Schedule { title: Title { name: name.to_owned(), ..Title::default() }, kind, at, per, with: None, order: None }
}

fn host_with(text: &str, schedules: &[(&str, &str, ScheduleAt, Option<&str>)]) -> Host {
    let mut policy = policy("from 2020-01-01", text);
    policy.schedules =
        schedules.iter().map(|(name, kind, at, per)| schedule(&policy, name, kind, at.clone(), *per)).collect();
    Host::new(Programme::new([policy]).expect("a version"))
}

fn closes() -> [(&'static str, &'static str, ScheduleAt, Option<&'static str>); 4] {
    let per = Some("customer");
    [
        ("a_year", "YearClose", ScheduleAt::CloseOf(PeriodUnit::Year), per),
        ("b_quarter", "QuarterClose", ScheduleAt::CloseOf(PeriodUnit::Quarter), per),
        ("c_month", "MonthClose", ScheduleAt::CloseOf(PeriodUnit::Month), per),
        ("d_day", "DayStart", ScheduleAt::CloseOf(PeriodUnit::Day), per),
    ]
}

#[test]
fn at_one_instant_lots_end_first_then_the_shortest_period_closes_first() {
    let text = TEXT.replace("valid to 2025-01-31", "valid to 2024-12-31");
    let mut host = host_with(&text, &closes());
    decide(&mut host, "e2", "2024-12-30 10:00:00", "purchase", "c2", json!({ "amount": "100" }));
    decide(&mut host, "e1", "2024-12-31 10:00:00", "purchase", "c1", json!({ "amount": "100" }));
    let answer = decide(&mut host, "e3", "2025-01-01 00:00:00", "purchase", "c1", json!({ "amount": "100" }));
    // What the closes give is valid to the day before: it ends at once, and is left out here.
    let moved = told(&answer.moved);
    assert_eq!(
        moved
            .iter()
            .enumerate()
            .filter(|(at, one)| *at < 2 || one.contains("raised"))
            .map(|(_, one)| one)
            .collect::<Vec<_>>(),
        [
            "2025-01-01 expired c1 1 Point",
            "2025-01-01 expired c2 2 Point",
            "2025-01-01 00:00:00 raised DayStart c1 2024-12-31",
            "2025-01-01 00:00:00 raised DayStart c2 2024-12-31",
            "2025-01-01 00:00:00 raised MonthClose c1 2024-12",
            "2025-01-01 00:00:00 raised MonthClose c2 2024-12",
            "2025-01-01 00:00:00 raised QuarterClose c1 2024-Q4",
            "2025-01-01 00:00:00 raised QuarterClose c2 2024-Q4",
            "2025-01-01 00:00:00 raised YearClose c1 2024",
            "2025-01-01 00:00:00 raised YearClose c2 2024",
        ]
    );
}

#[test]
fn a_settled_rule_posts_at_the_close_and_a_late_event_after_it_changes_nothing() {
    let mut host = host_with(TEXT, &closes()[2..3]);
    decide(&mut host, "e1", "2024-12-10 10:00:00", "purchase", "c1", json!({ "amount": "1000" }));
    decide(&mut host, "e2", "2024-12-11 10:00:00", "purchase", "c2", json!({ "amount": "999" }));
    let moved = host.advance_to(at("2025-01-01 00:00:00")).expect("time passes");
    let posted: Vec<_> = moved
        .iter()
        .filter_map(|one| match one {
            Moved::Raised(answer) => Some(format!("{} {}", answer.event.id, did(answer).join(", "))),
            _ => None,
        })
        .collect();
    assert_eq!(
        posted,
        ["MonthClose c1 2024-12 earned 2 Point, earned 10 Point", "MonthClose c2 2024-12 earned 2 Point"]
    );
    let late = decide(&mut host, "e3", "2024-12-31 23:00:00", "purchase", "c2", json!({ "amount": "100" }));
    assert_eq!(did(&late), ["earned 1 Point"]);
}

#[test]
fn what_was_raised_is_not_raised_again_and_gives_its_first_decision() {
    let mut host = host_with(TEXT, &closes()[2..3]);
    decide(&mut host, "e1", "2024-12-10 10:00:00", "purchase", "c1", json!({ "amount": "100" }));
    let moved = host.advance_to(at("2025-02-15 00:00:00")).expect("time passes");
    let ids: Vec<_> = told(&moved);
    assert_eq!(
        ids,
        [
            "2025-01-01 00:00:00 raised MonthClose c1 2024-12",
            "2025-01-30 reminded c1 3 Point",
            "2025-02-01 expired c1 3 Point",
            "2025-02-01 00:00:00 raised MonthClose c1 2025-01",
            "2025-02-01 expired c1 2 Point",
        ]
    );
    assert!(host.advance_to(at("2025-02-20 00:00:00")).expect("time passes").is_empty());
    let Some(Moved::Raised(first)) = moved.first() else { panic!("raised") };
    let again = host.decide(&first.event.json, false).expect("a decision");
    assert!(again.repeated);
    assert_eq!(again.decision, first.decision);
}

#[test]
fn statement_months_close_for_each_account_on_its_own_day() {
    let schedules = [("s", "StatementClose", ScheduleAt::CloseOf(PeriodUnit::Statement), Some("account"))];
    let mut host = host_with(TEXT, &schedules);
    for (account, day) in [("a1", 25), ("a2", 31)] {
        host.set_facts("account", account, json!({ "statement_day": day }).as_object().expect("facts").clone());
    }
    let more = |account: &str| json!({ "amount": "100", "account": account });
    decide(&mut host, "e1", "2025-02-10 10:00:00", "purchase", "c1", more("a1"));
    decide(&mut host, "e2", "2025-02-10 11:00:00", "purchase", "c2", more("a2"));
    decide(&mut host, "e3", "2025-02-10 12:00:00", "purchase", "c3", more("a3"));
    let moved = host.advance_to(at("2025-03-27 00:00:00")).expect("time passes");
    let raised: Vec<_> = told(&moved).into_iter().filter(|one| one.contains("raised")).collect();
    // A day that the month lacks is its last; an account without the fact has the field's default, the 31st.
    assert_eq!(
        raised,
        [
            "2025-02-26 00:00:00 raised StatementClose account:a1 to-2025-02-25",
            "2025-03-01 00:00:00 raised StatementClose account:a2 to-2025-02-28",
            "2025-03-01 00:00:00 raised StatementClose account:a3 to-2025-02-28",
            "2025-03-26 00:00:00 raised StatementClose account:a1 to-2025-03-25",
        ]
    );
    let Some(Moved::Raised(answer)) = moved.iter().find(|one| matches!(one, Moved::Raised(_))) else {
        panic!("raised")
    };
    assert_eq!(answer.event.customer.as_deref(), Some("c1"), "the customer last seen with the account");
}

#[test]
fn days_of_a_pattern_and_a_moment_once() {
    let time: chrono::NaiveTime = "09:30:00".parse().expect("a time");
    let once: NaiveDateTime = "2025-03-05T12:00:00".parse().expect("a time");
    let pattern = vec![DayPattern::NthWeekday(1, Weekday::Mon), DayPattern::DayOfMonth(-1)];
    let schedules = [
        ("b", "Anniversary", ScheduleAt::Every(pattern, time), Some("customer")),
        ("a", "Clock", ScheduleAt::On(once), None),
    ];
    let mut host = host_with(TEXT, &schedules);
    decide(&mut host, "e1", "2025-03-01 10:00:00", "purchase", "c1", json!({ "amount": "100" }));
    let moved = host.advance_to(at("2025-04-02 00:00:00")).expect("time passes");
    let raised: Vec<_> = told(&moved).into_iter().filter(|one| !one.contains("expired")).collect();
    assert_eq!(
        raised,
        [
            "2025-03-03 09:30:00 raised Anniversary c1 2025-03-03T09:30:00",
            "2025-03-05 12:00:00 raised Clock 2025-03-05T12:00:00",
            "2025-03-31 09:30:00 raised Anniversary c1 2025-03-31T09:30:00",
        ]
    );
}

#[test]
fn nobody_is_raised_for_before_the_first_step_of_the_clock() {
    let mut host = host_with(TEXT, &closes());
    open(&mut host, "c1", "Point", 10, "2020-05-01");
    host.set_facts("customer", "c1", serde_json::Map::new());
    let answer = decide(&mut host, "e1", "2024-12-10 10:00:00", "purchase", "c1", json!({ "amount": "100" }));
    assert!(answer.moved.is_empty(), "{:?}", told(&answer.moved));
    assert_eq!(available(&host, "c1", "Point", "2024-12-10 10:00:00"), "11");
    // A first event at the very moment comes after it.
    let mut host = host_with(TEXT, &closes());
    host.set_facts("customer", "c1", serde_json::Map::new());
    let answer = decide(&mut host, "e1", "2024-12-01 00:00:00", "purchase", "c1", json!({ "amount": "100" }));
    assert_eq!(answer.moved.len(), 2);
}
