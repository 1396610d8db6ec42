//! Combination: where two lines can meet and the text does not say how they combine, the policy does not compile
//! (design, principle 1).

use super::Checker;
use super::messages;
use crate::policy::{GroupMode, Rule, RuleBody, RuleId};
use crate::source::Span;

impl Checker<'_> {
    pub(crate) fn check_combination(&mut self) {
        self.check_groups();
        for (a, b) in self.meeting_pairs() {
            let (Some(one), Some(other)) = (self.policy.rule(a).cloned(), self.policy.rule(b).cloned()) else {
                continue;
            };
            if !self.stated(a, &one, b, &other) {
                self.report(messages::combination_not_stated(&one.title, &other.title));
            }
        }
    }

    /// Pairs of edge rules with base lines of the same points that share a kind of event. Pairs are looked for per kind, so that
    /// many rules on many kinds stay cheap.
    fn meeting_pairs(&self) -> Vec<(RuleId, RuleId)> {
        let mut pairs = Vec::new();
        let bases: Vec<RuleId> = (0..self.policy.rules.len()).map(RuleId).filter(|id| self.is_base(*id)).collect();
        for (at, a) in bases.iter().enumerate() {
            let Some(one) = self.policy.rule(*a) else { continue };
            let points = self.points_given(*a);
            for b in bases.iter().skip(at.saturating_add(1)) {
                let Some(other) = self.policy.rule(*b) else { continue };
                let share = one.kinds.iter().any(|kind| other.kinds.contains(kind));
                if share && self.points_given(*b).iter().any(|given| points.contains(given)) {
                    pairs.push((*a, *b));
                }
            }
        }
        pairs
    }

    fn stated(&self, a: RuleId, one: &Rule, b: RuleId, other: &Rule) -> bool {
        let grouped = matches!((one.group, other.group), (Some((group, _)), Some((same, _))) if group == same);
        grouped
            || one.adds_to.contains(&b)
            || other.adds_to.contains(&a)
            || !same_payee(one, other)
            || self.apart(one, other)
    }

    fn check_groups(&mut self) {
        for at in 0..self.policy.groups.len() {
            let Some(group) = self.policy.groups.get(at).cloned() else { continue };
            match group.mode {
                GroupMode::MultiplyTogether => self.check_multiplied(&group),
                GroupMode::FirstByPriority => self.check_priorities(&group),
                GroupMode::BestOf => self.check_best(&group),
                GroupMode::AddUp => {}
            }
        }
    }

    /// Members of `multiply together` are multiples without constraints, pools or funders of their own.
    fn check_multiplied(&mut self, group: &crate::policy::Group) {
        for member in &group.members {
            let Some(rule) = self.policy.rule(*member).cloned() else { continue };
            if !matches!(rule.body, RuleBody::Raise { .. }) {
                self.report(messages::only_multiples_multiply(&rule.title, &group.title));
            } else if rule.constraints.iter().any(|id| {
                self.policy.constraint(*id).is_some_and(|one| one.owner == crate::policy::Owner::Rule(*member))
            }) || !rule.funded.is_empty()
            {
                self.report(messages::multiplied_has_own(&rule.title, &group.title));
            }
        }
    }

    fn check_priorities(&mut self, group: &crate::policy::Group) {
        for (at, a) in group.members.iter().enumerate() {
            for b in group.members.iter().skip(at.saturating_add(1)) {
                let (Some(one), Some(other)) = (self.policy.rule(*a).cloned(), self.policy.rule(*b).cloned()) else {
                    continue;
                };
                let rank = |rule: &Rule| rule.group.and_then(|(_, rank)| rank);
                if rank(&one).is_some() && rank(&one) == rank(&other) && !self.apart(&one, &other) {
                    self.report(messages::same_priority(&one.title, &other.title, &group.title));
                }
            }
        }
    }

    /// Lines of a best-of group that differ in pool or funder need a priority: which one wins a tie would show.
    fn check_best(&mut self, group: &crate::policy::Group) {
        for (at, a) in group.members.iter().enumerate() {
            for b in group.members.iter().skip(at.saturating_add(1)) {
                let (Some(one), Some(other)) = (self.policy.rule(*a).cloned(), self.policy.rule(*b).cloned()) else {
                    continue;
                };
                if (pools(&one) != pools(&other) || one.funded != other.funded) && !self.apart(&one, &other) {
                    self.report(messages::tie_shows(&one.title, &other.title, &group.title));
                }
            }
        }
    }

    /// Lines under one shared constraint need an order where two of a sort can meet (semantics, section 3).
    pub(crate) fn check_order_under(&mut self, rules: &[RuleId], span: Span) -> Option<()> {
        for (at, a) in rules.iter().enumerate() {
            for b in rules.iter().skip(at.saturating_add(1)) {
                let (Some(one), Some(other)) = (self.policy.rule(*a).cloned(), self.policy.rule(*b).cloned()) else {
                    continue;
                };
                let level = |rule: &Rule| matches!(rule.body, RuleBody::Level { .. });
                if self.is_base(*a) != self.is_base(*b)
                    || level(&one) != level(&other)
                    || self.one_wins(&one, &other)
                    || self.apart(&one, &other)
                {
                    continue;
                }
                self.report(messages::order_not_stated(span, &one.title, &other.title));
                return None;
            }
        }
        Some(())
    }

    /// In one group of which only one line counts, two lines never meet under a bound.
    fn one_wins(&self, a: &Rule, b: &Rule) -> bool {
        let (Some((group, _)), Some((other, _))) = (a.group, b.group) else { return false };
        group == other && self.policy.group(group).is_some_and(|group| group.mode != GroupMode::AddUp)
    }
}

/// Whether two rules pay the same party: a referral's two parties never add up.
fn same_payee(a: &Rule, b: &Rule) -> bool {
    let payees = |rule: &Rule| match &rule.body {
        RuleBody::Earn(lines) => {
            lines.iter().map(|line| line.to.as_ref().map(|to| to.node.clone())).collect::<Vec<_>>()
        }
        _ => vec![],
    };
    let (a, b) = (payees(a), payees(b));
    a.is_empty() || b.is_empty() || a.iter().any(|one| b.contains(one))
}

fn pools(rule: &Rule) -> Vec<(crate::policy::PointsId, crate::policy::PoolId)> {
    match &rule.body {
        RuleBody::Earn(lines) => lines.iter().map(|line| (line.points, line.pool)).collect(),
        _ => vec![],
    }
}
