//! Durable stores for ledgers: an embedded file (SQLite) and PostgreSQL, with an audit log that is a chain of hashes.
//!
//! [`Durable`] is one store over two databases: the statements are the same, [`database`] is what differs. Whatever happens
//! between [`earnest_ledger::Store::begin`] and its end is one transaction, so that a crash leaves all of an event or nothing.
//! [`audit`] verifies the log and decides everything again.

pub mod audit;
pub mod database;
mod durable;
pub mod export;
mod log;
mod postgresql;
mod schema;
mod sqlite;

pub use durable::{Durable, OpenError};
pub use log::{Body, Entry};
