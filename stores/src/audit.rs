//! Whether a ledger is what was written, and whether it follows from what was sent.
//!
//! [`verify`] reads the log: every entry has its hash and follows the one before; movements and counters are those that the entries
//! name. [`replay`] gives everything that was ever given to a fresh ledger in memory and compares entry by entry, then what is held.
//! Whoever can write the database can write a whole new log too: keep a [`Head`] elsewhere from time to time, and ask for it.

use crate::database::{Cell, Database, Row};
use crate::durable::Durable;
use crate::log::{self, BEGINNING, Body, Entry, whole};
use chrono::SecondsFormat;
use earnest_ledger::lots::Movement;
use earnest_ledger::store::{Input, StoreError};
use earnest_ledger::{Host, HostError, Programme};
use serde::Serialize;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// Rows that are read at once.
const PAGE: i64 = 1_000;

/// Faults that are told; after so many, the store is bad enough.
const MOST: usize = 50;

/// An entry of the log to be kept elsewhere: `1234:9f86d0…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The number of the entry; 0 before the first.
    pub number: i64,
    /// Its hash.
    pub hash: String,
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.number, self.hash)
    }
}

impl FromStr for Head {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once(':').and_then(|(number, hash)| Some((number.parse().ok()?, hash.to_owned())));
        let Some((number, hash)) = parts.filter(|(_, hash)| !hash.is_empty()) else {
            return Err("a head is `NUMBER:HASH`, as `earnest audit verify` prints it".to_owned());
        };
        Ok(Self { number, hash })
    }
}

/// Something that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The database itself is damaged: what it says.
    Database(String),
    /// Entries from one number to another are not there.
    Missing(i64, i64),
    /// An entry does not follow the one before: it was moved, or put in.
    Displaced(i64),
    /// An entry was changed after it was written.
    Altered(i64),
    /// An entry says nothing that can be read.
    Unreadable(i64),
    /// The movement with this number is not the one that the log names (by its entry).
    Movement(i64, i64),
    /// There are movements, from this number on, of which the log knows nothing.
    MovementsUnknown(i64),
    /// A counter is not what the log says: its name, its value, and that of the log.
    Counter(String, String, String),
    /// The entry of a head that was kept is not there.
    Cut(i64),
    /// The entry of a head that was kept is another one: the log was written anew.
    Rewritten(i64),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Database(what) => write!(f, "the database is damaged: {what}"),
            Self::Missing(from, to) if from == to => write!(f, "entry {from} is missing"),
            Self::Missing(from, to) => write!(f, "entries {from} to {to} are missing"),
            Self::Displaced(number) => write!(f, "entry {number} does not follow the one before it"),
            Self::Altered(number) => write!(f, "entry {number} was altered after it was written"),
            Self::Unreadable(number) => write!(f, "entry {number} cannot be read"),
            Self::Movement(number, entry) => {
                write!(f, "movement {number} is not the one that entry {entry} names, or is missing")
            }
            Self::MovementsUnknown(number) => write!(f, "from movement {number} on, the log knows of none"),
            Self::Counter(name, held, logged) => {
                write!(f, "the counter `{name}` is {held}, and by the log {logged}")
            }
            Self::Cut(number) => write!(f, "entry {number}, which was kept elsewhere, is not there: the log was cut"),
            Self::Rewritten(number) => {
                write!(f, "entry {number} is not the one that was kept elsewhere: the log was written anew")
            }
        }
    }
}

/// What [`verify`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Entries that were read.
    pub entries: usize,
    /// The last entry.
    pub head: Head,
    /// What is wrong, in the order of the log; at most 50 faults.
    pub faults: Vec<Fault>,
}

/// Verifies a store: the log by itself, then movements and counters against it; `kept` are heads that were kept elsewhere.
///
/// # Errors
/// The store cannot be read.
pub fn verify(store: &Durable, kept: &[Head]) -> Result<Verified, StoreError> {
    let database = store.database();
    let mut check = Check {
        database,
        kept,
        verified: Verified { entries: 0, head: Head { number: 0, hash: BEGINNING.to_owned() }, faults: vec![] },
        counters: BTreeMap::new(),
        movement: 0,
    };
    if let Some(what) = database.sound()? {
        check.verified.faults.push(Fault::Database(what));
    }
    loop {
        let page = log::after(database, check.verified.head.number, PAGE)?;
        if page.is_empty() {
            break;
        }
        for entry in page {
            check.entry(entry)?;
        }
    }
    check.movements_behind()?;
    check.counters_held()?;
    let mut verified = check.verified;
    let last = verified.head.number;
    verified.faults.extend(kept.iter().filter(|head| head.number > last).map(|head| Fault::Cut(head.number)));
    verified.faults.truncate(MOST);
    Ok(verified)
}

