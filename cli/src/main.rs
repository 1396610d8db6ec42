//! The `earnest` command. Arguments in, exit code out: 0 fine, 1 findings, 2 misuse.
//!
//! One file per subcommand stands under [`command`]; what they share stands beside it. Clock, locale, terminal and disk
//! enter here and nowhere below.

mod arguments;
mod books;
mod command;
mod events;
mod language;
mod plugin;
mod progress;
mod project;
mod recording;
mod replace;
mod revision;
mod session;
mod sharing;
mod summary;
mod table;

use arguments::Arguments;
use clap::Parser;
use mimalloc::MiMalloc;
use session::{Ending, Failure, Session};
use std::io::{self, Write};
use std::process::ExitCode;

/// Trees and policies are many small things: the system's allocator takes a third of the time of a check.
#[global_allocator]
static MEMORY: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let session = Session::new(&arguments.common);
    match command::run(arguments.command, &session) {
        Ok(Ending::Fine) => ExitCode::SUCCESS,
        Ok(Ending::Findings) => ExitCode::from(1),
        // The reader has seen enough, as `head` does: that is no failure.
        Err(Failure::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(failure) => {
            let message = failure.message(session.language);
            // Where even standard error is closed there is nobody left to tell.
            let error = session.paint_err().error(session.text("error:", "错误："));
            let blank = session.text(" ", "");
            let _ = writeln!(session.err(), "{error}{blank}{message}");
            ExitCode::from(2)
        }
    }
}
