//! Which names fit at a place: what the words before it ask for.

use super::context::Context;
use crate::lsp::desk::View;
use earnest_dsl::check::Standing;
use earnest_dsl::policy::{Field, KindId, Policy, Type};
use earnest_dsl::syntax::keywords::keyword;

/// What fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// No name at all.
    Nothing,
    /// Rules; with `base` where a multiple names what it raises.
    Rules(bool),
    /// Rules, groups, requests and pools: what a test lists.
    Lines,
    /// Groups.
    Groups,
    /// Kinds of event.
    Kinds,
    /// Libraries.
    Libraries,
    /// Pools of points.
    Pools,
    /// Codes of refusal.
    Codes,
    /// Units of amounts.
    Units,
    /// Types of fields.
    Types,
    /// What stands behind the dot of this path.
    Members(Vec<String>),
    /// Values of a type: of a list, yes or no, sets of codes; else names of this type.
    Values(Type),
    /// Keys of rows for a subject of this type.
    Rows(Type),
    /// Fields of a kind of event, in a record: all but those that stand there already.
    Fields(KindId, Vec<String>),
    /// Facts of the customer, in a record.
    Facts(Vec<String>),
    /// The columns of examples of a kind.
    Columns(KindId),
    /// Any value.
    Any,
}

/// What the words before a place ask for.
#[must_use]
pub fn wanted(context: &Context, view: &View<'_>, standing: &Standing) -> Wanted {
    let Some(policy) = view.policy() else { return Wanted::Nothing };
    if matches!(context.back(0), "." | "的") {
        return Wanted::Members(path_before(&context.before));
    }
    if let Some(found) = in_block(context, view, policy, standing) {
        return found;
    }
    behind(context, view, policy, standing)
}

/// Whether a word is one of a keyword's, in either spelling.
fn is(word: &str, role: &str) -> bool {
    keyword(role).is_some_and(|keyword| keyword.all().any(|known| known == word))
}

/// `customer.`, `客户 的`: the names before the last dot or 的.
fn path_before(words: &[String]) -> Vec<String> {
    let mut path = Vec::new();
    let mut rest = words;
    while let [before @ .., name, dot] = rest
        && matches!(dot.as_str(), "." | "的")
    {
        path.insert(0, name.clone());
        rest = before;
    }
    path
}

/// Inside a table, a set or a record.
fn in_block(context: &Context, view: &View<'_>, policy: &Policy, standing: &Standing) -> Option<Wanted> {
    let block = context.blocks.last().filter(|block| block.role.is_none())?;
    let last = block.head.last().map(String::as_str).unwrap_or_default();
    let at_key = context.before.is_empty();
    let in_test = context.blocks.iter().any(|outer| matches!(outer.role, Some("test" | "examples")));
    if in_test {
        return record(context, policy, &block.head, at_key);
    }
    if is(last, "in") || is(last, "not_in") {
        let negated = usize::from(is(last, "not_in") && last == "in");
        let operand = operand(block.head.get(..block.head.len().saturating_sub(1 + negated)).unwrap_or_default());
        return Some(values(view, standing, &operand));
    }
    if at_key {
        let subject = operand(&block.head);
        let typed = view.draft.type_of(standing, &subject.join(" "))?;
        return Some(Wanted::Rows(typed.ty));
    }
    None
}

/// A record of a test: fields of an event, facts of a customer, or the lines of an expectation.
fn record(context: &Context, policy: &Policy, head: &[String], at_key: bool) -> Option<Wanted> {
    if head.iter().any(|word| word == "=>") {
        return at_key.then_some(Wanted::Lines);
    }
    let kind = kind_named(policy, head.last()?);
    if at_key {
        return Some(match kind {
            Some(kind) => Wanted::Fields(kind, vec![]),
            None => Wanted::Facts(vec![]),
        });
    }
    let field = context.before.first()?;
    let fields: Vec<&Field> = match kind {
        Some(kind) => policy.kind(kind)?.fields.iter().collect(),
        None => policy.subjects.iter().flat_map(|subject| &subject.facts).collect(),
    };
    let found = fields.into_iter().find(|one| answers(&one.title, field))?;
    (context.back(0) == ":").then(|| Wanted::Values(found.typed.ty.clone()))
}

