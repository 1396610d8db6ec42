//! Comments that allow a finding: `// allow W0105: reason` · `// 允许 W0105：理由`.
//!
//! On a line of its own such a comment is about the declaration or clause that begins behind it; at the end of a line about that
//! line and about the clause that ends there. Without a reason it allows nothing and is a finding; so is one that is not needed.

use super::context::{Context, clauses};
use super::found::Found;
use super::levels::{self, Levels};
use super::registry::is_code;
use crate::check::messages::both;
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Source, Span};
use crate::syntax::ast::Name;
use crate::syntax::lexer::{Token, TokenKind, half_width, lex};
use std::collections::BTreeSet;

/// A comment that allows findings.
#[derive(Debug, Clone)]
pub(super) struct Allow {
    /// The comment.
    span: Span,
    /// Codes, and where they stand.
    codes: Vec<Name>,
    /// Why.
    reason: String,
    /// What it is about.
    covers: Vec<Span>,
}

/// The comments of the programme's own files.
pub(super) fn read(context: &Context<'_>) -> Vec<Allow> {
    let mut all = Vec::new();
    for (id, source) in context.sources.iter().take(context.trees.len()) {
        if !["allow", "允许"].iter().any(|word| source.text.contains(word)) {
            continue;
        }
        let parts = parts(context, id);
        let tokens = lex(&source.text);
        for (at, token) in tokens.iter().enumerate().filter(|(_, token)| token.kind == TokenKind::Comment) {
            let Some((codes, reason)) = words(token, &source.text, id) else { continue };
            let covers = covered(&tokens, at, source, id, &parts);
            all.push(Allow { span: Span::new(id, token.start, token.end), codes, reason, covers });
        }
    }
    all
}

/// Places of declarations and clauses of a file.
fn parts(context: &Context<'_>, id: FileId) -> Vec<Span> {
    let decls = context.decls().filter(|decl| decl.span.file == id);
    decls
        .flat_map(|decl| std::iter::once(decl.span).chain(clauses(decl).into_iter().map(|clause| clause.span)))
        .collect()
}

/// Codes and reason of a comment; `None` for any other comment.
fn words(token: &Token, text: &str, id: FileId) -> Option<(Vec<Name>, String)> {
    let slice = token.slice(text);
    let body = slice.trim_start_matches(['/', '／']);
    let trimmed = body.trim_start();
    let rest = trimmed.strip_prefix("allow").or_else(|| trimmed.strip_prefix("允许"))?;
    let (list, reason) = match rest.char_indices().find(|(_, letter)| half_width(*letter) == ':') {
        Some((at, colon)) => (rest.get(..at)?, rest.get(at.saturating_add(colon.len_utf8())..)?),
        None => (rest, ""),
    };
    let begin = text_offset(slice, rest).saturating_add(token.start);
    let mut codes = Vec::new();
    for part in list.split(|letter: char| letter.is_whitespace() || matches!(letter, ',' | '，' | '、')) {
        if part.is_empty() {
            continue;
        }
        // Prose that begins with the word is no such comment.
        if !looks_like_code(part) {
            return None;
        }
        let start = begin.saturating_add(text_offset(list, part));
        let end = start.saturating_add(u32::try_from(part.len()).unwrap_or(0));
        codes.push(Name { text: part.to_owned(), span: Span::new(id, start, end) });
    }
    (!codes.is_empty()).then(|| (codes, reason.trim().to_owned()))
}

/// How far a part of a text is from its beginning.
fn text_offset(whole: &str, part: &str) -> u32 {
    let distance = part.as_ptr().addr().saturating_sub(whole.as_ptr().addr());
    u32::try_from(distance).unwrap_or(0)
}

fn looks_like_code(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next() == Some('W') && word.len() > 1 && letters.all(|letter| letter.is_ascii_digit())
}

