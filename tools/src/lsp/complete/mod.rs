//! Completion: what grammar and types allow at a place, and nothing else.
//!
//! [`context`] finds the place among blocks and words and asks the parser what may come next ([`grammar`] says what its rules
//! begin with); [`wanted`] says which names the words before ask for, with types from the checker; [`names`] lists them.

mod context;
mod grammar;
mod names;
mod snippets;
mod wanted;

use super::desk::{Desk, View};
use context::Context;
use earnest_dsl::check::{Standing, clause_may_stand, may_stand_in_campaign};
use earnest_dsl::diagnostic::Language;
use earnest_dsl::policy::Type;
use earnest_dsl::syntax::keywords::{Keyword, Kind, keyword};
use earnest_dsl::syntax::layout::canonical_of;
use earnest_dsl::syntax::parse::{Production, Tree, parse};
use gen_lsp_types::{
    CompletionItem, CompletionItemKind, CompletionItemLabelDetails, CompletionList, InsertTextFormat, Position, Range,
    TextEdit, Uri,
};
use names::{Names, Offer};
use snippets::{CLAUSES, DECLARATIONS, Snippet, plain};
use std::collections::BTreeSet;
use wanted::Wanted;

/// What may stand at a position. The text is the present one; names are those of the last check.
#[must_use]
pub fn complete(desk: &Desk<'_>, uri: &Uri, view: &View<'_>, position: Position, snippets: bool) -> CompletionList {
    let Some(document) = desk.documents.get(&uri.0) else { return CompletionList::default() };
    let lines = &document.lines;
    let cursor = lines.byte(position);
    if in_comment_or_text(lines.text(), cursor) {
        return CompletionList::default();
    }
    let context = Context::new(lines.text(), cursor);
    let chinese = context.chinese.unwrap_or(desk.language == Language::Chinese);
    let spelling = if chinese { Language::Chinese } else { Language::English };
    let standing = Standing { kinds: kinds_at_hand(&context, view), campaign: context.campaign().map(str::to_owned) };
    let range = Range { start: lines.position(context.start), end: position };
    let mut items: Vec<CompletionItem> = Vec::new();
    let wanted = wanted::wanted(&context, view, &standing);
    if ["name", "any_word", "unit_name"].iter().any(|token| context.next.contains(*token)) {
        let names = Names::new(view, desk.language, chinese, &standing.kinds);
        items.extend(
            names.map(|names| names.fitting(&wanted)).unwrap_or_default().into_iter().map(|offer| named(offer, range)),
        );
    }
    let fitting = words(&context, spelling).into_iter().filter(|word| fits(word.keyword, &wanted));
    items.extend(fitting.map(|word| keyword_item(word, range, snippets)));
    let mut seen = BTreeSet::new();
    items.retain(|item| seen.insert(item.label.clone()));
    CompletionList { is_incomplete: false, items, ..CompletionList::default() }
}

/// Whether the cursor stands in a comment or between quotes: nothing is offered there.
fn in_comment_or_text(text: &str, cursor: u32) -> bool {
    use earnest_dsl::syntax::lexer::{LexError, TokenKind, lex};
    let before = text.get(..usize::try_from(cursor).unwrap_or(usize::MAX)).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |at| at.saturating_add(1));
    let tokens = lex(before.get(start..).unwrap_or_default());
    tokens.last().is_some_and(|token| {
        matches!(token.kind, TokenKind::Comment | TokenKind::Error(LexError::OpenText | LexError::Stray))
    })
}

/// The kinds of event of the declaration around: those that its head names, else those that the last check found.
fn kinds_at_hand(context: &Context, view: &View<'_>) -> Vec<String> {
    let head = context.head();
    let Some(policy) = view.policy() else { return vec![] };
    let from = head.iter().position(|word| keyword("on_kind").is_some_and(|on| on.all().any(|known| known == word)));
    if let Some(from) = from {
        let names = head.iter().skip(from.saturating_add(1)).filter(|word| !matches!(word.as_str(), "," | "."));
        return names
            .filter_map(|name| wanted::kind_named(policy, name))
            .filter_map(|id| Some(policy.kind(id)?.title.name.clone()))
            .collect();
    }
    let declared = head.get(1).into_iter().chain(head.get(2));
    let rule = declared.into_iter().find_map(|name| {
        let own = |title: &earnest_dsl::policy::Title| title.name.rsplit('.').next() == Some(name.as_str());
        policy.rules.iter().find(|rule| own(&rule.title))
    });
    let kinds = rule.map(|rule| rule.kinds.as_slice()).unwrap_or_default();
    kinds.iter().filter_map(|id| Some(policy.kind(*id)?.title.name.clone())).collect()
}

