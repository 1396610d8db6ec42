//! What a check has found: per version the findings that are told, and those that are not, with the reason.

use super::baseline::Baseline;
use crate::project::{Opened, Project};
use earnest_dsl::diagnostic::Diagnostic;
use earnest_dsl::diagnostic::sarif::Suppressed;
use earnest_dsl::lint::{Found, Report};
use earnest_dsl::load::Loaded;
use earnest_dsl::source::Sources;

/// A programme that was checked.
pub struct Checked {
    /// The programme.
    pub project: Project,
    /// Its versions, earliest first.
    pub versions: Vec<Version>,
}

/// A version that was checked.
pub struct Version {
    /// The version.
    pub loaded: Loaded,
    /// Its files under the paths that the user can open from here.
    pub sources: Sources,
    /// What is told, by place.
    pub told: Vec<Found>,
    /// What is not told, and why.
    pub untold: Vec<(Found, Suppressed)>,
}

impl Checked {
    /// Sorts what was found into what is told and what is not.
    pub fn new(project: Project, opened: Opened, mut baseline: Option<&mut Baseline>) -> Self {
        let sources: Vec<Sources> = opened.versions.iter().map(|version| opened.shown_sources(version)).collect();
        let reports = opened.reports.into_iter().map(Some).chain(std::iter::repeat_with(|| None));
        let versions = opened.versions.into_iter().zip(sources).zip(reports);
        let versions = versions.map(|((loaded, sources), report)| {
            version(loaded, sources, report.unwrap_or_default(), baseline.as_deref_mut())
        });
        Self { versions: versions.collect(), project }
    }
}

fn version(loaded: Loaded, sources: Sources, report: Report, baseline: Option<&mut Baseline>) -> Version {
    let allowed = report.allowed.into_iter().map(|(found, reason)| (found, Suppressed::InSource(reason)));
    let mut untold: Vec<(Found, Suppressed)> = allowed.collect();
    let own = loaded.diagnostics.iter().map(|diagnostic| Found { diagnostic: diagnostic.clone(), shown: None });
    let mut told: Vec<Found> = own.chain(report.findings).collect();
    if let Some(baseline) = baseline {
        let (old, new): (Vec<Found>, Vec<Found>) =
            told.into_iter().partition(|found| baseline.takes(&found.diagnostic, &sources));
        untold.extend(old.into_iter().map(|found| (found, Suppressed::Baseline)));
        told = new;
    }
    told.sort_by(|a, b| {
        a.diagnostic.span().key().cmp(&b.diagnostic.span().key()).then(a.diagnostic.code.cmp(b.diagnostic.code))
    });
    Version { loaded, sources, told, untold }
}

/// How much was found.
#[derive(Debug, Default)]
pub struct Counts {
    pub errors: usize,
    pub warnings: usize,
    pub allowed: usize,
    pub old: usize,
    pub programmes: usize,
}

impl Counts {
    /// Counts.
    pub fn of(all: &[Checked]) -> Self {
        let versions = || all.iter().flat_map(|checked| &checked.versions);
        let told = || versions().flat_map(|version| &version.told).map(|found| &found.diagnostic);
        let untold = || versions().flat_map(|version| &version.untold);
        let errors = told().filter(|found| found.is_error()).count();
        let old = untold().filter(|(_, why)| *why == Suppressed::Baseline).count();
        Self {
            errors,
            warnings: told().count().saturating_sub(errors),
            allowed: untold().count().saturating_sub(old),
            old,
            programmes: all.len(),
        }
    }
}

impl Version {
    /// The diagnostics that are told.
    pub fn diagnostics(&self) -> impl Iterator<Item = &Diagnostic> {
        self.told.iter().map(|found| &found.diagnostic)
    }
}
