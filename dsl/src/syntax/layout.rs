//! Tokens to canonical text: significant tokens only, one blank after each, half-width, on which `grammar.pest` works.
//!
//! Here it is decided which line ends end a clause. A line goes on if it ends in an operator, a comma, a colon or an open
//! bracket, or if the next one begins with what cannot begin a clause. Inside matched `( )` and `[ ]` no line end counts.
//! Positions are mapped back by token index, so that lexer and grammar cannot disagree about token edges.

use super::braces::{self, BraceSlip};
use super::lexer::{LexError, Token, TokenKind, lex};
use crate::source::{FileId, Span};
use std::ops::Range;

/// A significant token of a file, or a line end that ends a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// Its kind; slips whose meaning is plain are of the kind that was meant.
    pub kind: TokenKind,
    /// First byte in the source.
    pub start: u32,
    /// One past the last byte in the source; equal to `start` for a brace that was missing.
    pub end: u32,
    /// Where its canonical text stands in [`Layout::text`].
    at: u32,
    /// Length of its canonical text in bytes.
    length: u32,
    /// Blanks before it, if it is the first of its line.
    pub indent: Option<u32>,
    /// For a bracket, the index of its partner.
    pub partner: Option<u32>,
}

/// All pieces of a file.
#[derive(Debug, Clone, Default)]
pub struct Layout {
    /// The file.
    pub file: FileId,
    /// Significant tokens and line ends, brackets matched.
    pub pieces: Vec<Piece>,
    /// The canonical text of all pieces, one blank after each.
    pub text: String,
    /// Brackets without a partner; a missing brace has been put in its likely place.
    pub slips: Vec<BraceSlip>,
}

/// The canonical text of a run of pieces, which is what the grammar reads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Canonical {
    /// One blank after every token; a line end that counts is the token `\n`.
    pub text: String,
    /// Byte offset in `text` of each token.
    pub starts: Vec<u32>,
    /// Place in the source of each token.
    pub spans: Vec<Span>,
}

/// What stands for a clause, row, step or declaration that could not be read, and was reported.
pub const PLACEHOLDER: &str = "\u{FFFD}";

impl Canonical {
    /// Appends a token.
    pub fn push(&mut self, token: &str, span: Span) {
        self.starts.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        self.spans.push(span);
        self.text.push_str(token);
        self.text.push(' ');
    }

    /// The canonical text of a token by its index; empty behind the last.
    #[must_use]
    pub fn token(&self, index: usize) -> &str {
        self.run(index, index.saturating_add(1))
    }

    /// The canonical text of a run of tokens, one blank between them; empty behind the last.
    #[must_use]
    pub fn run(&self, first: usize, end: usize) -> &str {
        let at = |index: usize| self.starts.get(index).and_then(|&at| usize::try_from(at).ok());
        let Some(start) = at(first) else { return "" };
        let end = at(end).unwrap_or(self.text.len()).saturating_sub(1);
        self.text.get(start..end).unwrap_or_default()
    }
}

/// The canonical text of some of a file's tokens.
#[must_use]
pub fn canonical(tokens: &[Token], text: &str, range: Range<usize>, file: FileId) -> Canonical {
    let layout = layout(tokens.get(range).unwrap_or_default(), text, file);
    layout.canonical(0..layout.pieces.len())
}

/// The canonical text of a whole text, for tests and tools.
#[must_use]
pub fn canonical_of(text: &str) -> Canonical {
    let tokens = lex(text);
    canonical(&tokens, text, 0..tokens.len(), FileId::default())
}

/// Lays a file out.
#[must_use]
pub fn layout(tokens: &[Token], text: &str, file: FileId) -> Layout {
    let mut layout = Layout { file, ..Layout::default() };
    layout.collect(tokens, text);
    let slips = braces::mend(&mut layout);
    layout.slips = slips;
    layout.drop_line_ends();
    layout
}

impl Layout {
    /// The canonical text of a piece.
    #[must_use]
    pub fn piece_text(&self, piece: &Piece) -> &str {
        let (at, length) = (usize::try_from(piece.at).unwrap_or(0), usize::try_from(piece.length).unwrap_or(0));
        self.text.get(at..at.saturating_add(length)).unwrap_or_default()
    }

    /// The canonical text of the piece with this index; empty where there is none.
    #[must_use]
    pub fn word(&self, index: usize) -> &str {
        self.pieces.get(index).map_or("", |piece| self.piece_text(piece))
    }

    /// Where a piece stands; behind the last one, the end of the last one.
    #[must_use]
    pub fn span(&self, index: usize) -> Span {
        match (self.pieces.get(index), self.pieces.last()) {
            (Some(piece), _) => Span::new(self.file, piece.start, piece.end),
            (None, Some(last)) => Span::new(self.file, last.end, last.end),
            (None, None) => Span::new(self.file, 0, 0),
        }
    }

