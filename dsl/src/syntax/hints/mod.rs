//! What is wrong with a text that cannot be read, in business words: from the failing token and its neighbours to a finding.
//!
//! The parser says which token it could not read and what would have been right there; that alone is poor advice. Known slips
//! come first ([`slips`]), then words that were probably meant ([`near`]), then what is missing, and only then the plain list.

pub mod brackets;
pub mod lexical;
pub mod near;
mod slips;

use super::keywords::{self, Kind};
use super::layout::Canonical;
use super::parse::{Failure, Production};
use super::split::phrase;
use crate::diagnostic::{Diagnostic, Language, Text};
use crate::source::Span;
use std::collections::BTreeSet;

/// A run of tokens with the one that could not be read.
pub(super) struct Place<'a> {
    canonical: &'a Canonical,
    /// Index of the token that could not be read; behind the last one if the run is too short.
    at: usize,
    /// What would have been right, as roles.
    expected: &'a [&'static str],
    production: Production,
    /// Words of the file.
    names: &'a BTreeSet<String>,
}

impl<'a> Place<'a> {
    fn word(&self, index: usize) -> &'a str {
        self.canonical.token(index)
    }

    /// The token `back` places before the failing one.
    fn before(&self, back: usize) -> &'a str {
        self.at.checked_sub(back).map_or("", |index| self.word(index))
    }

    fn span(&self, index: usize) -> Span {
        let spans = &self.canonical.spans;
        let last = spans.last().copied().unwrap_or_default();
        spans.get(index).copied().unwrap_or(Span { start: last.end, ..last })
    }

    /// Where the failing token stands.
    fn here(&self) -> Span {
        self.span(self.at)
    }

    /// The empty place behind the token before the failing one.
    fn gap(&self) -> Span {
        let before = self.at.checked_sub(1).map_or(self.here(), |index| self.span(index));
        Span { start: before.end, ..before }
    }

    fn len(&self) -> usize {
        self.canonical.starts.len()
    }

    /// Where the clause around the failing token begins: behind the last separator or brace.
    fn clause_start(&self) -> usize {
        let ends = |index: &usize| matches!(self.word(*index), ";" | "\n" | "{" | "}");
        (0..self.at.min(self.len())).rev().find(ends).map_or(0, |index| index.saturating_add(1))
    }

    /// Tokens of the clause before the failing one.
    fn clause_words(&self) -> impl Iterator<Item = &'a str> {
        (self.clause_start()..self.at).map(|index| self.word(index))
    }

    /// The keyword of some kinds that begins at a token.
    fn keyword(&self, kinds: &[Kind], index: usize) -> Option<(&'static keywords::Keyword, usize)> {
        phrase(kinds, &|at| self.word(index.saturating_add(at)))
    }

    /// Whether a token ends a value rather than being one.
    fn closes(&self, index: usize) -> bool {
        matches!(self.word(index), "," | ")" | "]")
    }

    fn is_end(&self, index: usize) -> bool {
        index >= self.len() || matches!(self.word(index), "" | ";" | "\n" | "}")
    }
}

/// The finding about a run of tokens that cannot be read.
pub fn explain(
    canonical: &Canonical,
    failure: &Failure,
    production: Production,
    names: &BTreeSet<String>,
) -> Diagnostic {
    let place = Place {
        canonical,
        at: failure.token.min(canonical.starts.len()),
        expected: &failure.expected,
        production,
        names,
    };
    slips::find(&place)
        .or_else(|| run_together(&place))
        .or_else(|| misspelt(&place))
        .or_else(|| slips::find_late(&place))
        .unwrap_or_else(|| {
            if place.is_end(place.at) || place.closes(place.at) { ends_early(&place) } else { unexpected(&place) }
        })
}

/// The declaration keyword that a word was meant to be.
#[must_use]
pub fn meant_declaration(word: &str) -> Option<&'static str> {
    near::nearest(word, near::words_of(&[Kind::Declaration]).filter(|known| !known.contains(' ')))
}

