//! Formatting is idempotent and changes no tree.
#![no_main]

use earnest_dsl::source::FileId;
use earnest_dsl::syntax::format::format;
use earnest_dsl::syntax::parse_file;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let once = format(text);
    let twice = format(&once.text);
    assert_eq!(once.text, twice.text);
    let (before, after) = (parse_file(text, FileId(0)), parse_file(&once.text, FileId(0)));
    if before.diagnostics.is_empty() {
        assert_eq!(before.file, after.file);
    }
});
