//! Events that tell two policies apart: looked for among the events of their tests and small changes of these, at the numbers,
//! values and edges that stand in what changed. What the two engines say decides; nothing is taken on trust.

use super::outcome::{Gap, Tone, What, overall};
use super::side::{Sides, Tried, trace};
use crate::suggest::atom::{Nearby, changes, held};
use crate::suggest::base::{Base, plain, reaching};
use crate::suggest::target::RICH;
use crate::suggest::trial::{Change, Trial};
use chrono::{NaiveDateTime, NaiveTime, TimeDelta};
use earnest_dsl::diff::Pair;
use earnest_dsl::policy::scenario::LotsExpected;
use earnest_dsl::policy::{
    Bounded, Constraint, Expr, Node, Owner, Policy, Rule, RuleBody, ScenarioStep, Type, Value, Window, WindowKind,
};
use earnest_dsl::source::Span;
use earnest_dsl::words::measure_expressions;
use earnest_interpreter::decision::{RuleResult, RuleTrace};
use rust_decimal::Decimal;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// Runs on both engines for one construct, at most.
const MOST_RUNS: usize = 900;
/// Trials that are changed, at most.
const MOST_BASES: usize = 8;

/// Both policies, with their tests.
#[derive(Clone, Copy)]
pub(super) struct Policies<'p> {
    pub old: &'p Policy,
    pub new: &'p Policy,
}

impl<'p> Policies<'p> {
    /// The rules of a pair.
    pub fn rules(self, pair: Pair) -> (Option<&'p Rule>, Option<&'p Rule>) {
        (pair.old.and_then(|at| self.old.rules.get(at)), pair.new.and_then(|at| self.new.rules.get(at)))
    }
}

/// What a region of events has in common: what the rule did before and does now, for whom that is good, whether a limit binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Signature {
    pub old: Did,
    pub new: Did,
    pub bound: bool,
    pub tone: Tone,
}

/// What a rule did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Did {
    /// It applied, be it that nothing came of it.
    Acted,
    /// It refused the event.
    Refused,
    /// A window or condition did not hold, or another rule came first.
    Silent,
    /// The policy has no such rule, or did not look at it.
    Absent,
}

/// A rule that changed.
pub(super) struct Hunted<'a> {
    /// Which.
    pub pair: Pair,
    /// All rules that changed.
    pub others: &'a [Pair],
    /// Events of the regions where one version's rule applies and the other's does not.
    pub seeds: Vec<Trial>,
}

/// Looks for events that show the difference of one rule. One for each region that was found, simple ones.
pub(super) fn of_rule(
    sides: &Sides,
    policies: Policies<'_>,
    hunted: Hunted<'_>,
    bases: &[Base],
    told_elsewhere: &dyn Fn(&Gap) -> bool,
) -> Vec<(Signature, Tried)> {
    let Hunted { pair, others, seeds } = hunted;
    let (one, other) = policies.rules(pair);
    let name = |rule: Option<&Rule>| rule.map(|rule| rule.title.name.clone());
    let others = others.iter().filter(|other| **other != pair).map(|other| {
        let (one, other) = policies.rules(*other);
        (name(one), name(other))
    });
    let mut hunt = Hunt {
        sides,
        names: (one, other),
        found: BTreeMap::new(),
        spare: BTreeMap::new(),
        runs: 0,
        told_elsewhere,
        others: others.collect(),
    };
    let kinds: Vec<&str> = [(policies.old, one), (policies.new, other)]
        .into_iter()
        .filter_map(|(policy, rule)| Some((policy, rule?)))
        .flat_map(|(policy, rule)| rule.kinds.iter().filter_map(move |id| policy.kind(*id)))
        .map(|kind| kind.json.as_str())
        .collect();
    let of_kind = |trial: &Trial| {
        trial.event().and_then(|(event, _)| event.get("type")?.as_str()).is_some_and(|json| kinds.contains(&json))
    };
    let mut starts: Vec<Trial> = bases.iter().map(|base| &base.trial).filter(|trial| of_kind(trial)).cloned().collect();
    starts.extend(seeds);
    starts.extend(reached(sides, policies, (one, other), bases, &of_kind));
    let mut near: Vec<Trial> = Vec::new();
    for trial in &starts {
        if hunt.look(trial) {
            near.insert(0, trial.clone());
        } else {
            near.push(trial.clone());
        }
    }
    // Those to which the rule applies are near; the plainest of them first.
    near.sort_by_key(|trial| (!hunt.applies(trial), size(trial)));
    let mut shapes: Vec<String> = Vec::new();
    let distinct = |trial: &&Trial| {
        let shape = shape(trial);
        let fresh = !shapes.contains(&shape);
        shapes.push(shape);
        fresh
    };
    let chosen: Vec<&Trial> = near.iter().filter(distinct).take(MOST_BASES).collect();
    for trial in chosen {
        let tries = tries(policies, (one, other), trial);
        for change in &tries {
            hunt.look(&trial.with(change));
        }
    }
    // Two changes at once, where one found nothing.
    if hunt.found.is_empty()
        && hunt.spare.is_empty()
        && let Some(trial) = near.first()
    {
        let tries = tries(policies, (one, other), trial);
        for change in &tries {
            for second in tries.iter().filter(|second| *second != change) {
                if hunt.runs >= MOST_RUNS {
                    break;
                }
                hunt.look(&trial.with(change).with(second));
            }
        }
    }
    let mut found = hunt.regions();
    found.sort_by_key(|(signature, tried)| (*signature, size(&tried.trial)));
    found
}

