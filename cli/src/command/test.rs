//! `earnest test PATH...`: the tests and examples in the text of programmes.

mod coverage;
mod human;
mod junit;
mod mutate;
mod suggest;

use crate::arguments::{CoverageFormat, TestArguments, TestFormat};
use crate::project::{Project, write};
use crate::session::{Ending, Failure, Session};
use coverage::Covered;
use earnest_interpreter::Engine;
use earnest_ledger::scenario::{self, Finding, Report, Status};
use earnest_tools::coverage::measure;
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
    if arguments.suggest && arguments.output.is_some() && projects.len() > 1 {
        return Err(suggest::one_programme());
    }
    if arguments.mutate {
        return mutate::run(&projects, arguments, session);
    }
    if arguments.suggest {
        return suggest::run(&projects, arguments, session);
    }
    let mut suites = Vec::new();
    let mut covered = Vec::new();
    let mut counts = Counts { programmes: projects.len(), ..Counts::default() };
    for project in &projects {
        let opened = project.load(&arguments.parameters.parameters);
        opened.tell_findings(session, arguments.format == TestFormat::Json)?;
        let prefix = opened.prefix();
        let Some(programme) = opened.into_programme() else {
            counts.broken = counts.broken.saturating_add(1);
            continue;
        };
        let first = suites.len();
        let suite = |engine: &Engine, reports| Suite {
            path: project.shown.clone(),
            prefix: prefix.clone(),
            engine: engine.clone(),
            reports,
        };
        if arguments.coverage.is_some() {
            let (reports, measured) = measure(&programme, &|path| project.has_file(path));
            suites.extend(programme.versions().iter().zip(reports).map(|(engine, reports)| suite(engine, reports)));
            let of = suites.get(first..).unwrap_or_default();
            covered.push(Covered::new(&project.shown, &prefix, of, measured, session.language));
        } else {
            let versions = programme.versions().iter().enumerate();
            suites.extend(versions.map(|(at, engine)| suite(engine, scenario::run(&programme, at))));
        }
        suites.get(first..).unwrap_or_default().iter().for_each(|suite| counts.add(&suite.reports));
    }
    let short = arguments
        .at_least
        .map(usize::from)
        .is_some_and(|least| covered.iter().any(|one| one.coverage.total().percent() < least));
    tell(arguments, &suites, &counts, &covered, session)?;
    Ok(Ending::found(counts.broken > 0 || counts.failed > 0 || short))
}

/// Results go to standard output, unless a report of coverage that another program reads goes there: then failures go to
/// standard error.
fn tell(
    arguments: &TestArguments,
    suites: &[Suite],
    counts: &Counts,
    covered: &[Covered],
    session: &Session,
) -> Result<(), Failure> {
    let report = match arguments.coverage {
        Some(format) => Some((format, coverage::told(covered, format, session)?)),
        None => None,
    };
    let alone =
        report.as_ref().is_some_and(|(format, _)| *format != CoverageFormat::Table) && arguments.output.is_none();
    let mut out = session.out();
    if !alone {
        out.write_all(results(arguments.format, suites, counts, session)?.as_bytes())?;
    } else if counts.failed > 0 {
        session.err().write_all(human::told(suites, counts, session).as_bytes())?;
    }
    match (report, &arguments.output) {
        (Some((_, text)), Some(file)) => write(file, &text)?,
        (Some((CoverageFormat::Table, text)), None) if arguments.format == TestFormat::Human => {
            write!(out, "\n{text}")?;
        }
        // The table is for people: results for machines stay readable.
        (Some((CoverageFormat::Table, text)), None) => session.err().write_all(text.as_bytes())?,
        (Some((_, text)), None) => out.write_all(text.as_bytes())?,
        (None, _) => {}
    }
    out.flush()?;
    Ok(())
}

fn results(format: TestFormat, suites: &[Suite], counts: &Counts, session: &Session) -> Result<String, Failure> {
    Ok(match format {
        TestFormat::Human => human::told(suites, counts, session),
        TestFormat::Json => format!("{}\n", serde_json::to_string_pretty(&json(suites, counts))?),
        TestFormat::Junit => junit::xml(suites, session.language)?,
    })
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
