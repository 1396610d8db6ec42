//! Suggestions: boundary cases that no test has yet, as test text to accept.
//!
//! What is missing is what [`crate::coverage`] says: an edge of a window, a limit hit exactly, a value at a threshold, a row that
//! is never chosen. For each a case is looked for among small changes of the tests that there are, and kept only if the engine
//! shows that it exercises what was missing. What it must lead to is what it leads to now: the author judges whether that is meant.

pub(crate) mod atom;
pub(crate) mod base;
mod kill;
mod leap;
pub(crate) mod target;
pub(crate) mod trial;

use crate::coverage::element::{Element, elements};
use crate::coverage::gather::place;
use crate::coverage::item::{Aspect, Item, Place};
use crate::coverage::{Coverage, aspects, text_of};
pub use kill::{Killing, kill};

use base::Base;
use earnest_dsl::diagnostic::{Language, Text};
use earnest_dsl::policy::{Policy, ScenarioStep, steps};
use earnest_dsl::syntax::format::translate;
use earnest_ledger::Programme;
use earnest_ledger::scenario::expected;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};
use target::Target;
use trial::{Bench, Trial};

/// A test that was not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// What it shows, in one line.
    pub about: String,
    /// Where what it exercises stands: file, line and column.
    pub place: Option<(String, usize, usize)>,
    /// The test as policy text.
    pub text: String,
}

/// Suggestions for one version of a programme, in the order of the text; `coverage` is that of its tests.
/// `language` is that of the labels; the text's words are in `spelling`.
#[must_use]
pub fn suggest(
    programme: &Programme,
    version: usize,
    coverage: &Coverage,
    (language, spelling): (Language, Language),
) -> Vec<Suggestion> {
    let bench = Bench::new(programme, version);
    let Some(policy) = bench.policy() else { return vec![] };
    let mut missing: BTreeMap<(Place, Aspect), &Item> =
        coverage.missing().map(|item| ((item.place.clone(), item.aspect), item)).collect();
    let mut bases = base::all(&bench, policy);
    let written = |trial: &Trial, about: &str| test_text(policy, trial, about, spelling);
    let mut all = Vec::new();
    for (of, target) in targets(policy, &missing) {
        let key = (target.place.clone(), target.aspect);
        let Some(item) = missing.get(&key).copied() else { continue };
        let strict = Target { accepted: matches!(target.aspect, Aspect::Room | Aspect::Full), ..target.clone() };
        let trial = found(&bench, policy, &strict, &of, &mut bases).map(|trial| (strict.clone(), trial));
        let trial = match trial {
            None if strict.accepted => {
                found(&bench, policy, &target, &of, &mut bases).map(|trial| (target.clone(), trial))
            }
            found => found,
        };
        let Some((target, trial)) = trial else { continue };
        let Some(trial) = bench.with_expectations(&tidied(&bench, &target, enough(&bench, &target, trial))) else {
            continue;
        };
        let about = about(policy, &target, item, language);
        let Some(text) = written(&trial, &about) else { continue };
        if let Some(outcome) = bench.run(&trial) {
            missing.retain(|key, _| !outcome.seen.contains(key));
        }
        all.push(Suggestion { about, place: Some((item.place.path.clone(), item.line, item.column)), text });
    }
    if !leap::is_tested(policy) {
        let texts = [
            (leap::lots(&bench, policy, &bases), Text::new("earned on 29 February", "2月29日获得")),
            (leap::birthdays(&bench, policy, &bases), Text::new("born on 29 February", "2月29日出生")),
        ];
        for (trials, about) in texts {
            let about = about.get(language);
            let texts: BTreeSet<String> = trials.iter().filter_map(|trial| written(trial, about)).collect();
            all.extend(texts.into_iter().map(|text| Suggestion { about: about.to_owned(), place: None, text }));
        }
    }
    all
}

