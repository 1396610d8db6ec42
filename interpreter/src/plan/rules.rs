//! Rules, their lines and limits as parts of a plan.

use super::index::{Attributes, Covered};
use super::numbers::{Number, ten_to};
use super::op::Register;
use super::slots::{Builder, Planned};
use super::{BitSet, Body, Bounds, Counted, LimitPlan, LinePlan, Past, RaisePlan, Rounding, RulePlan};
use crate::reference::amount::{kind_of, place};
use crate::reference::line::LineKind;
use earnest_dsl::policy::{
    Beyond, Bounded, Constraint, ConstraintId, Factor, GroupMode, Line, LineSign, Owner, PointsId, Policy, Rule,
    RuleBody, RuleId, ScopePeriod, Type,
};
use earnest_dsl::syntax::ast::{RoundMode, RoundPlace};
use std::collections::BTreeMap;

/// Rules of one kind under construction.
pub(crate) struct Rules<'b, 'p> {
    pub builder: &'b mut Builder<'p>,
    pub limits: Vec<LimitPlan>,
    /// The place of each rule in the order in which lines are filled.
    pub places: BTreeMap<RuleId, u32>,
    /// Groups that choose, with the ranks of their members.
    pub groups: BTreeMap<RuleId, (u32, u32)>,
    known: BTreeMap<(ConstraintId, PointsId), u32>,
}

impl<'b, 'p> Rules<'b, 'p> {
    pub(crate) fn new(
        builder: &'b mut Builder<'p>,
        places: BTreeMap<RuleId, u32>,
        groups: BTreeMap<RuleId, (u32, u32)>,
    ) -> Self {
        Self { builder, limits: vec![], places, groups, known: BTreeMap::new() }
    }

    pub(crate) fn rule(&mut self, id: RuleId, rule: &Rule, attributes: &mut Attributes, at: u32) -> Planned<RulePlan> {
        let covered = attributes.cover(self.builder, rule, at)?;
        let test = self.test(rule, &covered)?;
        let body = match &rule.body {
            RuleBody::Earn(lines) => {
                let lines = lines.iter().enumerate().map(|(clause, line)| self.line(id, clause, line));
                Body::Lines(lines.collect::<Planned<_>>()?)
            }
            RuleBody::Raise { after_caps: true, .. } => return Err("a multiple after caps"),
            RuleBody::Raise { targets, factor, after_caps: false } => Body::Raise(self.raise(id, targets, factor)?),
            RuleBody::Notify(_) => Body::Nothing,
            RuleBody::Level { .. } | RuleBody::Accept(_) | RuleBody::Request(_) | RuleBody::Convert(_) => {
                return Err("a rule that is no edge rule");
            }
        };
        let limits = self.limits_of(rule, &body)?;
        Ok(RulePlan { rule: id, test, group: self.groups.get(&id).copied(), body, limits })
    }

    /// Windows and conditions that the index does not test.
    fn test(&mut self, rule: &Rule, covered: &Covered) -> Planned<Option<super::Code>> {
        let windows: Vec<_> = rule
            .windows
            .iter()
            .enumerate()
            .filter(|(at, _)| !covered.windows.contains(at))
            .map(|(_, one)| one)
            .collect();
        let left: Vec<_> = covered.conditions.iter().collect();
        if windows.is_empty() && left.is_empty() {
            return Ok(None);
        }
        let code = self.builder.code(|builder| {
            let to = builder.constant(0);
            let mut jumps = Vec::new();
            for window in windows {
                let a = builder.window(window)?;
                jumps.push(builder.jump(super::Op::JumpUnless { a, ahead: 0 }));
            }
            for condition in left {
                let a = builder.flag(condition)?;
                jumps.push(builder.jump(super::Op::JumpUnless { a, ahead: 0 }));
            }
            builder.emit(super::Op::Constant { to, value: 1 });
            builder.land(&jumps);
            Ok(to)
        })?;
        Ok(Some(code))
    }

    fn line(&mut self, id: RuleId, clause: usize, line: &Line) -> Planned<LinePlan> {
        let policy = self.builder.policy;
        if line.for_each.is_some() {
            return Err("a line for each element of a list");
        }
        if line.to.is_some() {
            return Err("a line for somebody else");
        }
        if line.pool_by.is_some() {
            return Err("a pool by a table");
        }
        if line.sign != LineSign::Give || kind_of(policy, line) != LineKind::Base || line.worth.is_some() {
            return Err("a line that takes, or grants a benefit");
        }
        if place(policy, id, line.points) == RoundPlace::EachAward {
            return Err("rounding by award");
        }
        let when = match &line.when {
            Some(when) => Some(self.builder.code(|builder| builder.flag(when))?),
            None => None,
        };
        let mut exact = None;
        let amount = self.builder.code(|builder| {
            let number = builder.number(&line.amount)?;
            exact = Some(number);
            Ok(number.register)
        })?;
        let clause = u32::try_from(clause).map_err(|_| "too many clauses")?;
        let rounding = rounding(policy, id, line.points, exact.ok_or("an amount without a number")?)?;
        Ok(LinePlan { clause, when, amount, rounding, points: line.points, pool: line.pool })
    }

