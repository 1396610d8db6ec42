//! The argument model of the command line.

pub mod service;

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// Loyalty policy: check it, test it, run it, explain it.
#[derive(Debug, Parser)]
#[command(
    name = "earnest",
    version,
    about,
    arg_required_else_help = true,
    after_help = "Exit codes: 0 fine, 1 findings (errors in a policy, failed tests, bad events), 2 misuse."
)]
pub struct Arguments {
    /// What every subcommand takes.
    #[command(flatten)]
    pub common: Common,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every subcommand.
#[derive(Debug, Args)]
pub struct Common {
    /// Language of messages; taken from LC_ALL, LC_MESSAGES or LANG where it is not given
    #[arg(long, global = true, value_enum, value_name = "LANGUAGE")]
    pub language: Option<LanguageChoice>,
    /// Colours
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value = "auto")]
    pub color: ColourChoice,
}

/// Languages of messages, and of policy text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LanguageChoice {
    /// English
    En,
    /// 简体中文
    Zh,
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColourChoice {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// For whom the output is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Human,
    /// For machines
    Json,
}

/// For whom findings are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// For people
    Human,
    /// For machines
    Json,
    /// For code scanning services: SARIF 2.1.0
    Sarif,
    /// For workflows on GitHub: a mark at the line of a pull request
    Github,
}

/// For whom the results of tests are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TestFormat {
    /// For people
    Human,
    /// For machines
    Json,
    /// For build servers: JUnit XML
    Junit,
}

/// How coverage is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CoverageFormat {
    /// A table, and what no test exercises
    Table,
    /// For build servers and editors: lcov
    Lcov,
    /// A page
    Html,
    /// For machines
    Json,
}

/// How events are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum InputFormat {
    /// One JSON object a line
    Ndjson,
    /// Columns with a header row; the header names the JSON fields
    Csv,
}

/// What `build` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Emit {
    /// What each construct lowers to: the eight things of the core
    Core,
    /// What the fast engine works on: registers, operations, the index of rules
    Plan,
}

/// Subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check programmes and report every finding: errors, and what lints find
    #[command(visible_alias = "lint")]
    Check(CheckArguments),
    /// Run the tests and examples in the text of programmes
    Test(TestArguments),
    /// Decide the events of a file, one decision a line
    Run(RunArguments),
    /// Explain the decision of one event, or the code of a finding
    #[command(
        override_usage = "earnest explain [OPTIONS] <PROGRAMME> <EVENTS> --event <ID>\n       earnest explain <CODE>"
    )]
    Explain(ExplainArguments),
    /// Every movement of a customer's points, from a ledger's file
    Statement(StatementArguments),
    /// What a customer has, from a ledger's file
    Balance(AccountArguments),
    /// What all customers hold and what it is worth, and the programme's figures, from a ledger's file
    Liability(LiabilityArguments),
    /// Write the customer's terms page and the analyst's reference
    Doc(DocArguments),
    /// Say what holds for every event, with the reasoning: costs, returns, splitting, refunds
    Prove(ProveArguments),
    /// Format policy text, or translate it
    Fmt(FmtArguments),
    /// Make a commented starter programme
    New(NewArguments),
    /// Compare two versions of a programme: what changed, for which events it matters, who gains and who loses
    Diff(DiffArguments),
    /// Print what a programme is made into
    Build(BuildArguments),
    /// Keep a ledger and serve it over HTTP
    Serve(service::ServeArguments),
    /// Find out whether a ledger is what was written, and whether it follows from what was sent
    Audit(service::AuditArguments),
    /// Carry a whole ledger out of a store or into one, and write its journal
    Ledger(service::LedgerArguments),
    /// Serve an editor: the language server protocol on standard input and output
    Lsp,
    /// Print a completion script for a shell
    Completions(CompletionsArguments),
}

/// Values of parameters.
#[derive(Debug, Args)]
pub struct Parameters {
    /// Value of a parameter, in policy text: `rate=2`, `monthly_quota="3 times"`; may be repeated
    #[arg(long = "param", value_name = "NAME=VALUE", value_parser = parameter)]
    pub parameters: Vec<(String, String)>,
}

fn parameter(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() && !value.trim().is_empty() => {
            Ok((name.trim().to_owned(), value.trim().to_owned()))
        }
        _ => Err("write NAME=VALUE, such as rate=2".to_owned()),
    }
}

