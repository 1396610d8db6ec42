//! How to exercise an element: the changes of a trial that are worth trying for it.

use super::atom::{Nearby, changes, held};
use super::trial::{Bench, Change, Outcome, Trial};
use crate::coverage::element::{Element, constant};
use crate::coverage::gather::place;
use crate::coverage::item::{Aspect, Place};
use chrono::{NaiveDateTime, NaiveTime, TimeDelta};
use earnest_dsl::policy::scenario::LotsExpected;
use earnest_dsl::policy::{
    Bounded, Constraint, Expr, Item, Node, Owner, Policy, RuleBody, ScenarioStep, Type, Window, WindowKind,
};
use earnest_dsl::source::Span;
use earnest_interpreter::decision::Outcome::Accepted;
use rust_decimal::Decimal;
use serde_json::Value as Json;

/// Something that no test exercises yet.
#[derive(Debug, Clone)]
pub(crate) struct Target<'p> {
    pub element: Element<'p>,
    pub place: Place,
    pub aspect: Aspect,
    /// Only an accepted event counts: one that is refused for something else shows little.
    pub accepted: bool,
}

impl Target<'_> {
    pub(crate) fn is_hit(&self, outcome: &Outcome) -> bool {
        let accepted = || outcome.last().is_some_and(|answer| answer.decision.outcome == Accepted);
        let seen = outcome.is_decided() && outcome.seen.contains(&(self.place.clone(), self.aspect));
        seen && (!self.accepted || accepted())
    }
}

/// A trial that hits the target, made of a base by one change (for limits: by a search).
pub(crate) fn hit(bench: &Bench, target: &Target<'_>, base: &Trial, outcome: &Outcome) -> Option<Trial> {
    let policy = bench.policy()?;
    let tried = |change: &Change| {
        let trial = base.with(change);
        bench.run(&trial).is_some_and(|outcome| target.is_hit(&outcome)).then_some(trial)
    };
    let changes = match target.element {
        Element::Window(window) => window_changes(policy, base, outcome, window, target.aspect),
        Element::Condition(expr) | Element::Threshold(expr) => changes(policy, base, &[expr], &Nearby::of(&[expr])),
        Element::Row { row, subject, .. } => {
            let mut near = Nearby::of(&[subject]);
            near.add_test(&row.test);
            changes(policy, base, &[subject], &near)
        }
        Element::TierRow { tier, from } => {
            let mut all = changes(policy, base, &[&tier.by], &Nearby::of(&[from]));
            // What a level is checked of is a value that the event gives.
            let value = constant(from).map(|value| Json::String(value.to_string()));
            all.extend(value.map(|value| Change::Member("value".to_owned(), Some(value))));
            all
        }
        Element::Limit(constraint) => return limit(bench, policy, target, base, constraint),
        Element::Clause(expr) => return sized(bench, policy, target, base, Some(expr)),
        Element::Item(item) => return asked(bench, policy, target, base, item),
        Element::Rule(_) => vec![],
    };
    changes.iter().take(MOST_CHANGES).find_map(tried)
}

/// Changes tried for one target on one base.
const MOST_CHANGES: usize = 40;