/// A declaration that begins with an unknown word.
#[must_use]
pub fn unknown_declaration(word: &str, span: Span, meant: Option<&str>) -> Diagnostic {
    let found = Diagnostic::error(
        "E0013",
        Text::new(format!("no declaration begins with `{word}`"), format!("没有以 `{word}` 开头的声明")),
        span,
        Text::new("unknown declaration", "未知的声明"),
    );
    match meant {
        Some(meant) => found.help(did_you_mean(meant)).fix(span, meant),
        None => found.help(Text::new(
            "a file consists of declarations, such as `rule NAME on KIND { ... }`, `campaign`, `points`, `catalogue`, `test`",
            "文件由声明组成，例如 `规则 名称 适用于 事件 { ... }`、`活动`、`积分种类`、`目录`、`测试`",
        )),
    }
}

/// A clause that stands outside of any declaration.
#[must_use]
pub fn clause_outside(word: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0014",
        Text::new(
            format!("the clause `{word}` stands outside of any declaration"),
            format!("条款 `{word}` 不在任何声明之内"),
        ),
        span,
        Text::new("this clause belongs to no declaration", "此条款不属于任何声明"),
    )
    .help(Text::new("move it between the `{` and `}` of its declaration", "请移到所属声明的 `{` 与 `}` 之间"))
}

fn did_you_mean(meant: &str) -> Text {
    let shown = meant.replace("每 ", "每");
    Text::new(format!("did you mean `{shown}`?"), format!("是否应为 `{shown}`？"))
}

/// Chinese words without the space between them.
fn run_together(place: &Place<'_>) -> Option<Diagnostic> {
    for index in (place.clause_start()..=place.at).rev() {
        let word = place.word(index);
        let is_word = word.chars().next().is_some_and(lexical::is_han);
        // 每 was cut off already: 每客户每月 is two tokens.
        let behind_each =
            index.checked_sub(1).is_some_and(|before| place.word(before) == "每" && touches(place, before));
        if !is_word || keywords::is_reserved(word) {
            continue;
        }
        if let Some(mut words) = near::only_split(word, place.names) {
            if behind_each && let Some(first) = words.first_mut() {
                first.insert(0, '每');
            }
            let mut span = place.span(index);
            if behind_each {
                span.start = place.span(index.saturating_sub(1)).start;
            }
            let shown = words.join(" ").replace("每 ", "每");
            let written = if behind_each { format!("每{word}") } else { word.to_owned() };
            return Some(
                Diagnostic::error(
                    "E0020",
                    Text::new(format!("`{written}` is read as one word"), format!("`{written}` 被当作一个词")),
                    span,
                    Text::new("spaces are missing", "缺少空格"),
                )
                .help(Text::new(format!("did you mean `{shown}`?"), format!("是否应为 `{shown}`？")))
                .fix(span, shown),
            );
        }
    }
    None
}

/// Whether a token and the next one have no blank between them.
fn touches(place: &Place<'_>, index: usize) -> bool {
    place.span(index).end == place.span(index.saturating_add(1)).start
}