/// Arguments of `check`.
#[derive(Debug, Args)]
pub struct CheckArguments {
    /// Folders of a programme or of several, or files
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// For whom the output is
    #[arg(long, value_enum, default_value = "human")]
    pub format: CheckFormat,
    /// Day for findings about what is over, such as campaigns; without it there are none
    #[arg(long, value_name = "DATE")]
    pub today: Option<NaiveDate>,
    /// Make the changes that mend findings, where there is a safe one
    #[arg(long)]
    pub fix: bool,
    /// End with 1 on warnings too
    #[arg(long)]
    pub strict: bool,
    /// Leave out the old findings that this file lists
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write all warnings to this file, as old findings
    #[arg(long, value_name = "FILE", conflicts_with = "baseline")]
    pub write_baseline: Option<PathBuf>,
    /// Values of parameters
    #[command(flatten)]
    pub parameters: Parameters,
}

/// Arguments of `test`.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("probe").multiple(true))]
pub struct TestArguments {
    /// Folders of a programme or of several, or files
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// For whom the output is
    #[arg(long, value_enum, default_value = "human")]
    pub format: TestFormat,
    /// What the tests exercise: rules, conditions, rows and bands, limits, windows and their edges
    #[arg(long, value_enum, value_name = "FORMAT", num_args = 0..=1, require_equals = true, default_missing_value = "table", group = "probe", conflicts_with_all = ["mutate", "suggest"])]
    pub coverage: Option<CoverageFormat>,
    /// Change numbers, comparisons, windows and clauses one by one, and list the changes that no test notices
    #[arg(long, group = "probe")]
    pub mutate: bool,
    /// Write boundary cases that no test has yet, as test text to read and keep; with --mutate cases that notice what no test notices
    #[arg(long, group = "probe")]
    pub suggest: bool,
    /// Write the report of coverage, or the suggested tests, to a file
    #[arg(long, value_name = "FILE", requires = "probe")]
    pub output: Option<PathBuf>,
    /// End with 1 where a programme has less than so many percent
    #[arg(long, value_name = "PERCENT", requires = "probe", value_parser = clap::value_parser!(u8).range(0..=100))]
    pub at_least: Option<u8>,
    /// Values of parameters
    #[command(flatten)]
    pub parameters: Parameters,
}

/// Engines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EngineChoice {
    /// The meaning, written plainly on decimals
    Reference,
    /// The plan carried out on integers
    Vm,
    /// The plugin: a module without access to anything, on a machine of its own
    Wasm,
}

/// What `run` and `explain` need to decide events.
#[derive(Debug, Args)]
pub struct Deciding {
    /// How events are written; taken from the file's name (`.csv`, else NDJSON) where it is not given
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub input_format: Option<InputFormat>,
    /// Facts about customers and others: JSON, subject -> id -> facts
    #[arg(long, value_name = "FILE")]
    pub facts: Option<PathBuf>,
    /// Stop at the first bad event
    #[arg(long)]
    pub strict: bool,
    /// How decisions are taken; every engine gives the same, byte for byte
    #[arg(long, value_enum, value_name = "ENGINE", default_value = "vm")]
    pub engine: EngineChoice,
    /// Decide by this plugin of the programme instead of one made now
    #[arg(long, value_name = "FILE", conflicts_with = "engine")]
    pub plugin: Option<PathBuf>,
    /// Write the inputs of every decision, with the decision, to this file: for hosts of plugins to be tried with
    #[arg(long, value_name = "FILE")]
    pub record: Option<PathBuf>,
    /// Values of parameters
    #[command(flatten)]
    pub parameters: Parameters,
}

