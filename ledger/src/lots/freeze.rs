//! Freezing: nothing frozen may be used. A whole account, or so many points in the order of use.

use super::account::Lot;
use super::book::{Book, Slice};
use super::movement::MovementKind;
use super::split::subtract;
use super::{LotsError, order, split};
use crate::store::Store;
use rust_decimal::Decimal;

impl<S: Store> Book<'_, S> {
    /// Freezes all that a customer holds and will hold, or so many points of each unit; or frees them.
    pub(crate) fn freeze(&mut self, customer: &str, frozen: bool, much: Option<Decimal>) -> Result<(), LotsError> {
        let kind = if frozen { MovementKind::Frozen } else { MovementKind::Unfrozen };
        let Some(much) = much else {
            return self.freeze_all(customer, frozen, kind);
        };
        for unit in self.terms.policy.points.iter().filter(|unit| unit.benefit.is_none()) {
            let terms = self.terms;
            let draft = self.draft(customer)?;
            let account = &draft.account;
            let here = |lot: &&Lot| *lot.points == *unit.title.name && lot.frozen != frozen && !lot.remaining.is_zero();
            let mut lots: Vec<Lot> = draft.lots().into_iter().filter(here).cloned().collect();
            order::sort(terms, account, unit, &[], &mut lots);
            let mut left = much;
            for lot in lots {
                let part = lot.remaining.min(left);
                if part.is_zero() {
                    break;
                }
                left = subtract(left, part)?;
                self.freeze_part(lot, part, frozen, kind)?;
            }
            if !frozen {
                self.pay_debts(customer, unit)?;
            }
        }
        Ok(())
    }

    fn freeze_all(&mut self, customer: &str, frozen: bool, kind: MovementKind) -> Result<(), LotsError> {
        let draft = self.draft(customer)?;
        let before = draft.account.frozen;
        draft.account.frozen = frozen;
        let lots: Vec<Lot> = draft.lots().into_iter().cloned().collect();
        for lot in lots {
            if (before || lot.frozen) == frozen {
                continue;
            }
            let slice = Slice { lot: lot.clone(), amount: lot.remaining, funded: lot.funded.clone() };
            // Freed: also what was frozen by itself. The lot is written in either case, for its end may have waited.
            self.put(Lot { frozen: lot.frozen && frozen, ..lot })?;
            self.moved(kind, "", &slice)?;
        }
        if !frozen {
            for unit in &self.terms.policy.points {
                self.pay_debts(customer, unit)?;
            }
        }
        Ok(())
    }

    /// Freezes a part of a lot: the part becomes a lot of its own.
    fn freeze_part(&mut self, lot: Lot, part: Decimal, frozen: bool, kind: MovementKind) -> Result<(), LotsError> {
        if part == lot.remaining {
            let slice = Slice { lot: lot.clone(), amount: part, funded: lot.funded.clone() };
            self.put(Lot { frozen, ..lot })?;
            return self.moved(kind, "", &slice);
        }
        let scale = self.terms.scale(&lot.points).max(lot.remaining.scale());
        let funded = split::share(part, &lot.funded, scale)?;
        let rest = split::without(&lot.funded, &funded)?;
        let own =
            Lot { id: self.number(), granted: part, remaining: part, funded: funded.clone(), frozen, ..lot.clone() };
        self.put(Lot { remaining: subtract(lot.remaining, part)?, funded: rest, ..lot })?;
        self.put(own.clone())?;
        self.moved(kind, "", &Slice { lot: own, amount: part, funded })
    }
}
