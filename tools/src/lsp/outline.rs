//! The outline of a file, what of it can be folded, and what a selection grows to.

use super::declared::{self, Declaration, What};
use super::desk::View;
use super::hover::word;
use super::text::Lines;
use earnest_dsl::diagnostic::Language;
use earnest_dsl::source::{FileId, Span};
use earnest_dsl::syntax::layout::layout;
use earnest_dsl::syntax::lexer::{Token, TokenKind, lex};
use gen_lsp_types::{DocumentSymbol, FoldingRange, FoldingRangeKind, Position, SelectionRange, SymbolKind};

/// The declarations of a file as a tree.
#[must_use]
pub fn symbols(view: &View<'_>, language: Language) -> Vec<DocumentSymbol> {
    let all = declared::declarations(&view.tree.decls);
    all.iter().map(|one| symbol(view, one, language)).collect()
}

#[allow(deprecated, reason = "the protocol's structure has the field still")]
fn symbol(view: &View<'_>, one: &Declaration<'_>, language: Language) -> DocumentSymbol {
    let label = one.labels.first().map(|label| label.text.as_str()).unwrap_or_default();
    let detail = format!("{} {label}", word(one.what, language));
    let children: Vec<DocumentSymbol> = one.inner.iter().map(|inner| symbol(view, inner, language)).collect();
    DocumentSymbol {
        name: one.name.to_owned(),
        detail: Some(detail.trim_end().to_owned()),
        kind: symbol_kind(one.what),
        tags: None,
        deprecated: None,
        range: view.lines.range(one.whole),
        selection_range: view.lines.range(one.place),
        children: (!children.is_empty()).then_some(children),
    }
}

/// The protocol's kind for a sort of declaration: it decides the picture beside the name.
#[must_use]
pub fn symbol_kind(what: What) -> SymbolKind {
    match what {
        What::Programme | What::Library => SymbolKind::Module,
        What::Campaign => SymbolKind::Namespace,
        What::Kind | What::Schedule => SymbolKind::Event,
        What::Field | What::Fact => SymbolKind::Field,
        What::Enum | What::Tiers => SymbolKind::Enum,
        What::Value | What::Tier => SymbolKind::EnumMember,
        What::Subject | What::Points | What::Pool => SymbolKind::Class,
        What::Quantity | What::Currency => SymbolKind::Number,
        What::Codes | What::Calendar => SymbolKind::Array,
        What::Definition | What::Parameter => SymbolKind::Constant,
        What::Measure | What::Figure | What::Period => SymbolKind::Variable,
        What::Group | What::Ranking => SymbolKind::Interface,
        What::Rule | What::Notice => SymbolKind::Function,
        What::Catalogue | What::Request(_) => SymbolKind::Object,
        What::Item => SymbolKind::Property,
        What::Test | What::Examples(_) => SymbolKind::Method,
    }
}

/// Blocks of more than one line, and runs of comments.
#[must_use]
pub fn folds(lines: &Lines) -> Vec<FoldingRange> {
    let text = lines.text();
    let tokens = lex(text);
    let layout = layout(&tokens, text, FileId::default());
    let mut found: Vec<FoldingRange> = Vec::new();
    for piece in &layout.pieces {
        let close = piece.partner.and_then(|at| usize::try_from(at).ok()).and_then(|at| layout.pieces.get(at));
        if let Some(close) = close.filter(|close| layout.piece_text(piece) == "{" && close.start > piece.start) {
            let (start, end) = (lines.position(piece.start).line, lines.position(close.start).line);
            if end > start {
                // The line of the closing brace stays to be seen.
                found.push(fold(start, end.saturating_sub(1).max(start), None));
            }
        }
    }
    found.extend(comment_folds(lines, &tokens));
    found.sort_by_key(|one| (one.start_line, one.end_line));
    found
}

fn fold(start_line: u32, end_line: u32, kind: Option<FoldingRangeKind>) -> FoldingRange {
    FoldingRange { start_line, start_character: None, end_line, end_character: None, kind, collapsed_text: None }
}

/// Two or more lines that are nothing but comment.
fn comment_folds(lines: &Lines, tokens: &[Token]) -> Vec<FoldingRange> {
    let mut found = Vec::new();
    let mut run: Option<(u32, u32)> = None;
    let mut first_of_line = true;
    for token in tokens {
        match token.kind {
            TokenKind::Newline => first_of_line = true,
            TokenKind::Blank => {}
            TokenKind::Comment if first_of_line => {
                let line = lines.position(token.start).line;
                run = match run {
                    Some((start, end)) if end.saturating_add(1) == line => Some((start, line)),
                    before => {
                        found.extend(before);
                        Some((line, line))
                    }
                };
                first_of_line = false;
            }
            _ => first_of_line = false,
        }
    }
    found.extend(run);
    let long = found.into_iter().filter(|(start, end)| end > start);
    long.map(|(start, end)| fold(start, end, Some(FoldingRangeKind::Comment))).collect()
}

/// What a selection grows to: the word, the clause's line, each block around it, the declaration, the file.
#[must_use]
pub fn selection(lines: &Lines, position: Position) -> SelectionRange {
    let text = lines.text();
    let byte = lines.byte(position);
    let tokens = lex(text);
    let layout = layout(&tokens, text, FileId::default());
    let mut spans: Vec<Span> = vec![Span::new(FileId::default(), 0, u32::try_from(text.len()).unwrap_or(u32::MAX))];
    for piece in &layout.pieces {
        let close = piece.partner.and_then(|at| usize::try_from(at).ok()).and_then(|at| layout.pieces.get(at));
        if let Some(close) = close.filter(|close| piece.start <= byte && byte <= close.end && close.start > piece.start)
        {
            let inside = Span::new(FileId::default(), piece.end, close.start);
            let whole = Span::new(FileId::default(), piece.start, close.end);
            spans.push(whole);
            if piece.end <= byte && byte <= close.start {
                spans.push(inside);
            }
        }
    }
    let line = lines.range(Span::new(FileId::default(), byte, byte)).start.line;
    let start = lines.byte(Position { line, character: 0 });
    let end = lines.byte(Position { line, character: u32::MAX });
    let indent = lines.slice(start, end).len().saturating_sub(lines.slice(start, end).trim_start().len());
    spans.push(Span::new(FileId::default(), start.saturating_add(u32::try_from(indent).unwrap_or(0)), end));
    let word = tokens.iter().find(|token| token.start <= byte && byte <= token.end && token.is_significant());
    spans.extend(word.map(|token| Span::new(FileId::default(), token.start, token.end)));
    spans.sort_by_key(|span| std::cmp::Reverse(span.end.saturating_sub(span.start)));
    let mut grown: Option<SelectionRange> = None;
    for span in spans {
        // Each holds the one before it, else it is none of the cursor's.
        let range = lines.range(span);
        let fits = grown.as_ref().is_none_or(|outer| outer.range.start <= range.start && range.end <= outer.range.end);
        if fits && grown.as_ref().is_none_or(|outer| outer.range != range) && span.start <= byte && byte <= span.end {
            grown = Some(SelectionRange { range, parent: grown.map(Box::new) });
        }
    }
    grown.unwrap_or(SelectionRange { range: lines.whole(), parent: None })
}
