//! Ways to decide: one trait, so that nobody who holds an [`Engine`] knows which of them is at work.

use crate::vm::draft::Fast;
use crate::{Counters, Decided, Engine, InputError, Inputs, plan, reference};
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
        reference::decide(of.versions(), of.hash(), inputs, counters, (explain, of.watch()), None)
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
        // Who looks on sees the reference at work.
        let fast = Some(self).filter(|_| !explain && of.watch().is_none());
        reference::decide(of.versions(), of.hash(), inputs, counters, (explain, of.watch()), fast)
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