/// Arguments of `run`.
#[derive(Debug, Args)]
pub struct RunArguments {
    /// Folder of a programme, or a file
    #[arg(value_name = "PROGRAMME")]
    pub programme: PathBuf,
    /// File of events; `-` is standard input
    #[arg(value_name = "EVENTS")]
    pub events: PathBuf,
    /// Keep lots, counters and events from run to run: in this file, or in a store (`file:PATH`, `postgres://USER@HOST/DATABASE`)
    /// that is durable event by event; it is made where it is not there
    #[arg(long, value_name = "FILE")]
    pub ledger: Option<PathBuf>,
    /// Totals per rule instead of decisions
    #[arg(long)]
    pub summary: bool,
    /// Every decision with its explanation
    #[arg(long)]
    pub explain: bool,
    /// Threads that decide a large file, each some of the customers; all cores unless it is given. The output is the same
    #[arg(long, value_name = "N")]
    pub jobs: Option<NonZeroUsize>,
    /// For whom the output is; `json` unless a summary is asked
    #[arg(long, value_enum)]
    pub format: Option<Format>,
    /// How events are decided
    #[command(flatten)]
    pub deciding: Deciding,
}

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub struct ExplainArguments {
    /// Folder of a programme or a file; or a code such as E0301
    #[arg(value_name = "PROGRAMME | CODE")]
    pub subject: String,
    /// File of events; `-` is standard input
    #[arg(value_name = "EVENTS", requires = "event")]
    pub events: Option<PathBuf>,
    /// Id of the event to explain
    #[arg(long, value_name = "ID", requires = "events")]
    pub event: Option<String>,
    /// For whom the output is
    #[arg(long, value_enum, default_value = "human")]
    pub format: Format,
    /// How events are decided
    #[command(flatten)]
    pub deciding: Deciding,
}

/// What reads a ledger's file.
#[derive(Debug, Args)]
pub struct BookArguments {
    /// Folder of a programme, or a file
    #[arg(value_name = "PROGRAMME")]
    pub programme: PathBuf,
    /// The ledger, as `run --ledger` has written it: a file, or a store (`file:PATH`, `postgres://USER@HOST/DATABASE`)
    #[arg(long, value_name = "FILE")]
    pub ledger: PathBuf,
    /// For whom the output is
    #[arg(long, value_enum, default_value = "human")]
    pub format: Format,
    /// Values of parameters
    #[command(flatten)]
    pub parameters: Parameters,
}

/// Arguments of `statement`.
#[derive(Debug, Args)]
pub struct StatementArguments {
    /// The programme and the ledger's file
    #[command(flatten)]
    pub book: BookArguments,
    /// Whose points
    #[arg(value_name = "CUSTOMER")]
    pub customer: String,
    /// First day, in the programme's zone
    #[arg(long, value_name = "DATE")]
    pub from: Option<NaiveDate>,
    /// Last day, included
    #[arg(long, value_name = "DATE")]
    pub to: Option<NaiveDate>,
}

/// Arguments of `balance`.
#[derive(Debug, Args)]
pub struct AccountArguments {
    /// The programme and the ledger's file
    #[command(flatten)]
    pub book: BookArguments,
    /// Whose points
    #[arg(value_name = "CUSTOMER")]
    pub customer: String,
    /// At the end of this day, in the programme's zone; else at the ledger's last event
    #[arg(long, value_name = "DATE")]
    pub at: Option<NaiveDate>,
}

/// Arguments of `liability`.
#[derive(Debug, Args)]
pub struct LiabilityArguments {
    /// The programme and the ledger's file
    #[command(flatten)]
    pub book: BookArguments,
    /// At the end of this day, in the programme's zone; else at the ledger's last event
    #[arg(long, value_name = "DATE")]
    pub at: Option<NaiveDate>,
}

/// Which document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DocPage {
    /// Terms and conditions, for customers
    Terms,
    /// Everything that the policy says, for those who work with it
    Reference,
}

/// How a document is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DocFormat {
    /// One page that needs nothing else
    Html,
    /// Markdown
    Markdown,
}

/// Arguments of `prove`.
#[derive(Debug, Args)]
pub struct ProveArguments {
    /// Folder of a programme, or a file
    #[arg(value_name = "PROGRAMME")]
    pub programme: PathBuf,
    /// Only this question
    #[arg(long, value_enum, value_name = "QUESTION")]
    pub question: Option<ProveQuestion>,
    /// For whom the output is
    #[arg(long, value_enum, default_value = "human")]
    pub format: Format,
    /// Values of parameters
    #[command(flatten)]
    pub parameters: Parameters,
}

/// What is asked of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ProveQuestion {
    /// The most that one event, a customer's day or month, or a campaign can cost
    Cost,
    /// Worth of points over money spent
    Return,
    /// Whether more spent ever earns less
    Rising,
    /// Whether two purchases earn more than one
    Splitting,
    /// Whether a refund in full leaves nothing
    Refund,
    /// Whether bands leave no gap
    Bands,
    /// Whether rules can apply
    Reachable,
}

