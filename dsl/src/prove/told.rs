//! Texts of proofs in both languages.

pub(super) use crate::lint::told::{named, told};

use super::{Proof, Question, Reason, Verdict};
use crate::diagnostic::Text;
use crate::policy::{Points, PointsId, Policy, Rule};
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
pub(super) fn amount(policy: &Policy, points: PointsId, amount: Decimal) -> Text {
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