/// Whether a word of the language can be of the type that is wanted: a month is no amount, and `yes` no value of a list.
fn fits(keyword: &Keyword, wanted: &Wanted) -> bool {
    match wanted {
        Wanted::Values(Type::Date | Type::Instant | Type::Time | Type::Period(_)) => true,
        Wanted::Values(_) => false,
        Wanted::Rows(_) => matches!(keyword.role, "otherwise" | "from_row"),
        Wanted::Members(_) => keyword.kind == Kind::Function,
        Wanted::Rules(_) | Wanted::Groups | Wanted::Kinds | Wanted::Libraries | Wanted::Pools | Wanted::Codes => false,
        _ => true,
    }
}

/// A word of the language that may come next.
struct Word {
    /// As it is shown.
    shown: String,
    keyword: &'static Keyword,
    /// A whole clause or declaration that begins with it.
    snippet: Option<&'static str>,
    rank: u8,
}

/// The words of the language that may come next, in the spelling of the place.
fn words(context: &Context, spelling: Language) -> Vec<Word> {
    let at_start = context.before.is_empty();
    let role = context.blocks.last().map_or(Some("file"), |block| block.role);
    let mut found = Vec::new();
    for name in &context.next {
        let Some(keyword) = name.strip_prefix("kw_").and_then(keyword) else { continue };
        let Some(first) = keyword.words(spelling).first() else { continue };
        let begins = matches!(keyword.kind, Kind::Clause | Kind::Declaration);
        let (snippet, allowed) = if at_start && begins { begun(keyword, role, spelling) } else { (None, true) };
        if allowed {
            let rank = if begins && at_start { 5 } else { 6 };
            found.push(Word { shown: first.replace("每 ", "每"), keyword, snippet, rank });
        }
    }
    found
}

/// The snippet that a keyword begins, and whether what it begins may stand in a declaration's block.
fn begun(keyword: &Keyword, block: Option<&str>, spelling: Language) -> (Option<&'static str>, bool) {
    let find = |list: &'static [Snippet]| list.iter().find(|snippet| snippet.role == keyword.role);
    let declaration = keyword.kind == Kind::Declaration;
    let Some(snippet) = find(if declaration { DECLARATIONS } else { CLAUSES }) else { return (None, true) };
    let text = snippet.text(spelling);
    let production = if declaration { Production::Declaration } else { Production::Clause };
    // What stands where is the checker's knowledge: it is asked with the snippet itself.
    let tree = parse(production, &canonical_of(&plain(text))).ok().map(|read| read.tree);
    let allowed = match (&tree, block) {
        (Some(Tree::Declaration(decl)), Some("campaign")) => may_stand_in_campaign(&decl.kind),
        (Some(Tree::Clause(clause)), Some(role)) => clause_may_stand(role, &clause.kind),
        _ => true,
    };
    (Some(text), allowed)
}

fn edit(range: Range, text: String) -> Option<gen_lsp_types::CompletionItemTextEdit> {
    Some(TextEdit { range, new_text: text }.into())
}

fn named(offer: Offer, range: Range) -> CompletionItem {
    let Offer { text, also, detail, kind, rank } = offer;
    let label = text.trim_end_matches(": ").to_owned();
    let filter = if also.is_empty() { label.clone() } else { format!("{label} {also}") };
    let details = CompletionItemLabelDetails { detail: None, description: Some(also).filter(|also| !also.is_empty()) };
    CompletionItem {
        sort_text: Some(format!("{rank}{label}")),
        filter_text: Some(filter),
        label,
        label_details: Some(details),
        kind: Some(kind),
        detail: Some(detail).filter(|detail| !detail.is_empty()),
        text_edit: edit(range, text),
        ..CompletionItem::default()
    }
}

fn keyword_item(word: Word, range: Range, snippets: bool) -> CompletionItem {
    let Word { shown, keyword, snippet, rank } = word;
    let twin = format!("{} · {}", keyword.shown(Language::English), keyword.shown(Language::Chinese));
    let (kind, text, format) = match snippet.filter(|_| snippets) {
        Some(snippet) => (CompletionItemKind::Snippet, snippet.to_owned(), InsertTextFormat::Snippet),
        None => (CompletionItemKind::Keyword, shown.clone(), InsertTextFormat::PlainText),
    };
    CompletionItem {
        sort_text: Some(format!("{rank}{shown}")),
        filter_text: Some(shown.clone()),
        label: shown,
        kind: Some(kind),
        detail: Some(snippet.map_or(twin, plain)),
        insert_text_format: Some(format),
        text_edit: edit(range, text),
        ..CompletionItem::default()
    }
}
