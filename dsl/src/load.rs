//! The one door from text to policy: files of a programme in, policy and diagnostics out. Reads no disk; the library is built in.

use crate::diagnostic::Diagnostic;
use crate::policy::Policy;
use crate::source::Sources;

/// A file of a programme: a path to show, relative to the programme's folder, and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputFile {
    /// Path to show.
    pub path: String,
    /// Text.
    pub text: String,
}

/// What came of loading one version of a programme.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The policy, where there was no error.
    pub policy: Option<Policy>,
    /// Findings of the programme's files, by file and place.
    pub diagnostics: Vec<Diagnostic>,
    /// The programme's files first (in the order given), then the library files used.
    pub sources: Sources,
}

/// What came of loading a whole programme: its versions by from-date, and findings about the folder as a whole.
#[derive(Debug, Clone)]
pub struct LoadedProgramme {
    /// Versions, earliest first; the folder's own files are one of them, `versions/<from-date>/` holds the others.
    pub versions: Vec<Loaded>,
}

impl LoadedProgramme {
    /// Whether any version has an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.versions.iter().any(|version| version.diagnostics.iter().any(Diagnostic::is_error))
    }
}
