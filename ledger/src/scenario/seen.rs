//! What an event led to, put together by whom and what, so that a test can be held against it.

use crate::answer::Answer;
use earnest_dsl::policy::{Points, Policy};
use earnest_interpreter::decision::DecisionLine;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Sums by customer and unit of points.
pub(super) type Sums = BTreeMap<(String, String), Decimal>;

/// Lines of an answer: what is given (a refund's lines may be below zero), taken, moved and granted. What a test lists is
/// taken out of the sums; the rest must not have happened.
#[derive(Debug)]
pub(super) struct SeenLines {
    /// Given, less what refunds and levels took back.
    pub earned: Sums,
    /// Taken, above zero.
    pub taken: Sums,
    /// Gone to somebody: (from, points, to) and how much.
    pub moved: BTreeMap<(String, String, String), Decimal>,
    /// Benefits granted, by customer and name.
    pub granted: Sums,
}

impl SeenLines {
    pub(super) fn of(policy: &Policy, answer: &Answer) -> Self {
        let mut seen = Self { earned: Sums::new(), taken: Sums::new(), moved: BTreeMap::new(), granted: Sums::new() };
        for line in &answer.decision.lines {
            let (unit, amount) = (unit_of(policy, line), number(&line.amount));
            let benefit = policy.points.iter().any(|one| one.title.name == unit && one.benefit.is_some());
            let of = (line.customer.clone(), unit.clone());
            match line.kind.as_str() {
                "move" => {
                    if amount < Decimal::ZERO {
                        let to = line.other.clone().unwrap_or_default();
                        add(seen.moved.entry((line.customer.clone(), unit, to)).or_default(), -amount);
                    }
                }
                _ if benefit => {
                    if amount > Decimal::ZERO {
                        add(seen.granted.entry(of).or_default(), amount);
                    }
                }
                kind if amount < Decimal::ZERO && takes(kind) => add(seen.taken.entry(of).or_default(), -amount),
                _ => add(seen.earned.entry(of).or_default(), amount),
            }
        }
        seen
    }
}

/// Kinds of lines that take from a balance; the others give, or undo what was given.
pub(super) fn takes(kind: &str) -> bool {
    ["redeem", "take", "take_back", "convert"].contains(&kind)
}

/// The unit to which a line's pool belongs.
pub(super) fn unit_of(policy: &Policy, line: &DecisionLine) -> String {
    let unit = line.unit.clone().or_else(|| unit(policy, &line.points).map(|unit| unit.title.name.clone()));
    unit.unwrap_or_else(|| line.points.clone())
}

/// The unit to which a pool belongs.
fn unit<'p>(policy: &'p Policy, pool: &str) -> Option<&'p Points> {
    let named = policy.points.iter().find(|points| points.title.name == pool);
    named.or_else(|| policy.points.iter().find(|points| points.pools.iter().any(|one| one.title.name == pool)))
}

pub(super) fn add(sum: &mut Decimal, more: Decimal) {
    *sum = sum.checked_add(more).unwrap_or(Decimal::MAX);
}

/// The number of a text; zero where it is none, as no line has.
pub(super) fn number(text: &str) -> Decimal {
    text.parse().unwrap_or_default()
}

/// Whether a line goes by this name: of its rule or group (with or without the campaign), or of its pool.
pub(super) fn is_named(line: &DecisionLine, name: &str) -> bool {
    line.rule == name || line.points == name || line.rule.rsplit('.').next() == Some(name)
}

/// An amount with its unit: the identifier in English, the label in Chinese.
pub(super) fn shown(policy: &Policy, sum: Decimal, points: &str, zh: bool) -> String {
    let title = policy.points.iter().map(|points| &points.title).find(|title| title.name == points);
    let name = title.map_or(points, |title| if zh { title.shown() } else { &title.name });
    format!("{} {name}", sum.normalize())
}
