//! What a reading of a text consists of: rules with the tokens that they cover, one inside the other. Builders walk over it,
//! whoever has read the text.

use super::layout::Canonical;
use super::parse::Rule;

/// A rule at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Item {
    /// The rule.
    pub rule: Rule,
    /// Index of its first token.
    pub first: usize,
    /// One past the index of its last token.
    pub end: usize,
    /// One past the last item inside it.
    pub next: usize,
}

/// Rules in the order in which they begin, outer ones first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Reading {
    /// The rules.
    pub items: Vec<Item>,
}

impl Reading {
    /// The outermost rules.
    pub fn pairs<'i>(&'i self, canonical: &'i Canonical) -> Pairs<'i> {
        Pairs { items: &self.items, canonical, at: 0, end: self.items.len() }
    }
}

/// A rule of a reading, with its text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair<'i> {
    items: &'i [Item],
    canonical: &'i Canonical,
    at: usize,
    item: Item,
}

impl<'i> Pair<'i> {
    /// The rule.
    pub fn as_rule(&self) -> Rule {
        self.item.rule
    }

    /// The canonical text of its tokens, one blank between them.
    pub fn as_str(&self) -> &'i str {
        self.canonical.run(self.item.first, self.item.end)
    }

    /// Index of its first token.
    pub fn first(&self) -> usize {
        self.item.first
    }

    /// One past the index of its last token.
    pub fn end(&self) -> usize {
        self.item.end
    }

    /// The rules directly inside it.
    pub fn into_inner(self) -> Pairs<'i> {
        Pairs { items: self.items, canonical: self.canonical, at: self.at.saturating_add(1), end: self.item.next }
    }
}

/// Rules beside each other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pairs<'i> {
    items: &'i [Item],
    canonical: &'i Canonical,
    at: usize,
    end: usize,
}

impl<'i> Pairs<'i> {
    /// The next rule, which stays.
    pub fn peek(&self) -> Option<Rule> {
        self.items.get(self.at).filter(|_| self.at < self.end).map(|item| item.rule)
    }
}

impl<'i> Iterator for Pairs<'i> {
    type Item = Pair<'i>;

    fn next(&mut self) -> Option<Pair<'i>> {
        let item = *self.items.get(self.at).filter(|_| self.at < self.end)?;
        let at = std::mem::replace(&mut self.at, item.next);
        Some(Pair { items: self.items, canonical: self.canonical, at, item })
    }
}
