//! Trials: steps of a test that does not stand in the text yet, run through the host, with somebody looking on.

use crate::coverage::gather::Gatherer;
use crate::coverage::item::{Aspect, Place};
use chrono::NaiveDateTime;
use earnest_dsl::policy::scenario::Held;
use earnest_dsl::policy::{Given, Policy, ScenarioStep};
use earnest_dsl::policy::{Kind, Scenario};
use earnest_dsl::source::Span;
use earnest_interpreter::Watch;
use earnest_ledger::scenario::{Status, expected, tried};
use earnest_ledger::{Answer, Programme};
use serde_json::{Map, Value as Json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Steps of a test; the last event is the one that is looked at.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Trial {
    pub steps: Vec<ScenarioStep>,
}

/// What came of a trial.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// What it exercised.
    pub seen: BTreeSet<(Place, Aspect)>,
    /// Windows within a length of time: between which local instants they lie.
    pub within: BTreeMap<Place, (NaiveDateTime, NaiveDateTime)>,
    pub answers: Vec<Option<Answer>>,
}

impl Outcome {
    /// The answer to the last event.
    pub(crate) fn last(&self) -> Option<&Answer> {
        self.answers.last().and_then(Option::as_ref)
    }

    /// Whether every event was decided.
    pub(crate) fn is_decided(&self) -> bool {
        !self.answers.is_empty() && self.answers.iter().all(Option::is_some)
    }
}

/// Runs trials against one version of a programme.
#[derive(Debug)]
pub(crate) struct Bench {
    programme: Programme,
    pub version: usize,
    gatherer: Arc<Gatherer>,
    /// The same programme, and nobody looks on: faster.
    plain: Programme,
}

impl Bench {
    pub(crate) fn new(programme: &Programme, version: usize) -> Self {
        let gatherer = Arc::new(Gatherer::default());
        let watch: Arc<dyn Watch> = gatherer.clone();
        Self { programme: programme.clone().watched(&watch), version, gatherer, plain: programme.clone() }
    }

    pub(crate) fn policy(&self) -> Option<&Policy> {
        self.programme.version(self.version).map(|engine| engine.policy())
    }

    pub(crate) fn run(&self, trial: &Trial) -> Option<Outcome> {
        let scenario = Scenario { label: String::new(), steps: trial.steps.clone(), span: Span::default() };
        self.gatherer.take();
        let (_, answers) = tried(&self.programme, self.version, &scenario)?;
        let (seen, within) = (self.gatherer.take(), self.gatherer.take_within());
        Some(Outcome { seen, within, answers })
    }

    /// Whether it passes; nobody looks on.
    pub(crate) fn passes(&self, trial: &Trial) -> Option<bool> {
        let scenario = Scenario { label: String::new(), steps: trial.steps.clone(), span: Span::default() };
        tried(&self.plain, self.version, &scenario).map(|(report, _)| report.status == Status::Passed)
    }

    /// The trial with the expectations that hold of it; none where it does not pass with them.
    pub(crate) fn with_expectations(&self, trial: &Trial) -> Option<Trial> {
        let scenario = Scenario { label: String::new(), steps: trial.steps.clone(), span: Span::default() };
        let (_, answers) = tried(&self.plain, self.version, &scenario)?;
        let policy = self.policy()?;
        let mut trial = trial.clone();
        let mut answers = answers.iter();
        for step in &mut trial.steps {
            if let ScenarioStep::Event { expected: all, .. } = step {
                *all = expected(policy, answers.next()?.as_ref()?);
            }
        }
        self.passes(&trial)?.then_some(trial)
    }
}

/// One change of a trial.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Change {
    /// The last event happens at another local time.
    At(NaiveDateTime),
    /// It says something else, or something less.
    Member(String, Option<Json>),
    /// A fact about a subject is another, or unknown.
    Fact { subject: String, id: String, fact: String, value: Option<Json> },
    /// Its customer holds points.
    Hold(Held),
    /// It happens so often in all, a minute apart.
    Times(usize),
    /// Something was used so often before.
    Before(ScenarioStep),
    /// Several changes.
    All(Vec<Change>),
}

impl Trial {
    /// The last event: its members and local time.
    pub(crate) fn event(&self) -> Option<(&Map<String, Json>, NaiveDateTime)> {
        self.steps.iter().rev().find_map(|step| match step {
            ScenarioStep::Event { event, at, .. } => Some((event, *at)),
            ScenarioStep::Given(_) | ScenarioStep::Lots { .. } => None,
        })
    }

