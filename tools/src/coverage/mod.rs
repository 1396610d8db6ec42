//! Coverage: what of a programme its tests exercise.
//!
//! The tests run as always; an [`earnest_interpreter::Watch`] looks on. What can be exercised is read off the checked policy
//! ([`element`]), so what no test comes near is listed too. Only the programme's own text counts, not the library's.

pub mod element;
pub(crate) mod gather;
pub mod html;
pub mod item;
pub mod lcov;
mod window;

use earnest_dsl::policy::Policy;
use earnest_dsl::source::Span;
use earnest_interpreter::Watch;
use earnest_ledger::Programme;
use earnest_ledger::scenario::{Report, reports};
use element::{Element, elements};
use gather::{Gatherer, place};
use item::{Aspect, Group, Item, Place};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A test that was run, or a row of examples.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TestRun {
    /// The version's name.
    pub version: String,
    /// Its label.
    pub label: String,
    /// `path:line:column`.
    pub place: String,
}

/// How many items there are and how many of them are exercised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    /// Exercised.
    pub exercised: usize,
    /// All.
    pub all: usize,
}

impl Counts {
    /// Adds an item.
    pub fn add(&mut self, exercised: bool) {
        self.all = self.all.saturating_add(1);
        self.exercised = self.exercised.saturating_add(usize::from(exercised));
    }

    /// Both sums.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self { exercised: self.exercised.saturating_add(other.exercised), all: self.all.saturating_add(other.all) }
    }

    /// Whole percent, rounded down; 100 where there is nothing to exercise.
    #[must_use]
    pub fn percent(self) -> usize {
        self.exercised.saturating_mul(100).checked_div(self.all).unwrap_or(100)
    }
}

/// What the tests of a programme exercise.
#[derive(Debug, Clone)]
pub struct Coverage {
    /// Tests in the order in which they ran.
    pub tests: Vec<TestRun>,
    /// Items by place.
    pub items: Vec<Item>,
    /// Texts of the programme's files, by path.
    pub files: BTreeMap<String, Arc<str>>,
}

impl Coverage {
    /// Counts by group.
    #[must_use]
    pub fn counts(&self) -> BTreeMap<Group, Counts> {
        let mut all: BTreeMap<Group, Counts> = Group::ALL.into_iter().map(|group| (group, Counts::default())).collect();
        for item in &self.items {
            all.entry(item.aspect.group()).or_default().add(item.is_exercised());
        }
        all
    }

    /// Counts in all.
    #[must_use]
    pub fn total(&self) -> Counts {
        self.counts().into_values().fold(Counts::default(), Counts::plus)
    }

    /// Items that no test exercises, by place.
    pub fn missing(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|item| !item.is_exercised())
    }
}

/// Runs all tests of a programme and says what they exercise. `own` says which files are the programme's.
/// Reports are those of [`earnest_ledger::scenario::run`], version by version.
#[must_use]
pub fn measure(programme: &Programme, own: &dyn Fn(&str) -> bool) -> (Vec<Vec<Report>>, Coverage) {
    let gatherer = Arc::new(Gatherer::default());
    let watch: Arc<dyn Watch> = gatherer.clone();
    let watched = programme.clone().watched(&watch);
    let mut items: BTreeMap<(Place, Aspect), Item> = BTreeMap::new();
    let mut files = BTreeMap::new();
    for engine in watched.versions() {
        add_items(engine.policy(), own, &mut items);
        let sources = engine.policy().sources.iter().filter(|(_, source)| own(&source.path));
        files.extend(sources.map(|(_, source)| (source.path.clone(), source.text.clone())));
    }
    let mut tests = Vec::new();
    let mut all = Vec::new();
    for (at, engine) in watched.versions().iter().enumerate() {
        let mut of_version = Vec::new();
        for report in reports(&watched, at) {
            for seen in gatherer.take() {
                if let Some(item) = items.get_mut(&seen) {
                    item.tests.insert(tests.len());
                }
            }
            tests.push(TestRun {
                version: engine.policy().version(),
                label: report.label.clone(),
                place: report.place.clone(),
            });
            of_version.push(report);
        }
        all.push(of_version);
    }
    (all, Coverage { tests, items: items.into_values().collect(), files })
}

fn add_items(policy: &Policy, own: &dyn Fn(&str) -> bool, items: &mut BTreeMap<(Place, Aspect), Item>) {
    elements(policy, &mut |of, element| {
        let (span, aspects) = aspects(element);
        let Some(place) = place(policy, span).filter(|place| own(&place.path)) else { return };
        let (line, column) = policy.sources.get(span.file).map_or((0, 0), |source| source.line_column(span.start));
        for aspect in aspects {
            items.entry((place.clone(), aspect)).or_insert_with(|| Item {
                place: place.clone(),
                aspect,
                line,
                column,
                of: of.to_owned(),
                text: text_of(policy, span),
                tests: BTreeSet::new(),
            });
        }
    });
}

/// Where an element stands and what of it can be exercised.
pub(crate) fn aspects(element: Element<'_>) -> (Span, Vec<Aspect>) {
    let limit = || vec![Aspect::Room, Aspect::Full, Aspect::Cut];
    match element {
        Element::Rule(rule) => (rule.title.span, vec![Aspect::Applies]),
        Element::Condition(expr) => (expr.span, vec![Aspect::Holds, Aspect::Fails]),
        Element::Threshold(expr) => (expr.span, vec![Aspect::Equal]),
        Element::Window(window) => (window.span, window::aspects_of(window)),
        Element::Row { row, exact, .. } => {
            let exact = exact.then_some(Aspect::AtStart);
            (row.value.span, std::iter::once(Aspect::Chosen).chain(exact).collect())
        }
        Element::TierRow { from, .. } => {
            let exact = (!element::is_zero(from)).then_some(Aspect::AtStart);
            (from.span, std::iter::once(Aspect::Chosen).chain(exact).collect())
        }
        Element::Limit(constraint) => (constraint.span, limit()),
        Element::Clause(expr) => (expr.span, limit()),
        Element::Item(item) => (item.span, vec![Aspect::Asked]),
    }
}

/// The source text of a span on one line.
pub(crate) fn text_of(policy: &Policy, span: Span) -> String {
    let (file, start, end) = span.key();
    let text = policy
        .sources
        .get(file)
        .and_then(|source| source.text.get(usize::try_from(start).ok()?..usize::try_from(end).ok()?));
    text.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}
