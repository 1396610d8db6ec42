//! W0106: a name that customers see has no label in a language of the programme.
//!
//! A programme whose own name is labelled in Chinese has a terms page in Chinese; a rule, campaign or gift without a label in
//! that language appears there under its identifier. The same goes for English, where an identifier in Latin letters is enough.

use super::context::{Context, clauses};
use super::found::Found;
use crate::diagnostic::{Diagnostic, Language};
use crate::prove::told::told;
use crate::say;
use crate::syntax::ast::{ClauseKind, DeclKind, Declared, TierSource};

pub(super) fn find(context: &Context<'_>) -> Vec<Found> {
    let head = context.decls().find_map(|decl| match &decl.kind {
        DeclKind::Programme(declared, _) => Some(declared),
        _ => None,
    });
    let Some(head) = head else { return vec![] };
    let spoken: Vec<Language> =
        [Language::Chinese, Language::English].into_iter().filter(|language| speaks(head, *language)).collect();
    let lacking = |declared: &&Declared| spoken.iter().find(|language| !speaks(declared, **language)).copied();
    shown(context)
        .iter()
        .filter_map(|declared| Some((*declared, lacking(declared)?)))
        .map(|(declared, language)| missing(context, declared, language))
        .collect()
}

/// Whether a declaration has a name in a language.
fn speaks(declared: &Declared, language: Language) -> bool {
    let names = declared.labels.iter().map(|label| label.text.as_str()).chain([declared.name.text.as_str()]);
    let mut names = names.map(|name| name.chars().any(|letter| matches!(letter, '\u{4e00}'..='\u{9fff}')));
    match language {
        Language::Chinese => names.any(|han| han),
        Language::English => names.any(|han| !han),
    }
}

/// What customers see.
fn shown<'a>(context: &Context<'a>) -> Vec<&'a Declared> {
    let mut all = Vec::new();
    for decl in context.decls() {
        match &decl.kind {
            DeclKind::Rule(rule) => all.push(&rule.declared),
            DeclKind::Campaign(declared, ..) | DeclKind::Points(declared, _) | DeclKind::Catalogue(declared, _) => {
                all.push(declared);
            }
            DeclKind::Request(request) => all.push(&request.declared),
            DeclKind::Tiers(tiers) => match &tiers.source {
                TierSource::Host(values) => all.extend(values),
                TierSource::Measure { rows, .. } => all.extend(rows.iter().map(|(_, row)| row)),
            },
            _ => {}
        }
        for clause in clauses(decl) {
            match &clause.kind {
                ClauseKind::Item(item) => all.push(&item.declared),
                ClauseKind::Pool(declared, _) => all.push(declared),
                _ => {}
            }
        }
    }
    all
}

fn missing(context: &Context<'_>, declared: &Declared, language: Language) -> Found {
    let (name, policy) = (&declared.name.text, context.policy);
    let (en, zh) = match language {
        Language::Chinese => ("Chinese", "中文"),
        Language::English => ("English", "英文"),
    };
    let example = match language {
        Language::Chinese => "\"消费积分\"",
        Language::English => "\"card spending\"",
    };
    Found::plain(
        Diagnostic::warning(
            "W0106",
            told(policy, |words| {
                let tongue = if words.language == Language::English { en } else { zh };
                say!(words.language, "`{name}` has no label in {tongue}", "`{name}` 没有{tongue}名称")
            }),
            declared.name.span,
            told(policy, |words| {
                let tongue = if words.language == Language::English { en } else { zh };
                say!(
                    words.language,
                    "shown under its identifier to readers of {tongue}",
                    "对{tongue}读者只能显示标识符"
                )
            }),
        )
        .help(told(policy, |words| {
            say!(
                words.language,
                "write the label behind the name: `{name} {example}`",
                "请在名称后写上标签：`{name} {example}`"
            )
        })),
    )
}
