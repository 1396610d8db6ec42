//! `earnest run PROGRAMME EVENTS`: decisions, one a line, or totals.

use super::deciding::{Asked, Desk, Next, raised};
use crate::arguments::{Format, RunArguments};
use crate::books;
use crate::session::{Ending, Failure, Session};
use crate::summary::Summary;
use earnest_dsl::diagnostic::Language;
use earnest_ledger::{Answer, Programme};
use earnest_tools::story::{Marks, Teller};
use std::io::{self, IsTerminal, Write};
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;
use std::thread;

/// What is written about a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Json,
    Line,
    Story,
    Nothing,
}

/// Decides all events.
pub fn run(arguments: &RunArguments, session: &Session) -> Result<Ending, Failure> {
    let (shape, errors) = match (arguments.summary, arguments.format) {
        (true, format) => (Shape::Nothing, format.unwrap_or(Format::Human)),
        (false, None) => (Shape::Json, Format::Human),
        (false, Some(Format::Json)) => (Shape::Json, Format::Json),
        (false, Some(Format::Human)) if arguments.explain => (Shape::Story, Format::Human),
        (false, Some(Format::Human)) => (Shape::Line, Format::Human),
    };
    let told = (session.language, session.paint().marks());
    let asked = Asked {
        programme: &arguments.programme,
        events: &arguments.events,
        deciding: &arguments.deciding,
        ledger: arguments.ledger.as_deref(),
        format: errors,
        quiet_output: arguments.summary,
        jobs: jobs(arguments.jobs),
        explain: arguments.explain,
        write: Arc::new(move |programme, answer| written(programme, answer, shape, told)),
    };
    let desk = Desk::open(asked, session)?;
    let Some(mut desk) = desk else { return Ok(Ending::Findings) };

    let mut out = session.out();
    // Somebody who types events, or watches decisions, wants each answer at once.
    let at_once = arguments.events == Path::new("-") || io::stdout().is_terminal();
    let mut summary = Summary::default();
    let mut any_bad = false;
    while let Some(next) = desk.next(|_| arguments.explain)? {
        match next {
            Next::Decided(answer, text) => {
                out.write_all(&text)?;
                if arguments.summary {
                    for answer in answer.moved.iter().filter_map(raised).chain([&*answer]) {
                        if let Some(engine) = desk.engine(answer) {
                            summary.add(answer, engine.policy());
                        }
                    }
                } else if at_once {
                    out.flush()?;
                }
            }
            Next::Bad { .. } => {
                any_bad = true;
                summary.add_bad();
                if arguments.deciding.strict {
                    break;
                }
            }
        }
    }
    desk.progress.done();
    if let Some(ledger) = &arguments.ledger {
        books::save(ledger, &desk.host)?;
    }
    if arguments.summary {
        match errors {
            Format::Human => out.write_all(summary.human(desk.host.programme(), session).as_bytes())?,
            Format::Json => {
                serde_json::to_writer_pretty(&mut out, &summary.json(desk.host.programme()))?;
                writeln!(out)?;
            }
        }
    }
    out.flush()?;
    Ok(Ending::found(any_bad))
}

/// Threads that decide a large file.
fn jobs(asked: Option<NonZeroUsize>) -> usize {
    asked.or_else(|| thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get)
}

/// What is written about a decision.
fn written(programme: &Programme, answer: &Answer, shape: Shape, (language, marks): (Language, Marks)) -> Vec<u8> {
    let Some(engine) = programme.version(answer.version) else { return vec![] };
    let teller = Teller { policy: engine.policy(), language, marks };
    let mut text = match shape {
        // A decision holds texts and numbers only: there is nothing in it that JSON could not say.
        Shape::Json => serde_json::to_vec(&answer.decision).unwrap_or_default(),
        Shape::Line => teller.line(answer).into_bytes(),
        Shape::Story => teller.story(answer, "").into_bytes(),
        Shape::Nothing => return vec![],
    };
    text.push(b'\n');
    text
}
