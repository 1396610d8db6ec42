//! How a programme takes the findings of lints: the `lint` clause of its head. It is no part of the policy's meaning.

use super::Found;
use super::registry::{self, is_code};
use crate::check::messages::both;
use crate::diagnostic::{Diagnostic, Severity};
use crate::syntax::ast::{self, ClauseKind, DeclKind, LintLevel, Name};
use std::collections::BTreeMap;

/// Levels as the head sets them.
#[derive(Debug, Clone, Default)]
pub(super) struct Levels {
    all: Option<LintLevel>,
    single: BTreeMap<String, LintLevel>,
}

impl Levels {
    fn of(&self, code: &str) -> LintLevel {
        self.single.get(code).copied().or(self.all).unwrap_or(LintLevel::Warning)
    }

    /// Whether findings of this code are not wanted.
    pub(super) fn is_off(&self, code: &str) -> bool {
        self.of(code) == LintLevel::Off
    }

    /// How bad findings of this code are.
    pub(super) fn severity(&self, code: &str) -> Severity {
        match self.of(code) {
            LintLevel::Error => Severity::Error,
            LintLevel::Warning | LintLevel::Off => Severity::Warning,
        }
    }
}

/// The levels of a programme, and what is wrong with how they are written. A lint that is named goes before `all`.
pub(super) fn read(trees: &[&ast::File]) -> (Levels, Vec<Found>) {
    let mut levels = Levels::default();
    let mut wrong = Vec::new();
    let heads = trees.iter().flat_map(|file| &file.decls).filter_map(|decl| match &decl.kind {
        DeclKind::Programme(_, clauses) => Some(clauses),
        _ => None,
    });
    for clause in heads.flatten() {
        let ClauseKind::Lint(list) = &clause.kind else { continue };
        for (name, level) in list {
            match name {
                None => levels.all = Some(*level),
                Some(name) if is_code(&name.text) => {
                    levels.single.insert(name.text.clone(), *level);
                }
                Some(name) => wrong.push(unknown(name)),
            }
        }
    }
    (levels, wrong)
}

/// A code that no lint has.
pub(super) fn unknown(name: &Name) -> Found {
    let near = registry::nearest(&name.text);
    let found = Diagnostic::warning(
        "W0103",
        both(format!("there is no lint `{}`", name.text), format!("没有编号为 `{}` 的检查项", name.text)),
        name.span,
        both("no such code", "没有这个编号"),
    );
    let found = match near {
        Some(near) => {
            found.help(both(format!("did you mean `{near}`?"), format!("是否想写 `{near}`？"))).fix(name.span, near)
        }
        None => found
            .help(both("write the code that the finding shows, such as `W0105`", "请写提示中显示的编号，例如 `W0105`")),
    };
    Found::plain(found)
}
