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

/// Stand-in until the splitter is merged: declarations are parsed whole.
#[must_use]
pub fn parse_file(source: &str, file: crate::source::FileId) -> ParsedFile {
    let tokens = lexer::lex(source);
    let layout = layout::layout(&tokens, source, file);
    let mut parsed = ParsedFile::default();
    let mut start = 0;
    let mut index = 0;
    let mut ranges = vec![];
    while let Some(piece) = layout.pieces.get(index) {
        let text = layout.piece_text(piece);
        if piece.kind == lexer::TokenKind::Newline || text == ";" {
            ranges.push(start..index);
            start = index + 1;
        } else if text == "{"
            && let Some(close) = piece.partner.and_then(|close| usize::try_from(close).ok())
        {
            index = close;
        }
        index += 1;
    }
    ranges.push(start..index);
    for range in ranges.into_iter().filter(|range| !range.is_empty()) {
        let canonical = layout.canonical(range);
        match parse::parse(parse::Production::Declaration, &canonical) {
            Ok(mut found) => {
                parsed.diagnostics.append(&mut found.diagnostics);
                if let parse::Tree::Declaration(decl) = found.tree {
                    parsed.file.decls.push(decl);
                }
            }
            Err(failure) => {
                let span = canonical.spans.get(failure.token).or(canonical.spans.last()).copied().unwrap_or_default();
                let text = crate::diagnostic::Text::new(format!("{:?}", failure.expected), "");
                parsed.diagnostics.push(crate::diagnostic::Diagnostic::error("E0000", text.clone(), span, text));
            }
        }
    }
    parsed
}
