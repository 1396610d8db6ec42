//! A store over a database. Keys are columns; what stands under them is JSON, with every amount as a decimal in a text.

use crate::database::{Cell, Database, Row};
use crate::log::{self, torn, whole};
use crate::postgresql::Postgres;
use crate::schema;
use crate::sqlite::Sqlite;
use chrono::{DateTime, Utc};
use earnest_interpreter::{CounterValue, Counters, Record};
use earnest_ledger::Programme;
use earnest_ledger::lots::{Account, Lot, Movement, Taken};
use earnest_ledger::store::change::DecidedEvent;
use earnest_ledger::store::{AccountChange, Change, Memo, SharedFacts, Store, StoreError, Stored};
use earnest_ledger::told::SettledLine;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// A durable store.
pub struct Durable {
    database: Box<dyn Database>,
    /// Versions of the programme by number: stored by name, so that numbers may change.
    versions: Vec<String>,
    /// How many begun stretches are not ended.
    depth: usize,
    /// Something could not be undone: nothing of the transaction may be kept.
    spoilt: bool,
    /// The connection may be lost.
    lost: bool,
}

impl fmt::Debug for Durable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Durable").field("versions", &self.versions).field("depth", &self.depth).finish_non_exhaustive()
    }
}

/// Why a store was not opened, in words for an operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenError {
    /// The store, without a password.
    pub store: String,
    /// What is wrong.
    pub reason: String,
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot open the store `{}`: {}", self.store, self.reason)
    }
}

impl std::error::Error for OpenError {}

impl Durable {
    /// Opens the store of a programme by its URL: `file:PATH` (or a path), `postgres://…`, `memory:` (gone with the process).
    /// `fresh` makes a file where there is none.
    ///
    /// # Errors
    /// It cannot be reached, belongs to another programme, needs a version that the programme no longer has, is damaged, or is of a
    /// later release.
    pub fn open(url: &str, programme: &Programme, fresh: bool) -> Result<Self, OpenError> {
        let refused = |error: StoreError| OpenError { store: shown(url), reason: error.0 };
        let database = connect(url, fresh).map_err(refused)?;
        let (name, versions) = names(programme);
        Self::over(database, &name, versions).map_err(refused)
    }

    /// Opens a store that is there to be looked at, of whichever programme. It decides nothing.
    ///
    /// # Errors
    /// It is not there, cannot be reached, is damaged, or is of a later release.
    pub fn inspect(url: &str) -> Result<Self, OpenError> {
        let refused = |error: StoreError| OpenError { store: shown(url), reason: error.0 };
        let database = connect(url, false).map_err(refused)?;
        schema::known(database.as_ref()).map_err(refused)?;
        let versions = database.rows("select version from names order by n", &[]).map_err(refused)?;
        let versions = versions.into_iter().map(text).collect::<Result<_, _>>().map_err(refused)?;
        Ok(Self { database, versions, depth: 0, spoilt: false, lost: false })
    }

    /// A store over a database, of a programme with this name and these versions.
    ///
    /// # Errors
    /// As for [`Durable::open`].
    pub fn over(database: Box<dyn Database>, programme: &str, versions: Vec<String>) -> Result<Self, StoreError> {
        schema::prepare(database.as_ref(), programme)?;
        let store = Self { database, versions, depth: 0, spoilt: false, lost: false };
        store.needed()?;
        Ok(store)
    }

    /// Goes on for another state of the programme: with more versions, or others.
    ///
    /// # Errors
    /// It needs a version that this programme does not have, or belongs to another programme; then it stays as it was.
    pub fn serve(&mut self, programme: &Programme) -> Result<(), StoreError> {
        let (name, versions) = names(programme);
        if let Some(held) = schema::meta(self.database.as_ref(), "programme")?.filter(|held| *held != name) {
            return Err(StoreError(format!("it belongs to the programme `{held}`, not to `{name}`")));
        }
        let before = std::mem::replace(&mut self.versions, versions);
        let known = self.needed();
        if known.is_err() {
            self.versions = before;
        }
        known
    }

