//! The host: takes events, runs the engines' protocol, keeps the books. It holds no rule.

use crate::answer::{Answer, LotsAnswer};
use crate::clock::Moved;
use crate::content::{self, ContentHash};
pub use crate::error::HostError;
use crate::lots::{Balance, OpeningLot, Terms, balance_of, book::Book, fill_balances};
use crate::programme::Programme;
use crate::store::change::DecidedEvent;
use crate::store::memory::counters::CounterBook;
use crate::store::{Change, Input, Memo, Memory, Origin, Seen, Store, Stored};
use chrono::{DateTime, FixedOffset};
use earnest_dsl::policy::{Kind, Role, Type, Value};
use earnest_interpreter::decision::Outcome;
use earnest_interpreter::event::Datum;
use earnest_interpreter::{
    Counters, Decided, Decision, Engine, Event, Facts, InputError, Inputs, Listed, Needs, Record,
};
use serde_json::{Map, Value as Json};
use std::collections::BTreeSet;

/// A host that keeps its books in a store; in memory unless another is given.
#[derive(Debug, Clone)]
pub struct Host<S = Memory> {
    pub(crate) programme: Programme,
    pub(crate) store: S,
    /// Subjects for which some version raises events: which of them there are is kept.
    raised_for: BTreeSet<String>,
    /// What the clock did and nobody has been told yet.
    pub(crate) untold: Vec<Moved>,
}

impl Host {
    /// A host for a programme, with empty books in memory.
    #[must_use]
    pub fn new(programme: Programme) -> Self {
        Self::with_store(programme, Memory::default())
    }

    /// Replaces what is known of a subject. Decisions already taken keep what they read.
    pub fn set_facts(&mut self, subject: &str, id: &str, facts: Map<String, Json>) {
        // Memory takes every change.
        let _ = self.tell(subject, id, facts);
    }

    /// Adds to what is known of a subject.
    pub fn add_facts(&mut self, subject: &str, id: &str, facts: &Map<String, Json>) {
        let mut known =
            self.store.facts(subject, id).ok().flatten().map(|held| held.as_ref().clone()).unwrap_or_default();
        known.extend(facts.iter().map(|(name, value)| (name.clone(), value.clone())));
        self.set_facts(subject, id, known);
    }
}

impl<S: Store> Host<S> {
    /// A host for a programme over a store, which may hold something already.
    #[must_use]
    pub fn with_store(programme: Programme, store: S) -> Self {
        let raised_for = crate::clock::raised_for(&programme);
        Self { programme, store, raised_for, untold: vec![] }
    }

    /// The programme.
    #[must_use]
    pub fn programme(&self) -> &Programme {
        &self.programme
    }

    /// What is kept.
    #[must_use]
    pub fn books(&self) -> &S {
        &self.store
    }

    /// What is kept, to be changed by whoever knows the store.
    pub fn books_mut(&mut self) -> &mut S {
        &mut self.store
    }

    /// Goes on with another state of the programme. Records say by number which version decided: the store must know them by name.
    pub fn set_programme(&mut self, programme: Programme) {
        self.raised_for = crate::clock::raised_for(&programme);
        self.programme = programme;
    }

    /// The store, to be closed.
    #[must_use]
    pub fn into_store(self) -> S {
        self.store
    }

