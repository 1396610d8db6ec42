//! What a rule does besides earning: taking points, granting benefits, setting facts, barring a subject.

use super::messages;
use super::names::Found;
use super::{Checker, Env};
use crate::policy::{Deed, Expr, Field, Line, LineSign, Node, PointsId, PoolId, Type, Value};
use crate::source::Span;
use crate::syntax::ast::{self, ClauseKind, ExprKind, LineClause};
use rust_decimal::Decimal;

/// `for each`: the list's name and its element's fields.
pub(crate) type Each = (String, Vec<Field>, String);

impl<'a> Checker<'a> {
    /// The line of a clause that takes or grants; `None` where the clause is none of these, or was found wrong.
    pub(crate) fn other_line(
        &mut self,
        env: &Env<'_>,
        clause: &ClauseKind,
        each: Option<&Each>,
        span: Span,
    ) -> Option<Line> {
        match clause {
            ClauseKind::Take(line) => self.taking(env, line, each, span),
            ClauseKind::TakeBack(amount, whom, when) => {
                self.taking_back(env, (amount, whom.as_ref(), when.as_ref()), span)
            }
            ClauseKind::Grant(benefit, worth, to, when) => {
                self.grant(env, (benefit, worth.as_ref(), to.as_ref(), when.as_ref()), each, span)
            }
            _ => None,
        }
    }

    /// `take 100 Point from A, B from referrer`: from these pools in their order, else in the unit's order of use.
    fn taking(&mut self, env: &Env<'_>, line: &LineClause, each: Option<&Each>, span: Span) -> Option<Line> {
        let amount = self.line_amount(env, line, each)?;
        let (amount, when) = amount;
        let points = self.points_kept_here(&amount)?;
        let mut pools = Vec::new();
        for path in &line.from {
            pools.push(self.pool_of(points, path)?);
        }
        let to = match &line.to {
            Some(to) => Some(self.recipient(env, to)?),
            None => None,
        };
        let pool = pools.first().copied().unwrap_or(PoolId(0));
        Some(Line {
            sign: LineSign::Take(pools),
            to,
            when,
            for_each: each.map(|(name, ..)| name.clone()),
            ..plain_line(amount, points, pool, span)
        })
    }

    /// `take back 300 Point`, `take back all Point`.
    fn taking_back(
        &mut self,
        env: &Env<'_>,
        (amount, whom, when): (&ast::Expr, Option<&ast::Expr>, Option<&ast::Expr>),
        span: Span,
    ) -> Option<Line> {
        let held = self.assumed.len();
        let when = match when {
            Some(when) => {
                let when = self.condition(env, when)?;
                self.assume(&when);
                Some(when)
            }
            None => None,
        };
        let line = self.taken_back(env, amount, span);
        self.assumed.truncate(held);
        let line = line?;
        let to = match whom {
            Some(whom) => Some(self.recipient(env, whom)?),
            None => None,
        };
        Some(Line { to, when, ..line })
    }

    fn taken_back(&mut self, env: &Env<'_>, amount: &ast::Expr, span: Span) -> Option<Line> {
        if let ExprKind::Of { what, of, .. } = &amount.kind
            && what.text == "all"
        {
            let points = self.points_named(env, of)?;
            let zero = super::units::constant(
                Value::Points(Decimal::ZERO, points),
                Type::Points(points),
                Some(Decimal::ZERO),
                amount.span,
            );
            let line = plain_line(zero, points, PoolId(0), span);
            return Some(Line { sign: LineSign::TakeBack { all: true }, ..line });
        }
        let amount = self.expr(env, amount)?;
        self.known(&[&amount])?;
        let points = self.points_kept_here(&amount)?;
        Some(Line { sign: LineSign::TakeBack { all: false }, ..plain_line(amount, points, PoolId(0), span) })
    }

    /// `grant meal_ticket worth 15 CNY to referrer when C`: one of a benefit, or so many (`grant 2 meal_ticket`).
    fn grant(
        &mut self,
        env: &Env<'_>,
        (benefit, worth, to, when): (&ast::Expr, Option<&ast::Expr>, Option<&ast::Expr>, Option<&ast::Expr>),
        each: Option<&Each>,
        span: Span,
    ) -> Option<Line> {
        let inside = each.map_or(*env, |each| env.inside(each));
        let env = if each.is_some() { &inside } else { env };
        let held = self.assumed.len();
        let when = match when {
            Some(when) => {
                let when = self.condition(env, when)?;
                self.assume(&when);
                Some(when)
            }
            None => None,
        };
        let amount = self.benefit_amount(env, benefit);
        let worth = worth.map(|worth| self.worth_of_grant(env, worth));
        self.assumed.truncate(held);
        let (amount, points) = amount?;
        let worth = match worth {
            Some(worth) => Some(worth?),
            None => None,
        };
        let to = match to {
            Some(to) => Some(self.recipient(env, to)?),
            None => None,
        };
        Some(Line {
            worth,
            to,
            when,
            for_each: each.map(|(name, ..)| name.clone()),
            ..plain_line(amount, points, PoolId(0), span)
        })
    }

    fn benefit_amount(&mut self, env: &Env<'_>, benefit: &ast::Expr) -> Option<(Expr, PointsId)> {
        if let Some(text) = super::limit::text_of(benefit) {
            let name = ast::Name { text, span: benefit.span };
            let Some(points) = self.benefit_named(&name, env.campaign) else {
                self.report(messages::unknown_benefit(&name, self.names));
                return None;
            };
            let one = Decimal::ONE;
            let ty = Type::Points(points);
            return Some((super::units::constant(Value::Points(one, points), ty, Some(one), benefit.span), points));
        }
        let amount = self.expr(env, benefit)?;
        self.known(&[&amount])?;
        match amount.typed.ty {
            Type::Points(points) if self.policy.points_of(points).is_some_and(|one| one.benefit.is_some()) => {
                Some((amount, points))
            }
            _ => {
                let shown = self.show(&amount.typed.ty);
                self.report(messages::grants_no_benefit(amount.span, &shown));
                None
            }
        }
    }

