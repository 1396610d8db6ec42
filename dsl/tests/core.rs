//! What the constructs of real programmes lower to, as `earnest build --emit core` shows it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test says so by panicking")]

use earnest_dsl::diagnostic::{Language, render::render};
use earnest_dsl::load::{InputFile, load};
use earnest_dsl::policy::core;
use std::path::{Path, PathBuf};

/// The programmes of the repository: folders with policy text.
fn programmes() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies");
    let mut folders: Vec<PathBuf> =
        root.read_dir().unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

fn files(folder: &Path) -> Vec<InputFile> {
    let mut paths: Vec<PathBuf> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "earn"));
    paths.sort();
    let file = |path: PathBuf| InputFile {
        path: path.file_name().unwrap().to_string_lossy().into_owned(),
        text: std::fs::read_to_string(&path).unwrap(),
    };
    paths.into_iter().map(file).collect()
}

#[test]
fn programmes_lower_to_the_core() {
    let programmes = programmes();
    assert!(programmes.len() >= 6, "{programmes:?}");
    for folder in programmes {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let loaded = load(files(&folder), &[]);
        let seen = render(&loaded.diagnostics, &loaded.sources, Language::English, false);
        assert!(loaded.diagnostics.is_empty(), "{name}:\n{seen}");
        insta::assert_snapshot!(name, core::print(&loaded.policy.unwrap()));
    }
}
