//! What the audit log proves: whoever alters, takes out, moves or cuts something is found, and everything can be decided again.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "support/scene.rs"]
mod scene;

use earnest_ledger::Host;
use earnest_ledger::store::Store;
use earnest_stores::Durable;
use earnest_stores::audit::{Fault, Head, Verified, replay, verify};
use scene::{event, other_programme, programme};
use serde_json::json;
use tempfile::TempDir;

const EVENTS: u64 = 120;

/// A ledger in a file, with events, facts and time that passes.
struct Scene {
    folder: TempDir,
}

impl Scene {
    fn new() -> Self {
        let scene = Self { folder: tempfile::tempdir().unwrap() };
        let mut host = Host::with_store(programme(), scene.open());
        let facts = json!({ "tier": "gold" }).as_object().unwrap().clone();
        host.tell("customer", "c1", facts).unwrap();
        for number in 0..EVENTS {
            host.decide(&event(number), number % 2 == 0).unwrap();
        }
        host.advance_to("2025-03-01T00:00:00+08:00".parse().unwrap()).unwrap();
        scene
    }

    fn url(&self) -> String {
        format!("file:{}", self.folder.path().join("ledger.db").display())
    }

    fn open(&self) -> Durable {
        Durable::open(&self.url(), &programme(), true).unwrap()
    }

    /// Does something to the file behind the ledger's back.
    fn tamper(&self, statements: &str) {
        self.open().database().batch(statements).unwrap();
    }

    fn verify(&self) -> Verified {
        verify(&self.open(), &[]).unwrap()
    }
}

fn faults(statements: &str) -> Vec<Fault> {
    let scene = Scene::new();
    scene.tamper(statements);
    scene.verify().faults
}

#[test]
fn a_ledger_that_nobody_touched_is_whole_and_can_be_decided_again() {
    let scene = Scene::new();
    let verified = scene.verify();
    assert_eq!(verified.faults, []);
    assert!(verified.entries > 130, "{} entries", verified.entries);
    let replayed = replay(&scene.open(), &programme()).unwrap();
    assert_eq!((replayed.difference, replayed.entries), (None, verified.entries));
    assert_eq!(verify(&scene.open(), &[verified.head]).unwrap().faults, []);
}

#[test]
fn an_altered_entry_is_found() {
    let altered = faults("update log set body = replace(body, 'Point', 'Punkt') where n = 40");
    assert_eq!(altered[0], Fault::Altered(40));
    // With its hash made anew, the entry behind it no longer follows.
    let scene = Scene::new();
    let other = "0".repeat(64);
    scene.tamper(&format!("update log set hash = '{other}' where n = 40"));
    assert_eq!(scene.verify().faults, [Fault::Altered(40), Fault::Displaced(41)]);
}

#[test]
fn missing_and_moved_entries_are_found() {
    assert_eq!(faults("delete from log where n between 10 and 12")[0], Fault::Missing(10, 12));
    let swapped =
        "update log set n = -1 where n = 20; update log set n = 20 where n = 21; update log set n = 21 where n = -1";
    let found = faults(swapped);
    assert!(found.contains(&Fault::Displaced(20)) && found.contains(&Fault::Displaced(21)), "{found:?}");
}

#[test]
fn movements_and_counters_must_be_those_of_the_log() {
    let changed =
        faults("update movements set movement = replace(movement, '\"amount\":\"', '\"amount\":\"9') where n = 5");
    assert!(matches!(changed[..], [Fault::Movement(5, _)]), "{changed:?}");
    let more = faults("insert into movements select max(n) + 1, 'x', 'c1', '{}' from movements");
    assert!(matches!(more[..], [Fault::MovementsUnknown(_)]), "{more:?}");
    let counter = faults("update counters set value = '\"1\"' where name like '%flash%'");
    assert!(matches!(counter[..], [Fault::Counter(..)]), "{counter:?}");
}

#[test]
fn what_is_cut_off_is_found_by_a_head_that_was_kept() {
    let scene = Scene::new();
    let head = scene.verify().head;
    let last = head.number;
    let cut = format!("delete from movements where event in (select 'e{}')", EVENTS - 1);
    scene.tamper(&format!("{cut}; delete from log where n = {last}"));
    let found = verify(&scene.open(), std::slice::from_ref(&head)).unwrap().faults;
    assert!(found.contains(&Fault::Cut(last)), "{found:?}");
    let other = Head { number: 7, hash: head.hash };
    assert!(verify(&scene.open(), &[other]).unwrap().faults.contains(&Fault::Rewritten(7)));
}

#[test]
fn a_replay_tells_the_first_difference() {
    let scene = Scene::new();
    // The other policy allows 600 points in a month: the first purchase beyond that is told.
    let replayed = replay(&scene.open(), &other_programme()).unwrap();
    let difference = replayed.difference.unwrap();
    assert!(replayed.entries > 10 && replayed.by_another > 5, "{} {}", replayed.entries, replayed.by_another);
    assert_eq!(difference.about, "event e70");
    assert_eq!(difference.member, "decision.lines.1.amount");
    assert_eq!((difference.stored.as_str(), difference.now.as_str()), ("\"110\"", "\"88\""));
    // What is held was changed, and the log was not.
    scene.tamper("update lots set lot = replace(lot, 'Point', 'Punkt') where id = 3");
    let difference = replay(&scene.open(), &programme()).unwrap().difference.unwrap();
    assert_eq!((difference.entry, difference.about.as_str()), (None, "lots"));
}

#[test]
fn one_event_is_decided_once() {
    let scene = Scene::new();
    let mut host = Host::with_store(programme(), scene.open());
    let before = scene.verify();
    let again = host.decide(&event(8), false).unwrap();
    assert!(again.repeated);
    let mut other = event(8);
    other.insert("amount".to_owned(), json!("1"));
    assert!(host.decide(&other, false).unwrap_err().to_string().contains("other content"));
    assert_eq!(scene.verify(), before, "nothing was written");
    // What an event would give is told, and nothing is written.
    let quoted = host.quote(&event(1_000), false).unwrap();
    assert!(!quoted.lots.movements.is_empty());
    assert_eq!(scene.verify(), before);
    assert_eq!(host.books().decided("e1000").unwrap().map(|_| ()), None);
    assert_eq!(host.decide(&event(1_000), false).unwrap().decision, quoted.decision);
}
