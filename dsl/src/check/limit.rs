//! Scopes (keys and periods of counters) and bounds: what they count, whose lines, in which order.

use super::messages;
use super::name::Lookup;
use super::names::dotted;
use super::{Checker, Env, Reader};
use crate::policy::{
    Beyond, Bounded, CampaignId, Constraint, ConstraintId, Expr, Line, LineSign, Node, Owner, PointsId, RuleBody,
    RuleId, Scope, ScopeKey, ScopePeriod, Title, Type, Value,
};
use crate::source::Span;
use crate::syntax::ast::{self, Bound, BoundLimit, Clause, ClauseKind, ScopeKind};
use std::collections::BTreeMap;

impl Checker<'_> {
    /// Key and period. A scope without a period lasts for ever.
    pub(crate) fn scope(&mut self, env: &Env<'_>, parts: &[ast::ScopePart]) -> Option<Scope> {
        let mut keys: Vec<ScopeKey> = Vec::new();
        let mut period: Option<(ScopePeriod, Span)> = None;
        for part in parts {
            let next = match &part.kind {
                ScopeKind::Key(expr) => match self.declared_period(env, expr)? {
                    Some(period) => Some(period),
                    None => {
                        let key = self.scope_key(env, expr)?;
                        if keys.iter().any(|known| known.name == key.name) {
                            self.report(messages::key_twice(part.span));
                            return None;
                        }
                        keys.push(key);
                        None
                    }
                },
                ScopeKind::Period(unit, date) => {
                    let date = match date {
                        Some(date) => Some(self.period_date(env, date)?),
                        None => None,
                    };
                    Some(ScopePeriod::Calendar(*unit, date))
                }
                ScopeKind::Rolling(days) => Some(self.rolling(days)?),
                ScopeKind::FromFirstUse(length) => {
                    let (months, days, minutes) = self.length(length)?;
                    Some(ScopePeriod::FromFirstUse(months, days, minutes))
                }
                ScopeKind::UntilIdle(length) => {
                    let (_, days, minutes) = self.length(length)?;
                    Some(ScopePeriod::UntilIdle(days.saturating_mul(1440).saturating_add(minutes)))
                }
                ScopeKind::EachTime => Some(ScopePeriod::Event),
                ScopeKind::InAll => Some(ScopePeriod::Ever),
                ScopeKind::Campaign => match env.campaign.and_then(|name| self.campaign_id(name)) {
                    Some(id) => Some(ScopePeriod::Campaign(id)),
                    None => {
                        self.report(messages::no_campaign_here(part.span));
                        return None;
                    }
                },
            };
            if let Some(next) = next {
                if let Some((_, first)) = &period {
                    self.report(messages::two_periods(*first, part.span));
                    return None;
                }
                period = Some((next, part.span));
            }
        }
        keys.sort_by(|a, b| a.name.cmp(&b.name));
        Some(Scope { keys, period: period.map_or(ScopePeriod::Ever, |(period, _)| period) })
    }

    pub(crate) fn campaign_id(&self, name: &str) -> Option<CampaignId> {
        self.names.campaign_at(name).map(CampaignId)
    }

    /// `per half`: a declared period. `Some(None)` where the name is none.
    fn declared_period(&mut self, env: &Env<'_>, expr: &ast::Expr) -> Option<Option<ScopePeriod>> {
        let ast::ExprKind::Name(name) = &expr.kind else { return Some(None) };
        let names = self.names;
        match self.lookup(&names.periods, name, env.campaign) {
            Lookup::At(at) => {
                let (length, from) = names.periods.get(at)?.node;
                let (months, days, _) = self.length(length)?;
                if months <= 0 || days != 0 {
                    self.report(messages::period_not_in_months(length.span));
                    return None;
                }
                let from = self.expr_as(env, from, &Type::Date)?;
                Some(Some(ScopePeriod::Months(months, Box::new(from))))
            }
            Lookup::Failed => None,
            Lookup::Absent => Some(None),
        }
    }

    /// A key is computed from the event and its facts, never from a counter, and is always known.
    fn scope_key(&mut self, env: &Env<'_>, expr: &ast::Expr) -> Option<ScopeKey> {
        let value = self.expr(env, expr)?;
        if reads_counter(&value) {
            self.report(messages::key_reads_counter(expr.span));
            return None;
        }
        let fits = matches!(
            value.typed.ty,
            Type::Subject(_)
                | Type::Enum(_)
                | Type::Code(_)
                | Type::Text
                | Type::Count
                | Type::Date
                | Type::EventOf(_)
                | Type::Flag
                | Type::Period(_)
        );
        if !fits {
            let shown = self.show(&value.typed.ty);
            self.report(messages::not_a_key(expr.span, &shown));
            return None;
        }
        if value.typed.optional {
            self.report(messages::key_maybe_unknown(expr.span));
            return None;
        }
        let name = key_name(&value);
        Some(ScopeKey { name, value })
    }

    fn period_date(&mut self, env: &Env<'_>, date: &ast::Expr) -> Option<Expr> {
        let found = self.expr(env, date)?;
        // A period field may be unknown: the reader then takes the period that ends at `at` (semantics, section 12).
        if matches!(found.typed.ty, Type::Period(_) | Type::Date | Type::Instant) {
            return Some(found);
        }
        self.fit(found, &Type::Date)
    }

    fn rolling(&mut self, days: &ast::Expr) -> Option<ScopePeriod> {
        let (_, count, _) = self.length(days)?;
        match u32::try_from(count).ok().filter(|count| (1..=400).contains(count)) {
            Some(count) => Some(ScopePeriod::Rolling(count)),
            None => {
                self.report(messages::rolling_too_long(days.span));
                None
            }
        }
    }

    /// Bounds of rules, campaigns and points become constraints, named after their owner.
    pub(crate) fn lower_constraints(&mut self) {
        let names = self.names;
        let mut made: Vec<Constraint> = Vec::new();
        for (at, entry) in names.rules.entries.iter().enumerate() {
            let owner = Owner::Rule(RuleId(at));
            self.assumed.clear();
            self.assume_conditions_of(&[RuleId(at)]);
            self.bounds(&mut made, owner, &entry.qualified, entry.campaign, &entry.node.clauses, &[RuleId(at)]);
        }
        let mut of_campaigns: BTreeMap<CampaignId, Vec<RuleId>> = BTreeMap::new();
        for (at, rule) in self.policy.rules.iter().enumerate() {
            if let Some(campaign) = rule.campaign {
                of_campaigns.entry(campaign).or_default().push(RuleId(at));
            }
        }
        for (at, entry) in names.campaigns.entries.iter().enumerate() {
            let campaign = entry.declared.name.text.as_str();
            let own = of_campaigns.remove(&CampaignId(at)).unwrap_or_default();
            self.assumed.clear();
            self.assume_conditions_of(&own);
            self.bounds(&mut made, Owner::Campaign(CampaignId(at)), campaign, Some(campaign), entry.node.0, &own);
        }
        self.assumed.clear();
        for (at, entry) in names.points.entries.iter().enumerate() {
            let own: Vec<RuleId> = self
                .rule_ids(|_| true)
                .into_iter()
                .filter(|id| self.points_given(*id).contains(&PointsId(at)))
                .collect();
            self.bounds(&mut made, Owner::Programme, &entry.declared.name.text, None, entry.node, &own);
        }
        self.assumed.clear();
        made.append(&mut self.request_constraints);
        made.sort_by(|a, b| a.title.name.cmp(&b.title.name));
        for (at, constraint) in made.iter().enumerate() {
            if self.stock_of(constraint, ConstraintId(at)) {
                continue;
            }
            for rule in &constraint.rules {
                if let Some(rule) = self.policy.rules.get_mut(rule.0) {
                    rule.constraints.push(ConstraintId(at));
                }
            }
        }
        let owners: Vec<Owner> = made.iter().map(|constraint| constraint.owner).collect();
        for rule in &mut self.policy.rules {
            rule.constraints.sort_by_key(|id| (owners.get(id.0).copied().unwrap_or(Owner::Programme), *id));
        }
        self.policy.constraints = made;
    }

    /// Gives an item its stock. True where the constraint is one: it bounds that item, not the catalogue.
    fn stock_of(&mut self, constraint: &Constraint, id: ConstraintId) -> bool {
        let Some(rule) = constraint.rules.first().and_then(|rule| self.policy.rules.get_mut(rule.0)) else {
            return false;
        };
        let RuleBody::Request(request) = &mut rule.body else { return false };
        let name = |item: &crate::policy::Item| super::item::stock_name(&rule.title.name, &item.title.name);
        match request.items.iter_mut().find(|item| name(item) == constraint.title.name) {
            Some(item) => {
                item.stock = Some(id);
                true
            }
            None => false,
        }
    }

    /// What every one of these rules requires is known where their bounds are computed.
    fn assume_conditions_of(&mut self, rules: &[RuleId]) {
        let Some((first, others)) = rules.split_first() else { return };
        let conditions = |id: &RuleId| self.policy.rule(*id).map(|rule| rule.conditions.as_slice()).unwrap_or_default();
        let common: Vec<Expr> = (conditions(first).iter())
            .filter(|condition| {
                others.iter().all(|other| conditions(other).iter().any(|one| one.node == condition.node))
            })
            .cloned()
            .collect();
        for condition in common {
            self.assume(&condition);
        }
    }

    fn rule_ids(&self, keep: impl Fn(&crate::policy::Rule) -> bool) -> Vec<RuleId> {
        self.policy.rules.iter().enumerate().filter(|(_, rule)| keep(rule)).map(|(at, _)| RuleId(at)).collect()
    }

    fn bounds(
        &mut self,
        made: &mut Vec<Constraint>,
        owner: Owner,
        name: &str,
        campaign: Option<&str>,
        clauses: &[Clause],
        rules: &[RuleId],
    ) {
        let mut count = 0_u32;
        for clause in clauses {
            let ClauseKind::Bound(bound) = &clause.kind else { continue };
            count = count.saturating_add(1);
            let title = Title {
                name: if count == 1 { format!("{name}.cap") } else { format!("{name}.cap_{count}") },
                labels: vec![],
                span: clause.span,
            };
            if let Some(constraint) = self.constraint(owner, title, campaign, bound, clause.span, rules) {
                made.push(constraint);
            }
        }
    }

    fn constraint(
        &mut self,
        owner: Owner,
        title: Title,
        campaign: Option<&str>,
        bound: &Bound,
        span: Span,
        rules: &[RuleId],
    ) -> Option<Constraint> {
        if bound.scope.is_empty() {
            self.report(messages::bound_without_scope(span));
            return None;
        }
        let across = self.across(&bound.across, campaign, span)?;
        let rules = if across.is_empty() { rules } else { &across };
        let kinds = self.common_kinds(rules);
        let env = Env::new(&kinds, campaign, Reader::Limit);
        let scope = self.scope(&env, &bound.scope)?;
        let (limit, at_least) = self.bound_limit(&env, bound, span)?;
        if at_least {
            let title =
                rules.first().and_then(|id| self.policy.rule(*id)).map(|rule| rule.title.clone()).unwrap_or_default();
            self.report(messages::at_least_on_earning(span, &title));
            return None;
        }
        let bounded = self.bounded(&env, bound, &limit)?;
        let rules = self.rules_counted(&bounded, &limit, rules);
        if rules.is_empty() {
            self.report(messages::bound_on_nothing(span));
            return None;
        }
        if across.is_empty() && !matches!(owner, Owner::Rule(_)) {
            self.check_order_under(&rules, span)?;
        }
        let beyond = self.beyond(&env, bound, &bounded, &rules)?;
        Some(Constraint {
            title,
            owner,
            scope,
            bounded,
            limit,
            at_least,
            rules: self.base_before_bonus(rules, !across.is_empty()),
            whole_award: bound.whole_award,
            beyond,
            room_comes_back: bound.room_comes_back.unwrap_or(true),
            span,
        })
    }

    /// The kinds of event on which any of the rules can apply.
    fn common_kinds(&self, rules: &[RuleId]) -> Vec<crate::policy::KindId> {
        let mut kinds: Vec<_> =
            rules.iter().filter_map(|id| self.policy.rule(*id)).flat_map(|rule| rule.kinds.clone()).collect();
        kinds.sort();
        kinds.dedup();
        kinds
    }

    fn bound_limit(&mut self, env: &Env<'_>, bound: &Bound, span: Span) -> Option<(Expr, bool)> {
        let (limit, at_least) = match &bound.limit {
            BoundLimit::Once => {
                let one = rust_decimal::Decimal::ONE;
                return Some((super::units::constant(Value::Count(one), Type::Count, Some(one), span), false));
            }
            BoundLimit::AtMost(limit) | BoundLimit::Budget(limit) => (limit, false),
            BoundLimit::AtLeast(limit) => (limit, true),
        };
        let limit = self.expr(env, limit)?;
        self.known(&[&limit])?;
        if matches!(limit.typed.ty, Type::Number | Type::Percent | Type::Multiple) {
            let shown = self.show(&limit.typed.ty);
            self.report(messages::bound_without_unit(limit.span, &shown));
            return None;
        }
        if limit.typed.range.is_some_and(|(low, _)| low < rust_decimal::Decimal::ZERO) {
            self.report(messages::bound_negative(limit.span));
            return None;
        }
        Some((limit, at_least))
    }

    fn bounded(&mut self, env: &Env<'_>, bound: &Bound, limit: &Expr) -> Option<Bounded> {
        match (&limit.typed.ty, &bound.of) {
            (Type::Points(_), None) => Some(Bounded::Points),
            (Type::Count, None) => Some(Bounded::Uses),
            (Type::Money(_) | Type::Quantity(_), Some(of)) => {
                let field = self.expr_as(env, of, &limit.typed.ty)?;
                match field.node {
                    Node::Field(name) => Some(Bounded::Spend(name)),
                    _ => {
                        self.report(messages::spend_needs_field(of.span));
                        None
                    }
                }
            }
            (Type::Money(_), None) if matches!(bound.limit, BoundLimit::Budget(_)) => {
                let worthless = self.policy.points.iter().all(|points| points.worth.is_none());
                if worthless {
                    self.report(messages::budget_needs_worth(limit.span));
                    return None;
                }
                Some(Bounded::Worth)
            }
            (Type::Money(_), None) => {
                self.report(messages::money_bound_of_what(limit.span));
                None
            }
            (ty, _) => {
                let shown = self.show(ty);
                self.report(messages::bound_without_unit(limit.span, &shown));
                None
            }
        }
    }

    /// The rules whose lines a bound counts: those that give its points.
    fn rules_counted(&self, bounded: &Bounded, limit: &Expr, rules: &[RuleId]) -> Vec<RuleId> {
        rules
            .iter()
            .copied()
            .filter(|id| match (bounded, &limit.typed.ty) {
                (Bounded::Points, Type::Points(points)) => self.points_given(*id).contains(points),
                (Bounded::Uses, _) => self.has_lines(*id),
                _ => !self.points_given(*id).is_empty(),
            })
            .collect()
    }

    /// Whether a rule posts anything: what can be counted as a use of it.
    fn has_lines(&self, id: RuleId) -> bool {
        let takes = |rule: &crate::policy::Rule| matches!(&rule.body, RuleBody::Earn(lines) if !lines.is_empty());
        !self.points_given(id).is_empty() || self.policy.rule(id).is_some_and(takes)
    }

    /// The kinds of points that a rule gives; a multiple gives its bases'.
    pub(crate) fn points_given(&self, id: RuleId) -> Vec<PointsId> {
        let Some(rule) = self.policy.rule(id) else { return vec![] };
        let mut points: Vec<PointsId> = match &rule.body {
            RuleBody::Earn(lines) => {
                lines.iter().filter(|line| line.sign == LineSign::Give).map(|line| line.points).collect()
            }
            RuleBody::Raise { targets, .. } => {
                targets.iter().filter(|target| **target != id).flat_map(|target| self.points_given(*target)).collect()
            }
            RuleBody::Level { line, .. } => vec![line.points],
            RuleBody::Accept(_) | RuleBody::Notify(_) => vec![],
            RuleBody::Request(request) => request.lines.iter().map(|line| line.points).collect(),
            RuleBody::Convert(convert) => vec![convert.give.1],
        };
        points.sort();
        points.dedup();
        points
    }

    /// Without `across`, base lines come before bonuses, each by identifier.
    fn base_before_bonus(&self, mut rules: Vec<RuleId>, stated: bool) -> Vec<RuleId> {
        if !stated {
            rules.sort_by_key(|id| (!self.is_base(*id), *id));
        }
        rules
    }

    pub(crate) fn is_base(&self, id: RuleId) -> bool {
        self.policy.rule(id).is_some_and(|rule| matches!(rule.body, RuleBody::Earn(_)))
    }

    fn beyond(&mut self, env: &Env<'_>, bound: &Bound, bounded: &Bounded, rules: &[RuleId]) -> Option<Beyond> {
        let code =
            |code: Option<&ast::Name>| code.map_or_else(|| "quota_exhausted".to_owned(), |code| code.text.clone());
        Some(match &bound.beyond {
            None | Some(ast::Beyond::Drop) => Beyond::Drop,
            Some(ast::Beyond::Refuse(name)) => Beyond::Refuse(code(name.as_ref())),
            Some(ast::Beyond::TrimRefuseAtZero(name)) => Beyond::TrimRefuseAtZero(code(name.as_ref())),
            Some(ast::Beyond::RestEarns(amount)) => {
                let (Bounded::Spend(_), [rule]) = (bounded, rules) else {
                    self.report(messages::rest_needs_spend(amount.span));
                    return None;
                };
                let line = self.policy.rule(*rule).and_then(|rule| match &rule.body {
                    RuleBody::Earn(lines) => lines.first().cloned(),
                    _ => None,
                });
                let Some(line) = line else {
                    self.report(messages::rest_needs_spend(amount.span));
                    return None;
                };
                let amount = self.expr_as(&Env { reader: Reader::Edge, ..*env }, amount, &Type::Points(line.points))?;
                Beyond::RestEarns(Box::new(Line { amount, ..line }))
            }
        })
    }
}

/// The name of a key in a counter's text form.
fn key_name(value: &Expr) -> String {
    match &value.node {
        Node::Field(name) | Node::Element(name) => name.clone(),
        Node::Fact(_, whose, name) => match &whose.node {
            Node::Field(whose) if whose == "customer" => name.clone(),
            Node::Field(whose) => format!("{whose}.{name}"),
            _ => name.clone(),
        },
        Node::OfEvent(_, name) => format!("of.{name}"),
        Node::PeriodOf(..) => "period".to_owned(),
        Node::FirstKnown(ways) => ways.first().map_or_else(|| "key".to_owned(), key_name),
        Node::Default(inner, _) => key_name(inner),
        _ => "key".to_owned(),
    }
}

/// Whether a value depends on a counter.
pub(crate) fn reads_counter(expr: &Expr) -> bool {
    let mut found = false;
    crate::policy::expr::walk(expr, &mut |expr| {
        found |= matches!(expr.node, Node::Measure(..) | Node::MeasureOver { .. } | Node::Tier(..) | Node::Balance(..));
    });
    found
}

/// The dotted text of a name, or nothing.
pub(crate) fn text_of(expr: &ast::Expr) -> Option<String> {
    dotted(expr).map(|segments| segments.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join("."))
}
