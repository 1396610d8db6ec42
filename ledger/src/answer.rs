//! What an event led to: the decision, and what it did to lots.

use crate::clock::Moved;
use crate::lots::{Movement, MovementKind};
use crate::told::HostTold;
use earnest_interpreter::{Decision, Event};
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What an event led to.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The decision.
    pub decision: Decision,
    /// The event as it was read; its warnings name fields that look misspelled.
    pub event: Event,
    /// The number of the version that decided.
    pub version: usize,
    /// The event had been decided before: this is the first decision again, and nothing has changed.
    pub repeated: bool,
    /// What the decision did to lots.
    pub lots: LotsAnswer,
    /// Numbers of the numbered coupons that were given: the benefit and the number.
    pub numbers: Vec<(String, u64)>,
    /// What the host computed over its books for the event: settlement, places, levels. Empty for a repeated event.
    pub told: Vec<HostTold>,
    /// What the clock did on the way to the event, in the order of time: lots that ended or became usable, reminders, events
    /// that it raised. What was due only after the event, which came late, stands last.
    pub moved: Vec<Moved>,
}

/// What a decision did to lots, movement by movement; sums are read from it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
pub struct LotsAnswer {
    /// Movements in order.
    pub movements: Vec<Movement>,
}

/// Points taken from one lot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenFrom<'a> {
    /// The lot.
    pub lot: u64,
    /// Its pool.
    pub pool: &'a str,
    /// The event that gave it.
    pub source: &'a str,
    /// How much.
    pub amount: Decimal,
}

impl LotsAnswer {
    fn of(&self, kinds: &[MovementKind]) -> impl Iterator<Item = &Movement> {
        self.movements.iter().filter(move |one| kinds.contains(&one.kind))
    }

    /// The sum of the movements of a kind.
    #[must_use]
    pub fn sum(&self, kind: MovementKind) -> Decimal {
        self.of(&[kind]).fold(Decimal::ZERO, |sum, one| sum.saturating_add(one.amount))
    }

    /// What was taken, lot by lot, in the order of taking: by requests, rules, transfers.
    pub fn taken(&self) -> impl Iterator<Item = TakenFrom<'_>> {
        self.of(&[MovementKind::Taken, MovementKind::MovedOut]).filter_map(|one| {
            Some(TakenFrom {
                lot: one.lot?,
                pool: &one.pool,
                source: one.source.as_deref().unwrap_or_default(),
                amount: one.amount,
            })
        })
    }

    /// What was taken by pool, in the order in which the pools were first used.
    #[must_use]
    pub fn taken_by_pool(&self) -> Vec<(String, Decimal)> {
        let mut all: Vec<(String, Decimal)> = Vec::new();
        for part in self.taken() {
            match all.iter_mut().find(|(pool, _)| pool == part.pool) {
                Some((_, sum)) => *sum = sum.saturating_add(part.amount),
                None => all.push((part.pool.to_owned(), part.amount)),
            }
        }
        all
    }

    /// What was taken by funder; lots of which nobody was said to pay are left out.
    #[must_use]
    pub fn taken_by_funder(&self) -> BTreeMap<Arc<str>, Decimal> {
        let mut all: BTreeMap<Arc<str>, Decimal> = BTreeMap::new();
        let parts = self.of(&[MovementKind::Taken, MovementKind::MovedOut]).flat_map(|one| &one.funded);
        for (party, part) in parts {
            let sum = all.entry(party.clone()).or_default();
            *sum = sum.saturating_add(*part);
        }
        all
    }

    /// Taken back from lots.
    #[must_use]
    pub fn taken_back(&self) -> Decimal {
        self.sum(MovementKind::TakenBack)
    }

    /// Given back to the lots from which it had been taken.
    #[must_use]
    pub fn returned(&self) -> Decimal {
        self.sum(MovementKind::Returned)
    }

    /// Not given back, for its lots had ended.
    #[must_use]
    pub fn lost(&self) -> Decimal {
        self.sum(MovementKind::Lost)
    }

    /// New debt.
    #[must_use]
    pub fn debt(&self) -> Decimal {
        self.sum(MovementKind::Owed)
    }

    /// Debt that was paid.
    #[must_use]
    pub fn paid(&self) -> Decimal {
        self.sum(MovementKind::Paid)
    }

    /// What could not be taken back and is forgiven.
    #[must_use]
    pub fn shortage(&self) -> Decimal {
        self.sum(MovementKind::Short)
    }

    /// What was given, in order.
    pub fn lots_given(&self) -> impl Iterator<Item = &Movement> {
        self.of(&[MovementKind::Earned, MovementKind::MovedIn])
    }

    /// The numbers of the coupons and benefits that were given or issued: the unit and the number, in order.
    #[must_use]
    pub fn numbers(&self) -> Vec<(String, u64)> {
        let given = self.of(&[MovementKind::Earned, MovementKind::Issued]);
        given.filter_map(|one| Some((one.points.to_string(), one.number?))).collect()
    }
}
