//! A process that writes is killed at random moments, and a database server too: of every event everything is there, or nothing.
//!
//! `CRASHES=500 cargo test -p earnest-stores --release --test crash -- --nocapture` kills as often as that, on each store.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test fails by panicking"
)]

#[path = "support/scene.rs"]
mod scene;
#[path = "support/server.rs"]
mod server;

use earnest_ledger::Host;
use earnest_ledger::store::Store;
use earnest_stores::Durable;
use earnest_stores::audit::{replay, verify};
use scene::{event, programme};
use server::Server;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::Duration;

fn crashes(else_so_many: u64) -> u64 {
    std::env::var("CRASHES").ok().and_then(|text| text.parse().ok()).unwrap_or(else_so_many)
}

fn open(url: &str) -> Durable {
    Durable::open(url, &programme(), true).unwrap_or_else(|error| panic!("{error}"))
}

/// The process that writes, and is killed: it says the number of each event once it is decided. Groups of events share a commit.
#[test]
#[ignore = "run by the tests below, in a process of its own"]
fn writer() {
    let url = std::env::var("STORE").expect("a store");
    let from: u64 = std::env::var("FROM").expect("a number").parse().unwrap();
    let mut host = Host::with_store(programme(), open(&url));
    let mut out = std::io::stdout();
    let mut number = from;
    loop {
        let group = 1 + number % 3;
        let decided = (|| {
            host.begin()?;
            for at in number..number + group {
                host.decide(&event(at), false)?;
            }
            host.end()
        })();
        if let Err(error) = decided {
            writeln!(out, "failed {error}").unwrap();
            return;
        }
        for at in number..number + group {
            writeln!(out, "done {at}").unwrap();
        }
        out.flush().unwrap();
        number += group;
    }
}

/// A number below another, different each time: when to kill needs no seed.
fn somewhere(below: u64) -> u64 {
    RandomState::new().build_hasher().finish() % below
}

/// Runs the writer from an event on and kills something after a moment; the last event that it said to be decided.
fn crash(url: &str, from: u64, kill: impl FnOnce(&mut std::process::Child)) -> Option<u64> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["writer", "--exact", "--ignored", "--nocapture"])
        .env("STORE", url)
        .env("FROM", from.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap());
    let reader = std::thread::spawn(move || {
        let done =
            lines.lines().map_while(Result::ok).filter_map(|line| line.strip_prefix("done ")?.parse::<u64>().ok());
        done.last()
    });
    std::thread::sleep(Duration::from_millis(20 + somewhere(150)));
    kill(&mut child);
    let _ = child.wait();
    reader.join().unwrap()
}

/// After a crash: every event up to the last one acknowledged is there; the next number to write.
fn look(url: &str, acknowledged: Option<u64>, from: u64) -> u64 {
    let store = open(url);
    let next = acknowledged.map_or(from, |last| last + 1);
    for number in from..next {
        assert!(store.decided(&format!("e{number}")).unwrap().is_some(), "event {number} was acknowledged and is lost");
    }
    // What was written and not acknowledged is there as a whole group, or not at all: it is sent again, and known again.
    next
}

fn whole(url: &str, events: u64) {
    let store = open(url);
    let verified = verify(&store, &[]).unwrap();
    assert_eq!(verified.faults, []);
    let replayed = replay(&store, &programme()).unwrap();
    assert_eq!(replayed.difference, None);
    println!("{url}: {events} events, {} entries, whole, and the same when decided again", verified.entries);
}

#[test]
fn a_process_that_writes_a_file_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("file:{}", folder.path().join("ledger.db").display());
    let mut from = 0;
    for _ in 0..crashes(6) {
        let acknowledged = crash(&url, from, |child| child.kill().unwrap());
        from = look(&url, acknowledged, from);
        assert_eq!(verify(&open(&url), &[]).unwrap().faults, []);
    }
    assert!(from > 0, "nothing was written");
    whole(&url, from);
}

#[test]
fn a_process_that_writes_to_a_server_is_killed_and_so_is_the_server() {
    let Some(mut server) = Server::start() else { return };
    let url = server.fresh();
    let mut from = 0;
    for round in 0..crashes(4) {
        let server_too = round % 2 == 1;
        let acknowledged = crash(&url, from, |child| {
            if server_too {
                server.kill_and_restart();
            }
            child.kill().unwrap();
        });
        from = look(&url, acknowledged, from);
        assert_eq!(verify(&open(&url), &[]).unwrap().faults, []);
    }
    assert!(from > 0, "nothing was written");
    whole(&url, from);
}
