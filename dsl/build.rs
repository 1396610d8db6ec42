//! Collects the pages of the diagnostic codes and the files of the standard library into tables, so that neither list is kept by
//! hand, and makes tables of the grammar.

#[path = "build/grammar.rs"]
mod grammar;

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    let root = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    table(
        &Path::new(&root).join("src/diagnostic/pages"),
        "md",
        "PAGES",
        "Pages by code.",
        &Path::new(&out).join("pages.rs"),
    )?;
    table(
        &Path::new(&root).join("../stdlib/std"),
        "earn",
        "LIBRARY",
        "Files of the standard library by name.",
        &Path::new(&out).join("library.rs"),
    )?;
    let grammar = Path::new(&root).join("src/syntax/grammar.pest");
    println!("cargo:rerun-if-changed={}", grammar.display());
    fs::write(Path::new(&out).join("grammar.rs"), grammar::tables(&fs::read_to_string(grammar)?)?)
}

fn table(folder: &Path, extension: &str, name: &str, doc: &str, out: &Path) -> io::Result<()> {
    println!("cargo:rerun-if-changed={}", folder.display());
    let mut rows: Vec<(String, String)> = Vec::new();
    if folder.is_dir() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|found| found == extension) {
                println!("cargo:rerun-if-changed={}", path.display());
                let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                rows.push((stem, path.display().to_string()));
            }
        }
    }
    rows.sort();
    let mut text = format!("/// {doc}\npub(crate) static {name}: &[(&str, &str)] = &[\n");
    for (stem, path) in rows {
        writeln!(text, "    ({stem:?}, include_str!({path:?})),").map_err(io::Error::other)?;
    }
    text.push_str("];\n");
    fs::write(out, text)
}
