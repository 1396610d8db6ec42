//! The subcommands, one file each.

mod account;
mod audit;
mod build;
mod check;
mod completions;
mod deciding;
mod diff;
mod doc;
mod explain;
mod fmt;
mod ledger;
mod lsp;
mod new;
mod page;
mod prove;
mod run;
mod serve;
mod test;

use crate::arguments::Command;
use crate::session::{Ending, Failure, Session};

/// Runs a subcommand.
pub fn run(command: Command, session: &Session) -> Result<Ending, Failure> {
    match command {
        Command::Check(arguments) => check::run(&arguments, session),
        Command::Test(arguments) => test::run(&arguments, session),
        Command::Run(arguments) => run::run(&arguments, session),
        Command::Explain(arguments) => explain::run(&arguments, session),
        Command::Doc(arguments) => doc::run(&arguments, session),
        Command::Prove(arguments) => prove::run(&arguments, session),
        Command::Fmt(arguments) => fmt::run(&arguments, session),
        Command::New(arguments) => new::run(&arguments, session),
        Command::Statement(arguments) => account::statement(&arguments, session),
        Command::Balance(arguments) => account::balance(&arguments, session),
        Command::Liability(arguments) => account::liability(&arguments, session),
        Command::Diff(arguments) => diff::run(&arguments, session),
        Command::Build(arguments) => build::run(&arguments, session),
        Command::Serve(arguments) => serve::run(&arguments, session),
        Command::Audit(arguments) => audit::run(&arguments, session),
        Command::Ledger(arguments) => ledger::run(&arguments, session),
        Command::Lsp => lsp::run(session),
        Command::Completions(arguments) => completions::run(&arguments, session),
    }
}
