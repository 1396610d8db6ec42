//! Promises in the text of a policy: kept only where that is proved.

use super::cost::{Bound, most_of_one, rules_giving, sum_bound};
use super::ratio;
use super::told::{points_with_worth, told};
use crate::check::messages::promise_not_kept;
use crate::diagnostic::{Diagnostic, Text};
use crate::policy::{KindId, Policy, Promise, Promised, ScopePeriod, Type};
use crate::say;
use crate::source::Span;

/// A promise and what was shown of it.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Where it stands.
    pub span: Span,
    /// It holds.
    pub holds: bool,
    /// What was shown.
    pub shown: Text,
    /// Why.
    pub reasons: Vec<(Text, Span)>,
}

impl Kept {
    /// The finding, where it is not kept.
    pub(crate) fn finding(&self) -> Option<Diagnostic> {
        (!self.holds).then(|| promise_not_kept(self.span, &self.shown, &self.reasons))
    }
}

/// All promises of a policy, each with what was shown of it.
#[must_use]
pub fn kept(policy: &Policy) -> Vec<Kept> {
    policy.promises.iter().flat_map(|promise| of(policy, promise)).collect()
}

fn of(policy: &Policy, promise: &Promise) -> Vec<Kept> {
    match &promise.of {
        Promised::Points(scope, points, limit) => {
            let rules = rules_giving(policy, *points, |_| true);
            let bound = match scope.period {
                ScopePeriod::Event => most_of_one(policy, *points),
                _ => sum_bound(policy, *points, &rules, scope),
            };
            let (holds, shown, reasons) = match bound {
                Bound::Most(most, reasons) => {
                    let shown = points_with_worth(policy, *points, most);
                    let text = told(policy, |words| {
                        let shown = shown.get(words.language);
                        say!(words.language, "at most {shown} can be proved", "只能证明最多 {shown}")
                    });
                    (most <= *limit, text, reasons)
                }
                Bound::None(why) | Bound::Unknown(why) => (false, why.text.clone(), vec![why]),
            };
            let reasons = reasons.into_iter().map(|one| (one.text, one.span)).collect();
            vec![Kept { span: promise.span, holds, shown, reasons }]
        }
        Promised::Return(limit) => returns(policy, promise.span, *limit),
    }
}

/// Of every field of money of every kind.
fn returns(policy: &Policy, span: Span, limit: rust_decimal::Decimal) -> Vec<Kept> {
    let mut all = Vec::new();
    for (at, kind) in policy.kinds.iter().enumerate() {
        for field in &kind.fields {
            let Type::Money(currency) = field.typed.ty else { continue };
            let Some(found) = ratio::of_kind(policy, KindId(at), &field.title.name, currency) else { continue };
            let (holds, shown, reasons) = match found {
                Ok((ratio, reasons)) => {
                    let shown = ratio::percent(ratio);
                    let text = told(policy, |words| {
                        let kind = words.kind(KindId(at));
                        say!(words.language, "{kind} returns up to {shown}", "{kind}最多返还 {shown}")
                    });
                    (ratio <= limit, text, reasons)
                }
                Err(why) => (false, why.text.clone(), vec![why]),
            };
            let reasons = reasons.into_iter().map(|one| (one.text, one.span)).collect();
            all.push(Kept { span, holds, shown, reasons });
        }
    }
    all
}
