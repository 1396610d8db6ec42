//! The old policy with one rule as it is in the new one, and everything else as it was: what one change alone would do.

use super::{Difference, Pair};
use crate::policy::{Constraint, ConstraintId, Owner, Policy, Rule, RuleBody, RuleId, Title};
use std::collections::BTreeMap;

/// What stands where in the old policy, by its place in the new one.
struct Places {
    rules: BTreeMap<usize, usize>,
    constraints: BTreeMap<usize, usize>,
}

/// The old policy with this rule and its own limits as the new policy has them. `None` where that cannot be said apart: the rule
/// came or went, it changed its group, or what rules speak of (points, measures, kinds, names) is not the same in both.
#[must_use]
pub fn alone(old: &Policy, difference: &Difference, pair: Pair) -> Option<Policy> {
    let new = &difference.aligned;
    let (at, now) = (pair.old?, pair.new?);
    let (before, after) = (old.rules.get(at)?, new.rules.get(now)?);
    if !same_names(old, new) || before.group != after.group || before.stratum != after.stratum {
        return None;
    }
    let places = |pairs: &[Pair]| pairs.iter().filter_map(|pair| Some((pair.new?, pair.old?))).collect();
    let mut places =
        Places { rules: places(&difference.pairs.rules), constraints: places(&difference.pairs.constraints) };
    let mut policy = Policy { scenarios: vec![], ..old.clone() };
    let own = |policy: &Policy, rule: usize| -> Vec<usize> {
        let all = policy.constraints.iter().enumerate();
        all.filter(|(_, one)| one.owner == Owner::Rule(RuleId(rule))).map(|(at, _)| at).collect()
    };
    let kept: Vec<usize> = own(new, now);
    for gone in own(old, at).into_iter().filter(|at| !kept.iter().any(|new| places.constraints.get(new) == Some(at))) {
        if let Some(limit) = policy.constraints.get_mut(gone) {
            limit.rules.clear();
        }
    }
    for limit in kept {
        let told = placed_limit(new.constraints.get(limit)?, RuleId(at), &places)?;
        match places.constraints.get(&limit).and_then(|at| policy.constraints.get_mut(*at)) {
            Some(place) => *place = told,
            None => {
                places.constraints.insert(limit, policy.constraints.len());
                policy.constraints.push(told);
            }
        }
    }
    let rule = placed_rule(after, &places)?;
    *policy.rules.get_mut(at)? = Rule { title: before.title.clone(), campaign: before.campaign, ..rule };
    Some(policy)
}

/// Whether all that rules speak of has the same names in the same order: ids then mean the same in both.
fn same_names(old: &Policy, new: &Policy) -> bool {
    fn names<'t>(titles: impl Iterator<Item = &'t Title>) -> Vec<&'t str> {
        titles.map(|title| title.name.as_str()).collect()
    }
    macro_rules! same {
        ($($field:ident),*) => {
            $(names(old.$field.iter().map(|one| &one.title)) == names(new.$field.iter().map(|one| &one.title)))&&*
        };
    }
    let pools = |policy: &Policy| -> Vec<String> {
        policy.points.iter().flat_map(|one| &one.pools).map(|pool| pool.title.name.clone()).collect()
    };
    same!(
        points, measures, tiers, groups, campaigns, kinds, enums, subjects, currencies, quantities, code_sets,
        calendars
    ) && pools(old) == pools(new)
}

fn placed_limit(limit: &Constraint, owner: RuleId, places: &Places) -> Option<Constraint> {
    let rules: Option<Vec<RuleId>> =
        limit.rules.iter().map(|id| places.rules.get(&id.0).copied().map(RuleId)).collect();
    Some(Constraint { owner: Owner::Rule(owner), rules: rules?, ..limit.clone() })
}

fn placed_rule(rule: &Rule, places: &Places) -> Option<Rule> {
    let rules = |all: &[RuleId]| -> Vec<RuleId> {
        let mut all: Vec<RuleId> = all.iter().filter_map(|id| places.rules.get(&id.0).copied().map(RuleId)).collect();
        all.sort();
        all
    };
    let limits = |all: &[ConstraintId]| -> Vec<ConstraintId> {
        all.iter().filter_map(|id| places.constraints.get(&id.0).copied().map(ConstraintId)).collect()
    };
    let mut placed = rule.clone();
    placed.adds_to = rules(&rule.adds_to);
    placed.constraints = limits(&rule.constraints);
    match &mut placed.body {
        RuleBody::Raise { targets, .. } => *targets = rules(targets),
        RuleBody::Request(request) => {
            for item in &mut request.items {
                item.constraints = limits(&item.constraints);
                item.stock = item.stock.and_then(|id| places.constraints.get(&id.0).copied().map(ConstraintId));
            }
        }
        _ => {}
    }
    Some(placed)
}
