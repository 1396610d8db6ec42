//! Currencies counted as the programme's: `1 EUR = 1 CHF for counting`.
//!
//! Where an amount of one meets an amount of the other it is counted at the stated parity; nothing else converts.

use super::messages;
use super::table::constant_number;
use super::{Checker, Env};
use crate::policy::{CurrencyId, Expr, Node, Type, Value};
use crate::source::Span;
use crate::syntax::ast::{self, ClauseKind};
use rust_decimal::Decimal;

/// Decimals of a parity at most.
const MOST_DECIMALS: u32 = 8;

impl Checker<'_> {
    pub(crate) fn lower_parities(&mut self) {
        let names = self.names;
        let heads = names.programmes.iter().flat_map(|(_, clauses, _)| clauses.iter());
        for clause in heads {
            let ClauseKind::Parity(left, right) = &clause.kind else { continue };
            let Some(parity) = self.parity(left, right, clause.span) else { continue };
            if self.policy.parities.iter().any(|(from, ..)| *from == parity.0) {
                self.report(messages::parity_twice(clause.span));
                continue;
            }
            self.policy.parities.push(parity);
        }
        self.policy.parities.sort();
    }

    fn parity(&mut self, left: &ast::Expr, right: &ast::Expr, span: Span) -> Option<(CurrencyId, CurrencyId, Decimal)> {
        let env = Env::constant(None);
        let (left, right) = (self.expr(&env, left)?, self.expr(&env, right)?);
        let made = match (&left.typed.ty, &right.typed.ty) {
            (Type::Money(from), Type::Money(to)) if from != to && *to == self.policy.currency => {
                let (one, other) = (constant_number(&left)?, constant_number(&right)?);
                let rate = other.checked_div(one).map(|rate| rate.normalize());
                rate.filter(|rate| {
                    one > Decimal::ZERO
                        && *rate > Decimal::ZERO
                        && rate.scale() <= MOST_DECIMALS
                        && rate.checked_mul(one) == Some(other)
                })
                .map(|rate| (*from, *to, rate))
            }
            _ => None,
        };
        if made.is_none() {
            self.report(messages::parity_of_what(span));
        }
        made
    }

    /// An amount of a currency with a parity, counted in the programme's currency where that is wanted; else as it is.
    pub(crate) fn counted_as(&self, found: Expr, want: &Type) -> Expr {
        let (Type::Money(from), Type::Money(to)) = (&found.typed.ty, want) else { return found };
        let parity = self.policy.parities.iter().find(|(one, other, _)| one == from && other == to);
        let Some((.., rate)) = parity.filter(|_| from != to) else { return found };
        let (rate, span) = (*rate, found.span);
        let mut typed = found.typed.clone();
        typed.ty = want.clone();
        if rate == Decimal::ONE {
            return Expr { typed, ..found };
        }
        typed.scale = typed.scale.saturating_add(u8::try_from(rate.scale()).unwrap_or(0));
        typed.range = typed.range.and_then(|(low, high)| Some((low.checked_mul(rate)?, high.checked_mul(rate)?)));
        let rate = super::units::constant(Value::Number(rate), Type::Number, Some(rate), span);
        Expr { node: Node::Multiply(Box::new(found), Box::new(rate)), typed, span }
    }

    /// Two amounts that meet: the one of a currency with a parity is counted as the other.
    pub(crate) fn counted_alike(&self, left: Expr, right: Expr) -> (Expr, Expr) {
        let left = self.counted_as(left, &right.typed.ty);
        let right = self.counted_as(right, &left.typed.ty);
        (left, right)
    }
}
