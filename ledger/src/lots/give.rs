//! Giving: a line above zero makes a lot; of numbered coupons, one for each.

use super::account::Lot;
use super::book::{Book, Slice, Total};
use super::movement::MovementKind;
use super::split::Funded;
use super::{LotsError, split};
use crate::store::Store;
use chrono::{NaiveDate, NaiveDateTime};
use earnest_dsl::policy::Points;
use earnest_interpreter::decision::{CounterValue, DecisionLine};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::sync::Arc;

impl<S: Store> Book<'_, S> {
    /// Makes the lot of a line, and pays debts from it where it may be used at once.
    pub(super) fn give(
        &mut self,
        line: &DecisionLine,
        unit: &Points,
        pool: Option<&str>,
        amount: Decimal,
    ) -> Result<(), LotsError> {
        let pool = pool.or_else(|| unit.pools.first().map(|pool| pool.title.name.as_str()));
        let pool = pool.unwrap_or(&unit.title.name);
        let funded = self.funders(line, unit, amount)?;
        let numbered = unit.benefit.as_ref().is_some_and(|benefit| benefit.numbered) && amount.is_integer();
        let pieces = if numbered { amount.to_u64().unwrap_or(1) } else { 1 };
        let each = if numbered { Decimal::ONE } else { amount };
        let mut left = funded;
        for piece in 0..pieces {
            let number = if numbered { Some(self.coupon_number(unit)?) } else { None };
            let part = if piece.saturating_add(1) == pieces { left.clone() } else { self.part(&left, unit, each)? };
            left = split::without(&left, &part)?;
            let lot = Lot {
                id: self.number(),
                customer: Arc::from(line.customer.as_str()),
                points: Arc::from(unit.title.name.as_str()),
                pool: Arc::from(pool),
                event: self.event.clone(),
                via: None,
                rule: Arc::from(line.rule.as_str()),
                granted: each,
                remaining: each,
                funded: part.clone(),
                earned: self.local,
                since: self.local,
                available_from: line.available_from.as_deref().map(local_time).transpose()?,
                usable: false,
                last_day: line.expires_on.as_deref().map(day).transpose()?,
                frozen: false,
                worth: line.worth.as_deref().map(Arc::from),
                number,
                reminded: None,
            };
            let (slice, of) = (Slice { lot: lot.clone(), amount: each, funded: part }, line.of.as_deref());
            self.add_lot(lot)?;
            self.moved_with(MovementKind::Earned, &line.rule, &slice, |one| one.of = of.map(Arc::from))?;
        }
        self.total(Total::Earned, &unit.title.name, pool, amount)?;
        self.pay_debts(&line.customer, unit)
    }

    /// Adds a new lot, and says whether it may be used at once.
    pub(super) fn add_lot(&mut self, mut lot: Lot) -> Result<(), LotsError> {
        lot.usable = self.terms.is_available(&lot, self.at);
        self.total(super::book::Total::Outstanding, &lot.points, &lot.pool, lot.remaining)?;
        self.put(lot)
    }

    fn part(&self, left: &Funded, unit: &Points, each: Decimal) -> Result<Funded, LotsError> {
        split::share(each, left, u32::from(unit.scale))
    }

    /// Who pays for a line, in proportion to what of it is given where debts or shortages took a part.
    fn funders(&self, line: &DecisionLine, unit: &Points, amount: Decimal) -> Result<Funded, LotsError> {
        let mut all = Funded::new();
        for (party, part) in &line.funded {
            let part: Decimal =
                part.parse().map_err(|_| LotsError::Line(format!("`{part}` is no share of {}", line.points)))?;
            if part > Decimal::ZERO {
                all.push((Arc::from(party.as_str()), part));
            }
        }
        let whole = all.iter().try_fold(Decimal::ZERO, |sum, (_, part)| split::add(sum, *part))?;
        if whole == amount { Ok(all) } else { split::share(amount, &all, u32::from(unit.scale)) }
    }

    /// The next number of a numbered coupon: coupons of a unit are numbered from 1 in the order in which they are given.
    pub(super) fn coupon_number(&mut self, unit: &Points) -> Result<u64, LotsError> {
        let key = format!("number {}", unit.title.name);
        let known = self.store.counters(std::slice::from_ref(&key))?;
        let given = match known.get(&key) {
            Some(CounterValue::Number(number)) => *number,
            _ => Decimal::ZERO,
        };
        let more = self.totals.entry(key).or_default();
        *more = split::add(*more, Decimal::ONE)?;
        split::add(given, *more)?.to_u64().ok_or_else(split::too_large)
    }
}

/// The parse of a local date and time in a line.
pub(super) fn local_time(text: &str) -> Result<NaiveDateTime, LotsError> {
    text.parse().map_err(|_| LotsError::Line(format!("`{text}` is no local date and time")))
}

/// The parse of a date in a line.
pub(super) fn day(text: &str) -> Result<NaiveDate, LotsError> {
    text.parse().map_err(|_| LotsError::Line(format!("`{text}` is no date")))
}
