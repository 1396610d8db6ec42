//! What findings say: one closure for both languages of the reader.

use crate::check::messages::both;
use crate::diagnostic::{Language, Text};
use crate::policy::{Bounded, Constraint, Policy, Title, Type, Value};
use crate::words::Words;
use rust_decimal::Decimal;

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
