//! The host: takes events, runs the engines' protocol, keeps the books. It holds no rule.

use crate::books::counters::CounterBook;
use crate::books::decided::Memo;
use crate::books::records::Stored;
use crate::books::{Books, Change};
use crate::content;
use crate::programme::Programme;
use chrono::DateTime;
use earnest_dsl::policy::Role;
use earnest_interpreter::decision::Outcome;
use earnest_interpreter::{Decision, Engine, Event, Facts, InputError, Inputs};
use serde_json::{Map, Value as Json};
use std::fmt;

/// A host that keeps its books in memory.
#[derive(Debug, Clone)]
pub struct Host {
    programme: Programme,
    books: Books,
}

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
}

/// Why an event was not decided. Nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HostError {
    /// The event, or a fact about it, is wrong: which field and why.
    Input(InputError),
    /// An event with this id but other content was decided before.
    OtherContent(String),
    /// The decision contradicts the protocol: it changes a counter that was not listed, or one that reads otherwise in
    /// the books, or it changes counters although it refuses. Fails closed.
    Contradiction(String),
}

impl HostError {
    /// The field at fault.
    #[must_use]
    pub fn field(&self) -> &str {
        match self {
            Self::Input(error) => &error.field,
            Self::OtherContent(_) => "id",
            Self::Contradiction(_) => "counters",
        }
    }

    /// Why, in English.
    #[must_use]
    pub fn reason(&self) -> String {
        match self {
            Self::Input(error) => error.reason.clone(),
            Self::OtherContent(id) => {
                format!("an event `{id}` with other content was decided before; a new event needs a new id")
            }
            Self::Contradiction(key) => format!("the decision does not fit the counter `{key}`; nothing was written"),
        }
    }
}

impl fmt::Display for HostError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field(), self.reason())
    }
}

impl std::error::Error for HostError {}

impl From<InputError> for HostError {
    fn from(error: InputError) -> Self {
        Self::Input(error)
    }
}

impl Host {
    /// A host for a programme, with empty books.
    #[must_use]
    pub fn new(programme: Programme) -> Self {
        Self { programme, books: Books::default() }
    }

    /// The programme.
    #[must_use]
    pub fn programme(&self) -> &Programme {
        &self.programme
    }

    /// The books.
    #[must_use]
    pub fn books(&self) -> &Books {
        &self.books
    }

    /// Replaces what is known of a subject. Decisions already taken keep what they read.
    pub fn set_facts(&mut self, subject: &str, id: &str, facts: Map<String, Json>) {
        self.books.facts.set(subject, id, facts);
    }

    /// Adds to what is known of a subject.
    pub fn add_facts(&mut self, subject: &str, id: &str, facts: &Map<String, Json>) {
        self.books.facts.merge(subject, id, facts);
    }

    /// Decides an event and writes everything that the decision says. An event that was decided before gets its first
    /// decision again (explained, where asked).
    ///
    /// # Errors
    /// See [`HostError`]. Nothing has changed then, and the id stays free.
    pub fn decide(&mut self, json: &Map<String, Json>, explain: bool) -> Result<Answer, HostError> {
        let content = content::hash(json);
        let known = json.get("id").and_then(Json::as_str).and_then(|id| self.books.decided.get(id));
        if let Some(memo) = known {
            let id = json.get("id").and_then(Json::as_str).unwrap_or_default();
            if memo.content != content {
                return Err(HostError::OtherContent(id.to_owned()));
            }
            return self.decide_again(json, memo, explain);
        }

        let (version, engine, event) = self.read(json)?;
        let needs = engine.needs(&event);
        let facts = self.books.attach_facts(&needs.facts);
        let records = self.books.records.of(&needs.records, None);
        let inputs = Inputs { event: &event, facts: &facts, records: &records };
        let keys = engine.keys(&inputs)?;
        let counters = self.books.counters.read(&keys);
        let decided = engine.decide(&inputs, &counters, explain)?;
        self.check(&decided.decision, &keys)?;

        let record = match decided.decision.outcome {
            Outcome::Accepted => Stored::new(&decided.record, version).map_err(|error| not_stored(&error))?,
            Outcome::Refused => None,
        };
        self.books.apply(Change {
            event: event.id.clone(),
            content,
            version,
            counters: decided.decision.counters.clone(),
            keys,
            names: needs.records,
            subjects: needs.facts,
            record,
        });
        Ok(Answer { decision: decided.decision, event, version, repeated: false })
    }

    /// The version that decides an event, its engine, and the event as that engine reads it. A refund is decided by the
    /// version that decided what it takes back, every other event by the one in force at its instant.
    fn read(&self, json: &Map<String, Json>) -> Result<(usize, &Engine, Event), HostError> {
        let instant = json.get("at").and_then(Json::as_str).and_then(|at| DateTime::parse_from_rfc3339(at).ok());
        // Without a readable instant any version names what is wrong with it.
        let version = instant.map_or(0, |instant| self.programme.answers_at(instant));
        let engine = self.engine(version)?;
        let event = engine.read(json)?;
        let refund = engine.policy().kind(event.kind).is_some_and(|kind| kind.role == Role::Refund);
        let decided_by = refund
            .then(|| engine.needs(&event).records.iter().find_map(|name| self.books.records.version(name)))
            .flatten()
            .filter(|&decided_by| decided_by != version);
        let Some(decided_by) = decided_by else { return Ok((version, engine, event)) };
        let engine = self.engine(decided_by)?;
        let event = engine.read(json)?;
        Ok((decided_by, engine, event))
    }

    fn engine(&self, version: usize) -> Result<&Engine, HostError> {
        self.programme.version(version).ok_or_else(|| {
            HostError::Input(InputError { field: "at".to_owned(), reason: "no version of the programme".to_owned() })
        })
    }

    fn decide_again(&self, json: &Map<String, Json>, memo: &Memo, explain: bool) -> Result<Answer, HostError> {
        let engine = self.engine(memo.version)?;
        let event = engine.read(json)?;
        let needs = engine.needs(&event);
        let facts: Facts = needs
            .facts
            .iter()
            .zip(&memo.facts)
            .filter_map(|(key, facts)| facts.as_ref().map(|facts| (key.clone(), facts.as_ref().clone())))
            .collect();
        let records = self.books.records.of(&needs.records, Some(&memo.records));
        let inputs = Inputs { event: &event, facts: &facts, records: &records };
        let keys = engine.keys(&inputs)?;
        let counters = CounterBook::recall(&keys, &memo.counters);
        let decision = engine.decide(&inputs, &counters, explain)?.decision;
        Ok(Answer { decision, event, version: memo.version, repeated: true })
    }

    /// A decision may change only counters that were listed, from what they are, and none if it refuses.
    fn check(&self, decision: &Decision, keys: &[String]) -> Result<(), HostError> {
        let refused = decision.outcome == Outcome::Refused;
        let wrong = decision.counters.iter().find(|change| {
            refused || !keys.contains(&change.key) || change.before.as_ref() != self.books.counters.get(&change.key)
        });
        wrong.map_or(Ok(()), |change| Err(HostError::Contradiction(change.key.clone())))
    }
}

fn not_stored(error: &serde_json::Error) -> HostError {
    HostError::Input(InputError { field: "id".to_owned(), reason: format!("its record cannot be stored: {error}") })
}
