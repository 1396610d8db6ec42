//! What a change of policy comes to: for which events the two versions differ, who gains and who loses, by how much, with an
//! event that shows it and both explanations; and what it would have meant for events that were recorded.
//!
//! [`earnest_dsl::diff`] says which clauses changed. Here both engines decide the same events, so that no effect is claimed
//! that an engine does not show. That no event can tell two versions apart is said only where it is proved.

mod outcome;
mod proof;
mod recorded;
mod region;
mod search;
mod show;
mod side;

use crate::story::{Marks, Teller, Tree};
use earnest_dsl::diagnostic::{Language, Text};
use earnest_dsl::diff::{self, Change, Difference, Happened, Renamed, Sort};
use earnest_dsl::policy::{Field, Policy, Role, ScenarioStep, Type, steps};
use earnest_dsl::syntax::format::translate;
use earnest_dsl::words::Words;
use earnest_ledger::Answer;
use rust_decimal::Decimal;
use search::Policies;
use serde::Serialize;
use serde_json::Value as Json;
use side::{Sides, Tried};
use std::collections::BTreeMap;

pub use outcome::{Gap, Tone, What};
pub use recorded::{Affected, Recorded, Recording, TierTotals, Totals};
pub use show::{html, markdown, text};

/// One version of a programme, as it is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Version {
    /// Where it was found: a folder, or a revision and a folder.
    pub from: String,
    /// Its name: the from-date.
    pub version: String,
    /// Its hash.
    pub hash: String,
}

/// What is known of whether events can tell the two apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Proved: no event can.
    Same,
    /// An event was found that does.
    Differs,
    /// Something changed, and no event was found that shows it; nothing is proved.
    NotProved,
}

/// A comparison of two versions.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// The programme's name.
    pub programme: String,
    /// What readers call it.
    pub label: Text,
    /// The old version.
    pub old: Version,
    /// The new version.
    pub new: Version,
    /// What readers call units and rules, by name.
    pub labels: BTreeMap<String, Text>,
    /// Whether events can tell them apart.
    pub verdict: Verdict,
    /// Names that changed; they decide nothing.
    pub renamed: Vec<Renamed>,
    /// What changed, clause by clause.
    pub changes: Vec<Change>,
    /// What comes of it.
    pub effects: Vec<Effect>,
    /// Changes of which no event was found that shows them.
    pub unseen: Vec<Unseen>,
    /// What it would have meant for recorded events.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recorded: Option<Recorded>,
}

/// A region of events for which the versions differ.
#[derive(Debug, Clone, Serialize)]
pub struct Effect {
    /// The construct that changed.
    pub of: String,
    /// What readers call it.
    pub label: Text,
    /// Which events.
    pub region: Text,
    /// For whom it is good.
    pub tone: Tone,
    /// What differs for the witness.
    pub gaps: Vec<Gap>,
    /// How much more or less it can be, where the rule says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub most: Option<Text>,
    /// An event that shows it.
    pub witness: Witness,
    /// The same event with other amounts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub series: Vec<Point>,
    /// What the old version makes of it.
    pub old: Story,
    /// What the new version makes of it.
    pub new: Story,
}

/// An event with what must be known for it, as steps of a test; its last event is looked at.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Witness {
    /// In policy text, in both spellings.
    pub text: Text,
    /// The events as a host sends them, local times.
    pub events: Vec<Json>,
}

/// The points of an event for one amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Point {
    /// The amount, with its unit by name.
    pub amount: String,
    /// Points under the old version.
    pub old: Decimal,
    /// Points under the new one.
    pub new: Decimal,
    /// Their unit.
    pub unit: String,
}

/// A decision in sentences.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Story {
    /// What came of it.
    pub outcome: Text,
    /// Why, in English.
    pub en: Tree,
    /// Why, in Chinese.
    pub zh: Tree,
}

impl Story {
    /// The explanation in one language.
    #[must_use]
    pub fn tree(&self, language: Language) -> &Tree {
        match language {
            Language::English => &self.en,
            Language::Chinese => &self.zh,
        }
    }
}

