//! Taking: a request or rule takes points, lot by lot in the order of use. Each part remembers its lot and who paid.

use super::account::Taken;
use super::book::{Book, Slice, Total};
use super::movement::MovementKind;
use super::split::subtract;
use super::{LotsError, order};
use crate::store::Store;
use earnest_dsl::policy::Points;
use earnest_interpreter::decision::DecisionLine;
use rust_decimal::Decimal;
use std::sync::Arc;

impl<S: Store> Book<'_, S> {
    /// Takes for a request or a rule; all of it must be there.
    pub(super) fn spend(&mut self, line: &DecisionLine, unit: &Points, amount: Decimal) -> Result<(), LotsError> {
        let slices = self.take(line, unit, amount)?;
        for slice in &slices {
            self.moved(MovementKind::Taken, &line.rule, slice)?;
            if line.kind == "redeem" {
                self.total(Total::Redeemed, &slice.lot.points, &slice.lot.pool, slice.amount)?;
            }
        }
        Ok(())
    }

    /// Takes from usable lots in the order of use, and remembers what was taken for whoever takes it back.
    pub(super) fn take(
        &mut self,
        line: &DecisionLine,
        unit: &Points,
        amount: Decimal,
    ) -> Result<Vec<Slice>, LotsError> {
        let pools = from_pools(line, unit);
        let (slices, missing) = self.take_usable(&line.customer, unit, &pools, amount)?;
        if !missing.is_zero() {
            return Err(LotsError::Uncovered {
                customer: line.customer.clone(),
                points: unit.title.name.clone(),
                missing: missing.normalize().to_string(),
            });
        }
        let rule: Arc<str> = Arc::from(line.rule.as_str());
        let event = self.event.clone();
        let held = self.taken(&event)?;
        held.extend(slices.iter().map(|slice| Taken {
            rule: rule.clone(),
            customer: slice.lot.customer.clone(),
            points: slice.lot.points.clone(),
            lot: slice.lot.id,
            amount: slice.amount,
            funded: slice.funded.clone(),
        }));
        Ok(slices)
    }

    /// Cuts as much as there is from usable lots in the order of use; gives the parts, and what is missing.
    pub(super) fn take_usable(
        &mut self,
        customer: &str,
        unit: &Points,
        pools: &[&str],
        amount: Decimal,
    ) -> Result<(Vec<Slice>, Decimal), LotsError> {
        let (terms, at) = (self.terms, self.at);
        let lots = order::usable(terms, self.draft(customer)?, unit, pools, at);
        let mut slices = Vec::new();
        let mut missing = amount;
        for lot in lots {
            if missing.is_zero() {
                break;
            }
            let part = lot.remaining.min(missing);
            slices.push(self.cut(&lot, part)?);
            missing = subtract(missing, part)?;
        }
        Ok((slices, missing))
    }
}

/// The pools that a line takes from: those named, in their order; none for all of the unit in its order of use.
fn from_pools<'l>(line: &'l DecisionLine, unit: &Points) -> Vec<&'l str> {
    if !line.from.is_empty() {
        return line.from.iter().map(String::as_str).collect();
    }
    // The unit is named apart: then `points` is one of its pools.
    let one = line.unit.is_some() && unit.pools.iter().any(|pool| pool.title.name == line.points);
    if one { vec![line.points.as_str()] } else { vec![] }
}