    /// Where a run of pieces stands.
    #[must_use]
    pub fn span_of(&self, range: Range<usize>) -> Span {
        let last = range.end.saturating_sub(1).max(range.start);
        self.span(range.start).to(self.span(last))
    }

    /// The canonical text of a run of pieces.
    #[must_use]
    pub fn canonical(&self, range: Range<usize>) -> Canonical {
        let mut canonical = Canonical::default();
        for index in range {
            canonical.push(self.word(index), self.span(index));
        }
        canonical
    }

    /// A piece that stands nowhere in the text: a brace that was missing at `at`.
    pub(super) fn missing(&mut self, brace: &str, at: u32) -> Piece {
        self.write(TokenKind::Punct, brace, at, at, None)
    }

    fn write(&mut self, kind: TokenKind, canonical: &str, start: u32, end: u32, indent: Option<u32>) -> Piece {
        let at = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        self.text.push_str(canonical);
        self.text.push(' ');
        Piece { kind, start, end, at, length: u32::try_from(canonical.len()).unwrap_or(0), indent, partner: None }
    }

    /// Every significant token and every line end, with the indentation of the first token of each line.
    fn collect(&mut self, tokens: &[Token], text: &str) {
        let mut indent = Some(0);
        let mut canonical = String::new();
        for token in tokens {
            match token.kind {
                TokenKind::Blank if indent.is_some() => {
                    indent = u32::try_from(token.slice(text).chars().count()).ok();
                }
                TokenKind::Blank | TokenKind::Comment | TokenKind::Error(LexError::Stray) => {}
                TokenKind::Newline => {
                    indent = Some(0);
                    if self.pieces.last().is_some_and(|last| last.kind != TokenKind::Newline) {
                        let piece = self.write(TokenKind::Newline, "\n", token.start, token.end, None);
                        self.pieces.push(piece);
                    }
                }
                kind => {
                    canonical.clear();
                    token.write_canonical(text, &mut canonical);
                    if !canonical.is_empty() {
                        let piece =
                            self.write(meant(kind, &canonical), &canonical, token.start, token.end, indent.take());
                        self.pieces.push(piece);
                    }
                }
            }
        }
    }

    /// Makes two brackets partners.
    pub(super) fn set_partners(&mut self, open: usize, close: usize) {
        for (index, partner) in [(open, close), (close, open)] {
            if let Some(piece) = self.pieces.get_mut(index) {
                piece.partner = u32::try_from(partner).ok();
            }
        }
    }

    /// Leaves out pieces; partners are found again.
    pub(super) fn keep(&mut self, mut wanted: impl FnMut(usize, &Piece) -> bool) {
        let mut places: Vec<Option<u32>> = Vec::with_capacity(self.pieces.len());
        let mut kept: Vec<Piece> = Vec::with_capacity(self.pieces.len());
        for (index, piece) in self.pieces.iter().enumerate() {
            let stays = wanted(index, piece);
            places.push(if stays { u32::try_from(kept.len()).ok() } else { None });
            if stays {
                kept.push(*piece);
            }
        }
        for piece in &mut kept {
            let old = piece.partner.and_then(|old| usize::try_from(old).ok());
            piece.partner = old.and_then(|old| places.get(old).copied().flatten());
        }
        self.pieces = kept;
    }

    /// Leaves out the line ends that end no clause.
    fn drop_line_ends(&mut self) {
        let mut dropped: Vec<bool> = Vec::with_capacity(self.pieces.len());
        let mut open: Vec<bool> = Vec::new();
        let mut before: Option<&Piece> = None;
        for (index, piece) in self.pieces.iter().enumerate() {
            let drop = piece.kind == TokenKind::Newline
                && (open.last().is_some_and(|&round| round)
                    || before.is_none_or(|before| before.kind == TokenKind::Newline || self.goes_on_after(before))
                    || index.saturating_add(1) == self.pieces.len()
                    || self.goes_on_before(index.saturating_add(1)));
            dropped.push(drop);
            if drop {
                continue;
            }
            before = Some(piece);
            if piece.partner.is_some() {
                match self.piece_text(piece) {
                    "{" => open.push(false),
                    "(" | "[" => open.push(true),
                    _ => {
                        open.pop();
                    }
                }
            }
        }
        self.keep(|index, _| dropped.get(index) == Some(&false));
    }

    fn goes_on_after(&self, piece: &Piece) -> bool {
        match piece.kind {
            TokenKind::Punct => !matches!(self.piece_text(piece), "{" | "}" | ")" | "]" | ";" | "." | "?"),
            TokenKind::Word => ENDS_OPEN.contains(&self.piece_text(piece)),
            _ => false,
        }
    }

