//! The one layout of policy text: blanks, indentation and half-width forms; words, comments and line breaks stay the author's.
//! In lines that follow each other, what is expected (`=>`) and what is remarked (`// ...`) stands in columns.
//!
//! Works on the lossless tokens. The result is given only if it is the same policy: it must give the same tree, so that no
//! formatting can ever lose or change a word. A file that cannot be read whole is left byte for byte.

use super::layout::{Layout, layout};
use super::lexer::{Token, TokenKind, lex};
use super::parse_file;
use crate::source::FileId;
use unicode_width::UnicodeWidthStr as _;

/// A formatted text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Formatted {
    /// The text in its one layout; the given text where it cannot be read whole.
    pub text: String,
    /// Whether it differs from what was given.
    pub changed: bool,
}

/// Blanks of one level of indentation.
const STEP: usize = 2;

/// Formats a text. Formatting again changes nothing, and the tree is that of the given text.
#[must_use]
pub fn format(text: &str) -> Formatted {
    let unchanged = Formatted { text: text.to_owned(), changed: false };
    let before = parse_file(text, FileId::default());
    if !before.diagnostics.is_empty() {
        return unchanged;
    }
    let written = write(text);
    let after = parse_file(&written, FileId::default());
    let same = after.diagnostics.is_empty() && after.file == before.file && comments(text) == comments(&written);
    if same { Formatted { changed: written != text, text: written } } else { unchanged }
}

fn comments(text: &str) -> Vec<String> {
    let tokens = lex(text);
    let comments = tokens.iter().filter(|token| token.kind == TokenKind::Comment);
    comments.map(|token| token.slice(text).trim_end().to_owned()).collect()
}

fn write(text: &str) -> String {
    let tokens = lex(text);
    let layout = layout(&tokens, text, FileId::default());
    let ends = line_ends(&layout);
    let mut writer = Writer { text, ends: &ends, lines: Vec::new(), depth: 0, last: None, empty: 0 };
    for line in tokens.split_inclusive(|token| token.kind == TokenKind::Newline) {
        writer.line(line);
    }
    let mut lines = writer.lines;
    columns(&mut lines, Mark::Arrow);
    columns(&mut lines, Mark::Comment);
    lines.into_iter().map(|line| line.text + "\n").collect()
}

/// A line as it will be written.
#[derive(Debug, Default)]
struct Line {
    text: String,
    /// Byte of a `=>` that does not begin the line.
    arrow: Option<usize>,
    /// Byte of a comment that does not begin the line.
    comment: Option<usize>,
}

/// What stands in columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Arrow,
    Comment,
}

impl Line {
    fn mark(&self, mark: Mark) -> Option<usize> {
        match mark {
            Mark::Arrow => self.arrow,
            Mark::Comment => self.comment,
        }
    }

    /// How wide the text before the mark is.
    fn width_before(&self, mark: Mark) -> usize {
        self.mark(mark).and_then(|at| self.text.get(..at)).map_or(0, |text| text.trim_end().width())
    }

    fn widen(&mut self, mark: Mark, missing: usize) {
        let Some(at) = self.mark(mark).filter(|&at| self.text.is_char_boundary(at)) else { return };
        self.text.insert_str(at, &" ".repeat(missing));
        // Marks further right have moved along.
        for moved in [&mut self.arrow, &mut self.comment].into_iter().flatten() {
            if *moved >= at {
                *moved = moved.saturating_add(missing);
            }
        }
    }
}

/// Puts a mark of lines that follow each other into one column.
fn columns(lines: &mut [Line], mark: Mark) {
    for run in lines.chunk_by_mut(|one, next| one.mark(mark).is_some() && next.mark(mark).is_some()) {
        let widest = run.iter().map(|line| line.width_before(mark)).max().unwrap_or(0);
        for line in run {
            line.widen(mark, widest.saturating_sub(line.width_before(mark)));
        }
    }
}

/// Where the line ends stand that end a clause, in ascending order.
fn line_ends(layout: &Layout) -> Vec<u32> {
    layout.pieces.iter().filter(|piece| piece.kind == TokenKind::Newline).map(|piece| piece.start).collect()
}

struct Writer<'t> {
    text: &'t str,
    ends: &'t [u32],
    lines: Vec<Line>,
    /// Open brackets.
    depth: usize,
    /// The last token that is no comment, of the lines written so far.
    last: Option<Token>,
    /// Empty lines since the last line written.
    empty: usize,
}

