//! Moments by name: `start of next month`.

use super::Checker;
use super::limit::text_of;
use super::messages;
use crate::policy::{Expr, Node, Type, Typed, Value};
use crate::source::Span;
use crate::syntax::ast::{self, PeriodUnit};

impl Checker<'_> {
    /// `start of next month` (quarter, year): the first day of the period after that of the event.
    pub(crate) fn start_of_next(&mut self, of: &ast::Expr, span: Span) -> Option<Expr> {
        let unit = match text_of(of).as_deref() {
            Some("next month") => Some((PeriodUnit::Month, 1)),
            Some("next quarter") => Some((PeriodUnit::Quarter, 3)),
            Some("next year") => Some((PeriodUnit::Year, 12)),
            _ => None,
        };
        let Some((unit, months)) = unit else {
            self.report(messages::misplaced_value(span));
            return None;
        };
        let today = Expr { node: Node::Today, typed: Typed::plain(Type::Date), span };
        let by = super::units::constant(Value::Term(months), Type::Term, Some(months.into()), span);
        let then =
            Expr { node: Node::Shift(Box::new(today), Box::new(by), true), typed: Typed::plain(Type::Date), span };
        let period = Expr { node: Node::PeriodOf(unit, Box::new(then)), typed: Typed::plain(Type::Period(unit)), span };
        Some(Expr { node: Node::DateOf(Box::new(period)), typed: Typed::plain(Type::Date), span })
    }
}
