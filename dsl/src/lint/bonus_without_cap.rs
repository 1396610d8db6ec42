//! W0111: a bonus of a campaign that nothing bounds.
//!
//! A campaign promises more than the programme usually gives. Without a cap for each customer or a budget in all, one large
//! purchase, or one resourceful customer, costs whatever it costs. Who means it so says `no cap`.

use super::context::Context;
use super::event;
use super::found::{Claim, Found};
use crate::diagnostic::Diagnostic;
use crate::policy::{Bounded, Constraint, GroupMode, Node, Policy, Rule, RuleBody, RuleId};
use crate::prove::told::{named, told};
use crate::say;
use crate::source::{FileId, Span};
use crate::syntax::ast::{Decl, DeclKind};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn find(context: &Context<'_>) -> Vec<Found> {
    let policy = context.policy;
    let bounded: BTreeSet<RuleId> = policy
        .constraints
        .iter()
        .filter(|limit| caps(policy, limit))
        .flat_map(|limit| limit.rules.iter().copied())
        .collect();
    let decls: BTreeMap<(FileId, u32, u32), &Decl> = context
        .decls()
        .filter_map(|decl| match &decl.kind {
            DeclKind::Rule(rule) => Some((rule.declared.name.span.key(), decl)),
            _ => None,
        })
        .collect();
    let rules = policy.rules.iter().enumerate().map(|(at, rule)| (RuleId(at), rule));
    let uncapped = rules.filter(|(id, rule)| {
        rule.campaign.is_some() && !rule.no_cap && !bounded.contains(id) && unbounded(policy, rule, &bounded)
    });
    uncapped
        .enumerate()
        .map(|(at, (id, rule))| {
            let found = told_of(context, rule, decls.get(&rule.title.span.key()).copied());
            // An event is looked for where somebody will look at it.
            let witness = if at < SHOWN { event::paying(policy, rule, &[]) } else { None };
            Found::by(found, witness, Claim::Whole(id))
        })
        .collect()
}

/// How many findings are shown by an event.
const SHOWN: usize = 50;

/// Whether a constraint bounds what its rules can give in the end.
fn caps(policy: &Policy, limit: &Constraint) -> bool {
    let flat = |id: &RuleId| policy.rule(*id).is_some_and(is_flat);
    match limit.bounded {
        Bounded::Points | Bounded::Worth | Bounded::Spend(_) => !limit.at_least,
        // A number of uses bounds points only where each use gives a fixed number.
        Bounded::Uses => !limit.at_least && limit.rules.iter().all(flat),
        Bounded::Pieces | Bounded::Value => false,
    }
}

/// Whether what a rule gives does not grow with the event.
fn is_flat(rule: &Rule) -> bool {
    match &rule.body {
        RuleBody::Earn(lines) => lines.iter().all(|line| {
            let mut grows = false;
            crate::policy::expr::walk(&line.amount, &mut |expr| {
                grows |=
                    matches!(expr.node, Node::PerFull { .. } | Node::Multiply(..) | Node::Field(_) | Node::Element(_));
                // A table may be chosen by a field and still give fixed numbers.
            });
            !grows
                || matches!(&line.amount.node, Node::Table { rows, in_parts: false, .. }
                if rows.iter().all(|row| matches!(row.value.node, Node::Constant(_))))
        }),
        _ => false,
    }
}

/// Whether a rule gives without end by what it says itself.
fn unbounded(policy: &Policy, rule: &Rule, bounded: &BTreeSet<RuleId>) -> bool {
    // Factors of a group that multiplies are bounded with their base.
    let multiplied = rule
        .group
        .is_some_and(|(group, _)| policy.group(group).is_some_and(|group| group.mode == GroupMode::MultiplyTogether));
    match &rule.body {
        RuleBody::Earn(_) => true,
        RuleBody::Raise { targets, .. } => {
            let capped = |id: &RuleId| bounded.contains(id) || policy.rule(*id).is_some_and(is_flat);
            !multiplied && !targets.iter().all(capped)
        }
        // What is kept for a key is a total: fixed, or growing with the measure.
        RuleBody::Level { line, .. } => !matches!(line.amount.node, Node::Constant(_) | Node::Table { .. }),
        RuleBody::Accept(_) | RuleBody::Request(_) | RuleBody::Convert(_) | RuleBody::Notify(_) => false,
    }
}

fn told_of(context: &Context<'_>, rule: &Rule, decl: Option<&Decl>) -> Diagnostic {
    let policy = context.policy;
    let found = Diagnostic::warning(
        "W0111",
        told(policy, |words| {
            let name = named(words, &rule.title);
            say!(words.language, "nothing bounds what {name} gives", "{name} 所给的积分没有任何上限")
        }),
        rule.title.span,
        told(policy, |words| {
            say!(words.language, "a bonus without cap or budget", "既无上限也无预算的活动奖励")
        }),
    )
    .help(told(policy, |words| {
        say!(
            words.language,
            "write a limit, such as `per customer per month at most 5_000 …, drop the rest`, or a budget of the campaign: `in all at most …`",
            "请写上限，例如 `每客户 每月 最多 5_000 …，超出不计`，或活动预算：`总共 最多 …`"
        )
    }))
    .help(told(policy, |words| {
        say!(words.language, "if it is meant so, say `no cap`", "若确实如此，请写明 `不设上限`")
    }));
    match decl.and_then(|decl| insertion(context, decl)) {
        Some((place, text)) => found.fix(place, text),
        None => found,
    }
}

/// Where `no cap` would stand: a line of its own before the closing brace, in the spelling of the file.
fn insertion(context: &Context<'_>, decl: &Decl) -> Option<(Span, String)> {
    let text = context.text(decl.span);
    let brace = text.rfind(['}', '｝'])?;
    let line = text.get(..brace)?.rfind('\n')?;
    let indent = text.get(line.checked_add(1)?..brace)?;
    if !indent.trim().is_empty() {
        return None;
    }
    let chinese = text.starts_with("规则");
    let word = if chinese { "不设上限" } else { "no cap" };
    let at = decl.span.start.checked_add(u32::try_from(line.checked_add(1)?).ok()?)?;
    Some((Span::new(decl.span.file, at, at), format!("{indent}  {word}\n")))
}
