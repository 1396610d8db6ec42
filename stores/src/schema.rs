//! The tables, and how an older store becomes one of this release: step by step, each in a transaction.

use crate::database::{Cell, Database};
use earnest_ledger::store::StoreError;

/// Step by step; `{text}` is the database's type for texts that are compared byte by byte. Steps are only ever added.
const STEPS: &[&str] = &["
create table names (n bigint primary key, version {text} not null);
create table counters (name {text} primary key, value text not null);
create table facts (subject {text}, id {text}, facts text not null, primary key (subject, id));
create table subjects (subject {text}, id {text}, customer {text}, primary key (subject, id));
create table records (event {text}, n bigint, version {text} not null, record text not null, primary key (event, n));
create table decided (event {text} primary key, version {text} not null, memo text not null);
create table accounts (customer {text} primary key, due {text}, account text not null);
create index accounts_due on accounts (due, customer) where due is not null;
create table lots (id bigint primary key, customer {text} not null, live bigint not null, lot text not null);
create index lots_live on lots (customer, id) where live = 1;
create table taken (event {text} primary key, parts text not null);
create table movements (n bigint primary key, event {text} not null, customer {text} not null, movement text not null);
create index movements_event on movements (event, n);
create index movements_customer on movements (customer, n);
create table settled (n bigint primary key, at {text} not null, line text not null);
create index settled_at on settled (at, n);
create table log (n bigint primary key, body text not null, previous text not null, hash text not null);
"];

/// Brings a store to this release; one that is empty too. Which programme it is of is `programme`'s name.
pub(crate) fn prepare(database: &dyn Database, programme: &str) -> Result<(), StoreError> {
    // Under the lock: of two services that begin on an empty database at once, one finds what the other has made.
    database.begin()?;
    match steps(database, programme) {
        Ok(()) => database.batch("commit"),
        Err(error) => {
            // What the error says is more than that undoing failed too: nothing is kept without a commit.
            let _ = database.batch("rollback");
            Err(error)
        }
    }
}

fn steps(database: &dyn Database, programme: &str) -> Result<(), StoreError> {
    database.batch(&format!(
        "create table if not exists meta (name {} primary key, value text not null)",
        database.text_type()
    ))?;
    let done = match meta(database, "form")? {
        None => 0,
        Some(form) => {
            form.parse::<usize>().map_err(|_| StoreError(format!("the form `{form}` of the store is none")))?
        }
    };
    if done > STEPS.len() {
        return Err(StoreError(format!("it is of a later release (form {done}); this one knows form {}", STEPS.len())));
    }
    for step in STEPS.iter().skip(done) {
        database.batch(&step.replace("{text}", database.text_type()))?;
    }
    set_meta(database, "form", &STEPS.len().to_string())?;
    match meta(database, "programme")? {
        None => set_meta(database, "programme", programme),
        Some(held) if held == programme => Ok(()),
        Some(held) => Err(StoreError(format!("it belongs to the programme `{held}`, not to `{programme}`"))),
    }
}

/// Whether it is a store of this release, as it stands.
pub(crate) fn known(database: &dyn Database) -> Result<(), StoreError> {
    let form = meta(database, "form").map_err(|error| StoreError(format!("it is no store of Earnest ({error})")))?;
    match form.and_then(|form| form.parse::<usize>().ok()) {
        Some(form) if form == STEPS.len() => Ok(()),
        Some(form) if form < STEPS.len() => {
            Err(StoreError(format!("it is of an earlier release (form {form}); open it once with its programme")))
        }
        Some(form) => Err(StoreError(format!("it is of a later release (form {form})"))),
        None => Err(StoreError("it is no store of Earnest".to_owned())),
    }
}

/// A value of the store itself.
pub(crate) fn meta(database: &dyn Database, name: &str) -> Result<Option<String>, StoreError> {
    let found = database.rows("select value from meta where name = ?1", &[Cell::Text(name)])?;
    Ok(found.into_iter().flatten().flatten().next())
}

pub(crate) fn set_meta(database: &dyn Database, name: &str, value: &str) -> Result<(), StoreError> {
    let set = "insert into meta (name, value) values (?1, ?2) on conflict (name) do update set value = excluded.value";
    database.run(set, &[Cell::Text(name), Cell::Text(value)])
}
