//! Checked expressions: every name resolved, every unit checked, every intermediate known to fit 28 digits.
//!
//! `None` means that an error has been reported; whatever needs the value stays silent.

use super::bounds::Bounds;
use super::messages::{self, both};
use super::units::{constant, is_numeric};
use super::{Checker, Env};
use crate::policy::{Compare, Expr, Node, SetMember, Type, Typed, Value};
use crate::source::Span;
use crate::syntax::ast::{self, BinaryOp, ExprKind};
use rust_decimal::Decimal;

impl Checker<'_> {
    /// Checks an expression whose type may be anything.
    pub(crate) fn expr(&mut self, env: &Env<'_>, expr: &ast::Expr) -> Option<Expr> {
        self.expr_want(env, expr, None)
    }

    /// Checks an expression that must be of a type.
    pub(crate) fn expr_as(&mut self, env: &Env<'_>, expr: &ast::Expr, want: &Type) -> Option<Expr> {
        let found = self.expr_want(env, expr, Some(want))?;
        self.fit(found, want)
    }

    /// A condition: yes or no. An optional condition means "known and yes".
    pub(crate) fn condition(&mut self, env: &Env<'_>, expr: &ast::Expr) -> Option<Expr> {
        let found = self.expr_want(env, expr, Some(&Type::Flag))?;
        if found.typed.ty == Type::Flag {
            return Some(found);
        }
        let shown = self.show(&found.typed.ty);
        self.report(messages::not_a_condition(found.span, &shown));
        None
    }

    /// Reports where a value is not of the wanted type.
    pub(crate) fn fit(&mut self, found: Expr, want: &Type) -> Option<Expr> {
        let found = self.counted_as(found, want);
        if found.typed.ty == *want {
            return Some(found);
        }
        // An instant where a date is wanted is its local date; a date where an instant is wanted is its first moment, said by the reader.
        if *want == Type::Date && found.typed.ty == Type::Instant {
            let (typed, span) = (Typed { ty: Type::Date, ..found.typed.clone() }, found.span);
            return Some(Expr { node: Node::DateOf(Box::new(found)), typed, span });
        }
        if let (Type::EventOf(wanted), Type::EventOf(given)) = (want, &found.typed.ty)
            && given.iter().all(|kind| wanted.contains(kind))
        {
            return Some(found);
        }
        let (wanted, given) = (self.show(want), self.show(&found.typed.ty));
        self.report(messages::wrong_type(found.span, &wanted, &given));
        None
    }

    /// Checks an expression in the light of the type that is wanted; what a condition before it makes known is known.
    pub(crate) fn expr_want(&mut self, env: &Env<'_>, expr: &ast::Expr, want: Option<&Type>) -> Option<Expr> {
        let mut found = self.expr_form(env, expr, want)?;
        if found.typed.optional && self.assumed.contains(&found.node) {
            found.typed.optional = false;
        }
        Some(found)
    }

    // One arm per form of expression: the exhaustive match is the idea.
    fn expr_form(&mut self, env: &Env<'_>, expr: &ast::Expr, want: Option<&Type>) -> Option<Expr> {
        let span = expr.span;
        match &expr.kind {
            ExprKind::Quantity(number, unit) => self.quantity(env, number, unit.as_ref(), span, want),
            ExprKind::Multiple(number) => {
                Some(constant(Value::Multiple(number.value), Type::Multiple, Some(number.value), span))
            }
            ExprKind::Percent(number) => {
                let value = number.value.checked_div(Decimal::ONE_HUNDRED)?;
                Some(constant(Value::Percent(value), Type::Percent, Some(value), span))
            }
            ExprKind::Date(date) => Some(constant(Value::Date(*date), Type::Date, None, span)),
            ExprKind::Time(time) => Some(constant(Value::Time(*time), Type::Time, None, span)),
            ExprKind::DateTime(at) => Some(constant(Value::Instant(*at), Type::Instant, None, span)),
            // A text beside a subject is its id: `merchant is "partner_hotel"`.
            ExprKind::Text(label) => {
                let ty = want.filter(|want| matches!(want, Type::Subject(_))).cloned().unwrap_or(Type::Text);
                Some(constant(Value::Text(label.text.clone()), ty, None, span))
            }
            ExprKind::Flag(flag) => Some(constant(Value::Flag(*flag), Type::Flag, None, span)),
            ExprKind::Name(name) => self.name(env, name, want),
            ExprKind::Of { what, of, .. } => self.of(env, what, of, span, want),
            ExprKind::Negate(inner) => self.negate(env, inner, span, want),
            ExprKind::Not(inner) => {
                let inner = self.condition(env, inner)?;
                self.known_flag(&inner)?;
                Some(flag(Node::Not(Box::new(inner)), span))
            }
            ExprKind::Binary(op, left, right) => self.binary(env, *op, left, right, span),
            ExprKind::Is(left, right, negated) => self.is(env, left, right, *negated, span),
            ExprKind::In(left, right, negated) => self.member(env, left, right, *negated, span),
            ExprKind::IsKnown(inner, negated) => {
                let inner = self.expr(env, inner)?;
                if !inner.typed.optional {
                    self.report(messages::always_known(inner.span));
                    return None;
                }
                let known = flag(Node::Known(Box::new(inner)), span);
                Some(if *negated { flag(Node::Not(Box::new(known)), span) } else { known })
            }
            ExprKind::PerFull { award, step, of, started } => self.per_full(env, (award, step, of), *started, span),
            ExprKind::Above(left, right) => {
                let left = self.expr(env, left)?;
                let right = self.expr_as(env, right, &left.typed.ty)?;
                self.settled_numbers(&[&left, &right])?;
                let bounds = self.bound(span, || Bounds::of(&left.typed)?.above(Bounds::of(&right.typed)?))?;
                let typed = numeric(
                    left.typed.ty.clone(),
                    bounds,
                    left.typed.optional || right.typed.optional,
                    left.typed.quotient,
                );
                Some(Expr { node: Node::Above(Box::new(left), Box::new(right)), typed, span })
            }
            ExprKind::Table { subject, rows, in_parts } => self.table(env, subject, rows, *in_parts, span, want),
            ExprKind::Default(inner, value) => {
                // What a figure takes for known is not known where it says what counts instead.
                let told = matches!(env.reader, super::Reader::Host).then(|| std::mem::take(&mut self.assumed));
                let inner = self.expr_want(env, inner, want);
                if let Some(told) = told {
                    self.assumed = told;
                }
                let inner = inner?;
                let value = self.expr_as(env, value, &inner.typed.ty.clone())?;
                if !inner.typed.optional {
                    self.report(messages::needless_default(inner.span));
                    return None;
                }
                let typed = Typed { optional: value.typed.optional, ..joined(&inner.typed, &value.typed) };
                Some(Expr { node: Node::Default(Box::new(inner), Box::new(value)), typed, span })
            }
            ExprKind::ThisOne(measure, with) => self.this_one(env, measure, *with, span),
            ExprKind::Over { measure, .. } => {
                self.report(messages::periods_need_fold(measure.span));
                None
            }
            ExprKind::Rounded(inner, rounding) => {
                let inner = self.expr(env, inner)?;
                let places = rounding.places.unwrap_or_else(|| self.scale_of(&inner.typed.ty));
                let typed = Typed { quotient: false, scale: places, ..inner.typed.clone() };
                Some(Expr { node: Node::Round(Box::new(inner), rounding.mode, places), typed, span })
            }
            ExprKind::Shift { by, after, from } => self.shift(env, by, *after, from, span),
            ExprKind::Today => Some(Expr { node: Node::Today, typed: Typed::plain(Type::Date), span }),
            ExprKind::AsOf(inner, at) => self.as_of(env, inner, at, span, want),
            ExprKind::Tuple(_)
            | ExprKind::Set(_)
            | ExprKind::List(_)
            | ExprKind::Record(_)
            | ExprKind::Weighted(..)
            | ExprKind::Most => {
                self.report(messages::misplaced_value(span));
                None
            }
            ExprKind::Broken => None,
        }
    }

    fn scale_of(&self, ty: &Type) -> u8 {
        match ty {
            Type::Money(id) => self.policy.currency_of(*id).map_or(2, |one| one.scale),
            Type::Points(id) => self.policy.points_of(*id).map_or(0, |one| one.scale),
            Type::Quantity(id) => self.policy.quantities.get(id.0).map_or(0, |one| one.scale),
            _ => 0,
        }
    }

    fn negate(&mut self, env: &Env<'_>, inner: &ast::Expr, span: Span, want: Option<&Type>) -> Option<Expr> {
        let inner = self.expr_want(env, inner, want)?;
        self.numbers(&[&inner])?;
        let mut typed = inner.typed.clone();
        typed.range = typed.range.map(|(low, high)| (-high, -low));
        let node = match &inner.node {
            Node::Constant(Value::Money(value, id)) => Node::Constant(Value::Money(-*value, *id)),
            Node::Constant(Value::Points(value, id)) => Node::Constant(Value::Points(-*value, *id)),
            Node::Constant(Value::Number(value)) => Node::Constant(Value::Number(-*value)),
            _ => Node::Negate(Box::new(inner)),
        };
        Some(Expr { node, typed, span })
    }

    /// Arithmetic, conditions and `not` on an unknown value need `is known` or `default` first.
    fn known_flag(&mut self, inner: &Expr) -> Option<()> {
        if inner.typed.optional {
            self.report(messages::maybe_unknown(inner.span));
            return None;
        }
        Some(())
    }

    fn binary(&mut self, env: &Env<'_>, op: BinaryOp, left: &ast::Expr, right: &ast::Expr, span: Span) -> Option<Expr> {
        match op {
            BinaryOp::And | BinaryOp::Or => {
                let left = self.condition(env, left);
                let held = self.assumed.len();
                if let (BinaryOp::And, Some(left)) = (op, &left) {
                    self.assume(left);
                }
                let right = self.condition(env, right);
                self.assumed.truncate(held);
                let both = vec![left?, right?];
                Some(flag(if op == BinaryOp::And { Node::And(both) } else { Node::Or(both) }, span))
            }
            BinaryOp::Equal => self.compare(env, Compare::Equal, left, right, span),
            BinaryOp::NotEqual => self.compare(env, Compare::NotEqual, left, right, span),
            BinaryOp::Less => self.compare(env, Compare::Less, left, right, span),
            BinaryOp::AtMost => self.compare(env, Compare::AtMost, left, right, span),
            BinaryOp::Greater => self.compare(env, Compare::Greater, left, right, span),
            BinaryOp::AtLeast => self.compare(env, Compare::AtLeast, left, right, span),
            BinaryOp::Add | BinaryOp::Subtract => self.sum(env, op, left, right, span),
            BinaryOp::Multiply => self.product(env, left, right, span),
            BinaryOp::Divide => self.quotient(env, left, right, span),
        }
    }

    fn compare(&mut self, env: &Env<'_>, op: Compare, left: &ast::Expr, right: &ast::Expr, span: Span) -> Option<Expr> {
        let (left, right) = self.pair(env, left, right)?;
        let ordered = !matches!(op, Compare::Equal | Compare::NotEqual);
        if left.typed.ty != right.typed.ty {
            let shown = (self.show(&left.typed.ty), self.show(&right.typed.ty));
            self.report(messages::cannot_compare(span, (left.span, &shown.0), (right.span, &shown.1)));
            return None;
        }
        if ordered && !self.has_order(&left.typed.ty) {
            let shown = self.show(&left.typed.ty);
            self.report(messages::has_no_order(span, &shown));
            return None;
        }
        if op == Compare::NotEqual {
            self.known(&[&left, &right])?;
        }
        Some(flag(Node::Compare(op, Box::new(left), Box::new(right)), span))
    }

    /// Checks two sides, the second in the light of the first (and the first in the light of the second where it is a bare enum value).
    fn pair(&mut self, env: &Env<'_>, left: &ast::Expr, right: &ast::Expr) -> Option<(Expr, Expr)> {
        let left = self.expr(env, left);
        let want = left.as_ref().map(|left| left.typed.ty.clone());
        let right = match want {
            Some(want) => self.expr_want(env, right, Some(&want)),
            // The left side is already reported; the right one may only be known by it.
            None => None,
        };
        let (left, right) = (left?, right?);
        // A day compared with a moment is compared with the moment's local date.
        Some(match (&left.typed.ty, &right.typed.ty) {
            (Type::Instant, Type::Date) => (self.fit(left, &Type::Date)?, right),
            (Type::Date, Type::Instant) => (left, self.fit(right, &Type::Date)?),
            _ => self.counted_alike(left, right),
        })
    }

    fn has_order(&self, ty: &Type) -> bool {
        match ty {
            Type::Enum(id) => self.policy.enum_type(*id).is_some_and(|one| one.ordered),
            Type::Tier(_) | Type::Date | Type::Instant | Type::Time | Type::Period(_) => true,
            other => is_numeric(other),
        }
    }

    fn is(&mut self, env: &Env<'_>, left: &ast::Expr, right: &ast::Expr, negated: bool, span: Span) -> Option<Expr> {
        if let ExprKind::Of { what, of, .. } = &right.kind
            && what.text == "anniversary"
        {
            return self.anniversary(env, left, of, negated, span);
        }
        self.compare(env, if negated { Compare::NotEqual } else { Compare::Equal }, left, right, span)
    }

    fn anniversary(
        &mut self,
        env: &Env<'_>,
        left: &ast::Expr,
        of: &ast::Expr,
        negated: bool,
        span: Span,
    ) -> Option<Expr> {
        let left = self.expr_as(env, left, &Type::Date);
        let of = self.expr_as(env, of, &Type::Date);
        let (left, of) = (left?, of?);
        let node = flag(Node::IsAnniversary(Box::new(left), Box::new(of)), span);
        Some(if negated { flag(Node::Not(Box::new(node)), span) } else { node })
    }

    fn member(
        &mut self,
        env: &Env<'_>,
        left: &ast::Expr,
        right: &ast::Expr,
        negated: bool,
        span: Span,
    ) -> Option<Expr> {
        let left = self.expr(env, left)?;
        let members = match &right.kind {
            ExprKind::Set(members) => {
                let members: Vec<Option<SetMember>> =
                    members.iter().map(|member| self.set_member(env, member, &left.typed.ty)).collect();
                members.into_iter().collect::<Option<Vec<_>>>()?
            }
            _ => vec![self.set_member(env, right, &left.typed.ty)?],
        };
        if negated {
            self.known(&[&left])?;
        }
        let node = flag(Node::In(Box::new(left), members), span);
        Some(if negated { flag(Node::Not(Box::new(node)), span) } else { node })
    }

    /// A member of a set: a value, or a named set of codes.
    pub(crate) fn set_member(&mut self, env: &Env<'_>, member: &ast::Expr, want: &Type) -> Option<SetMember> {
        if matches!(want, Type::Code(_))
            && let Some(id) = self.code_set_named(env, member)
        {
            return Some(SetMember::Codes(id));
        }
        self.expr_as(env, member, want).map(SetMember::One)
    }

    fn shift(&mut self, env: &Env<'_>, by: &ast::Expr, after: bool, from: &ast::Expr, span: Span) -> Option<Expr> {
        let by = self.expr(env, by);
        let from = self.expr(env, from);
        let (by, from) = (by?, from?);
        let fits = matches!(from.typed.ty, Type::Date | Type::Instant)
            && matches!(by.typed.ty, Type::Term | Type::Days | Type::Minutes);
        if !fits {
            let shown = self.show(&from.typed.ty);
            self.report(messages::wrong_type(from.span, &both("a date", "日期"), &shown));
            return None;
        }
        let typed = from.typed.clone();
        Some(Expr { node: Node::Shift(Box::new(from), Box::new(by), after), typed, span })
    }
}

/// A condition.
pub(crate) fn flag(node: Node, span: Span) -> Expr {
    Expr { node, typed: Typed::plain(Type::Flag), span }
}

/// The type of a number with its bounds.
pub(crate) fn numeric(ty: Type, bounds: Bounds, optional: bool, quotient: bool) -> Typed {
    Typed { ty, optional, quotient, scale: bounds.scale, range: Some((bounds.low, bounds.high)) }
}

/// The type of a value that is one or the other.
pub(crate) fn joined(a: &Typed, b: &Typed) -> Typed {
    let range = match (a.range, b.range) {
        (Some((low, high)), Some((other_low, other_high))) => Some((low.min(other_low), high.max(other_high))),
        _ => None,
    };
    Typed {
        ty: a.ty.clone(),
        optional: a.optional || b.optional,
        quotient: a.quotient || b.quotient,
        scale: a.scale.max(b.scale),
        range,
    }
}