/// What is missing in this version, by place; each with the name of what it belongs to.
fn targets<'p>(policy: &'p Policy, missing: &BTreeMap<(Place, Aspect), &Item>) -> Vec<(String, Target<'p>)> {
    let mut all: Vec<(String, Target<'p>)> = Vec::new();
    elements(policy, &mut |of, element| {
        let (span, aspects) = aspects(element);
        let Some(place) = place(policy, span) else { return };
        for aspect in aspects {
            let known = all.iter().any(|(_, target)| target.place == place && target.aspect == aspect);
            if !known && missing.contains_key(&(place.clone(), aspect)) {
                all.push((of.to_owned(), Target { element, place: place.clone(), aspect, accepted: false }));
            }
        }
    });
    all.sort_by(|(_, a), (_, b)| (&a.place, a.aspect).cmp(&(&b.place, b.aspect)));
    all
}

/// Bases tried for one target.
const MOST_BASES: usize = 10;

/// A trial that hits the target: from the bases that come near it first, then from the others of its rule's kinds.
fn found(bench: &Bench, policy: &Policy, target: &Target<'_>, of: &str, bases: &mut Vec<Base>) -> Option<Trial> {
    let rule = policy.rules.iter().find(|rule| match target.element {
        Element::Limit(constraint) => constraint.rules.iter().any(|id| policy.rule(*id) == Some(rule)),
        _ => rule.title.name == of,
    });
    let hit = |base: &Base| target::hit(bench, target, &base.trial, &base.outcome);
    let near: Vec<&Base> =
        bases.iter().filter(|base| base.outcome.seen.iter().any(|(place, _)| *place == target.place)).collect();
    // An event to which the rule applies shows more than one that earns nothing on either side.
    let applied =
        |base: &&Base| rule.is_none_or(|rule| base::seen(policy, &base.outcome, rule.title.span, Aspect::Applies));
    let (applied, others): (Vec<&Base>, Vec<&Base>) = near.into_iter().partition(applied);
    if let Some(trial) = applied.into_iter().take(MOST_BASES).find_map(hit) {
        return Some(trial);
    }
    let others = || others.into_iter().take(MOST_BASES).find_map(hit);
    let Some(rule) = rule else { return others() };
    let fits = |base: &Base| {
        let kind = base.trial.kind(policy);
        kind.is_some() && rule.kinds.iter().any(|id| policy.kind(*id) == kind)
    };
    let reached = bases.iter().filter(|base| fits(base)).take(MOST_BASES);
    let reached: Vec<Base> = reached.filter_map(|base| base::reaching(bench, policy, rule, base)).take(3).collect();
    let trial = reached.iter().find_map(|base| match target.is_hit(&base.outcome) {
        true => Some(base.trial.clone()),
        false => target::hit(bench, target, &base.trial, &base.outcome),
    });
    let trial = trial.or_else(others);
    // What only the right fields bring about, such as an item of a catalogue that no test asks for.
    let fitting = || bases.iter().filter(|base| fits(base)).take(MOST_BASES).find_map(hit);
    let trial = trial.or_else(fitting);
    bases.extend(reached);
    trial
}

/// The trial with no more points held than it takes.
fn enough(bench: &Bench, target: &Target<'_>, trial: Trial) -> Trial {
    let Some(outcome) = bench.run(&trial) else { return trial };
    let mut less = trial.clone();
    for held in less.held().filter(|held| held.amount == target::RICH) {
        let answers = outcome.answers.iter().flatten();
        let taken = answers
            .flat_map(|answer| answer.lots.taken())
            .fold(Decimal::ZERO, |sum, one| sum.saturating_add(one.amount));
        if taken > Decimal::ZERO {
            held.amount = taken;
        }
    }
    if bench.run(&less).is_some_and(|outcome| target.is_hit(&outcome)) { less } else { trial }
}

/// The trial without steps that change nothing of what its last event leads to.
fn tidied(bench: &Bench, target: &Target<'_>, mut trial: Trial) -> Trial {
    let Some(policy) = bench.policy() else { return trial };
    let shown = |trial: &Trial| {
        let outcome = bench.run(trial).filter(|outcome| target.is_hit(outcome))?;
        let events = outcome.answers.len();
        outcome.last().map(|answer| (expected(policy, answer), events))
    };
    let Some((wanted, events)) = shown(&trial) else { return trial };
    let mut at = 0_usize;
    while at.saturating_add(1) < trial.steps.len() {
        let mut less = trial.clone();
        let left_out = less.steps.remove(at);
        // Repetitions are what some cases are about.
        let same_event = matches!((&left_out, trial.event()), (ScenarioStep::Event { event, .. }, Some((last, _))) if event.get("type") == last.get("type"));
        match shown(&less) {
            Some((got, left)) if got == wanted && (left == events || !same_event) => trial = less,
            _ => at = at.saturating_add(1),
        }
    }
    trial
}

/// Text that may stand in a label: no quotes, and no more than so many characters.
fn one_line(text: &str, most: usize) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ").replace('"', "'");
    if text.chars().count() <= most { text } else { text.chars().take(most).chain(['…']).collect() }
}

/// One line on what a suggestion shows.
fn about(policy: &Policy, target: &Target<'_>, item: &Item, language: Language) -> String {
    let title = policy.rules.iter().find(|rule| rule.title.name == item.of).map(|rule| &rule.title);
    let name = match (language, title) {
        (Language::Chinese, Some(title)) => title.shown().to_owned(),
        _ => item.of.clone(),
    };
    let shown = target.aspect.shown();
    let text = match target.element {
        Element::Rule(_) => String::new(),
        Element::Row { row, .. } => text_of(policy, row.value.span),
        _ => item.text.clone(),
    };
    // A label is one line and holds no quotes.
    let text = one_line(&text, 40);
    let joint = if text.is_empty() { "" } else { " " };
    match language {
        Language::English => format!("{name}: {text}{joint}{}", shown.get(language)),
        Language::Chinese => format!("{name}：{text}{joint}{}", shown.get(language)),
    }
}

fn test_text(policy: &Policy, trial: &Trial, about: &str, spelling: Language) -> Option<String> {
    let steps = trial.steps.iter().map(|step| steps::step(policy, step)).collect::<Option<Vec<_>>>()?;
    let text = format!("test \"{about}\" {{\n  {}\n}}\n", steps.join("\n  "));
    Some(translate(&text, spelling, &[]))
}
