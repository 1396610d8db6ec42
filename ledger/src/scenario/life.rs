//! Steps about lots: what is held at the start, how often something was used before, balances, losses and reminders.

use super::seen::shown;
use crate::clock::PointsMoved;
use crate::host::Host;
use crate::lots::{MovementKind, OpeningLot};
use crate::store::{Change, Store};
use chrono::{DateTime, FixedOffset, NaiveDate};
use earnest_dsl::diagnostic::Text;
use earnest_dsl::policy::scenario::{Held, LotsExpected, Scenario, ScenarioStep};
use earnest_dsl::policy::{Constraint, Owner, Policy, ScopePeriod};
use rust_decimal::Decimal;

/// A lot held at the start. Without a date it was earned as the version began.
pub(super) fn opening(policy: &Policy, customer: &str, held: &Held) -> OpeningLot {
    OpeningLot {
        customer: customer.to_owned(),
        points: held.points.clone(),
        pool: held.pool.clone(),
        amount: held.amount,
        earned: held.earned.unwrap_or(policy.effective_from),
        funded_by: held.funded_by.clone(),
        frozen: held.frozen,
        ..OpeningLot::default()
    }
}

/// `points_card used 4_999 times`: the limits in all of a rule, request or item have been used so often, and so many coupons
/// have been numbered.
pub(super) fn used(policy: &Policy, host: &mut Host, name: &str, times: Decimal) -> Result<(), Text> {
    let goes_by = |title: &str| title == name || title.rsplit('.').next() == Some(name);
    let mut stocks = Vec::new();
    for rule in &policy.rules {
        let earnest_dsl::policy::RuleBody::Request(request) = &rule.body else { continue };
        let named = |item: &str| goes_by(item) || format!("{}.{item}", rule.title.name) == name;
        stocks.extend(request.items.iter().filter(|item| named(&item.title.name)).filter_map(|item| item.stock));
    }
    let of_name = |at: usize, constraint: &Constraint| {
        let owned = match constraint.owner {
            Owner::Rule(id) => policy.rule(id).is_some_and(|rule| goes_by(&rule.title.name)),
            Owner::Campaign(id) => policy.campaign(id).is_some_and(|campaign| goes_by(&campaign.title.name)),
            Owner::Programme => false,
        };
        stocks.iter().any(|id| id.0 == at) || (owned && !constraint.title.name.ends_with(".stock"))
    };
    let ever = |constraint: &Constraint| {
        constraint.scope.keys.is_empty()
            && matches!(constraint.scope.period, ScopePeriod::Ever | ScopePeriod::Campaign(_))
    };
    let all = policy.constraints.iter().enumerate();
    let mut totals: Vec<(String, Decimal)> = all
        .filter(|(at, constraint)| ever(constraint) && of_name(*at, constraint))
        .map(|(_, constraint)| (format!("cap {}", constraint.title.name), times))
        .collect();
    let numbered = policy.points.iter().filter(|points| points.benefit.as_ref().is_some_and(|one| one.numbered));
    totals.extend(
        numbered
            .filter(|points| goes_by(&points.title.name))
            .map(|points| (format!("number {}", points.title.name), times)),
    );
    if totals.is_empty() {
        return Err(Text::new(
            format!("`{name}` has no limit or stock in all that could have been used"),
            format!("`{name}` 没有总共的限额或库存，谈不上已用"),
        ));
    }
    let written = host.store.commit(Change { totals, ..Change::default() });
    written.map_err(|error| super::not_decided(&error.0))
}

