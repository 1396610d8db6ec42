//! `earnest build PROGRAMME`: a plugin, or in words what each construct lowers to and what the fast engine works on.

use crate::arguments::{BuildArguments, Emit, Format};
use crate::plugin;
use crate::project::Project;
use crate::session::{Ending, Failure, Session};
use earnest_dsl::policy::core;
use serde_json::json;
use std::io::Write;

/// Writes a plugin, or prints every version.
pub fn run(arguments: &BuildArguments, session: &Session) -> Result<Ending, Failure> {
    let opened = Project::find_one(&arguments.programme)?.load(&arguments.parameters.parameters);
    opened.tell_findings(session, arguments.format == Format::Json)?;
    let Some(programme) = opened.into_programme() else { return Ok(Ending::Findings) };
    let mut out = session.out();
    if let Some(file) = &arguments.output {
        let made = plugin::write(&programme, file)?;
        match arguments.format {
            Format::Human => writeln!(out, "{}", plugin::told(&made, file, session))?,
            Format::Json => {
                serde_json::to_writer_pretty(&mut out, &made.section)?;
                writeln!(out)?;
            }
        }
        out.flush()?;
        return Ok(Ending::Fine);
    }
    match arguments.format {
        Format::Human => {
            for (at, engine) in programme.versions().iter().enumerate() {
                if at > 0 {
                    writeln!(out)?;
                }
                match arguments.emit {
                    Some(Emit::Core) | None => out.write_all(core::print(engine.policy()).as_bytes())?,
                    Some(Emit::Plan) => {
                        if let Some(plan) = engine.plan() {
                            write!(out, "{plan}")?;
                        }
                    }
                }
            }
        }
        Format::Json if arguments.emit == Some(Emit::Plan) => {
            return Err(Failure::misuse(
                "a plan is printed for people; leave `--format json` out".to_owned(),
                "计划只供人阅读；请去掉 `--format json`".to_owned(),
            ));
        }
        Format::Json => {
            let versions = programme.versions().iter().map(|engine| json!({ "version": engine.policy().version(), "hash": engine.hash(), "core": engine.policy() }));
            serde_json::to_writer_pretty(&mut out, &versions.collect::<Vec<_>>())?;
            writeln!(out)?;
        }
    }
    out.flush()?;
    Ok(Ending::Fine)
}
