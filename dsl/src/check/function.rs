//! Functions written `f of X`: folds over lists and over periods of a measure, balances, terms, dates.

use super::bounds::Bounds;
use super::expr::numeric;
use super::messages;
use super::name::find_field;
use super::names::{Found, dotted};
use super::{Checker, Env, Reader};
use crate::policy::{Expr, Field, ListFold, MeasureFold, Node, PoolId, Reads, TotalOf, Type, Typed, Value};
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind, PeriodUnit};
use rust_decimal::Decimal;

/// Elements of a list that states no maximum.
const LONGEST: u32 = 1000;

impl Checker<'_> {
    /// `what of X` where `what` is a function. `None` where it is none; `Some(None)` where it is and an error was reported.
    pub(crate) fn function(
        &mut self,
        env: &Env<'_>,
        what: &ast::Name,
        of: &ast::Expr,
        span: Span,
        _want: Option<&Type>,
    ) -> Option<Option<Expr>> {
        Some(match what.text.as_str() {
            "sum" | "count" | "highest" | "lowest" | "average" => self.fold(env, what, of, span),
            "earned" | "redeemed" | "outstanding" if env.reader == Reader::Host => self.total(env, what, of, span),
            "first" | "last" | "distinct" | "streak" | "earned" | "redeemed" | "outstanding" => {
                self.report(messages::needs_track(what, span));
                None
            }
            "balance" => self.balance(env, of, span),
            "worth" | "profit" => self.worth_of(env, what, of, span),
            "value" if self.is_item_field(env, of) => self.name(env, what, None),
            "years" => self.term_in(env, of, 12, span),
            "months" => self.term_in(env, of, 1, span),
            "month" => self.period_of(env, PeriodUnit::Month, of, span),
            "quarter" => self.period_of(env, PeriodUnit::Quarter, of, span),
            "year" => self.period_of(env, PeriodUnit::Year, of, span),
            "week" => self.period_of(env, PeriodUnit::Week, of, span),
            "date" => self.expr_as(env, of, &Type::Date),
            "start" => self.start_of_next(of, span),
            "anniversary" => {
                self.report(messages::anniversary_needs_is(span));
                None
            }
            _ => {
                // `50% of X` is a product; the parser gives it as a multiplication. Everything else is a field or fact.
                return None;
            }
        })
    }

    /// `outstanding of Point`: over all customers, as the books have it.
    fn total(&mut self, env: &Env<'_>, what: &ast::Name, of: &ast::Expr, span: Span) -> Option<Expr> {
        let (points, pools) = self.points_or_pool(env, of)?;
        let which = match what.text.as_str() {
            "earned" => TotalOf::Earned,
            "redeemed" => TotalOf::Redeemed,
            _ => TotalOf::Outstanding,
        };
        let scale = self.policy.points_of(points).map_or(0, |points| points.scale);
        let typed = crate::policy::points::typed(points, scale);
        Some(Expr { node: Node::Total(which, points, pools), typed, span })
    }

    /// `worth of X`, `profit of X`: points times what one of them is worth, or stands for.
    fn worth_of(&mut self, env: &Env<'_>, what: &ast::Name, of: &ast::Expr, span: Span) -> Option<Expr> {
        let of = self.expr(env, of)?;
        let Type::Points(points) = of.typed.ty else {
            let shown = self.show(&of.typed.ty);
            self.report(messages::price_without_points(of.span, &shown));
            return None;
        };
        let declared = self.policy.points_of(points)?;
        let stated = if what.text == "worth" { declared.worth } else { declared.stands_for };
        let Some((each, currency)) = stated else {
            let title = declared.title.clone();
            self.report(messages::no_worth(span, &title, what.text == "worth"));
            return None;
        };
        let ty = Type::Money(currency);
        let each = super::units::constant(Value::Money(each, currency), ty.clone(), Some(each), span);
        let scale = of.typed.scale.saturating_add(each.typed.scale);
        let typed = Typed { ty, optional: of.typed.optional, quotient: of.typed.quotient, scale, range: None };
        Some(Expr { node: Node::Multiply(Box::new(of), Box::new(each)), typed, span })
    }

    /// `item` in `value of item`: the item that a request asks for.
    fn is_item_field(&self, env: &Env<'_>, of: &ast::Expr) -> bool {
        let ExprKind::Name(name) = &of.kind else { return false };
        let values = env.element.is_some_and(|fields| find_field(fields, "value").is_some());
        let item = |kind: &crate::policy::KindId| {
            self.policy
                .kind(*kind)
                .and_then(|kind| find_field(&kind.fields, &name.text))
                .is_some_and(|field| field.title.name == "item")
        };
        values && env.kinds.iter().any(item)
    }

    fn balance(&mut self, env: &Env<'_>, of: &ast::Expr, span: Span) -> Option<Expr> {
        let (points, pools) = self.points_or_pool(env, of)?;
        let scale = self.policy.points_of(points).map_or(0, |points| points.scale);
        Some(Expr { node: Node::Balance(points, pools), typed: crate::policy::points::typed(points, scale), span })
    }

    /// A kind of points, or one of its pools.
    pub(crate) fn points_or_pool(
        &mut self,
        env: &Env<'_>,
        of: &ast::Expr,
    ) -> Option<(crate::policy::PointsId, Vec<PoolId>)> {
        let segments = dotted(of)?;
        let last = segments.last()?;
        let names = self.names;
        if let Found::One(at) = names.points.find(&last.text, env.campaign) {
            let entry = names.points.get(at)?;
            self.refer_to(last.span, entry);
            return Some((crate::policy::PointsId(at), vec![]));
        }
        let pool = self.policy.points.iter().enumerate().find_map(|(at, points)| {
            let pool = points.pools.iter().position(|pool| super::name::answers(&pool.title, &last.text))?;
            Some((crate::policy::PointsId(at), PoolId(pool)))
        });
        if let Some((points, pool)) = pool {
            let title = self.policy.points_of(points).and_then(|points| points.pools.get(pool.0));
            let title = title.map(|pool| pool.title.clone()).unwrap_or_default();
            self.refer_title(last.span, &title);
            return Some((points, vec![pool]));
        }
        self.report(messages::unknown_points(last, names));
        None
    }

    fn term_in(&mut self, env: &Env<'_>, of: &ast::Expr, months: u32, span: Span) -> Option<Expr> {
        let of = self.expr_as(env, of, &Type::Term)?;
        let optional = of.typed.optional;
        let typed = Typed {
            ty: Type::Number,
            optional,
            quotient: months != 1,
            scale: 0,
            range: Some((Decimal::ZERO, Decimal::from(1200))),
        };
        Some(Expr { node: Node::TermIn(Box::new(of), months), typed, span })
    }

    fn period_of(&mut self, env: &Env<'_>, unit: PeriodUnit, of: &ast::Expr, span: Span) -> Option<Expr> {
        let of = self.expr_as(env, of, &Type::Date)?;
        let typed = Typed { optional: of.typed.optional, ..Typed::plain(Type::Period(unit)) };
        Some(Expr { node: Node::PeriodOf(unit, Box::new(of)), typed, span })
    }

    fn fold(&mut self, env: &Env<'_>, what: &ast::Name, of: &ast::Expr, span: Span) -> Option<Expr> {
        if let Some(folded) = self.fold_over(env, what, of, None, span) {
            return folded;
        }
        self.fold_list(env, what, of, span)
    }

    /// `lowest of (m over last 3 months)`, possibly `with this one`. `None` where the operand is not over periods.
    pub(crate) fn fold_of_periods(
        &mut self,
        env: &Env<'_>,
        expr: &ast::Expr,
        stated: Option<bool>,
    ) -> Option<Option<Expr>> {
        let ExprKind::Of { what, of, .. } = &expr.kind else { return None };
        self.fold_over(env, what, of, stated, expr.span)
    }

    fn fold_over(
        &mut self,
        env: &Env<'_>,
        what: &ast::Name,
        of: &ast::Expr,
        stated: Option<bool>,
        span: Span,
    ) -> Option<Option<Expr>> {
        let (of, stated) = match &of.kind {
            ExprKind::ThisOne(inner, with) => (inner.as_ref(), Some(*with)),
            _ => (of, stated),
        };
        let ExprKind::Over { measure, count, unit, previous } = &of.kind else { return None };
        Some(self.periods(env, what, measure, (count, *unit, *previous), stated, span))
    }

    fn periods(
        &mut self,
        env: &Env<'_>,
        what: &ast::Name,
        measure: &ast::Expr,
        (count, unit, previous): (&ast::Number, PeriodUnit, bool),
        stated: Option<bool>,
        span: Span,
    ) -> Option<Expr> {
        let names = self.names;
        let text = dotted(measure)
            .map(|segments| segments.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join("."))?;
        let Found::One(at) = names.tracks.find(&text, env.campaign) else {
            self.report(messages::not_a_measure(measure.span));
            return None;
        };
        if let Some(entry) = names.tracks.get(at) {
            self.refer_to(measure.span, entry);
        }
        let id = self.track(at, span)?;
        let read = self.policy.measure(id)?.clone();
        if !matches!(read.scope.period, crate::policy::ScopePeriod::Calendar(own, _) if own == unit) {
            self.report(messages::periods_of_other_length(span, &read.title));
            return None;
        }
        let Some(count) = u32::try_from(count.value).ok().filter(|count| (1..=400).contains(count)) else {
            self.report(messages::too_many_periods(count));
            return None;
        };
        let fold = match what.text.as_str() {
            "lowest" => MeasureFold::Lowest,
            "highest" => MeasureFold::Highest,
            "sum" => MeasureFold::Sum,
            "average" => MeasureFold::Average,
            _ => {
                self.report(messages::needs_track(what, span));
                return None;
            }
        };
        let reads = if previous { Reads::Before } else { self.reading(env, &read, stated, span)? };
        let typed = Typed { quotient: fold == MeasureFold::Average, ..read.typed };
        Some(Expr { node: Node::MeasureOver { measure: id, count, previous, fold, reads }, typed, span })
    }

    /// `average of daily.balance weighted by daily.days`, `sum of items.amount`, `count of items`.
    fn fold_list(&mut self, env: &Env<'_>, what: &ast::Name, of: &ast::Expr, span: Span) -> Option<Expr> {
        let (value, weight) = match &of.kind {
            ExprKind::Weighted(value, weight) => (value.as_ref(), Some(weight.as_ref())),
            _ => (of, None),
        };
        let Some((list, fields, most)) = self.list_in(env, value) else {
            self.report(messages::needs_track(what, span));
            return None;
        };
        let fold = match what.text.as_str() {
            "sum" => ListFold::Sum,
            "count" => ListFold::Count,
            "lowest" => ListFold::Lowest,
            "highest" => ListFold::Highest,
            _ => ListFold::Average,
        };
        if weight.is_some() && fold != ListFold::Average {
            self.report(messages::only_average_weighted(what, span));
            return None;
        }
        let element = self.element_value(env, value, &fields);
        let weight = match weight {
            Some(weight) => Some(self.element_value(env, weight, &fields)??),
            None => None,
        };
        if fold == ListFold::Count {
            let typed = Typed { range: Some((Decimal::ZERO, Decimal::from(10_000))), ..Typed::plain(Type::Count) };
            return Some(Expr { node: Node::Fold(fold, Box::new(list), None, None), typed, span });
        }
        let Some(element) = element else {
            self.report(messages::list_needs_field(span));
            return None;
        };
        let element = element?;
        self.numbers(&[&element])?;
        let bounds = Bounds::of(&element.typed);
        let elements = Bounds::exact(Decimal::from(most));
        let bounds = match (fold, &weight) {
            (ListFold::Sum, _) => self.bound(span, || bounds?.multiply(elements))?,
            // The sum of values times weights is computed in full before it is divided.
            (ListFold::Average, Some(weight)) => {
                let weights = Bounds::of(&weight.typed);
                self.bound(span, || bounds?.multiply(weights?)?.multiply(elements))?;
                self.bound(span, || bounds)?
            }
            (ListFold::Average, None) => {
                self.bound(span, || bounds?.multiply(elements))?;
                self.bound(span, || bounds)?
            }
            _ => self.bound(span, || bounds)?,
        };
        // An average of nothing is unknown, but a list that the host must give has at least the days of the period; see facts.
        let optional = list.typed.optional || matches!(fold, ListFold::Lowest | ListFold::Highest);
        let typed = numeric(
            element.typed.ty.clone(),
            Bounds { scale: element.typed.scale, ..bounds },
            optional,
            fold == ListFold::Average,
        );
        Some(Expr {
            node: Node::Fold(fold, Box::new(list), Some(Box::new(element)), weight.map(Box::new)),
            typed,
            span,
        })
    }

    /// The list that a fold goes over, its element's fields, and how many elements it has at most: the list that the value
    /// names, alone or in `items.amount * 2`.
    fn list_in(&mut self, env: &Env<'_>, value: &ast::Expr) -> Option<(Expr, Vec<Field>, u32)> {
        let root = match &value.kind {
            ExprKind::Name(name) => name,
            ExprKind::Of { of, .. } if matches!(of.kind, ExprKind::Name(_)) => {
                let ExprKind::Name(name) = &of.kind else { return None };
                name
            }
            _ => {
                let parts = super::apart::ast_children(value);
                return parts.into_iter().find_map(|part| match part.kind {
                    ExprKind::Name(_) => None,
                    _ => self.list_in(env, part),
                });
            }
        };
        let mut field: Option<Field> = None;
        for kind in env.kinds.iter().filter_map(|kind| self.policy.kind(*kind)) {
            field = Some(find_field(&kind.fields, &root.text)?.clone());
        }
        let field = field?;
        let Type::List(fields) = &field.typed.ty else { return None };
        let fields = fields.clone();
        self.refer_title(root.span, &field.title);
        let most = field.most.unwrap_or(LONGEST);
        let node = Node::Field(field.title.name.clone());
        // A condition may have made it known.
        let optional = field.typed.optional && !self.assumed.contains(&node);
        Some((Expr { node, typed: Typed { optional, ..field.typed }, span: root.span }, fields, most))
    }

    /// What is taken of each element: `daily.balance`, `items.amount * 2`; `None` for the bare list, `Some(None)` where reported.
    fn element_value(&mut self, env: &Env<'_>, value: &ast::Expr, fields: &[Field]) -> Option<Option<Expr>> {
        if matches!(value.kind, ExprKind::Name(_)) {
            return None;
        }
        let inside = Env { element: Some(fields), ..*env };
        Some(self.expr(&inside, value))
    }
}
