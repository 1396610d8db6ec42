//! What follows an event: what a refund makes of its lines, what later events see of it, what may refuse it.
//!
//! A refund decides its event again against what the event read then, and other events stand as they were. So a limit bounds what
//! is left of many events only where a refund of a part never raises what a rule gives: its room may have gone to later ones.

use super::shape::rises;
use super::told::{named, of_rule, told};
use crate::diagnostic::Text;
use crate::policy::expr::walk;
use crate::policy::{
    Beyond, Constraint, ConstraintId, Expr, GroupMode, KindId, Node, Policy, Reads, Role, Rule, RuleBody, RuleId, Type,
};
use crate::say;
use crate::syntax::ast::RoundPlace;
use std::collections::BTreeSet;

/// Refund kinds that take back events of a kind.
fn refunds_of(policy: &Policy, kind: KindId) -> impl Iterator<Item = &crate::policy::Kind> {
    let names = move |one: &&crate::policy::Kind| {
        one.fields.iter().any(|field| matches!(&field.typed.ty, Type::EventOf(kinds) if kinds.contains(&kind)))
    };
    policy.kinds.iter().filter(|one| one.role == Role::Refund).filter(names)
}

/// Whether some refund takes events of a kind back.
pub(crate) fn refundable(policy: &Policy, kind: KindId) -> bool {
    refunds_of(policy, kind).next().is_some()
}

/// A rule that may refuse a refund of events on which another gives.
pub(super) fn refuses_refunds<'p>(policy: &'p Policy, rule: &Rule) -> Option<&'p Rule> {
    let refunds: Vec<_> = rule.kinds.iter().flat_map(|kind| refunds_of(policy, *kind)).collect();
    let of_refund =
        |kind: &KindId| policy.kind(*kind).is_some_and(|kind| refunds.iter().any(|one| std::ptr::eq(*one, kind)));
    let mut accepts = policy.rules.iter().filter(|one| matches!(one.body, RuleBody::Accept(_)));
    accepts.find(|one| one.kinds.iter().any(of_refund))
}

/// Whether events of a kind are decided again where another is refunded: their own, or one that they name.
fn decided_again(policy: &Policy, kind: KindId) -> bool {
    let named = policy.kind(kind).into_iter().flat_map(|kind| &kind.fields).any(
        |field| matches!(&field.typed.ty, Type::EventOf(kinds) if kinds.iter().any(|one| refundable(policy, *one))),
    );
    named || refundable(policy, kind)
}

/// The fields of a kind that refunds reduce.
fn reduced(policy: &Policy, kind: KindId) -> BTreeSet<&str> {
    let mut all = BTreeSet::new();
    for refund in refunds_of(policy, kind) {
        let before = all.len();
        let reduces = refund.fields.iter().filter(|field| field.reduces);
        all.extend(reduces.map(|field| field.title.name.as_str()));
        if all.len() == before {
            all.insert("amount");
        }
    }
    all
}

/// All that a rule reads to decide whether it applies and how much it gives; of limits only what earns beyond them.
pub(super) fn read<'p>(policy: &'p Policy, rule: &'p Rule) -> Vec<&'p Expr> {
    let mut all: Vec<&Expr> = rule.conditions.iter().collect();
    let lines: &[_] = match &rule.body {
        RuleBody::Earn(lines) => lines,
        RuleBody::Level { line, .. } => std::slice::from_ref(line),
        _ => &[],
    };
    all.extend(
        lines
            .iter()
            .chain(super::extent::rests(policy, rule))
            .flat_map(|line| [&line.amount].into_iter().chain(&line.when)),
    );
    match &rule.body {
        RuleBody::Raise { factor, .. } => all.push(&factor.times),
        RuleBody::Level { condition, .. } => all.extend(condition),
        _ => {}
    }
    all
}

/// Whether something is read that other events move: a later event then sees what an earlier one has left.
pub(super) fn reads_state(exprs: &[&Expr]) -> bool {
    any(exprs, &|node| {
        matches!(
            node,
            Node::Measure(..)
                | Node::MeasureOver { .. }
                | Node::Tier(..)
                | Node::Balance(..)
                | Node::Total(..)
                | Node::AsOf(..)
                | Node::OfEvent(..)
        )
    })
}

