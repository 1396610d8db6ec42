//! Lots of points: what customers hold, where it came from, who pays for it, from when and to when it may be used.
//!
//! A [`Lot`] is what one line gave at one time. The policy says how long lots live and in which order they are used; the
//! book in here applies a decision's lines to them ([`book`]), a file for each thing that can happen to a lot. It decides
//! nothing: how much is given or taken is in the decision.

mod account;
mod activity;
mod back;
mod balance;
pub(crate) mod book;
mod debt;
mod expire;
mod freeze;
mod give;
mod migrate;
mod movement;
mod moves;
mod open;
mod order;
mod returned;
pub(crate) mod split;
mod take;
mod terms;
mod undo;

pub use account::{Account, Debt, Lot, Taken};
pub use balance::{Balance, PoolBalance, SoonToEnd};
pub(crate) use balance::{balance_of, fill_balances};
pub use movement::{Movement, MovementKind};
pub use open::OpeningLot;
pub(crate) use terms::Terms;

use crate::store::StoreError;
use earnest_interpreter::InputError;
use std::fmt;

/// Why lines cannot be applied to the lots. Nothing is written then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LotsError {
    /// The store cannot be read.
    Store(StoreError),
    /// A line takes more than there is: the decision was taken on a balance that the lots do not have.
    Uncovered {
        /// Whose.
        customer: String,
        /// Which points.
        points: String,
        /// How much is missing.
        missing: String,
    },
    /// A line cannot be read: what is wrong with it.
    Line(String),
}

impl From<StoreError> for LotsError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<InputError> for LotsError {
    fn from(error: InputError) -> Self {
        Self::Line(error.to_string())
    }
}

impl fmt::Display for LotsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(error) => error.fmt(f),
            Self::Uncovered { customer, points, missing } => {
                write!(f, "the lots of `{customer}` lack {missing} {points} of what the decision takes")
            }
            Self::Line(what) => f.write_str(what),
        }
    }
}

impl std::error::Error for LotsError {}
