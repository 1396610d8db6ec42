//! Every test of the 32 programmes, written again from what the checker made of it, reads the same.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot run fails")]

use earnest_dsl::diagnostic::Language;
use earnest_dsl::load::{InputFile, load};
use earnest_dsl::policy::{ScenarioStep, steps};
use earnest_dsl::syntax::format::translate;
use earnest_tests::{programme_files, project};

/// A step without what it stands for in the text.
fn bare(step: &ScenarioStep) -> ScenarioStep {
    let mut step = step.clone();
    if let ScenarioStep::Event { event, .. } = &mut step {
        // A term may be given in months or in years.
        if let Some(years) = event.remove("years").or_else(|| event.remove("term_years")) {
            let years: u32 = years.as_str().and_then(|years| years.parse().ok()).expect("whole years");
            event.insert("months".to_owned(), (years * 12).to_string().into());
        }
    }
    step
}

#[test]
fn steps_written_again_read_the_same() {
    let mut written = 0;
    let mut left = 0;
    for entry in std::fs::read_dir(project("policies")).expect("the folder") {
        let folder = entry.expect("an entry").path();
        if !folder.is_dir() {
            continue;
        }
        let files: Vec<InputFile> = programme_files(&folder)
            .expect("its files")
            .into_iter()
            .filter(|file| !file.path.contains("versions/"))
            .collect();
        let policy = load(files.clone(), &[]).policy.expect("a policy");
        for language in [Language::English, Language::Chinese] {
            let mut text = String::new();
            let mut meant = Vec::new();
            for scenario in &policy.scenarios {
                let all: Option<Vec<String>> = scenario.steps.iter().map(|step| steps::step(&policy, step)).collect();
                let Some(all) = all else {
                    left += 1;
                    continue;
                };
                written += 1;
                meant.push(scenario);
                text.push_str(&format!("test \"{}\" {{\n  {}\n}}\n", scenario.label, all.join("\n  ")));
            }
            let text = translate(&text, language, &[]);
            let mut with = files.clone();
            with.push(InputFile { path: "zz_again.earn".to_owned(), text: text.clone() });
            let loaded = load(with, &[]);
            let again =
                loaded.policy.unwrap_or_else(|| panic!("{}: {:#?}\n{text}", folder.display(), loaded.diagnostics));
            let again: Vec<_> =
                again.scenarios.iter().filter(|one| again.sources.place(one.span).starts_with("zz_again")).collect();
            assert_eq!(again.len(), meant.len(), "{}", folder.display());
            for (one, other) in meant.iter().zip(&again) {
                assert_eq!(
                    one.steps.iter().map(bare).collect::<Vec<_>>(),
                    other.steps.iter().map(bare).collect::<Vec<_>>(),
                    "{}: {}",
                    folder.display(),
                    one.label
                );
            }
        }
    }
    assert!(written > 500 && left < 12, "{written} written, {left} left out");
}
