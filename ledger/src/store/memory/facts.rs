//! What the host was told about subjects: customers, merchants, cards, accounts.

use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The facts of one subject, as they were at some time.
pub type SharedFacts = Arc<Map<String, Json>>;

/// Facts by subject and id. A decision that read some keeps them alive, also when they change later.
#[derive(Debug, Clone, Default)]
pub struct FactBook {
    facts: BTreeMap<(String, String), SharedFacts>,
}

impl FactBook {
    /// The facts of a subject; none where nothing was told.
    #[must_use]
    pub fn get(&self, key: &(String, String)) -> Option<&SharedFacts> {
        self.facts.get(key)
    }

    /// All facts, by subject and id.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&(String, String), &SharedFacts)> {
        self.facts.iter()
    }

    /// Replaces all facts of a subject.
    pub(crate) fn set(&mut self, subject: &str, id: &str, facts: Map<String, Json>) {
        self.facts.insert((subject.to_owned(), id.to_owned()), Arc::new(facts));
    }
}