/// A change that no event was found to show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unseen {
    /// The construct.
    pub of: String,
    /// What readers call it.
    pub label: Text,
    /// Why no event can show it, where that is proved; else it is only not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proof: Option<Text>,
}

/// Compares two versions.
#[must_use]
pub fn compare((old, from): (&Policy, &str), (new, to): (&Policy, &str)) -> Report {
    let difference = diff::compare(old, new);
    let (effects, unseen) = if difference.same { (vec![], vec![]) } else { effects(old, new, &difference) };
    let verdict = match (difference.same, effects.is_empty()) {
        (true, _) => Verdict::Same,
        (false, false) => Verdict::Differs,
        (false, true) if !unseen.is_empty() && unseen.iter().all(|one| one.proof.is_some()) => Verdict::Same,
        (false, true) => Verdict::NotProved,
    };
    let version =
        |policy: &Policy, from: &str| Version { from: from.to_owned(), version: policy.version(), hash: policy.hash() };
    let Difference { renamed, changes, .. } = difference;
    Report {
        programme: new.programme.name.clone(),
        label: region::both(|language| Words::new(new, language).name(&new.programme)),
        old: version(old, from),
        new: version(new, to),
        labels: labels(old, new),
        verdict,
        renamed,
        changes,
        effects,
        unseen,
        recorded: None,
    }
}

/// What readers call points, pools, currencies, quantities and rules of both.
fn labels(old: &Policy, new: &Policy) -> BTreeMap<String, Text> {
    let mut all = BTreeMap::new();
    for policy in [old, new] {
        let points = policy.points.iter();
        let points = points.flat_map(|one| std::iter::once(&one.title).chain(one.pools.iter().map(|pool| &pool.title)));
        let currencies = policy.currencies.iter().map(|one| &one.title);
        let quantities = policy.quantities.iter().map(|one| &one.title);
        let rules = policy.rules.iter().map(|one| &one.title).chain(policy.groups.iter().map(|one| &one.title));
        let tiers = policy.enums.iter().filter(|one| one.ordered).flat_map(|one| &one.values).map(|one| &one.title);
        for title in points.chain(currencies).chain(quantities).chain(rules).chain(tiers) {
            all.entry(title.name.clone())
                .or_insert_with(|| region::both(|language| Words::new(policy, language).name(title)));
        }
    }
    all
}

fn effects(old: &Policy, new: &Policy, difference: &Difference) -> (Vec<Effect>, Vec<Unseen>) {
    let Some(sides) = Sides::new(old, new) else { return (vec![], vec![]) };
    let bases = sides.bases(old, new);
    let policies = Policies { old, new };
    // What comes of other terms of points is told with the points.
    let terms = difference.changes.iter().any(|change| change.sort == Sort::Points);
    let of_terms = move |gap: &Gap| terms && matches!(gap.what, What::LastDay | What::Usable | What::Funding);
    let mut effects = Vec::new();
    let mut unseen = Vec::new();
    for pair in &difference.touched {
        let hunted =
            search::Hunted { pair: *pair, others: &difference.touched, seeds: proof::seeds(old, difference, *pair) };
        let found = search::of_rule(&sides, policies, hunted, &bases, &of_terms);
        let (one, other) = policies.rules(*pair);
        let Some((policy, rule)) = one.map(|rule| (old, rule)).or(other.map(|rule| (new, rule))) else { continue };
        let label = region::both(|language| Words::new(policy, language).name(&rule.title));
        if found.is_empty() {
            let proof = proof::without_effect(old, difference, *pair);
            unseen.push(Unseen { of: rule.title.name.clone(), label, proof });
            continue;
        }
        let free: Vec<_> = found.iter().filter(|(one, _)| !one.bound).map(|(one, _)| (one.old, one.new)).collect();
        for (signature, tried) in found {
            let tried = enough(&sides, tried);
            let beside = !free.contains(&(signature.old, signature.new));
            let names: Vec<String> = [one, other].into_iter().flatten().map(|rule| rule.title.name.clone()).collect();
            let most = match signature.tone {
                Tone::Gains => region::most(policies, *pair, true),
                Tone::Loses => region::most(policies, *pair, false),
                Tone::Other => None,
            };
            effects.push(Effect {
                of: rule.title.name.clone(),
                label: label.clone(),
                region: region::region(policies, *pair, signature, &tried),
                tone: signature.tone,
                gaps: tried.gaps.clone(),
                most,
                witness: witness(policies, &tried),
                // A region where a limit binds has the amounts of the one beside it.
                series: if signature.bound && !beside { vec![] } else { series(&sides, policies, &tried) },
                old: story(old, &tried.old, &names),
                new: story(new, &tried.new, &names),
            });
        }
    }
    others(&sides, policies, difference, &bases, (&mut effects, &mut unseen));
    (effects, unseen)
}

