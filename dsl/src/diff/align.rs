//! The new policy under the names of the old one: what was renamed or moved has its old name again, and means the same.

use super::pair::{Known, Names, Pair, Pairs, pair};
use crate::policy::core::paragraph::Paragraph;
use crate::policy::core::parts;
use crate::policy::{Field, Owner, Points, Policy, Pool, RuleBody, SpendKey, Title};
use serde::Serialize;

/// Something that has another name in the new policy.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Renamed {
    /// What it is, as in the core: `rule`, `points`, `campaign`.
    pub what: &'static str,
    /// Its name in the old policy.
    pub old: String,
    /// Its name in the new one.
    pub new: String,
}

/// The new policy under old names, with what was paired and what was renamed.
pub(super) struct Aligned {
    pub policy: Policy,
    pub pairs: Pairs,
    pub renamed: Vec<Renamed>,
}

/// Pairs everything, over and over: what is renamed helps to find what names it.
pub(super) fn align(old: &Policy, new: &Policy) -> Aligned {
    /// Names that hang on names that hang on names: more rounds than anybody would rename at once.
    const ROUNDS: usize = 4;
    let mut policy = Policy { scenarios: vec![], ..new.clone() };
    named(&mut policy.programme, &old.programme);
    let mut pairs = Pairs::default();
    for round in 0..=ROUNDS {
        let names = if round < ROUNDS { Names::Given } else { Names::GivenAndAlike };
        let before = policy.clone();
        pairs = round_of(old, &mut policy, names);
        if names == Names::Given && before.hash() == policy.hash() {
            // Nothing more to learn from names; the rest by likeness, and once more what follows from that.
            round_of(old, &mut policy, Names::GivenAndAlike);
            pairs = round_of(old, &mut policy, Names::GivenAndAlike);
            break;
        }
    }
    labels(old, &mut policy);
    let renamed = renamed(new, &policy);
    Aligned { policy, pairs, renamed }
}

/// A round for one kind of construct: pairs them, and gives the new ones the names of the old.
macro_rules! paired {
    ($old:ident, $policy:ident, $names:expr, $field:ident, $known:expr) => {{
        let known = $known;
        let of_old: Vec<Known> = $old.$field.iter().map(|one| known($old, one)).collect();
        let of_new: Vec<Known> = $policy.$field.iter().map(|one| known($policy, one)).collect();
        let pairs = pair(&of_old, &of_new, $names);
        for Pair { old: before, new: after } in &pairs {
            let title = before.and_then(|at| $old.$field.get(at)).map(|one| one.title.clone());
            if let (Some(title), Some(one)) = (title, after.and_then(|at| $policy.$field.get_mut(at))) {
                named(&mut one.title, &title);
            }
        }
        pairs
    }};
}

/// Gives a construct the name and the labels that it had.
fn named(title: &mut Title, before: &Title) {
    title.name.clone_from(&before.name);
    title.labels.clone_from(&before.labels);
}

/// Gives what is known by a name that hosts use (fields, facts, values, items) the labels that it had.
fn labels(old: &Policy, policy: &mut Policy) {
    fn like<'t>(title: &mut Title, before: impl IntoIterator<Item = &'t Title>) {
        if let Some(before) = before.into_iter().find(|before| before.name == title.name) {
            title.labels.clone_from(&before.labels);
        }
    }
    fn field(one: &mut Field, before: &[Field]) {
        like(&mut one.title, before.iter().map(|one| &one.title));
    }
    policy.programme.labels.clone_from(&old.programme.labels);
    for kind in &mut policy.kinds {
        if let Some(before) = old.kinds.iter().find(|one| one.title.name == kind.title.name) {
            kind.fields.iter_mut().for_each(|one| field(one, &before.fields));
        }
    }
    for subject in &mut policy.subjects {
        if let Some(before) = old.subjects.iter().find(|one| one.title.name == subject.title.name) {
            like(&mut subject.title, Some(&before.title));
            subject.facts.iter_mut().for_each(|one| field(one, &before.facts));
        }
    }
    for one in &mut policy.enums {
        if let Some(before) = old.enums.iter().find(|known| known.title.name == one.title.name) {
            for value in &mut one.values {
                like(&mut value.title, before.values.iter().map(|one| &one.title));
            }
        }
    }
    for tier in &mut policy.tiers {
        if let Some(before) = old.tiers.iter().find(|known| known.title.name == tier.title.name) {
            for row in &mut tier.rows {
                like(&mut row.title, before.rows.iter().map(|one| &one.title));
            }
        }
    }
    for currency in &mut policy.currencies {
        like(&mut currency.title, old.currencies.iter().map(|one| &one.title));
    }
    let items = |policy: &Policy, rule: &str| -> Vec<Title> {
        let rule = policy.rules.iter().find(|one| one.title.name == rule).map(|rule| &rule.body);
        match rule {
            Some(RuleBody::Request(request)) => request.items.iter().map(|item| item.title.clone()).collect(),
            _ => vec![],
        }
    };
    for rule in &mut policy.rules {
        if let RuleBody::Request(request) = &mut rule.body {
            let before = items(old, &rule.title.name);
            for item in &mut request.items {
                like(&mut item.title, &before);
            }
        }
    }
}

