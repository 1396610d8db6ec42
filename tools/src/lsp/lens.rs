//! Tests where they stand: a lens above each that runs it, and what came of the run.

use super::declared::{self, What};
use super::desk::{Programme, View};
use earnest_dsl::diagnostic::Language;
use earnest_dsl::policy::Policy;
use earnest_dsl::say;
use earnest_dsl::source::Span;
use earnest_ledger::Programme as Hosted;
use earnest_ledger::scenario::{self, Finding, Status};
use gen_lsp_types::{CodeLens, Command, Diagnostic, DiagnosticSeverity, Position, Range, Uri};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// The command that runs a test, or all tests of a file.
pub const RUN: &str = "earnest.runTest";

/// A lens for each test and each table of examples, and one for all of them.
#[must_use]
pub fn lenses(view: &View<'_>, uri: &Uri, language: Language) -> Vec<CodeLens> {
    let mut lenses = Vec::new();
    let all = declared::declarations(&view.tree.decls);
    declared::each(&all, &mut |one| {
        let title = match one.what {
            What::Test => say!(language, "▶ run test", "▶ 运行测试"),
            What::Examples(rows) => say!(language, "▶ run {rows} examples", "▶ 运行 {rows} 个样例"),
            _ => return,
        };
        lenses.push(lens(view.lines.range(one.whole), title, vec![json!(uri.0), json!(one.whole.start)]));
    });
    if lenses.len() > 1 {
        let start = Position { line: 0, character: 0 };
        let title = say!(language, "▶ run all tests of this file", "▶ 运行本文件的所有测试");
        lenses.insert(0, lens(Range { start, end: start }, title, vec![json!(uri.0)]));
    }
    lenses
}

fn lens(range: Range, title: String, arguments: Vec<Json>) -> CodeLens {
    let command = Command { title, tooltip: None, command: RUN.to_owned(), arguments: Some(arguments) };
    CodeLens { range, command: Some(command), data: None }
}

/// What came of a run.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// In one line, for the reader.
    pub summary: String,
    /// For the client, as JSON.
    pub json: Json,
    /// What went wrong, by file.
    pub findings: BTreeMap<String, Vec<Diagnostic>>,
    /// Whether all passed.
    pub passed: bool,
}

/// Runs the tests of a file, or the one that begins at a byte. Nothing runs while the programme has errors.
#[must_use]
pub fn run(view: &View<'_>, only: Option<u32>, language: Language) -> Outcome {
    let here = |span: Span| span.file == view.file && only.is_none_or(|start| within(view, span, start));
    let versions = &view.programme.loaded.versions;
    let policies: Option<Vec<Policy>> = versions.iter().map(|version| version.policy.clone()).collect();
    let Some(mut policies) = policies else {
        let summary = say!(language, "the programme has errors: no test was run", "方案有错误：未运行测试");
        return Outcome { json: json!({ "error": summary }), summary, ..Outcome::default() };
    };
    let own = view.loaded.policy.as_ref().map(Policy::version);
    for policy in &mut policies {
        if Some(policy.version()) == own {
            policy.scenarios.retain(|scenario| here(scenario.span));
        } else {
            policy.scenarios.clear();
        }
    }
    let Some(programme) = Hosted::new(policies) else { return Outcome::default() };
    let reports: Vec<_> = (0..versions.len()).flat_map(|at| scenario::run(&programme, at)).collect();
    let failed: Vec<&Finding> = reports.iter().flat_map(|report| &report.findings).collect();
    let count = |status: Status| reports.iter().filter(|report| report.status == status).count();
    let (passed, wrong) = (count(Status::Passed), count(Status::Failed));
    let summary = match wrong {
        0 => say!(language, "{passed} passed", "{passed} 个通过"),
        _ => say!(language, "{wrong} failed, {passed} passed", "{wrong} 个失败，{passed} 个通过"),
    };
    let json = json!({
        "passed": passed,
        "failed": wrong,
        "findings": failed.iter().map(|one| json!({ "place": one.place, "texts": one.texts })).collect::<Vec<_>>(),
    });
    Outcome { summary, json, findings: told(view.programme, &failed, language), passed: wrong == 0 && passed > 0 }
}

/// Whether a scenario stands in the declaration that begins at a byte: rows of examples are scenarios of their own.
fn within(view: &View<'_>, span: Span, start: u32) -> bool {
    let mut found = false;
    let all = declared::declarations(&view.tree.decls);
    declared::each(&all, &mut |one| {
        found |= one.whole.start == start && start <= span.start && span.end <= one.whole.end;
    });
    found
}

fn told(programme: &Programme, findings: &[&Finding], language: Language) -> BTreeMap<String, Vec<Diagnostic>> {
    let mut told: BTreeMap<String, Vec<Diagnostic>> = BTreeMap::new();
    for finding in findings {
        let mut parts = finding.place.rsplitn(3, ':');
        let (column, line, path) = (parts.next(), parts.next(), parts.next());
        let number = |text: Option<&str>| text.and_then(|text| text.parse::<u32>().ok()).unwrap_or(1).saturating_sub(1);
        let (line, character) = (number(line), number(column));
        let texts: Vec<&str> = finding.texts.iter().map(|text| text.get(language)).collect();
        let range = Range { start: Position { line, character }, end: Position { line, character: u32::MAX >> 1 } };
        told.entry(path.unwrap_or_default().to_owned()).or_default().push(Diagnostic {
            range,
            severity: Some(DiagnosticSeverity::Error),
            source: Some("earnest test".to_owned()),
            message: texts.join("\n").into(),
            ..Diagnostic::default()
        });
    }
    told.retain(|path, _| programme.folder.files.iter().any(|file| file.path == *path));
    told
}
