//! The most that one event, a customer's day or month, or a campaign can cost: bounds of rules, added up, and limits that
//! several rules share.
//!
//! Every number is a bound from above. A rule gives in one bucket of a scope no more than each of its limits allows in the
//! buckets that meet it, and no more than one event gives where the scope is one event. Rules of a best-of group share one
//! event's best; over several events any of them may win. A limit that several rules share bounds their sum. What is counted is
//! what refunds leave, in the period of the event that earned it: a limit holds over it only where no refund of a part raises a
//! line (see `follow`).

use super::extent::{self, Ranges};
use super::limits::{base_lines, covers, holding, limit_in};
use super::multiply::multiplied;
use super::periods::{buckets, contained};
use super::room;
use super::told::{is_bound, of_rule, points_with_worth, proof, reason, told};
use super::{Proof, Question, Reason, Verdict};
use crate::diagnostic::Text;
use crate::policy::expr::{children, walk};
use crate::policy::kind::default_most;
use crate::policy::{
    Bounded, CampaignId, Constraint, Expr, GroupMode, KindId, Line, Node, PointsId, Policy, Rule, RuleBody, RuleId,
    Scope, ScopeKey, ScopePeriod, Type, Typed,
};
use crate::say;
use crate::source::Span;
use crate::syntax::ast::PeriodUnit;
use rust_decimal::Decimal;

/// A bound from above with how it came about; or why there is none.
#[derive(Debug, Clone)]
pub(super) enum Bound {
    /// Never more.
    Most(Decimal, Vec<Reason>),
    /// Nothing bounds it.
    None(Reason),
    /// Something may bound it, but that is not shown.
    Unknown(Reason),
}

/// Claims about costs: per event kind, per customer and day and month, per campaign.
pub(super) fn proofs(policy: &Policy) -> Vec<Proof> {
    let mut all = Vec::new();
    for (at, points) in policy.points.iter().enumerate() {
        let id = PointsId(at);
        if points.memo || points.benefit.is_some() {
            continue;
        }
        let giving: Vec<RuleId> = rules_giving(policy, id, |_| true);
        if giving.is_empty() {
            continue;
        }
        for kind in 0..policy.kinds.len() {
            let here = rules_giving(policy, id, |rule| moved_by(rule, KindId(kind)));
            if here.is_empty() {
                continue;
            }
            let claim = told(policy, |words| {
                let kind = words.kind(KindId(kind));
                say!(words.language, "the most points of one event {kind}", "一笔{kind}最多给予")
            });
            all.push(told_bound(policy, id, claim, event_bound(policy, id, &here)));
        }
        for unit in [PeriodUnit::Day, PeriodUnit::Month] {
            let scope = customer(Some(ScopePeriod::Calendar(unit, None)));
            let claim = told(policy, |words| {
                let scope = words.scope(&scope);
                let name = words.points(id);
                say!(words.language, "the most {name} {scope}", "{scope}最多给予{name}")
            });
            all.push(told_bound(policy, id, claim, sum_bound(policy, id, &giving, &scope)));
        }
        for (campaign, declared) in policy.campaigns.iter().enumerate() {
            let own = rules_giving(policy, id, |rule| rule.campaign == Some(CampaignId(campaign)));
            if own.is_empty() {
                continue;
            }
            let scope = Scope { keys: vec![], period: ScopePeriod::Campaign(CampaignId(campaign)) };
            let claim = told(policy, |words| {
                let name = super::told::named(words, &declared.title);
                say!(words.language, "the most that the campaign {name} can cost", "活动{name}的最高成本")
            });
            all.push(told_bound(policy, id, claim, sum_bound(policy, id, &own, &scope)));
        }
    }
    all
}

fn told_bound(policy: &Policy, points: PointsId, claim: Text, bound: Bound) -> Proof {
    match bound {
        Bound::Most(most, reasons) => {
            proof(Question::Cost, claim, Verdict::AtMost(points_with_worth(policy, points, most)), reasons)
        }
        Bound::None(why) => proof(Question::Cost, claim, Verdict::Unbounded(why.text.clone()), vec![why]),
        Bound::Unknown(why) => proof(Question::Cost, claim, Verdict::NotProved(why.text.clone()), vec![why]),
    }
}

