//! Sums, products, quotients and counted steps: what fits what, and how large the result can be.

use super::bounds::Bounds;
use super::expr::numeric;
use super::messages;
use super::units::{is_numeric, is_pure};
use super::{Checker, Env, Reader};
use crate::policy::{Compare, Expr, Node, Type, Typed};
use crate::source::Span;
use crate::syntax::ast::{self, BinaryOp};
use rust_decimal::Decimal;

impl Checker<'_> {
    pub(crate) fn sum(
        &mut self,
        env: &Env<'_>,
        op: BinaryOp,
        left: &ast::Expr,
        right: &ast::Expr,
        span: Span,
    ) -> Option<Expr> {
        let left = self.expr(env, left)?;
        let right = self.expr_want(env, right, Some(&left.typed.ty))?;
        let (left, right) = self.counted_alike(left, right);
        let minus = op == BinaryOp::Subtract;
        match (&left.typed.ty, &right.typed.ty) {
            (Type::Date, Type::Date) if minus => {
                self.known(&[&left, &right])?;
                let most = Decimal::from(4_000_000);
                let typed = Typed { range: Some((-most, most)), ..Typed::plain(Type::Days) };
                return Some(Expr { node: Node::DaysBetween(Box::new(right), Box::new(left)), typed, span });
            }
            (Type::Date | Type::Instant, Type::Term | Type::Days | Type::Minutes) => {
                let typed = left.typed.clone();
                return Some(Expr { node: Node::Shift(Box::new(left), Box::new(right), !minus), typed, span });
            }
            _ => {}
        }
        if left.typed.ty != right.typed.ty || !is_numeric(&left.typed.ty) {
            let shown = (self.show(&left.typed.ty), self.show(&right.typed.ty));
            self.report(messages::cannot_add(span, (left.span, &shown.0), (right.span, &shown.1)));
            return None;
        }
        self.settled_numbers(&[&left, &right])?;
        let (a, b) = (Bounds::of(&left.typed), Bounds::of(&right.typed));
        let bounds = self.bound(span, || if minus { a?.subtract(b?) } else { a?.add(b?) })?;
        let typed = numeric(left.typed.ty.clone(), bounds, false, false);
        let (left, right) = (Box::new(left), Box::new(right));
        Some(Expr { node: if minus { Node::Subtract(left, right) } else { Node::Add(left, right) }, typed, span })
    }

    pub(crate) fn product(&mut self, env: &Env<'_>, left: &ast::Expr, right: &ast::Expr, span: Span) -> Option<Expr> {
        let left = self.expr(env, left)?;
        let right = self.expr(env, right)?;
        self.numbers(&[&left, &right])?;
        self.known(&[&left, &right])?;
        let ty = match (&left.typed.ty, &right.typed.ty) {
            (Type::Rate(over, under), other) | (other, Type::Rate(over, under)) if **under == *other => {
                (**over).clone()
            }
            (a, b) if is_pure(a) && is_pure(b) => {
                if a == b {
                    a.clone()
                } else {
                    Type::Number
                }
            }
            (a, b) if is_pure(b) && !is_pure(a) => a.clone(),
            (a, b) if is_pure(a) && !is_pure(b) => b.clone(),
            (a, b) => {
                let shown = (self.show(a), self.show(b));
                self.report(messages::cannot_multiply(span, (left.span, &shown.0), (right.span, &shown.1)));
                return None;
            }
        };
        let (a, b) = (Bounds::of(&left.typed), Bounds::of(&right.typed));
        let bounds = self.bound(span, || a?.multiply(b?))?;
        let typed = numeric(ty, bounds, false, left.typed.quotient || right.typed.quotient);
        Some(Expr { node: Node::Multiply(Box::new(left), Box::new(right)), typed, span })
    }

    /// Whether a condition so far says that a value is above zero.
    fn is_above_zero(&self, value: &Expr) -> bool {
        self.assumed.iter().any(|node| {
            let Node::Compare(op, subject, least) = node else { return false };
            let least = super::table::constant_number(least);
            subject.node == value.node
                && match op {
                    Compare::Greater => least.is_some_and(|least| least >= Decimal::ZERO),
                    Compare::AtLeast => least.is_some_and(|least| least > Decimal::ZERO),
                    _ => false,
                }
        })
    }

    pub(crate) fn quotient(&mut self, env: &Env<'_>, left: &ast::Expr, right: &ast::Expr, span: Span) -> Option<Expr> {
        let left = self.expr(env, left)?;
        let right = self.expr(env, right)?;
        self.numbers(&[&left, &right])?;
        self.known(&[&left, &right])?;
        let ty = match (&left.typed.ty, &right.typed.ty) {
            (a, b) if a == b => Type::Number,
            (a, b) if is_pure(b) => a.clone(),
            (a, b) => Type::Rate(Box::new(a.clone()), Box::new(b.clone())),
        };
        let (a, mut b) = (Bounds::of(&left.typed), Bounds::of(&right.typed));
        let zero = right.typed.range.is_some_and(|(low, high)| low <= Decimal::ZERO && high >= Decimal::ZERO);
        let mut maybe = false;
        if zero {
            // A figure or notice that cannot be computed is not told; nothing is decided by it.
            let least = b.filter(|b| b.low == Decimal::ZERO && b.high > Decimal::ZERO);
            let above = self.is_above_zero(&right);
            maybe = !above;
            let least = least.filter(|_| above || env.reader == Reader::Host);
            let Some(least) = least else {
                self.report(messages::may_divide_by_zero(right.span));
                return None;
            };
            b = Some(Bounds { low: Decimal::new(1, u32::from(least.scale)), ..least });
        }
        let bounds = self.bound(span, || a?.divide(b?))?;
        let typed = numeric(ty, bounds, maybe, true);
        Some(Expr { node: Node::Divide(Box::new(left), Box::new(right)), typed, span })
    }

    pub(crate) fn per_full(
        &mut self,
        env: &Env<'_>,
        (award, step, of): (&ast::Expr, &ast::Expr, &ast::Expr),
        started: bool,
        span: Span,
    ) -> Option<Expr> {
        let award = self.expr(env, award);
        let of = self.expr(env, of);
        let of_ty = of.as_ref().map(|of| of.typed.ty.clone());
        let step = self.expr_want(env, step, of_ty.as_ref())?;
        let (award, of) = (award?, of?);
        let (step, of) = self.counted_alike(step, of);
        self.numbers(&[&award, &step, &of])?;
        if step.typed.ty != of.typed.ty {
            let shown = (self.show(&step.typed.ty), self.show(&of.typed.ty));
            self.report(messages::step_of_other_unit((step.span, &shown.0), (of.span, &shown.1)));
            return None;
        }
        self.known(&[&award, &step, &of])?;
        if Bounds::of(&step.typed).is_none_or(|step| step.low <= Decimal::ZERO) {
            self.report(messages::step_not_above_zero(step.span));
            return None;
        }
        let (a, s, o) = (Bounds::of(&award.typed), Bounds::of(&step.typed), Bounds::of(&of.typed));
        let bounds = self.bound(span, || o?.steps(s?)?.multiply(a?))?;
        let typed = numeric(award.typed.ty.clone(), bounds, false, award.typed.quotient);
        let (award, step, of) = (Box::new(award), Box::new(step), Box::new(of));
        Some(Expr { node: Node::PerFull { award, step, of, started }, typed, span })
    }

    /// Reports an operand that is no number.
    pub(crate) fn numbers(&mut self, operands: &[&Expr]) -> Option<()> {
        for operand in operands {
            if !is_numeric(&operand.typed.ty) {
                let shown = self.show(&operand.typed.ty);
                self.report(messages::not_a_number(operand.span, &shown));
                return None;
            }
        }
        Some(())
    }

    /// Reports an operand that may be unknown.
    pub(crate) fn known(&mut self, operands: &[&Expr]) -> Option<()> {
        for operand in operands {
            if operand.typed.optional {
                self.report(messages::maybe_unknown(operand.span));
                return None;
            }
        }
        Some(())
    }

    /// Numbers that are known and no quotient: what may be added.
    pub(crate) fn settled_numbers(&mut self, operands: &[&Expr]) -> Option<()> {
        self.numbers(operands)?;
        self.known(operands)?;
        for operand in operands {
            if operand.typed.quotient {
                self.report(messages::quotient_not_rounded(operand.span));
                return None;
            }
        }
        Some(())
    }

    /// Reports where a value could need more than 28 digits.
    pub(crate) fn bound(&mut self, span: Span, bounds: impl FnOnce() -> Option<Bounds>) -> Option<Bounds> {
        let found = bounds();
        if found.is_none() {
            self.report(messages::too_many_digits(span));
        }
        found
    }
}
