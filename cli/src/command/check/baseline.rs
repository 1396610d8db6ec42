//! The file of old findings: what was there when checking began is not told again, and what is new is.
//!
//! A finding is known by its code, its file, its message and the text of its line, so that lines may move. Errors are never old.

use super::findings::Checked;
use crate::project::{read, shown};
use crate::session::Failure;
use earnest_dsl::diagnostic::sarif::fingerprint;
use earnest_dsl::diagnostic::{Diagnostic, Severity};
use earnest_dsl::source::Sources;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// An old finding, as the file lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    code: String,
    file: String,
    message: String,
    fingerprint: String,
    /// How many of them.
    count: usize,
}

/// The file.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Listed {
    findings: Vec<Entry>,
}

/// Old findings, and how many of each are still expected.
#[derive(Debug, Default)]
pub struct Baseline {
    entries: BTreeMap<String, Entry>,
}

impl Baseline {
    /// Reads the file.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let listed: Listed = serde_json::from_str(&read(path)?).map_err(|error| {
            Failure::misuse(
                format!("`{}` is no baseline: {error}; write one with `--write-baseline`", path.display()),
                format!("`{}` 不是基线文件：{error}；请用 `--write-baseline` 生成", path.display()),
            )
        })?;
        Ok(Self { entries: listed.findings.into_iter().map(|entry| (entry.fingerprint.clone(), entry)).collect() })
    }

    /// All warnings of a check.
    pub fn of(all: &[Checked]) -> Self {
        let mut baseline = Self::default();
        for version in all.iter().flat_map(|checked| &checked.versions) {
            for found in version.diagnostics().filter(|found| found.severity == Severity::Warning) {
                let fingerprint = fingerprint(found, &version.sources);
                let file = version.sources.get(found.span().file).map(|source| source.path.clone()).unwrap_or_default();
                let entry = baseline.entries.entry(fingerprint.clone()).or_insert_with(|| Entry {
                    code: found.code.to_owned(),
                    file,
                    message: found.message.en.clone(),
                    fingerprint,
                    count: 0,
                });
                entry.count = entry.count.saturating_add(1);
            }
        }
        baseline
    }

    /// Writes the file, in the order of files and codes.
    pub fn write(self, path: &Path) -> Result<(), Failure> {
        let mut findings: Vec<Entry> = self.entries.into_values().collect();
        findings.sort_by(|a, b| (&a.file, &a.code, &a.fingerprint).cmp(&(&b.file, &b.code, &b.fingerprint)));
        let text = format!("{}\n", serde_json::to_string_pretty(&Listed { findings })?);
        fs::write(path, text).map_err(|error| {
            let path = shown(path);
            Failure::misuse(format!("`{path}` cannot be written: {error}"), format!("无法写入 `{path}`：{error}"))
        })
    }

    /// Whether this is an old finding; each counts once.
    pub fn takes(&mut self, found: &Diagnostic, sources: &Sources) -> bool {
        if found.severity != Severity::Warning {
            return false;
        }
        match self.entries.get_mut(&fingerprint(found, sources)) {
            Some(entry) if entry.count > 0 => {
                entry.count = entry.count.saturating_sub(1);
                true
            }
            _ => false,
        }
    }

    /// How many old findings are no more there.
    pub fn gone(&self) -> usize {
        self.entries.values().map(|entry| entry.count).sum()
    }
}
