//! Conversions that are undone: the newest product goes, and what it was made from comes back to its lots.

use super::account::Lot;
use super::book::{Book, Total};
use super::movement::MovementKind;
use super::split::subtract;
use super::{LotsError, order};
use crate::store::Store;
use earnest_interpreter::decision::DecisionLine;
use rust_decimal::Decimal;

/// What a line of an undone conversion is.
pub(super) enum Undone<'l> {
    /// What had been taken comes back, for this line that takes the product away.
    Comes(&'l DecisionLine),
    /// The product goes.
    Goes,
}

/// Whether a line is part of a conversion that is undone. A conversion takes first and gives then; one that is undone has the
/// same two lines the other way round in sign.
pub(super) fn undone(lines: &[DecisionLine], at: usize) -> Option<Undone<'_>> {
    let pair = |first: &DecisionLine, second: &DecisionLine| {
        let parts = [first, second];
        parts.iter().all(|one| one.kind == "convert" && one.of.is_none())
            && first.rule == second.rule
            && first.customer == second.customer
            && sign(first) > 0
            && sign(second) < 0
    };
    let line = lines.get(at)?;
    if let Some(next) = at.checked_add(1).and_then(|next| lines.get(next))
        && pair(line, next)
        && !at.checked_sub(1).and_then(|before| lines.get(before)).is_some_and(|before| normal(before, line))
    {
        return Some(Undone::Comes(next));
    }
    let before = at.checked_sub(1)?;
    matches!(undone(lines, before)?, Undone::Comes(_)).then_some(Undone::Goes)
}

/// Whether two lines are a conversion that is not undone.
fn normal(first: &DecisionLine, second: &DecisionLine) -> bool {
    first.kind == "convert" && first.rule == second.rule && first.customer == second.customer && sign(first) < 0
}

fn sign(line: &DecisionLine) -> i8 {
    match line.amount.parse::<Decimal>() {
        Ok(amount) if amount > Decimal::ZERO => 1,
        Ok(amount) if amount < Decimal::ZERO => -1,
        _ => 0,
    }
}

impl<S: Store> Book<'_, S> {
    /// Undoes conversions: `comes` is what had been taken, `goes` the product.
    pub(super) fn undo_conversion(&mut self, comes: &DecisionLine, goes: &DecisionLine) -> Result<(), LotsError> {
        let number = |line: &DecisionLine| {
            let amount: Result<Decimal, _> = line.amount.parse();
            amount.map(|amount| amount.abs()).map_err(|_| LotsError::Line(format!("`{}` is no amount", line.amount)))
        };
        let unit = |line: &DecisionLine| {
            let meant = self.terms.meant(&line.points, line.unit.as_deref());
            meant.map(|meant| meant.unit).ok_or_else(|| LotsError::Line(format!("`{}` are no points", line.points)))
        };
        let (back, product) = (number(comes)?, number(goes)?);
        let (back_unit, product_unit) = (unit(comes)?, unit(goes)?);
        let (mut left, mut product_left) = (back, product);
        for lot in self.products(goes, &product_unit.title.name)? {
            let part = lot.remaining.min(product_left);
            if part.is_zero() {
                break;
            }
            product_left = subtract(product_left, part)?;
            // The last one takes what rounding may have left over.
            let much = if product_left.is_zero() { left } else { share(back, part, product)? };
            left = subtract(left, much)?;
            let slice = self.cut(&lot, part)?;
            self.total(Total::Earned, &lot.points, &lot.pool, -part)?;
            let of = lot.event.clone();
            self.moved_with(MovementKind::TakenBack, &goes.rule, &slice, |one| one.of = Some(of))?;
            let line = DecisionLine { amount: much.to_string(), ..comes.clone() };
            let rest = self.give_back(&line, back_unit, &lot.event, much)?;
            if !rest.is_zero() {
                return Err(LotsError::Line(format!(
                    "`{}` did not take {rest} {} that are to come back",
                    lot.event, comes.points
                )));
            }
        }
        if product_left.is_zero() {
            return Ok(());
        }
        Err(LotsError::Uncovered {
            customer: goes.customer.clone(),
            points: goes.points.clone(),
            missing: product_left.normalize().to_string(),
        })
    }

    /// Usable lots that the conversion made, newest first.
    fn products(&mut self, goes: &DecisionLine, unit: &str) -> Result<Vec<Lot>, LotsError> {
        let (terms, at) = (self.terms, self.at);
        let draft = self.draft(&goes.customer)?;
        let account = &draft.account;
        let made = |lot: &&Lot| {
            *lot.points == *unit
                && *lot.rule == *goes.rule
                && !lot.remaining.is_zero()
                && order::is_usable(terms, account, lot, at)
        };
        let mut lots: Vec<Lot> = draft.lots().into_iter().filter(made).cloned().collect();
        lots.reverse();
        Ok(lots)
    }
}

/// `whole` x `part` / `of`, which conversions keep whole.
fn share(whole: Decimal, part: Decimal, of: Decimal) -> Result<Decimal, LotsError> {
    whole
        .checked_mul(part)
        .and_then(|product| product.checked_div(of))
        .ok_or_else(|| LotsError::Line("an amount of points is too large".to_owned()))
}
