//! Every durable store passes the tests that every store must pass.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test fails by panicking"
)]

#[path = "support/server.rs"]
mod server;

use earnest_dsl::load::{InputFile, load};
use earnest_ledger::Programme;
use earnest_ledger::store::suite;
use earnest_stores::Durable;
use server::Server;
use std::cell::RefCell;

/// A programme with four versions: stores know versions by name, and the suite asks for the fourth.
fn programme() -> Programme {
    let version = |year: i32| {
        let head = format!(
            "programme p \"p\" {{ timezone Asia/Shanghai; currency CNY \"元\"; effective from {year}-01-01 }}\n"
        );
        load(vec![InputFile { path: "programme.earn".to_owned(), text: head }], &[]).policy
    };
    Programme::new((2017..=2020).filter_map(version)).expect("versions")
}

/// Runs the suite over stores that are opened by the URLs that `fresh` gives.
fn pass(fresh: impl Fn() -> String) {
    let programme = programme();
    let last = RefCell::new(String::new());
    let open = |url: &str| Durable::open(url, &programme, true).unwrap_or_else(|error| panic!("{error}"));
    let make = || {
        *last.borrow_mut() = fresh();
        open(&last.borrow())
    };
    let reopen = |store: Durable| {
        drop(store);
        open(&last.borrow())
    };
    suite::all(make, reopen).unwrap();
}

#[test]
fn a_file() {
    let folder = tempfile::tempdir().unwrap();
    let count = RefCell::new(0);
    pass(|| {
        *count.borrow_mut() += 1;
        format!("file:{}", folder.path().join(format!("{}.db", count.borrow())).display())
    });
}

#[test]
fn postgresql() {
    let Some(server) = Server::start() else { return };
    pass(|| server.fresh());
}