/// The witness with no more points held than what either version takes.
fn enough(sides: &Sides, tried: Tried) -> Tried {
    let taken = |answer: &Answer| {
        let lines = answer.decision.lines.iter().map(|line| crate::story::number(&line.amount));
        lines.filter(|amount| amount.is_sign_negative()).fold(Decimal::ZERO, |sum, one| sum.saturating_sub(one))
    };
    let most = taken(&tried.old).max(taken(&tried.new));
    let mut less = tried.trial.clone();
    let mut changed = false;
    for held in less.held().filter(|held| held.amount == crate::suggest::target::RICH && most > Decimal::ZERO) {
        held.amount = most;
        changed = true;
    }
    let again = if changed { sides.run(&less) } else { None };
    match again {
        Some(again) if again.gaps == tried.gaps => again,
        _ => tried,
    }
}

/// Effects of what is no rule: terms of points, figures.
fn others(
    sides: &Sides,
    policies: Policies<'_>,
    difference: &Difference,
    bases: &[crate::suggest::base::Base],
    (effects, unseen): (&mut Vec<Effect>, &mut Vec<Unseen>),
) {
    for change in &difference.changes {
        let wanted: Box<dyn Fn(&Gap) -> bool> = match change.sort {
            Sort::Points => Box::new(|gap: &Gap| matches!(gap.what, What::LastDay | What::Usable | What::Funding)),
            Sort::Figure => {
                let name = change.name.clone();
                Box::new(move |gap: &Gap| matches!(&gap.what, What::Figure(told) if *told == name))
            }
            Sort::Programme if change.happened == Happened::Changed => {
                Box::new(|gap: &Gap| matches!(gap.what, What::Debt))
            }
            // What rules show is told with them.
            Sort::Rule | Sort::Campaign | Sort::Group | Sort::Parameter => continue,
            _ => {
                let shown = !difference.touched.is_empty()
                    && matches!(change.sort, Sort::Measure | Sort::Tier | Sort::Names | Sort::Facts);
                if !shown {
                    unseen.push(Unseen { of: change.name.clone(), label: change.label.clone(), proof: None });
                }
                continue;
            }
        };
        let found = search::of_tests(sides, bases, wanted);
        if found.is_empty() {
            unseen.push(Unseen { of: change.name.clone(), label: change.label.clone(), proof: None });
        }
        for (tone, tried) in found {
            let kind = tried.trial.kind(policies.new).map(|kind| &kind.title);
            let region = kind.map_or_else(
                || Text::new("", ""),
                |title| region::both(|language| Words::new(policies.new, language).name(title)),
            );
            effects.push(Effect {
                of: change.name.clone(),
                label: change.label.clone(),
                region,
                tone,
                gaps: tried.gaps.clone(),
                most: None,
                witness: witness(policies, &tried),
                series: vec![],
                old: story(policies.old, &tried.old, &[]),
                new: story(policies.new, &tried.new, &[]),
            });
        }
    }
}

