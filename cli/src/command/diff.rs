//! `earnest diff OLD NEW`: what changed between two versions of a programme, and for whom it matters.

use super::deciding::read_facts;
use crate::arguments::{DiffArguments, DiffFormat};
use crate::events;
use crate::project::{Opened, open};
use crate::revision::named;
use crate::session::{Ending, Failure, Session};
use earnest_dsl::policy::Policy;
use earnest_ledger::Programme;
use earnest_tools::impact::{Recording, Report, Verdict, compare, html, markdown, text};
use std::io::{self, Read, Write};
use std::path::Path;

/// Compares.
pub fn run(arguments: &DiffArguments, session: &Session) -> Result<Ending, Failure> {
    let (old, new) = named(&arguments.old, &arguments.new)?;
    let parameters = &arguments.parameters.parameters;
    let (before, after) = (old.project()?.load(parameters), new.project()?.load(parameters));
    let for_machines = arguments.format == DiffFormat::Json;
    let (Some(before), Some(after)) =
        (policies(before, session, for_machines)?, policies(after, session, for_machines)?)
    else {
        return Ok(Ending::Findings);
    };
    let mut reports: Vec<Report> = pairs(&before, &after)
        .into_iter()
        .map(|(one, other)| compare((one, &old.shown()), (other, &new.shown())))
        .collect();
    if let Some(events) = &arguments.events {
        let found = recorded((before, after), &reports, events, arguments, session)?;
        // What was recorded met whatever version was in force: it is told once.
        if let (Some(last), Some(found)) = (reports.last_mut(), found) {
            last.recorded = Some(found);
        }
    }
    tell(&reports, arguments.format, session)?;
    let proved = reports.iter().all(|report| report.verdict == Verdict::Same);
    Ok(Ending::found(arguments.exit_code && !proved))
}

/// The policies of all versions; none where one has an error, which has been shown.
fn policies(opened: Opened, session: &Session, for_machines: bool) -> Result<Option<Vec<Policy>>, Failure> {
    if opened.versions.iter().any(earnest_dsl::load::Loaded::has_errors) {
        opened.tell_findings(session, for_machines)?;
        return Ok(None);
    }
    Ok(opened.versions.into_iter().map(|version| version.policy).collect())
}

/// Which version is compared with which: those of one from-date; a version that is new with the one before it, one that is gone
/// with the one that takes its place.
fn pairs<'p>(before: &'p [Policy], after: &'p [Policy]) -> Vec<(&'p Policy, &'p Policy)> {
    if let ([one], [other]) = (before, after) {
        return vec![(one, other)];
    }
    let place = |all: &'p [Policy], version: &str| {
        let earlier = all.iter().filter(|policy| policy.version().as_str() <= version);
        earlier.max_by_key(|policy| policy.version()).or(all.first())
    };
    let mut all = Vec::new();
    for policy in after {
        all.extend(place(before, &policy.version()).map(|one| (one, policy)));
    }
    for policy in before.iter().filter(|one| !after.iter().any(|other| other.version() == one.version())) {
        all.extend(place(after, &policy.version()).map(|other| (policy, other)));
    }
    all.sort_by_key(|(one, other)| (one.version(), other.version()));
    all.dedup_by(|a, b| std::ptr::eq(a.0, b.0) && std::ptr::eq(a.1, b.1));
    all
}

/// Runs recorded events through both.
fn recorded(
    (before, after): (Vec<Policy>, Vec<Policy>),
    reports: &[Report],
    path: &Path,
    arguments: &DiffArguments,
    session: &Session,
) -> Result<Option<earnest_tools::impact::Recorded>, Failure> {
    let kinds = after.last().map(|policy| policy.kinds.clone()).unwrap_or_default();
    let (Some(old), Some(new)) = (Programme::new(before), Programme::new(after)) else { return Ok(None) };
    let renamed = reports.iter().flat_map(|report| &report.renamed).filter(|one| one.what == "rule");
    let mut recording = Recording::new(old, new, renamed.map(|one| (one.new.clone(), one.old.clone())));
    for ((subject, id), facts) in arguments.facts.as_deref().map(read_facts).transpose()?.unwrap_or_default() {
        recording.set_facts(&subject, &id, &facts);
    }
    let reader: Box<dyn Read> = if path == Path::new("-") { Box::new(io::stdin()) } else { Box::new(open(path)?) };
    let input = arguments.input_format.unwrap_or_else(|| events::format_of(path));
    for line in events::lines(reader, input, kinds)? {
        let line = line?;
        let (number, shown) = (line.number, path.display());
        let problem = match line.event {
            Ok(event) => recording.decide(&event).err().map(|error| error.to_string()),
            Err(bad) => Some(format!("{}: {}", bad.field, bad.reason.get(session.language))),
        };
        if let Some(problem) = problem {
            let bad = session.paint_err().care(session.text("left out", "未计入"));
            writeln!(session.err(), "{shown}:{number}: {bad}: {problem}")?;
        }
    }
    Ok(Some(recording.finish()))
}

fn tell(reports: &[Report], format: DiffFormat, session: &Session) -> Result<(), Failure> {
    let mut out = session.out();
    match format {
        DiffFormat::Human => {
            for (at, report) in reports.iter().enumerate() {
                if at > 0 {
                    writeln!(out)?;
                }
                out.write_all(text(report, session.language, session.paint().marks()).as_bytes())?;
            }
        }
        DiffFormat::Markdown => {
            for report in reports {
                writeln!(out, "{}", markdown(report, session.language).trim_end())?;
            }
        }
        DiffFormat::Html => out.write_all(html(reports, session.language).as_bytes())?,
        DiffFormat::Json => {
            serde_json::to_writer_pretty(&mut out, &serde_json::json!({ "comparisons": reports }))?;
            writeln!(out)?;
        }
    }
    out.flush()?;
    Ok(())
}
