//! Moves: lots leave one customer and arrive at another, with their dates or as if earned anew; who pays for them stays.

use super::account::Lot;
use super::book::{Book, Slice};
use super::give::{day, local_time};
use super::movement::MovementKind;
use super::split::{Funded, subtract};
use super::{LotsError, split};
use crate::store::Store;
use earnest_dsl::policy::Points;
use earnest_interpreter::decision::DecisionLine;
use rust_decimal::Decimal;
use std::sync::Arc;

impl<S: Store> Book<'_, S> {
    /// The sender's part.
    pub(super) fn move_out(&mut self, line: &DecisionLine, unit: &Points, amount: Decimal) -> Result<(), LotsError> {
        for slice in self.take(line, unit, amount)? {
            let other = line.other.as_deref().map(Arc::from);
            self.moved_with(MovementKind::MovedOut, &line.rule, &slice, |one| one.other = other)?;
        }
        Ok(())
    }

    /// The recipient's part: what the sender's line of the same rule gave up. Each lot keeps the last day that it had
    /// before the move, or gets those of the line.
    pub(super) fn move_in(&mut self, line: &DecisionLine, unit: &Points, amount: Decimal) -> Result<(), LotsError> {
        let sender = line.other.clone().unwrap_or_default();
        let event = self.event.clone();
        let parts: Vec<_> = self.taken(&event)?.clone();
        let mut left = amount;
        let mut arrived = Vec::new();
        for part in parts
            .iter()
            .filter(|part| *part.rule == *line.rule && *part.customer == *sender && *part.points == *unit.title.name)
        {
            let much = part.amount.min(left);
            if much.is_zero() {
                continue;
            }
            let Some(lot) = self.lot(&sender, part.lot)? else { continue };
            let scale = u32::from(unit.scale).max(much.scale());
            let funded =
                if much == part.amount { part.funded.clone() } else { split::share(much, &part.funded, scale)? };
            arrived.push((lot, much, funded));
            left = subtract(left, much)?;
        }
        if !left.is_zero() {
            return Err(LotsError::Uncovered {
                customer: sender,
                points: unit.title.name.clone(),
                missing: left.normalize().to_string(),
            });
        }
        for (lot, much, funded) in arrived {
            self.arrive(line, lot, much, funded)?;
        }
        self.pay_debts(&line.customer, unit)
    }

    fn arrive(&mut self, line: &DecisionLine, lot: Lot, amount: Decimal, funded: Funded) -> Result<(), LotsError> {
        let terms = self.terms;
        let sender = lot.customer.clone();
        let last_day = if line.keep_dates {
            terms.last_day(&self.draft(&sender)?.account, &lot)
        } else {
            line.expires_on.as_deref().map(day).transpose()?
        };
        let available_from = if line.keep_dates {
            lot.available_from
        } else {
            line.available_from.as_deref().map(local_time).transpose()?
        };
        let new = Lot {
            id: self.number(),
            customer: Arc::from(line.customer.as_str()),
            via: Some(self.event.clone()),
            granted: amount,
            remaining: amount,
            funded: funded.clone(),
            earned: if line.keep_dates { lot.earned } else { self.local },
            since: self.local,
            available_from,
            last_day,
            frozen: false,
            reminded: lot.reminded.filter(|_| line.keep_dates),
            ..lot
        };
        let slice = Slice { lot: new.clone(), amount, funded };
        self.add_lot(new)?;
        self.moved_with(MovementKind::MovedIn, &line.rule, &slice, |one| one.other = Some(sender))
    }
}
