//! PostgreSQL, 12 or later, over a connection that stays open. Encryption is left to the network between (a socket, a tunnel).

use crate::database::{Cell, Database, Row};
use earnest_ledger::store::StoreError;
use postgres::types::ToSql;
use postgres::{Client, Config, NoTls, Statement};
use std::cell::RefCell;
use std::collections::HashMap;
use std::error::Error as _;
use std::time::Duration;

/// The number of the lock under which events are decided: one at a time, from whichever service they come.
const LOCK: &str = "select pg_advisory_xact_lock(4928160)";

/// How long a server may let us wait for a connection.
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) struct Postgres {
    config: Config,
    open: RefCell<Open>,
}

struct Open {
    client: Client,
    /// Statements kept ready, by how they are written here.
    ready: HashMap<&'static str, Statement>,
}

impl Postgres {
    /// Connects, by a URL as `postgres://user@host:port/database`.
    pub(crate) fn open(url: &str) -> Result<Self, StoreError> {
        let mut config: Config = url.parse().map_err(|error| told(&error))?;
        config.connect_timeout(PATIENCE).application_name("earnest");
        let open = RefCell::new(connect(&config)?);
        Ok(Self { config, open })
    }
}

fn connect(config: &Config) -> Result<Open, StoreError> {
    let mut client = config.connect(NoTls).map_err(|error| told(&error))?;
    // Whatever the server's default is: a commit that returns is on the disk.
    client
        .batch_execute("set synchronous_commit = on; set client_min_messages = warning")
        .map_err(|error| told(&error))?;
    Ok(Open { client, ready: HashMap::new() })
}

impl Open {
    fn ready(&mut self, statement: &'static str) -> Result<Statement, StoreError> {
        if let Some(known) = self.ready.get(statement) {
            return Ok(known.clone());
        }
        let ready = self.client.prepare(&statement.replace('?', "$")).map_err(|error| told(&error))?;
        self.ready.insert(statement, ready.clone());
        Ok(ready)
    }
}

/// Values as the client takes them.
fn values<'v>(cells: &'v [Cell<'v>]) -> Vec<&'v (dyn ToSql + Sync)> {
    let value = |cell: &'v Cell<'v>| -> &'v (dyn ToSql + Sync) {
        match cell {
            Cell::Text(one) => one,
            Cell::Maybe(one) => one,
            Cell::Whole(one) => one,
        }
    };
    cells.iter().map(value).collect()
}

impl Database for Postgres {
    fn batch(&self, statements: &str) -> Result<(), StoreError> {
        self.open.borrow_mut().client.batch_execute(statements).map_err(|error| told(&error))
    }

    fn run(&self, statement: &'static str, cells: &[Cell<'_>]) -> Result<(), StoreError> {
        let mut open = self.open.borrow_mut();
        let ready = open.ready(statement)?;
        open.client.execute(&ready, &values(cells)).map(|_| ()).map_err(|error| told(&error))
    }

    fn rows(&self, statement: &'static str, cells: &[Cell<'_>]) -> Result<Vec<Row>, StoreError> {
        let mut open = self.open.borrow_mut();
        let ready = open.ready(statement)?;
        let found = open.client.query(&ready, &values(cells)).map_err(|error| told(&error))?;
        let row = |row: &postgres::Row| {
            (0..row.len()).map(|at| row.try_get::<_, Option<String>>(at)).collect::<Result<Row, _>>()
        };
        found.iter().map(row).collect::<Result<_, _>>().map_err(|error| told(&error))
    }

    fn begin(&self) -> Result<(), StoreError> {
        self.batch("begin")?;
        self.batch(LOCK)
    }

    fn sound(&self) -> Result<Option<String>, StoreError> {
        // The server checks its pages as it reads them, where its cluster was made with checksums.
        Ok(None)
    }

    fn text_type(&self) -> &'static str {
        "text collate \"C\""
    }

    fn reconnect(&mut self) -> Result<(), StoreError> {
        if self.open.borrow_mut().client.is_valid(PATIENCE).is_ok() {
            return Ok(());
        }
        *self.open.borrow_mut() = connect(&self.config)?;
        Ok(())
    }
}

/// What failed, with what the server says of it.
fn told(error: &postgres::Error) -> StoreError {
    if let Some(said) = error.as_db_error() {
        return StoreError(format!("PostgreSQL says: {} ({})", said.message(), said.code().code()));
    }
    let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
    if error.is_closed() {
        return StoreError("the connection to PostgreSQL was lost; it is opened again with the next event".to_owned());
    }
    StoreError(format!("PostgreSQL cannot be reached ({error}{cause})"))
}
