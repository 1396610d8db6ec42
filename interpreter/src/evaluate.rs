//! Ways to decide: one trait, so that nobody who holds an [`Engine`] knows which of them is at work.

use crate::vm::columns::{Answers, Columns, Unfit};
use crate::vm::draft::Fast;
use crate::{Counters, Decided, Engine, InputError, Inputs, Listed, plan, reference};
use earnest_dsl::policy::KindId;
use std::fmt;
use std::sync::Arc;

/// How decisions are taken. Every way gives the same, byte for byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Way {
    /// The meaning, written plainly on decimals.
    Reference,
    /// The plan carried out on integers; what a plan cannot say, and every explanation, comes from the reference.
    #[default]
    Vm,
}

/// What decides for an engine. It may keep what speeds it up, and nothing of an event.
pub trait Evaluate: fmt::Debug + Send + Sync {
    /// The counters that a decision depends on, in their text form, in order, without repeats.
    ///
    /// # Errors
    /// As for [`Engine::keys`].
    fn keys(&self, of: &Engine, inputs: &Inputs<'_>) -> Result<Vec<String>, InputError>;

    /// A decision, explained where that is asked for.
    ///
    /// # Errors
    /// As for [`Engine::decide`].
    fn decide(
        &self,
        of: &Engine,
        inputs: &Inputs<'_>,
        counters: &Counters,
        explain: bool,
    ) -> Result<Decided, InputError>;

    /// Decides rows of events of a kind, where it has a plan for the kind.
    ///
    /// # Errors
    /// It has none, or the columns are not those of the plan.
    fn decide_columns(&self, kind: KindId, columns: &Columns, answers: &mut Answers) -> Result<(), Unfit> {
        let _ = (kind, columns, answers);
        Err(Unfit("this way of deciding has no columns".to_owned()))
    }

    /// The same for an event whose keys were listed just before.
    ///
    /// # Errors
    /// As for [`Engine::decide`].
    fn decide_listed(&self, of: &Engine, listed: &Listed<'_>, explain: bool) -> Result<Decided, InputError> {
        self.decide(of, &listed.inputs, listed.counters, explain)
    }

    /// Decides many events, none of which reads what another changes; in their order.
    fn decide_all(&self, of: &Engine, all: &[Listed<'_>]) -> Vec<Result<Decided, InputError>> {
        all.iter().map(|listed| self.decide_listed(of, listed, false)).collect()
    }

    /// The plan that it carries out, where it has one.
    fn plan(&self) -> Option<&plan::Plan> {
        None
    }
}

/// The meaning, written plainly.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reference;

impl Evaluate for Reference {
    fn keys(&self, of: &Engine, inputs: &Inputs<'_>) -> Result<Vec<String>, InputError> {
        reference::keys(of.versions(), inputs)
    }

    fn decide(
        &self,
        of: &Engine,
        inputs: &Inputs<'_>,
        counters: &Counters,
        explain: bool,
    ) -> Result<Decided, InputError> {
        reference::decide(of.versions(), of.hash(), (inputs, None, counters), (explain, of.watch()), None)
    }

    fn decide_listed(&self, of: &Engine, listed: &Listed<'_>, explain: bool) -> Result<Decided, InputError> {
        reference::decide(of.versions(), of.hash(), listed.parts(), (explain, of.watch()), None)
    }
}

impl Fast {
    /// Itself; not where somebody looks on or wants an explanation: those see the reference at work.
    fn at_work(&self, of: &Engine, explain: bool) -> Option<&Self> {
        Some(self).filter(|_| !explain && of.watch().is_none())
    }
}

impl Evaluate for Fast {
    fn keys(&self, of: &Engine, inputs: &Inputs<'_>) -> Result<Vec<String>, InputError> {
        reference::keys(of.versions(), inputs)
    }

    fn decide(
        &self,
        of: &Engine,
        inputs: &Inputs<'_>,
        counters: &Counters,
        explain: bool,
    ) -> Result<Decided, InputError> {
        reference::decide(
            of.versions(),
            of.hash(),
            (inputs, None, counters),
            (explain, of.watch()),
            self.at_work(of, explain),
        )
    }

    fn decide_listed(&self, of: &Engine, listed: &Listed<'_>, explain: bool) -> Result<Decided, InputError> {
        reference::decide(of.versions(), of.hash(), listed.parts(), (explain, of.watch()), self.at_work(of, explain))
    }

    fn decide_columns(&self, kind: KindId, columns: &Columns, answers: &mut Answers) -> Result<(), Unfit> {
        self.rows(kind, columns, answers)
    }

    fn decide_all(&self, of: &Engine, all: &[Listed<'_>]) -> Vec<Result<Decided, InputError>> {
        if self.at_work(of, false).is_none() {
            return all.iter().map(|listed| self.decide_listed(of, listed, false)).collect();
        }
        reference::decide_all(of.versions(), of.hash(), all, self)
    }

    fn plan(&self) -> Option<&plan::Plan> {
        Some(&self.plan)
    }
}

impl Way {
    /// What decides this way under a policy.
    pub(crate) fn evaluate(self, policy: &Arc<earnest_dsl::policy::Policy>) -> Arc<dyn Evaluate> {
        match self {
            Self::Reference => Arc::new(Reference),
            Self::Vm => Arc::new(Fast::new(Arc::new(plan::Plan::new(Arc::clone(policy))))),
        }
    }
}
