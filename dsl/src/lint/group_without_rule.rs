//! W0104: a group that no rule is in.
//!
//! The author meant rules to compete and forgot `in GROUP`: they add up, or each counts alone.

use super::context::Context;
use super::found::Found;
use crate::diagnostic::Diagnostic;
use crate::prove::told::{named, told};
use crate::say;
use crate::syntax::ast::DeclKind;

pub(super) fn find(context: &Context<'_>) -> Vec<Found> {
    let policy = context.policy;
    let empty = policy.groups.iter().filter(|group| group.members.is_empty());
    empty
        .map(|group| {
            let found = Diagnostic::warning(
                "W0104",
                told(policy, |words| {
                    let name = named(words, &group.title);
                    say!(words.language, "no rule is in the group {name}", "没有规则归入组 {name}")
                }),
                group.title.span,
                told(policy, |words| say!(words.language, "it combines nothing", "它没有可组合的规则")),
            )
            .help(told(policy, |words| {
                let name = &group.title.name;
                say!(
                    words.language,
                    "write `in {name}` in the rules that belong to it, or delete the group",
                    "请在属于该组的规则里写 `归入 {name}`，或删去该组",
                )
            }));
            let written = context.references.iter().any(|one| one.declared.key() == group.title.span.key());
            let decl = context.decls().find(
                |decl| matches!(&decl.kind, DeclKind::Group(declared, ..) if declared.name.span.key() == group.title.span.key()),
            );
            Found::plain(match decl {
                Some(decl) if !written => found.fix(context.lines_of(decl.span), ""),
                _ => found,
            })
        })
        .collect()
}