    /// The kind of the last event.
    pub(crate) fn kind<'p>(&self, policy: &'p Policy) -> Option<&'p Kind> {
        let (event, _) = self.event()?;
        policy.kind_by_json(event.get("type")?.as_str()?).map(|(_, kind)| kind)
    }

    pub(crate) fn customer(&self) -> String {
        let event = self.event();
        event.and_then(|(event, _)| event.get("customer")?.as_str()).unwrap_or("c1").to_owned()
    }

    /// The trial with a change.
    pub(crate) fn with(&self, change: &Change) -> Self {
        let mut trial = self.clone();
        match change {
            Change::At(to) => trial.edit(|event, at| {
                *at = *to;
                event.insert("at".to_owned(), local(*to));
            }),
            Change::Member(name, value) => trial.edit(|event, _| match value {
                Some(value) => {
                    event.insert(name.clone(), value.clone());
                }
                None => {
                    event.shift_remove(name);
                }
            }),
            Change::Fact { subject, id, fact, value } => trial.set_fact((subject, id), fact, value.as_ref()),
            Change::Hold(held) => trial.hold(held),
            Change::Times(times) => trial.repeat(*times),
            Change::Before(step) => trial.steps.insert(0, step.clone()),
            Change::All(changes) => trial = changes.iter().fold(trial, |trial, change| trial.with(change)),
        }
        trial
    }

    fn edit(&mut self, edit: impl FnOnce(&mut Map<String, Json>, &mut NaiveDateTime)) {
        let last = self.steps.iter_mut().rev().find_map(|step| match step {
            ScenarioStep::Event { event, at, expected, .. } => Some((event, at, expected)),
            ScenarioStep::Given(_) | ScenarioStep::Lots { .. } => None,
        });
        if let Some((event, at, expected)) = last {
            expected.clear();
            edit(event, at);
        }
    }

    /// The customer holds these points, and no others of the kind.
    fn hold(&mut self, held: &Held) {
        let customer = self.customer();
        for step in &mut self.steps {
            if let ScenarioStep::Given(given) = step
                && given.customer == customer
            {
                given.holds.retain(|other| other.points != held.points);
            }
        }
        self.steps.retain(|step| match step {
            ScenarioStep::Given(given) => !given.facts.is_empty() || !given.holds.is_empty(),
            ScenarioStep::Event { .. } | ScenarioStep::Lots { .. } => true,
        });
        let subject = "customer".to_owned();
        let given = Given { subject, customer, holds: vec![held.clone()], ..Given::default() };
        self.steps.insert(0, ScenarioStep::Given(given));
    }

    /// What its customers hold at the start.
    pub(crate) fn held(&mut self) -> impl Iterator<Item = &mut Held> {
        let given = self.steps.iter_mut().filter_map(|step| match step {
            ScenarioStep::Given(given) => Some(&mut given.holds),
            ScenarioStep::Event { .. } | ScenarioStep::Lots { .. } => None,
        });
        given.flatten()
    }

    fn set_fact(&mut self, (subject, id): (&str, &str), fact: &str, value: Option<&Json>) {
        let mut held = false;
        for step in &mut self.steps {
            if let ScenarioStep::Given(given) = step
                && given.subject == subject
                && given.customer == id
                && (given.facts.contains_key(fact) || !held)
            {
                match value {
                    Some(value) => given.facts.insert(fact.to_owned(), value.clone()),
                    None => given.facts.shift_remove(fact),
                };
                held = true;
            }
        }
        if let (false, Some(value)) = (held, value) {
            let mut facts = Map::new();
            facts.insert(fact.to_owned(), value.clone());
            let given = Given { subject: subject.to_owned(), customer: id.to_owned(), facts, ..Given::default() };
            self.steps.insert(0, ScenarioStep::Given(given));
        }
    }

    fn repeat(&mut self, times: usize) {
        let Some(place) = self.steps.iter().rposition(|step| matches!(step, ScenarioStep::Event { .. })) else {
            return;
        };
        let Some(ScenarioStep::Event { event, at, span, .. }) = self.steps.get(place).cloned() else { return };
        for nth in 1..times {
            let minutes = chrono::TimeDelta::minutes(i64::try_from(nth).unwrap_or(0));
            let at = at.checked_add_signed(minutes).unwrap_or(at);
            let mut event = event.clone();
            event.shift_remove("id");
            event.insert("at".to_owned(), local(at));
            self.steps.insert(place.saturating_add(nth), ScenarioStep::Event { event, at, expected: vec![], span });
        }
    }
}

fn local(at: NaiveDateTime) -> Json {
    Json::String(at.format("%Y-%m-%dT%H:%M:%S").to_string())
}
