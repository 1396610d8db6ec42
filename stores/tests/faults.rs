//! What goes wrong under a store: each time a clear error, and nothing is lost or half-written.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
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
use earnest_stores::audit::verify;
use scene::{event, programme};
use server::Server;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

const EVENTS: u64 = 60;

fn url(file: &Path) -> String {
    format!("file:{}", file.display())
}

fn open(url: &str) -> Result<Durable, String> {
    Durable::open(url, &programme(), false).map_err(|error| error.to_string())
}

/// A ledger with events in a file; everything stands in the one file.
fn ledger() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ledger.db");
    let store = Durable::open(&url(&file), &programme(), true).unwrap();
    let mut host = Host::with_store(programme(), store);
    (0..EVENTS).for_each(|number| drop(host.decide(&event(number), false).unwrap()));
    drop(host);
    assert!(!folder.path().join("ledger.db-wal").exists(), "a store that is closed is one file");
    (folder, file)
}

#[test]
fn a_path_that_is_none_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let missing = open(&url(&folder.path().join("nothing.db"))).unwrap_err();
    assert!(missing.contains("there is no such file"), "{missing}");
    let other = folder.path().join("letter.db");
    std::fs::write(&other, "Dear customer, ".repeat(100)).unwrap();
    let other = open(&url(&other)).unwrap_err();
    assert!(other.contains("no store of Earnest"), "{other}");
    let scheme = open("mysql://somebody:secret@host/db").unwrap_err();
    assert!(scheme.contains("a store is `file:PATH`") && !scheme.contains("secret"), "{scheme}");
    let nobody = open("postgres://somebody:secret@127.0.0.1:1/db").unwrap_err();
    assert!(nobody.contains("PostgreSQL cannot be reached") && !nobody.contains("secret"), "{nobody}");
}

#[test]
fn a_truncated_file_is_told() {
    for part in [3, 2] {
        let (_folder, file) = ledger();
        let bytes = std::fs::read(&file).unwrap();
        std::fs::write(&file, &bytes[..bytes.len() * (part - 1) / part]).unwrap();
        let told = match open(&url(&file)) {
            Err(error) => error,
            Ok(store) => match verify(&store, &[]) {
                Err(error) => error.to_string(),
                Ok(verified) => {
                    assert_ne!(verified.faults, [], "half of a file is not whole");
                    verified.faults[0].to_string()
                }
            },
        };
        assert!(told.contains("damaged") || told.contains("missing"), "{told}");
    }
}

/// A bit anywhere: an error, a fault, or a bit that means nothing (in free space). Never another balance without a word.
#[test]
fn a_flipped_bit_is_told() {
    let (_folder, file) = ledger();
    let whole = std::fs::read(&file).unwrap();
    let held = |store: &Durable| {
        (0..7)
            .map(|customer| store.account(&format!("c{customer}")).map(|account| account.lots.clone()))
            .collect::<Vec<_>>()
    };
    let before = held(&open(&url(&file)).unwrap());
    let (mut told, mut nothing) = (0, 0);
    for place in (0..whole.len()).step_by(whole.len() / 150) {
        let mut bytes = whole.clone();
        bytes[place] ^= 1 << (place % 8);
        for more in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(file.with_extension(format!("db{more}")));
        }
        std::fs::write(&file, &bytes).unwrap();
        let found = open(&url(&file)).and_then(|store| {
            let verified = verify(&store, &[]).map_err(|error| error.to_string())?;
            let replayed = earnest_stores::audit::replay(&store, &programme()).map_err(|error| error.to_string())?;
            let sound = verified.faults.is_empty() && replayed.difference.is_none();
            Ok((sound, held(&store)))
        });
        match found {
            Ok((true, after)) => {
                assert_eq!(after, before, "a flipped bit at {place} changed what is held, and nothing was said");
                nothing += 1;
            }
            Ok((false, _)) | Err(_) => told += 1,
        }
    }
    assert!(told > 50, "{told} told, {nothing} meant nothing");
}

#[test]
fn a_file_that_may_not_be_written_is_told() {
    let (folder, file) = ledger();
    // A superuser may write everything: then it is the file system that must say no.
    let immutable =
        |on: &str| Command::new("chattr").arg(on).arg(&file).output().is_ok_and(|done| done.status.success());
    let mut rights = std::fs::metadata(&file).unwrap().permissions();
    rights.set_readonly(true);
    std::fs::set_permissions(&file, rights).unwrap();
    if std::fs::OpenOptions::new().write(true).open(&file).is_ok() && !immutable("+i") {
        eprintln!("skipped: this user may write everything");
        return;
    }
    let told = match open(&url(&file)) {
        Err(error) => error,
        Ok(store) => Host::with_store(programme(), store).decide(&event(EVENTS), false).unwrap_err().to_string(),
    };
    immutable("-i");
    assert!(told.contains("may not be written") || told.contains("cannot be opened"), "{told}");
    drop(folder);
}