    fn goes_on_before(&self, index: usize) -> bool {
        let Some(piece) = self.pieces.get(index) else { return false };
        match piece.kind {
            TokenKind::Punct => {
                matches!(
                    self.piece_text(piece),
                    "=>" | "," | "=" | "!=" | "<" | "<=" | ">" | ">=" | "+" | "*" | "/" | "{"
                )
            }
            TokenKind::Word => match self.piece_text(piece) {
                "per" => matches!(self.word(index.saturating_add(1)), "full" | "started"),
                "每" => matches!(self.word(index.saturating_add(1)), "满" | "起"),
                word => BEGINS_OPEN.contains(&word),
            },
            _ => false,
        }
    }
}

/// Words after which a line goes on: they want an operand.
pub static ENDS_OPEN: &[&str] = &[
    "and",
    "or",
    "not",
    "is",
    "in",
    "per",
    "full",
    "above",
    "into",
    "when",
    "while",
    "to",
    "by",
    "from",
    "until",
    "with",
    "且",
    "或",
    "非",
    "为",
    "不为",
    "属于",
    "不属于",
    "的",
    "之",
    "每",
    "满",
    "按",
    "超过",
    "入",
    "给",
    "得",
    "当",
    "只要",
    "应有",
    "自",
    "从",
    "至",
    "到",
    "提高到",
    "另加",
    "降到",
    "将",
];

/// Words that begin no clause: a line that begins with one goes on from the line before.
pub static BEGINS_OPEN: &[&str] = &[
    "and",
    "or",
    "is",
    "else",
    "into",
    "while",
    "above",
    "且",
    "或",
    "为",
    "不为",
    "属于",
    "不属于",
    "否则拒绝",
    "入",
    "只要",
    "超过",
    "的",
];

/// The kind that was meant by a slip.
fn meant(kind: TokenKind, canonical: &str) -> TokenKind {
    match kind {
        TokenKind::Error(LexError::FullStop) => TokenKind::Punct,
        TokenKind::Error(LexError::OpenText) => TokenKind::Text,
        TokenKind::Error(LexError::DateForm) => TokenKind::Date,
        TokenKind::Error(LexError::ForeignOperator) if canonical.starts_with(|c: char| c.is_alphabetic()) => {
            TokenKind::Word
        }
        TokenKind::Error(LexError::ForeignOperator) => TokenKind::Punct,
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical_text(text: &str) -> String {
        canonical_of(text).text
    }

    #[test]
    fn a_clause_ends_with_its_line() {
        assert_eq!(
            canonical_text("rule a \"甲\" on Purchase {\n  earn 1 Star per full 1 MOP of amount // 每满\n\n}\n"),
            "rule a \"甲\" on Purchase { \n earn 1 Star per full 1 MOP of amount \n } "
        );
    }

    #[test]
    fn a_line_goes_on_after_and_before_operators() {
        assert_eq!(canonical_text("a and\nb"), "a and b ");
        assert_eq!(canonical_text("金额\n  且 乙"), "金额 且 乙 ");
        assert_eq!(canonical_text("earn 1 Star\n  per full 1 MOP"), "earn 1 Star per full 1 MOP ");
        assert_eq!(canonical_text("得 1 积分\n每满 1 元"), "得 1 积分 每 满 1 元 ");
        assert_eq!(canonical_text("得 1 积分\n每客户 一次"), "得 1 积分 \n 每 客户 一次 ");
        assert_eq!(canonical_text("earn 1 Star\nper customer once"), "earn 1 Star \n per customer once ");
        assert_eq!(canonical_text("a\n- b"), "a \n - b ");
        assert_eq!(canonical_text("Deposit { }\n  => earn 1 Star"), "Deposit { } => earn 1 Star ");
        assert_eq!(canonical_text("refunds: pending first,\n may overdraw"), "refunds : pending first , may overdraw ");
        assert_eq!(canonical_text("rule a on B\n{\n}"), "rule a on B { \n } ");
    }

    #[test]
    fn inside_matched_brackets_no_line_end_counts() {
        assert_eq!(canonical_text("{ sum of (\n  a,\n  b\n)\n}"), "{ sum of ( a , b ) \n } ");
        assert_eq!(canonical_text("{ when (a\n earn 1 Star\n }"), "{ when a \n earn 1 Star \n } ");
        assert_eq!(canonical_text("[ 10 days { a: 1\n b: 2 }\n ]"), "[ 10 days { a : 1 \n b : 2 } ] ");
    }

    #[test]
    fn places_are_those_of_the_source() {
        let text = "当 金额 ≥ 1０ 元。\n";
        let canonical = canonical_of(text);
        assert_eq!(canonical.text, "当 金额 >= 10 元 ; ");
        let slices: Vec<_> = canonical
            .spans
            .iter()
            .map(|s| text.get(usize::try_from(s.start).unwrap()..usize::try_from(s.end).unwrap()).unwrap())
            .collect();
        assert_eq!(slices, ["当", "金额", "≥", "1０", "元", "。"]);
        assert_eq!(canonical.token(3), "10");
        assert_eq!(canonical.token(6), "");
        assert_eq!(canonical.starts.len(), 6);
    }
}