    /// Replaces what is known of a subject. Decisions already taken keep what they read.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn tell(&mut self, subject: &str, id: &str, facts: Map<String, Json>) -> Result<(), HostError> {
        let input = Input::Facts(subject.to_owned(), id.to_owned(), facts.clone());
        let facts = vec![(subject.to_owned(), id.to_owned(), facts)];
        Ok(self.store.commit(Change { facts, origin: Origin::of(input), ..Change::default() })?)
    }

    /// Lots that a customer holds before the first event. `opening` names them in statements.
    ///
    /// # Errors
    /// Points or a pool that the programme does not have, an amount that is not above zero; the store cannot be written.
    pub fn open(&mut self, opening: &str, lots: &[OpeningLot]) -> Result<(), HostError> {
        for lot in lots {
            let Some(latest) = self.programme.versions().last() else { return Ok(()) };
            let earned = Terms::new(latest)?.instant(lot.earned);
            let terms = Terms::new(self.engine(self.programme.answers_at(earned.fixed_offset()))?)?;
            let mut book = Book::new(&self.store, terms, opening, earned)?;
            book.open(lot)?;
            let origin = Origin::of(Input::Opening(opening.to_owned(), Box::new(lot.clone())));
            let mut change = Change { origin, ..Change::default() };
            book.into_change(&mut change);
            self.store.commit(change)?;
        }
        Ok(())
    }

    /// What a customer has of a unit of points at an instant, as the books stand: what ends or becomes usable until then is
    /// taken into account, what events will do is not. The past before the last event is not kept: ask before it is over.
    ///
    /// # Errors
    /// The programme has no such unit; the store cannot be read.
    pub fn balance(&self, customer: &str, unit: &str, at: DateTime<FixedOffset>) -> Result<Balance, HostError> {
        let terms = Terms::new(self.engine(self.programme.answers_at(at))?)?;
        if terms.policy.points.iter().all(|points| points.title.name != unit) {
            return Err(HostError::Lots(format!("`{unit}` are no points of this programme")));
        }
        Ok(balance_of(terms, self.store.account(customer)?.as_ref(), unit, at.to_utc()))
    }

    /// Decides an event and writes everything that the decision says; before it, everything that is due until then happens.
    /// An event that was decided before gets its first decision again (explained, where asked). In a store that can undo, all of
    /// it is one transaction.
    ///
    /// # Errors
    /// See [`HostError`]. Nothing of the event has changed anything then, and the id stays free.
    pub fn decide(&mut self, json: &Map<String, Json>, explain: bool) -> Result<Answer, HostError> {
        self.whole(|host| host.decide_in_order(json, explain))
    }

    /// What a request would give, were it sent now: it is decided, and nothing is kept. Time passes for it alone.
    ///
    /// # Errors
    /// As for [`Host::decide`]; or the store cannot undo.
    pub fn quote(&mut self, json: &Map<String, Json>, explain: bool) -> Result<Answer, HostError> {
        if !self.store.can_undo() {
            return Err(HostError::Store("it cannot undo, and so cannot quote".to_owned()));
        }
        let untold = self.untold.clone();
        self.store.begin()?;
        let answer = self.decide_in_order(json, explain);
        self.store.end(false)?;
        self.untold = untold;
        answer
    }

    /// Begins a stretch of several events that share one commit, in a store that can undo: each is still whole by itself, and all are
    /// durable once [`Host::end`] returns.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn begin(&mut self) -> Result<(), HostError> {
        Ok(self.store.begin()?)
    }

    /// Ends what [`Host::begin`] began, and keeps it.
    ///
    /// # Errors
    /// The store cannot be written: then nothing since is kept.
    pub fn end(&mut self) -> Result<(), HostError> {
        self.store.end(true)?;
        Ok(())
    }

    /// Does all of some work or, where the store can undo, nothing.
    pub(crate) fn whole<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, HostError>) -> Result<T, HostError> {
        let untold = self.untold.len();
        self.store.begin()?;
        let done = work(self);
        if self.store.end(done.is_ok())? {
            self.untold.truncate(untold);
        }
        done
    }

    fn decide_in_order(&mut self, json: &Map<String, Json>, explain: bool) -> Result<Answer, HostError> {
        let content = content::hash(json);
        if let Some(answer) = self.known(json, content, explain)? {
            return Ok(answer);
        }
        let (_, engine, event) = self.read(json)?;
        let instant = event.instant.to_utc();
        let freezes = engine.policy().kind(event.kind).is_some_and(|kind| is(kind, "Freeze"));
        if self.anything_due(instant)? {
            // Time that passes cannot be taken back: an event that is wrong must not make it pass.
            self.can_be_decided(engine, &event)?;
        }
        self.advance(instant, explain)?;
        let answer = self.decide_now(json, content, Input::Event, explain)?;
        self.after(answer, freezes)
    }

    /// What follows from a decision, up to the clock.
    pub(crate) fn after(&mut self, mut answer: Answer, freezes: bool) -> Result<Answer, HostError> {
        let instant = answer.event.instant.to_utc();
        self.tell_places(&answer)?;
        // An event that came late may have given what has ended since: it ended then. What was frozen ends when it is freed.
        let clock = self.store.clock()?.map_or(instant, |clock| clock.max(instant));
        self.catch_up(clock, freezes.then_some(instant))?;
        answer.moved = std::mem::take(&mut self.untold);
        Ok(answer)
    }

    /// Tells customers the places that the host has found, where rules look at them.
    fn tell_places(&mut self, answer: &Answer) -> Result<(), HostError> {
        let events = self.places_told(self.engine(answer.version)?, &answer.event, &answer.told);
        for event in events {
            self.decide_raised(&event, answer.event.instant.to_utc(), false)?;
        }
        Ok(())
    }

    /// The first decision of an event that was decided before.
    pub(crate) fn known(
        &self,
        json: &Map<String, Json>,
        content: ContentHash,
        explain: bool,
    ) -> Result<Option<Answer>, HostError> {
        let Some(id) = json.get("id").and_then(Json::as_str) else { return Ok(None) };
        let Some(memo) = self.store.decided(id)? else { return Ok(None) };
        if memo.content != content {
            return Err(HostError::OtherContent(id.to_owned()));
        }
        self.decide_again(json, &memo, explain).map(Some)
    }

    /// Everything that an engine needs for an event.
    pub(crate) fn gather(&self, engine: &Engine, terms: Terms<'_>, event: &Event) -> Result<Gathered, HostError> {
        let needs = engine.needs(event);
        let facts = self.attach_facts(&needs.facts)?;
        let records = self.store.records(&needs.records, None)?;
        let keys = engine.keys(&Inputs { event, facts: &facts, records: &records })?;
        let mut counters = self.store.counters(&keys)?;
        fill_balances(&self.store, terms, &keys, event.instant.to_utc(), &mut counters)?;
        Ok(Gathered { needs, facts, records, keys, counters })
    }

    /// Whether an event is well-formed as far as can be told before time has passed up to it. One that names an event which
    /// the clock has still to raise is left to what follows.
    fn can_be_decided(&self, engine: &Engine, event: &Event) -> Result<(), HostError> {
        let raises = self.programme.versions().iter().any(|engine| !engine.policy().schedules.is_empty());
        if raises {
            for name in engine.needs(event).records {
                if self.store.version_of(&name)?.is_none() {
                    return Ok(());
                }
            }
        }
        engine.decide_listed(&self.gather(engine, Terms::new(engine)?, event)?.listed(event), false)?;
        Ok(())
    }

    /// Decides a new event, and writes.
    pub(crate) fn decide_now(
        &mut self,
        json: &Map<String, Json>,
        content: ContentHash,
        input: AsInput,
        explain: bool,
    ) -> Result<Answer, HostError> {
        let (version, engine, event) = self.read(json)?;
        let terms = Terms::new(engine)?;
        let gathered = self.gather(engine, terms, &event)?;
        let decided = engine.decide_listed(&gathered.listed(&event), explain)?;
        self.write(json, (content, input), (version, event, gathered), decided)
    }

    /// Writes a decision, and what the host itself says to it.
    pub(crate) fn write(
        &mut self,
        json: &Map<String, Json>,
        (content, input): (ContentHash, AsInput),
        (version, event, gathered): (usize, Event, Gathered),
        decided: Decided,
    ) -> Result<Answer, HostError> {
        let Gathered { needs, keys, counters, .. } = gathered;
        let engine = self.engine(version)?;
        check(&decided.decision, &keys, &counters)?;

        let mut change = self.change(engine, &event, &decided)?;
        let record = match decided.decision.outcome {
            Outcome::Accepted => Stored::new(&decided.record, version).map_err(|error| not_stored(&error))?,
            Outcome::Refused => None,
        };
        change.event = Some(DecidedEvent {
            id: event.id.clone(),
            content,
            version,
            read: keys.iter().map(|key| counters.get(key).cloned()).collect(),
            names: needs.records,
            subjects: needs.facts,
            record,
        });
        if decided.decision.outcome == Outcome::Accepted {
            change.settled = self.settled_lines(engine, &event, &decided.decision, &change.movements)?;
        }
        if self.store.keeps_log() {
            let decision = Decision { trace: None, ..decided.decision.clone() };
            change.origin = Origin {
                input: Some(input(json.clone())),
                policy: Some(engine.hash().to_owned()),
                decision: Some(serde_json::to_string(&decision).map_err(|error| not_stored(&error))?),
            };
        }
        let lots = LotsAnswer { movements: change.movements.clone() };
        self.store.commit(change)?;
        let numbers = lots.numbers();
        let decision = decided.decision;
        let accepted = decision.outcome == Outcome::Accepted;
        let mut answer =
            Answer { decision, event, version, repeated: false, lots, numbers, told: vec![], moved: vec![] };
        if accepted {
            answer.told = self.tell_results(self.engine(version)?, &answer)?;
        }
        Ok(answer)
    }

    /// What a decision writes, the event itself apart.
    fn change(&self, engine: &Engine, event: &Event, decided: &Decided) -> Result<Change, HostError> {
        let decision = &decided.decision;
        let at = event.instant.to_utc();
        let mut change = Change { counters: decision.counters.clone(), clock: Some(at), ..Change::default() };
        if decision.outcome == Outcome::Refused {
            return Ok(change);
        }
        let policy = engine.policy();
        let kind = policy.kind(event.kind);
        let mut book = Book::new(&self.store, Terms::new(engine)?, &event.id, at)?;
        book.apply(decision, kind.is_some_and(|kind| is(kind, "Violation")))?;
        if let Some(customer) = &event.customer {
            book.issue(decision, customer)?;
        }
        if let (Some(kind), Some(customer)) = (kind, &event.customer)
            && is(kind, "Freeze")
        {
            let frozen = !matches!(event.fields.get("frozen"), Some(Datum::One(Value::Flag(false))));
            let much = match event.fields.get("points") {
                Some(Datum::One(Value::Points(points, _))) => Some(*points),
                _ => None,
            };
            book.freeze(customer, frozen, much)?;
        }
        if let Some(kind) = kind {
            book.active(kind, event.customer.as_deref(), decision)?;
        }
        book.into_change(&mut change);
        for set in &decision.facts {
            let known = change.facts.iter().position(|(subject, id, _)| *subject == set.subject && *id == set.id);
            let mut facts = match known {
                Some(at) => change.facts.remove(at).2,
                None => self.store.facts(&set.subject, &set.id)?.map(|held| held.as_ref().clone()).unwrap_or_default(),
            };
            crate::facts::set(&mut facts, set);
            change.facts.push((set.subject.clone(), set.id.clone(), facts));
        }
        change.seen = self.seen(engine, event);
        Ok(change)
    }

    /// Subjects that the event names and for which events may be raised.
    fn seen(&self, engine: &Engine, event: &Event) -> Vec<Seen> {
        let mut all = Vec::new();
        if self.raised_for.is_empty() {
            return all;
        }
        let policy = engine.policy();
        let mut see = |subject: &str, id: &str| {
            if self.raised_for.contains(subject) {
                all.push(Seen { subject: subject.to_owned(), id: id.to_owned(), customer: event.customer.clone() });
            }
        };
        if let Some(customer) = &event.customer {
            see("customer", customer);
        }
        for field in policy.kind(event.kind).map_or(&[][..], |kind| &kind.fields) {
            if let (Type::Subject(subject), Some(Datum::One(Value::Text(id)))) =
                (&field.typed.ty, event.fields.get(&field.title.name))
                && let Some(subject) = policy.subject(*subject)
            {
                see(&subject.title.name, id);
            }
        }
        all
    }

    fn attach_facts(&self, subjects: &[(String, String)]) -> Result<Facts, HostError> {
        let mut all = Facts::new();
        for (subject, id) in subjects {
            if let Some(facts) = self.store.facts(subject, id)? {
                all.insert((subject.clone(), id.clone()), facts.as_ref().clone());
            }
        }
        Ok(all)
    }

    /// The version that decides an event, its engine, and the event as that engine reads it. A refund is decided by the
    /// version that decided what it takes back, every other event by the one in force at its instant.
    pub(crate) fn read(&self, json: &Map<String, Json>) -> Result<(usize, &Engine, Event), HostError> {
        let instant = json.get("at").and_then(Json::as_str).and_then(|at| DateTime::parse_from_rfc3339(at).ok());
        // Without a readable instant any version names what is wrong with it.
        let version = instant.map_or(0, |instant| self.programme.answers_at(instant));
        let engine = self.engine(version)?;
        let event = engine.read(json)?;
        let refund = engine.policy().kind(event.kind).is_some_and(|kind| kind.role == Role::Refund);
        let mut decided_by = None;
        if refund {
            for name in engine.needs(&event).records {
                decided_by = decided_by.or(self.store.version_of(&name)?);
            }
        }
        let Some(decided_by) = decided_by.filter(|by| *by != version) else { return Ok((version, engine, event)) };
        let engine = self.engine(decided_by)?;
        let event = engine.read(json)?;
        Ok((decided_by, engine, event))
    }

    pub(crate) fn engine(&self, version: usize) -> Result<&Engine, HostError> {
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
        let records = self.store.records(&needs.records, Some(&memo.records))?;
        let inputs = Inputs { event: &event, facts: &facts, records: &records };
        let keys = engine.keys(&inputs)?;
        let counters = CounterBook::recall(&keys, &memo.counters);
        let decision = engine.decide_listed(&Listed { inputs, keys: &keys, counters: &counters }, explain)?.decision;
        let lots = LotsAnswer { movements: self.store.movements_of(&event.id)? };
        let numbers = lots.numbers();
        let version = memo.version;
        Ok(Answer { decision, event, version, repeated: true, lots, numbers, told: vec![], moved: vec![] })
    }
}