/// Writes until the disk is full: run by the test below under a limit of what a file may hold.
#[test]
#[ignore = "run by the test below, in a process of its own"]
fn writer_on_a_small_disk() {
    let store = Durable::open(&std::env::var("STORE").unwrap(), &programme(), true).unwrap();
    let mut host = Host::with_store(programme(), store);
    for number in EVENTS..100_000 {
        if let Err(error) = host.decide(&event(number), false) {
            println!("failed at {number}: {error}");
            return;
        }
        println!("done {number}");
    }
}

#[test]
fn a_full_disk_is_told_and_nothing_is_lost() {
    let (_folder, file) = ledger();
    // No file of the process may grow beyond 1 MB; a write beyond it fails as on a full disk.
    let writer = std::env::current_exe().unwrap();
    let script = format!(
        "trap '' XFSZ; ulimit -f 1024; exec {} writer_on_a_small_disk --exact --ignored --nocapture",
        writer.display()
    );
    let said = Command::new("bash").args(["-c", &script]).env("STORE", url(&file)).output().unwrap();
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    let failed = said.lines().find(|line| line.starts_with("failed")).unwrap_or_else(|| panic!("{said}"));
    assert!(failed.contains("disk"), "{failed}");
    let last = said.lines().rev().find_map(|line| line.strip_prefix("done ")?.parse::<u64>().ok()).unwrap();
    let store = open(&url(&file)).unwrap();
    assert_eq!(verify(&store, &[]).unwrap().faults, []);
    assert!(store.decided(&format!("e{last}")).unwrap().is_some());
    // With room again it goes on where it stood.
    let mut host = Host::with_store(programme(), store);
    for number in last + 1..last + 10 {
        host.decide(&event(number), false).unwrap();
    }
    assert_eq!(verify(host.books(), &[]).unwrap().faults, []);
}

#[test]
fn a_server_that_goes_away_in_a_transaction_is_told_and_found_again() {
    let Some(mut server) = Server::start() else { return };
    let url = server.fresh();
    let store = Durable::open(&url, &programme(), true).unwrap();
    let mut host = Host::with_store(programme(), store);
    host.decide(&event(0), false).unwrap();
    host.begin().unwrap();
    host.decide(&event(1), false).unwrap();
    server.kill_and_restart();
    let lost = host.decide(&event(2), false).unwrap_err().to_string();
    assert!(lost.contains("connection") || lost.contains("PostgreSQL"), "{lost}");
    assert!(host.end().is_err(), "what was begun is not kept");
    // The next event finds the server again, and the one that was not kept is decided anew.
    for number in 1..5 {
        assert!(!host.decide(&event(number), false).unwrap().repeated);
    }
    assert_eq!(verify(host.books(), &[]).unwrap().faults, []);
}

#[test]
fn a_server_without_a_connection_left_says_so_and_takes_the_store_later() {
    let Some(server) = Server::start() else { return };
    let url = server.fresh();
    let mut host = Host::with_store(programme(), Durable::open(&url, &programme(), true).unwrap());
    host.decide(&event(0), false).unwrap();
    let connect = |_| postgres::Client::connect(&url, postgres::NoTls).ok();
    let taken: Vec<_> = (0..1_000).map_while(connect).collect();
    let refused = open(&url).unwrap_err();
    assert!(refused.contains("too many clients") && !refused.contains("Error {"), "{refused}");
    // Who has a connection keeps it.
    assert!(!host.decide(&event(1), false).unwrap().repeated);
    drop(taken);
    let again = (0..100).find_map(|_| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        open(&url).ok()
    });
    assert_eq!(verify(&again.unwrap(), &[]).unwrap().faults, []);
}

#[test]
fn two_services_on_one_server_decide_one_after_the_other() {
    let Some(server) = Server::start() else { return };
    let url = server.fresh();
    let hosts: Vec<_> = (0..3_u64)
        .map(|service| {
            let url = url.clone();
            std::thread::spawn(move || {
                let mut host = Host::with_store(programme(), Durable::open(&url, &programme(), true).unwrap());
                // All of them send the same events: each is decided once.
                (0..40)
                    .filter(|number| !host.decide(&event((number + service * 7) / 5 * 5), false).unwrap().repeated)
                    .count()
            })
        })
        .collect();
    let decided: usize = hosts.into_iter().map(|host| host.join().unwrap()).sum();
    let store = Durable::open(&url, &programme(), false).unwrap();
    let verified = verify(&store, &[]).unwrap();
    assert_eq!((verified.faults, decided), (vec![], 11), "events 0, 5, … 50");
}

#[test]
fn a_clock_that_goes_back_is_not_followed() {
    let (_folder, file) = ledger();
    let mut host = Host::with_store(programme(), open(&url(&file)).unwrap());
    let before = host.books().clock().unwrap();
    host.advance_to("2020-01-01T00:00:00Z".parse().unwrap()).unwrap();
    assert_eq!(host.books().clock().unwrap(), before);
    let mut late = event(EVENTS);
    late.insert("at".to_owned(), serde_json::json!("2025-01-01T00:00:00+08:00"));
    host.decide(&late, false).unwrap();
    assert_eq!(host.books().clock().unwrap(), before);
    assert_eq!(verify(host.books(), &[]).unwrap().faults, []);
}
