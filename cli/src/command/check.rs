//! `earnest check PATH...`: every finding of every programme, and how many there are.

use crate::arguments::{CheckArguments, Format};
use crate::language::counted;
use crate::project::{Opened, Project};
use crate::session::{Ending, Failure, Session};
use earnest_dsl::diagnostic::{Diagnostic, Language, json};
use earnest_dsl::say;
use serde_json::{Value as Json, json};
use std::io::Write;

/// Checks.
pub fn run(arguments: &CheckArguments, session: &Session) -> Result<Ending, Failure> {
    let projects = Project::find_all(&arguments.paths)?;
    let mut out = session.out();
    let mut counts = Counts { programmes: projects.len(), ..Counts::default() };
    let mut listed = Vec::new();
    for project in &projects {
        let opened = project.load(&arguments.parameters.parameters);
        counts.add(&opened);
        match arguments.format {
            Format::Human => out.write_all(opened.findings(session, session.paint().on).as_bytes())?,
            Format::Json => listed.push(programme_json(project, &opened)),
        }
    }
    match arguments.format {
        Format::Human => writeln!(out, "{}", counts.told(session))?,
        Format::Json => {
            let all = json!({ "programmes": listed, "errors": counts.errors, "warnings": counts.warnings });
            serde_json::to_writer_pretty(&mut out, &all)?;
            writeln!(out)?;
        }
    }
    out.flush()?;
    Ok(Ending::found(counts.errors > 0))
}

/// How much was found.
#[derive(Debug, Default)]
pub struct Counts {
    errors: usize,
    warnings: usize,
    programmes: usize,
}

impl Counts {
    /// Counts the findings of a programme.
    fn add(&mut self, opened: &Opened) {
        let errors = opened.diagnostics().filter(|found| found.is_error()).count();
        self.errors = self.errors.saturating_add(errors);
        self.warnings = self.warnings.saturating_add(opened.diagnostics().count().saturating_sub(errors));
    }

    /// `3 errors, 1 warning in 2 programmes`.
    fn told(&self, session: &Session) -> String {
        let paint = session.paint();
        let (errors, warnings, programmes) = match session.language {
            Language::English => (
                counted(self.errors, "error", "errors"),
                counted(self.warnings, "warning", "warnings"),
                counted(self.programmes, "programme", "programmes"),
            ),
            Language::Chinese => (
                format!("{} 个错误", self.errors),
                format!("{} 个提示", self.warnings),
                format!("{} 个方案", self.programmes),
            ),
        };
        let found = match (self.errors, self.warnings) {
            (0, 0) => paint.good(session.text("no findings", "无问题")),
            (0, _) => paint.care(&warnings),
            (_, 0) => paint.error(&errors),
            (_, _) => say!(session.language, "{}, {}", "{}，{}", paint.error(&errors), paint.care(&warnings)),
        };
        say!(session.language, "{found} in {programmes}", "{programmes}：{found}")
    }
}

fn programme_json(project: &Project, opened: &Opened) -> Json {
    let versions: Vec<Json> = opened
        .versions
        .iter()
        .map(|version| {
            let sources = opened.shown_sources(version);
            let findings = |found: &Diagnostic| json::to_json(found, &sources);
            let policy = version.policy.as_ref();
            json!({
                "programme": policy.map(|policy| &policy.programme.name),
                "version": policy.map(|policy| policy.version()),
                "hash": policy.map(|policy| policy.hash()),
                "findings": version.diagnostics.iter().map(findings).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({ "path": project.shown, "versions": versions })
}
