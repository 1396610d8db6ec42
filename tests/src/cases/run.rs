//! A case run through a host: facts and lots first, then events in order, with balances read where the case asks for them.

use super::{compare, list, params, seen, text};
use crate::{programme_files, project};
use earnest_dsl::load::load;
use earnest_ledger::{Host, Programme};
use serde_json::{Map, Value as Json};

/// What came of a case.
#[derive(Debug, Clone, Default)]
pub struct Ran {
    /// The programme's id.
    pub programme: String,
    /// The case's id.
    pub case: String,
    /// How many expectations it has.
    pub expectations: usize,
    /// How many were met.
    pub met: usize,
    /// What is wrong; nothing where the case passes.
    pub faults: Vec<String>,
}

/// The folder of a programme, under `policies/`.
#[must_use]
pub fn folder_of(case: &Json) -> String {
    text(case, "programme").unwrap_or_default().to_lowercase()
}

/// Runs a case.
#[must_use]
pub fn run(case: &Json) -> Ran {
    let mut ran = Ran {
        programme: text(case, "programme").unwrap_or_default().to_owned(),
        case: text(case, "case").unwrap_or_default().to_owned(),
        expectations: list(case, "expect").len(),
        ..Ran::default()
    };
    let seen = happened(case, &mut ran.faults);
    let (met, faults) = compare::compare(list(case, "expect"), &seen);
    ran.met = met;
    ran.faults.extend(faults);
    ran
}

fn happened(case: &Json, faults: &mut Vec<String>) -> Vec<Json> {
    let given = case.get("given").unwrap_or(&Json::Null);
    let mut host = match host(&folder_of(case), given.get("params").unwrap_or(&Json::Null)) {
        Ok(host) => host,
        Err(error) => {
            faults.push(error);
            return vec![];
        }
    };
    for (id, facts) in given.get("customers").and_then(Json::as_object).unwrap_or(&Map::new()) {
        host.set_facts("customer", id, facts.as_object().cloned().unwrap_or_default());
    }
    let mut seen = Vec::new();
    for event in list(given, "events") {
        let Some(fields) = event.as_object() else { continue };
        match host.decide(fields, false) {
            Ok(answer) => seen.extend(seen::of_answer(event, &answer)),
            Err(error) => faults.push(format!("{event}: {error}")),
        }
    }
    seen
}

/// A host for the programme in that folder, with the case's parameters.
fn host(folder: &str, given: &Json) -> Result<Host, String> {
    let files = programme_files(&project("policies").join(folder)).map_err(|error| format!("{folder}: {error}"))?;
    let plain = load(files.clone(), &[]);
    let Some(policy) = plain.policy.as_ref().filter(|_| !plain.has_errors()) else {
        return Err(format!("{folder} does not compile: {}", first_error(&plain.diagnostics)));
    };
    let settings = params::settings(policy, given);
    let loaded = load(files, &settings);
    if loaded.has_errors() {
        return Err(format!("{folder} does not compile with {settings:?}: {}", first_error(&loaded.diagnostics)));
    }
    Programme::new(loaded.policy).map(Host::new).ok_or_else(|| format!("{folder} has no version"))
}

fn first_error(diagnostics: &[earnest_dsl::diagnostic::Diagnostic]) -> String {
    diagnostics
        .iter()
        .find(|one| one.is_error())
        .map(|one| format!("{one:?}").chars().take(400).collect())
        .unwrap_or_default()
}
