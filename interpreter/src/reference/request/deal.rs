//! What a request comes to at one size: how many pieces, how many points, what they are worth. Its clauses read this as elements.

use crate::number::Exact;
use rust_decimal::Decimal;

/// A request at one size.
#[derive(Debug, Clone)]
pub(crate) struct Deal {
    /// Points that are taken; of a partner's points so many.
    pub points: Decimal,
    /// Pieces or entries, where it goes by them.
    pub pieces: Option<Decimal>,
    /// Points for a piece.
    pub price: Option<Decimal>,
    /// What it is worth in money.
    pub value: Option<Exact>,
    /// The field that says the size reads as this.
    pub over: Vec<(String, Decimal)>,
    /// Amounts so far, by verb.
    pub amounts: Vec<(&'static str, Decimal)>,
}

impl Deal {
    /// A request that takes nothing: once the benefit or service.
    pub(crate) fn nothing() -> Self {
        Self {
            points: Decimal::ZERO,
            pieces: Some(Decimal::ONE),
            price: None,
            value: None,
            over: vec![],
            amounts: vec![],
        }
    }

    /// What a clause reads under a name.
    pub(crate) fn element(&self, name: &str) -> Option<Exact> {
        match name {
            "points" => Some(self.points.into()),
            "pieces" | "entries" => self.pieces.map(Exact::from),
            "price" => self.price.map(Exact::from),
            "value" => self.value,
            verb => {
                let made = self.amounts.iter().find(|(held, _)| *held == verb);
                made.map(|(_, amount)| Exact::from(*amount))
            }
        }
    }

    /// Whether it asks for anything.
    pub(crate) fn is_empty(&self) -> bool {
        self.pieces.unwrap_or(self.points).is_zero()
    }
}