/// Instants on the wanted side of a window's edge.
fn window_changes(policy: &Policy, base: &Trial, outcome: &Outcome, window: &Window, aspect: Aspect) -> Vec<Change> {
    let Some((_, at)) = base.event() else { return vec![] };
    let second = TimeDelta::seconds(1);
    let on_edges = |from: Option<NaiveDateTime>, until: Option<NaiveDateTime>| match aspect {
        Aspect::Before | Aspect::Outside => from.and_then(|from| from.checked_sub_signed(second)),
        Aspect::First | Aspect::Inside => from,
        Aspect::Last => until.and_then(|until| until.checked_sub_signed(second)),
        Aspect::After => until,
        _ => None,
    };
    let wanted: Vec<NaiveDateTime> = match &window.kind {
        WindowKind::Between(from, until) => on_edges(*from, *until).into_iter().collect(),
        WindowKind::Within(..) => {
            let bounds = place(policy, window.span).and_then(|place| outcome.within.get(&place));
            bounds.and_then(|(from, until)| on_edges(Some(*from), Some(*until))).into_iter().collect()
        }
        WindowKind::Days(_, Some((from, until))) if !matches!(aspect, Aspect::Inside | Aspect::Outside) => {
            let on = |day: NaiveDateTime, time: NaiveTime| day.date().and_time(time);
            let days = (0..=31).filter_map(|days| at.checked_add_signed(TimeDelta::days(days)));
            days.filter_map(|day| on_edges(Some(on(day, *from)), Some(on(day, *until)))).collect()
        }
        WindowKind::Days(..) => (1..=31).filter_map(|days| at.checked_add_signed(TimeDelta::days(days))).collect(),
    };
    let by = window.by.as_ref().and_then(|by| match &by.node {
        Node::Field(name) if name != "at" => base.kind(policy)?.field(name),
        _ => None,
    });
    wanted
        .into_iter()
        .filter_map(|at| match by {
            None => Some(Change::At(at)),
            Some(field) => {
                let json = field.json.first()?;
                let value = match field.typed.ty {
                    Type::Date => at.date().to_string(),
                    _ => earnest_ledger::programme::instant_of(policy, at)?.to_rfc3339(),
                };
                Some(Change::Member(json.name.clone(), Some(Json::String(value))))
            }
        })
        .collect()
}

/// A limit: by how much is asked, or by how often.
fn limit(bench: &Bench, policy: &Policy, target: &Target<'_>, base: &Trial, constraint: &Constraint) -> Option<Trial> {
    if matches!(constraint.bounded, Bounded::Uses | Bounded::Pieces) {
        let most = constant(&constraint.limit).and_then(|most| u32::try_from(most.mantissa()).ok())?;
        let times = if target.aspect == Aspect::Cut { most.checked_add(1)? } else { most };
        let owner = owner_name(policy, constraint)?;
        let plan = if times <= MOST_TIMES {
            base.with(&Change::Times(usize::try_from(times).ok()?))
        } else {
            let before = LotsExpected::Used(owner, times.checked_sub(1)?.into());
            let customer = base.customer();
            let at = policy.effective_from;
            base.with(&Change::Before(ScenarioStep::Lots { at, customer, expected: before, span: Span::default() }))
        };
        if bench.run(&plan).is_some_and(|outcome| target.is_hit(&outcome)) {
            return Some(plan);
        }
        let rich = spent(policy, base).map(|points| plan.with(&Change::Hold(held(policy, base, points, RICH))));
        if let Some(rich) = rich
            && bench.run(&rich).is_some_and(|outcome| target.is_hit(&outcome))
        {
            return Some(rich);
        }
    }
    sized(bench, policy, target, base, Some(&constraint.limit))
}

/// Repetitions that still read well in a test.
const MOST_TIMES: u32 = 6;
/// Points enough for anything.
pub(crate) const RICH: Decimal = Decimal::from_parts(10_000_000, 0, 0, false, 0);

fn owner_name(policy: &Policy, constraint: &Constraint) -> Option<String> {
    let item = policy.rules.iter().find_map(|rule| match &rule.body {
        RuleBody::Request(request) => request.items.iter().find(|item| {
            let id = |id: earnest_dsl::policy::ConstraintId| policy.constraint(id) == Some(constraint);
            item.stock.is_some_and(id) || item.constraints.iter().any(|one| id(*one))
        }),
        _ => None,
    });
    if let Some(item) = item {
        return Some(item.title.name.clone());
    }
    match constraint.owner {
        Owner::Rule(id) => policy.rule(id).map(|rule| rule.title.name.clone()),
        Owner::Campaign(id) => policy.campaign(id).map(|campaign| campaign.title.name.clone()),
        Owner::Programme => None,
    }
}

