//! Reads sound text quickly: by `grammar.pest`, but from token to token and only where something can begin.
//!
//! `build/grammar.rs` makes tables of the grammar. A reading by them has the rules that pest's has, in the same order (a test reads
//! every text of the project both ways); it says nothing of what was expected where it fails. So a text that is not read here is
//! read once more by pest, which does. Nothing here knows a rule by name.

mod symbol;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]
mod tests;

use super::layout::Canonical;
use super::pairs::{Item, Reading};
use super::parse::Rule;
use symbol::{Begins, Form, Symbol, symbols};

/// How a rule is read.
#[derive(Debug, Clone, Copy)]
enum Sort {
    /// One of these runs of words, the first that fits.
    Words(&'static [&'static [u16]]),
    /// A token of a class: its bit.
    Class(u32),
    /// By its expression.
    Shown(u16),
    /// By its expression; only the rules inside are part of a reading.
    Silent(u16),
}

/// An expression over rules; numbers are places in the tables.
#[derive(Debug, Clone, Copy)]
enum Op {
    Rule(u16),
    All(&'static [u16]),
    Any(&'static [u16]),
    May(u16),
    Many(u16),
    Some(u16),
    Ahead(u16),
    NotAhead(u16),
    Start,
    End,
}

/// What a thing may begin with: bits of words, bits of classes. `empty`: it may be nothing at all.
#[derive(Debug)]
struct First<const WIDTH: usize> {
    words: [u64; WIDTH],
    classes: u32,
    empty: bool,
}

include!(concat!(env!("OUT_DIR"), "/grammar.rs"));

/// The reading of a whole text as one rule; none where it cannot be read so.
pub(super) fn read(rule: Rule, canonical: &Canonical) -> Option<Reading> {
    let place = RULES.iter().position(|(known, _)| *known == rule)?;
    let mut reader =
        Reader { symbols: symbols(canonical), items: Vec::with_capacity(canonical.starts.len()), quiet: false };
    reader.rule(place, 0)?;
    Some(Reading { items: reader.items })
}

/// A reading under way.
struct Reader {
    symbols: Vec<Symbol>,
    items: Vec<Item>,
    /// Looking ahead: nothing is noted.
    quiet: bool,
}

impl Reader {
    /// Reads a rule at a token: the token behind it, or nothing; then nothing is noted.
    fn rule(&mut self, place: usize, at: usize) -> Option<usize> {
        let (rule, sort) = RULES.get(place)?;
        match sort {
            Sort::Words(runs) => {
                let run = runs.iter().find(|run| self.has_words(run, at))?;
                self.note(*rule, at, at.saturating_add(run.len()))
            }
            Sort::Class(class) => {
                let symbol = self.symbols.get(at)?;
                if symbol.classes & class == 0 {
                    return None;
                }
                self.note(*rule, at, at.saturating_add(1))
            }
            Sort::Silent(op) => self.op(*op, at),
            Sort::Shown(op) if self.quiet => self.op(*op, at),
            Sort::Shown(op) => {
                let held = self.items.len();
                self.note(*rule, at, at);
                let end = self.op(*op, at)?;
                let next = self.items.len();
                if let Some(item) = self.items.get_mut(held) {
                    (item.end, item.next) = (end, next);
                }
                Some(end)
            }
        }
    }

    fn note(&mut self, rule: Rule, first: usize, end: usize) -> Option<usize> {
        if !self.quiet {
            let next = self.items.len().saturating_add(1);
            self.items.push(Item { rule, first, end, next });
        }
        Some(end)
    }

    fn has_words(&self, run: &[u16], at: usize) -> bool {
        let found = self.symbols.get(at..).unwrap_or_default();
        run.len() <= found.len() && run.iter().zip(found).all(|(word, symbol)| symbol.word == Some(*word))
    }

    /// Reads an expression at a token. Where it cannot be read, the readings of its parts are forgotten.
    fn op(&mut self, place: u16, at: usize) -> Option<usize> {
        let (op, first) = OPS.get(usize::from(place))?;
        if !self.may_begin(*first, at) {
            return None;
        }
        match op {
            Op::Rule(rule) => {
                let held = self.items.len();
                let end = self.rule(usize::from(*rule), at);
                self.forget(held, end)
            }
            Op::All(parts) => {
                let held = self.items.len();
                let end = parts.iter().try_fold(at, |at, part| self.op(*part, at));
                self.forget(held, end)
            }
            Op::Any(parts) => parts.iter().find_map(|part| self.op(*part, at)),
            Op::May(inner) => Some(self.op(*inner, at).unwrap_or(at)),
            Op::Many(inner) => Some(self.many(*inner, at)),
            Op::Some(inner) => {
                let once = self.op(*inner, at)?;
                Some(self.many(*inner, once))
            }
            Op::Ahead(inner) => self.ahead(*inner, at).then_some(at),
            Op::NotAhead(inner) => (!self.ahead(*inner, at)).then_some(at),
            Op::Start => (at == 0).then_some(at),
            Op::End => (at == self.symbols.len()).then_some(at),
        }
    }

    fn forget(&mut self, held: usize, end: Option<usize>) -> Option<usize> {
        if end.is_none() {
            self.items.truncate(held);
        }
        end
    }

    fn many(&mut self, inner: u16, mut at: usize) -> usize {
        // The grammar repeats nothing that can be empty.
        while let Some(next) = self.op(inner, at).filter(|next| *next > at) {
            at = next;
        }
        at
    }

    fn ahead(&mut self, inner: u16, at: usize) -> bool {
        let held = std::mem::replace(&mut self.quiet, true);
        let found = self.op(inner, at).is_some();
        self.quiet = held;
        found
    }

    /// Whether a thing can begin at a token at all.
    fn may_begin(&self, first: u16, at: usize) -> bool {
        let Some(first) = FIRSTS.get(usize::from(first)) else { return true };
        if first.empty {
            return true;
        }
        let Some(symbol) = self.symbols.get(at) else { return false };
        let word = symbol.word.is_some_and(|word| {
            let bits = first.words.get(usize::from(word / 64)).copied().unwrap_or_default();
            bits >> (word % 64) & 1 == 1
        });
        word || symbol.classes & first.classes != 0
    }
}