/// How an event comes in: from outside, or raised by the host.
pub(crate) type AsInput = fn(Map<String, Json>) -> Input;

/// What was read for a decision.
pub(crate) struct Gathered {
    pub needs: Needs,
    pub facts: Facts,
    pub records: Vec<Record>,
    pub keys: Vec<String>,
    pub counters: Counters,
}

impl Gathered {
    pub(crate) fn listed<'g>(&'g self, event: &'g Event) -> Listed<'g> {
        let inputs = Inputs { event, facts: &self.facts, records: &self.records };
        Listed { inputs, keys: &self.keys, counters: &self.counters }
    }
}

/// Whether a kind is the one of `std.control` that hosts know by this name.
pub(crate) fn is(kind: &Kind, name: &str) -> bool {
    kind.library && kind.title.name.rsplit('.').next() == Some(name)
}

/// A decision may change only counters that were listed, from what they are, and none if it refuses.
fn check(decision: &Decision, keys: &[String], counters: &earnest_interpreter::Counters) -> Result<(), HostError> {
    let refused = decision.outcome == Outcome::Refused;
    let kept = |key: &str| ["balance ", "total ", "number "].iter().any(|word| key.starts_with(word));
    let wrong = decision.counters.iter().find(|change| {
        refused
            || kept(&change.key)
            || !keys.contains(&change.key)
            || change.before.as_ref() != counters.get(&change.key)
    });
    wrong.map_or(Ok(()), |change| Err(HostError::Contradiction(change.key.clone())))
}

fn not_stored(error: &serde_json::Error) -> HostError {
    HostError::Input(InputError { field: "id".to_owned(), reason: format!("its record cannot be stored: {error}") })
}
