//! What a change would have meant for recorded events: both versions decide all of them, side by side, each with books of its own.

use super::outcome::{Gap, Seen, Tone, What, overall};
use crate::story::{number, unit};
use earnest_dsl::policy::Value;
use earnest_dsl::policy::{Policy, Type};
use earnest_interpreter::decision::Outcome;
use earnest_interpreter::event::Datum;
use earnest_ledger::store::Store;
use earnest_ledger::{Answer, Host, Moved, Programme};
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// Customers that are told at most.
const MOST_AFFECTED: usize = 10;

/// What it would have meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct Recorded {
    /// Events that both versions decided.
    pub events: u64,
    /// Events that one of them could not decide.
    pub undecided: u64,
    /// Events on which they agree.
    pub same: u64,
    /// Events after which their customer has more under the new version.
    pub gains: u64,
    /// Events after which their customer has less.
    pub loses: u64,
    /// Other differences.
    pub other: u64,
    /// Events that only the new version refuses, and only the old one.
    pub refused: (u64, u64),
    /// Totals by rule and unit.
    pub rules: Vec<Totals>,
    /// Totals by tier and unit.
    pub tiers: Vec<TierTotals>,
    /// Customers for whom the most changes.
    pub affected: Vec<Affected>,
    /// Customers for whom anything changes.
    pub customers: u64,
}

/// Points granted by a rule less what was taken back, in one unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// The rule, under its old name where it has one.
    pub rule: String,
    /// The unit.
    pub unit: String,
    /// Under the old version.
    pub old: Decimal,
    /// Under the new one.
    pub new: Decimal,
}

/// Points of customers of a tier, in one unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TierTotals {
    /// The tier at the event; empty where none is known.
    pub tier: String,
    /// The unit.
    pub unit: String,
    /// Under the old version.
    pub old: Decimal,
    /// Under the new one.
    pub new: Decimal,
}

/// A customer for whom much changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Affected {
    /// The id.
    pub customer: String,
    /// The unit.
    pub unit: String,
    /// Under the old version.
    pub old: Decimal,
    /// Under the new one.
    pub new: Decimal,
    /// The event with the largest difference.
    pub event: String,
}

type Pairs = BTreeMap<(String, String), (Decimal, Decimal)>;

/// Two hosts that decide the same events.
pub struct Recording {
    old: Host,
    new: Host,
    names: BTreeMap<String, String>,
    found: Recorded,
    rules: Pairs,
    tiers: Pairs,
    customers: Pairs,
    worst: BTreeMap<(String, String), (Decimal, String)>,
}

impl Recording {
    /// `renamed` are rules of the new version with the names that they had.
    #[must_use]
    pub fn new(old: Programme, new: Programme, renamed: impl IntoIterator<Item = (String, String)>) -> Self {
        Self {
            old: Host::new(old),
            new: Host::new(new),
            names: renamed.into_iter().collect(),
            found: Recorded::default(),
            rules: Pairs::new(),
            tiers: Pairs::new(),
            customers: Pairs::new(),
            worst: BTreeMap::new(),
        }
    }

    /// What is known of a subject, for both.
    pub fn set_facts(&mut self, subject: &str, id: &str, facts: &Map<String, Json>) {
        self.old.set_facts(subject, id, facts.clone());
        self.new.set_facts(subject, id, facts.clone());
    }

    /// Decides the next event on both.
    ///
    /// # Errors
    /// Why the event could not be decided, by one of them.
    pub fn decide(&mut self, event: &Map<String, Json>) -> Result<(), earnest_ledger::HostError> {
        let (old, new) = (self.old.decide(event, false), self.new.decide(event, false));
        let (old, new) = match (old, new) {
            (Ok(old), Ok(new)) => (old, new),
            (Err(error), _) | (_, Err(error)) => {
                self.found.undecided = self.found.undecided.saturating_add(1);
                return Err(error);
            }
        };
        if old.repeated || new.repeated {
            return Ok(());
        }
        self.found.events = self.found.events.saturating_add(1);
        self.count(&old, &new);
        self.add(&old, true);
        self.add(&new, false);
        Ok(())
    }