/// A word that is nearly a keyword: of those expected first, then of all that may stand there.
fn misspelt(place: &Place<'_>) -> Option<Diagnostic> {
    let start = place.clause_start();
    let expected: Vec<&'static str> =
        place.expected.iter().filter_map(|role| keywords::keyword(role)).flat_map(keywords::Keyword::all).collect();
    let begins_freely = matches!(place.production, Production::Step | Production::ExampleRow | Production::Field);
    let known =
        |index: usize| [Kind::Clause, Kind::Declaration].iter().any(|kind| place.keyword(&[*kind], index).is_some());
    let try_at = |index: usize, phrases: &[&'static str]| {
        let (meant, length) = near_at(place, index, phrases)?;
        let span = place.span(index).to(place.span(index.saturating_add(length).saturating_sub(1)));
        Some(misspelt_finding(place, index, length, span, meant))
    };
    if let Some(found) = try_at(place.at, &expected) {
        return Some(found);
    }
    if start < place.at && !begins_freely && !known(start) {
        let clauses: Vec<&'static str> = near::words_of(&[Kind::Clause]).collect();
        if let Some(found) = try_at(start, &clauses) {
            return Some(found);
        }
    }
    const FIELD: &[Kind] = &[Kind::Type];
    const ANY: &[Kind] = &[Kind::Clause, Kind::Inner, Kind::Declaration, Kind::Test, Kind::Unit, Kind::Value];
    let kinds = if place.production == Production::Field { FIELD } else { ANY };
    let all: Vec<&'static str> = near::words_of(kinds).collect();
    if place.at == start && !known(place.at) && !begins_freely {
        return try_at(place.at, &all);
    }
    let inner = |index: usize| !place.word(index).is_empty() && !is_language_word(place.word(index));
    let before = place.at.checked_sub(1).filter(|&before| before > start && inner(before));
    [Some(place.at).filter(|&at| inner(at)), before].into_iter().flatten().find_map(|index| try_at(index, &all))
}

/// Whether a token is a word of some keyword.
fn is_language_word(word: &str) -> bool {
    keywords::KEYWORDS.iter().any(|keyword| keyword.all().any(|phrase| phrase.split(' ').any(|part| part == word)))
}

