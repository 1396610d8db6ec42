//! What the clock does to the lots of one customer at one instant: lots that end, lots that become usable, reminders.

use super::account::Lot;
use super::book::{Book, Slice, Total};
use super::movement::MovementKind;
use super::{LotsError, book};
use crate::store::Store;
use rust_decimal::Decimal;
use std::collections::BTreeSet;
use std::sync::Arc;

impl<S: Store> Book<'_, S> {
    /// Raises what is due to a customer at the book's instant.
    pub(crate) fn tick(&mut self, customer: &str) -> Result<(), LotsError> {
        for lot in self.live(customer)? {
            self.end(lot)?;
        }
        let mut units: BTreeSet<Arc<str>> = BTreeSet::new();
        for lot in self.live(customer)? {
            if !lot.usable && self.terms.is_available(&lot, self.at) {
                units.insert(lot.points.clone());
                let slice = whole(&lot);
                self.put(Lot { usable: true, ..lot })?;
                self.moved(MovementKind::Usable, "", &slice)?;
            }
        }
        for unit in units {
            if let Some(unit) = self.terms.unit(&unit) {
                self.pay_debts(customer, unit)?;
            }
        }
        for lot in self.live(customer)? {
            self.remind(lot)?;
        }
        Ok(())
    }

    fn live(&mut self, customer: &str) -> Result<Vec<Lot>, LotsError> {
        Ok(self.draft(customer)?.lots().into_iter().cloned().collect())
    }

    fn end(&mut self, lot: Lot) -> Result<(), LotsError> {
        let (terms, at) = (self.terms, self.at);
        if !terms.has_ended(&self.draft(&lot.customer)?.account, &lot, at) {
            return Ok(());
        }
        let slice = self.cut(&lot, lot.remaining)?;
        self.total(Total::Expired, &lot.points, &lot.pool, slice.amount)?;
        self.moved(MovementKind::Expired, "", &slice)
    }

    fn remind(&mut self, lot: Lot) -> Result<(), LotsError> {
        let terms = self.terms;
        let Some(last) = terms.last_day(&self.draft(&lot.customer)?.account, &lot) else { return Ok(()) };
        let due = lot.reminded != Some(last)
            && terms.remind_on(&lot.points, last).is_some_and(|on| lot.since.date() < on && on <= self.local.date());
        if !due {
            return Ok(());
        }
        let slice = whole(&lot);
        self.put(Lot { reminded: Some(last), ..lot })?;
        self.moved(MovementKind::Reminded, "", &slice)
    }
}

fn whole(lot: &Lot) -> book::Slice {
    Slice { lot: lot.clone(), amount: lot.remaining, funded: lot.funded.clone() }
}

/// The sum of amounts.
pub(super) fn sum<'m>(amounts: impl IntoIterator<Item = &'m Decimal>) -> Decimal {
    amounts.into_iter().fold(Decimal::ZERO, |sum, one| sum.saturating_add(*one))
}
