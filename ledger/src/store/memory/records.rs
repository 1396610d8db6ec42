//! Records of decided events that a later event may name, each with the decisions that named it since.

use earnest_interpreter::Record;
use std::collections::HashMap;

/// Records by the id of the event that may be named.
#[derive(Debug, Clone, Default)]
pub struct RecordBook {
    /// Never iterated: no order can leak from it.
    files: HashMap<Box<str>, File>,
}

/// What is kept about one event.
#[derive(Debug, Clone)]
struct File {
    /// The number of the version that decided it.
    version: usize,
    /// Its record, then those of the decisions that named it, in the order in which they were taken. Each is JSON text:
    /// as a tree of values it would take ten times the memory, and few purchases are ever refunded.
    records: Vec<Box<str>>,
}

impl RecordBook {
    /// The version that decided an event; none where the event is unknown or may not be named.
    #[must_use]
    pub fn version(&self, event: &str) -> Option<usize> {
        self.files.get(event).map(|file| file.version)
    }

    /// How many records there are about an event.
    #[must_use]
    pub fn count(&self, event: &str) -> usize {
        self.files.get(event).map_or(0, |file| file.records.len())
    }

    /// The records of the named events and of the decisions that named them, oldest first; of each at most `most`.
    #[must_use]
    pub fn of(&self, names: &[String], most: Option<&[usize]>) -> Vec<Record> {
        let mut all = Vec::new();
        for (at, name) in names.iter().enumerate() {
            let Some(file) = self.files.get(name.as_str()) else { continue };
            let most = most.map_or(usize::MAX, |most| most.get(at).copied().unwrap_or(0));
            all.extend(file.records.iter().take(most).filter_map(|text| serde_json::from_str(text).ok()));
        }
        all
    }

    /// How many events may be named.
    #[must_use]
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether no event may be named.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Everything, by event: the version that decided it and the records about it.
    pub(crate) fn all(&self) -> Vec<(String, usize, Vec<String>)> {
        let files = self.files.iter();
        let mut all: Vec<_> = files
            .map(|(event, file)| {
                (event.to_string(), file.version, file.records.iter().map(ToString::to_string).collect())
            })
            .collect();
        all.sort();
        all
    }

    /// Puts back what was kept about an event.
    pub(crate) fn put(&mut self, event: &str, version: usize, records: Vec<String>) {
        let records = records.into_iter().map(String::into_boxed_str).collect();
        self.files.insert(event.into(), File { version, records });
    }

    /// Keeps a record where it may be named, and with every event that it names itself.
    pub(crate) fn add(&mut self, names: &[String], record: &Stored) {
        for name in names {
            if let Some(file) = self.files.get_mut(name.as_str()) {
                file.records.push(record.text.clone());
            }
        }
        if record.may_be_named {
            let file = File { version: record.version, records: vec![record.text.clone()] };
            self.files.insert(record.event.as_str().into(), file);
        }
    }
}

/// A record, ready to be stored.
#[derive(Debug, Clone)]
pub struct Stored {
    event: String,
    version: usize,
    may_be_named: bool,
    text: Box<str>,
}

impl Stored {
    /// The event that it is of.
    #[must_use]
    pub fn event(&self) -> &str {
        &self.event
    }

    /// Whether a later event may name its event: else it stands only with the events that it names.
    #[must_use]
    pub fn may_be_named(&self) -> bool {
        self.may_be_named
    }

    /// The record as JSON text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The record of an event that this version decided; `None` where nobody will ever ask for it.
    ///
    /// # Errors
    /// The record cannot be written as JSON. Found before anything else is written.
    pub fn new(record: &Record, version: usize) -> Result<Option<Self>, serde_json::Error> {
        if !record.may_be_named && record.names.is_empty() {
            return Ok(None);
        }
        let text = serde_json::to_string(record)?.into_boxed_str();
        Ok(Some(Self { event: record.event.clone(), version, may_be_named: record.may_be_named, text }))
    }
}
