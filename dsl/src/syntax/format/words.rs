//! Which word is printed for a role: the first of its language, with the number's form in English.

use super::super::keywords::{self, Keyword, Kind};
use super::super::lexer::half_width;
use crate::diagnostic::Language;
use rust_decimal::Decimal;

/// The language of a word as written.
pub fn language_of(word: &str) -> Language {
    if word.is_ascii() { Language::English } else { Language::Chinese }
}

/// What is printed for a keyword that was written as `written`, in a language or in its own. Nothing where the language has no
/// word for it, as for closing particles.
pub fn printed(keyword: &Keyword, written: &str, to: Option<Language>) -> Option<String> {
    let language = to.unwrap_or_else(|| language_of(written));
    let words = keyword.words(language);
    // 自 and 从 are two words for one role: which one is written depends on what follows.
    if to.is_none() && matches!(keyword.role, "from" | "from_time") {
        return Some(joined(written));
    }
    match words.first() {
        Some(first) => Some(joined(first)),
        None if is_particle(keyword.role) => None,
        None => Some(joined(written)),
    }
}

fn is_particle(role: &str) -> bool {
    role.ends_with("_end")
}

/// A phrase as it is printed: 每 stands right before its word.
pub fn joined(phrase: &str) -> String {
    phrase.replace("每 ", "每")
}

/// Whether an English word has a form for one and another for many.
pub fn agrees(keyword: &Keyword) -> bool {
    keyword.en.len() == 2
        && (keyword.kind == Kind::Unit || matches!(keyword.role, "decimals" | "digits" | "places" | "remembered"))
}

/// Whether a number is one.
pub fn is_one(number: &str) -> bool {
    number.replace('_', "").parse::<Decimal>().is_ok_and(|value| value == Decimal::ONE)
}

/// `3x` or `3倍`.
pub fn multiple(text: &str, to: Option<Language>) -> String {
    let plain = text.trim_end_matches(['x', '倍']);
    match to {
        None => text.to_owned(),
        Some(Language::English) => format!("{plain}x"),
        Some(Language::Chinese) => format!("{plain}倍"),
    }
}

/// The word of a function in a language; other names stay as they are.
pub fn function(word: &str, to: Option<Language>) -> String {
    let known = to.and_then(|to| {
        let keyword = keywords::of_kind(Kind::Function).find(|keyword| keyword.all().any(|known| known == word))?;
        keyword.words(to).first()
    });
    known.map_or_else(|| word.to_owned(), |word| (*word).to_owned())
}

/// `2` as `2nd`.
pub fn ordinal(number: &str) -> String {
    let plain: String = number.chars().map(half_width).collect();
    let teen =
        plain.len() > 1 && plain.ends_with(['1', '2', '3']) && plain.trim_end_matches(['1', '2', '3']).ends_with('1');
    let teen = teen || matches!(plain.as_str(), "11" | "12" | "13");
    let suffix = match plain.chars().last() {
        _ if teen => "th",
        Some('1') => "st",
        Some('2') => "nd",
        Some('3') => "rd",
        _ => "th",
    };
    format!("{plain}{suffix}")
}
