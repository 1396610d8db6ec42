//! Journals: every entry sums to zero, accounts are what customers hold, and beancount takes the text.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test fails by panicking"
)]

use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

fn earnest(arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_earnest"));
    let done = command.current_dir(repository()).args(arguments).output().unwrap();
    assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

/// A month of purchases, redemptions, refunds and points that end, in a store.
fn ledger(folder: &Path) -> (String, PathBuf) {
    let store = format!("file:{}", folder.join("ledger.db").display());
    let programme = folder.join("p.earn");
    std::fs::write(
        &programme,
        r#"programme p "p" { timezone Asia/Shanghai; currency CNY "元"; effective from 2020-01-01; use std.banking; use std.control }
points Point "积分" { round down each line; valid 1 month after earning; spend first oldest; worth 0.005 CNY; funded by bank 70%, 商户 30% }
refunds: may overdraw
rule spend "消费" on Purchase { earn 1 Point per full 1 CNY of amount }
catalogue gifts "礼品" { item mug "杯" 50 Point }
"#,
    )
    .unwrap();
    let mut events = String::new();
    for (number, event) in [
        r#""at":"2025-01-10T10:00:00+08:00","type":"purchase","customer":"c1","amount":"333""#,
        r#""at":"2025-01-11T10:00:00+08:00","type":"purchase","customer":"c2","amount":"60""#,
        r#""at":"2025-01-12T10:00:00+08:00","type":"redeem","customer":"c2","item":"mug""#,
        r#""at":"2025-01-13T10:00:00+08:00","type":"refund","customer":"c2","of":"e1","amount":"60""#,
        r#""at":"2025-01-14T10:00:00+08:00","type":"purchase","customer":"c2","amount":"20""#,
        r#""at":"2025-03-01T10:00:00+08:00","type":"purchase","customer":"c1","amount":"7""#,
    ]
    .iter()
    .enumerate()
    {
        events.push_str(&format!("{{\"id\":\"e{number}\",{event}}}\n"));
    }
    let file = folder.join("events.ndjson");
    std::fs::write(&file, events).unwrap();
    earnest(&["run", programme.to_str().unwrap(), file.to_str().unwrap(), "--ledger", &store]);
    (store, programme)
}

#[test]
fn a_journal_balances_and_agrees_with_what_is_held() {
    let folder = tempfile::tempdir().unwrap();
    let (store, programme) = ledger(folder.path());
    let journal = earnest(&["ledger", "journal", programme.to_str().unwrap(), "--ledger", &store]);
    let mut entries: BTreeMap<String, (Decimal, Decimal)> = BTreeMap::new();
    let mut accounts: BTreeMap<String, Decimal> = BTreeMap::new();
    let mut rows = csv::Reader::from_reader(journal.as_bytes());
    for row in rows.records() {
        let row = row.unwrap();
        let (points, money): (Decimal, Decimal) = (row[4].parse().unwrap(), row[6].parse().unwrap());
        let sums = entries.entry(format!("{} {}", &row[1], &row[2])).or_default();
        (sums.0, sums.1) = (sums.0 + points, sums.1 + money);
        *accounts.entry(row[3].to_owned()).or_default() += points;
        assert!(!journal.contains("c1"), "no customer is named");
    }
    assert!(entries.len() >= 7, "{entries:?}");
    assert!(entries.values().all(|(points, money)| points.is_zero() && money.is_zero()), "{entries:?}");
    let held = |account: &str| accounts[account].to_string();
    // c1: 333 ended, 7 held. c2: 60 earned, 50 used; the refund takes 10 and leaves 50 owed, of which the next 20 are paid.
    assert_eq!(held("Liabilities:Points:Point"), "-7");
    assert_eq!(held("Income:Breakage:Point"), "-333");
    assert_eq!(held("Income:Redeemed:Point"), "-50");
    assert_eq!(held("Assets:Owed:Point"), "30");
    // 70% and 30% of 420 that were given less 10 that were taken back; who bears the 50 that are owed is not known.
    assert_eq!(accounts["Expenses:Points:bank"] + accounts["Expenses:Points:商户"], Decimal::from(410));
    assert_eq!(held("Expenses:Points"), "-50");
    assert_eq!(accounts.values().sum::<Decimal>(), Decimal::ZERO);
}

#[test]
fn beancount_takes_it() {
    if !Command::new("python3").args(["-c", "import beancount"]).output().is_ok_and(|done| done.status.success()) {
        eprintln!("skipped: the Python package beancount is not installed");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (store, programme) = ledger(folder.path());
    let text =
        earnest(&["ledger", "journal", programme.to_str().unwrap(), "--ledger", &store, "--format", "beancount"]);
    let file = folder.path().join("journal.beancount");
    std::fs::write(&file, text).unwrap();
    let script = "import sys\nfrom beancount import loader\nfrom beancount.core import data\n\
                  entries, errors, _ = loader.load_file(sys.argv[1])\n\
                  print(len(errors), sum(isinstance(one, data.Transaction) for one in entries))\n\
                  for error in errors: print(error.message)\n";
    let done = Command::new("python3").args(["-c", script]).arg(&file).output().unwrap();
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(said.starts_with("0 ") && !said.starts_with("0 0"), "{said}{}", String::from_utf8_lossy(&done.stderr));
}
