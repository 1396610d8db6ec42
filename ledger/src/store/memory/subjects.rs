//! Subjects that events named or of which facts were told, each with the customer last seen with it.

use std::collections::BTreeMap;

/// Subjects by name and id.
#[derive(Debug, Clone, Default)]
pub(super) struct SubjectBook {
    seen: BTreeMap<String, BTreeMap<String, Option<String>>>,
}

impl SubjectBook {
    pub(super) fn of(&self, subject: &str) -> Vec<(String, Option<String>)> {
        let ids = self.seen.get(subject).into_iter().flatten();
        ids.map(|(id, customer)| (id.clone(), customer.clone())).collect()
    }

    /// All subjects with their ids, by name and id.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &str, Option<&str>)> {
        let ids =
            self.seen.iter().flat_map(|(subject, ids)| ids.iter().map(move |(id, customer)| (subject, id, customer)));
        ids.map(|(subject, id, customer)| (subject.as_str(), id.as_str(), customer.as_deref()))
    }

    pub(super) fn see(&mut self, subject: &str, id: &str, customer: Option<&str>) {
        if !self.seen.contains_key(subject) {
            self.seen.insert(subject.to_owned(), BTreeMap::new());
        }
        let Some(ids) = self.seen.get_mut(subject) else { return };
        match ids.get_mut(id) {
            Some(held) => {
                if customer.is_some() && held.as_deref() != customer {
                    *held = customer.map(str::to_owned);
                }
            }
            None => {
                ids.insert(id.to_owned(), customer.map(str::to_owned));
            }
        }
    }
}
