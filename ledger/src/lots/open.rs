//! Lots held at the start: what a host brings along, or a test gives.

use super::LotsError;
use super::account::Lot;
use super::book::{Book, Slice};
use super::movement::MovementKind;
use crate::store::Store;
use chrono::{NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A lot that a customer holds before the first event. It counts as outstanding, and not as earned.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OpeningLot {
    /// Whose.
    pub customer: String,
    /// The unit of points.
    pub points: String,
    /// The pool; the unit's first where none is said.
    pub pool: Option<String>,
    /// How many; above zero.
    pub amount: Decimal,
    /// When it was earned, local time of the programme. The policy says from then how long it lives.
    pub earned: NaiveDateTime,
    /// Its last usable day, where it is not what the policy says.
    pub last_day: Option<NaiveDate>,
    /// Who pays for all of it.
    pub funded_by: Option<String>,
    /// Frozen.
    pub frozen: bool,
    /// Money that one of it is worth, where that differs from grant to grant.
    pub worth: Option<String>,
    /// The number of a numbered coupon.
    pub number: Option<u64>,
}

impl<S: Store> Book<'_, S> {
    /// Opens a lot.
    pub(crate) fn open(&mut self, opening: &OpeningLot) -> Result<(), LotsError> {
        let unknown =
            |what: &str| LotsError::Line(format!("`{what}` is no unit of points and no pool of this programme"));
        let meant = self.terms.meant(&opening.points, None).ok_or_else(|| unknown(&opening.points))?;
        let pool = match &opening.pool {
            Some(name) => self.terms.pool(&meant.unit.title.name, name).ok_or_else(|| unknown(name))?,
            None => meant.pool.or(meant.unit.pools.first()).ok_or_else(|| unknown(&opening.points))?,
        };
        if opening.amount <= Decimal::ZERO {
            return Err(LotsError::Line(format!("a lot held at the start is above zero, not {}", opening.amount)));
        }
        let available_from = self.terms.life.usable_from(pool, opening.earned)?;
        let last_day = match opening.last_day {
            Some(day) => Some(day),
            None => {
                let facts = self.facts_for(pool, &opening.customer)?;
                let holder = self.holder(&opening.customer, &facts);
                self.terms.life.last_day(pool, opening.earned, available_from, &holder)?
            }
        };
        let lot = Lot {
            id: self.number(),
            customer: Arc::from(opening.customer.as_str()),
            points: Arc::from(meant.unit.title.name.as_str()),
            pool: Arc::from(pool.title.name.as_str()),
            event: self.event.clone(),
            via: None,
            rule: Arc::from(""),
            granted: opening.amount,
            remaining: opening.amount,
            funded: opening.funded_by.iter().map(|party| (Arc::from(party.as_str()), opening.amount)).collect(),
            earned: opening.earned,
            since: opening.earned,
            available_from,
            usable: available_from.is_none(),
            last_day,
            frozen: opening.frozen,
            worth: opening.worth.as_deref().map(Arc::from),
            number: opening.number,
            reminded: None,
        };
        let slice = Slice { lot: lot.clone(), amount: lot.remaining, funded: lot.funded.clone() };
        self.total(super::book::Total::Outstanding, &lot.points, &lot.pool, lot.remaining)?;
        self.put(lot)?;
        self.moved(MovementKind::Opened, "", &slice)
    }
}
