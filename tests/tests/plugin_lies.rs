//! A module that is none, or that says what is not so, is refused with a reason, whatever its bytes; nothing panics.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "a test that cannot run fails"
)]

use earnest_dsl::load::load;
use earnest_ledger::Programme;
use earnest_plugin::host::Plugin;
use earnest_plugin::make;
use earnest_tests::{programme_files, project};
use proptest::prelude::*;
use std::sync::OnceLock;

fn module() -> &'static [u8] {
    static MODULE: OnceLock<Vec<u8>> = OnceLock::new();
    MODULE.get_or_init(|| {
        let files = programme_files(&project("policies/p04-guizhou")).expect("files");
        let programme = Programme::new(load(files, &[]).policy).expect("a version");
        make::make(programme.versions()).expect("a module").bytes
    })
}

/// The module with a piece of its section replaced by one of the same length.
fn lying(told: &str, lie: &str) -> Vec<u8> {
    assert_eq!(told.len(), lie.len());
    let mut bytes = module().to_vec();
    let at = bytes.windows(told.len()).rposition(|window| window == told.as_bytes()).expect("the section says so");
    bytes[at..at + lie.len()].copy_from_slice(lie.as_bytes());
    bytes
}

fn refused(bytes: &[u8], why: &str) {
    let reason = Plugin::new(bytes).expect_err("it is refused").to_string();
    assert!(reason.contains(why), "{reason}");
}

#[test]
fn what_the_section_says_must_be_so() {
    let section = Plugin::new(module()).expect("an honest module");
    let section = earnest_plugin::decider::Ask::section(&section).clone();
    let pages = format!("\"pages\":{}", section.pages);
    refused(&lying("{\"abi\":1", "{\"abi\":7"), "version 7 of the interface");
    refused(&lying(&pages, &format!("\"pages\":{}", section.pages - 1)), "pages of memory");
    let input = format!("\"input\":{{\"at\":{}", section.input.at);
    let far = "9".repeat(section.input.at.to_string().len());
    refused(&lying(&input, &format!("\"input\":{{\"at\":{far}")), "areas");
    refused(&lying("\"omit\":true", "\"omat\":true"), "shape");
    refused(&lying("\"versions\":[", "\"varsions\":["), "cannot be read");
    refused(&lying("\x07earnest{", "\x07earnist{"), "no section `earnest`");
}

#[test]
fn what_is_no_plugin_is_refused() {
    refused(b"", "no valid module");
    refused(b"\0asm\x01\0\0\0", "no section");
    refused(&module()[..module().len() / 2], "no valid module");
    refused(&lying("\x06decide\0", "\x06dicede\0"), "exports");
    // A little more memory than this host gives.
    let reason = Plugin::within(module(), 1 << 20).expect_err("it wants more").to_string();
    assert!(reason.contains("memory"), "{reason}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn spoilt_bytes_never_panic(at in any::<prop::sample::Index>(), byte in any::<u8>(), more in prop::collection::vec(any::<u8>(), 0..64)) {
        let mut bytes = module().to_vec();
        // The first half is code, which is checked before it is compiled; a spoilt section is read as text.
        let place = at.index(bytes.len());
        bytes[place] = byte;
        bytes.truncate(bytes.len() - more.len());
        let _ = Plugin::new(&bytes);
        let _ = Plugin::new(&more);
    }
}
