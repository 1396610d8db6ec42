//! Rules: kinds, windows, conditions and lines; groups and campaigns.

use super::limit::reads_counter;
use super::messages;
use super::name::Lookup;
use super::names::{Entry, Found, path_text};
use super::{Checker, Env, Reader};
use crate::policy::{
    Campaign, Expr, Factor, Group, GroupId, GroupMode, KindId, Line, MeasureSource, Node, PointsId, PoolId, Rule,
    RuleBody, RuleId, Settled, Type, Window,
};
use crate::source::Span;
use crate::syntax::ast::{self, Clause, ClauseKind, LineClause};
use rust_decimal::Decimal;

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
                body: RuleBody::Earn(vec![]),
                constraints: vec![],
                no_cap: false,
                funded: vec![],
                stratum: 0,
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
            rule.kinds = self.kinds_of_level(entry.node, entry.campaign);
        }
        let kinds = rule.kinds.clone();
        let env = Env::new(&kinds, entry.campaign, if level { Reader::Level } else { Reader::Edge });
        self.assumed.clear();
        let campaign = entry
            .campaign
            .and_then(|name| self.names.campaigns.entries.iter().find(|one| one.declared.name.text == name));
        if let Some(campaign) = campaign {
            self.common_clauses(&mut rule, &env, campaign.node.0, false);
        }
        self.common_clauses(&mut rule, &env, &entry.node.clauses, true);
        self.check_windows_meet(&rule.windows);
        self.check_conditions_meet(&rule.conditions);
        if let Some(body) = self.body(RuleId(at), &rule, &env, entry) {
            rule.body = body;
        }
        self.assumed.clear();
        if let Some(place) = self.policy.rules.get_mut(at) {
            *place = rule;
        }
    }

    /// Windows, conditions, group, funding: what a rule has of its own and of its campaign.
    fn common_clauses(&mut self, rule: &mut Rule, env: &Env<'_>, clauses: &[Clause], own: bool) {
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
                    if let Some(condition) = self.condition(env, condition) {
                        self.assume(&condition);
                        rule.conditions.push(condition);
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
                        rule.adds_to.extend(self.rule_named(path, env.campaign));
                    }
                }
                ClauseKind::NoCap => rule.no_cap = true,
                ClauseKind::Funded(shares) => rule.funded = self.funded(env, shares, clause.span),
                ClauseKind::RefundInProportion(yes) => rule.refund_in_proportion = Some(*yes),
                _ => {}
            }
        }
    }

    fn check_rank(&mut self, mode: ast::GroupMode, rank: Option<u32>, span: Span) {
        if mode == ast::GroupMode::FirstByPriority && rank.is_none() {
            self.report(messages::priority_missing(span));
        }
        if mode != ast::GroupMode::FirstByPriority && rank.is_some() {
            self.report(messages::priority_needless(span));
        }
    }

    /// What a condition makes known: its subject, where it compares.
    pub(crate) fn assume(&mut self, condition: &Expr) {
        match &condition.node {
            Node::And(all) => all.iter().for_each(|one| self.assume(one)),
            Node::Known(inner) => self.assumed.push(inner.node.clone()),
            Node::Compare(_, a, b) => {
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
    ) -> Option<RuleBody> {
        let mut lines = Vec::new();
        let mut accepts = Vec::new();
        let mut body = None;
        let mut settled = None;
        let for_each = self.for_each(env, &entry.node.clauses)?;
        for clause in &entry.node.clauses {
            match &clause.kind {
                ClauseKind::Earn(line) => lines.extend(self.line(env, line, for_each.as_ref(), clause.span)),
                ClauseKind::Raise { targets, to, factor, after_caps } => {
                    body = self.raise(id, rule, env, (targets, *to, factor, *after_caps), clause.span);
                }
                ClauseKind::Keep { scope, keep, line, condition } => {
                    body = self.level(env, scope, *keep, line, condition.as_ref(), clause.span);
                }
                ClauseKind::Settled(at, finality) => settled = self.settled(at, finality.as_ref()),
                ClauseKind::Accept(condition, code) => {
                    if let Some(condition) = self.condition(env, condition) {
                        accepts.push((condition, code.text.clone()));
                    }
                }
                other => {
                    if let Some(what) = later(other) {
                        self.report(messages::not_decided_yet(what, clause.span));
                    }
                }
            }
        }
        if let Some(RuleBody::Level { settled: place, .. }) = &mut body {
            *place = settled;
        }
        body.or(if accepts.is_empty() { Some(RuleBody::Earn(lines)) } else { Some(RuleBody::Accept(accepts)) })
    }

    /// `for each item of items`: the list's name and its element's fields.
    #[allow(clippy::option_option)]
    fn for_each(&mut self, env: &Env<'_>, clauses: &[Clause]) -> Option<Option<(String, Vec<crate::policy::Field>)>> {
        for clause in clauses {
            if let ClauseKind::ForEach(_, list) = &clause.kind {
                let list = self.expr(env, list)?;
                let (Node::Field(name), Type::List(fields)) = (&list.node, &list.typed.ty) else {
                    let shown = self.show(&list.typed.ty);
                    self.report(messages::not_a_list(list.span, &shown));
                    return None;
                };
                return Some(Some((name.clone(), fields.clone())));
            }
        }
        Some(None)
    }

    fn line(
        &mut self,
        env: &Env<'_>,
        line: &LineClause,
        each: Option<&(String, Vec<crate::policy::Field>)>,
        span: Span,
    ) -> Option<Line> {
        let inside = Env { element: each.map(|(_, fields)| fields.as_slice()), ..*env };
        let env = if each.is_some() { &inside } else { env };
        let held = self.assumed.len();
        let when = match &line.when {
            Some(when) => {
                let when = self.condition(env, when)?;
                self.assume(&when);
                Some(when)
            }
            None => None,
        };
        let amount = self.expr(env, &line.amount);
        self.assumed.truncate(held);
        let amount = amount?;
        let points = self.amount_points(&amount, line)?;
        self.known(&[&amount])?;
        let pool = self.pool(env, points, line.pool.as_ref(), span)?;
        let to = match &line.to {
            Some(to) => Some(self.recipient(env, to)?),
            None => None,
        };
        Some(Line { amount, points, pool, to, when, for_each: each.map(|(name, _)| name.clone()), span })
    }

    /// An amount that is earned is points of a kind that this programme keeps.
    fn amount_points(&mut self, amount: &Expr, line: &LineClause) -> Option<PointsId> {
        let Type::Points(points) = amount.typed.ty else {
            let shown = self.show(&amount.typed.ty);
            self.report(messages::earns_no_points(line.amount.span, &shown));
            return None;
        };
        if let Some(kept_by) = self.policy.points_of(points).and_then(|points| points.kept_by.clone()) {
            self.report(messages::points_of_partner(line.amount.span, &kept_by));
            return None;
        }
        if amount.typed.range.is_some_and(|(_, high)| high < Decimal::ZERO) {
            self.report(messages::earns_below_zero(line.amount.span));
            return None;
        }
        Some(points)
    }

    fn pool(&mut self, _env: &Env<'_>, points: PointsId, pool: Option<&ast::Expr>, span: Span) -> Option<PoolId> {
        let pools = self.policy.points_of(points)?.pools.clone();
        let Some(pool) = pool else {
            if pools.len() == 1 {
                return Some(PoolId(0));
            }
            self.report(messages::which_pool(span, &pools));
            return None;
        };
        let Some(text) = super::limit::text_of(pool) else {
            self.report(messages::not_decided_yet(
                messages::both("a pool chosen by a table", "按表选择积分池"),
                pool.span,
            ));
            return None;
        };
        let last = text.rsplit('.').next().unwrap_or(&text);
        match pools.iter().position(|one| super::name::answers(&one.title, last)) {
            Some(at) => {
                let title = pools.get(at).map(|pool| pool.title.clone()).unwrap_or_default();
                self.refer(pool.span, &title.name, title.labels);
                Some(PoolId(at))
            }
            None => {
                let spoken: Vec<String> = pools.iter().flat_map(|pool| super::name::names_of(&pool.title)).collect();
                self.report(messages::unknown_pool(pool.span, &text, &spoken));
                None
            }
        }
    }

    fn recipient(&mut self, env: &Env<'_>, to: &ast::Expr) -> Option<Expr> {
        let found = self.expr(env, to)?;
        let customer = self.policy.subjects.iter().position(|one| one.title.name == "customer");
        if !matches!(found.typed.ty, Type::Subject(id) if Some(id.0) == customer) {
            let shown = self.show(&found.typed.ty);
            self.report(messages::not_a_customer(to.span, &shown));
            return None;
        }
        self.known(&[&found])?;
        Some(found)
    }

    fn raise(
        &mut self,
        id: RuleId,
        rule: &Rule,
        env: &Env<'_>,
        (targets, includes_base, factor, after_caps): (&[ast::Path], bool, &ast::Expr, bool),
        span: Span,
    ) -> Option<RuleBody> {
        let mut raised: Vec<RuleId> = Vec::new();
        for path in targets {
            let text = path_text(path);
            if text == "base" || text == "基础" {
                raised.extend(self.bases_on(&rule.kinds, id));
                continue;
            }
            let target = self.rule_named(path, env.campaign)?;
            self.check_target(path, target, rule)?;
            raised.push(target);
        }
        raised.sort();
        raised.dedup();
        if raised.is_empty() {
            self.report(messages::nothing_to_raise(span));
            return None;
        }
        let times = self.expr_as(env, factor, &Type::Multiple)?;
        self.known(&[&times])?;
        if includes_base && times.typed.range.is_some_and(|(low, _)| low < Decimal::ONE) {
            self.report(messages::multiple_below_one(factor.span));
            return None;
        }
        Some(RuleBody::Raise { targets: raised, factor: Factor { times, includes_base }, after_caps })
    }

    fn bases_on(&self, kinds: &[KindId], id: RuleId) -> Vec<RuleId> {
        let rules = self.policy.rules.iter().enumerate();
        rules
            .filter(|(at, rule)| {
                RuleId(*at) != id && self.is_base_text(*at) && rule.kinds.iter().any(|kind| kinds.contains(kind))
            })
            .map(|(at, _)| RuleId(at))
            .collect()
    }

    fn is_base_text(&self, at: usize) -> bool {
        self.names
            .rules
            .get(at)
            .is_some_and(|entry| entry.node.clauses.iter().any(|clause| matches!(clause.kind, ClauseKind::Earn(_))))
    }

    fn check_target(&mut self, path: &ast::Path, target: RuleId, rule: &Rule) -> Option<()> {
        if !self.is_base_text(target.0) {
            self.report(messages::raises_no_base(path.span, &self.policy.rule(target)?.title.clone()));
            return None;
        }
        let other = self.policy.rule(target)?;
        if !rule.kinds.iter().any(|kind| other.kinds.contains(kind)) {
            let title = other.title.clone();
            self.report(messages::never_meets(path.span, &title));
            return None;
        }
        Some(())
    }

    fn level(
        &mut self,
        env: &Env<'_>,
        scope: &[ast::ScopePart],
        keep: bool,
        line: &LineClause,
        condition: Option<&ast::Expr>,
        span: Span,
    ) -> Option<RuleBody> {
        if scope.is_empty() {
            self.report(messages::level_without_scope(span));
            return None;
        }
        let scope = self.scope(env, scope)?;
        let line = self.line(env, line, None, span);
        let condition = match condition {
            Some(condition) => Some(self.condition(env, condition)?),
            None => None,
        };
        let line = line?;
        let reads = reads_counter(&line.amount) || condition.as_ref().is_some_and(reads_counter);
        if !reads {
            self.report(messages::level_reads_nothing(span));
            return None;
        }
        Some(RuleBody::Level { scope, keep, line, condition, settled: None })
    }

    /// The kinds that feed the measures which a level rule reads.
    fn kinds_of_level(&mut self, rule: &ast::RuleDecl, campaign: Option<&str>) -> Vec<KindId> {
        let names = self.names;
        let mut tracks: Vec<usize> = Vec::new();
        for clause in &rule.clauses {
            if let ClauseKind::Keep { line, condition, .. } = &clause.kind {
                for expr in std::iter::once(&line.amount).chain(condition.as_ref()).chain(line.when.as_ref()) {
                    super::measure::walk_names(expr, &mut |segments| {
                        let text = segments.join(".");
                        if let Found::One(at) = names.tracks.find(&text, campaign) {
                            tracks.push(at);
                        }
                    });
                }
            }
        }
        let mut kinds: Vec<KindId> = Vec::new();
        for at in tracks {
            let Some(id) = self.track(at, rule.declared.name.span) else { continue };
            if let Some(measure) = self.policy.measure(id) {
                kinds.extend(self.kinds_feeding(&measure.sources.clone()));
            }
        }
        kinds.sort();
        kinds.dedup();
        kinds
    }

    /// `settled at close of month`: the kind of event that closes the period.
    fn settled(&mut self, at: &ast::Expr, finality: Option<&ast::Finality>) -> Option<Settled> {
        let text = super::limit::text_of(at);
        let kind = match (&at.kind, text) {
            (_, Some(text)) if self.names.kinds.find(&text, None) != Found::None => Some(text),
            (ast::ExprKind::Of { what, of, .. }, _) if what.text == "close" => {
                super::limit::text_of(of).and_then(|unit| {
                    let kind = match unit.as_str() {
                        "month" | "月" => "MonthClose",
                        "quarter" | "季" => "QuarterClose",
                        "year" | "年" => "YearClose",
                        "statement" | "账期" => "StatementClose",
                        _ => return None,
                    };
                    Some(kind.to_owned())
                })
            }
            _ => None,
        };
        let Some(Found::One(kind)) = kind.map(|kind| self.names.kinds.find(&kind, None)) else {
            self.report(messages::unknown_close(at.span));
            return None;
        };
        let final_after_days = match finality {
            None | Some(ast::Finality::Final) => Some(0),
            Some(ast::Finality::Never) => None,
            Some(ast::Finality::After(length)) => self.length(length).map(|(_, days, _)| days),
        };
        if finality.is_none() {
            self.report(messages::settled_without_finality(at.span));
        }
        Some(Settled { at: KindId(kind), final_after_days })
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

    /// A level rule lies above every rule whose postings its measures count.
    fn lower_strata(&mut self) {
        let count = self.policy.rules.len();
        for _ in 0..=count {
            let mut changed = false;
            for at in 0..count {
                let Some(rule) = self.policy.rules.get(at) else { continue };
                if !matches!(rule.body, RuleBody::Level { .. }) {
                    continue;
                }
                let below =
                    self.rules_read(rule).iter().filter_map(|id| self.policy.rule(*id)).map(|rule| rule.stratum).max();
                let stratum = below.map_or(1, |below| below.saturating_add(1));
                let limit = u32::try_from(count).unwrap_or(u32::MAX);
                if stratum > limit.saturating_add(1) {
                    let title = rule.title.clone();
                    self.report(messages::level_reads_itself(&title));
                    return;
                }
                if let Some(rule) = self.policy.rules.get_mut(at)
                    && rule.stratum != stratum
                {
                    rule.stratum = stratum;
                    changed = true;
                }
            }
            if !changed {
                return;
            }
        }
    }

    /// The rules whose postings the measures of a level rule count.
    fn rules_read(&self, rule: &Rule) -> Vec<RuleId> {
        let RuleBody::Level { line, condition, .. } = &rule.body else { return vec![] };
        let mut measures = Vec::new();
        for expr in std::iter::once(&line.amount).chain(condition.as_ref()) {
            crate::policy::expr::walk(expr, &mut |expr| {
                if let Node::Measure(id, _) | Node::MeasureOver { measure: id, .. } = &expr.node {
                    measures.push(*id);
                }
            });
        }
        let mut rules = Vec::new();
        while let Some(id) = measures.pop() {
            let Some(measure) = self.policy.measure(id) else { continue };
            for source in &measure.sources {
                match source {
                    MeasureSource::Measure(inner) => measures.push(*inner),
                    MeasureSource::Postings { points, rules: named } if named.is_empty() => {
                        let all = (0..self.policy.rules.len()).map(RuleId);
                        rules.extend(all.filter(|id| self.points_given(*id).contains(points)));
                    }
                    MeasureSource::Postings { rules: named, .. } => rules.extend(named),
                    MeasureSource::Events { .. } => {}
                }
            }
        }
        rules
    }

    /// Windows of one rule that exclude each other can never hold together.
    fn check_windows_meet(&mut self, windows: &[Window]) {
        for (at, one) in windows.iter().enumerate() {
            for other in windows.iter().skip(at.saturating_add(1)) {
                let (Some((start, end)), Some((other_start, other_end))) =
                    (super::window::interval(one), super::window::interval(other))
                else {
                    continue;
                };
                let apart = |end: Option<chrono::NaiveDateTime>, start: Option<chrono::NaiveDateTime>| matches!((end, start), (Some(end), Some(start)) if end <= start);
                if apart(end, other_start) || apart(other_end, start) {
                    self.report(messages::windows_never_meet(one.span, other.span));
                    return;
                }
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

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pass {
    Base,
    Raise,
    Level,
}

fn pass_of(rule: &ast::RuleDecl) -> Pass {
    let has = |test: fn(&ClauseKind) -> bool| rule.clauses.iter().any(|clause| test(&clause.kind));
    if has(|kind| matches!(kind, ClauseKind::Keep { .. })) {
        Pass::Level
    } else if has(|kind| matches!(kind, ClauseKind::Raise { .. })) {
        Pass::Raise
    } else {
        Pass::Base
    }
}

/// Clauses that are part of the language but that this version does not decide yet: they are refused, never skipped.
fn later(clause: &ClauseKind) -> Option<crate::diagnostic::Text> {
    let both = messages::both;
    Some(match clause {
        ClauseKind::Take(_) => both("`take` in a rule", "规则里的 `扣`"),
        ClauseKind::Grant(..) => both("`grant`", "`授予`"),
        ClauseKind::Set(..) => both("`set ... to`", "`设 … 为`"),
        ClauseKind::Convert(..) => both("`convert`", "`转换`"),
        ClauseKind::TakeBack(_) => both("`take back`", "`收回`"),
        ClauseKind::Bar(_) => both("`bar`", "`取消资格`"),
        ClauseKind::OverWholePeriods => both("`over whole periods`", "`按整期`"),
        _ => return None,
    })
}
