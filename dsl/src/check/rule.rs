//! Rules: kinds, windows, conditions and lines; groups and campaigns.

use super::deed::Each;
use super::messages;
use super::name::Lookup;
use super::names::{Entry, path_text};
use super::stated::RuleOrGroup;
use super::{Checker, Env, Reader};
use crate::policy::{Campaign, Expr, Group, GroupId, GroupMode, KindId, Node, Rule, RuleBody, RuleId};
use crate::source::Span;
use crate::syntax::ast::{self, Clause, ClauseKind};

impl<'a> Checker<'a> {
    pub(crate) fn lower_groups_and_campaigns(&mut self) {
        let names = self.names;
        for entry in &names.groups.entries {
            let mode = match entry.node.0 {
                ast::GroupMode::BestOf => GroupMode::BestOf,
                ast::GroupMode::AddUp => GroupMode::AddUp,
                ast::GroupMode::FirstByPriority => GroupMode::FirstByPriority,
                ast::GroupMode::MultiplyTogether => GroupMode::MultiplyTogether,
            };
            self.policy.groups.push(Group { title: messages::title(entry), mode, members: vec![] });
        }
        let all: Vec<KindId> = Vec::new();
        for entry in &names.campaigns.entries {
            let campaign = entry.declared.name.text.as_str();
            let env = Env::new(&all, Some(campaign), Reader::Edge);
            let mut windows = Vec::new();
            for clause in entry.node.0 {
                if let ClauseKind::Window(window) = &clause.kind {
                    windows.extend(self.window(&env, window, clause.span));
                }
            }
            self.check_windows_meet(&windows);
            self.policy.campaigns.push(Campaign { title: messages::title(entry), windows });
        }
    }

    pub(crate) fn lower_rules(&mut self) {
        let names = self.names;
        // A first pass gives every rule its kinds, so that multiples and levels can look at the others.
        for entry in &names.rules.entries {
            let kinds = self.kinds_of(&entry.node.on).unwrap_or_default();
            self.policy.rules.push(Rule {
                title: messages::title(entry),
                campaign: entry.campaign.and_then(|name| self.campaign_id(name)),
                kinds,
                windows: vec![],
                conditions: vec![],
                group: None,
                adds_to: vec![],
                adds_to_groups: vec![],
                body: RuleBody::Earn(vec![]),
                deeds: vec![],
                constraints: vec![],
                no_cap: false,
                funded: vec![],
                stratum: 0,
                rounding: None,
                refund_in_proportion: None,
            });
        }
        // Base rules before multiples (which read what their bases give), levels last (which read measures over both).
        for pass in [Pass::Base, Pass::Raise, Pass::Level] {
            for (at, entry) in names.rules.entries.iter().enumerate() {
                if pass_of(entry.node) == pass {
                    self.lower_rule(at, entry);
                }
            }
        }
        self.fill_groups();
        self.lower_strata();
    }

    fn lower_rule(&mut self, at: usize, entry: &Entry<'a, &'a ast::RuleDecl>) {
        let Some(mut rule) = self.policy.rules.get(at).cloned() else { return };
        let level = matches!(pass_of(entry.node), Pass::Level);
        if level && rule.kinds.is_empty() {
            rule.kinds = self.kinds_of_level(at);
        }
        // A rule on an unknown event says nothing about the rest.
        if !entry.node.on.is_empty() && rule.kinds.is_empty() {
            return;
        }
        let kinds = rule.kinds.clone();
        let env = Env::new(&kinds, entry.campaign, if level { Reader::Level } else { Reader::Edge });
        self.assumed.clear();
        self.audience(&mut rule, &env);
        let campaign = entry.campaign.and_then(|name| self.names.campaign(name));
        if let Some(campaign) = campaign {
            self.common_clauses(&mut rule, &env, campaign.node.0, false, None);
        }
        let each = self.for_each(&env, &entry.node.clauses);
        let element = each.as_ref().and_then(Option::as_ref);
        let of_element = self.common_clauses(&mut rule, &env, &entry.node.clauses, true, element);
        self.check_windows_meet(&rule.windows);
        self.check_conditions_meet(&rule.conditions);
        if let Some(each) = &each
            && let Some(body) = self.body(RuleId(at), &rule, &env, entry, each.as_ref())
        {
            rule.body = body;
        }
        if let RuleBody::Earn(lines) = &mut rule.body {
            lines.iter_mut().for_each(|line| under(line, &of_element));
        }
        let whole = entry.node.clauses.iter().find(|clause| matches!(clause.kind, ClauseKind::OverWholePeriods));
        if let Some(clause) = whole {
            self.over_whole_periods(&mut rule, clause.span);
        }
        for clause in &entry.node.clauses {
            rule.deeds.extend(self.deed(&env, &clause.kind));
        }
        self.assumed.clear();
        if let Some(place) = self.policy.rules.get_mut(at) {
            *place = rule;
        }
    }

