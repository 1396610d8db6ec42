//! Small changes of the 32 programmes: none that a test notices is ever said to make no difference, and most are shown by an event.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use earnest_dsl::load::{InputFile, load};
use earnest_dsl::policy::Policy;
use earnest_ledger::Programme;
use earnest_ledger::scenario::{self, Status};
use earnest_tests::{programme_files, project};
use earnest_tools::impact::{Verdict, compare};
use earnest_tools::mutate::mutants;
use std::fs;

/// The files of every programme, without those of its other versions.
fn programmes() -> Vec<(String, Vec<InputFile>)> {
    let mut folders: Vec<_> =
        fs::read_dir(project("policies")).expect("programmes").flatten().map(|one| one.path()).collect();
    folders.retain(|folder| folder.join("programme.earn").is_file());
    folders.sort();
    let files = |folder: &std::path::Path| {
        let all = programme_files(folder).expect("files").into_iter();
        all.filter(|file| !file.path.starts_with("versions")).collect::<Vec<_>>()
    };
    let name = |folder: &std::path::Path| folder.file_name().map(|name| name.to_string_lossy().into_owned());
    folders.iter().filter_map(|folder| Some((name(folder)?, files(folder)))).collect()
}

/// Whether some test of `tests` fails under a policy.
fn noticed(policy: &Policy, tests: &Policy) -> bool {
    let policy = Policy { scenarios: tests.scenarios.clone(), ..policy.clone() };
    let Some(programme) = Programme::new([policy]) else { return false };
    scenario::reports(&programme, 0).any(|report| report.status == Status::Failed)
}

#[test]
fn every_programme_means_what_it_means() {
    for (name, files) in programmes() {
        let policy = load(files, &[]).policy.unwrap_or_else(|| panic!("{name} is sound"));
        let report = compare((&policy, "old"), (&policy, "new"));
        assert_eq!(report.verdict, Verdict::Same, "{name}");
        assert!(report.changes.is_empty() && report.renamed.is_empty(), "{name}: {:?}", report.changes);
    }
}

#[test]
fn no_change_that_a_test_notices_is_said_to_make_no_difference() {
    /// Changes that are tried of each programme.
    const EACH: usize = 2;
    let (mut seen, mut shown, mut missed) = (0_usize, 0_usize, Vec::new());
    for (at, (name, files)) in programmes().into_iter().enumerate() {
        let policy = load(files.clone(), &[]).policy.unwrap_or_else(|| panic!("{name} is sound"));
        let all: Vec<_> = files
            .iter()
            .enumerate()
            .flat_map(|(file, one)| mutants(one).into_iter().map(move |mutant| (file, mutant)))
            .collect();
        let stride = (all.len() / (EACH + 1)).max(1);
        let mut tried = 0;
        for (file, mutant) in all.into_iter().skip(at % stride).step_by(stride) {
            let mut changed = files.clone();
            let Some(one) = changed.get_mut(file) else { continue };
            let Some(text) = mutant.applied(&one.text) else { continue };
            one.text = text;
            let Some(other) = load(changed, &[]).policy.filter(|other| other.hash() != policy.hash()) else { continue };
            if tried == EACH || !noticed(&other, &policy) {
                continue;
            }
            tried += 1;
            seen += 1;
            let report = compare((&policy, "old"), (&other, "new"));
            let what = format!("{name} {}:{} -> {}", mutant.path, mutant.line, mutant.after);
            assert_ne!(report.verdict, Verdict::Same, "{what}");
            assert!(!report.changes.is_empty(), "{what}");
            if report.verdict == Verdict::Differs {
                shown += 1;
            } else {
                missed.push(what);
            }
        }
    }
    assert!(seen >= 32, "{seen} changes were noticed by a test");
    assert!(shown * 10 >= seen * 7, "{shown} of {seen} shown by an event; not: {missed:#?}");
    println!("{shown} of {seen} changes shown by an event; not: {missed:#?}");
}
