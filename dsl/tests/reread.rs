//! A file that is read again after an edit gives the tree and the findings that it gives when it is read afresh.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

use earnest_dsl::load::{Drafts, InputFile, load_programme};
use earnest_dsl::source::FileId;
use earnest_dsl::syntax::parse_file;
use earnest_dsl::syntax::reread::Reread;
use proptest::prelude::*;
use std::sync::Arc;

/// Everything that is known of a tree, places included: spans print their bytes.
fn shown(text: &str, read: &mut Reread, id: FileId) -> (String, String) {
    let fresh = parse_file(text, id);
    read.read(&Arc::from(text), id);
    (format!("{:?}", read.parsed()), format!("{fresh:?}"))
}

fn corpus() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../policies");
    let mut texts: Vec<String> = Vec::new();
    for programme in std::fs::read_dir(folder).unwrap().flatten() {
        for file in std::fs::read_dir(programme.path()).into_iter().flatten().flatten() {
            if file.path().extension().is_some_and(|found| found == "earn") {
                texts.push(std::fs::read_to_string(file.path()).unwrap());
            }
        }
    }
    texts.sort();
    texts
}

/// An edit: where, how much goes, what comes.
fn edit() -> impl Strategy<Value = (u32, u32, &'static str)> {
    let come = prop::sample::select(vec![
        "",
        "x",
        "{",
        "}",
        "(",
        ")",
        "\n",
        "\"",
        "// ",
        " ",
        "rule ",
        "规则",
        "earn 1 Star",
        "。",
        "1万",
        ";",
        ",",
        "}\nrule a on Purchase {\n  earn 1 Point\n}\n",
    ]);
    (any::<u32>(), prop_oneof![4 => Just(0_u32), 2 => Just(1_u32), 1 => 1_u32..60], come)
}

fn edited(text: &str, (at, gone, come): (u32, u32, &str)) -> String {
    let characters: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let from = usize::try_from(at).unwrap() % characters.len();
    let to = (from + usize::try_from(gone).unwrap()).min(characters.len() - 1);
    format!("{}{come}{}", &text[..characters[from]], &text[characters[to]..])
}

proptest! {
    #[test]
    fn reading_again_is_reading_afresh(which in any::<prop::sample::Index>(), edits in prop::collection::vec(edit(), 1..6)) {
        let texts = corpus();
        let mut text = which.get(&texts).clone();
        let mut read = Reread::default();
        let (again, fresh) = shown(&text, &mut read, FileId(0));
        prop_assert_eq!(again, fresh);
        for (at, one) in edits.into_iter().enumerate() {
            text = edited(&text, one);
            // The number of a file changes when another one comes or goes.
            let id = FileId(u32::try_from(at % 2).unwrap());
            let (again, fresh) = shown(&text, &mut read, id);
            prop_assert_eq!(again, fresh, "{:?}", text);
        }
    }
}

#[test]
fn a_programme_loaded_again_is_the_programme_loaded_afresh() {
    let file = |path: &str, text: &str| InputFile { path: path.to_owned(), text: text.to_owned() };
    let head = "programme p {\n  timezone Asia/Shanghai\n  currency CNY\n  effective from 2024-01-01\n  use std.banking\n}\npoints Star { round down each line; valid without end; spend first oldest }\n";
    let rule = "rule a on Purchase { earn 1 Star per full 1 CNY of amount }\n";
    let steps: Vec<Vec<InputFile>> = vec![
        vec![file("programme.earn", head), file("a.earn", rule)],
        vec![file("0.earn", "group g: best of\n"), file("programme.earn", head), file("a.earn", rule)],
        vec![
            file("0.earn", "group g: best of\n"),
            file("programme.earn", head),
            file("a.earn", &rule.replace("earn", "urn")),
        ],
        vec![file("programme.earn", &head.replace("std.banking", "std.banking, std.mcc")), file("a.earn", rule)],
        vec![file("programme.earn", head), file("versions/2023-01-01/programme.earn", head)],
    ];
    let mut drafts = Drafts::default();
    for files in steps {
        let (again, fresh) = (drafts.load(files.clone(), &[]), load_programme(files, &[]));
        assert_eq!(format!("{again:?}"), format!("{fresh:?}"));
    }
}
