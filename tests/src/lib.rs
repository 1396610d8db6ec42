//! What the tests across crates share: where the project's folders are, how a programme's folder is read, random programmes and events.

pub mod cases;
pub mod events;
pub mod programmes;

use earnest_dsl::load::InputFile;
use std::io;
use std::path::{Path, PathBuf};

/// A path of the project, from its root.
#[must_use]
pub fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// The `.earn` files of a programme's folder, those of its folders included, by path.
///
/// # Errors
/// A folder or file that cannot be read.
pub fn programme_files(folder: &Path) -> io::Result<Vec<InputFile>> {
    let mut files = Vec::new();
    gather(folder, folder, &mut files)?;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

fn gather(root: &Path, folder: &Path, files: &mut Vec<InputFile>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            gather(root, &path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "earn") {
            let shown = path.strip_prefix(root).unwrap_or(&path).display().to_string();
            files.push(InputFile { path: shown, text: std::fs::read_to_string(&path)? });
        }
    }
    Ok(())
}

/// A programme of one file that has nothing but a head, a kind of points, and what is added.
#[must_use]
pub fn probe(uses: &str, added: &str) -> Vec<InputFile> {
    let text = format!(
        "programme probe {{\n  timezone Asia/Shanghai\n  currency CNY \"元\"\n  effective from 2010-01-01\n  use {uses}\n}}\n\
         points Point \"积分\" {{\n  round down each line\n  valid without end\n  spend first oldest\n}}\n{added}\n"
    );
    vec![InputFile { path: "programme.earn".to_owned(), text }]
}
