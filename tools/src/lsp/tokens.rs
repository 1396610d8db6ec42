//! Colours by meaning: what each word is, as the parser and the checker see it.

use super::declared::{self, What};
use super::desk::View;
use super::place::last_segment;
use super::text::Lines;
use earnest_dsl::source::FileId;
use earnest_dsl::syntax::keywords::Kind;
use earnest_dsl::syntax::lexer::{Token, TokenKind, lex};
use gen_lsp_types::{SemanticToken, SemanticTokens, SemanticTokensDelta, SemanticTokensEdit, SemanticTokensLegend};
use std::collections::{BTreeMap, HashMap};

/// Types of tokens, in the order of the legend.
const TYPES: [&str; 13] = [
    "keyword",
    "comment",
    "string",
    "number",
    "operator",
    "type",
    "enumMember",
    "property",
    "variable",
    "function",
    "namespace",
    "parameter",
    "event",
];

/// Modifiers, in the order of the legend.
const MODIFIERS: [&str; 2] = ["declaration", "defaultLibrary"];

const DECLARATION: u32 = 1;
const LIBRARY: u32 = 2;

/// What the numbers of types and modifiers mean.
#[must_use]
pub fn legend() -> SemanticTokensLegend {
    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    SemanticTokensLegend { token_types: owned(&TYPES), token_modifiers: owned(&MODIFIERS) }
}

fn type_named(name: &str) -> u32 {
    u32::try_from(TYPES.iter().position(|known| *known == name).unwrap_or(0)).unwrap_or(0)
}

/// The protocol's type for a sort of declaration.
fn type_of(what: What) -> &'static str {
    match what {
        What::Programme | What::Library | What::Campaign => "namespace",
        What::Kind | What::Schedule => "event",
        What::Field | What::Fact | What::Item => "property",
        What::Value | What::Tier => "enumMember",
        What::Parameter | What::Definition => "parameter",
        What::Measure | What::Figure | What::Period | What::Ranking => "variable",
        What::Rule | What::Notice | What::Catalogue | What::Request(_) | What::Group => "function",
        What::Test | What::Examples(_) => "string",
        What::Enum
        | What::Subject
        | What::Quantity
        | What::Currency
        | What::Codes
        | What::Calendar
        | What::Points
        | What::Pool
        | What::Tiers => "type",
    }
}

/// The tokens of a file that begin in a range of bytes. Without a view of its programme only the lexer speaks.
#[must_use]
pub fn tokens(lines: &Lines, view: Option<&View<'_>>, (from, to): (u32, u32)) -> Vec<SemanticToken> {
    let text = lines.text();
    let known = view.filter(|view| view.lines.text() == text).map(known_words).unwrap_or_default();
    let mut out = Vec::new();
    let (mut line, mut character) = (0, 0);
    for token in lex(text).iter().filter(|token| token.start >= from && token.start < to) {
        let Some((kind, modifiers)) = token_type(token, &known) else { continue };
        let start = lines.position(token.start);
        let length = lines.encoding().length(token.slice(text));
        let delta_line = start.line.saturating_sub(line);
        let delta_start = if delta_line == 0 { start.character.saturating_sub(character) } else { start.character };
        (line, character) = (start.line, start.character);
        out.push(SemanticToken {
            delta_line,
            delta_start,
            length,
            token_type: kind,
            token_modifiers_bitset: modifiers,
        });
    }
    out
}

fn token_type(token: &Token, known: &HashMap<u32, (u32, u32)>) -> Option<(u32, u32)> {
    if let Some(found) = known.get(&token.start) {
        return Some(*found);
    }
    let plain = match token.kind {
        TokenKind::Comment => "comment",
        TokenKind::Text => "string",
        TokenKind::Number
        | TokenKind::Multiple
        | TokenKind::Percent
        | TokenKind::Ordinal
        | TokenKind::Date
        | TokenKind::Time => "number",
        TokenKind::Word | TokenKind::Punct | TokenKind::Newline | TokenKind::Blank | TokenKind::Error(_) => {
            return None;
        }
    };
    Some((type_named(plain), 0))
}

