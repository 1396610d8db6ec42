//! W0170: a campaign's price that is not lower.
//!
//! `lower price … to 120%`, or to more points than the item costs: the campaign is announced and changes nothing, for of
//! several prices the customer pays the campaign's only where it is the lower one.

use super::extent::Ranges;
use super::told::{named, told};
use crate::diagnostic::Diagnostic;
use crate::policy::{Policy, RuleBody, Type};
use crate::say;
use rust_decimal::Decimal;

pub(super) fn find(policy: &Policy) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let ranges = Ranges::default();
    for rule in &policy.rules {
        let RuleBody::Request(request) = &rule.body else { continue };
        for item in &request.items {
            for lower in &item.lower {
                let Some(to) = ranges.extent(&lower.to) else { continue };
                let unchanged = match lower.to.typed.ty {
                    Type::Percent | Type::Multiple | Type::Number => to.low >= Decimal::ONE,
                    _ => ranges.extent(&item.price).is_some_and(|price| to.low >= price.high),
                };
                if unchanged {
                    found.push(
                        Diagnostic::warning(
                            "W0170",
                            told(policy, |words| {
                                let item = named(words, &item.title);
                                say!(
                                    words.language,
                                    "the campaign does not lower the price of {item}",
                                    "活动并没有降低{item}的价格"
                                )
                            }),
                            lower.to.span,
                            told(policy, |words| {
                                say!(words.language, "no lower than the usual price", "不低于平时的价格")
                            }),
                        )
                        .mark(item.span, told(policy, |words| say!(words.language, "the usual price", "平时的价格")))
                        .help(told(policy, |words| {
                            say!(
                                words.language,
                                "write what is to be paid: `to 80%` takes a fifth off",
                                "请写应付的部分：`降到 80%` 即打八折"
                            )
                        })),
                    );
                }
            }
        }
    }
    found
}
