//! `earnest test PATH...`: the tests and examples in the text of programmes.

mod human;
mod junit;

use crate::arguments::{TestArguments, TestFormat};
use crate::project::Project;
use crate::session::{Ending, Failure, Session};
use earnest_interpreter::Engine;
use earnest_ledger::scenario::{self, Finding, Report, Status};
use serde_json::{Value as Json, json};
use std::io::Write;

/// The tests of one version of a programme.
pub struct Suite {
    /// Where the programme is.
    path: String,
    /// What stands before places in its files.
    prefix: String,
    /// The version's engine.
    engine: Engine,
    /// What came of its tests.
    reports: Vec<Report>,
}

/// How many tests ended how.
#[derive(Debug, Default, Clone, Copy)]
pub struct Counts {
    passed: usize,
    failed: usize,
    not_run: usize,
    programmes: usize,
    /// Programmes with errors: none of their tests ran.
    broken: usize,
}

/// Runs the tests.
pub fn run(arguments: &TestArguments, session: &Session) -> Result<Ending, Failure> {
    let projects = Project::find_all(&arguments.paths)?;
    let mut suites = Vec::new();
    let mut counts = Counts { programmes: projects.len(), ..Counts::default() };
    for project in &projects {
        let opened = project.load(&arguments.parameters.parameters);
        opened.tell_findings(session, arguments.format == TestFormat::Json)?;
        let prefix = opened.prefix();
        let Some(programme) = opened.into_programme() else {
            counts.broken = counts.broken.saturating_add(1);
            continue;
        };
        for (at, engine) in programme.versions().iter().enumerate() {
            let reports = scenario::run(&programme, at);
            counts.add(&reports);
            suites.push(Suite { path: project.shown.clone(), prefix: prefix.clone(), engine: engine.clone(), reports });
        }
    }
    let mut out = session.out();
    match arguments.format {
        TestFormat::Human => out.write_all(human::told(&suites, &counts, session).as_bytes())?,
        TestFormat::Json => {
            serde_json::to_writer_pretty(&mut out, &json(&suites, &counts))?;
            writeln!(out)?;
        }
        TestFormat::Junit => out.write_all(junit::xml(&suites, session.language)?.as_bytes())?,
    }
    out.flush()?;
    Ok(Ending::found(counts.broken > 0 || counts.failed > 0))
}

impl Suite {
    /// A place in the programme's files, as it can be opened from here.
    fn place(&self, place: &str) -> String {
        format!("{}{place}", self.prefix)
    }
}

impl Counts {
    fn add(&mut self, reports: &[Report]) {
        for report in reports {
            let count = match report.status {
                Status::Passed => &mut self.passed,
                Status::Failed => &mut self.failed,
                Status::NotRun => &mut self.not_run,
            };
            *count = count.saturating_add(1);
        }
    }
}

fn word(status: Status) -> &'static str {
    match status {
        Status::Passed => "passed",
        Status::Failed => "failed",
        Status::NotRun => "not_run",
    }
}

fn json(suites: &[Suite], counts: &Counts) -> Json {
    let finding = |suite: &Suite, finding: &Finding| {
        json!({
            "status": word(finding.status),
            "place": suite.place(&finding.place),
            "texts": finding.texts,
            "decision": finding.answer.as_ref().map(|answer| &answer.decision),
        })
    };
    let report = |suite: &Suite, report: &Report| {
        json!({
            "label": report.label,
            "place": suite.place(&report.place),
            "status": word(report.status),
            "events": report.events,
            "findings": report.findings.iter().map(|one| finding(suite, one)).collect::<Vec<_>>(),
        })
    };
    let suite = |suite: &Suite| {
        json!({
            "path": suite.path,
            "programme": suite.engine.policy().programme.name,
            "version": suite.engine.policy().version(),
            "tests": suite.reports.iter().map(|one| report(suite, one)).collect::<Vec<_>>(),
        })
    };
    json!({
        "programmes": suites.iter().map(suite).collect::<Vec<_>>(),
        "passed": counts.passed,
        "failed": counts.failed,
        "not_run": counts.not_run,
        "programmes_with_errors": counts.broken,
    })
}
