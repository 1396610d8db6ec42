//! Diagnostics as SARIF 2.1.0, the format of code scanning services.
//!
//! Columns count characters, as everywhere here. The types of the format have a crate (`serde-sarif`), which generates them from
//! the schema while it is built; the few members used here are written as they stand in the standard, and a test validates them.

use super::{Diagnostic, Fix, Language, Severity, pages};
use crate::source::{Sources, Span};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value as Json, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// Why a result is not to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Suppressed {
    /// A comment in the text allows it, with this reason.
    InSource(String),
    /// It is among the old findings of a baseline.
    Baseline,
}

/// A diagnostic to be written.
#[derive(Debug, Clone)]
pub struct Entry<'d> {
    /// What was found.
    pub diagnostic: &'d Diagnostic,
    /// The files that it points into, under the paths to be written.
    pub sources: &'d Sources,
    /// Why it is not to be shown, where it is not.
    pub suppressed: Option<Suppressed>,
    /// Events that show it, as policy text.
    pub witness: Option<String>,
    /// What its fix changes in the meaning, where it changes anything.
    pub changes: Option<String>,
}

/// A whole log with one run. `version` is that of the tool.
#[must_use]
pub fn log(entries: &[Entry<'_>], version: &str, language: Language) -> Json {
    let codes: BTreeSet<&str> = entries.iter().map(|entry| entry.diagnostic.code).collect();
    let codes: Vec<&str> = codes.into_iter().collect();
    let results: Vec<Json> = entries.iter().map(|entry| result(entry, &codes, language)).collect();
    let language = match language {
        Language::English => "en",
        Language::Chinese => "zh-CN",
    };
    let rules: Vec<Json> = codes.iter().map(|code| rule(code, language)).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "earnest", "version": version, "rules": rules } },
            "language": language,
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

/// A code as a rule, with its page.
fn rule(code: &str, language: &str) -> Json {
    let page = pages::page(code);
    let text = page.map_or(code, |page| if language == "en" { page.en } else { page.zh });
    let (title, body) = text.split_once('\n').unwrap_or((text, ""));
    let level = if code.starts_with('W') { "warning" } else { "error" };
    let full = if body.trim().is_empty() { title } else { body.trim() };
    json!({
        "id": code,
        "shortDescription": { "text": title },
        "fullDescription": { "text": full },
        "help": { "text": format!("earnest explain {code}") },
        "defaultConfiguration": { "level": level },
    })
}

fn result(entry: &Entry<'_>, codes: &[&str], language: Language) -> Json {
    let Entry { diagnostic, sources, .. } = entry;
    let label = diagnostic.marks.first().map(|mark| mark.text.get(language)).filter(|label| !label.is_empty());
    let text: Vec<&str> = std::iter::once(diagnostic.message.get(language))
        .chain(label)
        .chain(diagnostic.help.iter().map(|help| help.get(language)))
        .collect();
    let related = diagnostic.marks.iter().skip(1).filter_map(|mark| {
        let place = physical(mark.span, sources)?;
        Some(json!({ "physicalLocation": place, "message": { "text": mark.text.get(language) } }))
    });
    let related: Vec<Json> = related.collect();
    let mut object = Map::new();
    object.insert("ruleId".to_owned(), json!(diagnostic.code));
    object.insert("ruleIndex".to_owned(), json!(codes.iter().position(|code| *code == diagnostic.code)));
    object.insert(
        "level".to_owned(),
        json!(match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        }),
    );
    object.insert("message".to_owned(), json!({ "text": text.join("\n") }));
    if let Some(place) = physical(diagnostic.span(), sources) {
        object.insert("locations".to_owned(), json!([{ "physicalLocation": place }]));
    }
    if !related.is_empty() {
        object.insert("relatedLocations".to_owned(), Json::Array(related));
    }
    object.insert("partialFingerprints".to_owned(), json!({ "earnest/v1": fingerprint(diagnostic, sources) }));
    if let Some(fix) = &diagnostic.fix
        && let Some(fix) = fix_json(fix, entry.changes.as_deref(), sources, language)
    {
        object.insert("fixes".to_owned(), json!([fix]));
    }
    if let Some(suppressed) = &entry.suppressed {
        let json = match suppressed {
            Suppressed::InSource(reason) => json!({ "kind": "inSource", "justification": reason }),
            Suppressed::Baseline => json!({ "kind": "external" }),
        };
        object.insert("suppressions".to_owned(), json!([json]));
    }
    if let Some(witness) = &entry.witness {
        object.insert("properties".to_owned(), json!({ "witness": witness }));
    }
    Json::Object(object)
}

/// What stays the same when lines move: the code, the message, the file and the text of the line.
#[must_use]
pub fn fingerprint(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let span = diagnostic.span();
    let source = sources.get(span.file);
    let path = source.map_or("", |source| source.path.as_str());
    let line = source.map_or("", |source| line_of(&source.text, span.start));
    let digest = Sha256::digest([diagnostic.code, &diagnostic.message.en, path, line].join("\n").as_bytes());
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

fn line_of(text: &str, byte: u32) -> &str {
    let at = usize::try_from(byte).unwrap_or(0).min(text.len());
    let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end.saturating_add(1));
    text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default().trim()
}

fn fix_json(fix: &Fix, changes: Option<&str>, sources: &Sources, language: Language) -> Option<Json> {
    let source = sources.get(fix.span.file)?;
    let told = match (changes, language) {
        (Some(changes), _) => changes.to_owned(),
        (None, Language::English) => "the policy means the same".to_owned(),
        (None, Language::Chinese) => "方案的含义不变".to_owned(),
    };
    Some(json!({
        "description": { "text": told },
        "artifactChanges": [{
            "artifactLocation": { "uri": uri(&source.path) },
            "replacements": [{
                "deletedRegion": region(fix.span, sources)?,
                "insertedContent": { "text": fix.replacement },
            }],
        }],
    }))
}

fn physical(span: Span, sources: &Sources) -> Option<Json> {
    let source = sources.get(span.file)?;
    Some(json!({ "artifactLocation": { "uri": uri(&source.path) }, "region": region(span, sources)? }))
}

fn region(span: Span, sources: &Sources) -> Option<Json> {
    let source = sources.get(span.file)?;
    let (line, column) = source.line_column(span.start);
    let (end_line, end_column) = source.line_column(span.end);
    Some(json!({ "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column }))
}

/// A path as the reference that the format wants.
fn uri(path: &str) -> String {
    const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');
    utf8_percent_encode(path, KEPT).to_string()
}
