//! Corners that need a host: choices that rules set, versions that follow each other, events that come twice or late.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;
use common::*;
use earnest_ledger::{Host, Moved, Programme};
use serde_json::json;

const POINTS: &str = "points Point \"积分\" { round down each line; valid without end; spend first oldest }\n";

#[test]
fn a_choice_holds_from_next_month_and_the_last_change_before_it_wins() {
    let mut host = host(&format!(
        "{POINTS}rule choose on ChoiceMade {{ set customer.choice to category from start of next month }}\n\
         rule chosen on Purchase {{ when category is known and category is customer.choice; earn 5 Point per full 1 CNY of amount }}"
    ));
    let choose = |host: &mut Host, id: &str, local: &str, category: &str| {
        decide(host, id, local, "choice_made", "c1", json!({ "category": category }));
    };
    let earned = |host: &mut Host, id: &str, local: &str, category: &str| {
        did(&decide(host, id, local, "purchase", "c1", json!({ "amount": "1", "category": category })))
    };
    let five = ["earned 5 Point"];
    choose(&mut host, "e1", "2024-05-02 10:00:00", "dining");
    choose(&mut host, "e2", "2024-05-31 23:59:59", "travel");
    assert!(earned(&mut host, "e3", "2024-05-31 23:59:59", "travel").is_empty(), "nothing is chosen for May");
    assert!(earned(&mut host, "e4", "2024-06-01 00:00:00", "dining").is_empty());
    assert_eq!(earned(&mut host, "e5", "2024-06-01 00:00:00", "travel"), five);
    choose(&mut host, "e6", "2024-06-15 10:00:00", "fuel");
    assert_eq!(earned(&mut host, "e7", "2024-06-30 23:59:59", "travel"), five);
    assert_eq!(earned(&mut host, "e8", "2024-07-01 00:00:00", "fuel"), five);
    // A purchase of June that arrives in July reads the choice of June.
    assert_eq!(earned(&mut host, "e9", "2024-06-20 10:00:00", "travel"), five);
}

fn two(old: &str, new: &str) -> Host {
    let old = policy("from 2024-01-01 to 2024-05-31", &format!("{POINTS}{old}"));
    let new = policy("from 2024-06-01", &format!("{POINTS}{new}"));
    Host::new(Programme::new([new, old]).expect("versions"))
}

#[test]
fn a_month_that_closes_as_the_next_version_begins_is_settled_by_the_version_that_began_it() {
    let close = "schedule monthly \"月结\" at close of month per customer\n\
                 track spent per customer per month = sum of Purchase.amount\n";
    let settled = |rate: u32| {
        format!(
            "{close}rule month {{ per customer per month keep {rate} Point per full 100 CNY of spent; settled at close of month, final }}"
        )
    };
    let mut host = two(&settled(1), &settled(3));
    decide(&mut host, "e1", "2024-05-31 23:59:59", "purchase", "c1", json!({ "amount": "1250" }));
    decide(&mut host, "e2", "2024-06-01 00:00:00", "purchase", "c1", json!({ "amount": "200" }));
    assert_eq!(available(&host, "c1", "Point", "2024-06-01 00:00:00"), "12", "May at the old rate");
    let moved = host.advance_to(at("2024-07-01 00:00:00")).expect("time passes");
    let closed = moved.iter().find_map(|one| match one {
        Moved::Raised(answer) => Some(did(answer)),
        Moved::Points(_) | Moved::NotDecided { .. } => None,
    });
    assert_eq!(closed, Some(vec!["earned 6 Point".to_owned()]), "June at the new one");
}

#[test]
fn a_claim_under_the_new_version_follows_the_refund_of_a_purchase_under_the_old() {
    let rules = |rate: u32| {
        format!(
            "event Claim \"申领\" {{ of \"原交易\": Purchase }}\n\
             rule spend on Purchase {{ earn 1 Point per full 1 CNY of amount }}\n\
             rule claimed on Claim {{ earn {rate} Point per full 1 CNY of of.remaining }}"
        )
    };
    let mut host = two(&rules(1), &rules(2));
    decide(&mut host, "e1", "2024-05-10 10:00:00", "purchase", "c1", json!({ "amount": "100" }));
    decide(&mut host, "e2", "2024-06-10 10:00:00", "claim", "c1", json!({ "of": "e1" }));
    assert_eq!(available(&host, "c1", "Point", "2024-06-10 10:00:00"), "300");
    decide(&mut host, "e3", "2024-06-11 10:00:00", "refund", "c1", json!({ "of": "e1", "amount": "40" }));
    assert_eq!(available(&host, "c1", "Point", "2024-06-11 10:00:00"), "180", "60 and twice 60");
    decide(&mut host, "e4", "2024-06-12 10:00:00", "refund", "c1", json!({ "of": "e1" }));
    assert_eq!(available(&host, "c1", "Point", "2024-06-12 10:00:00"), "0");
}

#[test]
fn an_event_that_comes_twice_is_decided_once_and_a_late_one_by_the_version_of_its_time() {
    let rules = |rate: u32| format!("rule spend on Purchase {{ earn {rate} Point per full 1 CNY of amount }}");
    let mut host = two(&rules(1), &rules(2));
    let first = decide(&mut host, "e1", "2024-06-10 10:00:00", "purchase", "c1", json!({ "amount": "10" }));
    let again = decide(&mut host, "e1", "2024-06-10 10:00:00", "purchase", "c1", json!({ "amount": "10" }));
    assert_eq!(again.decision, first.decision);
    assert_eq!(available(&host, "c1", "Point", "2024-06-10 10:00:00"), "20");
    let other = event("e1", "2024-06-10 10:00:00", "purchase", "c1", json!({ "amount": "11" }));
    assert!(host.decide(&other, false).is_err(), "the same id says something else");
    let late = decide(&mut host, "e2", "2024-05-31 23:59:59", "purchase", "c1", json!({ "amount": "10" }));
    assert_eq!(did(&late), ["earned 10 Point"]);
    // 15:59:59 in UTC is the last second of May in Shanghai, a second later June has begun.
    for (id, instant, expected) in
        [("e3", "2024-05-31T15:59:59Z", "earned 10 Point"), ("e4", "2024-05-31T16:00:00Z", "earned 20 Point")]
    {
        let mut event = event(id, "2024-06-01 00:00:00", "purchase", "c1", json!({ "amount": "10" }));
        event.insert("at".to_owned(), instant.into());
        assert_eq!(did(&host.decide(&event, false).expect("a decision")), [expected]);
    }
}
