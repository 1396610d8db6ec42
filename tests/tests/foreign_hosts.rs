//! The hosts in `examples/` replay what the ledger recorded, byte for byte: the inputs of all worked cases, and of 10,000 random events.

#![allow(
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot run fails"
)]

use earnest_dsl::load::{InputFile, load};
use earnest_interpreter::Evaluate;
use earnest_ledger::recording::Recording;
use earnest_ledger::{Host, Programme};
use earnest_plugin::make;
use earnest_tests::cases::run::{Shelf, run};
use earnest_tests::{events, programmes, project};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::Value as Json;
use std::convert::Infallible;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// Plugins with the inputs that were recorded for them, in a folder that goes when this does.
struct Recorded {
    folder: tempfile::TempDir,
    count: Arc<AtomicUsize>,
}

impl Recorded {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder"), count: Arc::default() }
    }

    /// A programme as a plugin in the folder; what it decides is recorded beside it.
    fn add(folder: &Path, count: &AtomicUsize, programme: &Programme) -> Result<Programme, String> {
        let number = count.fetch_add(1, Ordering::Relaxed);
        let made = make::make(programme.versions()).map_err(|error| error.to_string())?;
        fs::write(folder.join(format!("{number}.wasm")), made.bytes).map_err(|error| error.to_string())?;
        let inputs = folder.join(format!("{number}.ndjson"));
        let file = OpenOptions::new().create(true).append(true).open(inputs).map_err(|error| error.to_string())?;
        let file = Mutex::new(file);
        let sink: earnest_ledger::recording::Sink =
            Arc::new(move |line| writeln!(file.lock().expect("the file"), "{line}").expect("it is written"));
        let recorded = programme.decided::<Infallible>(|version, engine| {
            Ok(Arc::new(Recording::of(engine, version, Arc::clone(&sink))) as Arc<dyn Evaluate>)
        });
        recorded.map_err(|never| match never {})
    }

    fn cases(&self) {
        let (folder, count) = (self.folder.path().to_owned(), Arc::clone(&self.count));
        let mut shelf = Shelf::through(move |_, programme| Self::add(&folder, &count, &programme));
        let text = fs::read_to_string(project("tests/cases/programme-cases.json")).expect("the cases");
        let cases: Vec<Json> = serde_json::from_str(&text).expect("JSON");
        assert_eq!(cases.len(), 174);
        for case in &cases {
            let ran = run(case, &mut shelf);
            assert!(ran.faults.is_empty(), "{}: {:?}", ran.case, ran.faults);
        }
    }

    /// Random purchases of random programmes, and refunds of some of them. The seed is fixed.
    fn random(&self, programmes: usize, events: usize) {
        let config = Config { failure_persistence: None, ..Config::default() };
        let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]));
        let mut made = 0;
        while made < programmes {
            let text = programmes::programme().new_tree(&mut runner).expect("a programme").current().text();
            let loaded = load(vec![InputFile { path: "programme.earn".to_owned(), text }], &[]);
            let Some(policy) = loaded.policy.filter(|_| loaded.diagnostics.iter().all(|one| !one.is_error())) else {
                continue;
            };
            let programme = Programme::new([policy]).expect("a version");
            let programme = Self::add(self.folder.path(), &self.count, &programme).expect("a plugin");
            let mut host = Host::new(programme);
            let purchases = proptest::collection::vec(events::purchase(), events);
            let mut purchases = purchases.new_tree(&mut runner).expect("purchases").current();
            purchases.sort_by_key(|one| (one.day, one.minute));
            for (id, purchase) in purchases.iter().enumerate().take(events * 4 / 5) {
                host.decide(&purchase.json(id), false).expect("a decision");
            }
            for (id, purchase) in purchases.iter().enumerate().take(events / 5) {
                host.decide(&purchase.refund(id, events + id, purchase.fen / 2), false).expect("a decision");
            }
            made += 1;
        }
    }

    /// Has a host replay everything. How many decisions it took.
    fn replay(&self, mut host: Command) -> usize {
        let file = |number: usize, kind: &str| -> PathBuf { self.folder.path().join(format!("{number}.{kind}")) };
        host.arg("replay");
        for number in 0..self.count.load(Ordering::Relaxed) {
            if file(number, "ndjson").metadata().is_ok_and(|inputs| inputs.len() > 0) {
                host.args([file(number, "wasm"), file(number, "ndjson")]);
            }
        }
        let told = host.output().expect("the host runs");
        let (out, err) = (String::from_utf8_lossy(&told.stdout), String::from_utf8_lossy(&told.stderr));
        let first: String = out.chars().take(4_000).collect();
        assert!(told.status.success(), "{first}\n{err}");
        let count = out.split(' ').next().and_then(|count| count.parse().ok());
        assert!(out.trim_end().ends_with("decisions, 0 differ"), "{first}");
        count.expect("a count")
    }
}

/// Whether a command that only looks succeeds; else why the test is skipped.
fn there(program: &str, arguments: &[&str], what: &str) -> bool {
    let found = Command::new(program).args(arguments).output().is_ok_and(|told| told.status.success());
    if !found {
        println!("skipped: {what} is not there");
    }
    found
}

#[test]
fn hosts_in_other_languages_decide_the_same() {
    let node = there("node", &["--version"], "Node");
    let python = there("python3", &["-c", "import wasmtime"], "Python with the package wasmtime");
    if !node && !python {
        return;
    }
    let recorded = Recorded::new();
    recorded.cases();
    recorded.random(10, 1_000);
    if node {
        let mut host = Command::new("node");
        host.arg(project("examples/host-node/host.mjs"));
        let count = recorded.replay(host);
        println!("Node: {count} decisions");
        assert!(count > 10_000, "{count}");
    }
    if python {
        let mut host = Command::new("python3");
        host.arg(project("examples/host-python/host.py"));
        let count = recorded.replay(host);
        println!("Python: {count} decisions");
        assert!(count > 10_000, "{count}");
    }
}