    /// `for` in the programme's head: who takes part at all, a condition of every rule.
    fn audience(&mut self, rule: &mut Rule, env: &Env<'_>) {
        let names = self.names;
        let heads = names.programmes.first().map(|(_, clauses, _)| *clauses).unwrap_or_default();
        for clause in heads {
            let ClauseKind::For(condition) = &clause.kind else { continue };
            if let Some(condition) = self.condition(env, condition) {
                self.assume(&condition);
                rule.conditions.push(condition);
            }
        }
    }

    /// Windows, conditions, group, funding: what a rule has of its own and of its campaign. Conditions that look at the element
    /// of a `for each` are those of its lines: they are given back.
    fn common_clauses(
        &mut self,
        rule: &mut Rule,
        env: &Env<'_>,
        clauses: &[Clause],
        own: bool,
        each: Option<&Each>,
    ) -> Vec<Expr> {
        let inside = each.map_or(*env, |each| env.inside(each));
        let mut of_element = Vec::new();
        for clause in clauses {
            match &clause.kind {
                ClauseKind::Window(window) => {
                    let before = self.diagnostics.len();
                    let made = self.window(env, window, clause.span);
                    if !own {
                        // The campaign has reported its own window once.
                        self.diagnostics.truncate(before);
                    }
                    rule.windows.extend(made);
                }
                ClauseKind::When(condition) | ClauseKind::For(condition) => {
                    if let Some(condition) = self.condition(&inside, condition) {
                        self.assume(&condition);
                        if reads_element(&condition) {
                            of_element.push(condition);
                        } else {
                            rule.conditions.push(condition);
                        }
                    }
                }
                ClauseKind::InGroup(path, rank) => {
                    let names = self.names;
                    let name = ast::Name { text: path_text(path), span: path.span };
                    match self.lookup(&names.groups, &name, env.campaign) {
                        Lookup::At(at) => {
                            let rank = rank.as_ref().and_then(|rank| u32::try_from(rank.value).ok());
                            if let Some((mode, _)) = names.groups.get(at).map(|entry| entry.node) {
                                self.check_rank(mode, rank, clause.span);
                            }
                            rule.group = Some((GroupId(at), rank));
                        }
                        Lookup::Failed => {}
                        Lookup::Absent => self.report(messages::unknown_group(&name, names)),
                    }
                }
                ClauseKind::AddsTo(paths) => {
                    for path in paths {
                        match self.rule_or_group(path, env.campaign) {
                            Some(RuleOrGroup::Rule(other)) => rule.adds_to.push(other),
                            Some(RuleOrGroup::Group(group)) => rule.adds_to_groups.push(group),
                            None => {}
                        }
                    }
                }
                ClauseKind::NoCap => rule.no_cap = true,
                ClauseKind::Funded(shares) => rule.funded = self.funded(env, shares, clause.span),
                ClauseKind::Round(rounding) if own => rule.rounding = self.rule_rounding(rounding, clause.span),
                ClauseKind::RefundInProportion(yes) => rule.refund_in_proportion = Some(*yes),
                _ => {}
            }
        }
        of_element
    }

    /// A rule may round its own lines in another way than its points; to other decimals than theirs it cannot.
    fn rule_rounding(&mut self, rounding: &ast::Rounding, span: Span) -> Option<(ast::RoundMode, ast::RoundPlace)> {
        if rounding.places.is_some() {
            self.report(messages::rounds_to_places(span));
            return None;
        }
        Some((rounding.mode, rounding.place.unwrap_or(ast::RoundPlace::EachLine)))
    }

    fn check_rank(&mut self, mode: ast::GroupMode, rank: Option<u32>, span: Span) {
        if mode == ast::GroupMode::FirstByPriority && rank.is_none() {
            self.report(messages::priority_missing(span));
        }
        // In a best-of group a rank decides between lines that give the same.
        if matches!(mode, ast::GroupMode::AddUp | ast::GroupMode::MultiplyTogether) && rank.is_some() {
            self.report(messages::priority_needless(span));
        }
    }

