//! The reference engine on a pack's programme: purchases as JSON, decisions as outcomes.

use super::purchase::Purchase;
use super::text::campaign_of;
use super::{GROUPS, Outcome, Pack};
use crate::engine::Engine;
use earnest_interpreter::{CounterValue, Counters, Decision, Engine as Reference, Event, Facts, Inputs};
use rust_decimal::Decimal;

/// A purchase as the engine reads it, with the month's counter.
#[derive(Debug, Clone)]
pub struct Told {
    event: Event,
    facts: Facts,
    counters: Counters,
}

/// The reference engine behind the common interface.
#[derive(Debug, Clone)]
pub struct ReferenceEngine {
    engine: Reference,
    /// Of each campaign its group, by number.
    groups: Vec<usize>,
    explain: bool,
}

impl ReferenceEngine {
    /// An engine for the policy of a pack's text.
    #[must_use]
    pub fn new(engine: Reference, pack: &Pack, explain: bool) -> Self {
        Self { engine, groups: groups(pack), explain }
    }

    /// Reads a purchase.
    ///
    /// # Errors
    /// What the engine says of an event that it cannot read.
    pub fn read(&self, id: usize, purchase: &Purchase) -> Result<Told, earnest_interpreter::InputError> {
        let event = self.engine.read(&purchase.json(id))?;
        let facts = Facts::new();
        let keys = self.engine.keys(&Inputs { event: &event, facts: &facts, records: &[] })?;
        // The only counter is that of the month's ceiling.
        let used = CounterValue::Number(Decimal::from(purchase.month_points_used));
        let counters = keys.into_iter().map(|key| (key, used.clone())).collect();
        Ok(Told { event, facts, counters })
    }

    /// Decides a purchase.
    ///
    /// # Errors
    /// What the engine says of inputs that it cannot decide.
    pub fn decision(&self, told: &Told) -> Result<Decision, earnest_interpreter::InputError> {
        let inputs = Inputs { event: &told.event, facts: &told.facts, records: &[] };
        self.engine.decide(&inputs, &told.counters, self.explain).map(|decided| decided.decision)
    }

    /// What a decision comes to.
    #[must_use]
    pub fn outcome(&self, decision: &Decision) -> Outcome {
        outcome(&self.groups, decision)
    }
}

impl Engine for ReferenceEngine {
    type Prepared = Option<Told>;

    fn name(&self) -> &'static str {
        if self.explain { "reference, explained" } else { "reference" }
    }

    fn prepare(&self, id: usize, purchase: &Purchase) -> Option<Told> {
        self.read(id, purchase).ok()
    }

    fn decide(&mut self, prepared: &Option<Told>) -> Outcome {
        let decision = prepared.as_ref().and_then(|told| self.decision(told).ok());
        decision.map_or(Outcome::FAILED, |decision| self.outcome(&decision))
    }
}

/// Of each campaign its group, by number.
#[must_use]
pub fn groups(pack: &Pack) -> Vec<usize> {
    std::iter::once(GROUPS).chain(pack.campaigns.iter().map(|campaign| campaign.group)).collect()
}

/// What the decision of any engine comes to. `groups` is that of [`groups()`].
#[must_use]
pub fn outcome(groups: &[usize], decision: &Decision) -> Outcome {
    let mut outcome = Outcome::default();
    for line in &decision.lines {
        outcome.total += line.amount.parse::<i64>().unwrap_or(i64::MIN);
        let Some(id) = campaign_of(&line.rule) else { continue };
        let group = usize::try_from(id).ok().and_then(|id| groups.get(id));
        if let Some(place) = group.and_then(|group| outcome.campaigns.get_mut(*group)) {
            *place = id;
        }
    }
    outcome
}
