//! What all rules of a campaign have in common is told once, with the campaign.

use super::align::Aligned;
use super::{Both, Change, Detail, Happened, Sort};
use crate::policy::Policy;
use std::collections::BTreeMap;

/// Lifts details that every rule of a campaign shows to the campaign.
pub(super) fn campaigns(old: &Policy, aligned: &Aligned, changes: &mut Vec<Change>) {
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for pair in &aligned.pairs.rules {
        let (Some(one), Some(other)) = (pair.old, pair.new) else { continue };
        let campaign = |policy: &Policy, at: usize| policy.rules.get(at).and_then(|rule| rule.campaign);
        let (before, after) = (campaign(old, one), campaign(&aligned.policy, other));
        let same = before
            .zip(after)
            .and_then(|(before, after)| Some((old.campaign(before)?, aligned.policy.campaign(after)?)));
        if let (Some(before), Some((a, b))) = (before, same)
            && a.title.name == b.title.name
        {
            members.entry(before.0).or_default().push(one);
        }
    }
    for (campaign, rules) in members {
        let whole = old.rules.iter().filter(|rule| rule.campaign.is_some_and(|id| id.0 == campaign)).count();
        if rules.len() < 2 || whole != rules.len() {
            continue;
        }
        lift(old, campaign, &rules, changes);
    }
    changes.retain(|change| change.happened != Happened::Changed || !change.details.is_empty());
}

fn lift(old: &Policy, campaign: usize, rules: &[usize], changes: &mut Vec<Change>) {
    let of_rule = |change: &Change, rule: usize| {
        change.sort == Sort::Rule && change.happened == Happened::Changed && change.pair.old == Some(rule)
    };
    let Some(first) = rules.first().and_then(|rule| changes.iter().find(|change| of_rule(change, *rule))) else {
        return;
    };
    let everywhere = |detail: &&Detail| {
        rules.iter().all(|rule| changes.iter().any(|change| of_rule(change, *rule) && change.details.contains(detail)))
    };
    let common: Vec<Detail> = first.details.iter().filter(everywhere).cloned().collect();
    let Some(declared) = old.campaigns.get(campaign).filter(|_| !common.is_empty()) else { return };
    for change in changes.iter_mut().filter(|change| rules.iter().any(|rule| of_rule(change, *rule))) {
        change.details.retain(|detail| !common.contains(detail));
    }
    match changes.iter_mut().find(|change| change.sort == Sort::Campaign && change.pair.old == Some(campaign)) {
        Some(change) => change.details.extend(common),
        None => changes.push(Change {
            sort: Sort::Campaign,
            name: declared.title.name.clone(),
            now: None,
            label: Both::of(old).text(|words| words.name(&declared.title)),
            happened: Happened::Changed,
            details: common,
            old_place: Some(old.sources.place(declared.title.span)),
            new_place: None,
            pair: super::Pair { old: Some(campaign), new: None },
        }),
    }
}
