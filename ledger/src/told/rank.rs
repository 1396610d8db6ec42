//! Rankings over all customers of a period, and priority among the contenders of one event.
//!
//! A ranking looks at the period that ends at the event's instant. Of equals, where the policy says so, whoever came to the
//! value first is first; else ids decide. The host raises a `Ranked` event for every place, so that rules can give prizes.

use super::HostTold;
use crate::host::{Host, HostError, is};
use crate::store::Store;
use chrono::{DateTime, TimeDelta, Utc};
use earnest_dsl::policy::{Ranking, Value};
use earnest_interpreter::ask::Told;
use earnest_interpreter::event::Datum;
use earnest_interpreter::{Engine, Event};
use serde::Serialize;
use serde_json::{Map, Value as Json};
use std::collections::BTreeSet;

/// Customers in their places.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ranked {
    /// The ranking, by its name.
    pub ranking: String,
    /// Places, the first first.
    pub places: Vec<Place>,
}

/// A place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// 1 for the first.
    pub place: u32,
    /// Who has it.
    pub customer: String,
    /// The value by which customers are compared.
    pub value: String,
}

impl Ranked {
    /// Customers in order.
    #[must_use]
    pub fn customers(&self) -> Vec<String> {
        self.places.iter().map(|place| place.customer.clone()).collect()
    }
}

impl<S: Store> Host<S> {
    /// Every ranking of the programme, in the order of names, at a `Rank` event.
    pub(super) fn rank(&self, engine: &Engine, event: &Event) -> Result<Vec<HostTold>, HostError> {
        let asked = match event.fields.get("top") {
            Some(Datum::One(Value::Count(top) | Value::Number(top))) => u32::try_from(*top).ok(),
            _ => None,
        };
        let at = event.instant.to_utc();
        // The period that ends at this instant is the one just before it.
        let before = at.checked_sub_signed(TimeDelta::seconds(1)).unwrap_or(at);
        let customers: BTreeSet<String> = self.store.customers()?.into_iter().collect();
        let mut all = Vec::new();
        for ranking in engine.policy().rankings.iter().filter(|ranking| !ranking.priority) {
            let most = [asked, ranking.top].into_iter().flatten().min();
            all.push(HostTold::Ranked(self.places(engine, ranking, &customers, before, most)?));
        }
        Ok(all)
    }

    /// Who of the contenders comes first.
    pub(super) fn prefer(&self, engine: &Engine, event: &Event) -> Result<Vec<HostTold>, HostError> {
        let Some(Datum::List(elements)) = event.fields.get("contenders") else { return Ok(vec![]) };
        let contenders = elements.iter().filter_map(|element| match element.get("contender") {
            Some(Datum::One(Value::Text(id))) => Some(id.clone()),
            _ => None,
        });
        let contenders: BTreeSet<String> = contenders.collect();
        let mut all = Vec::new();
        for ranking in engine.policy().rankings.iter().filter(|ranking| ranking.priority) {
            let at = event.instant.to_utc();
            all.push(HostTold::Ranked(self.places(engine, ranking, &contenders, at, ranking.top)?));
        }
        Ok(all)
    }

    fn places(
        &self,
        engine: &Engine,
        ranking: &Ranking,
        customers: &BTreeSet<String>,
        at: DateTime<Utc>,
        most: Option<u32>,
    ) -> Result<Ranked, HostError> {
        let mut all: Vec<(Told, Option<DateTime<Utc>>, &String)> = Vec::new();
        for customer in customers {
            let Some(value) = self.value_about(engine, &ranking.by, customer, at)? else { continue };
            // Among all customers, whoever has nothing has no place; contenders all have one.
            if !ranking.priority && matches!(&value, Told::Number(number) if number.is_zero()) {
                continue;
            }
            let reached = if ranking.ties_earliest { self.reached(customer, at)? } else { None };
            all.push((value, reached, customer));
        }
        all.sort_by(|a, b| {
            let by_value = if ranking.highest_first { b.0.cmp(&a.0) } else { a.0.cmp(&b.0) };
            by_value.then_with(|| a.1.cmp(&b.1)).then_with(|| a.2.cmp(b.2))
        });
        let most = most.and_then(|most| usize::try_from(most).ok()).unwrap_or(usize::MAX);
        let places = all.into_iter().take(most).zip(1_u32..).map(|((value, _, customer), place)| Place {
            place,
            customer: customer.clone(),
            value: text(&value),
        });
        Ok(Ranked { ranking: ranking.title.name.clone(), places: places.collect() })
    }

    /// When a customer's points last changed up to an instant: then the value was what it is.
    fn reached(&self, customer: &str, at: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, HostError> {
        let movements = self.store.movements(customer)?;
        let changes = movements.iter().filter(|one| one.at <= at && one.kind.sign() != 0);
        Ok(changes.map(|one| one.at).max())
    }

    /// The events that tell customers their places, where rules look at them.
    pub(crate) fn places_told(&self, engine: &Engine, event: &Event, told: &[HostTold]) -> Vec<Map<String, Json>> {
        let policy = engine.policy();
        let Some((id, kind)) = policy.kinds.iter().enumerate().find(|(_, kind)| is(kind, "Ranked")) else {
            return vec![];
        };
        if !policy.rules.iter().any(|rule| rule.kinds.iter().any(|one| one.0 == id)) {
            return vec![];
        }
        let ranked = told.iter().filter_map(|one| match one {
            HostTold::Ranked(ranked) => Some(ranked),
            _ => None,
        });
        let places = ranked.flat_map(|ranked| ranked.places.iter().map(move |place| (ranked, place)));
        places
            .map(|(ranked, place)| {
                let id = format!("{} {} {} {}", kind.json, ranked.ranking, event.id, place.place);
                [
                    ("id", Json::String(id)),
                    ("type", Json::String(kind.json.clone())),
                    ("at", Json::String(event.instant.to_rfc3339())),
                    ("customer", Json::String(place.customer.clone())),
                    ("ranking", Json::String(ranked.ranking.clone())),
                    ("place", Json::String(place.place.to_string())),
                ]
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect()
            })
            .collect()
    }
}

fn text(value: &Told) -> String {
    match value {
        Told::Flag(flag) => flag.to_string(),
        Told::Number(number) => number.normalize().to_string(),
        Told::Instant(at) => at.to_rfc3339(),
        Told::Date(day) => day.to_string(),
        Told::Tier(_, name) | Told::Text(name) => name.clone(),
    }
}
