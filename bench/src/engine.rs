//! The interface of engines under test, and the comparison of one with another, purchase by purchase.

use crate::retail::{Outcome, Purchase};

/// An engine with its pack loaded, one purchase at a time.
pub trait Engine {
    /// A purchase as the engine takes it: rows, frames or whatever it works on.
    type Prepared;

    /// What it is called in reports.
    fn name(&self) -> &'static str;

    /// Prepares a purchase; not measured. `id` is its place among the purchases.
    fn prepare(&self, id: usize, purchase: &Purchase) -> Self::Prepared;

    /// Decides.
    fn decide(&mut self, prepared: &Self::Prepared) -> Outcome;
}

/// An engine with its pack loaded, many purchases at once.
pub trait Batch {
    /// Purchases as the engine takes them: columns or whatever it works on.
    type Columns;

    /// What it is called in reports.
    fn name(&self) -> &'static str;

    /// Prepares purchases; not measured.
    fn prepare(&self, purchases: &[Purchase]) -> Self::Columns;

    /// Decides them in order; `out` has as many places as there are purchases.
    fn decide(&mut self, columns: &Self::Columns, out: &mut [Outcome]);
}

/// An engine for one purchase at a time, given many at once: what a loop around it costs.
#[derive(Debug, Clone)]
pub struct Loop<E>(pub E);

impl<E: Engine> Batch for Loop<E> {
    type Columns = Vec<E::Prepared>;

    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn prepare(&self, purchases: &[Purchase]) -> Vec<E::Prepared> {
        purchases.iter().enumerate().map(|(id, purchase)| self.0.prepare(id, purchase)).collect()
    }

    fn decide(&mut self, columns: &Vec<E::Prepared>, out: &mut [Outcome]) {
        for (prepared, place) in columns.iter().zip(out) {
            *place = self.0.decide(prepared);
        }
    }
}

/// All outcomes of an engine, in order.
pub fn outcomes<E: Engine>(engine: &mut E, purchases: &[Purchase]) -> Vec<Outcome> {
    let decide = |(id, purchase)| {
        let prepared = engine.prepare(id, purchase);
        engine.decide(&prepared)
    };
    purchases.iter().enumerate().map(decide).collect()
}

/// All outcomes of an engine that takes many at once, so many at a time.
pub fn batch_outcomes<B: Batch>(engine: &mut B, purchases: &[Purchase], at_once: usize) -> Vec<Outcome> {
    let mut all = vec![Outcome::default(); purchases.len()];
    for (purchases, out) in purchases.chunks(at_once.max(1)).zip(all.chunks_mut(at_once.max(1))) {
        let columns = engine.prepare(purchases);
        engine.decide(&columns, out);
    }
    all
}

/// A purchase on which two engines differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Its place.
    pub id: usize,
    /// The purchase.
    pub purchase: Purchase,
    /// What was expected.
    pub expected: Outcome,
    /// What came.
    pub found: Outcome,
}

/// The first purchase on which outcomes differ from those expected; none where all are equal.
#[must_use]
pub fn difference(purchases: &[Purchase], expected: &[Outcome], found: &[Outcome]) -> Option<Difference> {
    let pairs = purchases.iter().zip(expected.iter().zip(found));
    let mut differing = pairs.enumerate().filter(|(_, (_, (expected, found)))| expected != found);
    differing.next().map(|(id, (purchase, (expected, found)))| Difference {
        id,
        purchase: *purchase,
        expected: *expected,
        found: *found,
    })
}