struct Hunt<'a> {
    sides: &'a Sides,
    names: (Option<&'a Rule>, Option<&'a Rule>),
    /// What the rule itself does otherwise.
    found: BTreeMap<Signature, Found>,
    /// What may come of something else as well: of what went before, or of what the rule reads.
    spare: BTreeMap<Signature, Found>,
    /// Names of the other rules that changed.
    others: Vec<(Option<String>, Option<String>)>,
    runs: usize,
    /// Differences that come of something else that changed.
    told_elsewhere: &'a dyn Fn(&Gap) -> bool,
}

impl Hunt<'_> {
    fn traces<'t>(&self, tried: &'t Tried) -> (Option<&'t RuleTrace>, Option<&'t RuleTrace>) {
        let name = |rule: Option<&Rule>| rule.map(|rule| rule.title.name.clone());
        (trace(&tried.old, name(self.names.0).as_deref()), trace(&tried.new, name(self.names.1).as_deref()))
    }

    fn applies(&mut self, trial: &Trial) -> bool {
        let Some(tried) = self.sides.run(trial) else { return false };
        let (old, new) = self.traces(&tried);
        [did(old), did(new)].iter().any(|one| matches!(one, Did::Acted | Did::Refused))
    }

    /// Whether the trial shows the difference; the plainest one of its region is kept.
    fn look(&mut self, trial: &Trial) -> bool {
        if self.runs >= MOST_RUNS {
            return false;
        }
        self.runs = self.runs.saturating_add(1);
        let Some(mut tried) = self.sides.run(trial) else { return false };
        tried.gaps.retain(|gap| !(self.told_elsewhere)(gap));
        if tried.gaps.is_empty() {
            return false;
        }
        let (old, new) = self.traces(&tried);
        let own = alters(old, new);
        if !own && !concerned(&tried, (old, new)) {
            return false;
        }
        let bound = |trace: Option<&RuleTrace>| {
            trace.is_some_and(|one| one.limits.iter().any(|limit| limit.asked != limit.granted))
        };
        let signature =
            Signature { old: did(old), new: did(new), bound: bound(old) || bound(new), tone: overall(&tried.gaps) };
        let also = |(old, new): &&(Option<String>, Option<String>)| {
            alters(trace(&tried.old, old.as_deref()), trace(&tried.new, new.as_deref()))
        };
        let mixed = self.others.iter().filter(also).count();
        let plainness = plainness(&tried, mixed);
        let kept = if own && !tried.before { &mut self.found } else { &mut self.spare };
        if kept.get(&signature).is_none_or(|known| plainness < known.plainness) {
            kept.insert(signature, Found { plainness, tried });
        }
        true
    }

    /// Regions worth telling: what only follows from another is left out.
    fn regions(self) -> Vec<(Signature, Tried)> {
        let found = if self.found.is_empty() { self.spare } else { self.found };
        let keys: Vec<Signature> = found.keys().copied().collect();
        let acted = keys.iter().any(|one| (one.old, one.new) == (Did::Acted, Did::Acted));
        let refusals = |tried: &Tried| tried.gaps.iter().find(|gap| gap.what == What::Refusal).cloned();
        let kept = found.into_iter().filter(|(signature, found)| {
            let free = Signature { bound: false, ..*signature };
            let edge = signature.old == Did::Silent || signature.new == Did::Silent;
            let beside = signature.bound && edge && keys.contains(&free);
            let refusal = refusals(&found.tried);
            // That a higher price is sooner too high for a balance goes without saying, as does another code of refusal.
            let short = |code: &str| code == "insufficient_points";
            let follows = refusal.is_some_and(|gap| {
                (acted && (short(&gap.old) || short(&gap.new))) || (!gap.old.is_empty() && !gap.new.is_empty())
            });
            !beside && (!follows || keys.len() == 1)
        });
        kept.map(|(signature, found)| (signature, found.tried)).collect()
    }
}

