//! The embedded file: SQLite, with a write-ahead log that is on the disk before a commit returns.

use crate::database::{Cell, Database, Row};
use earnest_ledger::store::StoreError;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, ToSql};
use std::path::Path;
use std::time::Duration;

/// How long one process waits for another that is writing.
const PATIENCE: Duration = Duration::from_secs(10);

/// Statements kept ready.
const READY: usize = 128;

pub(crate) struct Sqlite(Connection);

impl Sqlite {
    /// Opens a file; `fresh` makes it where there is none.
    pub(crate) fn open(path: &Path, fresh: bool) -> Result<Self, StoreError> {
        if !fresh && !path.exists() {
            return Err(StoreError("there is no such file".to_owned()));
        }
        let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        flags.set(OpenFlags::SQLITE_OPEN_CREATE, fresh);
        Self::ready(Connection::open_with_flags(path, flags).map_err(|error| told(&error))?)
    }

    /// One in memory, that is gone with it.
    pub(crate) fn in_memory() -> Result<Self, StoreError> {
        Self::ready(Connection::open_in_memory().map_err(|error| told(&error))?)
    }

    fn ready(connection: Connection) -> Result<Self, StoreError> {
        connection.set_prepared_statement_cache_capacity(READY);
        connection.busy_timeout(PATIENCE).map_err(|error| told(&error))?;
        // `full`: the log is on the disk when a commit returns, whatever happens to the machine.
        let pragmas = "pragma journal_mode = wal; pragma synchronous = full; pragma cell_size_check = on;";
        connection.execute_batch(pragmas).map_err(|error| told(&error))?;
        Ok(Self(connection))
    }
}

impl ToSql for Cell<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Text(one) => ToSqlOutput::Borrowed(ValueRef::Text(one.as_bytes())),
            Self::Maybe(Some(one)) => ToSqlOutput::Borrowed(ValueRef::Text(one.as_bytes())),
            Self::Maybe(None) => ToSqlOutput::Borrowed(ValueRef::Null),
            Self::Whole(one) => ToSqlOutput::Borrowed(ValueRef::Integer(*one)),
        })
    }
}

impl Database for Sqlite {
    fn batch(&self, statements: &str) -> Result<(), StoreError> {
        self.0.execute_batch(statements).map_err(|error| told(&error))
    }

    fn run(&self, statement: &'static str, cells: &[Cell<'_>]) -> Result<(), StoreError> {
        let mut ready = self.0.prepare_cached(statement).map_err(|error| told(&error))?;
        ready.execute(rusqlite::params_from_iter(cells)).map_err(|error| told(&error))?;
        Ok(())
    }

    fn rows(&self, statement: &'static str, cells: &[Cell<'_>]) -> Result<Vec<Row>, StoreError> {
        let mut ready = self.0.prepare_cached(statement).map_err(|error| told(&error))?;
        let width = ready.column_count();
        let mut found = ready.query(rusqlite::params_from_iter(cells)).map_err(|error| told(&error))?;
        let mut all = Vec::new();
        while let Some(row) = found.next().map_err(|error| told(&error))? {
            let cells = (0..width).map(|at| row.get::<_, Option<String>>(at));
            all.push(cells.collect::<rusqlite::Result<Row>>().map_err(|error| told(&error))?);
        }
        Ok(all)
    }

    fn begin(&self) -> Result<(), StoreError> {
        self.batch("begin immediate")
    }

    fn sound(&self) -> Result<Option<String>, StoreError> {
        let said = self.rows("pragma integrity_check(1)", &[])?;
        let said = said.into_iter().flatten().flatten().next().unwrap_or_default();
        Ok((said != "ok").then_some(said))
    }

    fn text_type(&self) -> &'static str {
        "text"
    }
}

/// What failed, and what to do about it.
fn told(error: &rusqlite::Error) -> StoreError {
    let what = match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => "the disk is full; make room: nothing of this was written",
        Some(ErrorCode::ReadOnly) => {
            "the file or its folder may not be written; give this user the right to write both"
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "another process has been writing for too long; one service writes a store at a time"
        }
        Some(ErrorCode::DatabaseCorrupt) => {
            "the file is damaged; take it from a backup, then run `earnest audit verify`"
        }
        Some(ErrorCode::NotADatabase) => "the file is no store of Earnest, or its beginning is damaged",
        Some(ErrorCode::CannotOpen) => "the file cannot be opened; look at its path and at who may read and write it",
        Some(ErrorCode::SystemIoFailure) => "the disk failed to read or write",
        _ => return StoreError(error.to_string()),
    };
    StoreError(format!("{what} ({error})"))
}