struct Check<'c> {
    database: &'c dyn Database,
    kept: &'c [Head],
    verified: Verified,
    /// Counters as the log leaves them.
    counters: BTreeMap<String, String>,
    /// The number of the last movement that the log names.
    movement: i64,
}

impl Check<'_> {
    fn entry(&mut self, entry: Entry) -> Result<(), StoreError> {
        let head = &self.verified.head;
        let next = head.number.saturating_add(1);
        let mut faults = Vec::new();
        if entry.number != next {
            faults.push(Fault::Missing(next, entry.number.saturating_sub(1)));
        } else if entry.previous != head.hash {
            faults.push(Fault::Displaced(entry.number));
        }
        if entry.due_hash() != entry.hash {
            faults.push(Fault::Altered(entry.number));
        }
        let known = self.kept.iter().find(|head| head.number == entry.number);
        if known.is_some_and(|head| head.hash != entry.hash) {
            faults.push(Fault::Rewritten(entry.number));
        }
        match serde_json::from_str::<Body>(&entry.body) {
            Ok(body) => {
                for change in body.counters {
                    self.counters.insert(change.key, text(&change.after)?);
                }
                faults.extend(self.movements(&body.movements, entry.number)?);
            }
            Err(_) => faults.push(Fault::Unreadable(entry.number)),
        }
        self.verified.faults.extend(faults);
        self.verified.entries = self.verified.entries.saturating_add(1);
        self.verified.head = Head { number: entry.number, hash: entry.hash };
        Ok(())
    }

    /// The movements of an entry stand behind those of the entries before.
    fn movements(&mut self, named: &[Movement], entry: i64) -> Result<Option<Fault>, StoreError> {
        if named.is_empty() {
            return Ok(None);
        }
        let most = i64::try_from(named.len()).unwrap_or(i64::MAX);
        let held = self.database.rows(
            "select cast(n as text) as number, movement, event, customer from movements where n > ?1 order by n limit ?2",
            &[Cell::Whole(self.movement), Cell::Whole(most)],
        )?;
        let mut fault = None;
        for (at, one) in named.iter().enumerate() {
            self.movement = self.movement.saturating_add(1);
            let due = [self.movement.to_string(), text(one)?, one.event.to_string(), one.customer.to_string()];
            let same = held
                .get(at)
                .is_some_and(|row| row.iter().map(Option::as_deref).eq(due.iter().map(|due| Some(due.as_str()))));
            if !same {
                fault = fault.or(Some(Fault::Movement(self.movement, entry)));
            }
        }
        Ok(fault)
    }

    fn movements_behind(&mut self) -> Result<(), StoreError> {
        let held = self.database.rows(
            "select cast(n as text) as number from movements where n > ?1 order by n limit 1",
            &[Cell::Whole(self.movement)],
        )?;
        if let Some(number) = held.into_iter().flatten().flatten().next() {
            self.verified.faults.push(Fault::MovementsUnknown(whole(&number)?));
        }
        Ok(())
    }

    /// Counters of the host itself, totals over all customers, are no part of decisions.
    fn counters_held(&mut self) -> Result<(), StoreError> {
        let none = || "never written".to_owned();
        let mut last = String::new();
        loop {
            let page = self.database.rows(
                "select name, value from counters where name > ?1 order by name limit ?2",
                &[Cell::Text(&last), Cell::Whole(PAGE)],
            )?;
            if page.is_empty() {
                break;
            }
            for row in page {
                let [Some(name), Some(value)] = row.as_slice() else { return Err(log::torn()) };
                last.clone_from(name);
                let logged = self.counters.remove(name);
                if logged.as_ref() != Some(value) && !name.starts_with("total ") {
                    let logged = logged.unwrap_or_else(none);
                    self.verified.faults.push(Fault::Counter(name.clone(), value.clone(), logged));
                }
            }
        }
        for (name, logged) in std::mem::take(&mut self.counters) {
            self.verified.faults.push(Fault::Counter(name, none(), logged));
        }
        Ok(())
    }
}

/// Where a replay first differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The number of the entry; none where the entries are the same and what is held is not.
    pub entry: Option<i64>,
    /// What it is about: an event's id, `clock`, a table.
    pub about: String,
    /// Where in the entry.
    pub member: String,
    /// What the store has.
    pub stored: String,
    /// What comes of it now.
    pub now: String,
}

/// What [`replay`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replayed {
    /// Entries that came out the same.
    pub entries: usize,
    /// Of them, those that another policy had decided, by its hash: it was changed since, and made no difference.
    pub by_another: usize,
    /// The first difference.
    pub difference: Option<Difference>,
}

