//! Activity: what the policy counts as such prolongs lots, or moves the end of a whole balance.

use super::LotsError;
use super::account::Lot;
use super::book::Book;
use super::terms::activity_key;
use crate::store::Store;
use earnest_dsl::policy::{Kind, Points, Pool, RequestForm, Validity};
use earnest_interpreter::decision::{Decision, DecisionLine};
use earnest_interpreter::life::{self, Holder};
use earnest_interpreter::{Counters, Facts};
use rust_decimal::Decimal;
use std::sync::Arc;

impl<S: Store> Book<'_, S> {
    /// Notes the activity that an accepted event is: of its customer by its kind, of others by what they get or use.
    pub(crate) fn active(&mut self, kind: &Kind, customer: Option<&str>, decision: &Decision) -> Result<(), LotsError> {
        for unit in &self.terms.policy.points {
            for pool in &unit.pools {
                if !pool.renewed_by_activity && pool.balance_ends.is_none() {
                    continue;
                }
                let words = words(unit, pool);
                if let Some(customer) = customer.filter(|_| words.contains(&kind.title.name.as_str())) {
                    self.note_activity(customer, unit, pool)?;
                }
                for line in &decision.lines {
                    if self.counts(line, unit, &words) {
                        self.note_activity(&line.customer, unit, pool)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn note_activity(&mut self, customer: &str, unit: &Points, pool: &Pool) -> Result<(), LotsError> {
        let (local, key) = (self.local, activity_key(&unit.title.name, pool));
        let account = &mut self.draft(customer)?.account;
        let last: &mut chrono::NaiveDateTime = account.activity.entry(Arc::clone(&key)).or_insert(local);
        *last = local.max(*last);
        if pool.renewed_by_activity && matches!(pool.validity, Validity::ByTable(_)) {
            self.prolong_by_table(customer, unit, pool)?;
        }
        Ok(())
    }

    /// Lots whose life a table over facts says are prolonged at once: later the facts may be others.
    fn prolong_by_table(&mut self, customer: &str, unit: &Points, pool: &Pool) -> Result<(), LotsError> {
        let local = self.local;
        let here = |lot: &&Lot| {
            *lot.points == *unit.title.name
                && *lot.pool == *pool.title.name
                && !lot.remaining.is_zero()
                && lot.since <= local
        };
        let lots: Vec<Lot> = self.draft(customer)?.account.lots.values().filter(here).cloned().collect();
        let facts = self.facts_for(pool, customer)?;
        for lot in lots {
            let holder = self.holder(customer, &facts);
            let last_day = self.terms.life.prolonged(pool, lot.last_day, local, &holder)?;
            if last_day != lot.last_day {
                self.put(Lot { last_day, ..lot })?;
            }
        }
        Ok(())
    }

    /// Facts that a pool's life by a table reads of a customer.
    pub(super) fn facts_for(&self, pool: &Pool, customer: &str) -> Result<Facts, LotsError> {
        let mut facts = Facts::new();
        if life::facts_read(self.terms.policy, pool).contains("customer")
            && let Some(held) = self.store.facts("customer", customer)?
        {
            facts.insert(("customer".to_owned(), customer.to_owned()), held.as_ref().clone());
        }
        Ok(facts)
    }

    /// Whose lots are meant, at the book's instant.
    pub(super) fn holder<'h>(&self, customer: &'h str, facts: &'h Facts) -> Holder<'h> {
        static NO_COUNTERS: Counters = Counters::new();
        Holder { customer, account: None, facts, counters: &NO_COUNTERS, at: self.at }
    }

    /// Whether a line is one of these kinds of posting of the unit.
    fn counts(&self, line: &DecisionLine, unit: &Points, words: &[&str]) -> bool {
        let meant = self.terms.meant(&line.points, line.unit.as_deref());
        if meant.is_none_or(|meant| meant.unit.title.name != unit.title.name) {
            return false;
        }
        let amount: Decimal = line.amount.parse().unwrap_or_default();
        if amount > Decimal::ZERO {
            let given = matches!(line.kind.as_str(), "base" | "bonus" | "level" | "receive" | "grant" | "convert");
            return given && words.contains(&"earn");
        }
        let request = self.terms.request(&line.rule);
        if amount.is_zero() || !matches!(line.kind.as_str(), "redeem" | "move") {
            return false;
        }
        let form = match request.map(|request| request.form) {
            Some(RequestForm::Catalogue) => "redemption",
            Some(RequestForm::Offset) => "offset",
            Some(RequestForm::Transfer) => "transfer",
            Some(RequestForm::Exchange | RequestForm::CashOut) => "exchange",
            Some(RequestForm::Donation) => "donation",
            Some(RequestForm::Lottery | RequestForm::Benefit) | None => "",
        };
        words.contains(&"use") || words.contains(&form) || (form == "transfer" && words.contains(&"transfer out"))
    }
}

/// What counts: the pool's own list, else the unit's, else earning and using.
fn words<'p>(unit: &'p Points, pool: &'p Pool) -> Vec<&'p str> {
    let list = if pool.balance_activity.is_empty() { &unit.activity } else { &pool.balance_activity };
    if list.is_empty() { vec!["earn", "use"] } else { list.iter().map(String::as_str).collect() }
}
