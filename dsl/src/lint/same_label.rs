//! W0119: two rules, or two gifts of a catalogue, that the customer sees under the same label.
//!
//! On a statement, and in an explanation, nobody can tell which of the two it was.

use super::context::{Context, clauses};
use super::found::Found;
use crate::diagnostic::Diagnostic;
use crate::prove::told::told;
use crate::say;
use crate::syntax::ast::{ClauseKind, Decl, DeclKind, Declared};
use std::collections::BTreeMap;

pub(super) fn find(context: &Context<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    let top: Vec<&Declared> = context.trees.iter().flat_map(|file| &file.decls).filter_map(rule).collect();
    found.extend(repeated(context, &top));
    for decl in context.decls() {
        match &decl.kind {
            DeclKind::Campaign(_, _, inner) => {
                found.extend(repeated(context, &inner.iter().filter_map(rule).collect::<Vec<_>>()));
            }
            DeclKind::Catalogue(..) => {
                let items = clauses(decl).into_iter().filter_map(|clause| match &clause.kind {
                    ClauseKind::Item(item) => Some(&item.declared),
                    _ => None,
                });
                found.extend(repeated(context, &items.collect::<Vec<_>>()));
            }
            _ => {}
        }
    }
    found
}

fn rule(decl: &Decl) -> Option<&Declared> {
    match &decl.kind {
        DeclKind::Rule(rule) => Some(&rule.declared),
        _ => None,
    }
}

fn repeated(context: &Context<'_>, all: &[&Declared]) -> Vec<Found> {
    let policy = context.policy;
    let mut known: BTreeMap<&str, &Declared> = BTreeMap::new();
    let mut found = Vec::new();
    for declared in all {
        let Some(label) = declared.labels.first() else { continue };
        let Some(first) = known.get(label.text.as_str()) else {
            known.insert(&label.text, declared);
            continue;
        };
        found.push(Found::plain(
            Diagnostic::warning(
                "W0119",
                told(policy, |words| {
                    let (one, other) = (&first.name.text, &declared.name.text);
                    say!(words.language, "`{other}` has the same label as `{one}`", "`{other}` 与 `{one}` 名称相同")
                }),
                label.span,
                told(policy, |words| say!(words.language, "customers cannot tell them apart", "客户无法区分两者")),
            )
            .mark(
                first.labels.first().map(|label| label.span).unwrap_or_default(),
                told(policy, |words| say!(words.language, "the first with this label", "最先使用该名称")),
            )
            .help(told(policy, |words| {
                say!(words.language, "give one of them a label of its own", "请为其中一个另取名称")
            })),
        ));
    }
    found
}
