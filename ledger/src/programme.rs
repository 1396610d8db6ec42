//! A programme as a host holds it: an engine for each version, and which version is in force at an instant.

use chrono::{DateTime, FixedOffset, NaiveDateTime, TimeZone};
use chrono_tz::Tz;
use earnest_dsl::policy::Policy;
use earnest_interpreter::{Engine, Evaluate, Watch, Way};
use std::sync::Arc;

/// The versions of one programme, earliest first. There is at least one.
#[derive(Debug, Clone)]
pub struct Programme {
    versions: Vec<Engine>,
}

impl Programme {
    /// A programme of these versions, in any order; `None` where there is none.
    #[must_use]
    pub fn new(policies: impl IntoIterator<Item = Policy>) -> Option<Self> {
        Self::going(policies, Way::default())
    }

    /// A programme of these versions that decides in one of the ways; `None` where there is none.
    #[must_use]
    pub fn going(policies: impl IntoIterator<Item = Policy>, way: Way) -> Option<Self> {
        let mut versions: Vec<Engine> =
            policies.into_iter().map(|policy| Engine::going(Arc::new(policy), way)).collect();
        versions.sort_by_key(|engine| engine.policy().effective_from);
        // Each has the others at hand: a refund under one may concern what another has decided.
        let versions: Vec<Engine> = versions.iter().map(|engine| engine.clone().beside(&versions)).collect();
        (!versions.is_empty()).then_some(Self { versions })
    }

    /// The same programme, each version (by its number) decided by something else.
    ///
    /// # Errors
    /// What `by` says of the first version for which there is nothing.
    pub fn decided<E>(&self, by: impl Fn(usize, &Engine) -> Result<Arc<dyn Evaluate>, E>) -> Result<Self, E> {
        let versions = self
            .versions
            .iter()
            .enumerate()
            .map(|(at, engine)| Ok(engine.by(by(at, engine)?)))
            .collect::<Result<_, E>>()?;
        Ok(Self { versions })
    }

    /// The programme with something that looks on while its engines decide.
    #[must_use]
    pub fn watched(self, watch: &Arc<dyn Watch>) -> Self {
        let watched = |engine: Engine| engine.watched(Arc::clone(watch));
        Self { versions: self.versions.into_iter().map(watched).collect() }
    }

    /// Its versions, earliest first.
    #[must_use]
    pub fn versions(&self) -> &[Engine] {
        &self.versions
    }

    /// The version with this number.
    #[must_use]
    pub fn version(&self, at: usize) -> Option<&Engine> {
        self.versions.get(at)
    }

    /// The version that answers for an instant: the latest in force then. Where none is in force, the latest that was
    /// before (else the first): its engine knows that it is not in force, and gives nothing or refuses.
    #[must_use]
    pub fn answers_at(&self, instant: DateTime<FixedOffset>) -> usize {
        let local = |engine: &Engine| instant.with_timezone(&zone(engine.policy())).naive_local();
        let last = |holds: &dyn Fn(&Policy, NaiveDateTime) -> bool| {
            self.versions.iter().rposition(|engine| holds(engine.policy(), local(engine)))
        };
        let started = |policy: &Policy, local: NaiveDateTime| policy.effective_from <= local;
        last(&|policy, local| started(policy, local) && policy.effective_until.is_none_or(|until| local < until))
            .or_else(|| last(&started))
            .unwrap_or(0)
    }
}

/// The programme's time zone. The checker has made sure that it exists.
#[must_use]
pub fn zone(policy: &Policy) -> Tz {
    policy.timezone.parse().unwrap_or(Tz::UTC)
}

/// The instant of a local date and time in the programme's zone: the first of two in a fold, none in a gap.
#[must_use]
pub fn instant_of(policy: &Policy, local: NaiveDateTime) -> Option<DateTime<FixedOffset>> {
    zone(policy).from_local_datetime(&local).earliest().map(|instant| instant.fixed_offset())
}
