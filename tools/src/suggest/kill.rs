//! Tests that notice mutants which the tests that there are do not notice.
//!
//! A pool of cases is made of the events of the tests: every value that stands in a clause and its neighbours, every edge of a
//! window and of the version, every bound hit and passed, what was earned on its last day and after it. Each case is given the
//! results that hold today; it notices a mutant whose policy leads to something else.

use super::atom::{Nearby, changes, held, values};
use super::base::{self, Base};
use super::target::spent;
use super::trial::{Bench, Change, Trial};
use super::{Suggestion, leap, test_text};
use crate::coverage::element::{Element, constant, elements};
use crate::mutate::{Mutant, mutated};
use chrono::{NaiveDateTime, TimeDelta};
use earnest_dsl::diagnostic::Language;
use earnest_dsl::load::InputFile;
use earnest_dsl::policy::{Policy, Rule, RuleBody, Type, WindowKind};
use earnest_ledger::Programme;
use rust_decimal::Decimal;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// Tests for mutants, and the mutants for which none was found.
#[derive(Debug, Clone, Default)]
pub struct Killing {
    /// Tests; each notices at least one mutant that no test before it notices.
    pub tests: Vec<Suggestion>,
    /// Mutants that no case of the pool notices.
    pub left: Vec<Mutant>,
}

/// Looks for tests of one version that notice these mutants.
#[must_use]
pub fn kill(
    files: &[InputFile],
    parameters: &[(String, String)],
    (programme, version): (&Programme, usize),
    survivors: &[&Mutant],
    (language, spelling): (Language, Language),
) -> Killing {
    let bench = Bench::new(programme, version);
    let Some(policy) = bench.policy() else { return Killing::default() };
    let pool = pool(&bench, policy);
    let mut killing = Killing::default();
    let mut chosen: Vec<Trial> = Vec::new();
    for mutant in survivors {
        let Some(changed) = mutated(files, mutant, parameters) else { continue };
        let changed = Bench::new(&changed, version);
        let notices = |trial: &Trial| changed.passes(trial) == Some(false);
        if chosen.iter().any(notices) {
            continue;
        }
        match pool.iter().find(|trial| notices(trial)) {
            Some(trial) => {
                let trial = tidied(&bench, trial, &notices);
                let about = about(mutant, language);
                let place = Some((mutant.path.clone(), mutant.line, mutant.column));
                let text = test_text(policy, &trial, &about, spelling);
                killing.tests.extend(text.map(|text| Suggestion { about, place, text }));
                chosen.push(trial);
            }
            None => killing.left.push((*mutant).clone()),
        }
    }
    killing
}

/// The case without what is not needed to notice the mutant.
fn tidied(bench: &Bench, trial: &Trial, notices: &dyn Fn(&Trial) -> bool) -> Trial {
    let mut trial = trial.clone();
    let mut at = 0_usize;
    while at.saturating_add(1) < trial.steps.len() {
        let mut less = trial.clone();
        less.steps.remove(at);
        match bench.with_expectations(&less).filter(notices) {
            // What the event leads to stays: a refusal for another reason shows less.
            Some(less) if less.steps.last() == trial.steps.last() => trial = less,
            _ => at = at.saturating_add(1),
        }
    }
    trial
}

/// Cases in all.
const MOST_CASES: usize = 1_000;
/// Events of tests from which cases are made.
const MOST_BASES: usize = 24;

/// Cases that pass today, the simplest first.
fn pool(bench: &Bench, policy: &Policy) -> Vec<Trial> {
    let bases = varied(policy, base::all(bench, policy));
    let mut trials: Vec<Trial> = bases.iter().map(|base| base.trial.clone()).collect();
    let edges = version_edges(policy);
    for base in &bases {
        trials.extend(edges.iter().map(|at| base.trial.with(&Change::At(*at))));
    }
    trials.extend(bases.iter().filter_map(|base| life(bench, base)));
    trials.append(&mut leap::lots(bench, policy, &bases));
    // One change of each base in turn, so that no base is cut off by another's many changes.
    let mut changes: Vec<_> = bases.iter().map(|base| (base, singles(policy, base).into_iter())).collect();
    while trials.len() < MOST_CASES && !changes.is_empty() {
        changes.retain_mut(|(base, changes)| match changes.next() {
            Some(change) => {
                trials.push(base.trial.with(&change));
                true
            }
            None => false,
        });
    }
    let mut pool: Vec<Trial> = Vec::new();
    for trial in trials {
        if let Some(trial) = bench.with_expectations(&trial)
            && !pool.contains(&trial)
        {
            pool.push(trial);
        }
    }
    pool
}

