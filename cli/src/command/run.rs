//! `earnest run PROGRAMME EVENTS`: decisions, one a line, or totals.

use super::deciding::{Desk, Next};
use crate::arguments::{Format, RunArguments};
use crate::books;
use crate::session::{Ending, Failure, Out, Session};
use crate::summary::Summary;
use earnest_ledger::{Answer, Moved};
use earnest_tools::story::Teller;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

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
    let desk = Desk::open(
        &arguments.programme,
        &arguments.events,
        &arguments.deciding,
        arguments.ledger.as_deref(),
        errors,
        arguments.summary,
        session,
    )?;
    let Some(mut desk) = desk else { return Ok(Ending::Findings) };

    let mut out = session.out();
    // Somebody who types events, or watches decisions, wants each answer at once.
    let at_once = arguments.events == Path::new("-") || io::stdout().is_terminal();
    let mut summary = Summary::default();
    let mut any_bad = false;
    while let Some(next) = desk.next(|_| arguments.explain)? {
        match next {
            Next::Decided(answer) => {
                for raised in answer.moved.iter().filter_map(raised) {
                    write(&mut out, &desk, raised, shape, session)?;
                    if let (true, Some(engine)) = (arguments.summary, desk.engine(raised)) {
                        summary.add(raised, engine.policy());
                    }
                }
                write(&mut out, &desk, &answer, shape, session)?;
                if let (true, Some(engine)) = (arguments.summary, desk.engine(&answer)) {
                    summary.add(&answer, engine.policy());
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

/// The decision on an event that the clock raised.
fn raised(moved: &Moved) -> Option<&Answer> {
    match moved {
        Moved::Raised(answer) => Some(answer),
        Moved::Points(_) | Moved::NotDecided { .. } => None,
    }
}

fn write(out: &mut Out, desk: &Desk<'_>, answer: &Answer, shape: Shape, session: &Session) -> Result<(), Failure> {
    let Some(engine) = desk.engine(answer) else { return Ok(()) };
    let teller = Teller { policy: engine.policy(), language: session.language, marks: session.paint().marks() };
    match shape {
        Shape::Json => {
            serde_json::to_writer(&mut *out, &answer.decision)?;
            writeln!(out)?;
        }
        Shape::Line => writeln!(out, "{}", teller.line(answer))?,
        Shape::Story => writeln!(out, "{}", teller.story(answer, ""))?,
        Shape::Nothing => {}
    }
    Ok(())
}
