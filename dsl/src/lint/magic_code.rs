//! W0109: merchant category codes as bare numbers in a rule.
//!
//! `5812` says nothing to the reader, and the next rule about restaurants will list other numbers. A named set is reviewed once
//! and shared.

use super::context::Context;
use super::found::Found;
use crate::diagnostic::Diagnostic;
use crate::policy::expr::walk;
use crate::policy::{CodeSet, Compare, Expr, MeasureSource, Node, Policy, SetMember, Type, Value};
use crate::prove::told::told;
use crate::say;
use crate::source::Span;

pub(super) fn find(context: &Context<'_>) -> Vec<Found> {
    let policy = context.policy;
    let mut found = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for condition in conditions(policy) {
        walk(condition, &mut |expr| {
            if seen.contains(&expr.span.key()) {
                return;
            }
            if let Some(codes) = literal_codes(expr) {
                seen.insert(expr.span.key());
                found.push(told_of(context, expr, &codes));
            }
        });
    }
    found
}

fn conditions(policy: &Policy) -> impl Iterator<Item = &Expr> {
    let of_measures = policy.measures.iter().flat_map(|measure| &measure.sources).filter_map(|source| match source {
        MeasureSource::Events { when, .. } => when.as_ref(),
        MeasureSource::Postings { .. } | MeasureSource::Measure(_) => None,
    });
    policy.rules.iter().flat_map(|rule| &rule.conditions).chain(of_measures)
}

/// The codes that a condition lists as numbers, ascending runs; `None` where it names a set.
fn literal_codes(expr: &Expr) -> Option<Vec<(u32, u32)>> {
    let number = |value: &Value| match value {
        Value::Code(text) => text.parse::<u32>().ok(),
        _ => None,
    };
    let constant = |expr: &Expr| match &expr.node {
        Node::Constant(value) => number(value),
        _ => None,
    };
    let mut runs: Vec<(u32, u32)> = match &expr.node {
        Node::In(subject, members) if matches!(subject.typed.ty, Type::Code(_)) => members
            .iter()
            .map(|member| match member {
                SetMember::One(one) => constant(one).map(|code| (code, code)),
                SetMember::Run(first, last) => Some((number(first)?, number(last)?)),
                SetMember::Codes(_) => None,
            })
            .collect::<Option<Vec<_>>>()?,
        Node::Compare(Compare::Equal | Compare::NotEqual, left, right) if matches!(left.typed.ty, Type::Code(_)) => {
            vec![constant(right).map(|code| (code, code))?]
        }
        _ => return None,
    };
    runs.sort_unstable();
    // Neighbours make one run, as in a named set.
    let mut merged: Vec<(u32, u32)> = Vec::new();
    for (first, last) in runs {
        match merged.last_mut() {
            Some(before) if first <= before.1.saturating_add(1) => before.1 = before.1.max(last),
            _ => merged.push((first, last)),
        }
    }
    Some(merged)
}

fn told_of(context: &Context<'_>, expr: &Expr, codes: &[(u32, u32)]) -> Found {
    let policy = context.policy;
    let same: Vec<&CodeSet> = policy.code_sets.iter().filter(|set| set.runs == codes).collect();
    let holds = |set: &&CodeSet| codes.iter().all(|(first, last)| (*first..=*last).all(|code| set.contains(code)));
    let wider = policy.code_sets.iter().filter(holds).min_by_key(|set| set.runs.len());
    let found = Diagnostic::warning(
        "W0109",
        told(policy, |words| say!(words.language, "codes are listed as bare numbers", "代码直接写成了数字")),
        expr.span,
        told(policy, |words| say!(words.language, "what kind of shop is this?", "这是哪一类商户？")),
    );
    match (same.first(), wider) {
        (Some(set), _) => {
            let name = &set.title.name;
            let found = found.help(told(policy, |words| {
                say!(
                    words.language,
                    "these are the codes of `{name}`: write that name",
                    "这正是 `{name}` 的代码：请写这个名称"
                )
            }));
            match braces(context, expr.span) {
                Some(span) if matches!(expr.node, Node::In(..)) => Found::plain(found.fix(span, name.clone())),
                _ => Found::plain(found),
            }
        }
        (None, Some(set)) => {
            let name = &set.title.name;
            Found::plain(found.help(told(policy, |words| {
                say!(
                    words.language,
                    "they are among the codes of `{name}`: write that name, or name your own set: `codes my_shops of Mcc {{ 5812 }}`",
                    "它们都在 `{name}` 之中：请写该名称，或自行命名：`代码组 my_shops 之 Mcc {{ 5812 }}`"
                )
            })))
        }
        (None, None) => Found::plain(found.help(told(policy, |words| {
            say!(
                words.language,
                "give them a name: `codes my_shops \"…\" of Mcc {{ 5812 }}`, and write the name here",
                "请给它们一个名称：`代码组 my_shops \"…\" 之 Mcc {{ 5812 }}`，并在此写该名称"
            )
        }))),
    }
}

/// The set in braces in the text of a membership.
fn braces(context: &Context<'_>, span: Span) -> Option<Span> {
    let text = context.text(span);
    let (open, close) = (text.find(['{', '｛'])?, text.rfind(['}', '｝'])?);
    let end = close.checked_add(text.get(close..)?.chars().next()?.len_utf8())?;
    let at = |byte: usize| u32::try_from(byte).ok().map(|byte| span.start.saturating_add(byte));
    Some(Span::new(span.file, at(open)?, at(end)?))
}
