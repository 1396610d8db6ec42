//! `earnest check PATH...`: every finding of every programme, lints included, and how many there are.

mod baseline;
mod findings;
mod fix;
mod human;
mod machine;

use crate::arguments::{CheckArguments, CheckFormat};
use crate::project::Project;
use crate::session::{Ending, Failure, Session};
use baseline::Baseline;
use findings::{Checked, Counts};
use std::io::Write;

/// Checks.
pub fn run(arguments: &CheckArguments, session: &Session) -> Result<Ending, Failure> {
    let mut baseline = match &arguments.baseline {
        Some(path) => Some(Baseline::read(path)?),
        None => None,
    };
    let mut mended = fix::Mended::default();
    let mut all = Vec::new();
    for mut project in Project::find_all(&arguments.paths)? {
        if arguments.fix {
            mended.add(fix::mend(&mut project, arguments, session)?);
        }
        let opened = project.lint(&arguments.parameters.parameters, arguments.today);
        all.push(Checked::new(project, opened, baseline.as_mut()));
    }
    let counts = Counts::of(&all);
    if let Some(path) = &arguments.write_baseline {
        Baseline::of(&all).write(path)?;
    }
    let mut out = session.out();
    match arguments.format {
        CheckFormat::Human => human::tell(&mut out, &all, &counts, &mended, baseline.as_ref(), session)?,
        CheckFormat::Json => machine::json(&mut out, &all, &counts, &mended)?,
        CheckFormat::Sarif => machine::sarif(&mut out, &all, session.language)?,
        CheckFormat::Github => {
            machine::github(&mut out, &all, session.language)?;
            writeln!(out, "{}", human::counted_findings(&counts, session))?;
        }
    }
    out.flush()?;
    let failed = counts.errors > 0 || arguments.strict && counts.warnings > 0 && arguments.write_baseline.is_none();
    Ok(Ending::found(failed))
}