/// Decides everything again, in memory, by a programme: the one that decided, or a changed one, to see what it would have changed.
///
/// # Errors
/// A store cannot be read or written.
pub fn replay(store: &Durable, programme: &Programme) -> Result<Replayed, StoreError> {
    let fresh = Durable::open("memory:", programme, true).map_err(|error| StoreError(error.reason))?;
    let host = Host::with_store(programme.clone(), fresh);
    let mut again = Again { source: store.database(), host, done: 0, same: 0, by_another: 0 };
    let mut read = 0;
    loop {
        let page = log::after(store.database(), read, PAGE)?;
        if page.is_empty() {
            break;
        }
        for entry in page {
            read = entry.number;
            if let Some(difference) = again.entry(&entry)? {
                return Ok(again.found(Some(difference)));
            }
        }
    }
    let more = again.next()?.map(|entry| Difference {
        entry: Some(read.saturating_add(1)),
        about: String::new(),
        member: String::new(),
        stored: NOTHING.to_owned(),
        now: entry.body,
    });
    let difference = match more {
        Some(more) => Some(more),
        None => held(store.database(), again.host.books().database())?,
    };
    Ok(again.found(difference))
}

/// What is told where one of two has nothing.
const NOTHING: &str = "nothing";

struct Again<'a> {
    source: &'a dyn Database,
    host: Host<Durable>,
    /// The last entry of the fresh log that was compared.
    done: i64,
    same: usize,
    by_another: usize,
}

impl Again<'_> {
    /// Gives what an entry was given, unless an earlier input has brought it forth, and compares.
    fn entry(&mut self, stored: &Entry) -> Result<Option<Difference>, StoreError> {
        let Ok(body) = serde_json::from_str::<Body>(&stored.body) else {
            return Ok(Some(differs(stored, "", "", &stored.body, "an entry that can be read")));
        };
        let about = about(&body);
        if self.next()?.is_none() {
            // What the clock does before an event is brought forth by the event: the next input, and no earlier one.
            let Some(input) = self.next_input(stored.number)? else {
                return Ok(Some(differs(stored, &about, "", &stored.body, NOTHING)));
            };
            if let Err(error) = self.give(input) {
                return Ok(Some(differs(stored, &about, "input", "it was taken", &error.to_string())));
            }
        }
        let Some(fresh) = self.next()? else {
            return Ok(Some(differs(stored, &about, "", &stored.body, NOTHING)));
        };
        self.done = fresh.number;
        let difference = first(&stored.body, &fresh.body)?;
        if difference.is_none() {
            self.same = self.same.saturating_add(1);
            let now: Option<Body> = serde_json::from_str(&fresh.body).ok();
            self.by_another =
                self.by_another.saturating_add(usize::from(now.is_none_or(|now| now.policy != body.policy)));
        }
        Ok(difference.map(|(member, held, now)| differs(stored, &about, &member, &held, &now)))
    }

    fn found(&self, difference: Option<Difference>) -> Replayed {
        Replayed { entries: self.same, by_another: self.by_another, difference }
    }

    fn next(&self) -> Result<Option<Entry>, StoreError> {
        Ok(log::after(self.host.books().database(), self.done, 1)?.into_iter().next())
    }

    /// The first input from outside at or behind an entry.
    fn next_input(&self, from: i64) -> Result<Option<Input>, StoreError> {
        let mut read = from.saturating_sub(1);
        loop {
            let page = log::after(self.source, read, PAGE)?;
            let Some(last) = page.last() else { return Ok(None) };
            read = last.number;
            let inputs = page.iter().filter_map(|entry| serde_json::from_str::<Body>(&entry.body).ok()?.input);
            if let Some(input) = inputs.into_iter().find(|input| !matches!(input, Input::Raised(_))) {
                return Ok(Some(input));
            }
        }
    }

    fn give(&mut self, input: Input) -> Result<(), HostError> {
        match input {
            Input::Event(json) => self.host.decide(&json, false).map(drop),
            Input::Raised(_) => Ok(()),
            Input::Facts(subject, id, facts) => self.host.tell(&subject, &id, facts),
            Input::Opening(name, lot) => self.host.open(&name, std::slice::from_ref(&*lot)),
            Input::Clock(at) => self.host.advance_to(at.fixed_offset()).map(drop),
        }
    }
}

fn differs(entry: &Entry, about: &str, member: &str, stored: &str, now: &str) -> Difference {
    let [about, member, stored, now] = [about, member, stored, now].map(str::to_owned);
    Difference { entry: Some(entry.number), about, member, stored, now }
}

