//! The framework of lints: levels, comments that allow, fixes, and that the list of lints is whole.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::as_conversions,
    reason = "a test fails by panicking"
)]

#[path = "support/page.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod page;

use earnest_dsl::diagnostic::{Severity, pages};
use earnest_dsl::lint::fix::{mended, together};
use earnest_dsl::lint::registry::{Mends, codes, mends};
use earnest_dsl::lint::{Report, load_and_lint};
use earnest_dsl::load::{InputFile, LoadedProgramme};
use earnest_dsl::policy::Policy;
use std::collections::BTreeSet;

const GROUP: &str = "group weekend \"周末\": best of\n";

fn lint(head: &str, text: &str) -> Report {
    let head = format!(
        "programme demo {{\n  timezone Asia/Shanghai\n  currency CNY \"元\"\n  effective from 2024-01-01\n{head}}}\n"
    );
    let files = vec![InputFile { path: "demo.earn".to_owned(), text: format!("{head}{text}") }];
    let (loaded, reports) = load_and_lint(files, &[], None);
    assert!(!loaded.has_errors(), "{:#?}", loaded.versions[0].diagnostics);
    reports.into_iter().next().unwrap()
}

fn found(report: &Report) -> Vec<&str> {
    report.findings.iter().map(|found| found.diagnostic.code).collect()
}

#[test]
fn the_head_sets_levels_and_a_named_lint_goes_before_all() {
    let plain = lint("", GROUP);
    assert_eq!(found(&plain), ["W0104"]);
    assert_eq!(plain.findings[0].diagnostic.severity, Severity::Warning);
    assert!(found(&lint("  lint W0104 off\n", GROUP)).is_empty());
    assert!(found(&lint("  检查 全部 关闭\n", GROUP)).is_empty());
    let error = lint("  lint all off, W0104 error\n", GROUP);
    assert_eq!(error.findings[0].diagnostic.severity, Severity::Error);
    assert_eq!(found(&lint("  lint W0194 off\n", GROUP)), ["W0103", "W0104"]);
}

#[test]
fn a_comment_allows_the_declaration_below_it_or_its_own_line() {
    for text in [
        format!("// allow W0104: next year's rules go into it\n{GROUP}"),
        format!("// a remark\n// 允许 W0104：明年的规则会归入\n\n{GROUP}"),
        GROUP.replace('\n', " // allow W0104: next year\n"),
        format!("// allow W0104, W0104: next year\n{GROUP}"),
    ] {
        let report = lint("", &text);
        assert!(found(&report).is_empty(), "{text}: {:?}", found(&report));
        assert_eq!(report.allowed.len(), 1, "{text}");
        assert!(report.allowed[0].1.contains(['明', 'n']), "the reason is kept: {}", report.allowed[0].1);
    }
}

#[test]
fn a_comment_on_a_clause_allows_in_that_clause_alone() {
    let rule = |first: &str, second: &str| {
        format!(
            "points Point {{\n  round down each line\n  valid 2 years after earning\n  spend first oldest\n}}\nevent Buy {{ mcc: Mcc; amount: money }}\nrule a on Buy {{\n{first}  when mcc is 5812\n  when mcc is not 5814\n  earn 1 Point per full 1 CNY of amount{second}\n}}\n"
        )
    };
    let head = "  use std.mcc\n  lint W0107 off, W0120 off, W0152 off\n";
    assert_eq!(found(&lint(head, &rule("", ""))), ["W0109", "W0109"]);
    assert_eq!(found(&lint(head, &rule("  // allow W0109: the partner's own shop\n", ""))), ["W0109"]);
    // Of the whole declaration, or of a clause that has nothing to allow.
    let whole = rule("", "").replace("rule a", "// allow W0109: the partner's own shops\nrule a");
    assert!(found(&lint(head, &whole)).is_empty());
    assert_eq!(found(&lint(head, &rule("", " // allow W0109: why not"))), ["W0109", "W0109", "W0101"]);
}