/// Which points a request on events of the trial's kind takes.
pub(crate) fn spent(policy: &Policy, base: &Trial) -> Option<earnest_dsl::policy::PointsId> {
    let kind = base.kind(policy)?;
    policy.rules.iter().find_map(|rule| match &rule.body {
        RuleBody::Request(request) if rule.kinds.iter().any(|id| policy.kind(*id) == Some(kind)) => {
            request.spends.as_ref().map(|spends| spends.points)
        }
        _ => None,
    })
}

/// Looks for the size of an amount at which a bound begins to cut: one grain below, it is full.
fn sized(bench: &Bench, policy: &Policy, target: &Target<'_>, base: &Trial, bound: Option<&Expr>) -> Option<Trial> {
    let kind = base.kind(policy)?;
    let rich = spent(policy, base).map(|points| base.with(&Change::Hold(held(policy, base, points, RICH))));
    let bases = std::iter::once(base.clone()).chain(rich);
    for base in bases {
        for field in &kind.fields {
            let number = matches!(
                field.typed.ty,
                Type::Money(_) | Type::Points(_) | Type::Quantity(_) | Type::Number | Type::Count
            );
            let Some(json) = field.json.first().filter(|_| number) else { continue };
            let grain = Decimal::new(1, u32::from(field.typed.scale.min(2)));
            let with = |grains: u64| {
                let value = grain.checked_mul(grains.into())?;
                Some(base.with(&Change::Member(json.name.clone(), Some(Json::String(value.to_string())))))
            };
            if let Some(found) = search(bench, target, &with) {
                return Some(found);
            }
            let near = Nearby::of(&bound.into_iter().collect::<Vec<_>>());
            let tried = super::atom::values(policy, &base, field, &near).into_iter().find_map(|value| {
                let trial = base.with(&Change::Member(json.name.clone(), value));
                bench.run(&trial).is_some_and(|outcome| target.is_hit(&outcome)).then_some(trial)
            });
            if tried.is_some() {
                return tried;
            }
        }
    }
    None
}

/// Sizes grow until the target is hit or the bound cuts; the edge lies between the last that did not and the first that did.
fn search(bench: &Bench, target: &Target<'_>, with: &dyn Fn(u64) -> Option<Trial>) -> Option<Trial> {
    let cuts = |outcome: &Outcome| outcome.seen.contains(&(target.place.clone(), Aspect::Cut));
    let (mut low, mut high) = (0_u64, None);
    let mut size = 1_u64;
    while high.is_none() && size <= LARGEST {
        let trial = with(size)?;
        let outcome = bench.run(&trial)?;
        if target.is_hit(&outcome) {
            return Some(trial);
        }
        if cuts(&outcome) {
            high = Some(size);
        } else {
            low = size;
        }
        size = size.saturating_mul(10);
    }
    let mut high = high?;
    while high.saturating_sub(low) > 1 {
        let middle = low.midpoint(high);
        let trial = with(middle)?;
        let outcome = bench.run(&trial)?;
        if target.is_hit(&outcome) {
            return Some(trial);
        }
        if cuts(&outcome) {
            high = middle;
        } else {
            low = middle;
        }
    }
    None
}

/// The largest size tried, in grains.
const LARGEST: u64 = 100_000_000_000;

/// An item of a catalogue, by a customer who can pay for it.
fn asked(bench: &Bench, policy: &Policy, target: &Target<'_>, base: &Trial, item: &Item) -> Option<Trial> {
    let member = base.kind(policy)?.field("item")?.json.first()?.name.clone();
    let points = spent(policy, base)?;
    let trial = base
        .with(&Change::Member(member, Some(Json::String(item.title.name.clone()))))
        .with(&Change::Hold(held(policy, base, points, RICH)));
    bench.run(&trial).is_some_and(|outcome| target.is_hit(&outcome)).then_some(trial)
}
