//! The versions of a programme: one per folder `versions/<from-date>/`, the programme's own files another.
//! The version in force at an event's time decides, so no two may be in force at once.

use super::messages;
use crate::load::{InputFile, Loaded, Version};
use chrono::{NaiveDate, NaiveDateTime};
use std::collections::BTreeMap;

/// When a version is in force, in local time: from an instant (included) until another (excluded).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Life {
    pub programme: crate::policy::Title,
    pub from: NaiveDateTime,
    pub until: Option<NaiveDateTime>,
}

/// Files by the folder of their version; `None` is the programme's own folder.
pub(crate) fn split(files: Vec<InputFile>) -> Vec<(Option<String>, Vec<InputFile>)> {
    let mut folders: BTreeMap<Option<String>, Vec<InputFile>> = BTreeMap::new();
    for file in files {
        let folder = file
            .path
            .strip_prefix("versions/")
            .and_then(|rest| rest.split_once('/'))
            .map(|(folder, _)| folder.to_owned());
        folders.entry(folder).or_default().push(file);
    }
    if folders.is_empty() {
        folders.insert(None, vec![]);
    }
    folders.into_iter().collect()
}

/// Versions in the order of their from-dates, with what is wrong between them reported at the later one.
pub(crate) fn join(mut versions: Vec<(Option<String>, Version)>) -> Vec<Loaded> {
    for (folder, version) in &mut versions {
        let (Some(folder), Some(life)) = (folder, &version.life) else { continue };
        if NaiveDate::parse_from_str(folder, "%Y-%m-%d").ok() != Some(life.from.date()) {
            let finding = messages::version_folder_name(version.effective, folder, &life.from.date().to_string());
            fault(&mut version.loaded, finding);
        }
    }
    versions.sort_by_key(|(_, version)| version.life.as_ref().map(|life| life.from));
    let mut before: Option<(Life, crate::source::Span)> = None;
    for (_, version) in &mut versions {
        let Some(life) = version.life.clone() else { continue };
        if let Some((earlier, place)) = &before {
            if earlier.programme.name != life.programme.name {
                let finding = messages::versions_of_two_programmes(&earlier.programme, &life.programme);
                fault(&mut version.loaded, finding);
            }
            if earlier.until.is_none_or(|until| until > life.from) {
                let finding = messages::versions_overlap(
                    *place,
                    &earlier.from.date().to_string(),
                    version.effective,
                    &life.from.date().to_string(),
                );
                fault(&mut version.loaded, finding);
            }
        }
        // Of versions that overlap, the one that lasts longest is what the next must not overlap.
        let lasts = before.as_ref().is_some_and(|(earlier, _)| match (earlier.until, life.until) {
            (None, _) => true,
            (Some(earlier), Some(own)) => earlier > own,
            (Some(_), None) => false,
        });
        if !lasts {
            before = Some((life, version.effective));
        }
    }
    versions.into_iter().map(|(_, version)| version.loaded).collect()
}

/// Adds a finding to a version. Its sources are its own, so only the first mark, which lies in them, can be shown; the message
/// names the other version.
fn fault(loaded: &mut Loaded, mut finding: crate::diagnostic::Diagnostic) {
    finding.marks.truncate(1);
    loaded.partial = loaded.policy.take().or(loaded.partial.take());
    loaded.diagnostics.push(finding);
    loaded.diagnostics.sort_by_key(|found| found.span().key());
}
