//! W0151: a condition that always holds. W0152: a condition that another one, or a window, implies.
//!
//! A condition is written to leave something out. One that leaves out nothing was meant otherwise, or hides what does the work.

use super::event::{self, nowhere, under};
use super::found::{Claim, Found};
use crate::check::meet::conjuncts;
use crate::diagnostic::Diagnostic;
use crate::policy::expr::walk;
use crate::policy::{Expr, Node, Policy, Rule, RuleBody, RuleId};
use crate::prove::space::{self, Region};
use crate::prove::told::{named, told};
use crate::say;
use crate::source::{FileId, Span};
use std::collections::BTreeMap;

/// A condition of the text, and the rules that have it: a campaign's conditions are those of all its rules.
struct Written<'p> {
    rules: Vec<(RuleId, &'p Rule, &'p Expr)>,
    span: Span,
}

pub(super) fn find(policy: &Policy) -> Vec<Found> {
    let mut written: BTreeMap<(FileId, u32, u32), Written<'_>> = BTreeMap::new();
    for (at, rule) in policy.rules.iter().enumerate() {
        if !matches!(rule.body, RuleBody::Earn(_) | RuleBody::Raise { .. }) {
            continue;
        }
        for condition in conjuncts(&rule.conditions) {
            let entry =
                written.entry(condition.span.key()).or_insert_with(|| Written { rules: vec![], span: condition.span });
            entry.rules.push((RuleId(at), rule, condition));
        }
    }
    written.into_values().filter_map(|one| redundant(policy, &one)).collect()
}

fn redundant(policy: &Policy, written: &Written<'_>) -> Option<Found> {
    let (id, rule, _) = *written.rules.first()?;
    let holds = |rule: &Rule, condition: &Expr| {
        nowhere(policy, &rule.kinds, |kind| Region::all(kind).without(&space::condition(policy, kind, condition)))
    };
    if written.rules.iter().all(|(_, rule, condition)| holds(rule, condition)) {
        let diagnostic = Diagnostic::warning(
            "W0151",
            told(policy, |words| {
                let rule = named(words, &rule.title);
                say!(words.language, "this condition of {rule} always holds", "{rule} 的这个条件总是成立")
            }),
            written.span,
            told(policy, |words| say!(words.language, "leaves no event out", "没有排除任何事件")),
        )
        .help(told(policy, |words| {
            say!(words.language, "leave it out, or write what is to be excluded", "请删去，或写明要排除什么")
        }));
        let witness = event::paying(policy, rule, &[]);
        return Some(Found::by(mended(policy, diagnostic, written.span), witness, Claim::Something(vec![id])));
    }
    let mut by: Option<Span> = None;
    for (_, rule, condition) in &written.rules {
        by = Some(implied(policy, rule, condition)?);
    }
    by.map(|by| shown_implied(policy, written, (id, rule), by))
}

/// What implies a condition of a rule: the other condition or the window that does it alone, else the first of the rest.
fn implied(policy: &Policy, rule: &Rule, condition: &Expr) -> Option<Span> {
    let key = condition.span.key();
    let others: Vec<&Expr> = conjuncts(&rule.conditions).into_iter().filter(|other| other.span.key() != key).collect();
    if others.is_empty() && rule.windows.is_empty() {
        return None;
    }
    // What nothing else in the rule speaks of is implied by nothing.
    let read = leaves(condition);
    let dated = read.iter().any(|node| matches!(node, Node::Today)) && !rule.windows.is_empty();
    if !dated && !others.iter().any(|other| leaves(other).iter().any(|node| read.contains(node))) {
        return None;
    }
    let rest = under(rule, others.iter().map(|one| (*one).clone()).collect());
    let outside = |rule: &Rule| {
        nowhere(policy, &rule.kinds, |kind| {
            space::matching(policy, rule, kind).without(&space::condition(policy, kind, condition))
        })
    };
    if !outside(&rest) {
        return None;
    }
    // A rule that nothing meets is another finding's matter.
    if nowhere(policy, &rule.kinds, |kind| space::matching(policy, &rest, kind)) {
        return None;
    }
    let bare = Rule { windows: vec![], ..under(rule, vec![]) };
    let alone = others.iter().find(|other| outside(&under(&bare, vec![(***other).clone()])));
    let found = match alone {
        Some(other) => {
            // Of two that say the same, the later is the one too many.
            let mutual = under(&bare, vec![condition.clone()]);
            let back = nowhere(policy, &rule.kinds, |kind| {
                space::matching(policy, &mutual, kind).without(&space::condition(policy, kind, other))
            });
            if back && key < other.span.key() {
                return None;
            }
            other.span
        }
        None => {
            let window =
                rule.windows.iter().find(|window| outside(&Rule { windows: vec![(*window).clone()], ..bare.clone() }));
            window.map(|window| window.span).or_else(|| others.first().map(|other| other.span))?
        }
    };
    Some(found)
}

/// What a condition reads: fields, facts, measures.
fn leaves(condition: &Expr) -> Vec<&Node> {
    let mut found = Vec::new();
    walk(condition, &mut |inner| {
        if matches!(
            inner.node,
            Node::Field(_)
                | Node::Element(_)
                | Node::Fact(..)
                | Node::OfEvent(..)
                | Node::Measure(..)
                | Node::Tier(..)
                | Node::MeasureOver { .. }
                | Node::Balance(..)
                | Node::Today
                | Node::IsKind(_)
        ) {
            found.push(&inner.node);
        }
    });
    found
}

fn shown_implied(policy: &Policy, written: &Written<'_>, (id, rule): (RuleId, &Rule), by: Span) -> Found {
    let diagnostic = Diagnostic::warning(
        "W0152",
        told(policy, |words| {
            let rule = named(words, &rule.title);
            say!(words.language, "this condition of {rule} changes nothing", "{rule} 的这个条件不起作用")
        }),
        written.span,
        told(policy, |words| say!(words.language, "holds wherever the rest holds", "其余条件成立时它必然成立")),
    )
    .mark(by, told(policy, |words| say!(words.language, "says more than it", "已经包含了它")))
    .help(told(policy, |words| {
        say!(
            words.language,
            "leave it out; or one of the two numbers, values or dates was meant otherwise",
            "请删去；或者两处的数字、取值或日期有一处写错"
        )
    }));
    Found::by(mended(policy, diagnostic, written.span), event::paying(policy, rule, &[]), Claim::Something(vec![id]))
}

/// With the fix that takes the condition out: what the rule gives stays the same.
fn mended(policy: &Policy, found: Diagnostic, condition: Span) -> Diagnostic {
    match super::removal::condition(&policy.sources, condition) {
        Some(span) => found.fix(span, ""),
        None => found,
    }
}
