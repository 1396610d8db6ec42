//! Positions of the protocol and bytes of a text. The protocol counts lines from 0 and, in a line, units of an encoding.

use earnest_dsl::source::Span;
use gen_lsp_types::{Position, PositionEncodingKind, Range};
use std::sync::Arc;

/// How the client counts inside a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// Bytes of UTF-8.
    Utf8,
    /// Units of UTF-16: what every client can.
    #[default]
    Utf16,
}

impl Encoding {
    /// The first that the client offers and we can; without an offer it is UTF-16.
    #[must_use]
    pub fn chosen(offered: Option<&[PositionEncodingKind]>) -> Self {
        let utf8 = offered.is_some_and(|offered| offered.contains(&PositionEncodingKind::UTF8));
        if utf8 { Self::Utf8 } else { Self::Utf16 }
    }

    /// Its name in the protocol.
    #[must_use]
    pub fn name(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
        }
    }

    /// How long a text is.
    #[must_use]
    pub fn length(self, text: &str) -> u32 {
        let length = match self {
            Self::Utf8 => text.len(),
            Self::Utf16 => text.chars().map(char::len_utf16).sum(),
        };
        u32::try_from(length).unwrap_or(u32::MAX)
    }

    /// How many bytes the first units of a text are; a place inside a character is its beginning.
    fn bytes(self, text: &str, units: u32) -> usize {
        let mut left = units;
        for (at, letter) in text.char_indices() {
            let length = match self {
                Self::Utf8 => letter.len_utf8(),
                Self::Utf16 => letter.len_utf16(),
            };
            match left.checked_sub(u32::try_from(length).unwrap_or(u32::MAX)) {
                Some(rest) => left = rest,
                None => return at,
            }
            if left == 0 {
                return at.saturating_add(letter.len_utf8());
            }
        }
        text.len()
    }
}

/// A text with the places of its lines.
#[derive(Debug, Clone, Default)]
pub struct Lines {
    text: Arc<str>,
    starts: Vec<usize>,
    encoding: Encoding,
}

impl Lines {
    /// The lines of a text.
    #[must_use]
    pub fn new(text: Arc<str>, encoding: Encoding) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at.saturating_add(1))).collect();
        Self { text, starts, encoding }
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// How the client counts.
    #[must_use]
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// A line without its end; empty where there is none.
    fn line(&self, number: usize) -> &str {
        let Some(&start) = self.starts.get(number) else { return "" };
        let end = self.starts.get(number.saturating_add(1)).copied().unwrap_or(self.text.len());
        self.text.get(start..end).unwrap_or_default().trim_end_matches(['\r', '\n'])
    }

    /// The position of a byte.
    #[must_use]
    pub fn position(&self, byte: u32) -> Position {
        let byte = usize::try_from(byte).unwrap_or(usize::MAX).min(self.text.len());
        let line = self.starts.partition_point(|&start| start <= byte).saturating_sub(1);
        let start = self.starts.get(line).copied().unwrap_or(0);
        let character = self.encoding.length(self.text.get(start..byte).unwrap_or_default());
        Position { line: u32::try_from(line).unwrap_or(u32::MAX), character }
    }

    /// The byte of a position; behind the end of a line, the end of it; behind the last line, the end of the text.
    #[must_use]
    pub fn byte(&self, position: Position) -> u32 {
        let line = usize::try_from(position.line).unwrap_or(usize::MAX);
        let at = match self.starts.get(line) {
            Some(start) => start.saturating_add(self.encoding.bytes(self.line(line), position.character)),
            None => self.text.len(),
        };
        u32::try_from(at).unwrap_or(u32::MAX)
    }

    /// The range of a place.
    #[must_use]
    pub fn range(&self, span: Span) -> Range {
        Range { start: self.position(span.start), end: self.position(span.end) }
    }

    /// The range of the whole text.
    #[must_use]
    pub fn whole(&self) -> Range {
        Range { start: self.position(0), end: self.position(u32::MAX) }
    }

    /// The text between two bytes.
    #[must_use]
    pub fn slice(&self, start: u32, end: u32) -> &str {
        let at = |byte: u32| usize::try_from(byte).unwrap_or(usize::MAX);
        self.text.get(at(start)..at(end)).unwrap_or_default()
    }

    /// The text with a range replaced.
    #[must_use]
    pub fn replaced(&self, range: Range, by: &str) -> String {
        let (start, end) = (self.byte(range.start), self.byte(range.end));
        format!("{}{by}{}", self.slice(0, start), self.slice(end.max(start), self.length()))
    }

    fn length(&self) -> u32 {
        u32::try_from(self.text.len()).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    const TEXT: &str = "规则 a\r\n得 😀 1\n\nend";

    #[test]
    fn positions_and_bytes_are_inverse_in_both_encodings() {
        for encoding in [Encoding::Utf8, Encoding::Utf16] {
            let lines = Lines::new(Arc::from(TEXT), encoding);
            for (byte, _) in TEXT.char_indices().filter(|(_, letter)| *letter != '\r' && *letter != '\n') {
                let byte = u32::try_from(byte).unwrap();
                assert_eq!(lines.byte(lines.position(byte)), byte);
            }
        }
    }

    #[test]
    fn utf_16_counts_what_clients_count() {
        let lines = Lines::new(Arc::from(TEXT), Encoding::Utf16);
        let one = u32::try_from(TEXT.find('1').unwrap()).unwrap();
        assert_eq!(lines.position(one), Position { line: 1, character: 5 });
        assert_eq!(lines.byte(Position { line: 1, character: 3 }), u32::try_from(TEXT.find('😀').unwrap()).unwrap());
        assert_eq!(lines.byte(Position { line: 0, character: 99 }), 8);
        assert_eq!(lines.byte(Position { line: 99, character: 0 }), u32::try_from(TEXT.len()).unwrap());
    }

    #[test]
    fn a_range_is_replaced() {
        let lines = Lines::new(Arc::from(TEXT), Encoding::Utf16);
        let range = Range { start: Position { line: 0, character: 3 }, end: Position { line: 1, character: 0 } };
        assert_eq!(lines.replaced(range, "b\n"), "规则 b\n得 😀 1\n\nend");
    }
}
