//! A store behind a box: whoever holds it need not know which one it is.

use super::{Change, Memo, SharedFacts, Store, StoreError};
use crate::lots::{Account, Lot, Movement, Taken};
use crate::told::SettledLine;
use chrono::{DateTime, Utc};
use earnest_interpreter::{Counters, Record};
use std::sync::Arc;

impl<S: Store + ?Sized> Store for Box<S> {
    fn counters(&self, keys: &[String]) -> Result<Counters, StoreError> {
        (**self).counters(keys)
    }

    fn facts(&self, subject: &str, id: &str) -> Result<Option<SharedFacts>, StoreError> {
        (**self).facts(subject, id)
    }

    fn records(&self, names: &[String], most: Option<&[usize]>) -> Result<Vec<Record>, StoreError> {
        (**self).records(names, most)
    }

    fn version_of(&self, event: &str) -> Result<Option<usize>, StoreError> {
        (**self).version_of(event)
    }

    fn decided(&self, event: &str) -> Result<Option<Memo>, StoreError> {
        (**self).decided(event)
    }

    fn account(&self, customer: &str) -> Result<Arc<Account>, StoreError> {
        (**self).account(customer)
    }

    fn lot(&self, id: u64) -> Result<Option<Lot>, StoreError> {
        (**self).lot(id)
    }

    fn next_lot(&self) -> Result<u64, StoreError> {
        (**self).next_lot()
    }

    fn taken(&self, event: &str) -> Result<Vec<Taken>, StoreError> {
        (**self).taken(event)
    }

    fn movements_of(&self, event: &str) -> Result<Vec<Movement>, StoreError> {
        (**self).movements_of(event)
    }

    fn movements(&self, customer: &str) -> Result<Vec<Movement>, StoreError> {
        (**self).movements(customer)
    }

    fn customers(&self) -> Result<Vec<String>, StoreError> {
        (**self).customers()
    }

    fn due(&self) -> Result<Option<(DateTime<Utc>, String)>, StoreError> {
        (**self).due()
    }

    fn clock(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        (**self).clock()
    }

    fn subjects(&self, subject: &str) -> Result<Vec<(String, Option<String>)>, StoreError> {
        (**self).subjects(subject)
    }

    fn settled(&self, from: DateTime<Utc>, until: DateTime<Utc>) -> Result<Vec<SettledLine>, StoreError> {
        (**self).settled(from, until)
    }

    fn can_undo(&self) -> bool {
        (**self).can_undo()
    }

    fn keeps_log(&self) -> bool {
        (**self).keeps_log()
    }

    fn begin(&mut self) -> Result<(), StoreError> {
        (**self).begin()
    }

    fn end(&mut self, keep: bool) -> Result<bool, StoreError> {
        (**self).end(keep)
    }

    fn commit(&mut self, change: Change) -> Result<(), StoreError> {
        (**self).commit(change)
    }
}
