//! The whole of a store in memory as text, and back: a head, then one JSON value a line, in an order that depends on nothing
//! but what is kept. The head says of which programme it is, and holds the hash of the rest: a file that was cut or changed
//! is not taken for a ledger.

use super::Memory;
use super::counters::Remembered;
use super::decided::Memo;
use crate::lots::{Account, Lot, Movement, Taken};
use crate::told::SettledLine;
use chrono::{DateTime, Utc};
use earnest_interpreter::CounterValue;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use sha2::{Digest, Sha256};
use std::fmt;
use std::sync::Arc;

/// The form of the text; a higher one is of a later release.
const FORM: u32 = 1;

/// Why a text is no ledger of a programme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextError {
    /// It is no ledger at all, or one of a later release.
    NoLedger,
    /// It was cut or changed: what is wrong with it.
    Damaged(String),
    /// It belongs to another programme, with this name.
    OtherProgramme(String),
    /// It was written with a version, by its from-date, that the programme no longer has.
    NoVersion(String),
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoLedger => f.write_str("it is no ledger of this release"),
            Self::Damaged(what) => write!(f, "it is damaged: {what}"),
            Self::OtherProgramme(name) => write!(f, "it belongs to the programme `{name}`"),
            Self::NoVersion(version) => write!(f, "it needs version {version}, which the programme no longer has"),
        }
    }
}

impl std::error::Error for TextError {}

#[derive(Serialize, Deserialize)]
struct Head {
    earnest_ledger: u32,
    programme: String,
    versions: Vec<String>,
    lines: usize,
    sha256: String,
}

/// One thing that is kept.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Entry {
    Clock(DateTime<Utc>),
    Counter(String, CounterValue),
    Facts(String, String, Map<String, Json>),
    Seen(String, String, Option<String>),
    Records { event: String, version: usize, records: Vec<String> },
    Account { customer: Arc<str>, due: Option<DateTime<Utc>>, account: Account },
    Closed(Lot),
    Taken(Arc<str>, Vec<Taken>),
    Movement(Movement),
    Settled(SettledLine),
    Decided { event: String, memo: MemoText },
}

#[derive(Serialize, Deserialize)]
struct MemoText {
    content: String,
    version: usize,
    read: Vec<ReadText>,
    facts: Vec<Option<Map<String, Json>>>,
    records: Vec<usize>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ReadText {
    Unwritten,
    Number(Decimal),
    Other(Json),
}

impl Memory {
    /// Everything as text, for this programme and its versions by name.
    ///
    /// # Errors
    /// Something cannot be written as JSON.
    pub fn to_text(&self, programme: &str, versions: &[String]) -> Result<String, serde_json::Error> {
        let entries = self.entries();
        let mut body = String::new();
        for entry in &entries {
            body.push_str(&serde_json::to_string(entry)?);
            body.push('\n');
        }
        let head = Head {
            earnest_ledger: FORM,
            programme: programme.to_owned(),
            versions: versions.to_vec(),
            lines: entries.len(),
            sha256: hash(&body),
        };
        Ok(format!("{}\n{body}", serde_json::to_string(&head)?))
    }

    /// What such a text holds.
    ///
    /// # Errors
    /// See [`TextError`]; nothing is taken from such a text.
    pub fn from_text(text: &str, programme: &str, versions: &[String]) -> Result<Self, TextError> {
        let (head, body) = text.split_once('\n').ok_or(TextError::NoLedger)?;
        let head: Head = serde_json::from_str(head).map_err(|_| TextError::NoLedger)?;
        if head.earnest_ledger != FORM {
            return Err(TextError::NoLedger);
        }
        if head.programme != programme {
            return Err(TextError::OtherProgramme(head.programme));
        }
        let lines = body.lines().count();
        if lines != head.lines {
            return Err(TextError::Damaged(format!("it has {lines} lines, and should have {}", head.lines)));
        }
        if hash(body) != head.sha256 {
            return Err(TextError::Damaged("its lines are not those that were written".to_owned()));
        }
        let mut memory = Self::default();
        for (number, line) in body.lines().enumerate() {
            let wrong =
                |error: &dyn fmt::Display| TextError::Damaged(format!("line {}: {error}", number.saturating_add(2)));
            let mut entry: Entry = serde_json::from_str(line).map_err(|error| wrong(&error))?;
            if let Entry::Records { version, .. } | Entry::Decided { memo: MemoText { version, .. }, .. } = &mut entry {
                let name = head.versions.get(*version).ok_or_else(|| wrong(&"there is no such version"))?;
                let now = versions.iter().position(|one| one == name);
                *version = now.ok_or_else(|| TextError::NoVersion(name.clone()))?;
            }
            memory.take(entry).map_err(|what| wrong(&what))?;
        }
        Ok(memory)
    }

