//! Any bytes are a plugin or refused with a reason; a module whose section lies in any way does not panic the host.
#![no_main]

use earnest_dsl::load::{InputFile, load};
use earnest_ledger::Programme;
use earnest_plugin::host::Plugin;
use earnest_plugin::make;
use libfuzzer_sys::fuzz_target;
use std::sync::OnceLock;

const TEXT: &str = include_str!("programme.earn");

/// Where the section with the interface begins in a module: it stands last.
fn section(module: &[u8]) -> usize {
    let name = b"\x07earnest{";
    module.windows(name.len()).rposition(|window| window == name).unwrap_or(0)
}

fuzz_target!(|bytes: &[u8]| {
    static MODULE: OnceLock<Vec<u8>> = OnceLock::new();
    let module = MODULE.get_or_init(|| {
        let loaded = load(vec![InputFile { path: "programme.earn".to_owned(), text: TEXT.to_owned() }], &[]);
        let programme = Programme::new(loaded.policy).expect("the programme of the target compiles");
        make::make(programme.versions()).expect("a module").bytes
    });
    let Some((first, rest)) = bytes.split_first() else { return };
    if first % 4 == 0 {
        let _ = Plugin::new(rest);
        return;
    }
    // Three bytes at a time: where in the section, and what stands there instead.
    let mut lying = module.clone();
    let from = section(&lying);
    let length = lying.len() - from;
    for change in rest.chunks_exact(3) {
        let at = from + usize::from(u16::from_be_bytes([change[0], change[1]])) % length;
        lying[at] = change[2];
    }
    let _ = Plugin::new(&lying);
});
