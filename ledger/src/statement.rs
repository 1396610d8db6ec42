//! Statements: every movement of a customer's points, with the rule in whose name it was and what is held after it; and what
//! the programme owes in points.

use crate::host::{Host, HostError};
use crate::lots::Terms;
use crate::lots::{Movement, balance_of};
use crate::store::Store;
use chrono::{DateTime, FixedOffset, Utc};
use earnest_dsl::policy::Policy;
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::BTreeMap;

/// A line of a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StatementLine {
    /// What happened.
    #[serde(flatten)]
    pub movement: Movement,
    /// The first label of the rule, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Where the rule is written, `path:line:column`; none for what the clock did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// What the customer holds of these points after it: available, pending and frozen.
    pub held: Decimal,
}

/// What is outstanding of a unit of points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outstanding {
    /// The unit.
    pub points: String,
    /// The pool.
    pub pool: String,
    /// Held by all customers: available, pending and frozen.
    pub amount: Decimal,
    /// What that is worth, in main units of the currency, where the points say so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worth: Option<Decimal>,
    /// The currency of the worth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// Who pays for how many of them; those of which nothing is said are left out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub funded: Vec<(String, Decimal)>,
}

impl<S: Store> Host<S> {
    /// A customer's movements from an instant until another, that one excluded, in the order in which they were written.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn statement(
        &self,
        customer: &str,
        from: Option<DateTime<Utc>>,
        until: Option<DateTime<Utc>>,
    ) -> Result<Vec<StatementLine>, HostError> {
        let mut held: BTreeMap<String, Decimal> = BTreeMap::new();
        let mut lines = Vec::new();
        for movement in self.store.movements(customer)? {
            let sum = held.entry(movement.points.to_string()).or_default();
            *sum = sum.saturating_add(movement.amount.saturating_mul(Decimal::from(movement.kind.sign())));
            let held = *sum;
            if from.is_some_and(|from| movement.at < from) || until.is_some_and(|until| movement.at >= until) {
                continue;
            }
            let policy = self.engine(self.programme.answers_at(movement.at.fixed_offset()))?.policy();
            let (label, place) = named(policy, &movement.rule);
            lines.push(StatementLine { movement, label, place, held });
        }
        Ok(lines)
    }

    /// What all customers hold at an instant, as the books stand, by unit and pool. Memo points and benefits are no debt of
    /// the bank in points and are left out.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn outstanding(&self, at: DateTime<FixedOffset>) -> Result<Vec<Outstanding>, HostError> {
        let terms = Terms::new(self.engine(self.programme.answers_at(at))?)?;
        let mut all: BTreeMap<(String, String), Outstanding> = BTreeMap::new();
        let units = terms.policy.points.iter();
        let units: Vec<_> =
            units.filter(|unit| !unit.memo && unit.benefit.is_none() && unit.kept_by.is_none()).collect();
        for customer in self.store.customers()? {
            let account = self.store.account(&customer)?;
            for unit in &units {
                let name = &unit.title.name;
                for pool in balance_of(terms, account.as_ref(), name, at.to_utc()).pools {
                    let amount = pool.available.saturating_add(pool.pending).saturating_add(pool.frozen);
                    let held = all.entry((name.clone(), pool.pool.clone())).or_insert_with(|| Outstanding {
                        points: name.clone(),
                        pool: pool.pool.clone(),
                        amount: Decimal::ZERO,
                        worth: None,
                        currency: None,
                        funded: vec![],
                    });
                    held.amount = held.amount.saturating_add(amount);
                }
                for lot in account.lots.values().filter(|lot| *lot.points == **name) {
                    if terms.has_ended(account.as_ref(), lot, at.to_utc()) || terms.instant(lot.since) > at.to_utc() {
                        continue;
                    }
                    let Some(held) = all.get_mut(&(name.clone(), lot.pool.to_string())) else { continue };
                    for (party, part) in &lot.funded {
                        match held.funded.iter_mut().find(|(one, _)| **one == **party) {
                            Some((_, sum)) => *sum = sum.saturating_add(*part),
                            None => held.funded.push((party.to_string(), *part)),
                        }
                    }
                }
            }
        }
        for held in all.values_mut() {
            held.funded.sort();
            let unit = units.iter().find(|unit| unit.title.name == held.points);
            if let Some((each, currency)) = unit.and_then(|unit| unit.worth) {
                held.worth = Some(held.amount.saturating_mul(each));
                held.currency = terms.policy.currency_of(currency).map(|currency| currency.title.name.clone());
            }
        }
        Ok(all.into_values().collect())
    }
}

/// Label and place of a rule, or of a group.
fn named(policy: &Policy, name: &str) -> (Option<String>, Option<String>) {
    let rules = policy.rules.iter().map(|rule| &rule.title);
    let title = rules.chain(policy.groups.iter().map(|group| &group.title)).find(|title| title.name == name);
    let Some(title) = title else { return (None, None) };
    (title.labels.first().cloned(), Some(policy.sources.place(title.span)))
}
