//! What proofs and findings say: one closure for both languages of the reader.

use super::{Proof, Question, Reason, Verdict};
use crate::check::messages::both;
use crate::diagnostic::{Language, Text};
use crate::policy::{Bounded, Constraint, Points, PointsId, Policy, Rule, Title, Type, Value};
use crate::say;
use crate::source::Span;
use crate::words::Words;
use rust_decimal::Decimal;

/// Amounts from here on come from the range that every field has by default (10^15): the text bounds nothing then.
pub(super) const BOUNDLESS: i64 = 10_000_000_000_000;

/// Whether an amount is one that the text bounds.
pub(super) fn is_bound(amount: Decimal) -> bool {
    amount.abs() < Decimal::from(BOUNDLESS)
}

pub(super) fn proof(question: Question, claim: Text, verdict: Verdict, reasons: Vec<Reason>) -> Proof {
    Proof { question, claim, verdict, reasons, witness: None }
}

pub(super) fn reason(text: Text, span: Span) -> Reason {
    Reason { text, span }
}

/// Points with what they are worth.
pub(super) fn points_with_worth(policy: &Policy, points: PointsId, amount: Decimal) -> Text {
    told(policy, |words| {
        let shown = words.amount_of(amount, points);
        match policy.points_of(points).and_then(|points| worth(points, amount)) {
            Some((money, currency)) => {
                let money = words.value(&crate::policy::Value::Money(money, currency));
                say!(words.language, "{shown} (worth {money})", "{shown}（值 {money}）")
            }
            None => shown,
        }
    })
}

/// What points are worth, to the currency's last decimal and never less.
fn worth(points: &Points, amount: Decimal) -> Option<(Decimal, crate::policy::CurrencyId)> {
    let (each, currency) = points.worth?;
    Some((amount.checked_mul(each)?, currency))
}

/// A rule as proofs name it.
pub(super) fn of_rule(words: &Words<'_>, rule: &Rule) -> String {
    named(words, &rule.title)
}

/// A text in both languages, from words about the policy.
pub(crate) fn told(policy: &Policy, text: impl Fn(&Words<'_>) -> String) -> Text {
    let (en, zh) = (Words::new(policy, Language::English), Words::new(policy, Language::Chinese));
    both(text(&en), outside(&text(&zh), |part| zh.tidy(part)))
}

/// Changes a text, save what stands in backticks: words as they are written.
fn outside(text: &str, change: impl Fn(&str) -> String) -> String {
    let parts = text.split('`').enumerate();
    let changed = parts.map(|(at, part)| if at.is_multiple_of(2) { change(part) } else { part.to_owned() });
    changed.collect::<Vec<_>>().join("`")
}

/// `once`, `3 times`.
pub(crate) fn times(words: &Words<'_>, count: Decimal) -> String {
    match count == Decimal::ONE {
        true => crate::say!(words.language, "once", "一次"),
        false => crate::say!(words.language, "{} times", "{}次", count.normalize()),
    }
}

/// A name as it is written, in Chinese with the label by which the reader knows it.
pub(crate) fn named(words: &Words<'_>, title: &Title) -> String {
    let label = title.labels.first().filter(|label| **label != title.name);
    match (words.language, label) {
        (Language::Chinese, Some(label)) => format!("`{}`（{label}）", title.name),
        _ => format!("`{}`", title.name),
    }
}

/// An amount of what a limit counts.
pub(crate) fn amount(words: &Words<'_>, constraint: &Constraint, amount: Decimal) -> String {
    match (&constraint.bounded, &constraint.limit.typed.ty) {
        (Bounded::Uses, _) => times(words, amount),
        (_, Type::Points(id)) => words.value(&Value::Points(amount, *id)),
        (_, Type::Money(id)) => words.value(&Value::Money(amount, *id)),
        _ => words.value(&Value::Number(amount)),
    }
}
