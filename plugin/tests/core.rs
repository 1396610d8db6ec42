//! The engine that plugins carry is compiled from the sources of this checkout.

#![allow(clippy::expect_used, reason = "a test that cannot run fails")]

use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// Folders whose sources are compiled into the engine; `plugin/core/build.sh` lists the same.
const SOURCES: [&str; 4] = ["dsl/src", "interpreter/src", "plugin/core/src", "plugin/src"];

/// Folders in them that no engine asks for.
const ASIDE: [&str; 3] = ["dsl/src/diff", "dsl/src/lint", "dsl/src/prove"];

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs" || extension == "pest") {
            found.push(path);
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[test]
fn the_engine_is_that_of_these_sources() {
    let plugin = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = plugin.parent().expect("the workspace");
    let mut found = Vec::new();
    SOURCES.iter().for_each(|folder| files(&root.join(folder), &mut found));
    found.retain(|path| !ASIDE.iter().any(|aside| path.starts_with(root.join(aside))));
    let mut lines: Vec<(String, String)> = found
        .iter()
        .map(|path| {
            let name = path.strip_prefix(root).expect("inside").to_string_lossy().replace('\\', "/");
            (name, hex(&fs::read(path).expect("a file")))
        })
        .collect();
    lines.sort();
    let list: String = lines.into_iter().map(|(name, hash)| format!("{hash}  {name}\n")).collect();
    let noted = fs::read_to_string(plugin.join("core.sources")).expect("plugin/core.sources");
    assert_eq!(
        noted.trim(),
        hex(list.as_bytes()),
        "sources have changed: build the engine anew with plugin/core/build.sh"
    );
}
