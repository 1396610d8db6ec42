//! Changes of an event that may show a difference: values that stand in what changed, edges of windows, larger amounts, repetition.

use super::search::Policies;
use crate::suggest::atom::{Nearby, changes, held};
use crate::suggest::target::RICH;
use crate::suggest::trial::{Change, Trial};
use chrono::{NaiveDateTime, NaiveTime, TimeDelta};
use earnest_dsl::policy::scenario::LotsExpected;
use earnest_dsl::policy::{
    Bounded, Constraint, Expr, Node, Owner, Policy, Rule, RuleBody, ScenarioStep, Type, Value, Window, WindowKind,
};
use earnest_dsl::source::Span;
use earnest_dsl::words::measure_expressions;
use rust_decimal::Decimal;
use serde_json::Value as Json;

/// Changes worth trying: values that stand in the rule's clauses, edges of its windows, larger amounts, more often, more points.
pub(super) fn tries(
    policies: Policies<'_>,
    (one, other): (Option<&Rule>, Option<&Rule>),
    trial: &Trial,
) -> Vec<Change> {
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
            let rich = Change::Hold(held(policy, trial, spends.points, RICH));
            // A stock is used up by somebody who can pay for it, and asks for that item.
            let of_items = request.items.iter().flat_map(|item| item.stock.iter().chain(&item.constraints));
            for limit in rule.constraints.iter().chain(of_items).filter_map(|id| policy.constraint(*id)) {
                let item = request.items.iter().find(|item| {
                    item.stock.iter().chain(&item.constraints).any(|id| policy.constraint(*id) == Some(limit))
                });
                let item =
                    item.map(|item| Change::Member("item".to_owned(), Some(Json::String(item.title.name.clone()))));
                all.extend(
                    more_often(policy, trial, rule, limit)
                        .into_iter()
                        .map(|often| Change::All(item.clone().into_iter().chain([rich.clone(), often]).collect())),
                );
            }
            all.push(rich);
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
