//! A whole store as lines of JSON, and back: the same rows in the same order, whichever database they come from and go to.
//!
//! The first line says of which programme it is, the last one how many lines there are and their hash: what was cut or changed on the
//! way is not taken for a ledger. Nothing of it is taken unless all of it is.

use crate::database::{Cell, Database, Row};
use crate::durable::{Durable, OpenError};
use crate::log::{hex, whole};
use crate::schema;
use earnest_ledger::Programme;
use earnest_ledger::store::StoreError;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;
use std::io::{self, BufRead, Write};

/// The form of the lines.
const FORM: u32 = 1;

/// Rows that are read at once.
const PAGE: i64 = 500;

#[derive(Serialize, Deserialize)]
struct Head {
    earnest_export: u32,
    programme: String,
}

#[derive(Serialize, Deserialize)]
struct Foot {
    lines: usize,
    sha256: String,
}

/// A row: its table and its columns.
#[derive(Serialize, Deserialize)]
struct Line(String, Row);

/// A table: how a page of it is read behind a key, of which columns, and how a row is written.
struct Table {
    name: &'static str,
    page: &'static str,
    add: &'static str,
    /// Which columns are numbers.
    numbers: &'static [usize],
    /// By what pages go on: the columns of the key.
    key: &'static [usize],
}

/// Every table, in the order in which they are written.
const TABLES: &[Table] = &[
    Table {
        name: "meta",
        page: "select name, value from meta where name > ?1 order by name limit ?2",
        add: "insert into meta (name, value) values (?1, ?2) on conflict (name) do update set value = excluded.value",
        numbers: &[],
        key: &[0],
    },
    Table {
        name: "names",
        page: "select cast(n as text) as number, version from names where n > ?1 order by n limit ?2",
        add: "insert into names (n, version) values (?1, ?2)",
        numbers: &[0],
        key: &[0],
    },
    Table {
        name: "counters",
        page: "select name, value from counters where name > ?1 order by name limit ?2",
        add: "insert into counters (name, value) values (?1, ?2)",
        numbers: &[],
        key: &[0],
    },
    Table {
        name: "facts",
        page: "select subject, id, facts from facts where subject > ?1 or (subject = ?1 and id > ?2) order by subject, id limit ?3",
        add: "insert into facts (subject, id, facts) values (?1, ?2, ?3)",
        numbers: &[],
        key: &[0, 1],
    },
    Table {
        name: "subjects",
        page: "select subject, id, customer from subjects where subject > ?1 or (subject = ?1 and id > ?2) order by subject, id limit ?3",
        add: "insert into subjects (subject, id, customer) values (?1, ?2, ?3)",
        numbers: &[],
        key: &[0, 1],
    },
    Table {
        name: "records",
        page: "select event, cast(n as text) as number, version, record from records where event > ?1 or (event = ?1 and n > ?2) order by event, n limit ?3",
        add: "insert into records (event, n, version, record) values (?1, ?2, ?3, ?4)",
        numbers: &[1],
        key: &[0, 1],
    },
    Table {
        name: "decided",
        page: "select event, version, memo from decided where event > ?1 order by event limit ?2",
        add: "insert into decided (event, version, memo) values (?1, ?2, ?3)",
        numbers: &[],
        key: &[0],
    },
    Table {
        name: "accounts",
        page: "select customer, due, account from accounts where customer > ?1 order by customer limit ?2",
        add: "insert into accounts (customer, due, account) values (?1, ?2, ?3)",
        numbers: &[],
        key: &[0],
    },
    Table {
        name: "lots",
        page: "select cast(id as text) as number, customer, cast(live as text) as lives, lot from lots where id > ?1 order by id limit ?2",
        add: "insert into lots (id, customer, live, lot) values (?1, ?2, ?3, ?4)",
        numbers: &[0, 2],
        key: &[0],
    },
    Table {
        name: "taken",
        page: "select event, parts from taken where event > ?1 order by event limit ?2",
        add: "insert into taken (event, parts) values (?1, ?2)",
        numbers: &[],
        key: &[0],
    },
    Table {
        name: "movements",
        page: "select cast(n as text) as number, event, customer, movement from movements where n > ?1 order by n limit ?2",
        add: "insert into movements (n, event, customer, movement) values (?1, ?2, ?3, ?4)",
        numbers: &[0],
        key: &[0],
    },
    Table {
        name: "settled",
        page: "select cast(n as text) as number, at, line from settled where n > ?1 order by n limit ?2",
        add: "insert into settled (n, at, line) values (?1, ?2, ?3)",
        numbers: &[0],
        key: &[0],
    },
    Table {
        name: "log",
        page: "select cast(n as text) as number, body, previous, hash from log where n > ?1 order by n limit ?2",
        add: "insert into log (n, body, previous, hash) values (?1, ?2, ?3, ?4)",
        numbers: &[0],
        key: &[0],
    },
];