/// Some bases of each kind of event: the first of each, then the second of each.
fn varied(policy: &Policy, bases: Vec<Base>) -> Vec<Base> {
    let mut turns: BTreeMap<&str, usize> = BTreeMap::new();
    let mut placed: Vec<(usize, Base)> = Vec::new();
    for base in bases {
        let kind = base.trial.kind(policy).map_or("", |kind| kind.json.as_str());
        let turn = turns.entry(kind).or_default();
        placed.push((*turn, base));
        *turn = turn.saturating_add(1);
    }
    placed.sort_by_key(|(turn, _)| *turn);
    placed.into_iter().map(|(_, base)| base).take(MOST_BASES).collect()
}

/// The first instants of the version and of what comes after it, and the last ones before.
fn version_edges(policy: &Policy) -> Vec<NaiveDateTime> {
    let edges = [Some(policy.effective_from), policy.effective_until].into_iter().flatten();
    let second = TimeDelta::seconds(1);
    edges.flat_map(|edge| [Some(edge), edge.checked_sub_signed(second)]).flatten().collect()
}

/// Single changes of a base for everything that the rules on its kind look at.
fn singles(policy: &Policy, base: &Base) -> Vec<Change> {
    let Some(kind) = base.trial.kind(policy) else { return vec![] };
    let rules: Vec<&Rule> =
        policy.rules.iter().filter(|rule| rule.kinds.iter().any(|id| policy.kind(*id) == Some(kind))).collect();
    let mut near = Nearby::default();
    let mut all: Vec<Change> = Vec::new();
    elements(policy, &mut |of, element| match element {
        Element::Condition(expr) if rules.iter().any(|rule| rule.title.name == of) => {
            all.extend(changes(policy, &base.trial, &[expr], &Nearby::of(&[expr])));
        }
        Element::Row { row, subject, .. } => {
            let mut near = Nearby::of(&[subject]);
            near.add_test(&row.test);
            all.extend(changes(policy, &base.trial, &[subject], &near));
        }
        Element::TierRow { tier, from } => all.extend(changes(policy, &base.trial, &[&tier.by], &Nearby::of(&[from]))),
        Element::Window(window) => {
            if let WindowKind::Between(from, until) = &window.kind {
                let second = TimeDelta::seconds(1);
                let edges = [*from, *until].into_iter().flatten();
                let instants = edges.flat_map(|edge| [Some(edge), edge.checked_sub_signed(second)]).flatten();
                all.extend(instants.map(Change::At));
            } else if let (WindowKind::Days(_, hours), Some((_, at))) = (&window.kind, base.trial.event()) {
                let times = hours.map_or(vec![], |(from, until)| vec![from, until]);
                for time in times {
                    let edge = at.date().and_time(time);
                    all.extend(
                        [Some(edge), edge.checked_sub_signed(TimeDelta::seconds(1))]
                            .into_iter()
                            .flatten()
                            .map(Change::At),
                    );
                }
                all.extend((1..=7).filter_map(|days| at.checked_add_signed(TimeDelta::days(days))).map(Change::At));
            }
        }
        Element::Limit(constraint) => {
            let most = constant(&constraint.limit).and_then(|most| usize::try_from(most.mantissa()).ok());
            let times = most.filter(|most| *most <= 5).into_iter().flat_map(|most| [most, most.saturating_add(1)]);
            all.extend(times.filter(|times| *times > 1).map(Change::Times));
            near = std::mem::take(&mut near).with(&[&constraint.limit]);
        }
        Element::Item(item) => {
            let member = kind.field("item").and_then(|field| field.json.first());
            let Some(json) = member else { return };
            let asks = Change::Member(json.name.clone(), Some(Json::String(item.title.name.clone())));
            all.push(asks.clone());
            // Just enough points, and one too few.
            let spent = spent(policy, &base.trial);
            let prices = Nearby::of(&[&item.price]);
            let holds = spent.into_iter().flat_map(|points| prices.holds(policy, &base.trial, points));
            all.extend(holds.map(|hold| Change::All(vec![asks.clone(), hold])));
        }
        Element::Condition(_) | Element::Rule(_) | Element::Threshold(_) | Element::Clause(_) => {}
    });
    for rule in rules {
        near = amounts(rule, near);
    }
    let sizes = sizes(policy, base, &near);
    if let Some(points) = spent(policy, &base.trial) {
        let rich = Change::Hold(held(policy, &base.trial, points, PLENTY));
        all.extend(sizes.iter().map(|size| Change::All(vec![rich.clone(), size.clone()])));
    }
    all.extend(sizes);
    let mut unique: Vec<Change> = Vec::new();
    for change in all {
        if !unique.contains(&change) {
            unique.push(change);
        }
    }
    unique
}

