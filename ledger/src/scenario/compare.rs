//! What an event should lead to against what it led to, in business words. Closed world: the unlisted must not happen.

use crate::answer::Answer;
use earnest_dsl::diagnostic::Text;
use earnest_dsl::policy::scenario::Expected;
use earnest_dsl::policy::{Points, Policy};
use earnest_dsl::source::Span;
use earnest_interpreter::Decision;
use earnest_interpreter::decision::{DecisionLine, Outcome};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// The differences, and expectations that this host has nothing to compare with.
#[derive(Debug, Default)]
pub(super) struct Compared {
    pub differences: Vec<Text>,
    pub not_compared: Vec<(String, Span)>,
}

/// Compares. A step without expectations only sets the scene: whatever it leads to is right.
pub(super) fn compare(policy: &Policy, answer: &Answer, expected: &[Expected]) -> Compared {
    let mut compared = Compared::default();
    if expected.is_empty() {
        return compared;
    }
    let decision = &answer.decision;
    let refusal = expected.iter().find_map(|one| match one {
        Expected::Refuse(code, _) => Some(code),
        Expected::Earn { .. } | Expected::Other(..) => None,
    });
    match (decision.outcome, refusal) {
        (Outcome::Refused, None) => compared.differences.push(refused_instead(decision)),
        (Outcome::Accepted, Some(code)) => compared.differences.push(accepted_instead(code, policy, decision)),
        (Outcome::Refused, Some(code)) if decision.reason.as_ref() != Some(code) => {
            compared.differences.push(refused_otherwise(code, decision));
        }
        (Outcome::Refused, Some(_)) => {}
        (Outcome::Accepted, None) => Earned::new(policy, answer).compare(expected, &mut compared),
    }
    compared
}

fn refused_instead(decision: &Decision) -> Text {
    let code = decision.reason.as_deref().unwrap_or_default();
    Text::new(format!("the event was refused with `{code}`"), format!("事件被拒绝，代码 `{code}`"))
}

fn refused_otherwise(expected: &str, decision: &Decision) -> Text {
    let code = decision.reason.as_deref().unwrap_or_default();
    Text::new(
        format!("the event was refused with `{code}`, not with `{expected}`"),
        format!("事件被拒绝，代码为 `{code}`，而不是 `{expected}`"),
    )
}

fn accepted_instead(expected: &str, policy: &Policy, decision: &Decision) -> Text {
    let total = |zh: bool| {
        let sums = sums(policy, decision.lines.iter());
        let amounts: Vec<_> = sums.iter().map(|((_, points), sum)| amount(policy, *sum, points, zh)).collect();
        if amounts.is_empty() { if zh { "0".to_owned() } else { "nothing".to_owned() } } else { amounts.join(", ") }
    };
    Text::new(
        format!("the event was accepted and earned {}, but should be refused with `{expected}`", total(false)),
        format!("事件被接受，得 {}，但应拒绝，代码 `{expected}`", total(true)),
    )
}

/// Sums by customer and unit of points.
fn sums<'l>(policy: &Policy, lines: impl Iterator<Item = &'l DecisionLine>) -> BTreeMap<(String, String), Decimal> {
    let mut sums = BTreeMap::new();
    for line in lines {
        let points = unit(policy, &line.points).map_or(line.points.clone(), |points| points.title.name.clone());
        let sum: &mut Decimal = sums.entry((line.customer.clone(), points)).or_default();
        *sum = sum.checked_add(number(&line.amount)).unwrap_or(Decimal::MAX);
    }
    sums
}

/// The unit to which a pool belongs.
fn unit<'p>(policy: &'p Policy, pool: &str) -> Option<&'p Points> {
    policy.points.iter().find(|points| points.pools.iter().any(|one| one.title.name == pool))
}

fn number(text: &str) -> Decimal {
    text.parse().unwrap_or_default()
}

/// An amount with its unit: the identifier in English, the label in Chinese.
fn amount(policy: &Policy, sum: Decimal, points: &str, zh: bool) -> String {
    let title = policy.points.iter().map(|points| &points.title).find(|title| title.name == points);
    let name = title.map_or(points, |title| if zh { title.shown() } else { &title.name });
    format!("{} {name}", sum.normalize())
}

/// What was earned, by whom, and the differences to what was expected.
struct Earned<'a> {
    policy: &'a Policy,
    answer: &'a Answer,
    sums: BTreeMap<(String, String), Decimal>,
}