    /// Entries of the audit log behind a number, at most so many.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn entries(&self, after: i64, most: i64) -> Result<Vec<log::Entry>, StoreError> {
        log::after(self.database.as_ref(), after, most)
    }

    /// Every version that something stored needs must be there.
    fn needed(&self) -> Result<(), StoreError> {
        for row in self.database.rows("select version from names", &[])? {
            self.number(&text(row)?)?;
        }
        Ok(())
    }

    /// The database, to be asked.
    #[must_use]
    pub fn database(&self) -> &dyn Database {
        self.database.as_ref()
    }

    fn number(&self, version: &str) -> Result<usize, StoreError> {
        self.versions.iter().position(|known| known == version).ok_or_else(|| {
            StoreError(format!(
                "it needs version {version} of the programme, which is no longer there; put its folder back under `versions`"
            ))
        })
    }

    /// The name of a version, noted as one that is needed.
    fn name(&self, version: usize) -> Result<&str, StoreError> {
        let name = self.versions.get(version).ok_or_else(|| StoreError(format!("there is no version {version}")))?;
        let known = self.database.rows("select version from names where version = ?1", &[Cell::Text(name)])?;
        if known.is_empty() {
            self.run(
                "insert into names (n, version) select coalesce(max(n), 0) + 1, ?1 from names",
                &[Cell::Text(name)],
            )?;
        }
        Ok(name)
    }

    fn run(&self, statement: &'static str, cells: &[Cell<'_>]) -> Result<(), StoreError> {
        self.database.run(statement, cells)
    }

    /// Texts of a query with one column.
    fn texts(&self, statement: &'static str, cells: &[Cell<'_>]) -> Result<Vec<String>, StoreError> {
        self.database.rows(statement, cells)?.into_iter().map(text).collect()
    }

    fn one(&self, statement: &'static str, cells: &[Cell<'_>]) -> Result<Option<String>, StoreError> {
        Ok(self.texts(statement, cells)?.into_iter().next())
    }

    /// Values of a query with one column of JSON.
    fn values<T: DeserializeOwned>(&self, statement: &'static str, cells: &[Cell<'_>]) -> Result<Vec<T>, StoreError> {
        self.texts(statement, cells)?.iter().map(|text| read(text)).collect()
    }

    fn held(&self, customer: &str) -> Result<Account, StoreError> {
        let account = self.one("select account from accounts where customer = ?1", &[Cell::Text(customer)])?;
        account.map_or_else(|| Ok(Account::default()), |text| read(&text))
    }

    fn count(&self, event: &str) -> Result<i64, StoreError> {
        let count = self.one("select cast(count(*) as text) from records where event = ?1", &[Cell::Text(event)])?;
        count.map_or(Ok(0), |count| whole(&count))
    }

    fn write(&self, change: &Change) -> Result<(), StoreError> {
        log::append(self.database.as_ref(), change)?;
        if let Some(event) = &change.event {
            self.write_event(event)?;
        }
        for counter in &change.counters {
            self.set_counter(&counter.key, &counter.after)?;
        }
        for (key, more) in &change.totals {
            let before = self.counters(std::slice::from_ref(key))?;
            let before = match before.get(key) {
                Some(CounterValue::Number(number)) => *number,
                _ => rust_decimal::Decimal::ZERO,
            };
            self.set_counter(key, &CounterValue::Number(before.saturating_add(*more)))?;
        }
        for (subject, id, facts) in &change.facts {
            self.see(subject, id, (subject == "customer").then_some(id))?;
            self.run(
                "insert into facts (subject, id, facts) values (?1, ?2, ?3) on conflict (subject, id) do update set facts = excluded.facts",
                &[Cell::Text(subject), Cell::Text(id), Cell::Text(&json(facts)?)],
            )?;
        }
        for line in &change.settled {
            self.run(
                "insert into settled (n, at, line) select coalesce(max(n), 0) + 1, ?1, ?2 from settled",
                &[Cell::Text(&stamp(line.at)), Cell::Text(&json(line)?)],
            )?;
        }
        for seen in &change.seen {
            self.see(&seen.subject, &seen.id, seen.customer.as_deref())?;
        }
        for account in &change.accounts {
            self.write_account(account)?;
        }
        self.write_holdings(change)?;
        match change.clock {
            Some(clock) if self.clock()?.is_none_or(|held| held < clock) => {
                schema::set_meta(self.database.as_ref(), "clock", &stamp(clock))
            }
            _ => Ok(()),
        }
    }

    fn write_event(&self, event: &DecidedEvent) -> Result<(), StoreError> {
        // How many records there were is remembered first: the event's own is about to join them.
        let facts = event.subjects.iter().map(|(subject, id)| self.facts(subject, id));
        let facts = facts.collect::<Result<Vec<_>, _>>()?;
        let counts = event.names.iter().map(|name| self.count(name)).collect::<Result<Vec<_>, _>>()?;
        let memo = event.memo(facts, counts.iter().map(|count| usize::try_from(*count).unwrap_or(usize::MAX)));
        let version = self.name(event.version)?;
        if let Some(record) = &event.record {
            self.write_record(&event.names, &counts, record, version)?;
        }
        let memo = memo.to_text().map_err(|error| StoreError(error.to_string()))?;
        self.run(
            "insert into decided (event, version, memo) values (?1, ?2, ?3)",
            &[Cell::Text(&event.id), Cell::Text(version), Cell::Text(&memo)],
        )
    }

    /// Keeps a record where it may be named, and with every event that it names itself.
    fn write_record(&self, names: &[String], counts: &[i64], record: &Stored, version: &str) -> Result<(), StoreError> {
        let add = "insert into records (event, n, version, record) values (?1, ?2, ?3, ?4)";
        for (name, count) in names.iter().zip(counts).filter(|(_, count)| **count > 0) {
            self.run(add, &[Cell::Text(name), Cell::Whole(*count), Cell::Text(version), Cell::Text(record.text())])?;
        }
        if record.may_be_named() {
            self.run(
                add,
                &[Cell::Text(record.event()), Cell::Whole(0), Cell::Text(version), Cell::Text(record.text())],
            )?;
        }
        Ok(())
    }

    fn set_counter(&self, key: &str, value: &CounterValue) -> Result<(), StoreError> {
        self.run(
            "insert into counters (name, value) values (?1, ?2) on conflict (name) do update set value = excluded.value",
            &[Cell::Text(key), Cell::Text(&json(value)?)],
        )
    }

    fn see(&self, subject: &str, id: &str, customer: Option<&str>) -> Result<(), StoreError> {
        self.run(
            "insert into subjects (subject, id, customer) values (?1, ?2, ?3) on conflict (subject, id) do update set customer = coalesce(excluded.customer, subjects.customer)",
            &[Cell::Text(subject), Cell::Text(id), Cell::Maybe(customer)],
        )
    }

    fn write_account(&self, change: &AccountChange) -> Result<(), StoreError> {
        let mut account = self.held(&change.customer)?;
        if let Some(debts) = &change.debts {
            account.debts.clone_from(debts);
        }
        account.activity.extend(change.activity.iter().cloned());
        account.frozen = change.frozen.unwrap_or(account.frozen);
        account.due = change.due;
        let due = change.due.map(stamp);
        self.run(
            "insert into accounts (customer, due, account) values (?1, ?2, ?3) on conflict (customer) do update set due = excluded.due, account = excluded.account",
            &[Cell::Text(&change.customer), Cell::Maybe(due.as_deref()), Cell::Text(&json(&account)?)],
        )?;
        for lot in &change.lots {
            let id = i64::try_from(lot.id).map_err(|_| StoreError(format!("lot {} has too high a number", lot.id)))?;
            self.run(
                "insert into lots (id, customer, live, lot) values (?1, ?2, ?3, ?4) on conflict (id) do update set customer = excluded.customer, live = excluded.live, lot = excluded.lot",
                &[
                    Cell::Whole(id),
                    Cell::Text(&change.customer),
                    Cell::Whole(i64::from(!lot.remaining.is_zero())),
                    Cell::Text(&json(lot)?),
                ],
            )?;
        }
        Ok(())
    }

    fn write_holdings(&self, change: &Change) -> Result<(), StoreError> {
        for (event, parts) in &change.taken {
            if parts.is_empty() {
                self.run("delete from taken where event = ?1", &[Cell::Text(event)])?;
            } else {
                self.run(
                    "insert into taken (event, parts) values (?1, ?2) on conflict (event) do update set parts = excluded.parts",
                    &[Cell::Text(event), Cell::Text(&json(parts)?)],
                )?;
            }
        }
        for movement in &change.movements {
            self.run(
                "insert into movements (n, event, customer, movement) select coalesce(max(n), 0) + 1, ?1, ?2, ?3 from movements",
                &[Cell::Text(&movement.event), Cell::Text(&movement.customer), Cell::Text(&json(movement)?)],
            )?;
        }
        Ok(())
    }

    /// Begins a transaction; where the connection was lost since the last one, over a new connection.
    fn begin_first(&mut self) -> Result<(), StoreError> {
        if self.lost {
            self.database.reconnect()?;
            self.lost = false;
        }
        if let Err(error) = self.database.begin() {
            // Nothing is open but, perhaps, half of the beginning.
            let _ = self.database.batch("rollback");
            self.database.reconnect().map_err(|_| error.clone())?;
            self.database.begin()?;
        }
        Ok(())
    }
}

