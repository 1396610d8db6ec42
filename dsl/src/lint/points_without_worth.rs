//! W0112: points that customers can spend and that have no stated worth and no end.
//!
//! What is outstanding cannot be told in money, and it never becomes less by itself: no liability, no budget in money, no return
//! ratio. Life must be stated (the checker asks for it); whoever writes `valid without end` should at least say what a point is worth.

use super::context::Context;
use super::found::Found;
use crate::diagnostic::Diagnostic;
use crate::policy::{Points, PointsId, Pool, RuleBody, Validity};
use crate::prove::told::{named, told};
use crate::say;
use std::collections::BTreeSet;

pub(super) fn find(context: &Context<'_>) -> Vec<Found> {
    let policy = context.policy;
    let spent: BTreeSet<PointsId> = policy
        .rules
        .iter()
        .filter_map(|rule| match &rule.body {
            RuleBody::Request(request) => request.spends.as_ref().map(|spends| spends.points),
            _ => None,
        })
        .collect();
    // Points that only count, towards a level, are owed to nobody.
    let owed = |(at, points): &(usize, &Points)| {
        spent.contains(&PointsId(*at)) && !points.memo && points.kept_by.is_none() && points.benefit.is_none()
    };
    let held = policy.points.iter().enumerate().filter(owed).map(|(_, points)| points);
    held.filter(|points| points.worth.is_none() && points.stands_for.is_none() && points.pools.iter().any(endless))
        .map(|points| worthless(context, points))
        .collect()
}

/// Whether lots of a pool can stay for ever.
fn endless(pool: &Pool) -> bool {
    pool.validity == Validity::WithoutEnd && pool.balance_ends.is_none()
}

fn worthless(context: &Context<'_>, points: &Points) -> Found {
    let policy = context.policy;
    Found::plain(
        Diagnostic::warning(
            "W0112",
            told(policy, |words| {
                let name = named(words, &points.title);
                say!(words.language, "{name} never end and have no worth", "{name} 永久有效，又没有写明价值")
            }),
            points.title.span,
            told(policy, |words| {
                say!(words.language, "what is owed can neither be told nor become less", "欠客户多少既算不出，也不会自行减少")
            }),
        )
        .help(told(policy, |words| {
            let currency = policy.currency_of(policy.currency).map_or("", |currency| currency.title.name.as_str());
            say!(
                words.language,
                "write what a point is worth, such as `worth 0.01 {currency}`, or how long it is valid: `valid 3 years after earning`",
                "请写一分的价值，例如 `价值 0.01 {currency}`，或有效期：`有效期 3年 自 获得 起`"
            )
        })),
    )
}
