//! `earnest completions SHELL`: a completion script on standard output.

use crate::arguments::{Arguments, CompletionsArguments};
use crate::session::{Ending, Failure, Session};
use clap::CommandFactory;
use std::io::Write;

/// Prints the script.
pub fn run(arguments: &CompletionsArguments, session: &Session) -> Result<Ending, Failure> {
    // clap_complete panics where it cannot write, so it writes to memory.
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "earnest", &mut script);
    let mut out = session.out();
    out.write_all(&script)?;
    out.flush()?;
    Ok(Ending::Fine)
}
