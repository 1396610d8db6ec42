//! W0166: a rule that applies and never gives anything.
//!
//! One point per 1,000 yuan, for purchases below 1,000; a multiple of 1 that "includes the base". The text reads like a reward.

use super::event;
use super::found::{Claim, Found};
use crate::diagnostic::Diagnostic;
use crate::policy::{Beyond, GroupMode, Policy, Rule, RuleBody, RuleId};
use crate::prove::extent;
use crate::prove::told::{named, told};
use crate::say;
use rust_decimal::Decimal;

pub(super) fn find(policy: &Policy) -> Vec<Found> {
    policy.rules.iter().enumerate().filter_map(|(at, rule)| gives_nothing(policy, RuleId(at), rule)).collect()
}

fn gives_nothing(policy: &Policy, id: RuleId, rule: &Rule) -> Option<Found> {
    let rest = |id: &crate::policy::ConstraintId| {
        policy.constraint(*id).is_some_and(|one| matches!(one.beyond, Beyond::RestEarns(_)))
    };
    if !rule.deeds.is_empty() || rule.constraints.iter().any(rest) {
        return None;
    }
    // Multiples that multiply together post one line: what one of them gives is not told apart.
    let group = rule.group.and_then(|(group, _)| policy.group(group));
    if group.is_some_and(|group| group.mode == GroupMode::MultiplyTogether) {
        return None;
    }
    let most = extent::of_rule(policy, rule)?.high;
    if most > Decimal::ZERO {
        return None;
    }
    let (span, raises) = match &rule.body {
        RuleBody::Raise { factor, .. } => (factor.times.span, true),
        RuleBody::Earn(lines) => (lines.first()?.span, false),
        _ => return None,
    };
    let found = Diagnostic::warning(
        "W0166",
        told(policy, |words| {
            let rule = named(words, &rule.title);
            say!(words.language, "{rule} never gives anything", "{rule} 从不给任何积分")
        }),
        span,
        told(policy, |words| match raises {
            true => say!(words.language, "adds nothing to the base", "没有在基础上增加任何积分"),
            false => say!(words.language, "always comes to nothing, once it is rounded", "取整后总是零"),
        }),
    )
    .help(told(policy, |words| match raises {
        true => say!(
            words.language,
            "`to 2x` doubles, `by 1x` adds once the base; `to 1x` changes nothing",
            "`提高到 2倍` 即翻倍，`另加 1倍` 即再加一份；`提高到 1倍` 毫无变化"
        ),
        false => say!(
            words.language,
            "look at the conditions, the step and the rounding: together they leave nothing",
            "请检查条件、每满的数额与取整：合在一起什么也不剩"
        ),
    }));
    Some(Found::by(
        found,
        event::paying(policy, rule, &[]).or_else(|| event::example(policy, rule, &[])),
        Claim::Nothing(id),
    ))
}