/// A witness with how plain it is.
struct Found {
    plainness: Plainness,
    tried: Tried,
}

/// Other rules that changed and play a part, steps, oddness of the difference, digits, members.
type Plainness = (usize, usize, usize, usize, usize);

/// Whether the rule itself did something else: its clauses, not only what it read from other rules.
fn alters(old: Option<&RuleTrace>, new: Option<&RuleTrace>) -> bool {
    use earnest_interpreter::decision::StepKind;
    let own = |trace: Option<&RuleTrace>| {
        trace.map(|trace| {
            let steps = trace.steps.iter().filter(|step| {
                !matches!(
                    step.step,
                    StepKind::Base | StepKind::Award | StepKind::Rounded | StepKind::Balance | StepKind::Posted
                )
            });
            let steps: Vec<String> = steps.map(|step| format!("{:?} {}", step.step, step.value)).collect();
            let limits: Vec<bool> = trace.limits.iter().map(|limit| limit.asked != limit.granted).collect();
            let bounds: Vec<&str> =
                trace.limits.iter().filter(|one| one.asked != one.granted).map(|one| one.bound.as_str()).collect();
            let refused: Vec<&str> = trace.refused.iter().map(|one| one.code.as_str()).collect();
            (steps, limits.contains(&true), bounds.join(","), refused.join(","))
        })
    };
    did(old) != did(new) || own(old) != own(new)
}

/// Whether the difference comes of this rule: it did one thing before and does another now.
fn concerned(tried: &Tried, (old, new): (Option<&RuleTrace>, Option<&RuleTrace>)) -> bool {
    let lines = |answer: &earnest_ledger::Answer, trace: Option<&RuleTrace>| -> Vec<(String, Option<String>)> {
        let Some(trace) = trace else { return vec![] };
        let own = answer.decision.lines.iter().filter(|line| line.rule == trace.rule);
        own.map(|line| (line.amount.clone(), line.expires_on.clone())).collect()
    };
    let refusals = tried.gaps.iter().any(|gap| gap.what == What::Refusal);
    let amounts = |answer: &earnest_ledger::Answer| {
        answer.decision.amounts.iter().map(|one| one.amount.clone()).collect::<Vec<_>>()
    };
    let request = |trace: Option<&RuleTrace>| trace.is_some_and(|one| one.result == RuleResult::Applied);
    did(old) != did(new)
        || lines(&tried.old, old) != lines(&tried.new, new)
        || old.and_then(|one| one.granted.as_ref()) != new.and_then(|one| one.granted.as_ref())
        || (refusals && (old.is_some() || new.is_some()))
        || (request(old) && request(new) && amounts(&tried.old) != amounts(&tried.new))
}

pub(super) fn did(trace: Option<&RuleTrace>) -> Did {
    match trace.map(|trace| trace.result) {
        None => Did::Absent,
        Some(RuleResult::Refused) => Did::Refused,
        Some(RuleResult::Applied | RuleResult::Nothing) => Did::Acted,
        Some(RuleResult::Window | RuleResult::Condition | RuleResult::Lost) => Did::Silent,
    }
}

/// The size of a trial: steps first.
fn size(trial: &Trial) -> (usize, usize) {
    (trial.steps.len(), trial.event().map_or(0, |(event, _)| event.len()))
}

