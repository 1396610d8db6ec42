//! Tokens as the tables of the grammar know them: a word of the language, and the classes that the token belongs to.

use super::{CLASSES, FORMS, WORDS};
use crate::syntax::layout::Canonical;
use std::collections::HashMap;
use std::sync::OnceLock;

/// A token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Symbol {
    /// The word or mark of the grammar that it is.
    pub word: Option<u16>,
    /// Classes that it belongs to, as bits.
    pub classes: u32,
}

/// The form of a token, as an expression over its characters and the blank behind it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Form {
    Text(&'static str),
    Digit,
    Character,
    All(&'static [Form]),
    Any(&'static [Form]),
    May(&'static Form),
    Many(&'static Form),
    /// Everything before this text, or all that is left.
    Upto(&'static str),
    #[allow(dead_code, reason = "the present grammar looks ahead in no token")]
    Ahead(&'static Form),
    NotAhead(&'static Form),
}

/// With what a form may begin: ASCII characters as bits, and whether with others.
#[derive(Debug, Clone, Copy)]
pub(super) struct Begins {
    pub ascii: u128,
    pub others: bool,
}

impl Begins {
    fn with(self, first: u8) -> bool {
        if first.is_ascii() { self.ascii >> first & 1 == 1 } else { self.others }
    }
}

impl Form {
    /// The place behind what the form matches at a place of a text.
    fn end(&self, text: &str, at: usize) -> Option<usize> {
        let rest = text.get(at..)?;
        match self {
            Self::Text(wanted) => rest.starts_with(wanted).then(|| at.saturating_add(wanted.len())),
            Self::Digit => rest.starts_with(|c: char| c.is_ascii_digit()).then(|| at.saturating_add(1)),
            Self::Character => rest.chars().next().map(|c| at.saturating_add(c.len_utf8())),
            Self::All(parts) => parts.iter().try_fold(at, |at, part| part.end(text, at)),
            Self::Any(parts) => parts.iter().find_map(|part| part.end(text, at)),
            Self::May(inner) => Some(inner.end(text, at).unwrap_or(at)),
            Self::Many(inner) => {
                let mut at = at;
                while let Some(next) = inner.end(text, at).filter(|next| *next > at) {
                    at = next;
                }
                Some(at)
            }
            Self::Upto(end) => Some(rest.find(end).map_or(text.len(), |found| at.saturating_add(found))),
            Self::Ahead(inner) => inner.end(text, at).map(|_| at),
            Self::NotAhead(inner) => inner.end(text, at).is_none().then_some(at),
        }
    }
}

/// The tokens of a text.
pub(super) fn symbols(canonical: &Canonical) -> Vec<Symbol> {
    let words = words();
    let symbol = |at: usize| {
        let token = canonical.token(at);
        words.get(token).copied().unwrap_or_else(|| {
            let start = canonical.starts.get(at).and_then(|start| usize::try_from(*start).ok()).unwrap_or_default();
            Symbol { word: None, classes: classes(&canonical.text, start, token.len(), None) }
        })
    };
    (0..canonical.starts.len()).map(symbol).collect()
}

/// Words of the grammar, made once.
fn words() -> &'static HashMap<&'static str, Symbol> {
    static TABLE: OnceLock<HashMap<&'static str, Symbol>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let symbol = |word: &'static str, number: u16| {
            let classes = classes(&format!("{word} "), 0, word.len(), Some(number));
            Symbol { word: Some(number), classes }
        };
        WORDS.iter().map(|(word, number)| (*word, symbol(word, *number))).collect()
    })
}

/// The classes of a token at a place of a text, which is this word of the grammar or none.
fn classes(text: &str, start: usize, length: usize, word: Option<u16>) -> u32 {
    let Some(first) = text.as_bytes().get(start) else { return 0 };
    // Form by form: several classes may have one.
    let mut fits: u64 = 0;
    for (bit, (begins, form)) in FORMS.iter().enumerate() {
        if begins.with(*first) && form.end(text, start) == Some(start.saturating_add(length)) {
            fits |= 1 << bit;
        }
    }
    let of = |(bit, (form, without)): (usize, &(usize, &[u16]))| {
        let belongs = fits >> form & 1 == 1 && word.is_none_or(|word| !without.contains(&word));
        u32::from(belongs) << bit
    };
    CLASSES.iter().enumerate().map(of).fold(0, |all, bit| all | bit)
}
