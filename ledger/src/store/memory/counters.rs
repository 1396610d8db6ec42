//! Values of counters by key. A key is stored once and known by a small number elsewhere.

use earnest_interpreter::{CounterValue, Counters};
use rust_decimal::Decimal;
use serde_json::Value as Json;
use std::collections::HashMap;

/// The counters.
#[derive(Debug, Clone, Default)]
pub struct CounterBook {
    /// Never iterated: no order can leak from it.
    numbers: HashMap<Box<str>, u32>,
    values: Vec<Option<CounterValue>>,
}

/// A counter as a decision read it, small: millions are kept on long runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remembered {
    /// It was never written.
    Unwritten,
    /// A number.
    Number(Decimal),
    /// Anything richer.
    Other(Box<Json>),
}

impl From<Option<CounterValue>> for Remembered {
    fn from(value: Option<CounterValue>) -> Self {
        match value {
            None => Self::Unwritten,
            Some(CounterValue::Number(number)) => Self::Number(number),
            Some(CounterValue::Other(json)) => Self::Other(Box::new(json)),
        }
    }
}

impl CounterBook {
    /// The value of a counter; none where it was never written.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&CounterValue> {
        self.numbers.get(key).and_then(|&number| self.slot(number))
    }

    /// The values that there are of these keys.
    #[must_use]
    pub fn read(&self, keys: &[String]) -> Counters {
        keys.iter().filter_map(|key| self.get(key).map(|value| (key.clone(), value.clone()))).collect()
    }

    /// How many keys are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether no key is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// All counters that have a value, by key.
    #[must_use]
    pub fn all(&self) -> Counters {
        self.numbers
            .iter()
            .filter_map(|(key, &number)| self.slot(number).map(|value| (key.to_string(), value.clone())))
            .collect()
    }

    pub(crate) fn set(&mut self, key: &str, value: CounterValue) {
        let number = self.number(key);
        if let Some(slot) = usize::try_from(number).ok().and_then(|at| self.values.get_mut(at)) {
            *slot = Some(value);
        }
    }

    /// Adds to a number that the host keeps itself.
    pub(crate) fn add(&mut self, key: &str, more: Decimal) {
        let before = match self.get(key) {
            Some(CounterValue::Number(number)) => *number,
            _ => Decimal::ZERO,
        };
        self.set(key, CounterValue::Number(before.saturating_add(more)));
    }

    /// Values as they were remembered, for these keys in the same order.
    pub(crate) fn recall(keys: &[String], remembered: &[Remembered]) -> Counters {
        keys.iter()
            .zip(remembered)
            .filter_map(|(key, value)| match value {
                Remembered::Unwritten => None,
                Remembered::Number(number) => Some((key.clone(), CounterValue::Number(*number))),
                Remembered::Other(json) => Some((key.clone(), CounterValue::Other(json.as_ref().clone()))),
            })
            .collect()
    }

    fn slot(&self, number: u32) -> Option<&CounterValue> {
        usize::try_from(number).ok().and_then(|at| self.values.get(at)).and_then(Option::as_ref)
    }

    /// The number of a key, new where it has none. More than 2^32 counters do not fit in memory.
    fn number(&mut self, key: &str) -> u32 {
        if let Some(&number) = self.numbers.get(key) {
            return number;
        }
        let number = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        self.numbers.insert(key.into(), number);
        self.values.push(None);
        number
    }
}