/// The programme's name, and its versions by their from-dates.
fn names(programme: &Programme) -> (String, Vec<String>) {
    let policies = programme.versions().iter().map(earnest_interpreter::Engine::policy);
    let name = policies.clone().next_back().map(|policy| policy.programme.name.clone()).unwrap_or_default();
    (name, policies.map(earnest_dsl::policy::Policy::version).collect())
}

/// Opens a database by its URL.
fn connect(url: &str, fresh: bool) -> Result<Box<dyn Database>, StoreError> {
    if url == "memory:" {
        return Ok(Box::new(Sqlite::in_memory()?));
    }
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        return Ok(Box::new(Postgres::open(url)?));
    }
    let path = url.strip_prefix("file:").unwrap_or(url);
    if path.contains("://") {
        return Err(StoreError("a store is `file:PATH`, `postgres://USER@HOST/DATABASE` or `memory:`".to_owned()));
    }
    Ok(Box::new(Sqlite::open(Path::new(path), fresh)?))
}

/// A URL as it may be told: without what stands between user and host.
fn shown(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    match rest.rsplit_once('@') {
        Some((user, host)) => format!("{scheme}://{}@{host}", user.split(':').next().unwrap_or_default()),
        None => url.to_owned(),
    }
}

impl Store for Durable {
    fn counters(&self, keys: &[String]) -> Result<Counters, StoreError> {
        let mut found = Counters::new();
        for key in keys {
            let value = self.one("select value from counters where name = ?1", &[Cell::Text(key)])?;
            if let Some(value) = value {
                found.insert(key.clone(), read(&value)?);
            }
        }
        Ok(found)
    }

