//! Stand-in until recovery is merged.
use super::layout::{Canonical, canonical_of};
use super::parse::{Production, Tree, parse};
use super::{ast, keywords};
use crate::diagnostic::{Diagnostic, Text};
use crate::source::{FileId, Span};

/// A parsed file.
#[derive(Debug, Clone, Default)]
pub struct ParsedFile {
    /// The tree.
    pub file: ast::File,
    /// Findings.
    pub diagnostics: Vec<Diagnostic>,
}
fn in_file(mut one: Canonical, file: FileId) -> Canonical {
    for span in &mut one.spans { *span = Span::new(file, span.start, span.end); }
    one
}
/// Parse.
#[must_use]
pub fn parse_file(source: &str, file: FileId) -> ParsedFile {
    let whole = in_file(canonical_of(source), file);
    let mut all = vec![];
    let mut one = Canonical::default();
    let mut depth = 0_u32;
    for (index, span) in whole.spans.iter().enumerate() {
        let token = whole.token(index);
        match token { "{" => depth += 1, "}" => depth = depth.saturating_sub(1), _ => {} }
        if token == "\n" && depth == 0 { all.push(std::mem::take(&mut one)); } else { one.push(token, *span); }
    }
    all.push(one);
    all.retain(|one| !one.text.is_empty());
    let mut parsed = ParsedFile::default();
    for one in &all {
        match parse(Production::Declaration, one) {
            Ok(p) => { parsed.diagnostics.extend(p.diagnostics); if let Tree::Declaration(d) = p.tree { parsed.file.decls.push(d); } }
            Err(f) => {
                let wanted: Vec<String> = f.expected.iter().map(|r| keywords::called(r).map_or_else(|| (*r).to_owned(), |t| t.en)).collect();
                parsed.diagnostics.push(Diagnostic::error("E0100", Text::new("syntax", "syntax"), one.spans.get(f.token).copied().unwrap_or_default(), Text::new(wanted.join(", "), "")));
                parsed.file.decls.push(ast::Decl { kind: ast::DeclKind::Broken, span: Span::default() });
            }
        }
    }
    parsed
}
/// Parse.
#[must_use]
pub fn parse_expression(source: &str, file: FileId) -> (Option<ast::Expr>, Vec<Diagnostic>) {
    match parse(Production::Expression, &in_file(canonical_of(source), file)) {
        Ok(p) => (if let Tree::Expression(e) = p.tree { Some(e) } else { None }, p.diagnostics),
        Err(_) => (None, vec![Diagnostic::error("E0100", Text::new("syntax", "syntax"), Span::new(file, 0, 0), Text::new("", ""))]),
    }
}