/// Why a ledger was not exported or imported. Of an import nothing was taken.
#[derive(Debug)]
pub enum ExportError {
    /// The store cannot be read or written.
    Store(StoreError),
    /// The store is not opened.
    Open(OpenError),
    /// The lines cannot be read or written.
    Io(io::Error),
    /// A line is wrong: its number and what is wrong.
    Line(usize, String),
    /// The store holds something already.
    NotEmpty,
}

impl fmt::Display for ExportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(error) => error.fmt(f),
            Self::Open(error) => error.fmt(f),
            Self::Io(error) => error.fmt(f),
            Self::Line(number, what) => write!(f, "line {number}: {what}; nothing was taken"),
            Self::NotEmpty => f.write_str("the store holds something already; import into a new one"),
        }
    }
}

impl std::error::Error for ExportError {}

impl From<StoreError> for ExportError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<io::Error> for ExportError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

fn text(value: &impl Serialize) -> Result<String, ExportError> {
    serde_json::to_string(value).map_err(|error| ExportError::Store(StoreError(error.to_string())))
}

/// Writes everything that a store holds, as it stands at one moment. How many lines.
///
/// # Errors
/// The store cannot be read, or the lines not written.
pub fn export(store: &Durable, out: &mut dyn Write) -> Result<usize, ExportError> {
    let database = store.database();
    database.begin()?;
    let done = rows(database, out);
    // Nothing was changed.
    database.batch("rollback")?;
    done
}

fn rows(database: &dyn Database, out: &mut dyn Write) -> Result<usize, ExportError> {
    let programme = schema::meta(database, "programme")?.unwrap_or_default();
    writeln!(out, "{}", text(&Head { earnest_export: FORM, programme })?)?;
    let (mut lines, mut hasher) = (0_usize, Sha256::new());
    for table in TABLES {
        let mut behind: Vec<String> = table.key.iter().map(|_| String::new()).collect();
        loop {
            let page = page(database, table, &behind)?;
            let Some(last) = page.last() else { break };
            behind = table.key.iter().map(|at| last.get(*at).cloned().flatten().unwrap_or_default()).collect();
            for row in page {
                let line = text(&Line(table.name.to_owned(), row))?;
                hasher.update(&line);
                hasher.update(b"\n");
                writeln!(out, "{line}")?;
                lines = lines.saturating_add(1);
            }
        }
    }
    writeln!(out, "{}", text(&Foot { lines, sha256: hex(&hasher.finalize()) })?)?;
    Ok(lines)
}

/// Rows behind a key; an empty key is before the first.
fn page(database: &dyn Database, table: &Table, behind: &[String]) -> Result<Vec<Row>, StoreError> {
    let mut cells = Vec::new();
    for (at, key) in table.key.iter().zip(behind) {
        let number = table.numbers.contains(at);
        cells.push(match (number, key.is_empty()) {
            (true, true) => Cell::Whole(i64::MIN),
            (true, false) => Cell::Whole(whole(key)?),
            (false, _) => Cell::Text(key),
        });
    }
    cells.push(Cell::Whole(PAGE));
    database.rows(table.page, &cells)
}

