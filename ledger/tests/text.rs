//! A store in memory as text: it comes back as it was, and what is damaged or of another programme is refused.

#![allow(clippy::expect_used, reason = "a test that cannot run fails")]

mod common;

use common::{at, decide, event, host, open};
use earnest_ledger::Host;
use earnest_ledger::store::memory::text::TextError;
use earnest_ledger::store::{Memory, Store};
use serde_json::json;

const TEXT: &str = r#"
points Point "积分" { round down each line; valid 2 years after earning; usable next day; spend first oldest; worth 0.01 CNY }
rule spend "消费" on Purchase { earn 1 Point per full 1 CNY of amount; per customer per month at most 500 Point, drop the rest }
offset pos "积分消费" on PosSpend { rate 100 Point = 1 CNY }
settle pos with merchant { per month }
refunds: pending first, may overdraw
"#;

fn busy() -> Host {
    let mut host = host(TEXT);
    open(&mut host, "c1", "Point", 300, "2024-12-01");
    decide(&mut host, "e1", "2025-03-03 10:00:00", "purchase", "c1", json!({ "amount": "400" }));
    let more = json!({ "merchant": "m1", "amount": "9.00", "points": "300" });
    decide(&mut host, "p1", "2025-03-03 11:00:00", "pos_spend", "c1", more);
    decide(&mut host, "r1", "2025-03-04 10:00:00", "refund", "c1", json!({ "of": "e1", "amount": "100" }));
    host
}

fn versions() -> Vec<String> {
    vec!["2020-01-01".to_owned()]
}

fn text(host: &Host) -> String {
    host.books().to_text("p", &versions()).expect("text")
}

#[test]
fn a_store_comes_back_as_it_was_and_goes_on_alike() {
    let mut first = busy();
    let written = text(&first);
    let memory = Memory::from_text(&written, "p", &versions()).expect("a store");
    let mut second = Host::with_store(first.programme().clone(), memory);
    assert_eq!(text(&second), written);
    // The limit, the record of what is refunded, the lots and the clock are all there.
    let more = json!({ "amount": "400" });
    let purchase = event("e2", "2025-03-05 10:00:00", "purchase", "c1", more);
    let refund = event("r2", "2025-03-06 10:00:00", "refund", "c1", json!({ "of": "e1", "amount": "300" }));
    for event in [&purchase, &refund, &purchase] {
        let (one, two) =
            (first.decide(event, true).expect("a decision"), second.decide(event, true).expect("a decision"));
        assert_eq!(one.decision, two.decision);
        assert_eq!(one.lots, two.lots);
    }
    assert_eq!(text(&first), text(&second));
    let until = at("2027-06-01 00:00:00");
    assert_eq!(first.advance_to(until).expect("time").len(), second.advance_to(until).expect("time").len());
    assert_eq!(first.books().settled(chrono::DateTime::UNIX_EPOCH, until.to_utc()).expect("lines").len(), 1);
    assert_eq!(text(&first), text(&second));
}

#[test]
fn what_is_damaged_or_another_s_is_refused() {
    let written = text(&busy());
    let read = |text: &str, programme: &str| Memory::from_text(text, programme, &versions()).map(|_| ());
    assert_eq!(read(&written, "p"), Ok(()));
    let cut: String = written.lines().take(4).map(|line| format!("{line}\n")).collect();
    assert!(matches!(read(&cut, "p"), Err(TextError::Damaged(_))));
    let changed = written.replacen("\"300\"", "\"301\"", 1);
    assert_ne!(changed, written);
    assert!(matches!(read(&changed, "p"), Err(TextError::Damaged(_))));
    assert_eq!(read(&written, "q"), Err(TextError::OtherProgramme("p".to_owned())));
    assert_eq!(read("", "p"), Err(TextError::NoLedger));
    assert_eq!(read("{\"a\":1}\n", "p"), Err(TextError::NoLedger));
    let other = ["2021-01-01".to_owned()];
    let missing = Memory::from_text(&written, "p", &other).map(|_| ());
    assert_eq!(missing, Err(TextError::NoVersion("2020-01-01".to_owned())));
}
