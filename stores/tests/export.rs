//! A ledger goes to lines of JSON and back, and is the same; what was changed on the way is not taken.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test fails by panicking"
)]

#[path = "support/scene.rs"]
mod scene;
#[path = "support/server.rs"]
mod server;

use earnest_ledger::Host;
use earnest_stores::Durable;
use earnest_stores::audit::{replay, verify};
use earnest_stores::export::{export, import};
use scene::{event, programme};
use server::Server;
use std::fmt::Write as _;

fn exported(store: &Durable) -> String {
    let mut out = Vec::new();
    export(store, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn ledger() -> String {
    let mut host = Host::with_store(programme(), Durable::open("memory:", &programme(), true).unwrap());
    host.tell("customer", "c'1\n\"张三\"", serde_json::Map::new()).unwrap();
    for number in 0..700 {
        host.decide(&event(number), false).unwrap();
    }
    exported(host.books())
}

fn taken(url: &str, text: &str) -> Result<String, String> {
    import(url, &programme(), &mut text.as_bytes()).map_err(|error| error.to_string())?;
    let store = Durable::open(url, &programme(), false).unwrap();
    assert_eq!(verify(&store, &[]).unwrap().faults, []);
    assert_eq!(replay(&store, &programme()).unwrap().difference, None);
    Ok(exported(&store))
}

#[test]
fn there_and_back_it_is_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("file:{}", folder.path().join("new.db").display());
    let text = ledger();
    assert!(text.lines().count() > 3_000, "more than a page of most tables");
    assert_eq!(taken(&url, &text), Ok(text.clone()));
    let again = taken(&url, &text).unwrap_err();
    assert!(again.contains("holds something already"), "{again}");
    // From a file to a server, and back.
    if let Some(server) = Server::start() {
        assert_eq!(taken(&server.fresh(), &text), Ok(text));
    }
}

#[test]
fn what_was_changed_on_the_way_is_refused_and_nothing_is_taken() {
    let text = ledger();
    let lines: Vec<&str> = text.lines().collect();
    let without = |left_out: usize| {
        let kept = lines.iter().enumerate().filter(|(at, _)| *at != left_out);
        kept.fold(String::new(), |mut text, (_, line)| {
            writeln!(text, "{line}").unwrap();
            text
        })
    };
    let changed = [
        (String::new(), "the end is missing"),
        (without(0), "line 1: it is no export"),
        (without(lines.len() - 1), "the end is missing: it was cut"),
        (without(40), "not those that were written"),
        (text.replacen("2025-01-01", "2025-01-02", 1), "not those that were written"),
        (text.replacen("[\"lots\"", "[\"lists\"", 1), "there is no table `lists`"),
        (text.replacen("[\"lots\",[", "[\"lots\",[\"x\",", 1), "has 4 columns, and this one 5"),
        (text.replacen("[\"counters\",[\"", "[\"counters\",[[\"", 1), "line "),
        (format!("{text}{}", lines[3]), "something stands behind the last line"),
        (text.replacen("\"programme\":\"p\"", "\"programme\":\"q\"", 1), "of the programme `q`"),
    ];
    for (text, wanted) in changed {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("file:{}", folder.path().join("new.db").display());
        let told = taken(&url, &text).unwrap_err();
        assert!(told.contains(wanted), "{wanted}: {told}");
        let store = Durable::open(&url, &programme(), false).unwrap();
        assert_eq!(verify(&store, &[]).unwrap().entries, 0);
        assert_eq!(exported(&store).lines().count(), 4, "head, form, programme, foot");
    }
}