fn round_of(old: &Policy, policy: &mut Policy, names: Names) -> Pairs {
    fn paragraph<T: Paragraph>(policy: &Policy, title: &Title, one: &T) -> Known {
        Known::of(policy, title, one)
    }
    Pairs {
        quantities: paired!(old, policy, names, quantities, |_: &Policy, one: &crate::policy::QuantityUnit| {
            Known::new(&one.title, &format!("quantity\n{} {}", one.unit, one.scale))
        }),
        enums: paired!(old, policy, names, enums, |_: &Policy, one: &crate::policy::EnumType| {
            let values: Vec<&str> = one.values.iter().map(|value| value.title.name.as_str()).collect();
            Known::new(&one.title, &format!("enum {} {}\n{}", one.open, one.ordered, values.join("\n")))
        }),
        code_sets: paired!(old, policy, names, code_sets, |_: &Policy, one: &crate::policy::CodeSet| {
            Known::new(&one.title, &format!("codes {}\n{:?}", one.digits, one.runs))
        }),
        calendars: paired!(old, policy, names, calendars, |_: &Policy, one: &crate::policy::Calendar| {
            let text = format!("{} {}\n{:?}\n{:?}\n{:?}", one.from, one.to, one.rest, one.holidays, one.workdays);
            Known::new(&one.title, &text)
        }),
        kinds: kinds(old, policy, names),
        points: points(old, policy, names),
        measures: paired!(old, policy, names, measures, |policy: &Policy, one: &crate::policy::Measure| paragraph(
            policy, &one.title, one
        )),
        tiers: paired!(old, policy, names, tiers, |policy: &Policy, one: &crate::policy::Tier| paragraph(
            policy, &one.title, one
        )),
        campaigns: paired!(old, policy, names, campaigns, |policy: &Policy, one: &crate::policy::Campaign| paragraph(
            policy, &one.title, one
        )),
        groups: paired!(old, policy, names, groups, |policy: &Policy, one: &crate::policy::Group| paragraph(
            policy, &one.title, one
        )),
        rules: rules(old, policy, names),
        constraints: paired!(
            old,
            policy,
            Names::Numbered,
            constraints,
            |policy: &Policy, one: &crate::policy::Constraint| {
                // The bound may change: who declares it, for what key and period, of what, says which it is.
                let owner = owner(policy, one.owner);
                let label = format!("{owner} {} {:?} {}", parts::scope(policy, &one.scope), one.bounded, one.at_least);
                paragraph(policy, &one.title, one).labelled(label)
            }
        ),
        schedules: paired!(old, policy, names, schedules, |policy: &Policy, one: &crate::policy::Schedule| paragraph(
            policy, &one.title, one
        )),
        figures: paired!(old, policy, names, figures, |policy: &Policy, one: &crate::policy::Figure| paragraph(
            policy, &one.title, one
        )),
        rankings: paired!(old, policy, names, rankings, |policy: &Policy, one: &crate::policy::Ranking| paragraph(
            policy, &one.title, one
        )),
        settlements: paired!(old, policy, names, settlements, |policy: &Policy, one: &crate::policy::Settlement| {
            paragraph(policy, &one.title, one)
        }),
    }
}

/// Who declares a constraint.
fn owner(policy: &Policy, owner: Owner) -> String {
    let title = match owner {
        Owner::Rule(id) => policy.rule(id).map(|one| &one.title),
        Owner::Campaign(id) => policy.campaign(id).map(|one| &one.title),
        Owner::Programme => None,
    };
    title.map_or_else(String::new, |title| title.name.clone())
}

