//! Findings as the client shows them, and the changes that mend them.

use super::desk::{Programme, View};
use super::text::Encoding;
use earnest_dsl::diagnostic::{Diagnostic as Finding, Fix, Language, Severity};
use earnest_dsl::source::Span;
use gen_lsp_types::{
    Code, CodeAction, CodeActionKind, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag,
    Range, TextEdit, Uri, WorkspaceEdit,
};
use std::collections::{BTreeMap, HashMap};

/// Who tells the findings.
pub const SOURCE: &str = "earnest";

/// The findings of a programme by file; files without findings are listed too, so that old ones go.
#[must_use]
pub fn findings(programme: &Programme, encoding: Encoding, language: Language) -> BTreeMap<String, Vec<Diagnostic>> {
    let mut told: BTreeMap<String, Vec<Diagnostic>> = BTreeMap::new();
    for view in programme.views(encoding) {
        let path = view.loaded.sources.get(view.file).map(|source| source.path.clone()).unwrap_or_default();
        let own = view.loaded.diagnostics.iter().filter(|found| found.span().file == view.file);
        let mut list: Vec<Diagnostic> = own.map(|found| diagnostic(&view, found, language)).collect();
        list.sort_by_key(|found| found.range);
        told.insert(path, list);
    }
    told
}

fn diagnostic(view: &View<'_>, found: &Finding, language: Language) -> Diagnostic {
    let mut message = found.message.get(language).to_owned();
    let label = found.marks.first().map(|mark| mark.text.get(language)).filter(|label| !label.is_empty());
    for more in label.into_iter().chain(found.help.iter().map(|help| help.get(language))) {
        message.push('\n');
        message.push_str(more);
    }
    let others = found.marks.iter().skip(1).filter_map(|mark| {
        let location = view.location(mark.span)?;
        Some(DiagnosticRelatedInformation { location, message: mark.text.get(language).to_owned() })
    });
    let related: Vec<DiagnosticRelatedInformation> = others.collect();
    Diagnostic {
        range: view.lines.range(found.span()),
        severity: Some(match found.severity {
            Severity::Error => DiagnosticSeverity::Error,
            Severity::Warning => DiagnosticSeverity::Warning,
        }),
        code: Some(Code::String(found.code.to_owned())),
        code_description: None,
        source: Some(SOURCE.to_owned()),
        message: message.into(),
        tags: unnecessary(found).then(|| vec![DiagnosticTag::Unnecessary]),
        related_information: (!related.is_empty()).then_some(related),
        data: None,
    }
}

/// Whether a finding says that its place is not needed: editors fade it.
fn unnecessary(found: &Finding) -> bool {
    found.severity == Severity::Warning && found.fix.as_ref().is_some_and(|fix| fix.replacement.is_empty())
}

/// The mending changes in a range of a file: one for each finding that has one, and one for all of them.
#[must_use]
pub fn actions(view: &View<'_>, uri: &Uri, range: Range, language: Language) -> Vec<CodeAction> {
    let touches = |span: Span| {
        let place = view.lines.range(span);
        place.start <= range.end && range.start <= place.end
    };
    let own: Vec<(&Finding, &Fix)> = view
        .loaded
        .diagnostics
        .iter()
        .filter_map(|found| Some((found, found.fix.as_ref()?)))
        .filter(|(_, fix)| fix.span.file == view.file)
        .collect();
    let mut actions: Vec<CodeAction> = own
        .iter()
        .filter(|(found, fix)| touches(found.span()) || touches(fix.span))
        .map(|(found, fix)| {
            let title = found.help.first().unwrap_or(&found.message).get(language).to_owned();
            let told = vec![diagnostic(view, found, language)];
            action(title, CodeActionKind::QuickFix, uri, vec![edit(view, fix)], Some(told))
        })
        .collect();
    let all = apart(own.iter().map(|(_, fix)| *fix));
    if !all.is_empty() {
        let title = match language {
            Language::English => "mend all findings that have a fix".to_owned(),
            Language::Chinese => "修正所有可自动修正的问题".to_owned(),
        };
        let edits = all.into_iter().map(|fix| edit(view, fix)).collect();
        actions.push(action(title, CodeActionKind::SourceFixAll, uri, edits, None));
    }
    actions
}

/// Fixes that do not touch each other, from the first on.
fn apart<'f>(fixes: impl Iterator<Item = &'f Fix>) -> Vec<&'f Fix> {
    let mut sorted: Vec<&Fix> = fixes.collect();
    sorted.sort_by_key(|fix| (fix.span.key(), &fix.replacement));
    let mut kept: Vec<&Fix> = Vec::new();
    for fix in sorted {
        let free = kept.last().is_none_or(|last| {
            last.span.end < fix.span.start || (last.span.end == fix.span.start && last.span.start != fix.span.start)
        });
        if free {
            kept.push(fix);
        }
    }
    kept
}

fn edit(view: &View<'_>, fix: &Fix) -> TextEdit {
    TextEdit { range: view.lines.range(fix.span), new_text: fix.replacement.clone() }
}

fn action(
    title: String,
    kind: CodeActionKind,
    uri: &Uri,
    edits: Vec<TextEdit>,
    diagnostics: Option<Vec<Diagnostic>>,
) -> CodeAction {
    let changes = HashMap::from([(uri.clone(), edits)]);
    let is_preferred = (kind == CodeActionKind::QuickFix).then_some(true);
    CodeAction {
        title,
        kind: Some(kind),
        diagnostics,
        is_preferred,
        disabled: None,
        edit: Some(WorkspaceEdit { changes: Some(changes), document_changes: None, change_annotations: None }),
        command: None,
        data: None,
        tags: None,
    }
}