    /// What a condition makes known: its subject, where it compares.
    pub(crate) fn assume(&mut self, condition: &Expr) {
        match &condition.node {
            Node::And(all) => all.iter().for_each(|one| self.assume(one)),
            Node::Known(inner) => self.assumed.push(inner.node.clone()),
            Node::Compare(_, a, b) => {
                self.assumed.push(condition.node.clone());
                self.assumed.push(a.node.clone());
                self.assumed.push(b.node.clone());
            }
            Node::In(inner, _) => self.assumed.push(inner.node.clone()),
            Node::Field(_) | Node::Fact(..) => self.assumed.push(condition.node.clone()),
            _ => {}
        }
    }

    fn body(
        &mut self,
        id: RuleId,
        rule: &Rule,
        env: &Env<'_>,
        entry: &Entry<'a, &'a ast::RuleDecl>,
        for_each: Option<&Each>,
    ) -> Option<RuleBody> {
        let mut lines = Vec::new();
        let mut accepts = Vec::new();
        let mut body = None;
        let mut settled = None;
        for clause in &entry.node.clauses {
            match &clause.kind {
                ClauseKind::Earn(line) => {
                    if line.first {
                        self.report(messages::first_outside_request(clause.span));
                    }
                    lines.extend(self.line(env, line, for_each, clause.span));
                }
                ClauseKind::Take(_) | ClauseKind::TakeBack(..) | ClauseKind::Grant(..) => {
                    lines.extend(self.other_line(env, &clause.kind, for_each, clause.span));
                }
                ClauseKind::Raise { targets, to, factor, after_caps } => {
                    body = self.raise(id, rule, env, (targets, *to, factor, *after_caps), clause.span);
                }
                ClauseKind::Keep { scope, keep, line, condition } => {
                    body = self.level(env, scope, *keep, line, condition.as_ref(), clause.span);
                }
                ClauseKind::Convert(convert) => body = self.convert(env, convert, clause.span),
                ClauseKind::Settled(at, finality) => settled = self.settled(at, finality.as_ref()),
                ClauseKind::Accept(condition, code) => {
                    if let Some(condition) = self.condition(env, condition) {
                        accepts.push((condition, code.text.clone()));
                    }
                }
                _ => {}
            }
        }
        if let Some(RuleBody::Level { settled: place, .. }) = &mut body {
            *place = settled;
        }
        if let Some(body) = &body {
            self.check_moments_of_level(rule, body);
        }
        body.or(if accepts.is_empty() { Some(RuleBody::Earn(lines)) } else { Some(RuleBody::Accept(accepts)) })
    }

    fn fill_groups(&mut self) {
        let mut members: Vec<(GroupId, Option<u32>, RuleId)> = Vec::new();
        for (at, rule) in self.policy.rules.iter().enumerate() {
            if let Some((group, rank)) = rule.group {
                members.push((group, rank, RuleId(at)));
            }
        }
        members.sort();
        for (group, _, rule) in members {
            if let Some(group) = self.policy.groups.get_mut(group.0) {
                group.members.push(rule);
            }
        }
    }

    fn check_conditions_meet(&mut self, conditions: &[Expr]) {
        for (at, one) in conditions.iter().enumerate() {
            for other in conditions.iter().skip(at.saturating_add(1)) {
                if self.conditions_apart(std::slice::from_ref(one), std::slice::from_ref(other)) {
                    self.report(messages::conditions_never_meet(one.span, other.span));
                    return;
                }
            }
        }
    }
}

/// Whether a condition looks at the element of a `for each`.
fn reads_element(condition: &Expr) -> bool {
    let mut found = false;
    crate::policy::expr::walk(condition, &mut |expr| found |= matches!(expr.node, Node::Element(_)));
    found
}

/// A line under conditions, besides its own.
fn under(line: &mut crate::policy::Line, conditions: &[Expr]) {
    if conditions.is_empty() {
        return;
    }
    let mut all = conditions.to_vec();
    all.extend(line.when.take());
    line.when = match all.as_slice() {
        [only] => Some(only.clone()),
        _ => Some(super::expr::flag(Node::And(all), line.span)),
    };
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pass {
    Base,
    Raise,
    Level,
}

fn pass_of(rule: &ast::RuleDecl) -> Pass {
    let has = |test: fn(&ClauseKind) -> bool| rule.clauses.iter().any(|clause| test(&clause.kind));
    if has(|kind| matches!(kind, ClauseKind::Keep { .. } | ClauseKind::Convert(..))) {
        Pass::Level
    } else if has(|kind| matches!(kind, ClauseKind::Raise { .. })) {
        Pass::Raise
    } else {
        Pass::Base
    }
}
