//! What the checker says: one function per mistake, each with its own code, in words of the business, English and Chinese.
//!
//! Codes are grouped by area: E01 names and places, E02 heads and versions, E03 rules and how they combine, E04 units and
//! numbers, E05 windows and calendars, E06 measures and keys, E07 bounds and funding, E08 points and requests, E09 tests.
//! A code is never used for another mistake; each has a page in `diagnostic/pages/`. Every message says what is wrong at which
//! places and what to write instead. The functions know the tree and the policy as data and decide nothing.

mod bounds;
mod calendar;
mod combine;
mod deeds;
mod head;
mod life;
mod lists;
mod measures;
mod migration;
mod moments;
mod names;
mod numbers;
mod placement;
mod points;
mod promises;
mod reduces;
mod requests;
mod rules;
mod scenarios;
mod schedules;
mod scopes;
mod tables;
mod units;
mod windows;

pub(crate) use bounds::*;
pub(crate) use calendar::*;
pub(crate) use combine::*;
pub(crate) use deeds::*;
pub(crate) use head::*;
pub(crate) use life::*;
pub(crate) use lists::*;
pub(crate) use measures::*;
pub(crate) use migration::*;
pub(crate) use moments::*;
pub(crate) use names::*;
pub(crate) use numbers::*;
pub(crate) use placement::*;
pub(crate) use points::*;
pub(crate) use promises::*;
pub(crate) use reduces::*;
pub(crate) use requests::*;
pub(crate) use rules::*;
pub(crate) use scenarios::*;
pub(crate) use schedules::*;
pub(crate) use scopes::*;
pub(crate) use tables::*;
pub(crate) use units::*;
pub(crate) use windows::*;

use super::names::{Entry, nearest};
use crate::diagnostic::{Diagnostic, Language, Text};
use crate::policy::Title;
use crate::source::Span;
use crate::syntax::ast::Declared;
use crate::syntax::keywords::{KEYWORDS, Kind};

/// A text in both languages.
pub(crate) fn both(en: impl Into<String>, zh: impl Into<String>) -> Text {
    Text::new(en, spaced(&zh.into()))
}

/// Chinese text as it is set: a blank between Han and Latin letters or source words, none behind a full-width bracket.
fn spaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    let mut inside = false;
    for letter in text.chars() {
        let opens = letter == '`' && !inside;
        let latin_after_han = !inside && is_han(before) && (letter.is_ascii_alphabetic() || opens);
        let han_after_latin = !inside && is_han(letter) && (before.is_ascii_alphabetic() || before == '`');
        if latin_after_han || han_after_latin {
            out.push(' ');
        }
        if letter == '`' {
            inside = !inside;
        }
        if !(letter == ' ' && before == '）' && !inside) {
            out.push(letter);
            before = letter;
        }
    }
    out
}

fn is_han(letter: char) -> bool {
    matches!(letter, '\u{4e00}'..='\u{9fff}')
}

/// A function's word in Chinese: `sum` is 合计.
fn function_zh(name: &str) -> String {
    let function = KEYWORDS.iter().find(|keyword| keyword.kind == Kind::Function && keyword.role == name);
    function.map_or_else(|| name.to_owned(), |keyword| keyword.shown(Language::Chinese))
}

/// The labels of a declaration.
pub(crate) fn labels(declared: &Declared) -> Vec<String> {
    declared.labels.iter().map(|label| label.text.clone()).collect()
}

/// The title of something declared under its bare name.
pub(crate) fn title_of(declared: &Declared) -> Title {
    Title { name: declared.name.text.clone(), labels: labels(declared), span: declared.name.span }
}

/// The title of an entry: its name is qualified by campaign or library.
pub(crate) fn title<T>(entry: &Entry<'_, T>) -> Title {
    Title { name: entry.qualified.clone(), ..title_of(entry.declared) }
}

/// A title for an English sentence.
fn en(title: &Title) -> String {
    format!("`{}`", title.name)
}

/// A title for a Chinese sentence: with its label, which is what the reader knows it by.
fn zh(title: &Title) -> String {
    match title.labels.first() {
        Some(label) if *label != title.name => format!("`{}`（{label}）", title.name),
        _ => format!("`{}`", title.name),
    }
}

/// How many names a message lists before it says "and others".
const LISTED: usize = 8;

/// Names as a list of source words: "`a`, `b`, `c`", shortened where there are many.
fn listed(names: &[impl AsRef<str>]) -> Text {
    let words: Vec<String> = names.iter().take(LISTED).map(|name| format!("`{}`", name.as_ref())).collect();
    let more = names.len() > LISTED;
    let (tail_en, tail_zh) = if more { (" and others", "等") } else { ("", "") };
    both(format!("{}{tail_en}", words.join(", ")), format!("{}{tail_zh}", words.join("、")))
}

/// Offers the known name that was probably meant, or lists the known names.
fn meant<'n>(found: Diagnostic, name: &str, span: Span, spoken: impl Iterator<Item = &'n str>) -> Diagnostic {
    let mut known: Vec<&str> = spoken.collect();
    known.sort_unstable();
    known.dedup();
    if let Some(near) = nearest(name, known.iter().copied()) {
        let near = near.to_owned();
        return found
            .help(both(
                format!("did you mean `{near}`? write it as declared"),
                format!("是否想写 `{near}`？请按声明的写法书写"),
            ))
            .fix(span, near);
    }
    if known.is_empty() {
        return found;
    }
    let list = listed(&known);
    found.help(both(format!("known here: {}", list.en), format!("此处可用的名称：{}", list.zh)))
}

#[cfg(test)]
mod tests {
    use super::{both, listed};

    #[test]
    fn chinese_is_set_with_blanks_around_latin_words() {
        assert_eq!(both("", "而这里是CNY 金额").zh, "而这里是 CNY 金额");
        assert_eq!(both("", "不能处理`定时`的").zh, "不能处理 `定时` 的");
        assert_eq!(both("", "`a`（甲） 没有 `b`").zh, "`a`（甲）没有 `b`");
        assert_eq!(both("", "写 `每满1元` 即可").zh, "写 `每满1元` 即可");
    }

    #[test]
    fn long_lists_are_shortened() {
        let names: Vec<String> = (1..=9).map(|at| format!("n{at}")).collect();
        assert!(listed(&names).en.ends_with("`n8` and others"));
        assert_eq!(listed(&["a", "b"]).zh, "`a`、`b`");
    }
}
