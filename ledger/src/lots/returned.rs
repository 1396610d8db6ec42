//! Points that return: a cancelled request gives back to the lots that it took from, with their old dates; what would return
//! to a lot that has ended is lost.

use super::account::{Lot, Taken};
use super::book::{Book, Slice, Total};
use super::movement::MovementKind;
use super::split::{add, subtract};
use super::{LotsError, split};
use crate::store::Store;
use earnest_dsl::policy::Points;
use earnest_interpreter::decision::DecisionLine;
use rust_decimal::Decimal;
use std::sync::Arc;

impl<S: Store> Book<'_, S> {
    /// Gives back what an earlier event took, last taken first, so that what stays taken is what a smaller request would have
    /// taken. Gives what that event did not take from this customer by this rule.
    pub(super) fn give_back(
        &mut self,
        line: &DecisionLine,
        unit: &Points,
        of: &str,
        amount: Decimal,
    ) -> Result<Decimal, LotsError> {
        let mut left = amount;
        let mut taken = self.taken(of)?.clone();
        for part in taken.iter_mut().rev() {
            let meant =
                *part.rule == *line.rule && *part.customer == *line.customer && *part.points == *unit.title.name;
            if !meant || left.is_zero() {
                continue;
            }
            let back = part.amount.min(left);
            self.return_part(line, of, part, back)?;
            left = subtract(left, back)?;
        }
        taken.retain(|part| !part.amount.is_zero());
        if left != amount {
            *self.taken(of)? = taken;
            self.pay_debts(&line.customer, unit)?;
        }
        Ok(left)
    }

    fn return_part(&mut self, line: &DecisionLine, of: &str, part: &mut Taken, back: Decimal) -> Result<(), LotsError> {
        let Some(lot) = self.lot(&line.customer, part.lot)? else {
            return Err(LotsError::Line(format!("lot {} is unknown, from which `{of}` took points", part.lot)));
        };
        let scale = self.terms.scale(&lot.points).max(part.amount.scale());
        let funded = split::share(back, &part.funded, scale)?;
        part.amount = subtract(part.amount, back)?;
        part.funded = split::without(&part.funded, &funded)?;
        let slice = Slice { lot: lot.clone(), amount: back, funded: funded.clone() };
        let redeemed = self.terms.request(&line.rule).is_some_and(|request| request.moves.is_none());
        if redeemed {
            self.total(Total::Redeemed, &lot.points, &lot.pool, -back)?;
        }
        let (terms, at) = (self.terms, self.at);
        let ended = terms.has_ended(&self.draft(&line.customer)?.account, &lot, at);
        let kind = if ended { MovementKind::Lost } else { MovementKind::Returned };
        self.moved_with(kind, &line.rule, &slice, |one| one.of = Some(Arc::from(of)))?;
        if ended {
            return self.total(Total::Expired, &lot.points, &lot.pool, back);
        }
        let remaining = add(lot.remaining, back)?;
        let funded = split::with(&lot.funded, &funded)?;
        self.total(Total::Outstanding, &lot.points, &lot.pool, back)?;
        self.put(Lot { remaining, funded, ..lot })
    }
}