/// Fills a new store with what was exported. How many lines.
///
/// # Errors
/// See [`ExportError`]; then the store is as it was.
pub fn import(url: &str, programme: &Programme, lines: &mut dyn BufRead) -> Result<usize, ExportError> {
    let store = Durable::open(url, programme, true).map_err(ExportError::Open)?;
    let taken = fill(&store, lines)?;
    // Every version that it needs must be there, else it is of no use: this says which is not.
    drop(store);
    Durable::open(url, programme, false).map_err(ExportError::Open)?;
    Ok(taken)
}

/// Fills an open store that is empty. How many lines.
///
/// # Errors
/// As for [`import`].
pub fn fill(store: &Durable, lines: &mut dyn BufRead) -> Result<usize, ExportError> {
    let database = store.database();
    database.begin()?;
    let done = take(database, lines);
    database.batch(if done.is_ok() { "commit" } else { "rollback" })?;
    done
}

fn take(database: &dyn Database, lines: &mut dyn BufRead) -> Result<usize, ExportError> {
    if !database.rows("select name from meta where name = 'clock'", &[])?.is_empty()
        || !database.rows("select cast(n as text) as number from log limit 1", &[])?.is_empty()
        || !database.rows("select name from counters limit 1", &[])?.is_empty()
    {
        return Err(ExportError::NotEmpty);
    }
    let held = schema::meta(database, "programme")?.unwrap_or_default();
    let (mut taken, mut hasher) = (0_usize, Sha256::new());
    let mut foot: Option<Foot> = None;
    for (at, line) in lines.lines().enumerate() {
        let number = at.saturating_add(1);
        let wrong = |what: &dyn fmt::Display| ExportError::Line(number, what.to_string());
        let line = line.map_err(|error| wrong(&error))?;
        if at == 0 {
            let head: Head = serde_json::from_str(&line).map_err(|_| wrong(&"it is no export of a ledger"))?;
            if head.earnest_export != FORM {
                return Err(wrong(&"it is of a later release"));
            }
            if head.programme != held {
                return Err(wrong(&format!("it is of the programme `{}`, not of `{held}`", head.programme)));
            }
            continue;
        }
        if foot.is_some() {
            return Err(wrong(&"something stands behind the last line"));
        }
        if line.starts_with('{') {
            foot = Some(serde_json::from_str(&line).map_err(|error| wrong(&error))?);
            continue;
        }
        add(database, &line).map_err(|what| wrong(&what))?;
        hasher.update(&line);
        hasher.update(b"\n");
        taken = taken.saturating_add(1);
    }
    let foot =
        foot.ok_or_else(|| ExportError::Line(taken.saturating_add(2), "the end is missing: it was cut".to_owned()))?;
    if foot.lines != taken || foot.sha256 != hex(&hasher.finalize()) {
        return Err(ExportError::Line(
            taken.saturating_add(2),
            "the lines before it are not those that were written".to_owned(),
        ));
    }
    Ok(taken)
}

fn add(database: &dyn Database, line: &str) -> Result<(), String> {
    let Line(name, row) = serde_json::from_str(line).map_err(|error| error.to_string())?;
    let table = TABLES.iter().find(|table| table.name == name).ok_or_else(|| format!("there is no table `{name}`"))?;
    let wanted = table.add.matches('?').count();
    if row.len() != wanted {
        return Err(format!("a row of `{name}` has {wanted} columns, and this one {}", row.len()));
    }
    let mut cells = Vec::new();
    for (at, cell) in row.iter().enumerate() {
        cells.push(match (table.numbers.contains(&at), cell) {
            (true, Some(cell)) => Cell::Whole(whole(cell).map_err(|error| error.0)?),
            (_, cell) => Cell::Maybe(cell.as_deref()),
        });
    }
    database.run(table.add, &cells).map_err(|error| error.0)
}
