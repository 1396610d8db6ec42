//! Taking back: what an earlier event or a level rule gave goes back from its own lots first, then from others in the order
//! of use, never from another pool; what is missing is a debt, or a shortage that is reported.

use super::account::Lot;
use super::book::{Book, Total};
use super::movement::MovementKind;
use super::split::subtract;
use super::{LotsError, order};
use crate::store::Store;
use earnest_dsl::policy::Points;
use earnest_interpreter::decision::DecisionLine;
use rust_decimal::Decimal;
use std::sync::Arc;

impl<S: Store> Book<'_, S> {
    /// Takes back. `violation`: what is missing is owed, whatever refunds do.
    pub(super) fn take_back(
        &mut self,
        line: &DecisionLine,
        unit: &Points,
        pool: Option<&str>,
        amount: Decimal,
        violation: bool,
    ) -> Result<(), LotsError> {
        let mut left = amount;
        for lot in self.own_lots(line, unit, pool)? {
            // Of all that there is, the line states what could be spent; what is pending or frozen goes too.
            let part = if line.all { lot.remaining } else { lot.remaining.min(left) };
            if part.is_zero() {
                break;
            }
            self.back(line, &lot, part)?;
            left = subtract(left, part)?;
        }
        if line.all {
            return Ok(());
        }
        let pools: Vec<&str> = if line.from.is_empty() {
            pool.into_iter().collect()
        } else {
            line.from.iter().map(String::as_str).collect()
        };
        let (terms, at) = (self.terms, self.at);
        let others = order::usable(terms, self.draft(&line.customer)?, unit, &pools, at);
        for lot in others {
            let part = lot.remaining.min(left);
            if part.is_zero() {
                break;
            }
            self.back(line, &lot, part)?;
            left = subtract(left, part)?;
        }
        let owed = violation || self.terms.policy.refunds.may_overdraw;
        self.missing(line, unit, pool, left, owed)
    }

    fn back(&mut self, line: &DecisionLine, lot: &Lot, part: Decimal) -> Result<(), LotsError> {
        let slice = self.cut(lot, part)?;
        self.total(Total::Earned, &lot.points, &lot.pool, -part)?;
        let of = line.of.as_deref().map(Arc::from);
        self.moved_with(MovementKind::TakenBack, &line.rule, &slice, |one| one.of = of)
    }

    /// Lots of the event that is taken back (of a level rule: of the rule), in the order in which they go: what is not usable
    /// yet first, then the rule's own, newest first.
    fn own_lots(&mut self, line: &DecisionLine, unit: &Points, pool: Option<&str>) -> Result<Vec<Lot>, LotsError> {
        let level = line.kind == "level";
        let of = line.of.as_deref();
        if of.is_none() && !level && !line.all {
            return Ok(vec![]);
        }
        let (terms, at) = (self.terms, self.at);
        let all = line.all;
        let own = |lot: &&Lot| {
            *lot.points == *unit.title.name
                && pool.is_none_or(|pool| *lot.pool == *pool)
                && !lot.remaining.is_zero()
                && match of {
                    Some(of) => *lot.event == *of || lot.via.as_deref() == Some(of),
                    None => all || *lot.rule == *line.rule,
                }
        };
        let draft = self.draft(&line.customer)?;
        let mut lots: Vec<Lot> = draft.lots().into_iter().filter(own).cloned().collect();
        lots.sort_by_key(|lot| {
            let pending = !terms.is_available(lot, at);
            (!pending, *lot.rule != *line.rule, std::cmp::Reverse(lot.id))
        });
        Ok(lots)
    }
}