/// The scope of a customer and a period.
pub(super) fn customer(period: Option<ScopePeriod>) -> Scope {
    let value = crate::policy::Expr {
        node: Node::Field("customer".to_owned()),
        typed: Typed::plain(Type::Text),
        span: Span::default(),
    };
    let keys = vec![ScopeKey { name: "customer".to_owned(), value }];
    Scope { keys, period: period.unwrap_or(ScopePeriod::Ever) }
}

/// Rules that give points of a unit.
pub(super) fn rules_giving(policy: &Policy, points: PointsId, which: impl Fn(&Rule) -> bool) -> Vec<RuleId> {
    let rules = policy.rules.iter().enumerate().filter(|(_, rule)| which(rule) && gives(policy, rule, points));
    rules.map(|(at, _)| RuleId(at)).collect()
}

/// Whether an event of a kind may bring something by a rule: what feeds a total, and what closes its period.
fn moved_by(rule: &Rule, kind: KindId) -> bool {
    let closes = matches!(&rule.body, RuleBody::Level { settled: Some(settled), .. } if settled.at == kind);
    closes || rule.kinds.contains(&kind)
}

fn gives(policy: &Policy, rule: &Rule, points: PointsId) -> bool {
    let line = |line: &Line| line.points == points && line.sign == crate::policy::LineSign::Give;
    match &rule.body {
        RuleBody::Earn(lines) => lines.iter().any(line),
        RuleBody::Level { line: one, .. } => line(one),
        RuleBody::Request(request) => request.lines.iter().any(line),
        RuleBody::Convert(convert) => convert.give.1 == points,
        RuleBody::Raise { targets, .. } => targets
            .iter()
            .filter_map(|id| policy.rule(*id))
            .any(|target| !matches!(target.body, RuleBody::Raise { .. }) && gives(policy, target, points)),
        RuleBody::Accept(_) | RuleBody::Notify(_) => false,
    }
}

/// The most that one event of any kind gives.
pub(super) fn most_of_one(policy: &Policy, points: PointsId) -> Bound {
    let mut most = Bound::Most(Decimal::ZERO, vec![]);
    for kind in 0..policy.kinds.len() {
        let here = rules_giving(policy, points, |rule| moved_by(rule, KindId(kind)));
        most = match (most, event_bound(policy, points, &here)) {
            (_, open @ (Bound::None(_) | Bound::Unknown(_))) => return open,
            (Bound::Most(held, _), Bound::Most(more, why)) if more > held => Bound::Most(more, why),
            (held, _) => held,
        };
    }
    most
}

/// The most that one event gives by these rules: of a group that chooses only its best, and no more than shared limits.
fn event_bound(policy: &Policy, points: PointsId, rules: &[RuleId]) -> Bound {
    let scope = Scope { keys: vec![], period: ScopePeriod::Event };
    let (mut total, mut reasons) = (Decimal::ZERO, Vec::new());
    let mut chosen: Vec<(crate::policy::GroupId, Decimal)> = Vec::new();
    let units = units(policy, rules);
    let mut each: Vec<(RuleId, Decimal)> = Vec::new();
    let mut missing: Vec<(RuleId, Bound)> = Vec::new();
    for id in &units {
        match rule_bound(policy, points, *id, &scope) {
            Bound::Most(most, mut why) => {
                each.push((*id, most));
                reasons.append(&mut why);
                let group = policy.rule(*id).and_then(|rule| rule.group).filter(|(group, _)| {
                    policy
                        .group(*group)
                        .is_some_and(|group| matches!(group.mode, GroupMode::BestOf | GroupMode::FirstByPriority))
                });
                match group {
                    None => match total.checked_add(most) {
                        Some(sum) => total = sum,
                        None => return Bound::None(beyond(policy, *id)),
                    },
                    Some((group, _)) => match chosen.iter_mut().find(|(known, _)| *known == group) {
                        Some((_, best)) => *best = (*best).max(most),
                        None => chosen.push((group, most)),
                    },
                }
            }
            open => missing.push((*id, open)),
        }
    }
    if !missing.is_empty() {
        return without_bound(policy, points, (&units, &each), missing, &scope, reasons);
    }
    for (group, best) in chosen {
        total = total.saturating_add(best);
        if let Some(group) = policy.group(group) {
            reasons.push(reason(
                told(policy, |words| {
                    let name = super::told::named(words, &group.title);
                    say!(words.language, "of the group {name} only one gives", "组{name}只取其一")
                }),
                group.title.span,
            ));
        }
    }
    share(policy, points, (&units, &each), &scope, (total, reasons))
}