/// Whether something is read that the event itself moves, or that a refund moves.
fn reads_itself(exprs: &[&Expr]) -> bool {
    any(exprs, &|node| {
        matches!(
            node,
            Node::Measure(_, Reads::With)
                | Node::MeasureOver { reads: Reads::With, .. }
                | Node::Tier(_, Reads::With)
                | Node::OfEvent(..)
        )
    })
}

pub(super) fn any(exprs: &[&Expr], wanted: &dyn Fn(&Node) -> bool) -> bool {
    let mut found = false;
    for expr in exprs {
        walk(expr, &mut |one| found |= wanted(&one.node));
    }
    found
}

/// Whether a fact that a rule reads is set by some rule: later events see it.
pub(super) fn reads_what_is_set(policy: &Policy, exprs: &[&Expr]) -> bool {
    let set = policy.rules.iter().flat_map(|rule| &rule.deeds).filter_map(|deed| match deed {
        crate::policy::rule::Deed::Set { subject, fact, .. } => Some((*subject, fact.as_str())),
        crate::policy::rule::Deed::Bar { .. } => None,
    });
    let set: Vec<_> = set.collect();
    any(exprs, &|node| matches!(node, Node::Fact(subject, _, name) if set.contains(&(*subject, name.as_str()))))
}

/// Whether a rule is chosen from a group, and by which other members; none where it is not.
pub(super) fn rivals(policy: &Policy, id: RuleId) -> Option<impl Iterator<Item = &Rule>> {
    let group = policy.rule(id)?.group.and_then(|(group, _)| policy.group(group))?;
    let chooses = matches!(group.mode, GroupMode::BestOf | GroupMode::FirstByPriority) && group.members.len() > 1;
    chooses.then(|| group.members.iter().filter(move |other| **other != id).filter_map(|other| policy.rule(*other)))
}

/// Another limit that a rule shares with others: what they take of it changes what is left for the rule.
pub(super) fn shared<'p>(policy: &'p Policy, rule: &Rule, but: Option<ConstraintId>) -> Option<&'p Constraint> {
    let others = rule.constraints.iter().filter(|id| but != Some(**id)).filter_map(|id| policy.constraint(*id));
    others.into_iter().find(|one| one.rules.len() > 1)
}

/// Whether events of these kinds may be refused for what they are: by a limit that refuses, or by an `accept` that reads what
/// `safe` does not allow.
pub(super) fn may_refuse(policy: &Policy, kinds: &[KindId], safe: impl Fn(&Expr) -> bool) -> bool {
    policy.rules.iter().filter(|rule| rule.kinds.iter().any(|kind| kinds.contains(kind))).any(|rule| {
        let refuses = rule
            .constraints
            .iter()
            .filter_map(|id| policy.constraint(*id))
            .any(|limit| matches!(limit.beyond, Beyond::Refuse(_) | Beyond::TrimRefuseAtZero(_)));
        let accepts = match &rule.body {
            RuleBody::Accept(all) => !all.iter().all(|(condition, _)| safe(condition)) || !rule.conditions.is_empty(),
            RuleBody::Request(_) => true,
            _ => false,
        };
        refuses || accepts
    })
}

/// Why a refund of a part may raise what a rule gives; `None` where it never does. `but` is the limit that is looked at.
pub(super) fn unsteady(policy: &Policy, id: RuleId, but: Option<ConstraintId>) -> Option<Text> {
    let rule = policy.rule(id)?;
    let again: Vec<KindId> = rule.kinds.iter().copied().filter(|kind| decided_again(policy, *kind)).collect();
    let product = super::multiply::multiplied(policy, rule);
    let fixed = rule.refund_in_proportion.is_some() && product.is_none();
    // A level rule, a conversion and what is scaled or kept are not decided again.
    if again.is_empty() || fixed || matches!(rule.body, RuleBody::Level { .. } | RuleBody::Convert(_)) {
        return None;
    }
    if let Some(other) = shared(policy, rule, but) {
        return Some(told(policy, |words| {
            let (name, bound) = (of_rule(words, rule), words.limit(other));
            say!(
                words.language,
                "a refund of a part may leave {name} more of what it shares ({bound})",
                "部分退款可能使 {name} 从共享上限中多得（{bound}）"
            )
        }));
    }
    if !same_winner(policy, id, &again) {
        return Some(told(policy, |words| {
            let name = of_rule(words, rule);
            say!(
                words.language,
                "a refund of a part may make {name} the winner of its group, for events whose room others have used since",
                "部分退款可能使 {name} 在组内胜出，而额度其后已被用去"
            )
        }));
    }
    let members = product.map_or_else(|| vec![id], <[RuleId]>::to_vec);
    let falls = super::multiply::same_limits(policy, &members)
        && members.iter().all(|member| {
            let fields = again.iter().flat_map(|kind| reduced(policy, *kind)).collect::<BTreeSet<_>>();
            same_again(policy, *member) && fields.iter().all(|field| smaller_gives_less(policy, *member, field))
        });
    (!falls).then(|| {
        told(policy, |words| {
            let name = named(words, &rule.title);
            say!(
                words.language,
                "it is not shown that a refund of a part never raises what {name} gives",
                "未能证明部分退款不会使 {name} 多给"
            )
        })
    })
}

