//! From a policy to its plan, kind by kind.

use super::index::Attributes;
use super::rules::{Rules, chooses};
use super::slots::{Builder, Planned};
use super::{Body, Code, GroupPlan, KindPlan, RulePlan, Unplanned, place};
use crate::reference::Index;
use earnest_dsl::policy::{GroupId, Kind, KindId, Policy, Role, RuleBody, RuleId};
use std::collections::BTreeMap;

/// The plans of all kinds.
pub(crate) fn kinds(policy: &Policy) -> Vec<Result<KindPlan, Unplanned>> {
    let index = Index::new(policy);
    policy.kinds.iter().enumerate().map(|(at, kind)| plan(policy, &index, KindId(at), kind)).collect()
}

fn plan(policy: &Policy, index: &Index, id: KindId, kind: &Kind) -> Result<KindPlan, Unplanned> {
    let unplanned = |name: &str, uses: &'static str| Unplanned { name: name.to_owned(), uses };
    if kind.role == Role::Request {
        return Err(unplanned("", "requests"));
    }
    let title = |id: RuleId| policy.rule(id).map_or("", |rule| rule.title.name.as_str());
    let mut builder = Builder::new(policy, id, kind);
    let accepts = accepts(&mut builder, index, id).map_err(|(rule, uses)| unplanned(title(rule), uses))?;
    let mut edges: Vec<RuleId> = index.edges(id).to_vec();
    edges.retain(|id| {
        policy.rule(*id).is_some_and(|rule| !matches!(rule.body, RuleBody::Accept(_) | RuleBody::Request(_)))
    });
    edges.sort_by_key(|id| index.rank(*id));
    let places: BTreeMap<RuleId, u32> = edges.iter().zip(0_u32..).map(|(id, at)| (*id, at)).collect();
    let (groups, members) = groups(policy, &edges)
        .map_err(|(group, uses)| unplanned(policy.group(group).map_or("", |group| group.title.name.as_str()), uses))?;
    let mut attributes = Attributes::default();
    let mut rules: Vec<RulePlan> = Vec::with_capacity(edges.len());
    let mut making = Rules::new(&mut builder, places, members);
    for (id, at) in edges.iter().zip(0_u32..) {
        let Some(rule) = policy.rule(*id) else { continue };
        rules.push(making.rule(*id, rule, &mut attributes, at).map_err(|uses| unplanned(title(*id), uses))?);
    }
    let mut limits = making.limits;
    let mut rule_index = attributes.index(rules.len()).map_err(|uses| unplanned("", uses))?;
    let (registers, moved) = builder.settle();
    let code = |code: &mut Code| code.result = moved(code.result);
    let mut accepts = accepts;
    accepts.iter_mut().for_each(|(applies, holds)| {
        code(applies);
        code(holds);
    });
    rules.iter_mut().for_each(|rule| settle_rule(rule, &code));
    limits.iter_mut().for_each(|limit| code(&mut limit.bound));
    rule_index.attributes.iter_mut().for_each(|one| one.register = moved(one.register));
    let Builder { slots, ops, sets, tables, counters, .. } = builder;
    let mut plan = KindPlan {
        kind: id,
        slots,
        registers,
        ops,
        sets,
        tables,
        accepts,
        rules,
        groups,
        counters,
        limits,
        index: rule_index,
        quick: None,
    };
    plan.quick = super::quick::quick(&plan);
    Ok(plan)
}

fn settle_rule(rule: &mut RulePlan, code: &impl Fn(&mut Code)) {
    rule.test.iter_mut().for_each(code);
    match &mut rule.body {
        Body::Lines(lines) => lines.iter_mut().for_each(|line| {
            line.when.iter_mut().for_each(code);
            code(&mut line.amount);
        }),
        Body::Raise(raise) => code(&mut raise.times),
        Body::Nothing => {}
    }
}

type Faulty<T, W> = Result<T, (W, &'static str)>;

fn accepts(builder: &mut Builder<'_>, index: &Index, id: KindId) -> Faulty<Vec<(Code, Code)>, RuleId> {
    let policy = builder.policy;
    let mut all = Vec::new();
    for rule_id in index.edges(id) {
        let Some(rule) = policy.rule(*rule_id) else { continue };
        let RuleBody::Accept(conditions) = &rule.body else { continue };
        let at = |uses| (*rule_id, uses);
        let applies = |builder: &mut Builder<'_>| -> Planned<Code> {
            builder.code(|builder| {
                let to = builder.constant(0);
                let mut jumps = Vec::new();
                for window in &rule.windows {
                    let a = builder.window(window)?;
                    jumps.push(builder.jump(super::Op::JumpUnless { a, ahead: 0 }));
                }
                for condition in &rule.conditions {
                    let a = builder.flag(condition)?;
                    jumps.push(builder.jump(super::Op::JumpUnless { a, ahead: 0 }));
                }
                builder.emit(super::Op::Constant { to, value: 1 });
                builder.land(&jumps);
                Ok(to)
            })
        };
        let applies = applies(builder).map_err(at)?;
        for (condition, _) in conditions {
            let holds = builder.code(|builder| builder.flag(condition)).map_err(at)?;
            all.push((applies, holds));
        }
    }
    Ok(all)
}

/// Groups, and of each member its group and rank.
type Groups = (Vec<GroupPlan>, BTreeMap<RuleId, (u32, u32)>);

/// Groups that choose among rules on the kind, and the rank of each member: a stated priority, then the identifier.
fn groups(policy: &Policy, edges: &[RuleId]) -> Faulty<Groups, GroupId> {
    let (mut plans, mut members) = (Vec::new(), BTreeMap::new());
    for (at, group) in policy.groups.iter().enumerate() {
        let id = GroupId(at);
        let here = || group.members.iter().filter(|member| edges.contains(member));
        if group.mode == earnest_dsl::policy::GroupMode::MultiplyTogether && here().next().is_some() {
            return Err((id, "multiples that multiply together"));
        }
        if !chooses(group.mode) || here().count() < 2 {
            continue;
        }
        let number = u32::try_from(plans.len()).map_err(|_| (id, "too many groups"))?;
        let raises = |id: &RuleId| policy.rule(*id).is_some_and(|rule| matches!(rule.body, RuleBody::Raise { .. }));
        plans.push(GroupPlan { group: id, mode: group.mode, only_bonus: group.members.iter().all(raises) });
        let mut ranked: Vec<RuleId> = here().copied().collect();
        let rank = |id: &RuleId| policy.rule(*id).and_then(|rule| rule.group).and_then(|(_, rank)| rank);
        ranked.sort_by_key(|id| (rank(id).unwrap_or(u32::MAX), *id));
        for (id, rank) in ranked.into_iter().zip(0_u32..) {
            members.insert(id, (number, rank));
        }
    }
    // Groups with base lines choose first: a multiple of a base that lost has nothing to raise.
    let mut order: Vec<usize> = (0..plans.len()).collect();
    order.sort_by_key(|at| plans.get(*at).map(|plan: &GroupPlan| (plan.only_bonus, plan.group)));
    let place_of: BTreeMap<usize, u32> = order.iter().zip(0_u32..).map(|(old, new)| (*old, new)).collect();
    plans.sort_by_key(|plan| (plan.only_bonus, plan.group));
    for (group, _) in members.values_mut() {
        *group = place_of.get(&place(*group)).copied().unwrap_or(*group);
    }
    Ok((plans, members))
}
