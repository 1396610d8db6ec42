//! Coverage, mutants and suggestions: over all programmes, and on one small programme by number.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot run fails")]

use earnest_dsl::diagnostic::Language;
use earnest_dsl::load::{InputFile, load_programme};
use earnest_dsl::policy::ScenarioStep;
use earnest_dsl::syntax::format::format;
use earnest_ledger::Programme;
use earnest_ledger::scenario::{Status, expected, run, tried};
use earnest_tests::{probe, programme_files, project};
use earnest_tools::coverage::item::{Aspect, Group};
use earnest_tools::coverage::lcov::lcov;
use earnest_tools::coverage::{Coverage, measure};
use earnest_tools::mutate::{Fate, mutants, mutate};
use earnest_tools::suggest::{kill, suggest};

fn programme(files: &[InputFile]) -> Programme {
    let loaded = load_programme(files.to_vec(), &[]);
    let found: Vec<_> = loaded.versions.iter().flat_map(|version| &version.diagnostics).collect();
    let policies: Option<Vec<_>> = loaded.versions.iter().map(|version| version.policy.clone()).collect();
    Programme::new(policies.unwrap_or_else(|| panic!("{found:#?}"))).expect("a version")
}

fn covered(files: &[InputFile]) -> Coverage {
    measure(&programme(files), &|path| files.iter().any(|file| file.path == path)).1
}

fn all_programmes() -> Vec<(String, Vec<InputFile>)> {
    let folders = std::fs::read_dir(project("policies")).expect("the folder");
    let folders = folders.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_dir());
    let mut all: Vec<_> = folders
        .map(|path| {
            (path.file_name().expect("a name").to_string_lossy().into_owned(), programme_files(&path).expect("files"))
        })
        .collect();
    all.sort_by(|a: &(String, Vec<InputFile>), b| a.0.cmp(&b.0));
    all
}

/// A campaign with a window, a threshold, a table and a bound; its tests leave edges open.
fn small(tests: &str) -> Vec<InputFile> {
    probe(
        "std.banking",
        &format!(
            "rule spend on Purchase {{\n  from 2024-03-01 to 2024-03-31\n  when amount >= 100 CNY\n  earn amount {{ from 0 CNY: 1 Point, from 1_000 CNY: 2 Point }} per full 10 CNY of amount\n  per customer per day at most 300 Point, drop the rest\n}}\n{tests}"
        ),
    )
}

const PLAIN: &str = "test \"plain\" {\n  2024-03-05 10:00:00 Purchase { amount: 500 CNY } => earn 50 Point\n}\n";
const EDGES: &str = "test \"edges\" {\n  2024-02-29 23:59:59 Purchase { amount: 500 CNY } => earn 0 Point\n  2024-03-01 00:00:00 Purchase { amount: 100 CNY } => earn 10 Point\n  2024-03-02 00:00:00 Purchase { amount: 99.99 CNY } => earn 0 Point\n  2024-03-31 23:59:59 Purchase { amount: 1_000 CNY } => earn 200 Point\n  2024-03-31 23:59:59 Purchase { amount: 500 CNY } => earn 50 Point\n  2024-03-31 23:59:59 Purchase { amount: 500 CNY } => earn 50 Point { spend: 50 }\n  2024-03-31 23:59:59 Purchase { amount: 500 CNY } => earn 0 Point { spend: 0 of 50 }\n  2024-04-01 00:00:00 Purchase { amount: 500 CNY } => earn 0 Point\n}\n";

fn missing(coverage: &Coverage) -> Vec<Aspect> {
    coverage.missing().map(|item| item.aspect).collect()
}

#[test]
fn coverage_tells_what_no_test_comes_near() {
    let none = covered(&small(""));
    assert_eq!((none.total().exercised, none.tests.len()), (0, 0));
    let plain = covered(&small(PLAIN));
    assert_eq!(
        missing(&plain),
        [
            Aspect::Outside,
            Aspect::Before,
            Aspect::First,
            Aspect::Last,
            Aspect::After,
            Aspect::Fails,
            Aspect::Equal,
            Aspect::Chosen,
            Aspect::AtStart,
            Aspect::Full,
            Aspect::Cut,
        ]
    );
    assert_eq!(plain.counts()[&Group::Rules].percent(), 100);
    let edges = covered(&small(EDGES));
    assert_eq!(missing(&edges), [], "{:#?}", edges.missing().collect::<Vec<_>>());
}

