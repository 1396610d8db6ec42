//! What can be said of a change without running anything: that no event can show it; or an event to begin with.

use crate::suggest::trial::Trial;
use earnest_dsl::diagnostic::Text;
use earnest_dsl::diff::{Difference, Pair};
use earnest_dsl::policy::{KindId, Policy, Rule, ScenarioStep, Window, WindowKind};
use earnest_dsl::prove::space::{Found, Region, Witness, matching};
use earnest_dsl::source::Span;
use serde_json::Value as Json;

/// The events of each kind to which a rule applies while its policy is in force, by the kind's JSON name.
fn regions(policy: &Policy, rule: &Rule) -> Vec<(String, Region)> {
    let mut rule = rule.clone();
    rule.windows.push(Window {
        kind: WindowKind::Between(Some(policy.effective_from), policy.effective_until),
        by: None,
        span: Span::default(),
    });
    let of_kind = |id: &KindId| Some((policy.kind(*id)?.json.clone(), matching(policy, &rule, *id)));
    rule.kinds.iter().filter_map(of_kind).collect()
}

/// Where one rule applies and the other does not, kind by kind.
fn only(inside: &[(String, Region)], outside: &[(String, Region)]) -> Vec<Region> {
    let other = |json: &String| outside.iter().find(|(known, _)| known == json).map(|(_, region)| region);
    inside
        .iter()
        .map(|(json, region)| other(json).map_or_else(|| region.clone(), |other| region.without(other)))
        .collect()
}

/// Regions of the old and of the new rule.
struct Both<'p> {
    old: &'p Policy,
    new: &'p Policy,
    before: Vec<(String, Region)>,
    after: Vec<(String, Region)>,
}

fn both<'p>(old: &'p Policy, difference: &'p Difference, pair: Pair) -> Both<'p> {
    let new = &difference.aligned;
    let of = |policy: &Policy, at: Option<usize>| {
        at.and_then(|at| policy.rules.get(at)).map(|rule| regions(policy, rule)).unwrap_or_default()
    };
    Both { old, new, before: of(old, pair.old), after: of(new, pair.new) }
}

/// The proof that no event shows the change of a rule.
pub(super) fn without_effect(old: &Policy, difference: &Difference, pair: Pair) -> Option<Text> {
    let found = both(old, difference, pair);
    let nothing = |policy: &Policy, region: &Region| matches!(region.example(policy), Found::Nothing);
    let dead = |policy: &Policy, all: &[(String, Region)]| all.iter().all(|(_, region)| nothing(policy, region));
    // A level rule has its conditions elsewhere, and follows measures; it is not judged by its kinds.
    let known = [(old, pair.old), (&difference.aligned, pair.new)]
        .into_iter()
        .all(|(policy, at)| at.and_then(|at| policy.rules.get(at)).is_none_or(|rule| !rule.kinds.is_empty()));
    if !known {
        return None;
    }
    if dead(found.old, &found.before) && dead(found.new, &found.after) {
        return Some(Text::new(
            "no event meets its conditions and windows, in either version",
            "两个版本中都没有事件符合其条件和时间",
        ));
    }
    let gone = only(&found.before, &found.after).iter().all(|region| nothing(found.old, region));
    let fresh = only(&found.after, &found.before).iter().all(|region| nothing(found.new, region));
    (difference.reach_only.contains(&pair) && gone && fresh).then(|| {
        Text::new(
            "its conditions and windows are met by the same events as before",
            "符合其条件和时间的事件与先前完全相同",
        )
    })
}

/// Events to begin with: of what came, of what went, of both.
pub(super) fn seeds(old: &Policy, difference: &Difference, pair: Pair) -> Vec<Trial> {
    let found = both(old, difference, pair);
    let example = |policy: &Policy, region: &Region| match region.example(policy) {
        Found::Example(witness) => Some(trial(&witness)),
        Found::Nothing | Found::Unknown => None,
    };
    let mut all: Vec<Trial> = Vec::new();
    all.extend(only(&found.after, &found.before).iter().filter_map(|region| example(found.new, region)));
    all.extend(only(&found.before, &found.after).iter().filter_map(|region| example(found.old, region)));
    all.extend(found.after.iter().filter_map(|(_, region)| example(found.new, region)));
    all
}

fn trial(witness: &Witness) -> Trial {
    let mut event = witness.event.clone();
    event.insert("at".to_owned(), Json::String(witness.at.format("%Y-%m-%dT%H:%M:%S").to_string()));
    let mut steps: Vec<ScenarioStep> = witness.given.iter().cloned().map(ScenarioStep::Given).collect();
    steps.push(ScenarioStep::Event { event, at: witness.at, expected: vec![], span: Span::default() });
    Trial { steps }
}