/// What a comment is about.
fn covered(tokens: &[Token], at: usize, source: &Source, id: FileId, parts: &[Span]) -> Vec<Span> {
    let comment = tokens.get(at).copied();
    let before = tokens.get(..at).unwrap_or_default().iter().rev().find(|token| token.kind != TokenKind::Blank);
    let alone = before.is_none_or(|token| token.kind == TokenKind::Newline);
    if !alone {
        let Some(comment) = comment else { return vec![] };
        let line = line_of(source, id, comment.start);
        let ends_here = |part: &&Span| part.file == id && line.start < part.end && part.end <= comment.start;
        let ending = parts.iter().filter(ends_here).copied().collect::<Vec<_>>();
        // The smallest part that ends on this line: a clause, not the declaration around it.
        let smallest = ending.into_iter().filter(|part| part.start < line.start).max_by_key(|part| part.start);
        return std::iter::once(line).chain(smallest).collect();
    }
    let next = tokens.get(at..).unwrap_or_default().iter().find(|token| token.is_significant());
    let Some(next) = next else { return vec![] };
    let begins_here = |part: &&Span| part.file == id && part.start == next.start;
    let largest = parts.iter().filter(begins_here).copied().max_by_key(|part| part.end);
    vec![largest.unwrap_or_else(|| line_of(source, id, next.start))]
}

/// The line of a byte.
fn line_of(source: &Source, id: FileId, byte: u32) -> Span {
    let at = usize::try_from(byte).unwrap_or(0);
    let start = source.text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end.saturating_add(1));
    let end =
        source.text.get(at..).and_then(|rest| rest.find('\n')).map_or(source.text.len(), |end| at.saturating_add(end));
    Span::new(id, u32::try_from(start).unwrap_or(0), u32::try_from(end).unwrap_or(0))
}

/// Sets aside what comments allow, and adds what is wrong with comments.
pub(super) fn apply(comments: &[Allow], found: Vec<Found>, levels: &Levels) -> super::Report {
    let mut report = super::Report::default();
    let mut used: BTreeSet<(usize, usize)> = BTreeSet::new();
    for one in found {
        let (code, place) = (one.diagnostic.code, one.diagnostic.span());
        let holds = |span: &Span| span.file == place.file && span.start <= place.start && place.start < span.end;
        let allows = |comment: &&(usize, &Allow)| {
            comment.1.codes.iter().any(|name| name.text == code) && comment.1.covers.iter().any(holds)
        };
        let by = comments.iter().enumerate().filter(|(_, comment)| !comment.reason.is_empty()).collect::<Vec<_>>();
        let by: Vec<&(usize, &Allow)> = by.iter().filter(allows).collect();
        match by.first() {
            None => report.findings.push(one),
            Some((_, comment)) => {
                for (at, comment) in &by {
                    let names = comment.codes.iter().enumerate().filter(|(_, name)| name.text == code);
                    used.extend(names.map(|(name, _)| (*at, name)));
                }
                report.allowed.push((one, comment.reason.clone()));
            }
        }
    }
    for (at, comment) in comments.iter().enumerate() {
        if comment.reason.is_empty() {
            report.findings.push(no_reason(comment));
            continue;
        }
        for (name_at, name) in comment.codes.iter().enumerate() {
            if !is_code(&name.text) {
                report.findings.push(levels::unknown(name));
            } else if !used.contains(&(at, name_at)) && !levels.is_off(&name.text) {
                report.findings.push(unused(comment, name));
            }
        }
    }
    report
}

fn no_reason(comment: &Allow) -> Found {
    let code = comment.codes.first().map(|name| name.text.as_str()).unwrap_or_default();
    Found::plain(
        Diagnostic::warning(
            "W0102",
            both("a finding is allowed without a reason", "允许了一条提示，却没有写理由"),
            comment.span,
            both("why may it stay?", "为什么可以保留？"),
        )
        .help(both(
            format!("write the reason behind a colon: `// allow {code}: the source states no limit`"),
            format!("请在冒号后写明理由：`// 允许 {code}：来源未写上限`"),
        )),
    )
}

fn unused(comment: &Allow, name: &Name) -> Found {
    let found = Diagnostic::warning(
        "W0101",
        both(
            format!("there is no finding `{}` here that could be allowed", name.text),
            format!("这里没有可允许的提示 `{}`", name.text),
        ),
        name.span,
        both("allows nothing", "没有起作用"),
    )
    .help(both(
        "delete it, or put it on the line of the finding or just above",
        "请删去，或写在该提示所在行或其上一行",
    ));
    // A comment for several findings is the author's to shorten.
    Found::plain(if comment.codes.len() == 1 { found.fix(comment.span, "") } else { found })
}
