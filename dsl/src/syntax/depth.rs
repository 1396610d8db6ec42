//! How deep a declaration nests, judged before the grammar and the tree see it: both go down recursively and must not run out of stack.
//!
//! Three limits: brackets inside brackets, blocks and tables inside each other (the tree's largest levels), and operators in one expression (each adds a level to the tree). A clause, row or
//! element ends the expression. What counts as an operator here is counted generously: no sensible policy comes near.

use super::keywords;
use super::layout::Layout;
use super::lexer::TokenKind;
use std::ops::Range;

/// Brackets inside brackets that are read.
pub const MAX_NESTING: usize = 64;

/// Blocks and tables inside each other that are read: a campaign, its rule, a table and tables in its rows.
pub const MAX_BLOCKS: usize = 16;

/// Operators of one expression that are read, those of the expressions around it included.
pub const MAX_OPERATORS: usize = 128;

/// Where a declaration is too deep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TooDeep {
    /// The bracket that is one too many, by index of its piece.
    Nesting(usize),
    /// The `{` that is one too many, by index of its piece.
    Blocks(usize),
    /// The operator that is one too many, by index of its piece.
    Operators(usize),
}

/// The first place where a run of pieces is deeper than allowed.
#[must_use]
pub fn too_deep(layout: &Layout, range: Range<usize>) -> Option<TooDeep> {
    // Operators of the present expression, and of those around it, one for each open bracket.
    let mut around: Vec<usize> = Vec::new();
    let mut blocks: usize = 0;
    let mut present: usize = 0;
    let mut total: usize = 0;
    for index in range {
        let piece = layout.pieces.get(index)?;
        let text = layout.piece_text(piece);
        match (piece.kind, text) {
            (TokenKind::Punct, "{" | "(" | "[") => {
                // A table behind its subject is one level more of the tree.
                present = present.saturating_add(1);
                total = total.saturating_add(1);
                around.push(present);
                present = 0;
                blocks = blocks.saturating_add(usize::from(text == "{"));
                if blocks > MAX_BLOCKS {
                    return Some(TooDeep::Blocks(index));
                }
                if around.len() > MAX_NESTING {
                    return Some(TooDeep::Nesting(index));
                }
            }
            (TokenKind::Punct, "}" | ")" | "]") => {
                total = total.saturating_sub(present);
                present = around.pop().unwrap_or(0);
                blocks = blocks.saturating_sub(usize::from(text == "}"));
            }
            (TokenKind::Punct, "," | ";" | ":") | (TokenKind::Newline, _) => {
                total = total.saturating_sub(present);
                present = 0;
            }
            (TokenKind::Punct, _) => (present, total) = (present.saturating_add(1), total.saturating_add(1)),
            (TokenKind::Word, word) if is_operator(word) => {
                (present, total) = (present.saturating_add(1), total.saturating_add(1));
            }
            _ => {}
        }
        if total > MAX_OPERATORS {
            return Some(TooDeep::Operators(index));
        }
    }
    None
}

fn is_operator(word: &str) -> bool {
    keywords::is_reserved(word)
        || matches!(
            word,
            "default"
                | "as"
                | "over"
                | "after"
                | "before"
                | "round"
                | "weighted"
                | "缺省"
                | "截至"
                | "最近"
                | "此前"
                | "之"
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;
    use crate::syntax::layout::layout;
    use crate::syntax::lexer::lex;

    fn depth(text: &str) -> Option<TooDeep> {
        let layout = layout(&lex(text), text, FileId::default());
        too_deep(&layout, 0..layout.pieces.len())
    }

    #[test]
    fn brackets_are_limited() {
        assert_eq!(depth(&format!("{}{}", "(".repeat(64), ")".repeat(64))), None);
        assert_eq!(depth(&format!("{}{}", "{".repeat(16), "}".repeat(16))), None);
        assert_eq!(depth(&format!("{}{}", "{".repeat(17), "}".repeat(17))), Some(TooDeep::Blocks(16)));
        assert_eq!(depth(&format!("{}{}", "(".repeat(65), ")".repeat(65))), Some(TooDeep::Nesting(64)));
    }

    #[test]
    fn operators_are_limited_in_one_expression_only() {
        assert_eq!(depth(&"a of ".repeat(128)), None);
        assert_eq!(depth(&"a of ".repeat(129)), Some(TooDeep::Operators(257)));
        assert!(depth(&"- ".repeat(100_000)).is_some());
        assert_eq!(depth(&"from 1 CNY: a + b, ".repeat(10_000)), None);
        assert_eq!(depth(&"x { a: 1 + 2 }\n".repeat(10_000)), None);
        assert!(depth(&format!("{}1{}", "(1 + 1 + ".repeat(60), ")".repeat(60))).is_some());
    }
}
