//! Bounds of requests: minimums, parts of a bill, and limits on points, value, pieces and uses per key and period.
//!
//! Beyond a bound a request is refused, unless the text says that the rest is dropped: then the most that fits is taken.

use super::ask::{Asked, element};
use super::expr::flag;
use super::messages;
use super::names::{Found, path_text};
use super::units::constant;
use super::{Checker, Env, Reader};
use crate::policy::{
    Beyond, Bill, Bounded, Compare, Constraint, Expr, Need, Node, Owner, Request, RequestForm, RuleId, Scope,
    ScopePeriod, Title, Type, Value,
};
use crate::source::Span;
use crate::syntax::ast::{self, Bound, BoundLimit, ExprKind, KnownUnit, ScopeKind};
use rust_decimal::Decimal;

impl Checker<'_> {
    pub(crate) fn request_bound(
        &mut self,
        asked: &Asked<'_>,
        request: &mut Request,
        env: &Env<'_>,
        bound: &Bound,
        span: Span,
    ) {
        let each_time = bound.scope.iter().all(|part| matches!(part.kind, ScopeKind::EachTime));
        match &bound.limit {
            BoundLimit::AtLeast(least) if each_time => {
                request.minimums.extend(self.minimum(asked, env, least, bound, span));
            }
            BoundLimit::AtLeast(_) => self.report(messages::minimum_per_period(span)),
            BoundLimit::AtMost(most) if each_time && self.is_share_of_bill(most, bound) => {
                request.bills.extend(self.share_of_bill(env, most, bound, span));
            }
            _ => {
                let made = self.limit_of_request(asked, env, bound, each_time, span);
                self.request_constraints.extend(made);
            }
        }
    }

    /// `at least 100 Point`: of what is asked.
    fn minimum(
        &mut self,
        asked: &Asked<'_>,
        env: &Env<'_>,
        least: &ast::Expr,
        bound: &Bound,
        span: Span,
    ) -> Option<Need> {
        let least = self.expr(env, least)?;
        self.known(&[&least])?;
        let what = match (&bound.of, &least.typed.ty) {
            (Some(of), ty) => self.expr_as(env, of, &ty.clone())?,
            (None, Type::Points(points)) if asked.unit == Some(*points) => element(env, "points", span)?,
            (None, Type::Money(_)) => self.element_or_report(env, "value", &least, span)?,
            (None, Type::Count) => {
                let what = if asked.form == RequestForm::Lottery { "entries" } else { "pieces" };
                self.element_or_report(env, what, &least, span)?
            }
            (None, ty) => {
                let shown = self.show(ty);
                self.report(messages::bound_without_unit(span, &shown));
                return None;
            }
        };
        if what.typed.ty != least.typed.ty {
            let shown = (self.show(&what.typed.ty), self.show(&least.typed.ty));
            self.report(messages::cannot_compare(span, (span, &shown.0), (least.span, &shown.1)));
            return None;
        }
        let condition = flag(Node::Compare(Compare::AtLeast, Box::new(what), Box::new(least)), span);
        Some(Need { condition, code: code_of(bound.beyond.as_ref(), "below_minimum") })
    }

    fn element_or_report(&mut self, env: &Env<'_>, name: &str, limit: &Expr, span: Span) -> Option<Expr> {
        let found = element(env, name, span);
        if found.is_none() {
            let shown = self.show(&limit.typed.ty);
            self.report(messages::bound_without_unit(span, &shown));
        }
        found
    }

    /// `at most 50% of bill`, `at most 20 CNY` (without a key): a part of the bill.
    fn is_share_of_bill(&self, most: &ast::Expr, bound: &Bound) -> bool {
        let share = matches!(&most.kind, ExprKind::Percent(_)) || matches!(&most.kind, ExprKind::Binary(..));
        share || bound.of.is_some() || (bound.scope.is_empty() && self.reads_money(most))
    }

    /// Whether a written limit is money, by its first unit.
    fn reads_money(&self, most: &ast::Expr) -> bool {
        let unit = self.unit_in_text(most, None, 0);
        unit.is_some_and(|unit| self.names.currencies.find(&unit.text, None) != Found::None)
    }

    fn share_of_bill(&mut self, env: &Env<'_>, most: &ast::Expr, bound: &Bound, span: Span) -> Option<Bill> {
        let limit = self.expr(env, most);
        let of = bound.of.as_ref().map(|of| self.expr(env, of));
        let limit = limit?;
        self.known(&[&limit])?;
        let most = match of {
            None => limit,
            Some(of) => {
                let of = of?;
                self.known(&[&of])?;
                let pure = matches!(limit.typed.ty, Type::Percent);
                if !pure || !matches!(of.typed.ty, Type::Money(_)) {
                    let shown = self.show(&limit.typed.ty);
                    self.report(messages::bound_without_unit(span, &shown));
                    return None;
                }
                if super::table::constant_number(&limit) == Some(Decimal::ONE) {
                    of
                } else {
                    self.share(limit, of, span)?
                }
            }
        };
        if !matches!(most.typed.ty, Type::Money(_)) {
            let shown = self.show(&most.typed.ty);
            self.report(messages::bound_without_unit(span, &shown));
            return None;
        }
        if matches!(bound.beyond, Some(ast::Beyond::RestEarns(_))) {
            self.report(messages::rest_needs_spend(span));
            return None;
        }
        let trims = matches!(bound.beyond, Some(ast::Beyond::Drop | ast::Beyond::TrimRefuseAtZero(_)));
        Some(Bill { most, code: code_of(bound.beyond.as_ref(), "exceeds_amount"), trims })
    }

    fn share(&mut self, share: Expr, of: Expr, span: Span) -> Option<Expr> {
        use super::bounds::Bounds;
        let (a, b) = (Bounds::of(&of.typed), Bounds::of(&share.typed));
        let bounds = self.bound(span, || a?.multiply(b?))?;
        let typed = super::expr::numeric(of.typed.ty.clone(), bounds, false, of.typed.quotient);
        Some(Expr { node: Node::Multiply(Box::new(of), Box::new(share)), typed, span })
    }

    /// A bound per key and period: a constraint of the request.
    fn limit_of_request(
        &mut self,
        asked: &Asked<'_>,
        env: &Env<'_>,
        bound: &Bound,
        each_time: bool,
        span: Span,
    ) -> Option<Constraint> {
        let counting = Env { element: None, reader: Reader::Limit, ..*env };
        let scope = if bound.scope.is_empty() {
            Scope { keys: vec![], period: ScopePeriod::Event }
        } else {
            self.scope(&counting, &bound.scope)?
        };
        let (limit, written) = match &bound.limit {
            BoundLimit::AtMost(limit) | BoundLimit::AtLeast(limit) | BoundLimit::Budget(limit) => {
                (self.expr(&counting, limit)?, Some(limit))
            }
            BoundLimit::Once => (constant(Value::Count(Decimal::ONE), Type::Count, Some(Decimal::ONE), span), None),
        };
        self.known(&[&limit])?;
        if limit.typed.range.is_some_and(|(low, _)| low < Decimal::ZERO) {
            self.report(messages::bound_negative(limit.span));
            return None;
        }
        let pieces = written.is_some_and(|written| self.counts_pieces(written, env.campaign, 0));
        let bounded = self.bounded_by_request(&counting, bound, &limit, pieces)?;
        let usual = match (&bound.limit, &bounded) {
            (BoundLimit::Once, _) => "repeat_not_allowed",
            (_, Bounded::Pieces) if each_time => "quantity_limit",
            _ if asked.form == RequestForm::Transfer => "transfer_limit",
            _ => "quota_exhausted",
        };
        let beyond = match &bound.beyond {
            None | Some(ast::Beyond::Refuse(_)) => Beyond::Refuse(code_of(bound.beyond.as_ref(), usual)),
            Some(ast::Beyond::Drop) => Beyond::Drop,
            Some(ast::Beyond::TrimRefuseAtZero(_)) => Beyond::TrimRefuseAtZero(code_of(bound.beyond.as_ref(), usual)),
            Some(ast::Beyond::RestEarns(amount)) => {
                self.report(messages::rest_needs_spend(amount.span));
                return None;
            }
        };
        let mut rules = vec![asked.id];
        for path in &bound.across {
            rules.push(self.request_across(path, env.campaign)?);
        }
        rules.sort();
        rules.dedup();
        Some(Constraint {
            title: Title { name: self.cap_name(asked), labels: vec![], span },
            owner: Owner::Rule(asked.id),
            scope,
            bounded,
            limit,
            at_least: false,
            rules,
            whole_award: false,
            beyond,
            room_comes_back: bound.room_comes_back.unwrap_or(true),
            span,
        })
    }

    /// A limit counts something that the request has: points that it takes or gives, pieces, a value in money.
    pub(crate) fn check_limits(&mut self, asked: &Asked<'_>, request: &Request, env: &Env<'_>) {
        let own = self.request_constraints.iter().filter(|one| one.owner == Owner::Rule(asked.id));
        let mut found = Vec::new();
        for limit in own {
            let missing = match (&limit.bounded, &limit.limit.typed.ty) {
                (Bounded::Points, Type::Points(points)) => {
                    let taken = request.spends.as_ref().is_some_and(|spends| spends.points == *points);
                    let comes_in = asked.incoming && asked.unit == Some(*points);
                    let given = request.lines.iter().any(|line| line.points == *points);
                    (!taken && !comes_in && !given).then(|| self.show(&limit.limit.typed.ty))
                }
                (Bounded::Pieces, _) => {
                    let counts = element(env, "pieces", limit.span).or_else(|| element(env, "entries", limit.span));
                    counts.is_none().then(|| messages::both("pieces or entries", "件数或抽奖次数"))
                }
                (Bounded::Value, _) => {
                    let value = element(env, "value", limit.span);
                    value.is_none().then(|| messages::both("a value in money", "以金额计的价值"))
                }
                _ => None,
            };
            found.extend(missing.map(|missing| (limit.span, missing)));
        }
        for (span, missing) in found {
            self.report(messages::limit_of_nothing(span, &missing));
        }
    }

    /// `gifts.cap`, `gifts.cap_2`: as of the bounds of rules.
    fn cap_name(&self, asked: &Asked<'_>) -> String {
        let own = self.request_constraints.iter().filter(|one| {
            one.owner == Owner::Rule(asked.id)
                && one.title.name.strip_prefix(asked.name).is_some_and(|rest| rest.starts_with(".cap"))
        });
        match own.count() {
            0 => format!("{}.cap", asked.name),
            some => format!("{}.cap_{}", asked.name, some.saturating_add(1)),
        }
    }

    fn request_across(&mut self, path: &ast::Path, campaign: Option<&str>) -> Option<RuleId> {
        let names = self.names;
        let name = ast::Name { text: path_text(path), span: path.span };
        match self.lookup(&names.requests, &name, campaign) {
            super::name::Lookup::At(at) => Some(RuleId(names.rules.entries.len().saturating_add(at))),
            super::name::Lookup::Failed => None,
            super::name::Lookup::Absent => {
                self.report(messages::unknown_request(&name, names));
                None
            }
        }
    }

    fn bounded_by_request(&mut self, env: &Env<'_>, bound: &Bound, limit: &Expr, pieces: bool) -> Option<Bounded> {
        match (&limit.typed.ty, &bound.of) {
            (Type::Points(_), None) => Some(Bounded::Points),
            (Type::Count, None) => Some(if pieces { Bounded::Pieces } else { Bounded::Uses }),
            (Type::Money(_), None) => Some(Bounded::Value),
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
            (ty, _) => {
                let shown = self.show(ty);
                self.report(messages::bound_without_unit(limit.span, &shown));
                None
            }
        }
    }

    /// Whether a count is written in pieces or entries rather than times; parameters and definitions are looked into.
    fn counts_pieces(&self, expr: &ast::Expr, campaign: Option<&str>, depth: u8) -> bool {
        match &expr.kind {
            ExprKind::Quantity(_, Some(ast::Unit::Known(KnownUnit::Pieces | KnownUnit::Entries, _))) => true,
            ExprKind::Name(name) if depth < 16 => {
                let names = self.names;
                let inner =
                    match (names.parameters.find(&name.text, campaign), names.defines.find(&name.text, campaign)) {
                        (Found::One(at), _) => names.parameters.get(at).map(|entry| entry.node),
                        (_, Found::One(at)) => names.defines.get(at).map(|entry| entry.node),
                        _ => None,
                    };
                inner.is_some_and(|inner| self.counts_pieces(inner, campaign, depth.saturating_add(1)))
            }
            ExprKind::Table { rows, .. } => rows.iter().any(|row| self.counts_pieces(&row.value, campaign, depth)),
            ExprKind::Binary(_, a, b) => {
                self.counts_pieces(a, campaign, depth) || self.counts_pieces(b, campaign, depth)
            }
            _ => false,
        }
    }
}

/// The code that a bound names, else the usual one.
fn code_of(beyond: Option<&ast::Beyond>, usual: &str) -> String {
    let named = match beyond {
        Some(ast::Beyond::Refuse(code) | ast::Beyond::TrimRefuseAtZero(code)) => code.as_ref(),
        _ => None,
    };
    named.map_or_else(|| usual.to_owned(), |code| code.text.clone())
}
