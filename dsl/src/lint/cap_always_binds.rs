//! W0155: a limit below the smallest award, so that every award is cut. W0165: the same of a budget.
//!
//! The text promises one number and the limit pays another, each time. Where the limit is a budget, not even the first
//! customer gets what the rule says.

use super::event;
use super::found::{Claim, Found};
use crate::check::table::constant_number;
use crate::diagnostic::Diagnostic;
use crate::policy::{Bounded, Constraint, Policy, RuleBody};
use crate::prove::room;
use crate::prove::told::{amount, named, told};
use crate::say;
use rust_decimal::Decimal;

pub(super) fn find(policy: &Policy) -> Vec<Found> {
    policy.constraints.iter().filter_map(|constraint| always_binds(policy, constraint)).collect()
}

fn always_binds(policy: &Policy, constraint: &Constraint) -> Option<Found> {
    // Spend and uses are no amounts that a reader expects in full.
    if constraint.at_least || constraint.whole_award || !matches!(constraint.bounded, Bounded::Points | Bounded::Worth)
    {
        return None;
    }
    let limit = constant_number(&constraint.limit)?;
    let (id, rule, least) = constraint
        .rules
        .iter()
        .filter_map(|id| Some((*id, policy.rule(*id)?)))
        .filter(|(_, rule)| matches!(rule.body, RuleBody::Earn(_) | RuleBody::Raise { .. } | RuleBody::Level { .. }))
        .filter_map(|(id, rule)| Some((id, rule, room::counted(policy, rule, &constraint.bounded)?.least)))
        .find(|(_, _, least)| *least > limit && *least > Decimal::ZERO)?;
    let budget = room::is_budget(&constraint.scope);
    let message = told(policy, |words| {
        let (rule, limit, least) =
            (named(words, &rule.title), amount(words, constraint, limit), amount(words, constraint, least));
        if budget {
            say!(
                words.language,
                "the budget of {limit} is smaller than one award of {rule}, {least} at least",
                "预算{limit}小于{rule}的一次奖励（至少{least}）"
            )
        } else {
            say!(
                words.language,
                "every award of {rule} is cut: it is {least} at least, and the limit {limit}",
                "{rule}的每次奖励都会被削减：至少{least}，而限额是{limit}"
            )
        }
    });
    let label = told(policy, |words| {
        let limit = amount(words, constraint, limit);
        say!(words.language, "no more than {limit}", "不超过{limit}")
    });
    let given = told(policy, |words| {
        let least = amount(words, constraint, least);
        say!(words.language, "gives {least} or more, where it gives anything", "只要给，就至少给{least}")
    });
    let code = if budget { "W0165" } else { "W0155" };
    let help = told(policy, |words| {
        let least = amount(words, constraint, least);
        say!(
            words.language,
            "raise the limit to {least} or more, or let the rule give less",
            "请把限额提高到{least}以上，或减少规则所给"
        )
    });
    let found = Diagnostic::warning(code, message, constraint.span, label).mark(rule.title.span, given).help(help);
    Some(match rule.body {
        // What one event makes of a total to keep is not told here.
        RuleBody::Level { .. } => Found::plain(found),
        _ => Found::by(found, event::paying(policy, rule, &[]), Claim::Cut(id)),
    })
}