/// Kinds of event; what they are called says which postings and events prolong balances.
fn kinds(old: &Policy, policy: &mut Policy, names: Names) -> Vec<Pair> {
    let before: Vec<String> = policy.kinds.iter().map(|kind| kind.title.name.clone()).collect();
    let pairs = paired!(old, policy, names, kinds, |policy: &Policy, one: &crate::policy::Kind| {
        // The host knows a kind by its JSON name.
        Known::of(policy, &one.title, one).labelled(one.json.clone())
    });
    let after: Vec<(String, String)> =
        before.into_iter().zip(policy.kinds.iter().map(|kind| kind.title.name.clone())).collect();
    for points in &mut policy.points {
        let pools = points.pools.iter_mut().flat_map(|pool| &mut pool.balance_activity);
        for name in points.activity.iter_mut().chain(pools) {
            if let Some((_, new)) = after.iter().find(|(old, _)| old == name) {
                name.clone_from(new);
            }
        }
    }
    pairs
}

/// Points, and within them their pools.
fn points(old: &Policy, policy: &mut Policy, names: Names) -> Vec<Pair> {
    let pairs = paired!(old, policy, names, points, |policy: &Policy, one: &Points| Known::of(policy, &one.title, one));
    for Pair { old: before, new: after } in &pairs {
        let (Some(before), Some(at)) = (before.and_then(|at| old.points.get(at)), *after) else { continue };
        let pool = |policy: &Policy, one: &Pool| Known::of(policy, &one.title, one);
        let of_old: Vec<Known> = before.pools.iter().map(|one| pool(old, one)).collect();
        let of_new: Vec<Known> =
            policy.points.get(at).into_iter().flat_map(|one| &one.pools).map(|one| pool(policy, one)).collect();
        let Some(points) = policy.points.get_mut(at) else { continue };
        for Pair { old: one, new: other } in pair(&of_old, &of_new, names) {
            let title = one.and_then(|at| before.pools.get(at)).map(|pool| pool.title.clone());
            if let (Some(title), Some(pool)) = (title, other.and_then(|at| points.pools.get_mut(at))) {
                for key in &mut points.spend_order {
                    if matches!(key, SpendKey::Pool(known) if *known == pool.title.name) {
                        *key = SpendKey::Pool(title.name.clone());
                    }
                }
                named(&mut pool.title, &title);
            }
        }
    }
    pairs
}

/// Rules; what customers ask for, and what is settled, goes by the name of its rule.
fn rules(old: &Policy, policy: &mut Policy, names: Names) -> Vec<Pair> {
    let before: Vec<String> = policy.rules.iter().map(|rule| rule.title.name.clone()).collect();
    let pairs = paired!(old, policy, names, rules, |policy: &Policy, one: &crate::policy::Rule| Known::of(
        policy, &one.title, one
    ));
    let after: Vec<(String, String)> =
        before.into_iter().zip(policy.rules.iter().map(|rule| rule.title.name.clone())).collect();
    let requests = policy.requests.iter_mut().map(|(title, _)| title);
    for title in requests.chain(policy.settlements.iter_mut().map(|one| &mut one.title)) {
        if let Some((_, new)) = after.iter().find(|(old, _)| *old == title.name) {
            title.name.clone_from(new);
        }
    }
    pairs
}

/// What has another name now. What a construct that was renamed qualifies is renamed with it and not told apart.
fn renamed(new: &Policy, aligned: &Policy) -> Vec<Renamed> {
    let mut all = Vec::new();
    macro_rules! of {
        ($($what:literal $field:ident),*) => {$(
            for (new, old) in new.$field.iter().zip(&aligned.$field) {
                let (new, old) = (&new.title.name, &old.title.name);
                if new != old {
                    all.push(Renamed { what: $what, old: old.clone(), new: new.clone() });
                }
            }
        )*};
    }
    of!("quantity" quantities, "enum" enums, "codes" code_sets, "calendar" calendars, "event" kinds, "points" points,
        "measure" measures, "tiers" tiers, "campaign" campaigns, "group" groups, "rule" rules, "schedule" schedules,
        "figure" figures, "ranking" rankings);
    let programme = (&new.programme.name, &aligned.programme.name);
    if programme.0 != programme.1 {
        all.push(Renamed { what: "programme", old: programme.1.clone(), new: programme.0.clone() });
    }
    all.sort();
    all
}
