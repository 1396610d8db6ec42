//! Combination: all lines of the rules that apply, the choice within groups, filling.

use super::amount::base_items;
use super::cap::Caps;
use super::effect::Effects;
use super::frame::{Env, Eval};
use super::line::{Item, LineKind, Terms};
use super::multiple::{Raise, after_caps, product_items, raise_items, round_awards};
use super::trace::{Trail, noting};
use crate::decision::{Because, RuleResult};
use crate::event::scalar::bad;
use crate::number::{Exact, Inexact, add};
use earnest_dsl::policy::{Group, GroupId, GroupMode, PointsId, PoolId, RuleBody, RuleId};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// Lines granted by an earlier decision that a refund does not decide again.
pub(crate) type Fixed = BTreeMap<RuleId, Vec<Item>>;

/// The lines of rules, base lines first, computed and rounded but not filled.
pub(crate) fn lines(
    env: &Env<'_>,
    rules: &BTreeSet<RuleId>,
    fixed: &Fixed,
    caps: &mut Caps,
    trail: &mut Trail,
) -> Eval<Vec<Item>> {
    let policy = env.policy();
    let mut ordered: Vec<RuleId> = rules.iter().copied().collect();
    ordered.sort_by_key(|id| env.frame.index.rank(*id));
    let mut items: Vec<Item> = Vec::new();
    let mut raises: Vec<Raise<'_>> = Vec::new();
    for id in &ordered {
        if let Some(held) = fixed.get(id) {
            items.extend(held.iter().filter(|item| item.kind == LineKind::Base).cloned());
            continue;
        }
        match policy.rule(*id).map(|rule| &rule.body) {
            Some(RuleBody::Earn(clauses)) => {
                let log = trail.log();
                let made = base_items(&noting(env, log.as_ref()), *id, clauses, caps, trail)?;
                trail.read(policy, *id, log);
                items.extend(made);
            }
            Some(RuleBody::Raise { .. }) => raises.extend(Raise::of(env, *id)),
            _ => {}
        }
    }
    let bases = items.clone();
    let mut together: BTreeMap<GroupId, Vec<Raise<'_>>> = BTreeMap::new();
    for raise in raises {
        if let Some(group) = multiplies(env, raise.rule) {
            together.entry(group).or_default().push(raise);
            continue;
        }
        let log = trail.log();
        let made = raise_items(&noting(env, log.as_ref()), raise, &bases, caps, trail)?;
        trail.read(policy, raise.rule, log);
        items.extend(made);
    }
    for (group, members) in together {
        items.extend(product_items(env, group, &members, &bases, trail)?);
    }
    let bonus = ordered.iter().filter_map(|id| fixed.get(id)).flatten().filter(|item| item.kind != LineKind::Base);
    items.extend(bonus.cloned());
    round_awards(env, &mut items, trail)?;
    Ok(items)
}

/// The group in which a rule's multiple is multiplied with others.
fn multiplies(env: &Env<'_>, rule: RuleId) -> Option<GroupId> {
    let (group, _) = env.policy().rule(rule)?.group?;
    env.policy().group(group).filter(|group| group.mode == GroupMode::MultiplyTogether)?;
    Some(group)
}

/// Leaves of each group that chooses only its winner. Groups with base lines choose first: a multiple of a base that lost has
/// nothing to raise.
pub(crate) fn choose(env: &Env<'_>, rules: &mut BTreeSet<RuleId>, fixed: &Fixed, trail: &mut Trail) -> Eval<()> {
    let policy = env.policy();
    let mut groups: Vec<(bool, GroupId, &Group)> = Vec::new();
    for (at, group) in policy.groups.iter().enumerate() {
        let chooses = matches!(group.mode, GroupMode::BestOf | GroupMode::FirstByPriority);
        let present = group.members.iter().filter(|member| rules.contains(member)).count();
        if chooses && present > 1 {
            let only_bonus = group.members.iter().all(|member| Raise::of(env, *member).is_some());
            groups.push((only_bonus, GroupId(at), group));
        }
    }
    groups.sort_by_key(|(only_bonus, id, _)| (*only_bonus, *id));
    for (_, _, group) in groups {
        let present: Vec<RuleId> = group.members.iter().copied().filter(|member| rules.contains(member)).collect();
        let values = left_by_own_limits(env, rules, &present, fixed)?;
        let Some(winner) = winner(env, group, &present, &values, fixed)? else { continue };
        for loser in present.into_iter().filter(|member| *member != winner) {
            rules.remove(&loser);
            let name = |id: RuleId| policy.rule(id).map_or_else(String::new, |rule| rule.title.name.clone());
            let place = policy.rule(winner).map_or_else(String::new, |rule| policy.sources.place(rule.title.span));
            let because = Because { text: name(winner), place, group: Some(group.title.name.clone()) };
            trail.result(policy, loser, RuleResult::Lost, Some(because));
        }
    }
    Ok(())
}

