//! The order of use over lots and pools.

use super::account::{Account, Lot};
use super::book::Draft;
use super::terms::Terms;
use chrono::{DateTime, NaiveDate, Utc};
use earnest_dsl::policy::{Points, SpendKey};
use std::cmp::Ordering;

/// Lots of a unit that may be used at an instant, in the order of use: of these pools in their order, or (where none is
/// named) of all pools in the unit's order.
pub(super) fn usable(terms: Terms<'_>, draft: &Draft, unit: &Points, pools: &[&str], at: DateTime<Utc>) -> Vec<Lot> {
    let account = &draft.account;
    let here = |lot: &&Lot| {
        *lot.points == *unit.title.name
            && (pools.is_empty() || pools.contains(&&*lot.pool))
            && !lot.remaining.is_zero()
            && is_usable(terms, account, lot, at)
    };
    let mut lots: Vec<Lot> = draft.lots().into_iter().filter(here).cloned().collect();
    sort(terms, account, unit, pools, &mut lots);
    lots
}

/// Whether a lot may be used: earned, available, not ended, not frozen.
pub(super) fn is_usable(terms: Terms<'_>, account: &Account, lot: &Lot, at: DateTime<Utc>) -> bool {
    let ended = terms.last_day(account, lot).and_then(|last| terms.ends_at(last)).is_some_and(|end| end <= at);
    !ended && !account.frozen && !lot.frozen && terms.is_available(lot, at) && terms.instant(lot.since) <= at
}

/// Sorts lots in the order of use.
pub(super) fn sort(terms: Terms<'_>, account: &Account, unit: &Points, pools: &[&str], lots: &mut [Lot]) {
    let place = |lot: &Lot| pools.iter().position(|pool| **pool == *lot.pool).unwrap_or(usize::MAX);
    let ends = |lot: &Lot| terms.last_day(account, lot).unwrap_or(NaiveDate::MAX);
    lots.sort_by(|a, b| {
        let by_key = |key: &SpendKey| match key {
            SpendKey::SoonestToExpire => ends(a).cmp(&ends(b)),
            SpendKey::Oldest => a.earned.cmp(&b.earned),
            // Lots of the pool come first.
            SpendKey::Pool(pool) => (*b.pool == **pool).cmp(&(*a.pool == **pool)),
        };
        let named = if pools.len() > 1 { place(a).cmp(&place(b)) } else { Ordering::Equal };
        unit.spend_order
            .iter()
            .fold(named, |order, key| order.then_with(|| by_key(key)))
            .then_with(|| ends(a).cmp(&ends(b)))
            .then_with(|| a.earned.cmp(&b.earned))
            .then_with(|| a.id.cmp(&b.id))
    });
}
