//! Columns: in lines that follow each other, what is expected (`=>`) and what is remarked (`// ...`) stands below each other.

use super::super::lexer::{TokenKind, lex};
use unicode_width::UnicodeWidthStr as _;

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

/// Puts the marks of a formatted text into columns. `fixed` are the lines that stay byte for byte, in ascending order.
pub fn aligned(text: &str, fixed: &[usize]) -> String {
    let mut lines = lines_of(text, fixed);
    columns(&mut lines, Mark::Arrow);
    columns(&mut lines, Mark::Comment);
    let mut out: String = lines.into_iter().map(|line| line.text + "\n").collect();
    if !text.ends_with('\n') {
        out.pop();
    }
    out
}

fn columns(lines: &mut [Line], mark: Mark) {
    for run in lines.chunk_by_mut(|one, next| one.mark(mark).is_some() && next.mark(mark).is_some()) {
        let widest = run.iter().map(|line| line.width_before(mark)).max().unwrap_or(0);
        for line in run {
            line.widen(mark, widest.saturating_sub(line.width_before(mark)));
        }
    }
}

fn lines_of(text: &str, fixed: &[usize]) -> Vec<Line> {
    let tokens = lex(text);
    let mut lines: Vec<Line> = Vec::new();
    for (number, line) in tokens.split_inclusive(|token| token.kind == TokenKind::Newline).enumerate() {
        let mut out = Line::default();
        let stays = fixed.binary_search(&number).is_ok();
        // Brackets that the line opened and has not closed: what stands inside them is no column.
        let mut open: usize = 0;
        let mut begun = false;
        for token in line.iter().filter(|token| token.kind != TokenKind::Newline) {
            let slice = token.slice(text);
            match (token.kind, slice) {
                (TokenKind::Punct, "{" | "(" | "[") => open = open.saturating_add(1),
                (TokenKind::Punct, "}" | ")" | "]") => open = open.saturating_sub(1),
                (TokenKind::Punct, "=>") if begun && open == 0 && !stays && out.arrow.is_none() => {
                    out.arrow = Some(out.text.len());
                }
                (TokenKind::Comment, _) if begun && !stays => out.comment = Some(out.text.len()),
                _ => {}
            }
            begun |= token.kind != TokenKind::Blank;
            out.text.push_str(slice);
        }
        lines.push(out);
    }
    lines
}
