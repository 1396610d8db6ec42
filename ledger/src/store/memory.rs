//! A store in memory, a book for each kind of thing. It grows with counters, ids, records, lots and movements only.

pub mod accounts;
pub mod counters;
pub mod decided;
pub mod facts;
pub mod records;
mod subjects;
pub mod text;

use super::{Change, Store, StoreError};
use crate::lots::{Account, Lot, Movement, Taken};
use crate::told::SettledLine;
use accounts::AccountBook;
use chrono::{DateTime, Utc};
use counters::CounterBook;
use decided::{DecidedBook, Memo};
use earnest_interpreter::{Counters, Record};
use facts::{FactBook, SharedFacts};
use records::RecordBook;
use std::collections::BTreeMap;
use std::sync::Arc;
use subjects::SubjectBook;

/// All books of a host.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    /// Values of counters.
    pub counters: CounterBook,
    /// What is known of subjects.
    pub facts: FactBook,
    /// Records of events that may be named.
    pub records: RecordBook,
    /// Events decided so far.
    pub decided: DecidedBook,
    /// Lots, debts and movements.
    pub accounts: AccountBook,
    /// What events mean to partners.
    settled: BTreeMap<DateTime<Utc>, Vec<SettledLine>>,
    subjects: SubjectBook,
    clock: Option<DateTime<Utc>>,
}

impl Store for Memory {
    fn counters(&self, keys: &[String]) -> Result<Counters, StoreError> {
        Ok(self.counters.read(keys))
    }

    fn facts(&self, subject: &str, id: &str) -> Result<Option<SharedFacts>, StoreError> {
        Ok(self.facts.get(&(subject.to_owned(), id.to_owned())).cloned())
    }

    fn records(&self, names: &[String], most: Option<&[usize]>) -> Result<Vec<Record>, StoreError> {
        Ok(self.records.of(names, most))
    }

    fn version_of(&self, event: &str) -> Result<Option<usize>, StoreError> {
        Ok(self.records.version(event))
    }

    fn decided(&self, event: &str) -> Result<Option<Memo>, StoreError> {
        Ok(self.decided.get(event).cloned())
    }

    fn account(&self, customer: &str) -> Result<Arc<Account>, StoreError> {
        Ok(self.accounts.account(customer))
    }

    fn lot(&self, id: u64) -> Result<Option<Lot>, StoreError> {
        Ok(self.accounts.lot(id).cloned())
    }

    fn next_lot(&self) -> Result<u64, StoreError> {
        Ok(self.accounts.next_lot())
    }

    fn taken(&self, event: &str) -> Result<Vec<Taken>, StoreError> {
        Ok(self.accounts.taken(event).to_vec())
    }

    fn movements_of(&self, event: &str) -> Result<Vec<Movement>, StoreError> {
        Ok(self.accounts.movements_of(event))
    }

    fn movements(&self, customer: &str) -> Result<Vec<Movement>, StoreError> {
        Ok(self.accounts.movements(customer))
    }

    fn customers(&self) -> Result<Vec<String>, StoreError> {
        Ok(self.accounts.customers())
    }

    fn due(&self) -> Result<Option<(DateTime<Utc>, String)>, StoreError> {
        Ok(self.accounts.due())
    }

    fn clock(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        Ok(self.clock)
    }

    fn subjects(&self, subject: &str) -> Result<Vec<(String, Option<String>)>, StoreError> {
        Ok(self.subjects.of(subject))
    }

    fn settled(&self, from: DateTime<Utc>, until: DateTime<Utc>) -> Result<Vec<SettledLine>, StoreError> {
        if until <= from {
            return Ok(vec![]);
        }
        Ok(self.settled.range(from..until).flat_map(|(_, lines)| lines.iter().cloned()).collect())
    }

    /// It cannot fail half-way: everything that could be wrong was found before.
    fn commit(&mut self, change: Change) -> Result<(), StoreError> {
        if let Some(event) = change.event {
            // How many records there were is remembered first: the event's own is about to join them.
            let memo = event.memo(
                event.subjects.iter().map(|key| self.facts.get(key).cloned()),
                event.names.iter().map(|name| self.records.count(name)),
            );
            if let Some(record) = event.record {
                self.records.add(&event.names, &record);
            }
            self.decided.add(event.id, memo);
        }
        for counter in change.counters {
            self.counters.set(&counter.key, counter.after);
        }
        for (key, more) in change.totals {
            self.counters.add(&key, more);
        }
        for (subject, id, facts) in change.facts {
            self.subjects.see(&subject, &id, (subject == "customer").then_some(id.as_str()));
            self.facts.set(&subject, &id, facts);
        }
        for line in change.settled {
            self.settled.entry(line.at).or_default().push(line);
        }
        for seen in change.seen {
            self.subjects.see(&seen.subject, &seen.id, seen.customer.as_deref());
        }
        self.accounts.apply(change.accounts, change.taken, change.movements);
        self.clock = self.clock.max(change.clock);
        Ok(())
    }
}