#[test]
fn a_comment_without_reason_or_need_is_a_finding() {
    assert_eq!(found(&lint("", &format!("// allow W0104\n{GROUP}"))), ["W0102", "W0104"]);
    assert_eq!(found(&lint("", &format!("// allow W0105: x\n{GROUP}"))), ["W0101", "W0104"]);
    assert_eq!(found(&lint("", &format!("// allow W0199: x\n{GROUP}"))), ["W0103", "W0104"]);
    // Prose that begins with the word is no such comment.
    assert_eq!(found(&lint("", &format!("// allow customers to return: see the leaflet\n{GROUP}"))), ["W0104"]);
    // What is off needs no comment, and has none that is too many.
    assert!(found(&lint("  lint W0104 off\n", &format!("// allow W0104: x\n{GROUP}"))).is_empty());
}

#[test]
fn levels_and_comments_are_no_part_of_the_meaning() {
    let hash = |head: &str, text: &str| {
        let head = format!(
            "programme demo {{\n  timezone Asia/Shanghai\n  currency CNY\n  effective from 2024-01-01\n{head}}}\n"
        );
        let files = vec![InputFile { path: "demo.earn".to_owned(), text: format!("{head}{text}") }];
        let (loaded, _) = load_and_lint(files, &[], None);
        loaded.versions[0].policy.as_ref().map(Policy::hash).unwrap()
    };
    assert_eq!(hash("", GROUP), hash("  lint W0104 error, all off\n", &format!("// allow W0104: x\n{GROUP}")));
}

#[test]
fn every_lint_has_a_page_and_every_page_a_lint() {
    let listed: BTreeSet<&str> = codes().collect();
    let paged: BTreeSet<&str> = pages::codes().filter(|code| code.starts_with('W')).collect();
    assert_eq!(listed, paged);
    assert!(listed.len() >= 30);
    assert_eq!(codes().count(), listed.len(), "no code is listed twice");
}

fn hashes(loaded: &LoadedProgramme) -> Vec<Option<String>> {
    loaded.versions.iter().map(|version| version.policy.as_ref().map(Policy::hash)).collect()
}

/// The fixes of all pages: the text parses and compiles, the finding is gone, and the hash is the same unless the lint says what changes.
#[test]
fn fixes_compile_and_change_what_is_said_and_nothing_else() {
    let mut with_fix = BTreeSet::new();
    for code in pages::codes().filter(|code| code.starts_with('W')) {
        let (files, parameters) = page::files(pages::page(code).unwrap().wrong);
        let (before, reports) = load_and_lint(files.clone(), &parameters, None);
        for (version, report) in before.versions.iter().zip(&reports) {
            let own = report.findings.iter().filter(|found| found.diagnostic.code == code);
            let fixes = together(own);
            if fixes.is_empty() {
                continue;
            }
            with_fix.insert(code);
            assert_ne!(mends(code), Mends::No, "{code} has a fix and does not say what it changes");
            let texts = mended(&fixes, &version.sources);
            let changed = files.iter().map(|file| InputFile {
                path: file.path.clone(),
                text: texts.get(&file.path).unwrap_or(&file.text).clone(),
            });
            let changed: Vec<InputFile> = changed.collect();
            assert_ne!(changed, files, "{code}");
            let (after, reports) = load_and_lint(changed, &parameters, None);
            assert!(!after.has_errors(), "{code}: {:#?}", after.versions[0].diagnostics);
            let left = reports.iter().flat_map(|report| &report.findings).filter(|found| found.diagnostic.code == code);
            assert_eq!(left.count(), 0, "{code} is still found");
            if mends(code) == Mends::SameHash {
                assert_eq!(hashes(&after), hashes(&before), "{code}");
            } else {
                assert_ne!(hashes(&after), hashes(&before), "{code} says that its fix changes the meaning");
            }
        }
    }
    assert!(with_fix.len() >= 6, "{with_fix:?}");
}

/// A whole payment that is refused earns nothing, and its halves earn.
#[test]
fn a_limit_that_refuses_is_evaded_by_splitting() {
    let rule = |beyond: &str| {
        let text = "points Star { round down each line; valid without end; spend first oldest; worth 0.01 CNY }\n";
        let rule = format!(
            "rule spend on Purchase {{ earn 1 Star per full 10 CNY of amount; each time at most 50 Star{beyond} }}\n"
        );
        found(&lint("  use std.banking\n  lint all off, W0159 warning\n", &format!("{text}{rule}"))).join(" ")
    };
    assert_eq!((rule(", else refuse too_much").as_str(), rule("").as_str()), ("W0159", "W0159"));
}
