//! What tests exercise, as it is told: a table with what is missing, lcov, a page, JSON.

use super::Suite;
use crate::arguments::CoverageFormat;
use crate::session::{Failure, Session};
use crate::table::{Align, Table};
use earnest_dsl::diagnostic::Language;
use earnest_dsl::say;
use earnest_tools::coverage::html::{Section, html};
use earnest_tools::coverage::item::{Group, Item};
use earnest_tools::coverage::lcov::lcov;
use earnest_tools::coverage::{Counts, Coverage};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// A programme whose tests were watched.
pub struct Covered {
    /// Path, as the user wrote it.
    pub path: String,
    /// Label or name.
    pub title: String,
    /// What stands before places in its files.
    pub prefix: String,
    /// What its tests exercise.
    pub coverage: Coverage,
}

impl Covered {
    /// Of a programme and the suites of its versions.
    pub fn new(path: &str, prefix: &str, suites: &[Suite], coverage: Coverage, language: Language) -> Self {
        let programme = suites.last().map(|suite| &suite.engine.policy().programme);
        let title = programme.map_or(String::new(), |title| match language {
            Language::Chinese => title.shown().to_owned(),
            // A label in Latin letters, else the name.
            Language::English => title.labels.iter().find(|label| label.is_ascii()).unwrap_or(&title.name).clone(),
        });
        Self { path: path.to_owned(), title, prefix: prefix.to_owned(), coverage }
    }

    fn section(&self) -> Section<'_> {
        Section { path: &self.path, title: &self.title, coverage: &self.coverage }
    }
}

/// The report.
pub fn told(all: &[Covered], format: CoverageFormat, session: &Session) -> Result<String, Failure> {
    Ok(match format {
        CoverageFormat::Table => table(all, session),
        CoverageFormat::Lcov => {
            all.iter().map(|one| lcov(&one.coverage, |path| format!("{}{path}", one.prefix))).collect()
        }
        CoverageFormat::Html => {
            let sections: Vec<Section<'_>> = all.iter().map(Covered::section).collect();
            html(&sections, session.language)
        }
        CoverageFormat::Json => format!("{}\n", serde_json::to_string_pretty(&json(all))?),
    })
}

fn table(all: &[Covered], session: &Session) -> String {
    let mut out = String::new();
    for one in all {
        out.push_str(&missing(one, session));
    }
    let first = (say!(session.language, "programme", "方案"), Align::Left);
    let groups = Group::ALL.iter().map(|group| (group.text().get(session.language).to_owned(), Align::Right));
    let last = (say!(session.language, "in all", "合计"), Align::Right);
    let mut table = Table::new(std::iter::once(first).chain(groups).chain([last]));
    let mut sums: BTreeMap<Group, Counts> = BTreeMap::new();
    for one in all {
        let counts = one.coverage.counts();
        table.row(row(one.path.clone(), &counts));
        for (group, counts) in counts {
            let sum = sums.entry(group).or_default();
            *sum = sum.plus(counts);
        }
    }
    if all.len() > 1 {
        table.foot(row(say!(session.language, "{} programmes", "{} 个方案", all.len()), &sums));
    }
    format!("{out}{}", table.render(session.paint()))
}

fn row(name: String, counts: &BTreeMap<Group, Counts>) -> Vec<String> {
    let cell = |counts: &Counts| match counts.all {
        0 => "–".to_owned(),
        all => format!("{}/{all}", counts.exercised),
    };
    let total = counts.values().fold(Counts::default(), |sum, counts| sum.plus(*counts));
    std::iter::once(name)
        .chain(counts.values().map(cell))
        .chain([format!("{} {:>3}%", cell(&total), total.percent())])
        .collect()
}

/// What no test exercises, place by place.
fn missing(one: &Covered, session: &Session) -> String {
    let mut places: Vec<(&Item, Vec<String>)> = Vec::new();
    for item in one.coverage.missing() {
        let text = item.aspect.missing().get(session.language).to_owned();
        match places.last_mut() {
            Some((last, texts)) if last.place == item.place => texts.push(text),
            _ => places.push((item, vec![text])),
        }
    }
    let mut out = String::new();
    for (item, texts) in places {
        let place = format!("{}{}:{}:{}", one.prefix, item.place.path, item.line, item.column);
        let texts = texts.join(session.text("; ", "；"));
        out.push_str(&format!("{}: `{}` {texts}\n", session.paint().dim(&place), shortened(&item.text)));
    }
    if out.is_empty() { out } else { format!("{out}\n") }
}

/// A clause in one glance.
pub(super) fn shortened(text: &str) -> String {
    const MOST: usize = 70;
    if text.chars().count() <= MOST { text.to_owned() } else { text.chars().take(MOST).chain(['…']).collect() }
}

fn json(all: &[Covered]) -> Json {
    let counts = |counts: &Counts| json!({ "exercised": counts.exercised, "all": counts.all });
    let one = |one: &Covered| {
        let groups = one.coverage.counts();
        let groups: Vec<Json> =
            groups.iter().map(|(group, of)| json!({ "group": group, "counts": counts(of) })).collect();
        json!({
            "path": one.path,
            "counts": counts(&one.coverage.total()),
            "groups": groups,
            "tests": one.coverage.tests,
            "items": one.coverage.items,
        })
    };
    json!({ "programmes": all.iter().map(one).collect::<Vec<_>>() })
}
