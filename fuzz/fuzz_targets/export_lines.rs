//! Any lines of an export are taken or refused with the number of the line; what was taken is exported the same, and can be audited.
#![no_main]

use earnest_dsl::load::{InputFile, load};
use earnest_ledger::Programme;
use earnest_stores::Durable;
use earnest_stores::audit::{replay, verify};
use earnest_stores::export::{export, fill};
use libfuzzer_sys::fuzz_target;
use sha2::{Digest, Sha256};
use std::sync::OnceLock;

const TEXT: &str = include_str!("programme.earn");

fuzz_target!(|bytes: &[u8]| {
    static PROGRAMME: OnceLock<Option<Programme>> = OnceLock::new();
    let programme = PROGRAMME.get_or_init(|| {
        let loaded = load(vec![InputFile { path: "programme.earn".to_owned(), text: TEXT.to_owned() }], &[]);
        Programme::new(loaded.policy)
    });
    let Some(programme) = programme else { return };
    let name = &programme.versions()[0].policy().programme.name;
    let mut body = String::from_utf8_lossy(bytes).into_owned();
    if !body.ends_with('\n') {
        body.push('\n');
    }
    let hash: String = Sha256::digest(body.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    let foot = format!("{{\"lines\":{},\"sha256\":\"{hash}\"}}", body.lines().count());
    let text = format!("{{\"earnest_export\":1,\"programme\":\"{name}\"}}\n{body}{foot}\n");
    let store = Durable::open("memory:", programme, true).expect("a store in memory");
    if fill(&store, &mut text.as_bytes()).is_err() {
        return;
    }
    let mut out = Vec::new();
    export(&store, &mut out).expect("what was taken is exported");
    let _ = verify(&store, &[]);
    let _ = replay(&store, programme);
});
