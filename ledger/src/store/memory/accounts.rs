//! Lots, debts, what events took, and movements.
//!
//! A lot with nothing left is closed: it leaves its account, so that work on an account follows what the customer holds and
//! not what was ever given; it is kept apart, for points that return to it.

use crate::lots::{Account, Lot, Movement, Taken};
use crate::store::AccountChange;
use chrono::{DateTime, Utc};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// Accounts by customer.
#[derive(Debug, Clone, Default)]
pub struct AccountBook {
    /// Never iterated in an order that shows.
    accounts: HashMap<Arc<str>, Arc<Account>>,
    closed: HashMap<u64, Lot>,
    holders: HashMap<u64, Arc<str>>,
    highest: u64,
    taken: HashMap<Arc<str>, Vec<Taken>>,
    movements: Vec<Movement>,
    by_event: HashMap<Arc<str>, Vec<u32>>,
    by_customer: HashMap<Arc<str>, Vec<u32>>,
    due: BTreeSet<(DateTime<Utc>, Arc<str>)>,
    /// One copy of every name that millions of lots and movements share.
    names: HashSet<Arc<str>>,
}

impl AccountBook {
    /// How many movements there are.
    #[must_use]
    pub fn movement_count(&self) -> usize {
        self.movements.len()
    }

    pub(super) fn account(&self, customer: &str) -> Arc<Account> {
        self.accounts.get(customer).cloned().unwrap_or_default()
    }

    pub(super) fn lot(&self, id: u64) -> Option<&Lot> {
        let live = self.holders.get(&id).and_then(|customer| self.accounts.get(customer));
        live.and_then(|account| account.lots.get(&id)).or_else(|| self.closed.get(&id))
    }

    pub(super) fn next_lot(&self) -> u64 {
        self.highest.saturating_add(1)
    }

    pub(super) fn taken(&self, event: &str) -> &[Taken] {
        self.taken.get(event).map_or(&[], Vec::as_slice)
    }

    pub(super) fn movements_of(&self, event: &str) -> Vec<Movement> {
        self.listed(self.by_event.get(event))
    }

    pub(super) fn movements(&self, customer: &str) -> Vec<Movement> {
        self.listed(self.by_customer.get(customer))
    }

    fn listed(&self, numbers: Option<&Vec<u32>>) -> Vec<Movement> {
        let numbers = numbers.into_iter().flatten();
        numbers.filter_map(|at| usize::try_from(*at).ok().and_then(|at| self.movements.get(at))).cloned().collect()
    }

    pub(super) fn customers(&self) -> Vec<String> {
        let mut all: Vec<String> = self.accounts.keys().map(|customer| customer.to_string()).collect();
        all.sort();
        all
    }

    /// Accounts by customer, each with when something is due to it, and closed lots by number.
    #[allow(clippy::type_complexity, reason = "what is kept, side by side")]
    pub(super) fn held(&self) -> (Vec<(Arc<str>, Option<DateTime<Utc>>, Arc<Account>)>, Vec<Lot>) {
        let accounts = self.accounts.iter();
        let mut accounts: Vec<_> =
            accounts.map(|(customer, held)| (customer.clone(), held.due, held.clone())).collect();
        accounts.sort_by(|a, b| a.0.cmp(&b.0));
        let mut closed: Vec<Lot> = self.closed.values().cloned().collect();
        closed.sort_by_key(|lot| lot.id);
        (accounts, closed)
    }

    /// What events took, by event.
    pub(super) fn all_taken(&self) -> Vec<(Arc<str>, Vec<Taken>)> {
        let mut all: Vec<_> = self.taken.iter().map(|(event, parts)| (event.clone(), parts.clone())).collect();
        all.sort_by(|a, b| a.0.cmp(&b.0));
        all
    }

    /// All movements, oldest commit first.
    pub(super) fn all_movements(&self) -> &[Movement] {
        &self.movements
    }

    /// Puts back an account.
    pub(super) fn put(&mut self, customer: Arc<str>, due: Option<DateTime<Utc>>, account: Account) {
        let change = AccountChange {
            customer,
            lots: account.lots.into_values().collect(),
            debts: Some(account.debts),
            activity: account.activity.into_iter().collect(),
            frozen: Some(account.frozen),
            due,
        };
        self.change(change);
    }

    /// Puts back a closed lot.
    pub(super) fn put_closed(&mut self, lot: Lot) {
        self.highest = self.highest.max(lot.id);
        let lot = self.shared_lot(lot);
        self.closed.insert(lot.id, lot);
    }

    pub(super) fn due(&self) -> Option<(DateTime<Utc>, String)> {
        self.due.first().map(|(at, customer)| (*at, customer.to_string()))
    }

    pub(super) fn apply(
        &mut self,
        accounts: Vec<AccountChange>,
        taken: Vec<(Arc<str>, Vec<Taken>)>,
        movements: Vec<Movement>,
    ) {
        for change in accounts {
            self.change(change);
        }
        for (event, parts) in taken {
            if parts.is_empty() {
                self.taken.remove(&event);
            } else {
                self.taken.insert(event, parts);
            }
        }
        for movement in movements {
            // More than 2^32 movements do not fit in memory.
            let number = u32::try_from(self.movements.len()).unwrap_or(u32::MAX);
            let movement = self.shared_movement(movement);
            self.by_event.entry(movement.event.clone()).or_default().push(number);
            self.by_customer.entry(movement.customer.clone()).or_default().push(number);
            self.movements.push(movement);
        }
    }

    fn change(&mut self, change: AccountChange) {
        let customer = self.shared(&change.customer);
        let lots: Vec<Lot> = change.lots.into_iter().map(|lot| self.shared_lot(lot)).collect();
        let held = self.accounts.entry(customer.clone()).or_default();
        // Whoever read this account before has let go of it: it is changed in place.
        let account = Arc::make_mut(held);
        for lot in lots {
            self.highest = self.highest.max(lot.id);
            if lot.remaining.is_zero() {
                account.lots.remove(&lot.id);
                self.holders.remove(&lot.id);
                self.closed.insert(lot.id, lot);
            } else {
                self.closed.remove(&lot.id);
                self.holders.insert(lot.id, customer.clone());
                account.lots.insert(lot.id, lot);
            }
        }
        if let Some(debts) = change.debts {
            account.debts = debts;
        }
        account.activity.extend(change.activity);
        if let Some(frozen) = change.frozen {
            account.frozen = frozen;
        }
        if account.due != change.due {
            if let Some(old) = account.due {
                self.due.remove(&(old, customer.clone()));
            }
            account.due = change.due;
            if let Some(new) = change.due {
                self.due.insert((new, customer));
            }
        }
    }

    fn shared(&mut self, name: &Arc<str>) -> Arc<str> {
        if let Some(known) = self.names.get(name) {
            return known.clone();
        }
        self.names.insert(name.clone());
        name.clone()
    }

    fn shared_lot(&mut self, lot: Lot) -> Lot {
        Lot {
            customer: self.shared(&lot.customer),
            points: self.shared(&lot.points),
            pool: self.shared(&lot.pool),
            rule: self.shared(&lot.rule),
            funded: lot.funded.into_iter().map(|(party, part)| (self.shared(&party), part)).collect(),
            ..lot
        }
    }

    fn shared_movement(&mut self, movement: Movement) -> Movement {
        Movement {
            customer: self.shared(&movement.customer),
            points: self.shared(&movement.points),
            pool: self.shared(&movement.pool),
            rule: self.shared(&movement.rule),
            funded: movement.funded.into_iter().map(|(party, part)| (self.shared(&party), part)).collect(),
            ..movement
        }
    }
}
