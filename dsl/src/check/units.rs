//! Units: what a number with a unit is, how units show in messages, which may be added, compared and multiplied.

use super::messages;
use super::names::Found;
use super::{Checker, Env, Reader};
use crate::policy::{Expr, Node, Type, Typed, Value};
use crate::source::Span;
use crate::syntax::ast::{self, KnownUnit, Unit};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// A constant expression.
pub(crate) fn constant(value: Value, ty: Type, amount: Option<Decimal>, span: Span) -> Expr {
    let scale = amount.map_or(0, |amount| u8::try_from(amount.normalize().scale()).unwrap_or(28));
    let typed = Typed { ty, optional: false, quotient: false, scale, range: amount.map(|amount| (amount, amount)) };
    Expr { node: Node::Constant(value), typed, span }
}

impl Checker<'_> {
    /// `5_000 Star`, `3 years`, `2 times`, or a bare number.
    pub(crate) fn quantity(
        &mut self,
        env: &Env<'_>,
        number: &ast::Number,
        unit: Option<&Unit>,
        span: Span,
        want: Option<&Type>,
    ) -> Option<Expr> {
        match unit {
            None => Some(bare(number, span, want)),
            Some(Unit::Known(unit, at)) => self.known_unit(number, *unit, *at, span),
            Some(Unit::Named(name)) => self.named_unit(env, number, name, span),
        }
    }

    fn known_unit(&mut self, number: &ast::Number, unit: KnownUnit, at: Span, span: Span) -> Option<Expr> {
        let value = number.value;
        let Some(whole) = value.is_integer().then(|| value.to_i64()).flatten() else {
            self.report(messages::fraction_of_unit(number, at));
            return None;
        };
        let months = |per: i64| whole.checked_mul(per).and_then(|months| i32::try_from(months).ok());
        let made = match unit {
            KnownUnit::Days => Some((Value::Days(whole), Type::Days)),
            KnownUnit::Weeks => whole.checked_mul(7).map(|days| (Value::Days(days), Type::Days)),
            KnownUnit::Months | KnownUnit::Statements => months(1).map(|months| (Value::Term(months), Type::Term)),
            KnownUnit::Quarters => months(3).map(|months| (Value::Term(months), Type::Term)),
            KnownUnit::Years => months(12).map(|months| (Value::Term(months), Type::Term)),
            KnownUnit::Hours => whole.checked_mul(60).map(|minutes| (Value::Minutes(minutes), Type::Minutes)),
            KnownUnit::Minutes => Some((Value::Minutes(whole), Type::Minutes)),
            KnownUnit::WorkingDays => Some((Value::WorkingDays(whole), Type::WorkingDays)),
            KnownUnit::Times | KnownUnit::Pieces | KnownUnit::Entries => Some((Value::Count(value), Type::Count)),
        };
        let Some((made, ty)) = made else {
            self.report(messages::number_too_large(number));
            return None;
        };
        Some(constant(made, ty, Some(value), span))
    }

    fn named_unit(&mut self, env: &Env<'_>, number: &ast::Number, name: &ast::Name, span: Span) -> Option<Expr> {
        let (ty, scale) = self.unit_type(env, name)?;
        let value = number.value;
        if value.normalize().scale() > u32::from(scale) && !matches!(env.reader, Reader::Host) {
            // A rate may be finer than the unit (`0.5 Point per full 1 CNY`), so only money literals are held to their scale.
            if matches!(ty, Type::Money(_)) {
                self.report(messages::too_many_decimals(number, name, scale));
                return None;
            }
        }
        let made = match &ty {
            Type::Money(currency) => Value::Money(value, *currency),
            Type::Points(points) => Value::Points(value, *points),
            Type::Quantity(quantity) => Value::Quantity(value, *quantity),
            _ => Value::Number(value),
        };
        Some(constant(made, ty, Some(value), span))
    }

    /// The type and scale that a unit's name stands for: points, a currency or a quantity's unit.
    pub(crate) fn unit_type(&mut self, env: &Env<'_>, name: &ast::Name) -> Option<(Type, u8)> {
        let found = self.names.points.find(&name.text, env.campaign);
        if let Found::One(at) = found {
            let entry = self.names.points.get(at)?;
            self.refer_to(name.span, entry);
            let scale = self.policy.points.get(at).map_or(0, |points| points.scale);
            return Some((Type::Points(crate::policy::PointsId(at)), scale));
        }
        if let Found::One(at) = self.names.currencies.find(&name.text, env.campaign) {
            let entry = self.names.currencies.get(at)?;
            self.refer_to(name.span, entry);
            let id = self.currency_ids.get(at).copied()?;
            let scale = self.policy.currency_of(id).map_or(2, |currency| currency.scale);
            return Some((Type::Money(id), scale));
        }
        if let Some((at, quantity)) = self.policy.quantities.iter().enumerate().find(|(_, one)| one.unit == name.text) {
            return Some((Type::Quantity(crate::policy::QuantityId(at)), quantity.scale));
        }
        if let Some(points) = self.benefit_named(name, env.campaign) {
            return Some((Type::Points(points), 0));
        }
        self.report(messages::unknown_unit(name, self.names));
        None
    }

    /// A type in words, in both languages.
    pub(crate) fn show(&self, ty: &Type) -> crate::diagnostic::Text {
        // Tiers are named before they are lowered.
        let tier = |id: crate::policy::TierId| self.names.tiers.get(id.0).map(|one| one.declared.name.text.as_str());
        crate::words::type_told(&self.policy, ty, &|id| tier(id).unwrap_or_default().to_owned())
    }
}

fn bare(number: &ast::Number, span: Span, want: Option<&Type>) -> Expr {
    let value = number.value;
    // A whole number without a unit may stand for a count or a code where one is wanted; never for money, points or a percentage.
    match want {
        Some(Type::Count) if value.is_integer() => constant(Value::Count(value), Type::Count, Some(value), span),
        Some(Type::Code(digits)) if value.is_integer() && value.scale() == 0 => {
            let text = format!("{:0>width$}", number.text, width = usize::from(*digits));
            constant(Value::Code(text), Type::Code(*digits), None, span)
        }
        _ => constant(Value::Number(value), Type::Number, Some(value), span),
    }
}

/// Whether a type has no unit and scales others.
pub(crate) fn is_pure(ty: &Type) -> bool {
    matches!(ty, Type::Number | Type::Percent | Type::Count | Type::Multiple)
}

/// Whether values of the type are numbers of some kind.
pub(crate) fn is_numeric(ty: &Type) -> bool {
    is_pure(ty)
        || matches!(
            ty,
            Type::Money(_)
                | Type::Points(_)
                | Type::Quantity(_)
                | Type::Rate(..)
                | Type::Term
                | Type::Days
                | Type::Minutes
                | Type::WorkingDays
        )
}
