//! Checked policy to decisions.
//!
//! A decision is a pure function of the policy, the event with the facts attached to it, the counters that [`Engine::keys`]
//! listed, and the records of the events that it names. There is no clock, no I/O, no locale and no hash order in here.
//! Arrows: [`event`] and [`decision`] are data; [`life`] has the dates of lots, [`ask`] answers a host's questions, [`watch`] looks on, [`evaluate`] has the ways to decide; `reference` is the meaning, a file per construct.

pub mod ask;
pub mod decision;
pub mod evaluate;
pub mod event;
pub mod life;
mod number;
pub mod plan;
mod reference;
pub mod vm;
pub mod watch;
pub mod zone;

pub use decision::{CounterValue, Counters, Decided, Decision, Record};
pub use evaluate::{Evaluate, Way};
pub use event::{Event, Facts, InputError};
pub use watch::{Seen, Watch};

use earnest_dsl::policy::{KindId, Policy};
use reference::Index;
use serde_json::{Map, Value as Json};
use std::sync::Arc;
use vm::columns::{Answers, Columns, Unfit};

/// What the host must attach before [`Engine::keys`] and [`Engine::decide`] can run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Needs {
    /// Facts: subject (`customer`, `merchant`) and id, in order, without repeats.
    pub facts: Vec<(String, String)>,
    /// Ids of earlier events that this event names.
    pub records: Vec<String>,
}

/// All inputs of a decision but the counters.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    /// The event.
    pub event: &'a Event,
    /// The facts attached.
    pub facts: &'a Facts,
    /// Records of the events that it names, and of the decisions that name the same events, oldest first.
    pub records: &'a [Record],
}

/// All inputs of a decision whose keys were listed before: they need not be found a second time.
#[derive(Debug, Clone, Copy)]
pub struct Listed<'a> {
    /// All but the counters.
    pub inputs: Inputs<'a>,
    /// What [`Engine::keys`] gave for these inputs. A decision that reads another counter fails.
    pub keys: &'a [String],
    /// What the host has for the keys.
    pub counters: &'a Counters,
}

impl<'a> Listed<'a> {
    fn parts(&self) -> (&Inputs<'a>, Option<&'a [String]>, &'a Counters) {
        (&self.inputs, Some(self.keys), self.counters)
    }
}

/// An engine for one version of a programme.
#[derive(Debug, Clone)]
pub struct Engine {
    policy: Arc<Policy>,
    index: Arc<Index>,
    hash: String,
    others: Arc<[(Arc<Policy>, Arc<Index>)]>,
    evaluate: Arc<dyn Evaluate>,
    watch: Option<Arc<dyn Watch>>,
}

impl Engine {
    /// An engine for a checked policy.
    #[must_use]
    pub fn new(policy: Arc<Policy>) -> Self {
        Self::going(policy, Way::default())
    }

    /// An engine that decides in one of the ways.
    #[must_use]
    pub fn going(policy: Arc<Policy>, way: Way) -> Self {
        let hash = policy.hash();
        Self::hashed(policy, hash, way)
    }

    /// The same for a policy whose hash is known, such as one inside a plugin.
    #[must_use]
    pub fn hashed(policy: Arc<Policy>, hash: String, way: Way) -> Self {
        let index = Arc::new(Index::new(&policy));
        let evaluate = way.evaluate(&policy);
        Self { policy, index, hash, others: Arc::from([]), evaluate, watch: None }
    }

    /// What decides for it.
    #[must_use]
    pub fn evaluate(&self) -> &Arc<dyn Evaluate> {
        &self.evaluate
    }

    /// The same engine, deciding by something else.
    #[must_use]
    pub fn by(&self, evaluate: Arc<dyn Evaluate>) -> Self {
        Self { evaluate, ..self.clone() }
    }

    /// The same engine, deciding by the reference alone.
    #[must_use]
    pub fn plainly(&self) -> Self {
        self.by(Arc::new(evaluate::Reference))
    }