fn story(policy: &Policy, answer: &Answer, rules: &[String]) -> Story {
    let teller = |language| Teller { policy, language, marks: Marks::NONE };
    Story {
        outcome: region::both(|language| teller(language).outcome(answer)),
        en: teller(Language::English).about(answer, rules),
        zh: teller(Language::Chinese).about(answer, rules),
    }
}

fn witness(policies: Policies<'_>, tried: &Tried) -> Witness {
    let bare: Vec<ScenarioStep> = (tried.trial.steps.iter())
        .map(|step| match step {
            ScenarioStep::Event { event, at, span, .. } => {
                ScenarioStep::Event { event: event.clone(), at: *at, expected: vec![], span: *span }
            }
            other => other.clone(),
        })
        .collect();
    let written = |policy: &Policy| bare.iter().map(|step| steps::step(policy, step)).collect::<Option<Vec<String>>>();
    let lines = written(policies.new).or_else(|| written(policies.old)).unwrap_or_default();
    let body = lines.join("\n");
    let spelled = |language| {
        let text = translate(&format!("test \"x\" {{\n{body}\n}}\n"), language, &[]);
        let inner = text.lines().skip(1).map(str::trim).filter(|line| !line.is_empty() && *line != "}");
        inner.collect::<Vec<_>>().join("\n")
    };
    let text = if body.is_empty() { Text::new("", "") } else { region::both(spelled) };
    let events = tried.trial.steps.iter().filter_map(|step| match step {
        ScenarioStep::Event { event, .. } => Some(Json::Object(event.clone())),
        ScenarioStep::Given(_) | ScenarioStep::Lots { .. } => None,
    });
    Witness { text, events: events.collect() }
}

/// The witness with other amounts: what it comes to on small and on large ones.
fn series(sides: &Sides, policies: Policies<'_>, tried: &Tried) -> Vec<Point> {
    const SIZES: [i64; 6] = [10, 100, 1_000, 10_000, 100_000, 1_000_000];
    let Some(kind) = tried.trial.kind(policies.new).filter(|kind| kind.role == Role::Plain) else { return vec![] };
    let Some((event, _)) = tried.trial.event() else { return vec![] };
    let given = |field: &&Field| {
        field.json.first().is_some_and(|json| event.contains_key(&json.name))
            && matches!(field.typed.ty, Type::Money(_))
    };
    let Some(field) = kind.fields.iter().find(given) else { return vec![] };
    let (Some(json), Type::Money(currency)) = (field.json.first(), &field.typed.ty) else { return vec![] };
    let currency = policies.new.currency_of(*currency).map(|one| one.title.name.clone()).unwrap_or_default();
    let own = tried.old.event.customer.clone();
    let mut all = Vec::new();
    for size in SIZES {
        let change = crate::suggest::trial::Change::Member(json.name.clone(), Some(Json::String(size.to_string())));
        let Some(tried) = sides.run(&tried.trial.with(&change)) else { continue };
        let sum = |answer: &Answer| {
            let mut sums: Vec<(String, Decimal)> = Vec::new();
            for line in answer.decision.lines.iter().filter(|line| Some(&line.customer) == own.as_ref()) {
                let (unit, amount) = (crate::story::unit(line), crate::story::number(&line.amount));
                match sums.iter_mut().find(|(known, _)| known == unit) {
                    Some((_, sum)) => *sum = sum.saturating_add(amount),
                    None => sums.push((unit.to_owned(), amount)),
                }
            }
            sums
        };
        let (before, after) = (sum(&tried.old), sum(&tried.new));
        let unit = after.iter().chain(&before).map(|(unit, _)| unit.clone()).next();
        let Some(unit) = unit else { continue };
        let of = |sums: &[(String, Decimal)]| {
            sums.iter().find(|(known, _)| *known == unit).map(|(_, sum)| *sum).unwrap_or_default()
        };
        all.push(Point { amount: format!("{size} {currency}"), old: of(&before), new: of(&after), unit });
    }
    if all.iter().filter(|point| point.old != point.new).count() < 2 { vec![] } else { all }
}