/// Points enough for what the sizes ask.
const PLENTY: Decimal = Decimal::from_parts(100_000, 0, 0, false, 0);

/// Numbers of what a rule gives.
fn amounts(rule: &Rule, near: Nearby) -> Nearby {
    match &rule.body {
        RuleBody::Earn(lines) => near.with(&lines.iter().map(|line| &line.amount).collect::<Vec<_>>()),
        RuleBody::Level { line, condition, .. } => {
            near.with(&std::iter::once(&line.amount).chain(condition).collect::<Vec<_>>())
        }
        RuleBody::Request(request) => {
            let steps = request.steps.iter().map(|steps| &steps.step);
            let all = steps.chain(&request.value).chain(request.amounts.iter().map(|amount| &amount.amount));
            near.with(&all.chain(request.lines.iter().map(|line| &line.amount)).collect::<Vec<_>>())
        }
        RuleBody::Raise { factor, .. } => near.with(&[&factor.times]),
        RuleBody::Accept(_) | RuleBody::Convert(_) | RuleBody::Notify(_) => near,
    }
}

/// Amounts that show how a number is counted and rounded.
fn sizes(policy: &Policy, base: &Base, near: &Nearby) -> Vec<Change> {
    let Some(kind) = base.trial.kind(policy) else { return vec![] };
    let mut near = near.clone();
    for odd in ["0.99", "1.5", "88.88", "101.01", "999.99", "1234.56", "10000"] {
        near.add_number(odd.parse().unwrap_or_default());
    }
    near.spread();
    let numbers = kind.fields.iter().filter(|field| {
        matches!(
            field.typed.ty,
            Type::Money(_) | Type::Points(_) | Type::Quantity(_) | Type::Number | Type::Count | Type::Term
        )
    });
    let mut all = Vec::new();
    for field in numbers {
        let Some(json) = field.json.first() else { continue };
        let values = values(policy, &base.trial, field, &near).into_iter().take(60);
        all.extend(values.map(|value| Change::Member(json.name.clone(), value)));
    }
    all
}

/// What the event gives, on its last day and after it.
fn life(bench: &Bench, base: &Base) -> Option<Trial> {
    let (_, at) = base.trial.event()?;
    let unit = base.outcome.last()?.decision.lines.first()?;
    leap::lot(bench, &base.trial, at, unit.unit.as_deref().unwrap_or(&unit.points))
}

fn about(mutant: &Mutant, language: Language) -> String {
    let name = match language {
        Language::English => mutant.of.first().map(|name| format!("{name}: ")),
        Language::Chinese => {
            let label = mutant.of.iter().find(|name| !name.is_ascii()).or(mutant.of.first());
            label.map(|name| format!("{name}："))
        }
    };
    let name = name.unwrap_or_default();
    let cut = |text: &str| super::one_line(text, 40);
    let before = cut(&mutant.before);
    match (language, mutant.after.is_empty()) {
        (_, true) => format!("{name}{before}"),
        (Language::English, false) => format!("{name}{before}, not {}", cut(&mutant.after)),
        (Language::Chinese, false) => format!("{name}{before}，不是 {}", cut(&mutant.after)),
    }
}
