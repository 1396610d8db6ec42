//! The grammar on whole programmes, on single constructs in both spellings, and on its own limits.

mod common;

use common::{declarations, read_canonical};
use earnest_dsl::syntax::parse::Production;
use std::fs;
use std::path::Path;

fn files(folder: &Path, into: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, into);
        } else if path.extension().is_some_and(|found| found == "earn") {
            into.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
        }
    }
}

#[test]
fn every_programme_of_the_corpus_can_be_read() {
    let mut wrong = vec![];
    let mut read = 0;
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut corpus = vec![];
    for folder in ["tests/corpus", "../stdlib", "../policies", "../examples"] {
        files(&root.join(folder), &mut corpus);
    }
    for (name, text) in corpus {
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
