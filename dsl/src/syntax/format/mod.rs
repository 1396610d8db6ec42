//! The one layout of policy text, and its translation between English and Chinese words.
//!
//! Line breaks, comments and the choice of words are the author's; indentation, blanks, half-width forms, closing particles
//! and the word order that goes with the language are not. Sound clauses of a broken file are formatted, the rest is left byte
//! for byte. Every declaration that was rewritten is read again: if its tree is another one, it is left as it was.

mod columns;
mod order;
mod print;
mod words;

use super::braces::BraceSlip;
use super::layout::{Layout, layout};
use super::lexer::{Token, TokenKind, lex};
use super::parse::{self, Production};
use super::split::{self, Slot, Unit};
use crate::diagnostic::Language;
use crate::source::FileId;
use std::collections::BTreeMap;
use std::ops::Range;

/// A formatted text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Formatted {
    /// The text in its one layout.
    pub text: String,
    /// Whether that is another text.
    pub changed: bool,
}

/// Where a name is written and what it is called in the other language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameUse {
    /// First byte of the name in the text.
    pub start: u32,
    /// One past its last byte.
    pub end: u32,
    /// What to write instead.
    pub replacement: String,
}

/// How declarations are rewritten.
struct Style<'n> {
    /// The language to translate to; each clause keeps its own otherwise.
    to: Option<Language>,
    /// Names to replace, by where they begin and end.
    names: &'n BTreeMap<(u32, u32), String>,
}

/// Brings a text into its one layout. What cannot be read stays as it is.
#[must_use]
pub fn format(text: &str) -> Formatted {
    let names = BTreeMap::new();
    let new = rewrite(text, &Style { to: None, names: &names });
    Formatted { changed: new != text, text: new }
}

/// Translates the words of a text, and the names that are listed, and brings it into its one layout.
#[must_use]
pub fn translate(text: &str, to: Language, names: &[NameUse]) -> String {
    let names = names.iter().map(|name| ((name.start, name.end), name.replacement.clone())).collect();
    rewrite(text, &Style { to: Some(to), names: &names })
}

fn rewrite(text: &str, style: &Style<'_>) -> String {
    if text.len() > super::hints::lexical::MAX_BYTES {
        return text.to_owned();
    }
    let tokens = lex(text);
    let layout = layout(&tokens, text, FileId::default());
    // Where braces do not balance, the indentation says what belongs together: it must stay.
    if !layout.slips.iter().all(|slip| matches!(slip, BraceSlip::UnclosedRound(_) | BraceSlip::SurplusRound(_))) {
        return text.to_owned();
    }
    let mut out = print::Page::default();
    let mut at: u32 = 0;
    for unit in split::units(&tokens, text, &layout) {
        let span = layout.span_of(unit.pieces.clone());
        out.between(&tokens, text, at..span.start);
        at = span.end;
        match rewritten(&unit, &layout, &tokens, text, style) {
            Some((new, fixed)) => out.sound(&new, &fixed),
            None => out.untouched(text, span.start, span.end),
        }
    }
    let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
    out.between(&tokens, text, at..end);
    let (new, fixed) = out.finish();
    let new = columns::aligned(&new, &fixed);
    if comments(&new) == comments(text) { new } else { text.to_owned() }
}

/// A declaration rewritten, or nothing if it cannot be read or would become another one.
fn rewritten(
    unit: &Unit,
    layout: &Layout,
    tokens: &[Token],
    text: &str,
    style: &Style<'_>,
) -> Option<(String, Vec<Range<usize>>)> {
    let slots = unit.slots.as_ref()?;
    let source = order::Source { layout, slots, tokens, text };
    let canonical = split::canonical_of(layout, slots);
    let outline = parse::outline(Production::Declaration, &canonical)?;
    let whole = slots.iter().all(|slot| matches!(slot, Slot::Piece(_)));
    let tree = parse::parse(Production::Declaration, &canonical).ok()?.tree;
    let unnamed = BTreeMap::new();
    // The names are the checker's; the words must give the same tree without them. First in the language that is asked for,
    // then, for a construct that has no other spelling, in its own.
    for to in [style.to, None] {
        let words = Style { to, names: &unnamed };
        let new = print::unit(&order::atoms(&outline, &source, &words), &source);
        if whole && !reads_as(&new.0, &tree) {
            continue;
        }
        if style.names.is_empty() {
            return Some(new);
        }
        return Some(print::unit(&order::atoms(&outline, &source, &Style { to, names: style.names }), &source));
    }
    None
}

fn reads_as(new: &str, tree: &parse::Tree) -> bool {
    let layout = layout(&lex(new), new, FileId::default());
    let found = split::declarations(&layout);
    let [only] = found.as_slice() else { return false };
    let canonical = layout.canonical(only.clone());
    parse::parse(Production::Declaration, &canonical).is_ok_and(|parsed| parsed.tree == *tree)
}

fn comments(text: &str) -> Vec<String> {
    let tokens = lex(text);
    let comments = tokens.iter().filter(|token| token.kind == TokenKind::Comment);
    comments.map(|token| token.slice(text).trim_end().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse::Node;
    use std::fs;
    use std::path::Path;

    /// Lexer and grammar agree on token edges: the words and marks of a reading cover its tokens one after another.
    #[test]
    fn every_word_of_a_reading_begins_and_ends_with_a_token() {
        fn leaves<'n>(nodes: &'n [Node], found: &mut Vec<&'n Node>) {
            for node in nodes {
                match node.children.is_empty() {
                    true => found.push(node),
                    false => leaves(&node.children, found),
                }
            }
        }
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
        let mut tokens_read = 0;
        for file in fs::read_dir(corpus).unwrap() {
            let text = fs::read_to_string(file.unwrap().path()).unwrap();
            let tokens = lex(&text);
            let layout = layout(&tokens, &text, FileId::default());
            for pieces in split::declarations(&layout) {
                let canonical = layout.canonical(pieces.clone());
                let outline = parse::outline(Production::Declaration, &canonical).unwrap();
                let mut found = vec![];
                leaves(&outline, &mut found);
                let mut next = 0;
                for leaf in found {
                    assert_eq!(leaf.first, next, "{:?} in {}", leaf.rule, canonical.text);
                    next = leaf.end;
                }
                assert_eq!(next, pieces.len());
                tokens_read += next;
            }
        }
        assert!(tokens_read > 5_000);
    }
}