impl<'a> Earned<'a> {
    fn new(policy: &'a Policy, answer: &'a Answer) -> Self {
        Self { policy, answer, sums: sums(policy, answer.decision.lines.iter()) }
    }

    fn compare(mut self, expected: &[Expected], compared: &mut Compared) {
        for one in expected {
            match one {
                Expected::Earn { amount, points, to, lines, .. } => {
                    let customer = to.clone().or_else(|| self.answer.event.customer.clone()).unwrap_or_default();
                    self.total(*amount, points, &customer, compared);
                    if !lines.is_empty() {
                        self.lines(points, &customer, lines, compared);
                    }
                }
                Expected::Other(text, span) => compared.not_compared.push((text.clone(), *span)),
                Expected::Refuse(..) => {}
            }
        }
        self.unlisted(compared);
    }

    fn total(&mut self, expected: Decimal, points: &str, customer: &str, compared: &mut Compared) {
        let got = self.sums.remove(&(customer.to_owned(), points.to_owned())).unwrap_or_default();
        if got == expected {
            return;
        }
        let (en, zh) = self.whose(customer);
        let amount = |sum, zh| amount(self.policy, sum, points, zh);
        compared.differences.push(Text::new(
            format!("earned {}{en}, expected {}", amount(got, false), amount(expected, false)),
            format!("{zh}得 {}，应为 {}", amount(got, true), amount(expected, true)),
        ));
    }

    fn lines(
        &self,
        points: &str,
        customer: &str,
        expected: &[(String, Decimal, Option<Decimal>)],
        compared: &mut Compared,
    ) {
        let own: Vec<&DecisionLine> = (self.answer.decision.lines.iter())
            .filter(|line| line.customer == customer)
            .filter(|line| unit(self.policy, &line.points).is_some_and(|unit| unit.title.name == points))
            .collect();
        for (name, got, asked) in expected {
            let sum = |field: fn(&DecisionLine) -> &str| {
                let lines = own.iter().filter(|line| is_named(line, name));
                lines.fold(Decimal::ZERO, |sum, line| sum.checked_add(number(field(line))).unwrap_or(Decimal::MAX))
            };
            let (amount, ask) = (sum(|line| &line.amount).normalize(), sum(|line| &line.asked).normalize());
            if amount != *got {
                let got = got.normalize();
                compared.differences.push(Text::new(
                    format!("`{name}` gave {amount}, expected {got}"),
                    format!("`{name}` 给 {amount}，应为 {got}"),
                ));
            }
            if let Some(asked) = asked.filter(|asked| *asked != ask) {
                let asked = asked.normalize();
                compared.differences.push(Text::new(
                    format!("`{name}` asked for {ask} before limits, expected {asked}"),
                    format!("`{name}` 限额前应得 {ask}，应为 {asked}"),
                ));
            }
        }
        for line in own.iter().filter(|line| !number(&line.amount).is_zero()) {
            if !expected.iter().any(|(name, ..)| is_named(line, name)) {
                compared.differences.push(Text::new(
                    format!("`{}` gave {}, which the step does not list", line.rule, line.amount),
                    format!("`{}` 给 {}，该步骤未列出", line.rule, line.amount),
                ));
            }
        }
    }

    /// What happened beyond what was listed. Memo points are never shown, so they need not be listed.
    fn unlisted(&self, compared: &mut Compared) {
        for ((customer, points), sum) in &self.sums {
            let memo = self.policy.points.iter().any(|one| one.title.name == *points && one.memo);
            if memo || sum.is_zero() {
                continue;
            }
            let (en, zh) = self.whose(customer);
            compared.differences.push(Text::new(
                format!("earned {}{en}, which the step does not list", amount(self.policy, *sum, points, false)),
                format!("{zh}得 {}，该步骤未列出", amount(self.policy, *sum, points, true)),
            ));
        }
    }

    /// Words for whose points: none for the event's own customer.
    fn whose(&self, customer: &str) -> (String, String) {
        if self.answer.event.customer.as_deref() == Some(customer) {
            (String::new(), String::new())
        } else {
            (format!(" for `{customer}`"), format!("`{customer}` "))
        }
    }
}

/// Whether a line goes by this name: of its rule or group (with or without the campaign), or of its pool.
fn is_named(line: &DecisionLine, name: &str) -> bool {
    line.rule == name || line.points == name || line.rule.rsplit('.').next() == Some(name)
}