#[test]
fn lcov_counts_tests_by_line() {
    let coverage = covered(&small(PLAIN));
    let text = lcov(&coverage, |path| format!("policies/probe/{path}"));
    insta::assert_snapshot!(text);
}

#[test]
fn mutants_die_where_tests_hold_an_edge() {
    let files = small(PLAIN);
    let weak = mutate(&files, &[], &|| ());
    let strong = mutate(&small(EDGES), &[], &|| ());
    assert!(weak.total().killed < strong.total().killed, "{:?} {:?}", weak.total(), strong.total());
    let survivors: Vec<String> =
        strong.survivors().map(|one| format!("{}:{} {} -> {}", one.line, one.column, one.before, one.after)).collect();
    insta::assert_debug_snapshot!(survivors);
    // The text of the policy is changed, never that of its tests.
    let first = files[0].text.find("test ").expect("a test");
    assert!(mutants(&files[0]).iter().all(|mutant| mutant.end <= first));
    assert!(weak.mutants.iter().any(|(_, fate)| *fate == Fate::Void));
}

#[test]
fn tests_are_found_for_mutants_that_survive() {
    let files = small(PLAIN);
    let whole = programme(&files);
    let mutation = mutate(&files, &[], &|| ());
    let survivors: Vec<_> = mutation.survivors().collect();
    let found = kill(&files, &[], (&whole, 0), &survivors, (Language::English, Language::English));
    let tests: String = found.tests.iter().map(|one| one.text.as_str()).collect();
    let again = mutate(&small(&format!("{PLAIN}{tests}")), &[], &|| ());
    assert!(again.total().killed > mutation.total().killed);
    assert_eq!(again.survivors().count(), found.left.len(), "{tests}\n{:#?}", found.left);
}

#[test]
fn what_an_answer_is_expected_to_be_it_is() {
    let mut compared = 0;
    for (name, files) in all_programmes() {
        let whole = programme(&files);
        for (version, engine) in whole.versions().iter().enumerate() {
            for scenario in &engine.policy().scenarios {
                let (_, answers) = tried(&whole, version, scenario).expect("a version");
                let mut answers = answers.iter();
                let mut again = scenario.clone();
                for step in &mut again.steps {
                    if let ScenarioStep::Event { expected: all, .. } = step {
                        let answer = answers.next().expect("an answer for each event").as_ref().expect("a decision");
                        *all = expected(engine.policy(), answer);
                        compared += 1;
                    }
                }
                let (report, _) = tried(&whole, version, &again).expect("a version");
                let texts: Vec<_> = report.findings.iter().flat_map(|finding| &finding.texts).collect();
                assert_eq!(report.status, Status::Passed, "{name}: {}: {texts:?}", scenario.label);
            }
        }
    }
    assert!(compared > 500, "{compared}");
}

#[test]
fn suggestions_pass_when_they_are_accepted_and_exercise_more() {
    let mut written = 0;
    for (name, files) in all_programmes() {
        if !["p03", "p06", "p09", "p13", "p31"].iter().any(|one| name.starts_with(one)) {
            continue;
        }
        // Tests of the edges are taken away, so that there is something to suggest.
        let files: Vec<InputFile> = files.into_iter().filter(|file| !file.path.ends_with("boundaries.earn")).collect();
        let before = covered(&files);
        let whole = programme(&files);
        let mut with = files.clone();
        for version in 0..whole.versions().len() {
            let head = whole.version(version).expect("it").policy();
            let path = &head.sources.get(head.programme.span.file).expect("a head").path;
            let folder = path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
            for language in [Language::English, Language::Chinese] {
                let all = suggest(&whole, version, &before, (language, language));
                written += all.len();
                let text: String = all.iter().map(|one| one.text.as_str()).collect();
                assert!(!format(&text).changed, "{name}: not in the one layout:\n{text}");
                with.push(InputFile { path: format!("{folder}{language:?}.earn"), text });
            }
        }
        let accepted = programme(&with);
        for version in 0..accepted.versions().len() {
            for report in run(&accepted, version) {
                assert_eq!(report.status, Status::Passed, "{name}: {}", report.label);
            }
        }
        let (before, after) = (before.total(), covered(&with).total());
        assert!(after.exercised > before.exercised && after.all == before.all, "{name}: {before:?} {after:?}");
    }
    assert!(written > 40, "{written}");
}