    fn count(&mut self, old: &Answer, new: &Answer) {
        let gaps = Seen::of(old).gaps(&Seen::of(new));
        let counter = match (gaps.is_empty(), overall(&gaps)) {
            (true, _) => &mut self.found.same,
            (false, Tone::Gains) => &mut self.found.gains,
            (false, Tone::Loses) => &mut self.found.loses,
            (false, Tone::Other) => &mut self.found.other,
        };
        *counter = counter.saturating_add(1);
        match (old.decision.outcome, new.decision.outcome) {
            (Outcome::Accepted, Outcome::Refused) => self.found.refused.0 = self.found.refused.0.saturating_add(1),
            (Outcome::Refused, Outcome::Accepted) => self.found.refused.1 = self.found.refused.1.saturating_add(1),
            _ => {}
        }
        for gap in &gaps {
            let (What::Points { customer, unit }, Some(more)) = (&gap.what, Gap::more(gap)) else { continue };
            let key = (customer.clone(), unit.clone());
            let worse = self.worst.get(&key).is_none_or(|(known, _)| more.abs() > known.abs());
            if worse {
                self.worst.insert(key, (more, new.decision.event.clone()));
            }
        }
    }

    /// Adds the lines of an answer, and of the events that the clock raised before it.
    fn add(&mut self, answer: &Answer, old: bool) {
        for moved in &answer.moved {
            if let Moved::Raised(raised) = moved {
                self.add(raised, old);
            }
        }
        let tier = self.tier(answer, old);
        for line in &answer.decision.lines {
            let (unit, amount) = (unit(line).to_owned(), number(&line.amount));
            let name = match (old, self.names.get(&line.rule)) {
                (false, Some(name)) => name.clone(),
                _ => line.rule.clone(),
            };
            let add = |pairs: &mut Pairs, key: String| {
                let sums = pairs.entry((key, unit.clone())).or_default();
                let sum = if old { &mut sums.0 } else { &mut sums.1 };
                *sum = sum.saturating_add(amount);
            };
            add(&mut self.rules, name);
            add(&mut self.tiers, tier.clone());
            add(&mut self.customers, line.customer.clone());
        }
    }

    /// The tier of an event: a field of a tier given by the host, else the customer's fact.
    fn tier(&self, answer: &Answer, old: bool) -> String {
        let host = if old { &self.old } else { &self.new };
        let Some(engine) = host.programme().version(answer.version) else { return String::new() };
        let policy = engine.policy();
        let ordered = |ty: &Type| matches!(ty, Type::Enum(id) if policy.enum_type(*id).is_some_and(|one| one.ordered));
        let kind = policy.kind(answer.event.kind);
        let fields = kind.iter().flat_map(|kind| &kind.fields).filter(|field| ordered(&field.typed.ty));
        for field in fields {
            if let Some(Datum::One(Value::Enum(_, name))) = answer.event.fields.get(&field.title.name) {
                return name.clone();
            }
        }
        let customer = answer.event.customer.as_deref().unwrap_or_default();
        let known = host.books().facts("customer", customer).ok().flatten();
        let subject = policy.subjects.iter().find(|subject| subject.title.name == "customer");
        let facts = subject.iter().flat_map(|subject| &subject.facts).filter(|fact| ordered(&fact.typed.ty));
        let told = facts.filter_map(|fact| {
            let json = fact.json.first()?;
            let told = known.as_ref()?.get(&json.name)?;
            told.as_str().map(str::to_owned)
        });
        told.into_iter().next().unwrap_or_default()
    }

    /// What it came to.
    #[must_use]
    pub fn finish(mut self) -> Recorded {
        let totals = |pairs: &Pairs| -> Vec<(String, String, Decimal, Decimal)> {
            pairs.iter().map(|((name, unit), (old, new))| (name.clone(), unit.clone(), *old, *new)).collect()
        };
        self.found.rules =
            totals(&self.rules).into_iter().map(|(rule, unit, old, new)| Totals { rule, unit, old, new }).collect();
        self.found.tiers =
            totals(&self.tiers).into_iter().map(|(tier, unit, old, new)| TierTotals { tier, unit, old, new }).collect();
        let mut affected: Vec<Affected> = totals(&self.customers)
            .into_iter()
            .filter(|(_, _, old, new)| old != new)
            .map(|(customer, unit, old, new)| {
                let worst = self.worst.get(&(customer.clone(), unit.clone()));
                Affected { event: worst.map(|(_, event)| event.clone()).unwrap_or_default(), customer, unit, old, new }
            })
            .collect();
        let customers: std::collections::BTreeSet<&String> = affected.iter().map(|one| &one.customer).collect();
        self.found.customers = u64::try_from(customers.len()).unwrap_or(u64::MAX);
        affected.sort_by(|a, b| {
            let size = |one: &Affected| one.new.saturating_sub(one.old).abs();
            size(b).cmp(&size(a)).then_with(|| (&a.customer, &a.unit).cmp(&(&b.customer, &b.unit)))
        });
        affected.truncate(MOST_AFFECTED);
        self.found.affected = affected;
        self.found
    }

    /// The policy in force last, for names.
    #[must_use]
    pub fn policy(&self) -> Option<&Policy> {
        self.new.programme().versions().last().map(earnest_interpreter::Engine::policy)
    }
}