impl Writer<'_> {
    fn line(&mut self, line: &[Token]) {
        let shown = |token: &&Token| !matches!(token.kind, TokenKind::Blank | TokenKind::Newline);
        let tokens: Vec<&Token> = line.iter().filter(shown).collect();
        let Some(first) = tokens.first() else {
            self.empty = self.empty.saturating_add(1);
            return;
        };
        let opened = self.lines.last().is_none_or(|line| line.text.ends_with('{'));
        if self.empty > 0 && !opened && !self.is_closing(first) {
            self.lines.push(Line::default());
        }
        self.empty = 0;
        let leading = tokens.iter().take_while(|token| self.is_closing(token)).count();
        let level = self.depth.saturating_sub(leading).saturating_add(usize::from(self.goes_on(first)));
        let mut out = Line { text: " ".repeat(level.saturating_mul(STEP)), ..Line::default() };
        let mut previous: Option<(&Token, bool)> = None;
        for token in tokens {
            let written = self.canonical(token);
            if let Some((before, unary)) = previous
                && self.blank_between(before, unary, token)
            {
                out.text.push(' ');
            }
            if previous.is_some() && out.arrow.is_none() && self.is(token, &["=>"]) && self.is_row(level) {
                out.arrow = Some(out.text.len());
            }
            if previous.is_some() && token.kind == TokenKind::Comment {
                out.comment = Some(out.text.len());
            }
            out.text.push_str(&written);
            let unary = written == "-" && previous.is_none_or(|(before, _)| self.awaits_operand(before));
            previous = Some((token, unary));
            match written.as_str() {
                "{" | "(" | "[" if token.kind == TokenKind::Punct => self.depth = self.depth.saturating_add(1),
                "}" | ")" | "]" if token.kind == TokenKind::Punct => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
            if token.kind != TokenKind::Comment {
                self.last = Some(*token);
            }
        }
        self.lines.push(out);
    }

    /// Whether the brackets that the line opened are closed again.
    fn is_row(&self, level: usize) -> bool {
        self.depth <= level
    }

    fn canonical(&self, token: &Token) -> String {
        match token.kind {
            TokenKind::Comment => token.slice(self.text).trim_end().to_owned(),
            _ => token.canonical(self.text),
        }
    }

    fn is(&self, token: &Token, marks: &[&str]) -> bool {
        token.kind == TokenKind::Punct && marks.contains(&self.canonical(token).as_str())
    }

    fn is_closing(&self, token: &Token) -> bool {
        self.is(token, &["}", ")", "]"])
    }

    /// Whether a line goes on with the clause of the line before it: no line end that counts stands between them.
    fn goes_on(&self, first: &Token) -> bool {
        let Some(last) = self.last else { return false };
        if first.kind == TokenKind::Comment || self.is_closing(first) || self.is(&last, &["{", "(", "[", ";"]) {
            return false;
        }
        let from = self.ends.partition_point(|&end| end < last.end);
        let ended = self.ends.get(from).is_some_and(|&end| end < first.start);
        // Inside brackets a row follows a comma; the bracket has indented it already.
        let row = self.is(&last, &[","]) && self.depth > 0;
        !ended && !row
    }

    fn awaits_operand(&self, before: &Token) -> bool {
        self.is(before, &["(", "[", "{", ",", ";", ":", "=", "+", "-", "*", "/", "<", "<=", ">", ">=", "!=", "=>"])
    }

    fn blank_between(&self, before: &Token, unary: bool, token: &Token) -> bool {
        let glued = before.end == token.start;
        if self.is(token, &[",", ";", ":", ")", "]", ".", "?"]) || self.is(before, &["(", "[", "."]) || unary {
            return false;
        }
        if self.is(before, &["{"]) && self.is(token, &["}"]) {
            return false;
        }
        // `Asia/Shanghai` is one name, `a / b` a quotient.
        if self.is(token, &["/"]) || self.is(before, &["/"]) {
            return !glued;
        }
        // `Deposit(amount)` names columns; `of (a, b)` groups.
        if self.is(token, &["("]) && before.kind == TokenKind::Word {
            return !glued;
        }
        let word = self.canonical(before);
        if before.kind == TokenKind::Word && word == "每" {
            return false;
        }
        // `3个月` is one thing; `5_000 积分` may stand either way, as the author has it.
        let counted = matches!(before.kind, TokenKind::Number) && token.kind == TokenKind::Word;
        !(counted && glued)
    }
}