    /// The unit of a benefit, by the name or a label of its declaration.
    pub(crate) fn benefit_named(&mut self, name: &ast::Name, campaign: Option<&str>) -> Option<PointsId> {
        let (found, declared) = self.benefit_at(&name.text, campaign)?;
        self.refer(name.span, &declared.name.text, messages::labels(declared), declared.name.span);
        Some(found)
    }

    /// The unit of a benefit and its declaration.
    pub(crate) fn benefit_at(&self, name: &str, campaign: Option<&str>) -> Option<(PointsId, &'a ast::Declared)> {
        let Found::One(at) = self.names.requests.find(name, campaign) else { return None };
        let entry = self.names.requests.get(at)?;
        let declared = &entry.declared.name.text;
        let is = |one: &crate::policy::Points| {
            one.benefit.is_some() && (one.title.name == *declared || one.title.name == entry.qualified)
        };
        let found = self.policy.points.iter().position(is)?;
        Some((PointsId(found), entry.declared))
    }

    fn worth_of_grant(&mut self, env: &Env<'_>, worth: &ast::Expr) -> Option<Expr> {
        let found = self.expr(env, worth)?;
        if !matches!(found.typed.ty, Type::Money(_)) {
            let shown = (self.show(&Type::Money(self.policy.currency)), self.show(&found.typed.ty));
            self.report(messages::wrong_type(found.span, &shown.0, &shown.1));
            return None;
        }
        self.known(&[&found])?;
        Some(found)
    }

    /// `set customer.choice to category from start of next month`, `bar customer`.
    pub(crate) fn deed(&mut self, env: &Env<'_>, clause: &ClauseKind) -> Option<Deed> {
        match clause {
            ClauseKind::Set(target, value, from) => self.set_fact(env, target, value, from.as_ref()),
            ClauseKind::Bar(whom) => {
                let of = self.expr(env, whom)?;
                let Type::Subject(subject) = of.typed.ty else {
                    let shown = self.show(&of.typed.ty);
                    self.report(messages::bars_nobody(of.span, &shown));
                    return None;
                };
                self.known(&[&of])?;
                Some(Deed::Bar { subject, of })
            }
            _ => None,
        }
    }

    fn set_fact(
        &mut self,
        env: &Env<'_>,
        target: &ast::Expr,
        value: &ast::Expr,
        from: Option<&ast::Expr>,
    ) -> Option<Deed> {
        let found = self.expr(env, target)?;
        let (Node::Fact(subject, of, fact), ty) = (&found.node, &found.typed.ty) else {
            self.report(messages::sets_no_fact(found.span));
            return None;
        };
        let (subject, of, fact, ty) = (*subject, (**of).clone(), fact.clone(), ty.clone());
        let declared = self.policy.subject(subject).and_then(|one| super::name::find_field(&one.facts, &fact));
        if let Some(field) = declared.filter(|field| !field.dated) {
            let title = field.title.clone();
            self.report(messages::fact_not_dated(found.span, &title));
            return None;
        }
        self.known(&[&of])?;
        let value = self.expr_as(env, value, &ty)?;
        self.known(&[&value])?;
        let from = match from {
            Some(from) => {
                let from = self.expr(env, from)?;
                if !matches!(from.typed.ty, Type::Date | Type::Instant) {
                    let (wanted, shown) = (self.show(&Type::Date), self.show(&from.typed.ty));
                    self.report(messages::wrong_type(from.span, &wanted, &shown));
                    return None;
                }
                self.known(&[&from])?;
                Some(from)
            }
            None => None,
        };
        Some(Deed::Set { subject, of, fact, value, from })
    }

    /// Points of an amount, of a kind that this programme keeps.
    fn points_kept_here(&mut self, amount: &Expr) -> Option<PointsId> {
        let Type::Points(points) = amount.typed.ty else {
            let shown = self.show(&amount.typed.ty);
            self.report(messages::takes_no_points(amount.span, &shown));
            return None;
        };
        if let Some(kept_by) = self.policy.points_of(points).and_then(|points| points.kept_by.clone()) {
            self.report(messages::points_of_partner(amount.span, &kept_by));
            return None;
        }
        Some(points)
    }

    /// A kind of points by name.
    pub(crate) fn points_named(&mut self, env: &Env<'_>, expr: &ast::Expr) -> Option<PointsId> {
        let Some(text) = super::limit::text_of(expr) else {
            self.report(messages::misplaced_value(expr.span));
            return None;
        };
        let name = ast::Name { text, span: expr.span };
        if let Some(points) = self.benefit_named(&name, env.campaign) {
            return Some(points);
        }
        let names = self.names;
        match self.lookup(&names.points, &name, env.campaign) {
            super::name::Lookup::At(at) => Some(PointsId(at)),
            super::name::Lookup::Failed => None,
            super::name::Lookup::Absent => {
                self.report(messages::unknown_points(&name, names));
                None
            }
        }
    }
}

/// A line that gives, without anything that is said beside the amount.
pub(crate) fn plain_line(amount: Expr, points: PointsId, pool: PoolId, span: Span) -> Line {
    Line {
        amount,
        points,
        pool,
        pool_by: None,
        sign: LineSign::Give,
        worth: None,
        first: false,
        to: None,
        when: None,
        for_each: None,
        span,
    }
}
