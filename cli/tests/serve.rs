//! `earnest serve` as an operator runs it: a process that listens, answers, and ends when it is told to.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

fn earnest() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_earnest"));
    command.current_dir(repository()).env_remove("LANG").env_remove("LC_ALL");
    command
}

/// The service on a free port, and its address.
fn serve(store: &str) -> (Child, String) {
    let mut child = earnest()
        .args(["serve", "examples/golden_week", "--store", store, "--listen", "127.0.0.1:0"])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut log = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    log.read_line(&mut line).unwrap();
    let told: serde_json::Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("{line}"));
    let address = told["fields"]["address"].as_str().unwrap().to_owned();
    // What is logged later must go somewhere.
    std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
    (child, address)
}

fn post(address: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    write!(
        stream,
        "POST /v1/events HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn what_is_served_is_kept_when_the_service_is_told_to_end() {
    let folder = tempfile::tempdir().unwrap();
    let store = format!("file:{}", folder.path().join("ledger.db").display());
    let events = std::fs::read_to_string(repository().join("examples/golden_week/events.ndjson")).unwrap();
    for round in 0..2 {
        let (mut child, address) = serve(&store);
        for event in events.lines() {
            let answer = post(&address, event);
            assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
            assert_eq!(answer.contains("\"repeated\":true"), round == 1, "{answer}");
        }
        assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
        assert_eq!(child.wait().unwrap().code(), Some(0));
    }
    let balance = earnest().args(["balance", "examples/golden_week", "c1", "--ledger", &store]).output().unwrap();
    assert!(String::from_utf8_lossy(&balance.stdout).contains("8,349"));
    let verified = earnest().args(["audit", "verify", &store]).output().unwrap();
    assert!(String::from_utf8_lossy(&verified.stdout).starts_with("3 entries, nothing altered"));
}

#[test]
fn what_is_wrong_is_told_before_anything_is_served() {
    let refused = |arguments: &[&str], wanted: &str| {
        let done = earnest().arg("serve").args(arguments).output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert_eq!(done.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains(wanted), "{said}");
    };
    let programme = "examples/golden_week";
    refused(&[programme, "--store", "memory:", "--listen", "0.0.0.0:0"], "give tokens with `--tokens FILE`");
    refused(&[programme, "--store", "mysql://x/y"], "a store is `file:PATH`");
    refused(&[programme, "--store", "file:/no/such/folder/ledger.db"], "cannot be opened");
    let folder = tempfile::tempdir().unwrap();
    let tokens = folder.path().join("tokens.txt");
    std::fs::write(&tokens, "decide abc\n").unwrap();
    let tokens = tokens.to_str().unwrap();
    refused(&[programme, "--store", "memory:", "--tokens", tokens], "line 1: a token has at least 16 characters");
    let other = format!("file:{}", folder.path().join("other.db").display());
    let events = "examples/golden_week/events.ndjson";
    assert!(earnest().args(["run", programme, events, "--ledger", &other]).output().unwrap().status.success());
    refused(&["policies/p04-guizhou", "--store", &other], "belongs to the programme `macau_retail`, not to `guizhou`");
}