/// The most that these rules give in one bucket of a scope.
pub(super) fn sum_bound(policy: &Policy, points: PointsId, rules: &[RuleId], scope: &Scope) -> Bound {
    let mut each: Vec<(RuleId, Decimal)> = Vec::new();
    let mut missing: Vec<(RuleId, Bound)> = Vec::new();
    let mut reasons = Vec::new();
    let units = units(policy, rules);
    for id in &units {
        match rule_bound(policy, points, *id, scope) {
            Bound::Most(most, mut why) => {
                each.push((*id, most));
                reasons.append(&mut why);
            }
            open => missing.push((*id, open)),
        }
    }
    if !missing.is_empty() {
        return without_bound(policy, points, (&units, &each), missing, scope, reasons);
    }
    let total = each.iter().fold(Decimal::ZERO, |total, (_, most)| total.saturating_add(*most));
    share(policy, points, (&units, &each), scope, (total, reasons))
}

/// Rules that give for themselves, and of multiples that multiply together one: their line stands in the name of the group.
fn units(policy: &Policy, rules: &[RuleId]) -> Vec<RuleId> {
    let mut units: Vec<RuleId> = Vec::new();
    for id in rules {
        let members = policy.rule(*id).and_then(|rule| multiplied(policy, rule));
        let known = members.is_some_and(|members| units.iter().any(|unit| members.contains(unit)));
        if !known {
            units.push(*id);
        }
    }
    units
}

/// A limit over several rules may bound what none of them bounds alone; else what is said of the first that has no bound.
fn without_bound(
    policy: &Policy,
    points: PointsId,
    (units, each): (&[RuleId], &[(RuleId, Decimal)]),
    missing: Vec<(RuleId, Bound)>,
    scope: &Scope,
    reasons: Vec<Reason>,
) -> Bound {
    let all = |one: &&Constraint| missing.iter().all(|(id, _)| covers(policy, one, *id));
    let bounds = policy.constraints.iter().filter(all).filter_map(|one| {
        let limit = limit_in(policy, points, one, units, scope).ok()??;
        let others = each.iter().filter(|(id, _)| !covers(policy, one, *id));
        let total = others.fold(limit, |total, (_, most)| total.saturating_add(*most));
        Some((total, by_limit(policy, points, one, limit, None)))
    });
    if let Some((most, why)) = bounds.min_by(|(a, _), (b, _)| a.cmp(b)) {
        return Bound::Most(most, reasons.into_iter().chain([why]).collect());
    }
    // What has no bound at all says more than what was not shown.
    let mut open = missing.into_iter().map(|(_, bound)| bound);
    let first = open.next();
    match (&first, open.find(|bound| matches!(bound, Bound::None(_)))) {
        (Some(Bound::Unknown(_)), Some(none)) => none,
        _ => first.unwrap_or(Bound::Most(Decimal::ZERO, vec![])),
    }
}

/// Brings a sum under the limits that several of its rules share.
fn share(
    policy: &Policy,
    points: PointsId,
    (units, each): (&[RuleId], &[(RuleId, Decimal)]),
    scope: &Scope,
    (mut total, mut reasons): (Decimal, Vec<Reason>),
) -> Bound {
    for one in policy.constraints.iter().filter(|one| one.rules.len() > 1) {
        let Ok(Some(limit)) = limit_in(policy, points, one, units, scope) else { continue };
        let others = each.iter().filter(|(id, _)| !covers(policy, one, *id));
        let with = others.fold(limit, |total, (_, most)| total.saturating_add(*most));
        if with < total {
            total = with;
            reasons.push(by_limit(policy, points, one, limit, None));
        }
    }
    Bound::Most(total, reasons)
}

/// The most that a rule gives for one event, where that is bounded.
pub(super) fn most_for_one(policy: &Policy, id: RuleId) -> Option<(PointsId, Decimal)> {
    let points = points_of(policy, policy.rule(id)?)?;
    match rule_bound(policy, points, id, &Scope { keys: vec![], period: ScopePeriod::Event }) {
        Bound::Most(most, _) => Some((points, most)),
        Bound::None(_) | Bound::Unknown(_) => None,
    }
}

