//! Levels: the row of the tiers that a value, or the customer's own measure, reaches.

use super::HostTold;
use crate::host::{Host, HostError};
use crate::store::Store;
use earnest_dsl::policy::Value;
use earnest_interpreter::ask::About;
use earnest_interpreter::event::Datum;
use earnest_interpreter::{Counters, Engine, Event};

impl<S: Store> Host<S> {
    /// The level by each of the programme's tiers, in the order of names.
    pub(super) fn levels(&self, engine: &Engine, event: &Event) -> Result<Vec<HostTold>, HostError> {
        let given = match event.fields.get("value") {
            Some(Datum::One(Value::Number(value) | Value::Count(value))) => Some(*value),
            _ => None,
        };
        let mut all = Vec::new();
        for tier in &engine.policy().tiers {
            let name = &tier.title.name;
            let level = match (given, &event.customer) {
                (Some(value), _) => engine.level(name, value)?,
                (None, Some(customer)) => {
                    let (facts, none) = (self.facts_about(customer)?, Counters::new());
                    let (at, subject) = (event.instant.to_utc(), Some(("customer", customer.as_str())));
                    let keys = engine.level_keys(name, &About { subject, at, facts: &facts, counters: &none })?;
                    let counters = self.counters_at(engine, &keys, at)?;
                    engine.level_of(name, &About { subject, at, facts: &facts, counters: &counters })?
                }
                (None, None) => None,
            };
            all.push(HostTold::Level { tiers: name.clone(), level });
        }
        Ok(all)
    }
}
