//! Fixes put into texts.

use super::found::Found;
use crate::diagnostic::Fix;
use crate::source::Sources;
use std::collections::BTreeMap;

/// The fixes of findings that can be made together, by file and place: of two that touch the same text the first is made.
pub fn together<'f>(findings: impl IntoIterator<Item = &'f Found>) -> Vec<&'f Found> {
    let mut with_fix: Vec<(&Found, &Fix)> =
        findings.into_iter().filter_map(|found| Some((found, found.diagnostic.fix.as_ref()?))).collect();
    with_fix.sort_by_key(|(_, fix)| fix.span.key());
    let mut kept: Vec<(&Found, &Fix)> = Vec::new();
    for (found, fix) in with_fix {
        let apart =
            kept.last().is_none_or(|(_, last)| last.span.file != fix.span.file || last.span.end < fix.span.start);
        if apart {
            kept.push((found, fix));
        }
    }
    kept.into_iter().map(|(found, _)| found).collect()
}

/// The texts of the files that these findings change, by path. The findings must be such as [`together`] gives.
#[must_use]
pub fn mended(findings: &[&Found], sources: &Sources) -> BTreeMap<String, String> {
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    // From behind, so that places in front stay where they are.
    for fix in findings.iter().rev().filter_map(|found| found.diagnostic.fix.as_ref()) {
        let Some(source) = sources.get(fix.span.file) else { continue };
        let text = texts.entry(source.path.clone()).or_insert_with(|| source.text.to_string());
        let at = |byte: u32| usize::try_from(byte).unwrap_or(usize::MAX);
        let range = at(fix.span.start)..at(fix.span.end);
        if text.get(range.clone()).is_some() {
            text.replace_range(range, &fix.replacement);
        }
    }
    // Where a comment at the end of a line went, the blanks before it go as well.
    for text in texts.values_mut() {
        if text.contains(" \n") {
            *text = text.split('\n').map(str::trim_end).collect::<Vec<_>>().join("\n");
        }
    }
    texts
}