/// What an entry is about, for people.
fn about(body: &Body) -> String {
    let id = |json: &serde_json::Map<String, Json>| {
        format!("event {}", json.get("id").and_then(Json::as_str).unwrap_or_default())
    };
    match &body.input {
        Some(Input::Event(json) | Input::Raised(json)) => id(json),
        Some(Input::Facts(subject, name, _)) => format!("facts of {subject} {name}"),
        Some(Input::Opening(name, lot)) => format!("opening {name} of {}", lot.customer),
        Some(Input::Clock(at)) => format!("the clock to {}", at.to_rfc3339_opts(SecondsFormat::Secs, true)),
        None => body.movements.first().map_or_else(|| "the clock".to_owned(), |one| one.event.to_string()),
    }
}

/// The first member in which two entries differ, and both values. The release of the engine and the hash of the policy do not count.
fn first(stored: &str, now: &str) -> Result<Option<(String, String, String)>, StoreError> {
    let read = |text: &str| {
        let mut json: Json = serde_json::from_str(text).map_err(|error| StoreError(error.to_string()))?;
        if let Some(members) = json.as_object_mut() {
            members.shift_remove("engine");
            members.shift_remove("policy");
            if let Some(policy) = members.get_mut("decision").and_then(|decision| decision.get_mut("policy")) {
                policy.as_object_mut().map(|policy| policy.shift_remove("hash"));
            }
        }
        Ok::<Json, StoreError>(json)
    };
    Ok(unlike(&read(stored)?, &read(now)?, String::new()))
}

/// The first place at which two values differ.
fn unlike(one: &Json, other: &Json, at: String) -> Option<(String, String, String)> {
    if one == other {
        return None;
    }
    let below = |name: &str| if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") };
    match (one, other) {
        (Json::Object(these), Json::Object(those)) => {
            let names = these.keys().chain(those.keys().filter(|name| !these.contains_key(*name)));
            let null = &Json::Null;
            names
                .into_iter()
                .find_map(|name| unlike(these.get(name).unwrap_or(null), those.get(name).unwrap_or(null), below(name)))
        }
        (Json::Array(these), Json::Array(those)) if these.len() == those.len() => {
            let mut pairs = these.iter().zip(those).enumerate();
            pairs.find_map(|(number, (this, that))| unlike(this, that, below(&number.to_string())))
        }
        _ => Some((at, one.to_string(), other.to_string())),
    }
}

/// The first thing held that differs, table by table.
fn held(stored: &dyn Database, now: &dyn Database) -> Result<Option<Difference>, StoreError> {
    let tables = [
        ("counters", "select name, value from counters where name > ?1 order by name limit ?2"),
        ("accounts", "select customer, account from accounts where customer > ?1 order by customer limit ?2"),
        ("taken", "select event, parts from taken where event > ?1 order by event limit ?2"),
        ("decided", "select event, memo from decided where event > ?1 order by event limit ?2"),
    ];
    for (table, page) in tables {
        if let Some(difference) = held_in(stored, now, table, page)? {
            return Ok(Some(difference));
        }
    }
    let lots = "select cast(id as text) as number, lot from lots where id > ?1 order by id limit ?2";
    let mut last = 0;
    loop {
        let cells = [Cell::Whole(last), Cell::Whole(PAGE)];
        let (one, other) = (stored.rows(lots, &cells)?, now.rows(lots, &cells)?);
        if one != other {
            return Ok(apart("lots", &one, &other));
        }
        let Some(Some(number)) = one.last().and_then(|row| row.first()) else { return Ok(None) };
        last = whole(number)?;
    }
}

fn held_in(
    stored: &dyn Database,
    now: &dyn Database,
    table: &str,
    page: &'static str,
) -> Result<Option<Difference>, StoreError> {
    let mut last = String::new();
    loop {
        let cells = [Cell::Text(&last), Cell::Whole(PAGE)];
        let (one, other) = (stored.rows(page, &cells)?, now.rows(page, &cells)?);
        if one != other {
            return Ok(apart(table, &one, &other));
        }
        let Some(Some(key)) = one.last().and_then(|row| row.first().cloned()) else { return Ok(None) };
        last = key;
    }
}

/// The first of some rows that differ.
fn apart(table: &str, one: &[Row], other: &[Row]) -> Option<Difference> {
    let at = (0..one.len().max(other.len())).find(|at| one.get(*at) != other.get(*at))?;
    let told = |rows: &[Row], column: usize| {
        rows.get(at).and_then(|row| row.get(column).cloned().flatten()).unwrap_or_else(|| NOTHING.to_owned())
    };
    let key = if one.get(at).is_some() { told(one, 0) } else { told(other, 0) };
    Some(Difference { entry: None, about: table.to_owned(), member: key, stored: told(one, 1), now: told(other, 1) })
}

fn text(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError(error.to_string()))
}