/// Whether a refund of a part of an event of these kinds leaves the winner of a rule's group: the others are scaled or kept, or
/// nothing of what refunds reduce is read in the group.
fn same_winner(policy: &Policy, id: RuleId, kinds: &[KindId]) -> bool {
    let Some(others) = rivals(policy, id) else { return true };
    let others: Vec<&Rule> = others.collect();
    let fields: BTreeSet<&str> = kinds.iter().flat_map(|kind| reduced(policy, *kind)).collect();
    let all = others.iter().copied().chain(policy.rule(id));
    others.iter().all(|rival| rival.refund_in_proportion.is_some())
        || all.into_iter().all(|one| untouched(policy, one, &fields))
}

/// Whether a rule gives the same whatever becomes of these fields.
fn untouched(policy: &Policy, rule: &Rule, fields: &BTreeSet<&str>) -> bool {
    let limits = rule.constraints.iter().filter_map(|id| policy.constraint(*id)).map(|limit| &limit.limit);
    let read: Vec<&Expr> = read(policy, rule).into_iter().chain(limits).collect();
    let bases = match &rule.body {
        RuleBody::Raise { targets, .. } => targets.as_slice(),
        _ => &[],
    };
    !reads_itself(&read)
        && !any(&read, &|node| matches!(node, Node::Field(name) if fields.contains(name.as_str())))
        && super::extent::split_fields(policy, rule).all(|field| !fields.contains(field))
        && bases.iter().filter_map(|id| policy.rule(*id)).all(|base| untouched(policy, base, fields))
}

/// Whether a rule that is decided again reads the same but for what a refund reduces of its own event.
fn same_again(policy: &Policy, id: RuleId) -> bool {
    let Some(rule) = policy.rule(id) else { return false };
    let bases = match &rule.body {
        RuleBody::Raise { targets, .. } => targets.as_slice(),
        _ => &[],
    };
    !reads_itself(&read(policy, rule)) && bases.iter().all(|base| same_again(policy, *base))
}

/// Whether what an edge rule asks for an event never rises where a field of it becomes smaller, all else being as recorded.
fn smaller_gives_less(policy: &Policy, id: RuleId, field: &str) -> bool {
    let Some(rule) = policy.rule(id) else { return false };
    if reads_itself(&read(policy, rule)) {
        return false;
    }
    match &rule.body {
        RuleBody::Earn(_) => rises(policy, rule, field),
        RuleBody::Raise { targets, .. } => {
            rises(policy, rule, field)
                && targets.iter().all(|target| {
                    let kinds = policy.rule(*target).map_or(&[][..], |base| base.kinds.as_slice());
                    by_line(policy, *target)
                        && same_winner(policy, *target, kinds)
                        && smaller_gives_less(policy, *target, field)
                })
        }
        _ => false,
    }
}

/// Whether each line of a rule is rounded for itself: in an award a multiple may gain the unit that its base loses.
pub(super) fn by_line(policy: &Policy, id: RuleId) -> bool {
    let Some(rule) = policy.rule(id) else { return false };
    let RuleBody::Earn(lines) = &rule.body else { return true };
    lines.iter().all(|line| {
        let place = rule.rounding.map(|(_, place)| place);
        let place = place.or_else(|| policy.points_of(line.points).map(|points| points.place));
        place == Some(RoundPlace::EachLine)
    })
}