/// The most that a rule gives in one bucket of a scope.
fn rule_bound(policy: &Policy, points: PointsId, id: RuleId, scope: &Scope) -> Bound {
    let Some(rule) = policy.rule(id) else { return Bound::Most(Decimal::ZERO, vec![]) };
    let mut best: Option<(Decimal, Reason)> = None;
    let mut take = |most: Decimal, why: Reason| {
        if is_bound(most) && best.as_ref().is_none_or(|(held, _)| most < *held) {
            best = Some((most, why));
        }
    };
    let several = scope.period == ScopePeriod::Event && several_customers(policy, rule);
    let known = room::counted(policy, rule, &Bounded::Points).map(|found| found.high.max(Decimal::ZERO));
    let one = known.filter(|_| !free(policy, rule) && !several);
    if let Some(most) = one {
        let times = match &rule.body {
            // What a total takes back for an event of one day it may give again on another.
            RuleBody::Level { scope: own, keep, .. } => {
                buckets(own, scope).filter(|_| scope.period != ScopePeriod::Event && (!keep || contained(own, scope)))
            }
            _ => (scope.period == ScopePeriod::Event).then_some(Decimal::ONE),
        };
        // One event may bring a total to its target at once.
        let times = if scope.period == ScopePeriod::Event { Some(Decimal::ONE) } else { times };
        if let Some(all) = times.and_then(|times| most.checked_mul(times)) {
            let text = told(policy, |words| {
                let (name, all) = (of_rule(words, rule), words.amount_of(all, points));
                say!(words.language, "{name} gives at most {all} by its amount", "{name} 按其数额最多给 {all}")
            });
            take(all, reason(text, rule.title.span));
        }
    }
    let mut passed: Option<Reason> = None;
    let limits = rule.constraints.iter().filter_map(|id| policy.constraint(*id));
    for limit in limits.filter(|limit| covers(policy, limit, id)) {
        match limit_in(policy, points, limit, &[id], scope) {
            Ok(Some(most)) => take(most, by_limit(policy, points, limit, most, Some(rule))),
            Ok(None) => {}
            Err(why) => passed = passed.or(Some(reason(why, limit.span))),
        }
        if limit.bounded == Bounded::Uses && !limit.at_least && scope.period != ScopePeriod::Event {
            let uses = buckets(&limit.scope, scope)
                .and_then(|times| Ranges::default().extent(&limit.limit)?.high.checked_mul(times));
            match (uses.and_then(|uses| uses.checked_mul(one?)), holding(policy, limit, &[id], scope)) {
                (Some(most), Ok(())) => take(most, by_limit(policy, points, limit, most, Some(rule))),
                (Some(_), Err(why)) => passed = passed.or(Some(reason(why, limit.span))),
                (None, _) => {}
            }
        }
    }
    match (best, passed) {
        (Some((most, why)), _) => Bound::Most(most, vec![why]),
        (None, Some(why)) => Bound::Unknown(why),
        (None, None) if one.is_some() && given_again(rule, scope) => Bound::Unknown(again(policy, rule)),
        (None, None) if known.is_none() && !rule.no_cap => Bound::Unknown(not_understood(policy, rule)),
        (None, None) => Bound::None(beyond(policy, id)),
    }
}

/// Whether one event may move the totals of several customers.
fn several_customers(policy: &Policy, rule: &Rule) -> bool {
    let mut lines = policy.rules.iter().flat_map(|rule| base_lines(policy, rule));
    matches!(rule.body, RuleBody::Level { .. }) && lines.any(|line| line.to.is_some())
}

/// Whether a total may take back what it gave for one bucket of a scope and give it again there.
fn given_again(rule: &Rule, scope: &Scope) -> bool {
    scope.period != ScopePeriod::Event
        && matches!(&rule.body, RuleBody::Level { scope: own, keep: true, .. } if !contained(own, scope))
}

fn again(policy: &Policy, rule: &Rule) -> Reason {
    let text = told(policy, |words| {
        let name = of_rule(words, rule);
        say!(
            words.language,
            "{name} keeps a total over more than that: what it takes back it may give again",
            "{name} 的总额跨越更大的范围：收回的部分可再次给予"
        )
    });
    reason(text, rule.title.span)
}

