//! Diagnostics for machines: one JSON object each.

use super::{Diagnostic, Text};
use crate::source::{Sources, Span};
use serde_json::{Value, json};

/// The JSON of one diagnostic: code, severity, message in both languages, marks with places, help and fix.
#[must_use]
pub fn to_json(diagnostic: &Diagnostic, sources: &Sources) -> Value {
    json!({
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "message": diagnostic.message,
        "marks": diagnostic.marks.iter().map(|mark| mark_json(mark.span, &mark.text, sources)).collect::<Vec<_>>(),
        "help": diagnostic.help,
        "fix": diagnostic.fix.as_ref().map(|fix| json!({ "place": place(fix.span, sources), "replacement": fix.replacement })),
    })
}

fn mark_json(span: Span, text: &Text, sources: &Sources) -> Value {
    json!({ "place": place(span, sources), "text": text })
}

/// File, byte range, and line and column (from 1, in characters) of both ends.
#[must_use]
pub fn place(span: Span, sources: &Sources) -> Value {
    let Some(source) = sources.get(span.file) else { return Value::Null };
    let (line, column) = source.line_column(span.start);
    let (end_line, end_column) = source.line_column(span.end);
    json!({
        "file": source.path, "start": span.start, "end": span.end,
        "line": line, "column": column, "end_line": end_line, "end_column": end_column,
    })
}
