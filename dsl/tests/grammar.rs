//! The grammar on whole programmes, on single constructs in both spellings, and on its own limits.

mod common;

use common::{declarations, read_canonical};
use earnest_dsl::syntax::parse::Production;
use std::fs;
use std::path::Path;

fn files(folder: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut all: Vec<(String, String)> = fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|found| found == "earn"))
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read_to_string(&path).unwrap()))
        .collect();
    all.sort();
    all
}

#[test]
fn every_programme_of_the_corpus_can_be_read() {
    let mut wrong = vec![];
    let mut read = 0;
    for (name, text) in files("tests/corpus") {
        for canonical in declarations(&text) {
            match read_canonical(Production::Declaration, &canonical) {
                Ok(parsed) if parsed.diagnostics.is_empty() => read += 1,
                Ok(parsed) => wrong.push(format!("{name}: {:?}", parsed.diagnostics)),
                Err(why) => wrong.push(format!("{name}: {why}")),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(read > 200, "{read}");
}