/// What a trial is like: its steps, and which members its event has; a request for the most is another than one for a number.
fn shape(trial: &Trial) -> String {
    let steps: String = (trial.steps.iter())
        .map(|step| match step {
            ScenarioStep::Given(given) if given.holds.is_empty() => 'f',
            ScenarioStep::Given(_) => 'h',
            ScenarioStep::Event { .. } => 'e',
            ScenarioStep::Lots { .. } => 'l',
        })
        .collect();
    let members = trial.event().map(|(event, _)| {
        let told = event.iter().map(|(name, value)| match (name.as_str(), value.as_str()) {
            ("type", Some(kind)) => kind.to_owned(),
            (name, Some(text)) if text.parse::<Decimal>().is_err() && name != "at" => format!("{name}={text}"),
            (name, _) => name.to_owned(),
        });
        told.collect::<Vec<_>>().join(" ")
    });
    format!("{steps} {}", members.unwrap_or_default())
}

/// How plain a witness is: few steps, few members, round numbers, not too small a difference.
fn plainness(tried: &Tried, mixed: usize) -> Plainness {
    let (steps, members) = size(&tried.trial);
    let digits = |text: &str| {
        text.parse::<Decimal>()
            .map_or(0, |number| number.normalize().mantissa().to_string().trim_end_matches('0').len())
    };
    let numbers = tried.trial.event().map_or(0, |(event, _)| event.values().filter_map(Json::as_str).map(digits).sum());
    let biggest = tried.gaps.iter().filter_map(Gap::more).map(|more| more.abs()).max().unwrap_or_default();
    // Some points at least, and no fortune.
    let odd = usize::from(biggest < Decimal::TEN) + usize::from(biggest > Decimal::from(1_000_000));
    (mixed, steps, odd, numbers, members)
}

/// Trials changed until the rule applies, under either policy.
fn reached(
    sides: &Sides,
    policies: Policies<'_>,
    (one, other): (Option<&Rule>, Option<&Rule>),
    bases: &[Base],
    of_kind: &dyn Fn(&Trial) -> bool,
) -> Vec<Trial> {
    let mut all = Vec::new();
    for (bench, policy, rule) in [(&sides.old, policies.old, one), (&sides.new, policies.new, other)] {
        let Some(rule) = rule.filter(|rule| !matches!(rule.body, RuleBody::Level { .. })) else { continue };
        let near = bases.iter().filter(|base| of_kind(&base.trial)).take(3);
        let mut found: Vec<Trial> =
            near.filter_map(|base| reaching(bench, policy, rule, base)).map(|base| base.trial).collect();
        if found.is_empty() {
            let plain = rule.kinds.iter().filter_map(|id| plain(bench, policy, *id));
            found.extend(plain.filter_map(|base| reaching(bench, policy, rule, &base)).map(|base| base.trial).take(1));
            found.extend(rule.kinds.iter().filter_map(|id| plain_of(bench, policy, *id)));
        }
        all.extend(found);
    }
    all
}

fn plain_of(bench: &crate::suggest::trial::Bench, policy: &Policy, id: earnest_dsl::policy::KindId) -> Option<Trial> {
    plain(bench, policy, id).map(|base| base.trial)
}

/// Changes worth trying: values that stand in the rule's clauses, edges of its windows, larger amounts, more often, more points.
fn tries(policies: Policies<'_>, (one, other): (Option<&Rule>, Option<&Rule>), trial: &Trial) -> Vec<Change> {
    let mut all: Vec<Change> = Vec::new();
    all.extend(amounts(policies.new, trial));
    for (policy, rule) in [(policies.old, one), (policies.new, other)] {
        let Some(rule) = rule else { continue };
        let mut exprs: Vec<&Expr> = Vec::new();
        measure_expressions(policy, rule, &mut |expr| {
            // Clauses as wholes: what stands in them is found again.
            exprs.push(expr);
        });
        exprs.truncate(60);
        all.extend(changes(policy, trial, &exprs, &Nearby::of(&exprs)).into_iter().take(80));
        for limit in rule.constraints.iter().filter_map(|id| policy.constraint(*id)) {
            all.extend(more_often(policy, trial, rule, limit));
        }
        if let RuleBody::Request(request) = &rule.body
            && let Some(spends) = &request.spends
        {
            all.push(Change::Hold(held(policy, trial, spends.points, RICH)));
            all.extend(
                request
                    .items
                    .iter()
                    .take(12)
                    .map(|item| Change::Member("item".to_owned(), Some(Json::String(item.title.name.clone())))),
            );
        }
    }
    let windows = |rule: Option<&Rule>| rule.map(|rule| rule.windows.clone()).unwrap_or_default();
    all.extend(instants(&windows(one), &windows(other), trial).into_iter().map(Change::At));
    all.extend([2, 3].map(Change::Times));
    let mut unique: Vec<Change> = Vec::new();
    for change in all {
        if !unique.contains(&change) {
            unique.push(change);
        }
    }
    unique
}