    fn facts(&self, subject: &str, id: &str) -> Result<Option<SharedFacts>, StoreError> {
        let facts =
            self.one("select facts from facts where subject = ?1 and id = ?2", &[Cell::Text(subject), Cell::Text(id)])?;
        facts.map(|text| read(&text).map(Arc::new)).transpose()
    }

    fn records(&self, names: &[String], most: Option<&[usize]>) -> Result<Vec<Record>, StoreError> {
        let mut all = Vec::new();
        for (at, name) in names.iter().enumerate() {
            let most =
                most.map_or(i64::MAX, |most| most.get(at).map_or(0, |most| i64::try_from(*most).unwrap_or(i64::MAX)));
            all.extend(self.values(
                "select record from records where event = ?1 order by n limit ?2",
                &[Cell::Text(name), Cell::Whole(most)],
            )?);
        }
        Ok(all)
    }

    fn version_of(&self, event: &str) -> Result<Option<usize>, StoreError> {
        let version = self.one("select version from records where event = ?1 and n = 0", &[Cell::Text(event)])?;
        version.map(|version| self.number(&version)).transpose()
    }

    fn decided(&self, event: &str) -> Result<Option<Memo>, StoreError> {
        let found = self.database.rows("select version, memo from decided where event = ?1", &[Cell::Text(event)])?;
        let Some(row) = found.into_iter().next() else { return Ok(None) };
        let [Some(version), Some(memo)] = row.as_slice() else { return Err(torn()) };
        let memo = Memo::from_text(memo).map_err(|what| damaged(&what))?;
        Ok(Some(Memo { version: self.number(version)?, ..memo }))
    }

    fn account(&self, customer: &str) -> Result<Arc<Account>, StoreError> {
        let mut account = self.held(customer)?;
        let lots: Vec<Lot> =
            self.values("select lot from lots where customer = ?1 and live = 1 order by id", &[Cell::Text(customer)])?;
        account.lots = lots.into_iter().map(|lot| (lot.id, lot)).collect();
        Ok(Arc::new(account))
    }

    fn lot(&self, id: u64) -> Result<Option<Lot>, StoreError> {
        let Ok(id) = i64::try_from(id) else { return Ok(None) };
        Ok(self.values("select lot from lots where id = ?1", &[Cell::Whole(id)])?.into_iter().next())
    }

    fn next_lot(&self) -> Result<u64, StoreError> {
        let highest = self.one("select cast(coalesce(max(id), 0) as text) from lots", &[])?;
        let highest = highest.map_or(Ok(0), |highest| whole(&highest))?;
        Ok(u64::try_from(highest).unwrap_or(0).saturating_add(1))
    }

    fn taken(&self, event: &str) -> Result<Vec<Taken>, StoreError> {
        let parts = self.one("select parts from taken where event = ?1", &[Cell::Text(event)])?;
        parts.map_or_else(|| Ok(vec![]), |text| read(&text))
    }