/// Behind the words of a clause.
fn behind(context: &Context, view: &View<'_>, policy: &Policy, standing: &Standing) -> Wanted {
    let first = context.before.first().map(String::as_str).unwrap_or_default();
    let (last, one_before) = (context.back(0), context.back(1));
    let at_start = context.before.len() == 1;
    let clause = context.role().is_some();
    if context.before.is_empty() {
        return if clause { Wanted::Any } else { Wanted::Nothing };
    }
    if matches!(context.role(), Some("event" | "request_event" | "refund_event" | "moment_event" | "facts"))
        && last == ":"
    {
        return Wanted::Types;
    }
    if context.next.contains("unit_name") && last.starts_with(|one: char| one.is_ascii_digit()) {
        return Wanted::Units;
    }
    if is(first, "use") {
        return Wanted::Libraries;
    }
    if at_start && clause && is(last, "in_group") {
        return Wanted::Groups;
    }
    if is(first, "raise") && (is(last, "raise") || last == ",") {
        return Wanted::Rules(true);
    }
    if two(one_before, last) == "adds to" || is(first, "adds_to") {
        return Wanted::Rules(false);
    }
    if is(last, "across") || (is(last, "then") && context.before.iter().any(|word| is(word, "across"))) {
        return Wanted::Lines;
    }
    if is(last, "into") {
        return Wanted::Pools;
    }
    if is(last, "refuse") || is(last, "else_refuse") || two(one_before, last) == "else refuse" {
        return Wanted::Codes;
    }
    if !clause && names_kinds(&context.before) {
        return Wanted::Kinds;
    }
    if let Some(kind) = columns(&context.before, policy) {
        return Wanted::Columns(kind);
    }
    compared(context, view, standing).unwrap_or(Wanted::Any)
}

fn two(one: &str, other: &str) -> String {
    format!("{one} {other}")
}

/// The head of a declaration that names kinds of event: `rule a on |`, `examples "x" of |`.
fn names_kinds(words: &[String]) -> bool {
    let from = words.iter().rposition(|word| is(word, "on_kind") || is(word, "examples_of"));
    let behind = from.and_then(|at| words.get(at.saturating_add(1)..)).unwrap_or_default();
    from.is_some() && (behind.is_empty() || behind.last().is_some_and(|word| word == ","))
}

/// `examples "x" of Purchase(|`.
fn columns(words: &[String], policy: &Policy) -> Option<KindId> {
    let open = words.iter().rposition(|word| word == "(")?;
    let first = words.first()?;
    (is(first, "examples")).then(|| kind_named(policy, words.get(open.checked_sub(1)?)?)).flatten()
}

/// Behind an operator that compares: values of the type of what stands before it.
fn compared(context: &Context, view: &View<'_>, standing: &Standing) -> Option<Wanted> {
    let words = &context.before;
    let last = context.back(0);
    let length =
        if matches!(last, "not" | "in") && (context.back(1) == "is" || context.back(1) == "not") { 2 } else { 1 };
    let compares = matches!(last, "=" | "!=" | "<" | "<=" | ">" | ">=")
        || ["is", "is_not", "in", "not_in"].iter().any(|role| is(last, role))
        || two(context.back(1), last) == "is not"
        || two(context.back(1), last) == "not in";
    if !compares || words.len() <= length {
        return None;
    }
    let operand = operand(words.get(..words.len().saturating_sub(length))?);
    Some(values(view, standing, &operand))
}

fn values(view: &View<'_>, standing: &Standing, operand: &[String]) -> Wanted {
    let typed = view.draft.type_of(standing, &operand.join(" "));
    typed.map_or(Wanted::Any, |typed| Wanted::Values(typed.ty))
}

/// The operand at the end of some words: back to a word that joins conditions, opens a clause or a bracket.
fn operand(words: &[String]) -> Vec<String> {
    const JOINS: [&str; 24] = [
        "and", "or", "not", "when", "while", "for", "need", "且", "或", "非", "当", "只要", "仅限", "须", "(", "{",
        ",", ":", "=", "earn", "得", "keep", "应有", "raise",
    ];
    let mut depth: usize = 0;
    let mut from = words.len();
    for (at, word) in words.iter().enumerate().rev() {
        match word.as_str() {
            ")" | "}" | "]" => depth = depth.saturating_add(1),
            "(" | "{" | "[" if depth > 0 => depth = depth.saturating_sub(1),
            word if depth == 0 && JOINS.contains(&word) => break,
            _ => {}
        }
        from = at;
    }
    words.get(from..).unwrap_or_default().to_vec()
}

/// The kind of event of a name.
#[must_use]
pub fn kind_named(policy: &Policy, name: &str) -> Option<KindId> {
    policy.kinds.iter().position(|kind| answers(&kind.title, name)).map(KindId)
}

/// Whether something answers to a name: by its identifier or a label.
#[must_use]
pub fn answers(title: &earnest_dsl::policy::Title, name: &str) -> bool {
    title.name == name || title.name.rsplit('.').next() == Some(name) || title.labels.iter().any(|label| label == name)
}
