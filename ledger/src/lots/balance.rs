//! Balances: what may be used, what not yet, what is frozen, what ends when.

use super::account::Account;
use super::expire::sum;
use super::terms::Terms;
use super::{LotsError, order};
use crate::store::{Store, StoreError};
use chrono::{DateTime, NaiveDate, Utc};
use earnest_interpreter::{CounterValue, Counters};
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::BTreeMap;

/// What a customer has of a unit at an instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Balance {
    /// The unit of points.
    pub points: String,
    /// May be used now.
    pub available: Decimal,
    /// Earned, and not usable yet.
    pub pending: Decimal,
    /// Frozen.
    pub frozen: Decimal,
    /// Owed: later points pay it when they become usable.
    pub owed: Decimal,
    /// The same by pool, in the order of the pools' names. Debts that any pool may pay are not in here.
    pub pools: Vec<PoolBalance>,
    /// What ends and when, soonest first: of all that is available, pending or frozen.
    pub ends: Vec<SoonToEnd>,
}

/// What a customer has in a pool at an instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PoolBalance {
    /// The pool.
    pub pool: String,
    /// May be used now.
    pub available: Decimal,
    /// Earned, and not usable yet.
    pub pending: Decimal,
    /// Frozen.
    pub frozen: Decimal,
}

/// Points that end together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SoonToEnd {
    /// The pool.
    pub pool: String,
    /// Last usable day.
    pub last_day: NaiveDate,
    /// How many.
    pub amount: Decimal,
}

impl Balance {
    /// What ends by a day, that day included.
    #[must_use]
    pub fn ending_by(&self, day: NaiveDate) -> Decimal {
        sum(self.ends.iter().filter(|end| end.last_day <= day).map(|end| &end.amount))
    }

    /// What can be spent: available less what is owed; below zero where more is owed than there is.
    #[must_use]
    pub fn spendable(&self) -> Decimal {
        self.available.saturating_sub(self.owed)
    }
}

/// The balance of a unit in an account at an instant.
pub(crate) fn balance_of(terms: Terms<'_>, account: &Account, unit: &str, at: DateTime<Utc>) -> Balance {
    let mut pools: BTreeMap<&str, PoolBalance> = BTreeMap::new();
    for pool in terms.unit(unit).into_iter().flat_map(|unit| &unit.pools) {
        pools.insert(&pool.title.name, empty(&pool.title.name));
    }
    let mut ends: BTreeMap<(NaiveDate, &str), Decimal> = BTreeMap::new();
    for lot in account.lots.values().filter(|lot| *lot.points == *unit && terms.instant(lot.since) <= at) {
        let last = terms.last_day(account, lot);
        if terms.has_ended(account, lot, at) {
            continue;
        }
        let pool = pools.entry(&lot.pool).or_insert_with(|| empty(&lot.pool));
        let place = if account.frozen || lot.frozen {
            &mut pool.frozen
        } else if order::is_usable(terms, account, lot, at) {
            &mut pool.available
        } else {
            &mut pool.pending
        };
        *place = place.saturating_add(lot.remaining);
        if let Some(last) = last {
            let held = ends.entry((last, &lot.pool)).or_default();
            *held = held.saturating_add(lot.remaining);
        }
    }
    let owed = account.debts.iter().filter(|debt| !debt.forgiven && *debt.points == *unit);
    Balance {
        points: unit.to_owned(),
        available: sum(pools.values().map(|pool| &pool.available)),
        pending: sum(pools.values().map(|pool| &pool.pending)),
        frozen: sum(pools.values().map(|pool| &pool.frozen)),
        owed: sum(owed.map(|debt| &debt.amount)),
        pools: pools.into_values().collect(),
        ends: ends
            .into_iter()
            .map(|((last_day, pool), amount)| SoonToEnd { pool: pool.to_owned(), last_day, amount })
            .collect(),
    }
}

fn empty(pool: &str) -> PoolBalance {
    PoolBalance { pool: pool.to_owned(), available: Decimal::ZERO, pending: Decimal::ZERO, frozen: Decimal::ZERO }
}

/// The values of the balances among these keys, as of an instant: what is available less what is owed in that pool.
pub(crate) fn fill_balances(
    store: &impl Store,
    terms: Terms<'_>,
    keys: &[String],
    at: DateTime<Utc>,
    counters: &mut Counters,
) -> Result<(), StoreError> {
    for key in keys {
        let Some((unit, pool, customer)) = parsed(key) else { continue };
        let account = store.account(&customer)?;
        let balance = balance_of(terms, &account, &unit, at);
        let available = balance.pools.iter().find(|one| one.pool == pool).map_or(Decimal::ZERO, |one| one.available);
        let first = terms.unit(&unit).and_then(|unit| unit.pools.first()).is_some_and(|first| first.title.name == pool);
        // What any pool may pay weighs on the first one, so that it counts once.
        let owed = account.debts.iter().filter(|debt| {
            let here = debt.pool.as_deref().map_or(first, |one| one == pool);
            !debt.forgiven && *debt.points == *unit && here
        });
        let value = available.saturating_sub(sum(owed.map(|debt| &debt.amount)));
        let scale = terms.scale(&unit);
        let mut value = value.normalize();
        if value.scale() <= scale {
            value.rescale(scale);
        }
        counters.insert(key.clone(), CounterValue::Number(value));
    }
    Ok(())
}

/// Unit, pool and customer of a balance's key, `balance Star/Savings|customer=c1`.
fn parsed(key: &str) -> Option<(String, String, String)> {
    let (head, customer) = key.strip_prefix("balance ")?.split_once("|customer=")?;
    let head = unescaped(head)?;
    let (unit, pool) = head.split_once('/').unwrap_or((&head, &head));
    Some((unit.to_owned(), pool.to_owned(), unescaped(customer)?))
}

/// The reverse of how keys write `%`, `|`, `=` and control characters.
fn unescaped(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        bytes.extend_from_slice(before.as_bytes());
        let code = after.get(..2)?;
        bytes.push(u8::from_str_radix(code, 16).ok()?);
        rest = after.get(2..)?;
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8(bytes).ok()
}

impl From<LotsError> for StoreError {
    fn from(error: LotsError) -> Self {
        match error {
            LotsError::Store(error) => error,
            other => Self(other.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_says_unit_pool_and_customer() {
        let all =
            |unit: &str, pool: &str, customer: &str| Some((unit.to_owned(), pool.to_owned(), customer.to_owned()));
        assert_eq!(parsed("balance Star|customer=c1"), all("Star", "Star", "c1"));
        assert_eq!(parsed("balance Star/Savings|customer=a%7C%25b"), all("Star", "Savings", "a|%b"));
        assert_eq!(parsed("track spent|customer=c1"), None);
    }
}