/// What each rule's own limits would leave of what it asks. Where awards are rounded as wholes, the choice comes before rounding.
fn left_by_own_limits(
    env: &Env<'_>,
    rules: &BTreeSet<RuleId>,
    members: &[RuleId],
    fixed: &Fixed,
) -> Eval<BTreeMap<RuleId, Exact>> {
    let mut values = BTreeMap::new();
    for member in members {
        // Each member is tried alone with the bases that it may raise: lines of the others take no room from it.
        let mut alone: BTreeSet<RuleId> = BTreeSet::from([*member]);
        if let Some(raise) = Raise::of(env, *member) {
            alone.extend(raise.targets.iter().copied().filter(|target| rules.contains(target)));
        }
        let mut quiet = Trail::new(false);
        let mut items = lines(env, &alone, fixed, &mut Caps::own(), &mut quiet)?;
        let mut caps = Caps::own();
        fill(env, &mut items, &mut caps, &mut Effects::new(), &mut quiet)?;
        let mut total = Exact::ZERO;
        for item in items.iter().filter(|item| item.rule == *member) {
            // A line that its limits leave alone is compared exactly.
            let exact = super::multiple::place_of(env.policy(), &items, item)
                == earnest_dsl::syntax::ast::RoundPlace::EachAward;
            let left: Exact =
                if exact && item.granted == item.asked && !item.fixed { item.exact } else { item.granted.into() };
            total = total
                .add(left)
                .map_err(|Inexact| bad("amount", "the lines of a group cannot be compared in 28 digits"))?;
        }
        values.insert(*member, total);
    }
    Ok(values)
}

fn winner(
    env: &Env<'_>,
    group: &Group,
    present: &[RuleId],
    values: &BTreeMap<RuleId, Exact>,
    fixed: &Fixed,
) -> Eval<Option<RuleId>> {
    if let Some(held) = present.iter().find(|member| fixed.contains_key(member)) {
        return Ok(Some(*held));
    }
    let value = |id: &RuleId| values.get(id).copied().unwrap_or(Exact::ZERO);
    // A stated priority first, then the identifier.
    let mut ranked: Vec<RuleId> = present.to_vec();
    let rank = |id: &RuleId| env.policy().rule(*id).and_then(|rule| rule.group).and_then(|(_, rank)| rank);
    ranked.sort_by_key(|id| (rank(id).unwrap_or(u32::MAX), *id));
    if group.mode == GroupMode::FirstByPriority {
        let gives = ranked.iter().find(|id| !value(id).is_zero() && !value(id).is_negative());
        return Ok(gives.or(ranked.first()).copied());
    }
    let mut best: Option<(RuleId, Exact)> = None;
    for member in ranked {
        let mine = value(&member);
        // Of equals the first stays.
        let better = match best {
            None => true,
            Some((_, held)) => mine
                .compare(held)
                .map_err(|Inexact| bad("amount", "the lines of a group cannot be compared in 28 digits"))?
                .is_gt(),
        };
        if better {
            best = Some((member, mine));
        }
    }
    Ok(best.map(|(member, _)| member))
}

/// Fills lines one by one, in the stated order: each gets the least room among its constraints, which are then charged.
pub(crate) fn fill(
    env: &Env<'_>,
    items: &mut [Item],
    caps: &mut Caps,
    effects: &mut Effects,
    trail: &mut Trail,
) -> Eval<()> {
    let mut order: Vec<usize> = (0..items.len()).collect();
    let rank = |at: &usize| {
        items.get(*at).map(|item| {
            let rank = item.members.iter().map(|member| env.frame.index.rank(*member)).min();
            (rank, item.element, item.clause, item.points, item.pool, item.customer.clone())
        })
    };
    order.sort_by_cached_key(rank);
    for at in order {
        let Some(mut item) = items.get(at).cloned() else { continue };
        if item.after_caps && !item.fixed {
            (item.exact, item.asked) = after_caps(env, items, &item)?;
        }
        let mut base = Decimal::ZERO;
        for (of, _) in &item.bases {
            let granted = items.get(*of).map_or(Decimal::ZERO, |base| base.granted);
            base = add(base, granted).map_err(|Inexact| bad("amount", "an award needs more than 28 digits"))?;
        }
        item.granted = if item.fixed { item.asked } else { caps.granted(env, &item, base, trail)? };
        if item.kind == LineKind::Take && !item.fixed {
            item.granted = caps.drawn(env, &item, trail)?;
        }
        caps.charge(env, &item, base, effects)?;
        if let Some(place) = items.get_mut(at) {
            *place = item;
        }
    }
    caps.charge_spend(env, items, effects)
}

/// A line that stands alone: of a level rule or of a conversion.
pub(crate) fn one_item(
    rule: RuleId,
    kind: LineKind,
    (points, pool): (PointsId, PoolId),
    customer: &str,
    asked: Decimal,
) -> Item {
    Item {
        rule,
        group: None,
        members: vec![rule],
        kind,
        points,
        pool,
        customer: customer.to_owned(),
        clause: 0,
        element: None,
        exact: asked.into(),
        asked,
        granted: Decimal::ZERO,
        bases: vec![],
        factor: Exact::ONE,
        basis: vec![],
        spends: vec![],
        after_caps: false,
        fixed: false,
        terms: Terms::default(),
    }
}

/// The order in which lines are shown: that in which they are filled.
pub(crate) fn in_order(env: &Env<'_>, mut items: Vec<Item>) -> Vec<Item> {
    items.sort_by_cached_key(|item| {
        let rank = item.members.iter().map(|member| env.frame.index.rank(*member)).min();
        (rank, item.element, item.clause, item.points, item.pool, item.customer.clone())
    });
    items
}
