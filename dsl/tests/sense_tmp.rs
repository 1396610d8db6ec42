#![allow(clippy::unwrap_used, clippy::panic, reason = "x")]
#[path = "support/page.rs"]
mod page;
use earnest_dsl::diagnostic::{Language, pages, render::render};
#[test]
fn look() {
    for code in pages::codes().filter(|c| c.starts_with("W01") && *c >= "W0150") {
        let p = pages::page(code).unwrap();
        for (which, text) in [("wrong", p.wrong), ("right", p.right)] {
            for loaded in page::run(text) {
                match &loaded.policy {
                    None => println!(
                        "{code} {which}: DOES NOT COMPILE\n{}",
                        render(&loaded.diagnostics, &loaded.sources, Language::English, false)
                    ),
                    Some(policy) => {
                        let found: Vec<_> =
                            earnest_dsl::lint::sense(policy).into_iter().map(|f| f.diagnostic).collect();
                        println!("=== {code} {which}: {:?}", found.iter().map(|f| f.code).collect::<Vec<_>>());
                        println!(
                            "{}\n{}",
                            render(&found, &loaded.sources, Language::English, false),
                            render(&found, &loaded.sources, Language::Chinese, false)
                        );
                    }
                }
            }
        }
    }
}
#[test]
fn programmes() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies");
    let mut dirs: Vec<_> = std::fs::read_dir(root).unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_dir()).collect();
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
        for v in earnest_dsl::load::load_programme(files, &[]).versions {
            let found: Vec<_> =
                earnest_dsl::lint::sense(v.policy.as_ref().unwrap()).into_iter().map(|f| f.diagnostic).collect();
            if !found.is_empty() {
                println!("##### {}\n{}", dir.display(), render(&found, &v.sources, Language::English, false));
            }
        }
    }
}