/// Words that the parser or the checker knows, by where they begin.
fn known_words(view: &View<'_>) -> HashMap<u32, (u32, u32)> {
    let mut known = HashMap::new();
    let path = view.loaded.sources.get(view.file).map(|source| source.path.as_str()).unwrap_or_default();
    for (span, keyword) in view.draft.keywords(path) {
        let kind = if keyword.kind == Kind::Function { "function" } else { "keyword" };
        // A phrase of several words is several tokens.
        for word in lex(view.text_of(span)).iter().filter(|token| token.kind == TokenKind::Word) {
            known.insert(span.start.saturating_add(word.start), (type_named(kind), 0));
        }
    }
    let sorts = sorts(view);
    for one in view.loaded.references.iter().filter(|one| one.span.file == view.file) {
        if let Some((what, library)) = sorts.get(&(one.declared.file, one.declared.start)) {
            let modifiers = if *library { LIBRARY } else { 0 };
            known.insert(last_segment(view, one.span).start, (type_named(type_of(*what)), modifiers));
        }
    }
    let all = declared::declarations(&view.tree.decls);
    declared::each(&all, &mut |one| {
        if !matches!(one.what, What::Test | What::Examples(_)) {
            known.insert(one.place.start, (type_named(type_of(one.what)), DECLARATION));
        }
    });
    known
}

/// The sort of every declaration of the version, by place; and whether a library declares it.
fn sorts(view: &View<'_>) -> BTreeMap<(FileId, u32), (What, bool)> {
    let mut sorts = BTreeMap::new();
    let own = view.draft.trees().map(|tree| (tree, false));
    for (tree, library) in own.chain(view.draft.libraries().map(|(_, tree)| (tree, true))) {
        let all = declared::declarations(&tree.decls);
        declared::each(&all, &mut |one| {
            sorts.insert((one.place.file, one.place.start), (one.what, library));
        });
    }
    sorts
}

/// Tokens that were sent, so that only what has changed need be sent again.
#[derive(Debug, Default)]
pub struct Sent {
    results: BTreeMap<String, (u64, Vec<SemanticToken>)>,
    count: u64,
}

impl Sent {
    /// Remembers what is sent for a document and names it.
    pub fn remember(&mut self, uri: &str, data: Vec<SemanticToken>) -> SemanticTokens {
        self.count = self.count.saturating_add(1);
        self.results.insert(uri.to_owned(), (self.count, data.clone()));
        SemanticTokens { result_id: Some(self.count.to_string()), data }
    }

    /// What has changed since the result of this name; none where that is not known.
    pub fn changed(&mut self, uri: &str, since: &str, data: &[SemanticToken]) -> Option<SemanticTokensDelta> {
        let (name, before) = self.results.remove(uri)?;
        if name.to_string() != since {
            return None;
        }
        let edit = difference(&before, data);
        let result_id = self.remember(uri, data.to_vec()).result_id;
        Some(SemanticTokensDelta { result_id, edits: edit.into_iter().collect() })
    }

    /// Forgets a document.
    pub fn forget(&mut self, uri: &str) {
        self.results.remove(uri);
    }
}

/// The one run of tokens in which two lists differ.
fn difference(before: &[SemanticToken], after: &[SemanticToken]) -> Option<SemanticTokensEdit> {
    let front = before.iter().zip(after).take_while(|(one, other)| one == other).count();
    let rest = before.len().min(after.len()).saturating_sub(front);
    let back = before.iter().rev().zip(after.iter().rev()).take(rest).take_while(|(one, other)| one == other).count();
    let gone = before.len().saturating_sub(front).saturating_sub(back);
    let come = after.get(front..after.len().saturating_sub(back)).unwrap_or_default();
    if gone == 0 && come.is_empty() {
        return None;
    }
    let numbers = |count: usize| u32::try_from(count.saturating_mul(5)).unwrap_or(u32::MAX);
    let flat =
        |one: &SemanticToken| [one.delta_line, one.delta_start, one.length, one.token_type, one.token_modifiers_bitset];
    let data = come.iter().flat_map(flat).collect();
    Some(SemanticTokensEdit { start: numbers(front), delete_count: numbers(gone), data: Some(data) })
}
