//! Every programme under `policies/`: no finding, in the one layout, the same policy in the other spelling, its own tests pass.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot run fails")]

use earnest_dsl::diagnostic::Language;
use earnest_dsl::lint::load_and_lint;
use earnest_dsl::load::{InputFile, LoadedProgramme, load_programme};
use earnest_dsl::syntax::format::{format, translate};
use earnest_ledger::Programme;
use earnest_ledger::scenario::{Status, run};
use earnest_tests::{programme_files, project};

/// Folder and files of each programme.
fn programmes() -> Vec<(String, Vec<InputFile>)> {
    let folders = std::fs::read_dir(project("policies")).expect("the folder");
    let folders = folders.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_dir());
    let mut all: Vec<(String, Vec<InputFile>)> = folders
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, programme_files(&path).expect("its files"))
        })
        .collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

fn hashes(loaded: &LoadedProgramme) -> Vec<Option<String>> {
    loaded.versions.iter().map(|version| version.policy.as_ref().map(earnest_dsl::policy::Policy::hash)).collect()
}

/// Whether a text is in Chinese spelling: its rules and requests are declared in Chinese words.
fn is_chinese(files: &[InputFile]) -> bool {
    let heads = ["programme ", "rule ", "catalogue ", "offset ", "points ", "parameter ", "test ", "examples "];
    files.iter().all(|file| file.text.lines().all(|line| !heads.iter().any(|head| line.starts_with(head))))
}

#[test]
fn there_are_32_and_a_third_of_them_are_chinese() {
    let all = programmes();
    assert_eq!(all.len(), 32);
    let chinese = all.iter().filter(|(_, files)| is_chinese(files)).count();
    assert!(chinese >= 11, "only {chinese} programmes are in Chinese spelling");
}

#[test]
fn each_has_no_finding_and_passes_its_own_tests() {
    for (name, files) in programmes() {
        let (loaded, reports) = load_and_lint(files, &[], None);
        for version in &loaded.versions {
            assert!(version.diagnostics.is_empty(), "{name}: {:#?}", version.diagnostics);
        }
        for report in reports {
            let found: Vec<_> = report.findings.iter().map(|found| &found.diagnostic).collect();
            assert!(found.is_empty(), "{name}: {found:#?}");
        }
        let policies: Vec<_> = loaded.versions.into_iter().filter_map(|version| version.policy).collect();
        let programme = Programme::new(policies).expect("a version");
        let reports: Vec<_> = (0..programme.versions().len()).flat_map(|version| run(&programme, version)).collect();
        assert!(reports.len() >= 3, "{name} has {} tests", reports.len());
        for report in reports {
            assert_eq!(report.status, Status::Passed, "{name}: {} at {}", report.label, report.place);
        }
    }
}

#[test]
fn each_is_in_the_one_layout_and_means_the_same_in_the_other_spelling() {
    for (name, files) in programmes() {
        let before = hashes(&load_programme(files.clone(), &[]));
        assert!(before.iter().all(Option::is_some), "{name} does not compile");
        for file in &files {
            assert!(!format(&file.text).changed, "{name}/{} is not in the one layout", file.path);
        }
        let to = if is_chinese(&files) { Language::English } else { Language::Chinese };
        let other: Vec<InputFile> = files
            .iter()
            .map(|file| InputFile { path: file.path.clone(), text: translate(&file.text, to, &[]) })
            .collect();
        assert_ne!(files, other, "{name}: nothing was translated");
        assert_eq!(before, hashes(&load_programme(other, &[])), "{name} means something else in the other spelling");
    }
}