/// Larger and smaller amounts in the fields of money, points and quantities.
fn amounts(policy: &Policy, trial: &Trial) -> Vec<Change> {
    let Some(kind) = trial.kind(policy) else { return vec![] };
    let sized = kind.fields.iter().filter(|field| {
        matches!(field.typed.ty, Type::Money(_) | Type::Points(_) | Type::Quantity(_) | Type::Number | Type::Count)
    });
    let names = sized.filter_map(|field| field.json.first()).map(|json| json.name.clone());
    let sizes = ["100", "1000", "10000", "100000", "1000000", "10"];
    names.flat_map(|name| sizes.map(|size| Change::Member(name.clone(), Some(Json::String(size.to_owned()))))).collect()
}

/// As often as a limit in uses allows, and once more.
fn more_often(policy: &Policy, trial: &Trial, rule: &Rule, limit: &Constraint) -> Vec<Change> {
    let Node::Constant(Value::Count(most)) = &limit.limit.node else { return vec![] };
    let Ok(most) = usize::try_from(most.trunc().mantissa()) else { return vec![] };
    if !matches!(limit.bounded, Bounded::Uses | Bounded::Pieces) {
        return vec![];
    }
    if most <= 6 {
        return vec![Change::Times(most), Change::Times(most.saturating_add(1))];
    }
    let owner = match limit.owner {
        Owner::Rule(_) => rule.title.name.clone(),
        Owner::Campaign(id) => policy.campaign(id).map(|one| one.title.name.clone()).unwrap_or_default(),
        Owner::Programme => return vec![],
    };
    let item = limit.title.name.strip_suffix(".stock").map(str::to_owned);
    [most.saturating_sub(1), most]
        .into_iter()
        .map(|times| {
            let expected = LotsExpected::Used(item.clone().unwrap_or_else(|| owner.clone()), Decimal::from(times));
            let customer = trial.customer();
            Change::Before(ScenarioStep::Lots { at: policy.effective_from, customer, expected, span: Span::default() })
        })
        .collect()
}

/// Instants at the edges of windows, and in each week after them; at the hours that windows name.
fn instants(old: &[Window], new: &[Window], trial: &Trial) -> Vec<NaiveDateTime> {
    let Some((_, at)) = trial.event() else { return vec![] };
    let second = TimeDelta::seconds(1);
    let mut edges: Vec<NaiveDateTime> = Vec::new();
    let mut times: Vec<NaiveTime> = vec![at.time()];
    let mut weekly = false;
    for window in old.iter().chain(new) {
        match &window.kind {
            WindowKind::Between(from, until) => {
                edges.extend(from.iter().copied());
                edges.extend(from.iter().filter_map(|from| from.checked_sub_signed(second)));
                edges.extend(until.iter().copied());
                edges.extend(until.iter().filter_map(|until| until.checked_sub_signed(second)));
            }
            WindowKind::Days(_, hours) => {
                weekly = true;
                if let Some((from, until)) = hours {
                    times.extend([*from, until.overflowing_sub_signed(second).0, *until]);
                }
            }
            WindowKind::Within(..) => {}
        }
    }
    let mut all = edges.clone();
    if weekly {
        edges.push(at);
        for edge in edges {
            for day in -7..=7 {
                let date = edge.checked_add_signed(TimeDelta::days(day));
                all.extend(date.iter().flat_map(|date| times.iter().map(|time| date.date().and_time(*time))));
            }
        }
    }
    all
}

/// Looks among the tests for events that show a difference of some other sort: terms of points, figures.
pub(super) fn of_tests(sides: &Sides, bases: &[Base], wanted: impl Fn(&Gap) -> bool) -> Vec<(Tone, Tried)> {
    let mut found: BTreeMap<Tone, Tried> = BTreeMap::new();
    for base in bases {
        let Some(mut tried) = sides.run(&base.trial) else { continue };
        tried.gaps.retain(&wanted);
        if tried.gaps.is_empty() {
            continue;
        }
        let tone = overall(&tried.gaps);
        if found.get(&tone).is_none_or(|known| plainness(&tried, 0) < plainness(known, 0)) {
            found.insert(tone, tried);
        }
    }
    found.into_iter().collect()
}