    fn entries(&self) -> Vec<Entry> {
        let mut all: Vec<Entry> = self.clock.into_iter().map(Entry::Clock).collect();
        all.extend(self.counters.all().into_iter().map(|(key, value)| Entry::Counter(key, value)));
        all.extend(
            self.facts
                .all()
                .map(|((subject, id), facts)| Entry::Facts(subject.clone(), id.clone(), facts.as_ref().clone())),
        );
        all.extend(self.subjects.all().map(|(subject, id, customer)| {
            Entry::Seen(subject.to_owned(), id.to_owned(), customer.map(str::to_owned))
        }));
        all.extend(self.records.all().into_iter().map(|(event, version, records)| Entry::Records {
            event,
            version,
            records,
        }));
        let (accounts, closed) = self.accounts.held();
        all.extend(accounts.into_iter().map(|(customer, due, account)| Entry::Account {
            customer,
            due,
            account: account.as_ref().clone(),
        }));
        all.extend(closed.into_iter().map(Entry::Closed));
        all.extend(self.accounts.all_taken().into_iter().map(|(event, parts)| Entry::Taken(event, parts)));
        all.extend(self.accounts.all_movements().iter().cloned().map(Entry::Movement));
        all.extend(self.settled.values().flatten().cloned().map(Entry::Settled));
        all.extend(self.decided.all().into_iter().map(|(event, memo)| Entry::Decided { event, memo: memo.into() }));
        all
    }

    fn take(&mut self, entry: Entry) -> Result<(), String> {
        match entry {
            Entry::Clock(at) => self.clock = Some(at),
            Entry::Counter(key, value) => self.counters.set(&key, value),
            Entry::Facts(subject, id, facts) => self.facts.set(&subject, &id, facts),
            Entry::Seen(subject, id, customer) => self.subjects.see(&subject, &id, customer.as_deref()),
            Entry::Records { event, version, records } => self.records.put(&event, version, records),
            Entry::Account { customer, due, account } => self.accounts.put(customer, due, account),
            Entry::Closed(lot) => self.accounts.put_closed(lot),
            Entry::Taken(event, parts) => self.accounts.apply(vec![], vec![(event, parts)], vec![]),
            Entry::Movement(movement) => self.accounts.apply(vec![], vec![], vec![movement]),
            Entry::Settled(line) => self.settled.entry(line.at).or_default().push(line),
            Entry::Decided { event, memo } => self.decided.add(event, Memo::try_from(memo)?),
        }
        Ok(())
    }
}

impl Memo {
    /// As JSON text, for stores that keep texts. The version stands in it by its number.
    ///
    /// # Errors
    /// Something of it cannot be written as JSON.
    pub fn to_text(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(&MemoText::from(self))
    }

    /// What such a text says.
    ///
    /// # Errors
    /// It is no such text: what is wrong with it.
    pub fn from_text(text: &str) -> Result<Self, String> {
        let memo: MemoText = serde_json::from_str(text).map_err(|error| error.to_string())?;
        Self::try_from(memo)
    }
}

impl From<&Memo> for MemoText {
    fn from(memo: &Memo) -> Self {
        let read = memo.counters.iter().map(|one| match one {
            Remembered::Unwritten => ReadText::Unwritten,
            Remembered::Number(number) => ReadText::Number(*number),
            Remembered::Other(json) => ReadText::Other(json.as_ref().clone()),
        });
        Self {
            content: memo.content.iter().map(|byte| format!("{byte:02x}")).collect(),
            version: memo.version,
            read: read.collect(),
            facts: memo.facts.iter().map(|facts| facts.as_ref().map(|facts| facts.as_ref().clone())).collect(),
            records: memo.records.to_vec(),
        }
    }
}

impl TryFrom<MemoText> for Memo {
    type Error = String;

    fn try_from(memo: MemoText) -> Result<Self, String> {
        let mut content = [0_u8; 32];
        for (at, byte) in content.iter_mut().enumerate() {
            let start = at.saturating_mul(2);
            let digits = memo.content.get(start..start.saturating_add(2));
            let parsed = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
            *byte = parsed.ok_or_else(|| "a content hash that is none".to_owned())?;
        }
        let counters = memo.read.into_iter().map(|one| match one {
            ReadText::Unwritten => Remembered::Unwritten,
            ReadText::Number(number) => Remembered::Number(number),
            ReadText::Other(json) => Remembered::Other(Box::new(json)),
        });
        Ok(Self {
            content,
            version: memo.version,
            counters: counters.collect(),
            facts: memo.facts.into_iter().map(|facts| facts.map(Arc::new)).collect(),
            records: memo.records.into(),
        })
    }
}

fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
