//! `earnest explain PROGRAMME EVENTS --event ID`: why this decision. `earnest explain CODE`: what a finding means.

use super::deciding::{Asked, Desk, Next};
use super::page;
use crate::arguments::{ExplainArguments, Format};
use crate::session::{Ending, Failure, Session};
use earnest_ledger::Answer;
use earnest_tools::story::Teller;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

/// Explains.
pub fn run(arguments: &ExplainArguments, session: &Session) -> Result<Ending, Failure> {
    match (&arguments.events, &arguments.event) {
        (Some(events), Some(id)) => event(arguments, events, id, session),
        _ if page::is_code(&arguments.subject) => page::run(&arguments.subject, arguments.format, session),
        _ => Err(Failure::misuse(
            format!("write `earnest explain {} EVENTS --event ID`, or a code such as E0301", arguments.subject),
            format!("请写 `earnest explain {} EVENTS --event ID`，或错误代码，如 E0301", arguments.subject),
        )),
    }
}

/// Decides all events up to the one asked for: its decision depends on what came before.
fn event(arguments: &ExplainArguments, events: &Path, id: &str, session: &Session) -> Result<Ending, Failure> {
    let programme = Path::new(&arguments.subject);
    let asked = Asked {
        programme,
        events,
        deciding: &arguments.deciding,
        ledger: None,
        format: arguments.format,
        quiet_output: true,
        jobs: 1,
        explain: false,
        write: Arc::new(|_, _| vec![]),
    };
    let desk = Desk::open(asked, session)?;
    let Some(mut desk) = desk else { return Ok(Ending::Findings) };
    while let Some(next) = desk.next(|found| found == Some(id))? {
        match next {
            Next::Decided(answer, _) if answer.event.id == id => {
                desk.progress.done();
                return tell(&desk, &answer, arguments.format, session);
            }
            // It has just been reported as bad: there is nothing more to explain.
            Next::Bad { id: Some(bad) } if bad == id => return Ok(Ending::Findings),
            Next::Bad { .. } if arguments.deciding.strict => return Ok(Ending::Findings),
            Next::Decided(..) | Next::Bad { .. } => {}
        }
    }
    desk.progress.done();
    Err(Failure::misuse(
        format!("there is no event `{id}` in `{}`", events.display()),
        format!("`{}` 中没有事件 `{id}`", events.display()),
    ))
}

fn tell(desk: &Desk<'_>, answer: &Answer, format: Format, session: &Session) -> Result<Ending, Failure> {
    let mut out = session.out();
    match format {
        Format::Json => {
            serde_json::to_writer_pretty(&mut out, &answer.decision)?;
            writeln!(out)?;
        }
        Format::Human => {
            if let Some(engine) = desk.engine(answer) {
                let teller =
                    Teller { policy: engine.policy(), language: session.language, marks: session.paint().marks() };
                out.write_all(teller.story(answer, "").as_bytes())?;
            }
        }
    }
    out.flush()?;
    Ok(Ending::Fine)
}
