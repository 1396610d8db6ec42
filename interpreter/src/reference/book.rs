//! Counters of one decision: what the host has, what has changed so far, and the rule that only listed keys are read.

use super::frame::Eval;
use crate::decision::{CounterChange, CounterValue, Counters};
use crate::event::scalar::bad;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// Why a counter that was not listed is not read.
pub(crate) const NOT_LISTED: &str =
    "the decision would read a counter that was not listed; this is a fault of the engine";

/// Counters as they were before the event and as they are now.
#[derive(Debug)]
pub(crate) struct Book {
    before: Counters,
    /// What may be read; everything where nothing is said (a decision taken again reads its record).
    listed: Option<BTreeSet<String>>,
    after: RefCell<BTreeMap<String, CounterValue>>,
}

impl Book {
    pub(crate) fn new(before: Counters, listed: Option<BTreeSet<String>>) -> Self {
        Self { before, listed, after: RefCell::default() }
    }

    fn check(&self, key: &str) -> Eval<()> {
        match &self.listed {
            Some(listed) if !listed.contains(key) => Err(bad(key, NOT_LISTED)),
            _ => Ok(()),
        }
    }

    /// The value before the event.
    pub(crate) fn before(&self, key: &str) -> Eval<Option<CounterValue>> {
        self.check(key)?;
        Ok(self.before.get(key).cloned())
    }

    /// The value with everything that this decision has changed so far.
    pub(crate) fn now(&self, key: &str) -> Eval<Option<CounterValue>> {
        self.check(key)?;
        Ok(self.after.borrow().get(key).cloned().or_else(|| self.before.get(key).cloned()))
    }

    pub(crate) fn write(&self, key: &str, value: CounterValue) -> Eval<()> {
        self.check(key)?;
        self.after.borrow_mut().insert(key.to_owned(), value);
        Ok(())
    }

    /// Takes back everything that this decision has changed so far.
    pub(crate) fn forget(&self) {
        self.after.borrow_mut().clear();
    }

    /// Counters that changed, by key.
    pub(crate) fn changes(&self) -> Vec<CounterChange> {
        let after = self.after.borrow();
        let changed = after.iter().filter(|(key, value)| self.before.get(*key) != Some(*value));
        changed
            .map(|(key, value)| CounterChange {
                key: key.clone(),
                before: self.before.get(key).cloned(),
                after: value.clone(),
            })
            .collect()
    }

    /// What was known before: kept with the record of the event.
    pub(crate) fn known(&self) -> &Counters {
        &self.before
    }
}