/// Arguments of `doc`.
#[derive(Debug, Args)]
pub struct DocArguments {
    /// Folder of a programme, or a file
    #[arg(value_name = "PROGRAMME")]
    pub programme: PathBuf,
    /// Folder for the documents; without it one of them is printed: the terms, in HTML, unless asked otherwise
    #[arg(long, value_name = "FOLDER")]
    pub out: Option<PathBuf>,
    /// Only this document
    #[arg(long, value_enum)]
    pub page: Option<DocPage>,
    /// Only in this form
    #[arg(long, value_enum)]
    pub format: Option<DocFormat>,
    /// The version in force on this day; else the latest
    #[arg(long, value_name = "DATE")]
    pub on: Option<NaiveDate>,
    /// Mark this day in the calendar
    #[arg(long, value_name = "DATE")]
    pub today: Option<NaiveDate>,
    /// Values of parameters
    #[command(flatten)]
    pub parameters: Parameters,
}

/// Arguments of `fmt`.
#[derive(Debug, Args)]
pub struct FmtArguments {
    /// Files, or folders with all their files; `-` is standard input
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Change nothing; say which files would change, and end with 1 if any would
    #[arg(long)]
    pub check: bool,
    /// Translate keywords, and names that have a label in that language
    #[arg(long, value_enum, value_name = "LANGUAGE")]
    pub to: Option<LanguageChoice>,
    /// For whom the output is
    #[arg(long, value_enum, default_value = "human")]
    pub format: Format,
}

/// Arguments of `new`.
#[derive(Debug, Args)]
pub struct NewArguments {
    /// Name of the programme, and of the folder that is made for it
    #[arg(value_name = "NAME")]
    pub name: String,
    /// For whom the output is
    #[arg(long, value_enum, default_value = "human")]
    pub format: Format,
}

/// For whom a comparison is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DiffFormat {
    /// For people
    Human,
    /// For machines
    Json,
    /// For a pull request
    Markdown,
    /// A page by itself
    Html,
}

/// Arguments of `diff`.
#[derive(Debug, Args)]
pub struct DiffArguments {
    /// The old version: a folder or file, `REVISION:PATH` of git, or a revision (of the other one's path)
    #[arg(value_name = "OLD")]
    pub old: String,
    /// The new version, in the same way
    #[arg(value_name = "NEW")]
    pub new: String,
    /// For whom the output is
    #[arg(long, value_enum, default_value = "human")]
    pub format: DiffFormat,
    /// Recorded events that both versions decide: what the change would have meant; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub events: Option<PathBuf>,
    /// How the events are written; taken from the file's name (`.csv`, else NDJSON) where it is not given
    #[arg(long, value_enum, value_name = "FORMAT", requires = "events")]
    pub input_format: Option<InputFormat>,
    /// Facts about customers and others: JSON, subject -> id -> facts
    #[arg(long, value_name = "FILE", requires = "events")]
    pub facts: Option<PathBuf>,
    /// End with 1 unless it is proved that no event can tell the two apart
    #[arg(long)]
    pub exit_code: bool,
    /// Values of parameters, for both
    #[command(flatten)]
    pub parameters: Parameters,
}

/// Arguments of `build`.
#[derive(Debug, Args)]
pub struct BuildArguments {
    /// Folder of a programme, or a file
    #[arg(value_name = "PROGRAMME")]
    pub programme: PathBuf,
    /// What to print
    #[arg(long, value_enum, value_name = "WHAT", required_unless_present = "output")]
    pub emit: Option<Emit>,
    /// Where to write the programme as a plugin: a WebAssembly module that any host can call
    #[arg(short, long, value_name = "FILE", conflicts_with = "emit")]
    pub output: Option<PathBuf>,
    /// For whom the output is
    #[arg(long, value_enum, default_value = "human")]
    pub format: Format,
    /// Values of parameters
    #[command(flatten)]
    pub parameters: Parameters,
}

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub struct CompletionsArguments {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}

#[cfg(test)]
mod tests {
    use super::Arguments;
    use clap::CommandFactory;

    #[test]
    fn the_model_is_sound() {
        Arguments::command().debug_assert();
    }
}
