//! Any JSON object is an event or a named error, and nothing changes on an error.
#![no_main]

use earnest_dsl::load::{InputFile, load};
use earnest_ledger::{Host, Programme};
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};
use std::sync::OnceLock;

const TEXT: &str = include_str!("programme.earn");

fuzz_target!(|bytes: &[u8]| {
    static HOST: OnceLock<Option<Host>> = OnceLock::new();
    let host = HOST.get_or_init(|| {
        let loaded = load(vec![InputFile { path: "programme.earn".to_owned(), text: TEXT.to_owned() }], &[]);
        assert!(loaded.policy.is_some(), "the programme of the target compiles");
        Programme::new(loaded.policy).map(Host::new)
    });
    let Some(mut host) = host.clone() else { return };
    for line in bytes.split(|byte| *byte == b'\n').take(20) {
        let Ok(event) = serde_json::from_slice::<Map<String, Value>>(line) else { continue };
        let before = host.books().counters.all();
        let refused = host.decide(&event, true).is_err();
        if refused {
            assert_eq!(before, host.books().counters.all());
        }
    }
});
