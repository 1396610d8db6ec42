//! W0154: a limit that no event ever reaches.
//!
//! A limit is written because somebody fears a number. Where the rule, or another limit, keeps below it anyway, either the
//! limit is wrong (a nought too many, a month for a day) or it gives a safety that is not there.

use super::event;
use super::found::{Claim, Found};
use super::removal;
use crate::check::table::constant_number;
use crate::diagnostic::Diagnostic;
use crate::policy::{Constraint, ConstraintId, Policy, RuleBody};
use crate::prove::room::{self, Because, Most};
use crate::prove::told::{amount, named, times, told};
use crate::say;
use crate::words::Words;

pub(super) fn find(policy: &Policy) -> Vec<Found> {
    let constraints = policy.constraints.iter().enumerate();
    constraints.filter_map(|(at, constraint)| never_binds(policy, ConstraintId(at), constraint)).collect()
}

fn never_binds(policy: &Policy, id: ConstraintId, constraint: &Constraint) -> Option<Found> {
    let rules = constraint.rules.iter().filter_map(|rule| policy.rule(*rule));
    let earns = rules
        .clone()
        .all(|rule| matches!(rule.body, RuleBody::Earn(_) | RuleBody::Raise { .. } | RuleBody::Level { .. }));
    if !earns || constraint.at_least || constraint.whole_award || !constraint.room_comes_back {
        return None;
    }
    let limit = constant_number(&constraint.limit)?;
    let most = room::most(policy, id, constraint).filter(|most| most.amount <= limit)?;
    let rule = rules.clone().next()?;
    let label = told(policy, |words| because(words, constraint, &most));
    let found = Diagnostic::warning(
        "W0154",
        told(policy, |words| {
            let rule = named(words, &rule.title);
            say!(words.language, "this limit of {rule} never stops anything", "{rule}的这个限额永远不起作用")
        }),
        constraint.span,
        label,
    );
    let found = match &most.because {
        Because::Limit(span, _) | Because::Times(span, _) => {
            found.mark(*span, told(policy, |words| say!(words.language, "reached first", "先到这个上限")))
        }
        _ => {
            found.mark(rule.title.span, told(policy, |words| say!(words.language, "what it bounds", "它所限制的规则")))
        }
    };
    let found = found.help(told(policy, |words| {
        let most = amount(words, constraint, most.amount);
        say!(words.language, "set it below {most}, or leave it out", "请改为低于{most}，或删去")
    }));
    let found = match removal::clause(&policy.sources, constraint.span) {
        Some(span) => found.fix(span, ""),
        None => found,
    };
    let own = *constraint.rules.first()?;
    // What one event makes of a total to keep is not told here.
    let edge = !matches!(rule.body, RuleBody::Level { .. });
    let witness = if edge { event::paying(policy, rule, &[]) } else { None };
    Some(Found::by(found, witness, Claim::Whole(own)))
}

fn because(words: &Words<'_>, constraint: &Constraint, most: &Most) -> String {
    let shown = amount(words, constraint, most.amount);
    match &most.because {
        Because::OneEvent => say!(words.language, "one event gives {shown} at most", "一笔事件最多给{shown}"),
        Because::Kept => say!(words.language, "the total that is kept is {shown} at most", "应有的总数最多为{shown}"),
        Because::Limit(_, count) if count.is_zero() || *count == rust_decimal::Decimal::ONE => {
            say!(words.language, "another limit allows {shown} at most", "另一个限额最多允许{shown}")
        }
        Because::Limit(_, count) => {
            let count = count.normalize();
            say!(
                words.language,
                "another limit allows {shown} at most, in {count} of its periods",
                "另一个限额在其{count}个周期内最多允许{shown}"
            )
        }
        Because::Times(_, count) => {
            let count = times(words, *count);
            say!(words.language, "it applies {count} at most, which gives {shown}", "最多适用{count}，共给{shown}")
        }
        Because::Together => {
            say!(words.language, "all of its rules together give {shown} at most", "其下各规则合计最多给{shown}")
        }
    }
}
