//! Any text is loaded: a policy or findings, never a panic, and every finding can be shown.
#![no_main]

use earnest_dsl::diagnostic::{Language, json, render};
use earnest_dsl::load::{InputFile, load};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let loaded = load(vec![InputFile { path: "programme.earn".to_owned(), text }], &[]);
    let _ = render::render(&loaded.diagnostics, &loaded.sources, Language::Chinese, false);
    for diagnostic in &loaded.diagnostics {
        let _ = json::to_json(diagnostic, &loaded.sources);
    }
    if let Some(policy) = &loaded.policy {
        let _ = policy.hash();
        let _ = earnest_dsl::policy::core::print(policy);
    }
});
