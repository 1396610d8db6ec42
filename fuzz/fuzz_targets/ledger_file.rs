//! Any body of a ledger's file is read or refused with a reason, never a panic; what was read is written the same again.
#![no_main]

use earnest_ledger::store::Memory;
use libfuzzer_sys::fuzz_target;
use sha2::{Digest, Sha256};

fuzz_target!(|bytes: &[u8]| {
    let body = String::from_utf8_lossy(bytes);
    let hash: String = Sha256::digest(body.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    let head = format!(
        "{{\"earnest_ledger\":1,\"programme\":\"p\",\"versions\":[\"2024-01-01\"],\"lines\":{},\"sha256\":\"{hash}\"}}",
        body.lines().count()
    );
    let versions = ["2024-01-01".to_owned()];
    let Ok(read) = Memory::from_text(&format!("{head}\n{body}"), "p", &versions) else { return };
    let written = read.to_text("p", &versions).unwrap_or_default();
    let again = Memory::from_text(&written, "p", &versions).expect("what was written is read");
    assert_eq!(again.to_text("p", &versions).unwrap_or_default(), written);
});