/// That a rule's amount or its limits are of a form about which nothing is known here.
fn not_understood(policy: &Policy, rule: &Rule) -> Reason {
    let text = told(policy, |words| {
        let name = of_rule(words, rule);
        say!(
            words.language,
            "what {name} gives is of a form that is not understood here",
            "{name} 所给数额的形式不在可证范围内"
        )
    });
    reason(text, rule.title.span)
}

/// Whether a rule's amount follows something that the text does not bound: a field or measure with the range that it has by
/// default; or moves several periods at once.
fn free(policy: &Policy, rule: &Rule) -> bool {
    if let Some(members) = multiplied(policy, rule) {
        return members.iter().filter_map(|id| policy.rule(*id)).any(|member| free_alone(policy, member));
    }
    free_alone(policy, rule)
}

fn free_alone(policy: &Policy, rule: &Rule) -> bool {
    let ranges = Ranges::of(&rule.conditions);
    match &rule.body {
        RuleBody::Earn(lines) => {
            lines.iter().chain(extent::rests(policy, rule)).any(|line| follows(&ranges, &line.amount))
        }
        RuleBody::Raise { targets, factor, .. } => {
            follows(&ranges, &factor.times)
                || targets.iter().filter_map(|id| policy.rule(*id)).any(|target| match &target.body {
                    RuleBody::Earn(_) => free(policy, target),
                    _ => false,
                })
        }
        RuleBody::Level { line, condition, .. } => {
            let mut looks_back = false;
            for expr in std::iter::once(&line.amount).chain(condition) {
                walk(expr, &mut |one| {
                    looks_back |= matches!(&one.node, Node::MeasureOver { .. } | Node::Tier(..));
                });
            }
            looks_back || follows(&ranges, &line.amount)
        }
        RuleBody::Request(_) | RuleBody::Convert(_) | RuleBody::Accept(_) | RuleBody::Notify(_) => false,
    }
}

/// Whether a value grows with one that has no bound of its own.
fn follows(ranges: &Ranges<'_>, expr: &Expr) -> bool {
    match &expr.node {
        Node::Table { rows, in_parts, subject } => {
            rows.iter().any(|row| follows(ranges, &row.value)) || (*in_parts && follows(ranges, subject))
        }
        Node::Constant(_) => false,
        _ if children(expr).is_empty() => {
            ranges.extent(expr).is_none_or(|found| found.high >= default_most() || found.low <= -default_most())
        }
        Node::Fact(..) | Node::OfEvent(..) => ranges.extent(expr).is_none_or(|found| found.high >= default_most()),
        _ => children(expr).into_iter().any(|one| follows(ranges, one)),
    }
}

fn by_limit(policy: &Policy, points: PointsId, limit: &Constraint, most: Decimal, rule: Option<&Rule>) -> Reason {
    let text = told(policy, |words| {
        let (bound, most) = (words.limit(limit), words.amount_of(most, points));
        match rule {
            Some(rule) => {
                let name = of_rule(words, rule);
                say!(words.language, "{name} gives at most {most}: {bound}", "{name} 最多给 {most}：{bound}")
            }
            None => say!(words.language, "together at most {most}: {bound}", "合计最多 {most}：{bound}"),
        }
    });
    reason(text, limit.span)
}

/// Why nothing bounds a rule.
fn beyond(policy: &Policy, id: RuleId) -> Reason {
    let rule = policy.rule(id);
    let span = rule.map(|rule| rule.title.span).unwrap_or_default();
    let text = told(policy, |words| {
        let name = rule.map_or_else(String::new, |rule| of_rule(words, rule));
        match rule.is_some_and(|rule| rule.no_cap) {
            true => say!(words.language, "{name} says `no cap`", "{name} 写明了 `上不封顶`"),
            false => say!(words.language, "nothing limits {name} there", "那里没有限制 {name} 的上限"),
        }
    });
    reason(text, span)
}

/// The points of a rule, where they are of one kind.
#[must_use]
pub(super) fn points_of(policy: &Policy, rule: &Rule) -> Option<PointsId> {
    extent::points_of(policy, rule)
}