/// The nearest phrase to the tokens from `index` on, and how many tokens it takes.
fn near_at(place: &Place<'_>, index: usize, phrases: &[&'static str]) -> Option<(&'static str, usize)> {
    if !place.word(index).chars().next().is_some_and(char::is_alphabetic) {
        return None;
    }
    let mut best: Option<(usize, &'static str, usize)> = None;
    for length in 1..=4_usize {
        let written: Vec<&str> = (index..index.saturating_add(length)).map(|at| place.word(at)).collect();
        if written.iter().any(|word| !word.chars().next().is_some_and(char::is_alphabetic)) {
            break;
        }
        let same_length = phrases.iter().copied().filter(|phrase| phrase.split(' ').count() == length);
        // Every word of a phrase must be near by itself, so that a long phrase is not found in other words.
        let written = written.join(" ");
        let near = same_length.filter(|phrase| {
            let parts = phrase.split(' ').zip(written.split(' '));
            parts.clone().all(|(right, word)| right == word || near::nearest(word, [right]).is_some())
        });
        if let Some(meant) = near::nearest(&written, near) {
            let distance = strsim::osa_distance(&written, meant);
            if best.is_none_or(|(other, _, _)| distance < other) {
                best = Some((distance, meant, length));
            }
        }
    }
    best.map(|(_, meant, length)| (meant, length))
}

fn misspelt_finding(place: &Place<'_>, index: usize, length: usize, span: Span, meant: &'static str) -> Diagnostic {
    let written = (index..index.saturating_add(length)).map(|at| place.word(at)).collect::<Vec<_>>().join(" ");
    let begins = index == place.clause_start();
    let (code, message) = if begins {
        ("E0015", Text::new(format!("no clause begins with `{written}`"), format!("没有以 `{written}` 开头的条款")))
    } else {
        ("E0031", Text::new(format!("`{written}` does not fit here"), format!("`{written}` 不能用在这里")))
    };
    let shown = meant.replace("每 ", "每");
    Diagnostic::error(code, message, span, Text::new("unknown word", "未知的词"))
        .help(did_you_mean(meant))
        .fix(span, shown)
}

/// The clause stops before it is complete.
fn ends_early(place: &Place<'_>) -> Diagnostic {
    let start = place.clause_start();
    let keyword = place.keyword(&[Kind::Clause, Kind::Declaration], start);
    if let Some((_, length)) = keyword
        && place.at == start.saturating_add(length)
    {
        let shown = (start..place.at).map(|index| place.word(index)).collect::<Vec<_>>().join(" ");
        return Diagnostic::error(
            "E0017",
            Text::new(format!("nothing follows `{shown}`"), format!("`{shown}` 之后没有内容")),
            place.gap(),
            Text::new("the clause stops too early", "条款没有写完"),
        )
        .help(Text::new(
            format!("complete the clause, or take `{shown}` out"),
            format!("请补全条款，或删除 `{shown}`"),
        ));
    }
    let found = Diagnostic::error(
        "E0017",
        match expected_text(place.expected) {
            Some(text) => {
                Text::new(format!("something is missing here: {}", text.en), format!("这里还缺少内容：{}", text.zh))
            }
            None => Text::new("something is missing here", "这里还缺少内容"),
        },
        place.gap(),
        Text::new("the clause stops too early", "条款没有写完"),
    );
    let before = place.before(1);
    if before.is_empty() || place.is_end(place.at.saturating_sub(1)) {
        return found;
    }
    found.help(Text::new(
        format!("complete what follows `{before}`, or take `{before}` out"),
        format!("请补全 `{before}` 之后的内容，或删除 `{before}`"),
    ))
}

/// The plain case: this token cannot stand here, others could.
fn unexpected(place: &Place<'_>) -> Diagnostic {
    let word = place.word(place.at);
    let mut found = Diagnostic::error(
        "E0016",
        Text::new(format!("`{word}` does not fit here"), format!("`{word}` 不能用在这里")),
        place.here(),
        Text::new("not expected", "此处不应出现"),
    );
    if let Some(expected) = expected_text(place.expected) {
        found =
            found.help(Text::new(format!("what fits here: {}", expected.en), format!("这里可以用：{}", expected.zh)));
    }
    found
}

/// Roles with which a value goes on: one word for all of them.
const OPERATORS: &[&str] = &[
    "above",
    "as_of",
    "before_this_one",
    "with_this_one",
    "de",
    "default",
    "weighted_by",
    "over_last",
    "over_previous",
    "per_full",
    "per_started",
    "of",
    "is",
    "is_not",
    "is_known",
    "is_not_known",
    "in",
    "not_in",
    "and",
    "or",
    "round_down",
    "round_up",
    "round_half_up",
    "in_parts",
    "after",
    "before",
    "plus",
    "minus",
    "star",
    "slash",
    "equals",
    "lbrace",
    "dot",
    "rounding",
];

/// Roles with which any value may go on, and seldom does.
const SELDOM: &[&str] = &["dot", "over_last", "over_previous", "weighted_by"];

/// Up to five of the roles that would be right, in business words: the telling ones first.
fn expected_text(expected: &[&'static str]) -> Option<Text> {
    let operators = expected.iter().filter(|role| OPERATORS.contains(role)).count() >= 6;
    let mut called: Vec<Text> = Vec::new();
    // Ways in which any value may go on are seldom what is missing.
    let telling: Vec<&'static str> = expected.iter().copied().filter(|role| !SELDOM.contains(role)).collect();
    let expected = if telling.is_empty() { expected } else { &telling };
    for role in expected.iter().filter(|role| !(operators && OPERATORS.contains(role))) {
        called.extend(keywords::called(role).filter(|text| text.en != "``"));
    }
    called.sort_by_key(|text| text.en.starts_with('`'));
    called.dedup();
    called.truncate(MOST_EXPECTED);
    if operators {
        called.push(Text::new("an operator such as `and`, `+`, `per full`", "运算符或连接词，如 `且`、`+`、`每满`"));
    }
    let list = |language: Language, or: &str, comma: &str| {
        let words: Vec<&str> = called.iter().map(|text| text.get(language)).collect();
        match words.split_last() {
            None => String::new(),
            Some((last, [])) => (*last).to_owned(),
            Some((last, others)) => format!("{}{or}{last}", others.join(comma)),
        }
    };
    let text = Text::new(list(Language::English, " or ", ", "), list(Language::Chinese, " 或 ", "、"));
    (!text.en.is_empty()).then_some(text)
}

/// More than these are no help.
const MOST_EXPECTED: usize = 4;
