//! Events decided apart from each other come out as they do in order; programmes in which customers share something are not taken apart.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot run fails")]

use earnest_dsl::load::{InputFile, load};
use earnest_ledger::apart::Apart;
use earnest_ledger::{Host, HostError, Programme};
use earnest_tests::{events, programmes, project};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeSet;

fn programme(text: String) -> Option<Programme> {
    let loaded = load(vec![InputFile { path: "programme.earn".to_owned(), text }], &[]);
    let policy = loaded.policy.filter(|_| loaded.diagnostics.iter().all(|one| !one.is_error()))?;
    Programme::new([policy])
}

fn told(host: &mut Host, event: &Map<String, Json>) -> Result<String, HostError> {
    host.decide(event, false).map(|answer| serde_json::to_string(&answer.decision).expect("JSON"))
}

/// Decides events in order, and in so many parts; the parts that were used.
fn compare(programme: &Programme, events: &[Map<String, Json>], count: usize) -> BTreeSet<usize> {
    let mut apart = Apart::of(programme).expect("customers share nothing");
    assert!(events.iter().all(|event| apart.see(event)), "events are in order");
    let parts = apart.parts(count);
    let mut one = Host::new(programme.clone());
    let mut several: Vec<Host> = (0..count).map(|_| Host::new(programme.clone())).collect();
    for (event, part) in events.iter().zip(&parts) {
        assert_eq!(told(&mut several[*part], event), told(&mut one, event), "{event:?}");
    }
    parts.into_iter().collect()
}

/// Decides events one by one, and many at once in pieces of several sizes: answers and books come out the same.
fn at_once(programme: &Programme, events: &[Map<String, Json>]) {
    let mut one = Host::new(programme.clone());
    let expected: Vec<_> = events.iter().map(|event| one.decide(event, false)).collect();
    for size in [3, 1_000] {
        let mut host = Host::new(programme.clone());
        let found: Vec<_> = events.chunks(size).flat_map(|some| host.decide_all(some, false)).collect();
        for ((event, expected), found) in events.iter().zip(&expected).zip(&found) {
            assert_eq!(format!("{found:?}"), format!("{expected:?}"), "{event:?}");
        }
        let text = |host: &Host| host.books().to_text("shop", &["v".to_owned()]).expect("JSON");
        assert!(text(&host) == text(&one), "{size} at once leave other books");
    }
}

#[test]
fn parts_decide_what_the_whole_decides() {
    let config = Config { failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[11; 32]));
    let (mut made, mut taken_apart, mut spread) = (0, 0, 0);
    while made < 40 {
        let text = programmes::programme().new_tree(&mut runner).expect("a programme").current().text();
        let Some(programme) = programme(text) else { continue };
        made += 1;
        if Apart::of(&programme).is_none() {
            continue;
        }
        taken_apart += 1;
        let purchases = proptest::collection::vec(events::purchase(), 200);
        let mut purchases = purchases.new_tree(&mut runner).expect("purchases").current();
        purchases.sort_by_key(|one| (one.day, one.minute));
        let mut all: Vec<Map<String, Json>> = purchases.iter().enumerate().map(|(id, one)| one.json(id)).collect();
        // Refunds, of which some name another customer's purchase (then all customers belong together); an event that is sent twice; one that cannot be read.
        all.extend((0..40).map(|id| purchases[id].refund(id, 200 + id, purchases[id].fen / 2)));
        if taken_apart % 3 == 0 {
            all.extend((0..4).map(|id| purchases[id].refund(id + 7, 300 + id, 1)));
        }
        let last = all.last().cloned().expect("an event");
        all.push(last.clone());
        let mut bad = last;
        bad.insert("amount".to_owned(), json!("much"));
        bad.insert("id".to_owned(), json!("bad"));
        all.push(bad);
        spread += usize::from(compare(&programme, &all, 3).len() > 1);
        at_once(&programme, &all);
    }
    assert!(
        taken_apart > 8 && spread > 4,
        "{taken_apart} of {made} programmes were taken apart, {spread} into several parts"
    );
}

const HEAD: &str = "programme shop {\n  timezone Asia/Shanghai\n  currency CNY\n  effective from 2024-01-01\n  use std.banking; lint all off\n}\n\npoints Point {\n  round down each line\n  valid without end\n  spend first oldest\n}\n\n";

fn of(rules: &str) -> Programme {
    programme(format!("{HEAD}{rules}")).unwrap_or_else(|| panic!("it compiles: {rules}"))
}

#[test]
fn what_customers_share_keeps_them_together() {
    let earn = "rule spend on Purchase {\n  earn 1 Point per full 1 CNY of amount\n";
    assert!(Apart::of(&of(&format!("{earn}  per customer per month at most 100 Point\n}}\n"))).is_some());
    for shared in [
        format!("{earn}  in all at most 100 Point\n}}\n"),
        format!(
            "{earn}}}\n\ntrack sold in all = sum of Purchase.amount\n\nrule more on Purchase {{\n  adds to spend\n  earn 1 Point when sold before this one > 5 CNY\n}}\n"
        ),
        format!("{earn}}}\n\nfigure issued = earned of Point\n"),
    ] {
        assert!(Apart::of(&of(&shared)).is_none(), "{shared}");
    }
}

#[test]
fn events_that_are_not_in_order_are_not_taken_apart() {
    let programme = of("rule spend on Purchase {\n  earn 1 Point per full 1 CNY of amount\n}\n");
    let event = |id: &str, at: &str| {
        let event = json!({ "id": id, "type": "purchase", "customer": id, "at": at, "amount": "5" });
        event.as_object().cloned().expect("an object")
    };
    let mut apart = Apart::of(&programme).expect("customers share nothing");
    assert!(apart.see(&event("a", "2024-03-02T10:00:00+08:00")));
    assert!(apart.see(&event("b", "2024-03-02T02:00:00Z")));
    assert!(apart.see(&event("bad", "yesterday")));
    assert!(!apart.see(&event("c", "2024-03-01T10:00:00+08:00")));
}

/// Which of the programmes of this repository are taken apart: a change here is a change of how fast they run.
#[test]
fn programmes_that_are_taken_apart() {
    let mut names: Vec<String> = Vec::new();
    for folder in std::fs::read_dir(project("policies")).expect("policies") {
        let folder = folder.expect("a folder").path();
        let Ok(files) = std::fs::read_dir(&folder) else { continue };
        let files = files
            .filter_map(|file| Some(file.ok()?.path()))
            .filter(|path| path.extension().is_some_and(|one| one == "earn"));
        let files = files.map(|path| InputFile {
            text: std::fs::read_to_string(&path).expect("a text"),
            path: path.display().to_string(),
        });
        let Some(policy) = load(files.collect(), &[]).policy else { continue };
        if Apart::of(&Programme::new([policy]).expect("a version")).is_some() {
            names.push(folder.file_name().expect("a name").to_string_lossy().into_owned());
        }
    }
    names.sort();
    insta::assert_snapshot!(names.join("\n"));
}
