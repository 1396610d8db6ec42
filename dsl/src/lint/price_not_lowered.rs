//! W0170: a campaign's price that is not lower.
//!
//! `lower price … to 120%`, or to more points than the item costs: the campaign is announced and changes nothing, for of
//! several prices the customer pays the campaign's only where it is the lower one.

use super::event;
use super::found::{Claim, Found};
use crate::check::table::constant_number;
use crate::diagnostic::Diagnostic;
use crate::policy::{Item, LowerPrice, Policy, Request, Rule, RuleBody, Type};
use crate::prove::extent::Ranges;
use crate::prove::told::{named, told};
use crate::say;
use crate::source::FileId;
use rust_decimal::Decimal;
use serde_json::Value as Json;
use std::collections::BTreeMap;

pub(super) fn find(policy: &Policy) -> Vec<Found> {
    let mut found: BTreeMap<(FileId, u32, u32), Found> = BTreeMap::new();
    for rule in &policy.rules {
        let RuleBody::Request(request) = &rule.body else { continue };
        for item in &request.items {
            for lower in item.lower.iter().filter(|lower| unchanged(item, lower)) {
                // `every item` is written once: the first item stands for all.
                found.entry(lower.to.span.key()).or_insert_with(|| shown(policy, rule, request, item, lower));
            }
        }
    }
    found.into_values().collect()
}

fn unchanged(item: &Item, lower: &LowerPrice) -> bool {
    let ranges = Ranges::default();
    ranges.extent(&lower.to).is_some_and(|to| match lower.to.typed.ty {
        Type::Percent | Type::Multiple | Type::Number => to.low >= Decimal::ONE,
        _ => ranges.extent(&item.price).is_some_and(|price| to.low >= price.high),
    })
}

fn shown(policy: &Policy, rule: &Rule, request: &Request, item: &Item, lower: &LowerPrice) -> Found {
    let diagnostic = Diagnostic::warning(
        "W0170",
        told(policy, |words| {
            let item = named(words, &item.title);
            say!(words.language, "the campaign does not lower the price of {item}", "活动并没有降低{item}的价格")
        }),
        lower.to.span,
        told(policy, |words| say!(words.language, "no lower than the usual price", "不低于平时的价格")),
    )
    .mark(item.span, told(policy, |words| say!(words.language, "the usual price", "平时的价格")))
    .help(told(policy, |words| {
        say!(
            words.language,
            "write what is to be paid: `to 80%` takes a fifth off",
            "请写应付的部分：`降到 80%` 即打八折"
        )
    }));
    match (constant_number(&item.price), &request.spends) {
        (Some(price), Some(spends)) => {
            let windows = rule.windows.iter().chain(&lower.windows).chain(&item.windows).cloned().collect();
            let conditions = rule.conditions.iter().chain(&lower.conditions).cloned().collect();
            let both = Rule { windows, conditions, ..rule.clone() };
            let witness = event::example(policy, &both, &[])
                .map(|witness| event::with(policy, witness, "item", Json::String(item.title.name.clone())))
                .map(|witness| event::holding(policy, witness, spends.points, price.saturating_add(price)));
            Found::by(diagnostic, witness, Claim::Takes(price))
        }
        _ => Found::plain(diagnostic),
    }
}
