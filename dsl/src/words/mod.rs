//! A policy in business words, in English and Chinese: names, values, expressions, windows, limits, rules as sentences.
//!
//! One place for everybody who tells people what a policy says: terms pages, comparisons, editors, stories of decisions.
//! Nothing is left out silently: every `match` over the policy is exhaustive, so a new construct does not compile until it has words.

mod condition;
mod declared;
mod expr;
mod kind;
mod life;
mod limit;
mod line;
pub(crate) mod measure;
mod name;
mod number;
mod request;
mod rule;
mod scope;
mod tidy;
mod time;
mod types;
mod value;

use crate::diagnostic::Language;
use crate::policy::{KindId, Policy};

pub use measure::expressions as measure_expressions;
pub use name::readable;
pub use number::{grouped, written};
pub use rule::{Clause, ClauseKind};
pub(crate) use types::type_told;

/// A message in the reader's language: one format string for each, over the same values.
#[macro_export]
macro_rules! say {
    ($language:expr, $en:literal, $zh:literal $(, $value:expr)* $(,)?) => {
        match $language {
            $crate::diagnostic::Language::English => format!($en $(, $value)*),
            $crate::diagnostic::Language::Chinese => format!($zh $(, $value)*),
        }
    };
}

/// Who reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// A customer: no identifiers, no codes.
    Customer,
    /// Somebody who works with the policy: codes of refusal are told.
    Analyst,
}

/// How tables inside expressions are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tables {
    /// Row by row, in the sentence.
    Inline,
    /// By what selects the row; the table itself stands apart.
    Apart,
}

/// Tells a policy in words.
#[derive(Debug, Clone, Copy)]
pub struct Words<'p> {
    /// The policy.
    pub policy: &'p Policy,
    /// The reader's language.
    pub language: Language,
    /// Who reads.
    pub reader: Reader,
    /// How tables are told.
    pub tables: Tables,
    /// The kinds of event at hand: what fields are called.
    kinds: &'p [KindId],
}

impl<'p> Words<'p> {
    /// Words for people who work with the policy, tables in the sentence.
    #[must_use]
    pub fn new(policy: &'p Policy, language: Language) -> Self {
        Self { policy, language, reader: Reader::Analyst, tables: Tables::Inline, kinds: &[] }
    }

    /// Words for this reader.
    #[must_use]
    pub fn reader(self, reader: Reader) -> Self {
        Self { reader, ..self }
    }

    /// With tables told in this way.
    #[must_use]
    pub fn tables(self, tables: Tables) -> Self {
        Self { tables, ..self }
    }

    /// Words about events of these kinds.
    #[must_use]
    pub fn on(self, kinds: &'p [KindId]) -> Self {
        Self { kinds, ..self }
    }

    /// Whether the reader reads Chinese.
    pub(crate) fn chinese(&self) -> bool {
        self.language == Language::Chinese
    }

    /// Texts one after the other: `a, b and c` · `a、b 和 c`.
    #[must_use]
    pub fn all_of(&self, texts: &[String]) -> String {
        self.listed(texts, " and ", "和")
    }

    /// Texts to choose from: `a, b or c` · `a、b 或 c`.
    #[must_use]
    pub fn one_of(&self, texts: &[String]) -> String {
        self.listed(texts, " or ", "或")
    }

    fn listed(&self, texts: &[String], en: &str, zh: &str) -> String {
        let (comma, last) = if self.chinese() { ("、", zh) } else { (", ", en) };
        match texts.split_last() {
            None => String::new(),
            Some((only, [])) => only.clone(),
            Some((end, before)) => format!("{}{last}{end}", before.join(comma)),
        }
    }

    /// Clauses of one sentence: `a, b` · `a，b`.
    #[must_use]
    pub fn clauses(&self, texts: &[String]) -> String {
        texts.join(if self.chinese() { "，" } else { ", " })
    }

    /// A heading: with a capital letter, in English.
    #[must_use]
    pub fn title(&self, text: &str) -> String {
        let mut letters = text.chars();
        match letters.next() {
            Some(first) if !self.chinese() => format!("{}{}", first.to_uppercase(), letters.as_str()),
            _ => self.tidy(text),
        }
    }

    /// Chinese text with one blank between letters or digits and Han characters, and none beside punctuation or between Han
    /// characters; dates stay in one piece. English text as it is.
    #[must_use]
    pub fn tidy(&self, text: &str) -> String {
        if self.chinese() { tidy::chinese(text) } else { text.to_owned() }
    }

    /// A sentence: capital letter and full stop.
    #[must_use]
    pub fn sentence(&self, text: &str) -> String {
        if self.chinese() {
            return format!("{}。", self.tidy(text));
        }
        let mut letters = text.chars();
        letters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
    }
}
