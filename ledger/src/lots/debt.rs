//! Debts: what could not be taken back. Later points pay them when they become usable; a forgiven shortage is set off only
//! against what the same rule gives later.

use super::account::Debt;
use super::book::Book;
use super::movement::MovementKind;
use super::split::subtract;
use super::{LotsError, order};
use crate::store::Store;
use earnest_dsl::policy::Points;
use earnest_interpreter::decision::DecisionLine;
use rust_decimal::Decimal;
use std::sync::Arc;

impl<S: Store> Book<'_, S> {
    /// Notes what is missing: a debt, or a shortage that is forgiven.
    pub(super) fn missing(
        &mut self,
        line: &DecisionLine,
        unit: &Points,
        pool: Option<&str>,
        amount: Decimal,
        owed: bool,
    ) -> Result<(), LotsError> {
        if amount.is_zero() {
            return Ok(());
        }
        let event = self.event.clone();
        let named = pool.unwrap_or(&unit.title.name);
        let kind = if owed { MovementKind::Owed } else { MovementKind::Short };
        let mut movement = self.movement(kind, &line.customer, &line.rule, &unit.title.name, named, amount);
        movement.of = line.of.as_deref().map(Arc::from);
        self.note(movement);
        // Only a level rule asks again for what it was short of.
        if owed || line.kind == "level" {
            self.draft(&line.customer)?.debts().push(Debt {
                points: Arc::from(unit.title.name.as_str()),
                pool: pool.map(Arc::from),
                amount,
                event,
                rule: Arc::from(line.rule.as_str()),
                forgiven: !owed,
            });
        }
        Ok(())
    }

    /// Sets off what a rule gives against what it was forgiven before; gives what is left.
    pub(super) fn set_off(
        &mut self,
        line: &DecisionLine,
        unit: &Points,
        pool: Option<&str>,
        amount: Decimal,
    ) -> Result<Decimal, LotsError> {
        if line.kind != "level" {
            return Ok(amount);
        }
        let mut left = amount;
        let debts = self.draft(&line.customer)?.debts();
        for debt in debts.iter_mut() {
            let same = *debt.rule == *line.rule && *debt.points == *unit.title.name && debt.pool.as_deref() == pool;
            if debt.forgiven && same {
                let part = debt.amount.min(left);
                debt.amount = subtract(debt.amount, part)?;
                left = subtract(left, part)?;
            }
        }
        debts.retain(|debt| !debt.amount.is_zero());
        let off = subtract(amount, left)?;
        if !off.is_zero() {
            let named = pool.unwrap_or(&unit.title.name);
            let movement =
                self.movement(MovementKind::SetOff, &line.customer, &line.rule, &unit.title.name, named, off);
            self.note(movement);
        }
        Ok(left)
    }

    /// Pays debts of a unit, oldest first, from what may be used now.
    pub(super) fn pay_debts(&mut self, customer: &str, unit: &Points) -> Result<(), LotsError> {
        let (terms, at) = (self.terms, self.at);
        let debts: Vec<Debt> = self.draft(customer)?.debts().clone();
        let mut after = Vec::with_capacity(debts.len());
        for mut debt in debts {
            let meant = !debt.forgiven && *debt.points == *unit.title.name;
            if meant {
                let pools: Vec<&str> = debt.pool.as_deref().into_iter().collect();
                let lots = order::usable(terms, self.draft(customer)?, unit, &pools, at);
                for lot in lots {
                    let part = lot.remaining.min(debt.amount);
                    if part.is_zero() {
                        break;
                    }
                    let slice = self.cut(&lot, part)?;
                    let of = debt.event.clone();
                    self.moved_with(MovementKind::Paid, &debt.rule, &slice, |one| one.of = Some(of))?;
                    debt.amount = subtract(debt.amount, part)?;
                }
            }
            if !debt.amount.is_zero() {
                after.push(debt);
            }
        }
        *self.draft(customer)?.debts() = after;
        Ok(())
    }
}
