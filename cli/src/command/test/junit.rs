//! Results of tests as JUnit XML, for build servers. No times: results are the same on every run.

use super::Suite;
use crate::session::Failure;
use earnest_dsl::diagnostic::Language;
use earnest_ledger::scenario::{Report, Status};
use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};
use std::io;

/// The report, one suite for each version of a programme.
pub fn xml(suites: &[Suite], language: Language) -> Result<String, Failure> {
    let mut report = quick_junit::Report::new("earnest");
    for suite in suites {
        let policy = suite.engine.policy();
        let mut told = TestSuite::new(format!("{} {}", policy.programme.name, policy.version()));
        for one in &suite.reports {
            told.add_test_case(case(suite, one, language));
        }
        report.add_test_suite(told);
    }
    let text = report.to_string().map_err(|error| Failure::Io(io::Error::other(error)))?;
    Ok(if text.ends_with('\n') { text } else { format!("{text}\n") })
}

fn case(suite: &Suite, report: &Report, language: Language) -> TestCase {
    let texts: Vec<String> = report
        .findings
        .iter()
        .filter(|finding| finding.status == report.status)
        .flat_map(|finding| {
            finding.texts.iter().map(move |text| format!("{}: {}", suite.place(&finding.place), text.get(language)))
        })
        .collect();
    let status = match report.status {
        Status::Passed => TestCaseStatus::success(),
        Status::NotRun => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(texts.join("; "));
            status
        }
        Status::Failed => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(texts.first().cloned().unwrap_or_default());
            status.set_description(texts.join("\n"));
            status
        }
    };
    let mut case = TestCase::new(report.label.clone(), status);
    case.set_classname(suite.path.clone());
    case
}