    fn raise(&mut self, id: RuleId, targets: &[RuleId], factor: &Factor) -> Planned<RaisePlan> {
        let policy = self.builder.policy;
        let mut times = Number { register: Register(0), scale: 0, under: 1 };
        let code = self.builder.code(|builder| {
            times = builder.number(&factor.times)?;
            Ok(times.register)
        })?;
        let places = targets.iter().filter_map(|target| self.places.get(target)).map(|place| i64::from(*place));
        let mut roundings = Vec::new();
        for target in targets {
            let Some(RuleBody::Earn(lines)) = policy.rule(*target).map(|rule| &rule.body) else { continue };
            for line in lines {
                let scale = policy.points_of(line.points).map_or(0, |points| points.scale);
                let exact = Number { scale: scale.checked_add(times.scale).ok_or("too many decimals")?, ..times };
                if !roundings.iter().any(|(points, _)| *points == line.points) {
                    roundings.push((line.points, rounding(policy, id, line.points, exact)?));
                }
            }
        }
        Ok(RaisePlan {
            targets: BitSet::of(places),
            times: code,
            one: ten_to(times.scale)?.checked_mul(times.under).ok_or("a number of more than 18 digits")?,
            includes_base: factor.includes_base,
            rounding: roundings,
        })
    }

    /// The limits of a rule on each kind of points that it gives.
    fn limits_of(&mut self, rule: &Rule, body: &Body) -> Planned<Vec<u32>> {
        let policy = self.builder.policy;
        let given: Vec<PointsId> = match body {
            Body::Lines(lines) => lines.iter().map(|line| line.points).collect(),
            Body::Raise(raise) => raise.rounding.iter().map(|(points, _)| *points).collect(),
            Body::Nothing => vec![],
        };
        let mut all = Vec::new();
        for id in &rule.constraints {
            let Some(constraint) = policy.constraint(*id) else { continue };
            let limit = self.limit(*id, constraint, &given)?;
            all.extend(limit);
        }
        Ok(all)
    }

    fn limit(&mut self, id: ConstraintId, constraint: &Constraint, given: &[PointsId]) -> Planned<Option<u32>> {
        let policy = self.builder.policy;
        if constraint.at_least {
            return Err("a bound from below");
        }
        if constraint.whole_award {
            return Err("a limit on the whole award");
        }
        let (bounds, scale) = match (&constraint.bounded, &constraint.limit.typed.ty) {
            (Bounded::Points, Type::Points(points)) => {
                if !given.contains(points) {
                    return Ok(None);
                }
                (
                    Bounds::Points { points: *points, scale: 1 },
                    policy.points_of(*points).map_or(0, |points| points.scale),
                )
            }
            (Bounded::Uses, _) => (Bounds::Uses, 0),
            (Bounded::Points, _) => return Err("a limit of points in another unit"),
            (Bounded::Spend(_), _) => return Err("a limit of spend"),
            (Bounded::Worth, _) => return Err("a budget in money"),
            (Bounded::Pieces | Bounded::Value, _) => return Err("a limit of requests"),
        };
        let points = match bounds {
            Bounds::Points { points, .. } => points,
            Bounds::Uses => PointsId(usize::MAX),
        };
        if let Some(known) = self.known.get(&(id, points)) {
            return Ok(Some(*known));
        }
        let beyond = match &constraint.beyond {
            Beyond::Drop => Past::Drop,
            Beyond::Refuse(_) => Past::Refuse,
            Beyond::TrimRefuseAtZero(_) => Past::RefuseAtZero,
            Beyond::RestEarns(_) => return Err("a limit of spend"),
        };
        let counter = match constraint.scope.period {
            ScopePeriod::Event => None,
            _ => Some(self.builder.counter(Counted::Constraint(id), scale)),
        };
        let bound = self.builder.code(|builder| {
            let bound = builder.number(&constraint.limit)?;
            if bound.scale > scale {
                return Err("a bound with more decimals than what it bounds");
            }
            builder.at_scale(bound, scale)
        })?;
        let own = match constraint.owner {
            Owner::Rule(rule) => Some(rule),
            Owner::Campaign(_) | Owner::Programme => None,
        };
        self.limits.push(LimitPlan { constraint: id, counter, own, bounds, bound, beyond });
        let at = u32::try_from(self.limits.len() - 1).map_err(|_| "too many limits")?;
        self.known.insert((id, points), at);
        Ok(Some(at))
    }
}

/// How a rule rounds an exact amount of points.
fn rounding(policy: &Policy, id: RuleId, points: PointsId, exact: Number) -> Planned<Rounding> {
    let own = policy.rule(id).and_then(|rule| rule.rounding).map(|(mode, _)| mode);
    let declared = policy.points_of(points).ok_or("points that are not declared")?;
    let mode: RoundMode = own.unwrap_or(declared.rounding);
    match exact.divisor(declared.scale)? {
        (by, 1) => Ok(Rounding::Times(by)),
        (1, divisor) => Ok(Rounding::Over(divisor, mode)),
        _ => Err("a quotient of whole points"),
    }
}

/// Whether a group chooses among its members.
pub(crate) fn chooses(mode: GroupMode) -> bool {
    matches!(mode, GroupMode::BestOf | GroupMode::FirstByPriority)
}
