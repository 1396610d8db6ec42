//! Arguments of `serve`, `audit` and `ledger`.

use super::{Format, Parameters};
use clap::{Args, Subcommand};
use earnest_stores::audit::Head;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Arguments of `serve`.
#[derive(Debug, Args)]
pub struct ServeArguments {
    /// Folder of a programme, or a file
    #[arg(value_name = "PROGRAMME")]
    pub programme: PathBuf,
    /// Where the ledger is kept: `file:PATH`, `postgres://USER@HOST/DATABASE`, or `memory:` (gone in the end)
    #[arg(long, value_name = "URL")]
    pub store: String,
    /// Where to listen; other machines reach the service only where this says so, and only with tokens
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// A file with a role (`decide`, `operate`, `audit`) and a token on each line
    #[arg(long, value_name = "FILE")]
    pub tokens: Option<PathBuf>,
    /// Largest body of a request, in bytes
    #[arg(long, value_name = "BYTES", default_value_t = 1 << 20)]
    pub max_body: usize,
    /// Seconds after which a request is told to ask again
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    pub timeout: u64,
    /// Requests that are worked on at one time; more are refused at once
    #[arg(long, value_name = "COUNT", default_value_t = 256)]
    pub max_requests: usize,
    /// Values of parameters
    #[command(flatten)]
    pub parameters: Parameters,
}

/// Arguments of `audit`.
#[derive(Debug, Args)]
pub struct AuditArguments {
    /// What to find out
    #[command(subcommand)]
    pub what: AuditWhat,
}

/// What an audit finds out.
#[derive(Debug, Subcommand)]
pub enum AuditWhat {
    /// Whether anything in a store was altered, taken out, moved or cut off since it was written
    Verify(VerifyArguments),
    /// Decide everything again, in memory, and tell the first difference
    Replay(ReplayArguments),
}

/// Arguments of `audit verify`.
#[derive(Debug, Args)]
pub struct VerifyArguments {
    /// The store: `file:PATH` or `postgres://USER@HOST/DATABASE`
    #[arg(value_name = "STORE")]
    pub store: String,
    /// The last entry of an earlier verification, as it was printed and kept elsewhere; may be repeated
    #[arg(long = "head", value_name = "NUMBER:HASH")]
    pub heads: Vec<Head>,
    /// For whom the output is
    #[arg(long, value_enum, default_value = "human")]
    pub format: Format,
}

/// Arguments of `audit replay`.
#[derive(Debug, Args)]
pub struct ReplayArguments {
    /// The store: `file:PATH` or `postgres://USER@HOST/DATABASE`
    #[arg(value_name = "STORE")]
    pub store: String,
    /// Folder of the programme, or a file
    #[arg(value_name = "PROGRAMME")]
    pub programme: PathBuf,
    /// For whom the output is
    #[arg(long, value_enum, default_value = "human")]
    pub format: Format,
    /// Values of parameters
    #[command(flatten)]
    pub parameters: Parameters,
}

/// Arguments of `ledger`.
#[derive(Debug, Args)]
pub struct LedgerArguments {
    /// What to do with it
    #[command(subcommand)]
    pub what: LedgerWhat,
}

/// What is done with a whole ledger.
#[derive(Debug, Subcommand)]
pub enum LedgerWhat {
    /// Write everything that a store holds as lines of JSON
    Export(ExportArguments),
    /// Fill a new store with what was exported: all of it, or nothing
    Import(ImportArguments),
    /// Write every movement as a double entry, for the books of the company
    Journal(JournalArguments),
}

/// Arguments of `ledger export`.
#[derive(Debug, Args)]
pub struct ExportArguments {
    /// The store: `file:PATH` or `postgres://USER@HOST/DATABASE`
    #[arg(value_name = "STORE")]
    pub store: String,
}

/// Arguments of `ledger import`.
#[derive(Debug, Args)]
pub struct ImportArguments {
    /// The new store: `file:PATH` or `postgres://USER@HOST/DATABASE`
    #[arg(value_name = "STORE")]
    pub store: String,
    /// Folder of the programme, or a file
    #[arg(value_name = "PROGRAMME")]
    pub programme: PathBuf,
    /// What `ledger export` has written; `-` is standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Values of parameters
    #[command(flatten)]
    pub parameters: Parameters,
}

/// Arguments of `ledger journal`.
#[derive(Debug, Args)]
pub struct JournalArguments {
    /// Folder of a programme, or a file
    #[arg(value_name = "PROGRAMME")]
    pub programme: PathBuf,
    /// The ledger, as `run --ledger` or `serve` has written it: a file, or a store
    #[arg(long, value_name = "FILE")]
    pub ledger: PathBuf,
    /// In which form
    #[arg(long, value_enum, default_value = "csv")]
    pub format: JournalFormat,
    /// Values of parameters
    #[command(flatten)]
    pub parameters: Parameters,
}

/// Forms of a journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum JournalFormat {
    /// A row for each posting
    Csv,
    /// For the accounting tool beancount
    Beancount,
}
