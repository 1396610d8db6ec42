//! Activity: what the policy counts as such prolongs lots, or moves the end of a whole balance.

use super::LotsError;
use super::book::Book;
use super::terms::activity_key;
use crate::store::Store;
use earnest_dsl::policy::{Kind, Points, Pool, RequestForm};
use earnest_interpreter::decision::{Decision, DecisionLine};
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
        Ok(())
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