pub(super) fn balance(
    policy: &Policy,
    host: &Host,
    (customer, points): (&str, &str),
    at: DateTime<FixedOffset>,
    (expected, pools): (Decimal, &[(String, Decimal)]),
) -> Vec<Text> {
    let balance = match host.balance(customer, points, at) {
        Ok(balance) => balance,
        Err(error) => return vec![super::not_decided(&error.to_string())],
    };
    let mut texts = Vec::new();
    let mut differ = |got: Decimal, expected: Decimal, of: &str| {
        if got != expected {
            texts.push(Text::new(
                format!(
                    "`{customer}` has {}, expected {}",
                    shown(policy, got, of, false),
                    shown(policy, expected, of, false)
                ),
                format!(
                    "`{customer}` 余额 {}，应为 {}",
                    shown(policy, got, of, true),
                    shown(policy, expected, of, true)
                ),
            ));
        }
    };
    differ(balance.spendable(), expected, points);
    for (pool, expected) in pools {
        let got = balance.pools.iter().find(|one| one.pool == *pool).map_or(Decimal::ZERO, |one| one.available);
        differ(got, *expected, pool);
    }
    texts
}

/// What the clock did to points, and what of it a step has listed.
#[derive(Debug, Default)]
pub(super) struct Life {
    all: Vec<(PointsMoved, bool)>,
}

impl Life {
    pub(super) fn push(&mut self, moved: PointsMoved) {
        self.all.push((moved, false));
    }

    pub(super) fn loses(
        &mut self,
        policy: &Policy,
        (customer, points): (&str, &str),
        at: DateTime<FixedOffset>,
        expected: Decimal,
    ) -> Vec<Text> {
        let got = self.list(|one| {
            one.kind == MovementKind::Expired && *one.customer == *customer && *one.points == *points && one.at == at
        });
        let amount = |sum, zh| shown(policy, sum, points, zh);
        differing((got, expected), |got, expected, zh| {
            if zh {
                format!("`{customer}` 失效 {}，应为 {}", amount(got, true), amount(expected, true))
            } else {
                format!("`{customer}` loses {}, expected {}", amount(got, false), amount(expected, false))
            }
        })
    }

    pub(super) fn reminded(
        &mut self,
        policy: &Policy,
        (customer, points): (&str, &str),
        on: NaiveDate,
        (expected, last): (Decimal, Option<NaiveDate>),
    ) -> Vec<Text> {
        let got = self.list(|one| {
            one.kind == MovementKind::Reminded
                && *one.customer == *customer
                && *one.points == *points
                && one.on == on
                && last.is_none_or(|last| one.last_day == Some(last))
        });
        let amount = |sum, zh| shown(policy, sum, points, zh);
        differing((got, expected), |got, expected, zh| {
            if zh {
                format!("`{customer}` 收到提醒 {}，应为 {}", amount(got, true), amount(expected, true))
            } else {
                format!("`{customer}` is reminded of {}, expected {}", amount(got, false), amount(expected, false))
            }
        })
    }

    /// The sum of what fits, which is listed now.
    fn list(&mut self, fits: impl Fn(&PointsMoved) -> bool) -> Decimal {
        let mut sum = Decimal::ZERO;
        for (moved, listed) in self.all.iter_mut().filter(|(moved, _)| fits(moved)) {
            super::seen::add(&mut sum, moved.amount);
            *listed = true;
        }
        sum
    }

    /// What lapsed and no step lists, in a test that lists losses.
    pub(super) fn unlisted(&self, policy: &Policy, scenario: &Scenario) -> Option<Vec<Text>> {
        let loses = |step: &ScenarioStep| matches!(step, ScenarioStep::Lots { expected: LotsExpected::Loses(..), .. });
        if !scenario.steps.iter().any(loses) {
            return None;
        }
        let rest = self.all.iter().filter(|(moved, listed)| !listed && moved.kind == MovementKind::Expired);
        let texts: Vec<Text> = rest
            .map(|(moved, _)| {
                let amount = |zh| shown(policy, moved.amount, &moved.points, zh);
                Text::new(
                    format!("`{}` lost {} on {}, which no step lists", moved.customer, amount(false), moved.on),
                    format!("`{}` 于 {} 失效 {}，没有步骤列出", moved.customer, moved.on, amount(true)),
                )
            })
            .collect();
        (!texts.is_empty()).then_some(texts)
    }
}

fn differing((got, expected): (Decimal, Decimal), text: impl Fn(Decimal, Decimal, bool) -> String) -> Vec<Text> {
    if got == expected {
        return vec![];
    }
    vec![Text::new(text(got, expected, false), text(got, expected, true))]
}
