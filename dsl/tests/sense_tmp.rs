#![allow(clippy::unwrap_used, clippy::panic, reason = "x")]
use earnest_dsl::diagnostic::{Language, render::render};
#[test]
fn programmes() {
    for root in ["../policies", "../examples"] {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(root);
        let mut dirs: Vec<_> =
            std::fs::read_dir(root).unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_dir()).collect();
        dirs.sort();
        for dir in dirs {
            let mut files = vec![];
            fn walk(d: &std::path::Path, root: &std::path::Path, files: &mut Vec<earnest_dsl::load::InputFile>) {
                for e in std::fs::read_dir(d).unwrap() {
                    let p = e.unwrap().path();
                    if p.is_dir() {
                        walk(&p, root, files)
                    } else if p.extension().is_some_and(|x| x == "earn") {
                        files.push(earnest_dsl::load::InputFile {
                            path: p.strip_prefix(root).unwrap().display().to_string(),
                            text: std::fs::read_to_string(&p).unwrap(),
                        });
                    }
                }
            }
            walk(&dir, &dir, &mut files);
            files.sort_by(|a, b| a.path.cmp(&b.path));
            let (loaded, reports) = earnest_dsl::lint::load_and_lint(files, &[], None);
            for (v, report) in loaded.versions.iter().zip(reports) {
                let found: Vec<_> = report.findings.iter().map(|f| f.diagnostic.clone()).collect();
                if !found.is_empty() {
                    println!("##### {}\n{}", dir.display(), render(&found, &v.sources, Language::English, false));
                }
            }
        }
    }
}
