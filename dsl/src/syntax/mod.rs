//! Text to tree. Parsing is total: a tree and diagnostics, never a failure.
//!
//! [`lexer`] makes a lossless token stream, [`layout`] says where clauses end, [`split`] cuts a file into declarations and
//! clauses, `grammar.pest` is the grammar of the language and [`build`] turns its pairs into the [`ast`].
//! [`keywords`] is the table of roles in English and Chinese. The formatter ([`format`]) works on the token stream.

pub mod ast;
pub mod braces;
mod build;
pub mod keywords;
pub mod layout;
pub mod lexer;
pub mod parse;

/// A parsed file.
#[derive(Debug, Clone, Default)]
pub struct ParsedFile {
    /// The tree.
    pub file: ast::File,
    /// Findings.
    pub diagnostics: Vec<crate::diagnostic::Diagnostic>,
}

fn failed(canonical: &layout::Canonical, failure: &parse::Failure) -> crate::diagnostic::Diagnostic {
    let wanted: Vec<String> = failure.expected.iter().map(|role| keywords::called(role).map_or_else(|| (*role).to_owned(), |text| text.en)).collect();
    let text = crate::diagnostic::Text::new(format!("at `{}` expected {}", canonical.token(failure.token), wanted.join(", ")), "");
    let span = canonical.spans.get(failure.token).copied().or(canonical.spans.last().copied()).unwrap_or_default();
    crate::diagnostic::Diagnostic::error("E0000", text.clone(), span, text)
}

/// Stand-in until the parser is merged.
#[must_use]
pub fn parse_file(source: &str, file: crate::source::FileId) -> ParsedFile {
    let whole = layout::canonical_of(source);
    let mut all = vec![];
    let mut one = layout::Canonical::default();
    let mut depth = 0_u32;
    for (index, span) in whole.spans.iter().enumerate() {
        let token = whole.token(index);
        match token {
            "{" => depth = depth.saturating_add(1),
            "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if token == "\n" && depth == 0 {
            all.push(std::mem::take(&mut one));
        } else {
            one.push(token, crate::source::Span { file, ..*span });
        }
    }
    all.push(one);
    let mut out = ParsedFile::default();
    for one in all.iter().filter(|one| !one.text.is_empty()) {
        match parse::parse(parse::Production::Declaration, one) {
            Ok(parsed) => {
                out.diagnostics.extend(parsed.diagnostics);
                if let parse::Tree::Declaration(decl) = parsed.tree { out.file.decls.push(decl); }
            }
            Err(failure) => out.diagnostics.push(failed(one, &failure)),
        }
    }
    out
}

/// Stand-in until the parser is merged.
#[must_use]
pub fn parse_expression(
    source: &str,
    _file: crate::source::FileId,
) -> (Option<ast::Expr>, Vec<crate::diagnostic::Diagnostic>) {
    let one = layout::canonical_of(source);
    match parse::parse(parse::Production::Expression, &one) {
        Ok(parse::Parsed { tree: parse::Tree::Expression(expr), diagnostics, .. }) => (Some(expr), diagnostics),
        _ => (None, vec![]),
    }
}
