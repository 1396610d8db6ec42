//! `convert 10 Stamp to 1 Coupon`: whole units of some points become units of others.

use super::messages;
use super::table::constant_number;
use super::{Checker, Env};
use crate::policy::{Convert, Expr, PointsId, RuleBody, Type};
use crate::source::Span;
use crate::syntax::ast;
use rust_decimal::Decimal;

impl Checker<'_> {
    pub(crate) fn convert(&mut self, env: &Env<'_>, convert: &ast::ConvertClause, span: Span) -> Option<RuleBody> {
        let taken = self.converted(env, &convert.take);
        let given = self.converted(env, &convert.give);
        let ((take_amount, take_points), (give_amount, give_points)) = (taken?, given?);
        if take_points == give_points {
            self.report(messages::converts_into_itself(convert.take.span.to(convert.give.span)));
            return None;
        }
        let from = match &convert.from {
            Some(from) => {
                let from = self.expr_as(env, from, &Type::Points(take_points))?;
                self.known(&[&from])?;
                Some(from)
            }
            None => None,
        };
        let (pool, None) = self.pool(env, give_points, convert.pool.as_ref(), span)? else {
            let at = convert.pool.as_ref().map_or(span, |pool| pool.span);
            self.report(messages::misplaced_value(at));
            return None;
        };
        Some(RuleBody::Convert(Convert {
            take: (take_amount, take_points),
            give: (give_amount, give_points, pool),
            from,
            undo: convert.undo,
        }))
    }

    /// An amount of points above zero, fixed when the policy is compiled.
    fn converted(&mut self, env: &Env<'_>, expr: &ast::Expr) -> Option<(Decimal, PointsId)> {
        let found: Expr = self.expr(env, expr)?;
        let Type::Points(points) = found.typed.ty else {
            let shown = self.show(&found.typed.ty);
            self.report(messages::takes_no_points(found.span, &shown));
            return None;
        };
        if let Some(kept_by) = self.policy.points_of(points).and_then(|points| points.kept_by.clone()) {
            self.report(messages::points_of_partner(found.span, &kept_by));
            return None;
        }
        match constant_number(&found) {
            Some(amount) if amount > Decimal::ZERO => Some((amount, points)),
            Some(_) => {
                self.report(messages::step_not_above_zero(found.span));
                None
            }
            None => {
                self.report(messages::not_constant(found.span));
                None
            }
        }
    }
}
