//! Combination: where two lines can meet and the text does not say how they combine, the policy does not compile
//! (design, principle 1).

use super::Checker;
use super::messages;
use crate::policy::{ConstraintId, GroupId, GroupMode, KindId, Owner, PointsId, Rule, RuleBody, RuleId, Title};
use crate::source::Span;
use crate::syntax::ast;
use std::collections::{BTreeMap, BTreeSet};

impl Checker<'_> {
    pub(crate) fn check_combination(&mut self) {
        self.check_groups();
        let mut unstated: Vec<(RuleId, RuleId)> = Vec::new();
        // One finding for a rule is enough: whoever mends it looks at the others too.
        let mut blamed: BTreeSet<RuleId> = BTreeSet::new();
        for rules in self.bases_by_points().into_values() {
            self.meeting(
                &rules,
                |_| true,
                |a, b| {
                    if !blamed.contains(&a) && !blamed.contains(&b) && !self.is_stated(a, b) {
                        blamed.extend([a, b]);
                        unstated.push((a, b));
                    }
                    true
                },
            );
        }
        for (a, b) in unstated {
            if let (Some(one), Some(other)) = (self.policy.rule(a), self.policy.rule(b)) {
                let found = messages::combination_not_stated(&one.title, &other.title);
                self.report(found);
            }
        }
    }

    /// Edge rules with base lines, by kind of event and points. A rule with a clause that could not be read is left out: the
    /// clause may be the one that is missed.
    fn bases_by_points(&self) -> BTreeMap<(KindId, PointsId), Vec<RuleId>> {
        let mut bases: BTreeMap<(KindId, PointsId), Vec<RuleId>> = BTreeMap::new();
        for (at, rule) in self.policy.rules.iter().enumerate() {
            let id = RuleId(at);
            if !self.is_base(id) || self.is_broken(at) {
                continue;
            }
            for points in self.points_given(id) {
                for kind in &rule.kinds {
                    bases.entry((*kind, points)).or_default().push(id);
                }
            }
        }
        bases
    }

    /// Whether a clause of a rule could not be read.
    pub(crate) fn is_broken(&self, at: usize) -> bool {
        let broken =
            |clauses: &[ast::Clause]| clauses.iter().any(|clause| matches!(clause.kind, ast::ClauseKind::Broken));
        self.names.rules.get(at).is_some_and(|entry| broken(&entry.node.clauses))
    }

    fn is_stated(&self, a: RuleId, b: RuleId) -> bool {
        match (self.policy.rule(a), self.policy.rule(b)) {
            (Some(one), Some(other)) => self.stated(a, one, b, other),
            _ => true,
        }
    }

    fn stated(&self, a: RuleId, one: &Rule, b: RuleId, other: &Rule) -> bool {
        let grouped = matches!((one.group, other.group), (Some((group, _)), Some((same, _))) if group == same);
        grouped
            || one.adds_to.contains(&b)
            || other.adds_to.contains(&a)
            || other.group.is_some_and(|(group, _)| one.adds_to_groups.contains(&group))
            || one.group.is_some_and(|(group, _)| other.adds_to_groups.contains(&group))
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

    /// Two rules of one rank that can meet: which of them is first?
    fn check_priorities(&mut self, group: &crate::policy::Group) {
        let mut ranks: BTreeMap<u32, Vec<RuleId>> = BTreeMap::new();
        for member in &group.members {
            if let Some(rank) = self.policy.rule(*member).and_then(|rule| rule.group).and_then(|(_, rank)| rank) {
                ranks.entry(rank).or_default().push(*member);
            }
        }
        for members in ranks.into_values() {
            if let Some((one, other)) = self.first_meeting(&members, |_| false, |_, _| true) {
                self.report(messages::same_priority(&one, &other, &group.title));
            }
        }
    }

    /// Lines of a best-of group that differ in pool, funder or limits of their own need a priority: which one wins a tie would show.
    fn check_best(&mut self, group: &crate::policy::Group) {
        let own_limit = |rule: &Rule| {
            let own =
                |id: &ConstraintId| self.policy.constraint(*id).is_some_and(|one| matches!(one.owner, Owner::Rule(_)));
            rule.constraints.iter().any(own)
        };
        let rank = |rule: &Rule| rule.group.and_then(|(_, rank)| rank);
        let differ = |one: &Rule, other: &Rule| {
            let tie_shows =
                pools(one) != pools(other) || one.funded != other.funded || own_limit(one) || own_limit(other);
            tie_shows && (rank(one).is_none() || rank(one) == rank(other))
        };
        let members: Vec<&Rule> = group.members.iter().filter_map(|id| self.policy.rule(*id)).collect();
        let ranks: BTreeSet<u32> = members.iter().filter_map(|rule| rank(rule)).collect();
        let Some((first, others)) = members.split_first() else { return };
        let alike = !own_limit(first)
            && others.iter().all(|one| !own_limit(one) && pools(one) == pools(first) && one.funded == first.funded);
        if alike || ranks.len() == members.len() {
            return;
        }
        if let Some((one, other)) = self.first_meeting(&group.members, |_| false, differ) {
            self.report(messages::tie_shows(&one, &other, &group.title));
        }
    }

    /// Lines under one shared constraint need an order where two of a sort can meet (semantics, section 3).
    pub(crate) fn check_order_under(&mut self, rules: &[RuleId], span: Span) -> Option<()> {
        let level = |rule: &Rule| matches!(rule.body, RuleBody::Level { .. });
        let base = |rule: &Rule| matches!(rule.body, RuleBody::Earn(_));
        // In one group of which only one line counts, two lines never meet under a bound.
        let one_wins = |group: GroupId| self.policy.group(group).is_some_and(|group| group.mode != GroupMode::AddUp);
        let alike = |one: &Rule, other: &Rule| base(one) == base(other) && level(one) == level(other);
        let found = self.first_meeting(rules, one_wins, alike);
        match found {
            Some((one, other)) => {
                self.report(messages::order_not_stated(span, &one, &other));
                None
            }
            None => Some(()),
        }
    }

    /// The first two of these rules that can meet and of which `matters` holds, by their titles.
    fn first_meeting(
        &self,
        rules: &[RuleId],
        combined: impl Fn(GroupId) -> bool,
        matters: impl Fn(&Rule, &Rule) -> bool,
    ) -> Option<(Title, Title)> {
        let mut found = None;
        self.meeting(rules, combined, |a, b| {
            if let (Some(one), Some(other)) = (self.policy.rule(a), self.policy.rule(b))
                && matters(one, other)
                && !self.apart(one, other)
            {
                found = Some((one.title.clone(), other.title.clone()));
            }
            found.is_none()
        });
        found
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
