//! W0105 and W0108: a declaration that nothing uses; a parameter that is overridden wherever it could be read.
//!
//! Left over from an edit, or a name misspelt where it should have been used: then another value is in force than the one that
//! the reader sees. A parameter of the programme that every campaign declares anew is one of these.

use super::context::Context;
use super::found::Found;
use crate::check::clause_words::decl_word;
use crate::check::messages::title_of;
use crate::diagnostic::Diagnostic;
use crate::prove::told::told;
use crate::say;
use crate::source::{FileId, Span};
use crate::syntax::ast::{Decl, DeclKind, Declared};
use std::collections::BTreeSet;

/// A place as a key.
type Place = (FileId, u32, u32);

pub(super) fn find(context: &Context<'_>) -> Vec<Found> {
    let used = used(context);
    let inner: Vec<(&str, Span)> = inner_names(context);
    let mut found = Vec::new();
    for decl in context.decls() {
        let Some(declared) = watched(decl) else { continue };
        if used.contains(&declared.name.span.key()) {
            continue;
        }
        let shadows: Vec<Span> = match decl.kind {
            DeclKind::Parameter(..) => inner
                .iter()
                .filter(|(name, span)| *name == declared.name.text && span.key() != declared.name.span.key())
                .map(|(_, span)| *span)
                .collect(),
            _ => vec![],
        };
        found.push(if shadows.is_empty() {
            unused(context, decl, declared)
        } else {
            overridden(context, decl, declared, &shadows)
        });
    }
    found
}

/// Declarations that are there to be used by others.
fn watched(decl: &Decl) -> Option<&Declared> {
    match &decl.kind {
        DeclKind::Define(declared, _) | DeclKind::Parameter(declared, _) | DeclKind::Period(declared, ..) => {
            Some(declared)
        }
        DeclKind::Track(track) => Some(&track.declared),
        DeclKind::Codes(codes) => Some(&codes.declared),
        DeclKind::Calendar(calendar) => Some(&calendar.declared),
        DeclKind::Enum(one) => Some(&one.declared),
        _ => None,
    }
}

/// Declarations that are read by something other than themselves.
fn used(context: &Context<'_>) -> BTreeSet<Place> {
    let mut used: BTreeSet<Place> = BTreeSet::new();
    let own: Vec<(Place, Span)> =
        context.decls().filter_map(|decl| Some((watched(decl)?.name.span.key(), decl.span))).collect();
    let place_of = |key: &Place| own.binary_search_by(|(place, _)| place.cmp(key)).ok().and_then(|at| own.get(at));
    for reference in context.references {
        let key = reference.declared.key();
        let inside = place_of(&key).is_some_and(|(_, decl)| {
            decl.file == reference.span.file && decl.start <= reference.span.start && reference.span.end <= decl.end
        });
        if !inside {
            used.insert(key);
        }
    }
    used
}

/// Parameters, definitions and tracks of campaigns.
fn inner_names<'a>(context: &Context<'a>) -> Vec<(&'a str, Span)> {
    let campaigns = context.trees.iter().flat_map(|file| &file.decls).filter_map(|decl| match &decl.kind {
        DeclKind::Campaign(_, _, inner) => Some(inner),
        _ => None,
    });
    let named = |decl: &'a Decl| watched(decl).map(|declared| (declared.name.text.as_str(), declared.name.span));
    campaigns.flatten().filter_map(named).collect()
}

fn unused(context: &Context<'_>, decl: &Decl, declared: &Declared) -> Found {
    let policy = context.policy;
    let title = title_of(declared);
    let word = decl_word(&decl.kind);
    Found::plain(
        Diagnostic::warning(
            "W0105",
            told(policy, |words| {
                let (name, word) = (crate::prove::told::named(words, &title), word.get(words.language));
                say!(words.language, "nothing uses the {word} {name}", "没有任何地方使用{word} {name}")
            }),
            declared.name.span,
            told(policy, |words| say!(words.language, "declared and never read", "声明后从未被读取")),
        )
        .help(told(policy, |words| {
            say!(words.language, "use it where it was meant, or delete it", "请在本应使用之处使用它，或删去这个声明")
        }))
        .fix(context.lines_of(decl.span), ""),
    )
}

fn overridden(context: &Context<'_>, decl: &Decl, declared: &Declared, by: &[Span]) -> Found {
    let policy = context.policy;
    let title = title_of(declared);
    let mut found = Diagnostic::warning(
        "W0108",
        told(policy, |words| {
            let name = crate::prove::told::named(words, &title);
            say!(
                words.language,
                "the value of {name} is overridden wherever it is read",
                "{name} 的值在每个使用处都被覆盖"
            )
        }),
        declared.name.span,
        told(policy, |words| say!(words.language, "this value is never in force", "这个值从不生效")),
    );
    for span in by {
        found = found.mark(*span, told(policy, |words| say!(words.language, "overridden here", "在此被覆盖")));
    }
    let found = found.help(told(policy, |words| {
        say!(
            words.language,
            "delete it here, or delete the one of the campaign, so that one value is in force",
            "请删去此处的声明，或删去活动中的声明，只留一个生效的值"
        )
    }));
    Found::plain(found.fix(context.lines_of(decl.span), ""))
}