    fn movements_of(&self, event: &str) -> Result<Vec<Movement>, StoreError> {
        self.values("select movement from movements where event = ?1 order by n", &[Cell::Text(event)])
    }

    fn movements(&self, customer: &str) -> Result<Vec<Movement>, StoreError> {
        self.values("select movement from movements where customer = ?1 order by n", &[Cell::Text(customer)])
    }

    fn customers(&self) -> Result<Vec<String>, StoreError> {
        self.texts("select customer from accounts order by customer", &[])
    }

    fn due(&self) -> Result<Option<(DateTime<Utc>, String)>, StoreError> {
        let found = self
            .database
            .rows("select due, customer from accounts where due is not null order by due, customer limit 1", &[])?;
        let Some(row) = found.into_iter().next() else { return Ok(None) };
        let [Some(due), Some(customer)] = row.as_slice() else { return Err(torn()) };
        Ok(Some((instant(due)?, customer.clone())))
    }

    fn clock(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        schema::meta(self.database.as_ref(), "clock")?.map(|at| instant(&at)).transpose()
    }

    fn subjects(&self, subject: &str) -> Result<Vec<(String, Option<String>)>, StoreError> {
        let found = self
            .database
            .rows("select id, customer from subjects where subject = ?1 order by id", &[Cell::Text(subject)])?;
        let row = |row: Row| match <[Option<String>; 2]>::try_from(row) {
            Ok([Some(id), customer]) => Ok((id, customer)),
            _ => Err(torn()),
        };
        found.into_iter().map(row).collect()
    }

    fn settled(&self, from: DateTime<Utc>, until: DateTime<Utc>) -> Result<Vec<SettledLine>, StoreError> {
        self.values(
            "select line from settled where at >= ?1 and at < ?2 order by at, n",
            &[Cell::Text(&stamp(from)), Cell::Text(&stamp(until))],
        )
    }

    fn can_undo(&self) -> bool {
        true
    }

    fn keeps_log(&self) -> bool {
        true
    }

    fn begin(&mut self) -> Result<(), StoreError> {
        if self.depth == 0 {
            self.spoilt = false;
            self.begin_first()?;
        } else if let Err(error) = self.database.batch(&format!("savepoint s{}", self.depth)) {
            self.spoilt = true;
            return Err(error);
        }
        self.depth = self.depth.saturating_add(1);
        Ok(())
    }

    fn end(&mut self, keep: bool) -> Result<bool, StoreError> {
        self.depth = self.depth.saturating_sub(1);
        if self.depth > 0 {
            let name = self.depth;
            let back = format!("rollback to savepoint s{name}; release savepoint s{name}");
            let done = if keep { format!("release savepoint s{name}") } else { back };
            return match self.database.batch(&done) {
                Ok(()) => Ok(!keep),
                Err(error) => {
                    self.spoilt = true;
                    Err(error)
                }
            };
        }
        if keep && !self.spoilt {
            return match self.database.batch("commit") {
                Ok(()) => Ok(false),
                Err(error) => {
                    // What a commit did that failed is not known before the connection is new.
                    let _ = self.database.batch("rollback");
                    self.lost = true;
                    Err(error)
                }
            };
        }
        // Where even this fails the connection is lost, and the database undoes by itself.
        self.lost = self.database.batch("rollback").is_err();
        if keep {
            return Err(StoreError("a change before it could not be undone; nothing of either is kept".to_owned()));
        }
        Ok(true)
    }

    fn commit(&mut self, change: Change) -> Result<(), StoreError> {
        self.begin()?;
        let written = self.write(&change);
        match self.end(written.is_ok()) {
            Ok(_) => written,
            Err(error) => Err(written.err().unwrap_or(error)),
        }
    }
}

/// An instant as it is stored: of one width, so that texts sort as instants do.
fn stamp(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%.9fZ").to_string()
}

fn instant(text: &str) -> Result<DateTime<Utc>, StoreError> {
    let at = DateTime::parse_from_rfc3339(text).map_err(|_| damaged(&format!("`{text}` is no instant")))?;
    Ok(at.to_utc())
}

fn json(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError(format!("it cannot be written as JSON: {error}")))
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| damaged(&error))
}

fn text(row: Row) -> Result<String, StoreError> {
    row.into_iter().flatten().next().ok_or_else(torn)
}

fn damaged(what: &dyn fmt::Display) -> StoreError {
    StoreError(format!("the store is damaged ({what}); take it from a backup, then run `earnest audit verify`"))
}
