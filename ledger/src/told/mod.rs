//! What the policy declares for the host: it computes over its books and tells the result beside the decision.
//!
//! Measures, order, ties, partners and tiers are the policy's; in here they are summed, sorted and compared.

mod level;
mod rank;
mod settle;

pub use rank::{Place, Ranked};
pub use settle::{ClaimLine, DetailDifference, Settled, SettledLine, SettledStatus, SettlementTotal};

use crate::answer::Answer;
use crate::host::{Host, HostError, is};
use crate::lots::Terms;
use crate::lots::fill_balances;
use crate::store::Store;
use chrono::{DateTime, FixedOffset, Utc};
use earnest_dsl::policy::Expr;
use earnest_interpreter::ask::{About, Told};
use earnest_interpreter::{Counters, Engine, Facts};
use serde::Serialize;

/// A result that the host computed over its books for an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "told", rename_all = "snake_case")]
pub enum HostTold {
    /// A partner's claim against what was accepted. (`Reconcile`)
    Settled(Box<Settled>),
    /// Customers in their places. (`Rank`, `Priority`)
    Ranked(Ranked),
    /// A customer's level. (`LevelCheck`)
    Level {
        /// The tiers.
        tiers: String,
        /// The row reached; none below the lowest.
        level: Option<String>,
    },
}

impl<S: Store> Host<S> {
    /// What the host computes for an event that was accepted. Results are not kept: an event that is sent again gets none.
    pub(crate) fn tell_results(&self, engine: &Engine, answer: &Answer) -> Result<Vec<HostTold>, HostError> {
        let Some(kind) = engine.policy().kind(answer.event.kind) else { return Ok(vec![]) };
        if is(kind, "Reconcile") {
            self.reconcile(&answer.event)
        } else if is(kind, "Rank") {
            self.rank(engine, &answer.event)
        } else if is(kind, "Priority") {
            self.prefer(engine, &answer.event)
        } else if is(kind, "LevelCheck") {
            self.levels(engine, &answer.event)
        } else {
            Ok(vec![])
        }
    }

    /// The value of a figure at an instant, from the books as they stand; none where it is unknown. A figure that reads an
    /// event is told with the decision of that event, and is an error here.
    ///
    /// # Errors
    /// There is no such figure, or it reads an event; the store cannot be read.
    pub fn figure(&self, name: &str, at: DateTime<FixedOffset>) -> Result<Option<String>, HostError> {
        let engine = self.engine(self.programme.answers_at(at))?;
        let keys = engine.figure_keys(name, at.to_utc())?;
        let counters = self.counters_at(engine, &keys, at.to_utc())?;
        Ok(engine.figure(name, at.to_utc(), &counters)?)
    }

    /// All figures of the books alone at an instant, by name.
    ///
    /// # Errors
    /// As for [`Host::figure`].
    pub fn figures(&self, at: DateTime<FixedOffset>) -> Result<Vec<(String, Option<String>)>, HostError> {
        let engine = self.engine(self.programme.answers_at(at))?;
        let alone = engine.policy().figures.iter().filter(|figure| figure.kinds.is_empty());
        alone.map(|figure| Ok((figure.title.name.clone(), self.figure(&figure.title.name, at)?))).collect()
    }

    /// Counters, and balances as of an instant.
    fn counters_at(&self, engine: &Engine, keys: &[String], at: DateTime<Utc>) -> Result<Counters, HostError> {
        let mut counters = self.store.counters(keys)?;
        fill_balances(&self.store, Terms::new(engine)?, keys, at, &mut counters)?;
        Ok(counters)
    }

    /// The value of an expression about a customer at an instant.
    fn value_about(
        &self,
        engine: &Engine,
        expr: &Expr,
        customer: &str,
        at: DateTime<Utc>,
    ) -> Result<Option<Told>, HostError> {
        let facts = self.facts_about(customer)?;
        let none = Counters::new();
        let subject = Some(("customer", customer));
        let keys = engine.keys_of(expr, &About { subject, at, facts: &facts, counters: &none })?;
        let counters = self.counters_at(engine, &keys, at)?;
        Ok(engine.value_of(expr, &About { subject, at, facts: &facts, counters: &counters })?)
    }

    fn facts_about(&self, customer: &str) -> Result<Facts, HostError> {
        let mut facts = Facts::new();
        if let Some(known) = self.store.facts("customer", customer)? {
            facts.insert(("customer".to_owned(), customer.to_owned()), known.as_ref().clone());
        }
        Ok(facts)
    }
}