    /// The plan, where the engine has one.
    #[must_use]
    pub fn plan(&self) -> Option<&plan::Plan> {
        self.evaluate.plan()
    }

    /// The engine with the programme's other versions at hand: a refund decides again what another version decided of it, such
    /// as a claim of a later version on a purchase of this one.
    #[must_use]
    pub fn beside<'e>(self, others: impl IntoIterator<Item = &'e Self>) -> Self {
        let others = others.into_iter().map(|other| (Arc::clone(&other.policy), Arc::clone(&other.index)));
        let own = self.policy.version();
        Self { others: others.filter(|(policy, _)| policy.version() != own).collect(), ..self }
    }

    /// The engine with something that looks on while it decides. Decisions are the same.
    #[must_use]
    pub fn watched(self, watch: Arc<dyn Watch>) -> Self {
        Self { watch: Some(watch), ..self }
    }

    fn watch(&self) -> Option<&dyn Watch> {
        self.watch.as_deref()
    }

    fn versions(&self) -> reference::version::Versions<'_> {
        let own = reference::version::Version { policy: &self.policy, index: &self.index };
        reference::version::Versions { own, others: &self.others }
    }

    /// The policy.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The policy's hash: SHA-256, hexadecimal.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Reads an event from the JSON that the host sent.
    ///
    /// # Errors
    /// The first field that is missing, unknown in type, wrongly typed or out of range, by name. Nothing has changed then.
    pub fn read(&self, json: &Map<String, Json>) -> Result<Event, InputError> {
        let zone = self.index.zone.ok_or_else(|| InputError {
            field: "timezone".to_owned(),
            reason: format!("`{}` is no known time zone", self.policy.timezone),
        })?;
        event::read::read(&self.policy, &zone, json)
    }

    /// What the host must attach for this event.
    #[must_use]
    pub fn needs(&self, event: &Event) -> Needs {
        reference::needs(&self.policy, event)
    }

    /// The counters that the decision depends on, in their text form, in order, without repeats.
    ///
    /// # Errors
    /// A fact of the wrong type, or a date outside a calendar, by name.
    pub fn keys(&self, inputs: &Inputs<'_>) -> Result<Vec<String>, InputError> {
        self.evaluate.keys(self, inputs)
    }

    /// Decides. `counters` holds what the host has for the keys listed; a key that it lacks was never written.
    ///
    /// # Errors
    /// As for [`Engine::keys`], and a value or measure that would pass its range. Nothing has changed then.
    pub fn decide(&self, inputs: &Inputs<'_>, counters: &Counters, explain: bool) -> Result<Decided, InputError> {
        self.evaluate.decide(self, inputs, counters, explain)
    }

    /// The same for an event whose keys were listed just before.
    ///
    /// # Errors
    /// As for [`Engine::decide`]; a counter is read that the keys do not list.
    pub fn decide_listed(&self, listed: &Listed<'_>, explain: bool) -> Result<Decided, InputError> {
        self.evaluate.decide_listed(self, listed, explain)
    }

    /// Decides many events at once, none of which reads what another changes: as [`Engine::decide`] would, one after the other, and
    /// sooner. In their order; the errors are those of each event alone.
    pub fn decide_all(&self, all: &[Listed<'_>]) -> Vec<Result<Decided, InputError>> {
        self.evaluate.decide_all(self, all)
    }

    /// Decides many events of a kind at once, over columns of integers: the lines of the rules that look at one event, and what they
    /// take under limits. For hosts that keep what rules read in columns and ask for points, not for whole decisions: level rules,
    /// refunds and what events add to measures are not told, and a row that is left must be decided by [`Engine::decide`].
    /// The kind's plan ([`Engine::plan`]) says what a column holds; every row must lie in the time of this version.
    ///
    /// # Errors
    /// The kind has no plan, or the columns are not those of the plan.
    pub fn decide_columns(&self, kind: KindId, columns: &Columns, answers: &mut Answers) -> Result<(), Unfit> {
        self.evaluate.decide_columns(kind, columns, answers)
    }
}
