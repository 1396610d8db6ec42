//! Findings for machines: JSON, SARIF, and GitHub's workflow commands.

use super::findings::{Checked, Counts, Version};
use super::fix::Mended;
use crate::session::{Failure, Out};
use earnest_dsl::diagnostic::sarif::{self, Entry, Suppressed};
use earnest_dsl::diagnostic::{Language, github, json as diagnostic_json};
use earnest_dsl::lint::Found;
use earnest_dsl::lint::registry::{Mends, mends};
use serde_json::{Value as Json, json as object};
use std::io::Write;

/// One JSON object.
pub fn json(out: &mut Out, all: &[Checked], counts: &Counts, mended: &Mended) -> Result<(), Failure> {
    let programmes: Vec<Json> = all.iter().map(programme).collect();
    let mut told = object!({
        "programmes": programmes, "errors": counts.errors, "warnings": counts.warnings,
        "allowed": counts.allowed, "old": counts.old,
    });
    if let (Some(told), false) = (told.as_object_mut(), mended.json.is_empty()) {
        told.insert("fixed".to_owned(), object!(mended.json));
    }
    serde_json::to_writer_pretty(&mut *out, &told)?;
    writeln!(out)?;
    Ok(())
}

fn programme(checked: &Checked) -> Json {
    let versions: Vec<Json> = checked
        .versions
        .iter()
        .map(|version| {
            let policy = version.loaded.policy.as_ref();
            let untold = version.untold.iter().map(|(found, why)| {
                let mut json = finding(version, found);
                if let Some(object) = json.as_object_mut() {
                    let (name, value) = match why {
                        Suppressed::InSource(reason) => ("allowed", object!(reason)),
                        Suppressed::Baseline => ("old", object!(true)),
                    };
                    object.insert(name.to_owned(), value);
                }
                json
            });
            object!({
                "programme": policy.map(|policy| &policy.programme.name),
                "version": policy.map(|policy| policy.version()),
                "hash": policy.map(|policy| policy.hash()),
                "findings": version.told.iter().map(|found| finding(version, found)).collect::<Vec<_>>(),
                "not_told": untold.collect::<Vec<_>>(),
            })
        })
        .collect();
    object!({ "path": checked.project.shown, "versions": versions })
}

fn finding(version: &Version, found: &Found) -> Json {
    let mut json = diagnostic_json::to_json(&found.diagnostic, &version.sources);
    let witness = |language| witness(version, found, language);
    if let Some(object) = json.as_object_mut() {
        if let Some(en) = witness(Language::English) {
            object.insert("witness".to_owned(), object!({ "en": en, "zh": witness(Language::Chinese) }));
        }
        if let (Some(fix), Mends::Changes(en, zh)) = (object.get_mut("fix"), mends(found.diagnostic.code))
            && let Some(fix) = fix.as_object_mut()
        {
            fix.insert("changes".to_owned(), object!({ "en": en, "zh": zh }));
        }
    }
    json
}

fn witness(version: &Version, found: &Found, language: Language) -> Option<String> {
    found.shown.as_ref()?.text(version.loaded.policy.as_ref()?, language)
}

/// A SARIF log; findings that are not told are there as suppressed.
pub fn sarif(out: &mut Out, all: &[Checked], language: Language) -> Result<(), Failure> {
    let mut entries = Vec::new();
    for version in all.iter().flat_map(|checked| &checked.versions) {
        let told = version.told.iter().map(|found| (found, None));
        let untold = version.untold.iter().map(|(found, why)| (found, Some(why.clone())));
        for (found, suppressed) in told.chain(untold) {
            let changes = match (mends(found.diagnostic.code), language) {
                (Mends::Changes(en, _), Language::English) => Some(en.to_owned()),
                (Mends::Changes(_, zh), Language::Chinese) => Some(zh.to_owned()),
                (Mends::No | Mends::SameHash, _) => None,
            };
            let witness = witness(version, found, language);
            entries.push(Entry {
                diagnostic: &found.diagnostic,
                sources: &version.sources,
                suppressed,
                witness,
                changes,
            });
        }
    }
    serde_json::to_writer_pretty(&mut *out, &sarif::log(&entries, env!("CARGO_PKG_VERSION"), language))?;
    writeln!(out)?;
    Ok(())
}

/// A workflow command a line.
pub fn github(out: &mut Out, all: &[Checked], language: Language) -> Result<(), Failure> {
    for version in all.iter().flat_map(|checked| &checked.versions) {
        for found in version.diagnostics() {
            writeln!(out, "{}", github::annotation(found, &version.sources, language))?;
        }
    }
    Ok(())
}
