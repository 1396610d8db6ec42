//! Activity: what the policy counts as such prolongs lots, or moves the end of a whole balance.

use super::LotsError;
use super::account::Lot;
use super::book::Book;
use super::movement::{Movement, MovementKind};
use super::terms::balance_key;
use crate::store::Store;
use earnest_dsl::policy::{Kind, Points, Pool, RequestForm, Validity};
use earnest_interpreter::decision::{Decision, DecisionLine};
use earnest_interpreter::life::{self, Holder};
use earnest_interpreter::{Counters, Facts};
use rust_decimal::Decimal;
use std::collections::BTreeSet;
use std::sync::Arc;

impl<S: Store> Book<'_, S> {
    /// Notes the activity that an accepted event is: of its customer by its kind, of others by what they get or use.
    pub(crate) fn active(&mut self, kind: &Kind, customer: Option<&str>, decision: &Decision) -> Result<(), LotsError> {
        for unit in &self.terms.policy.points {
            if unit.pools.iter().any(|pool| pool.renewed_by_activity || ends_by(pool, false)) {
                let key: Arc<str> = Arc::from(unit.title.name.as_str());
                for who in self.active_for(unit, &unit.activity, kind, customer, decision) {
                    self.note_activity(&who, &key)?;
                    for pool in unit.pools.iter().filter(|pool| pool.renewed_by_activity) {
                        self.prolong_by_table(&who, unit, pool)?;
                    }
                }
            }
            for pool in unit.pools.iter().filter(|pool| ends_by(pool, true)) {
                let key = balance_key(&unit.title.name, pool);
                for who in self.active_for(unit, &pool.balance_activity, kind, customer, decision) {
                    self.note_activity(&who, &key)?;
                }
            }
        }
        Ok(())
    }

    /// For whom the event is an activity of a list. Where the list is empty, earning and using count.
    fn active_for(
        &self,
        unit: &Points,
        list: &[String],
        kind: &Kind,
        customer: Option<&str>,
        decision: &Decision,
    ) -> BTreeSet<String> {
        let either = ["earn".to_owned(), "use".to_owned()];
        let list = if list.is_empty() { &either[..] } else { list };
        let mut whom = BTreeSet::new();
        if list.contains(&kind.title.name) {
            whom.extend(customer.map(str::to_owned));
        }
        for line in &decision.lines {
            if self.earns(line, unit, list) {
                whom.insert(line.customer.clone());
            }
        }
        for movement in &self.movements {
            if self.uses(movement, unit, list) {
                whom.insert(movement.customer.to_string());
            }
        }
        whom
    }

    fn note_activity(&mut self, customer: &str, key: &Arc<str>) -> Result<(), LotsError> {
        let local = self.local;
        let account = &mut self.draft(customer)?.account;
        let last = account.activity.entry(key.clone()).or_insert(local);
        *last = local.max(*last);
        Ok(())
    }

    /// Lots whose life a table over facts says are prolonged at once: later the facts may be others.
    fn prolong_by_table(&mut self, customer: &str, unit: &Points, pool: &Pool) -> Result<(), LotsError> {
        if !matches!(pool.validity, Validity::ByTable(_)) {
            return Ok(());
        }
        let local = self.local;
        let here = |lot: &&Lot| {
            *lot.points == *unit.title.name
                && *lot.pool == *pool.title.name
                && !lot.remaining.is_zero()
                && lot.since <= local
        };
        let lots: Vec<Lot> = self.draft(customer)?.lots().into_iter().filter(here).cloned().collect();
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

    /// Whether a line is an earning of the unit, or of the pool that the list names.
    fn earns(&self, line: &DecisionLine, unit: &Points, list: &[String]) -> bool {
        let given = matches!(line.kind.as_str(), "base" | "bonus" | "level" | "receive" | "grant" | "convert");
        if !given || !line.amount.parse::<Decimal>().is_ok_and(|amount| amount > Decimal::ZERO) {
            return false;
        }
        let Some(meant) = self.terms.meant(&line.points, line.unit.as_deref()) else { return false };
        let pool = meant.pool.or(unit.pools.first()).map_or("", |pool| pool.title.name.as_str());
        meant.unit.title.name == unit.title.name
            && list.iter().any(|word| word == "earn" || word.strip_prefix("earn of ") == Some(pool))
    }

    /// Whether a movement is a use of the unit, or of the pool that the list names, or the kind of request named.
    fn uses(&self, movement: &Movement, unit: &Points, list: &[String]) -> bool {
        if !matches!(movement.kind, MovementKind::Taken | MovementKind::MovedOut)
            || *movement.points != *unit.title.name
        {
            return false;
        }
        let Some(request) = self.terms.request(&movement.rule) else { return false };
        let form = match request.form {
            RequestForm::Catalogue => "redemption",
            RequestForm::Offset => "offset",
            RequestForm::Transfer => "transfer",
            RequestForm::Exchange => "exchange",
            RequestForm::Donation => "donation",
            RequestForm::CashOut | RequestForm::Lottery | RequestForm::Benefit => "use",
        };
        list.iter().any(|word| {
            word == "use"
                || word == form
                || (form == "transfer" && word == "transfer out")
                || word.strip_prefix("use of ") == Some(&*movement.pool)
        })
    }
}

/// Whether the whole balance of a pool ends by activity, of a list of its own or of the unit's.
fn ends_by(pool: &Pool, own: bool) -> bool {
    pool.balance_ends.is_some() && pool.balance_activity.is_empty() != own
}
