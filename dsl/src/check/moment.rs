//! Moments by name, `start of next month`, and facts as they were at one: `customer.choice as of close of month`.

use super::limit::text_of;
use super::messages;
use super::{Checker, Env, Reader};
use crate::policy::{Expr, Node, Rule, RuleBody, ScopePeriod, Type, Typed, Value};
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

    /// `x as of E`: dated facts as they were at a date or instant.
    pub(crate) fn as_of(
        &mut self,
        env: &Env<'_>,
        inner: &ast::Expr,
        at: &ast::Expr,
        span: Span,
        want: Option<&Type>,
    ) -> Option<Expr> {
        let inner = self.expr_want(env, inner, want)?;
        if !self.reads_dated(&inner, &mut |_| {}) {
            self.report(messages::as_of_nothing_dated(inner.span));
            return None;
        }
        let at = match super::schedule::period_closed(at) {
            Some(unit) if env.reader == Reader::Level => {
                Expr { node: Node::CloseOfPeriod(unit), typed: Typed::plain(Type::Instant), span: at.span }
            }
            Some(_) => {
                self.report(messages::close_outside_level(at.span));
                return None;
            }
            None => self.expr(env, at)?,
        };
        if !matches!(at.typed.ty, Type::Date | Type::Instant) {
            let (wanted, shown) = (self.show(&Type::Date), self.show(&at.typed.ty));
            self.report(messages::wrong_type(at.span, &wanted, &shown));
            return None;
        }
        self.known(&[&at])?;
        let typed = inner.typed.clone();
        Some(Expr { node: Node::AsOf(Box::new(inner), Box::new(at)), typed, span })
    }

    /// Whether an expression reads a dated fact; each that is read without `as of` is shown.
    fn reads_dated(&self, expr: &Expr, bare: &mut dyn FnMut(Span)) -> bool {
        let mut found = match &expr.node {
            Node::Fact(subject, _, fact) => self
                .policy
                .subject(*subject)
                .is_some_and(|one| one.facts.iter().any(|field| field.title.name == *fact && field.dated)),
            _ => false,
        };
        if found {
            bare(expr.span);
        }
        let stated = matches!(expr.node, Node::AsOf(..));
        for child in crate::policy::expr::children(expr) {
            found |= if stated { self.reads_dated(child, &mut |_| {}) } else { self.reads_dated(child, bare) };
        }
        found
    }

    /// A settled level rule is evaluated again later: it says as of when it reads a dated fact. The close that it names is that
    /// of its own period.
    pub(crate) fn check_moments_of_level(&mut self, rule: &Rule, body: &RuleBody) {
        let RuleBody::Level { scope, line, condition, settled, .. } = body else { return };
        let unit = match &scope.period {
            ScopePeriod::Calendar(unit, _) => Some(*unit),
            _ => None,
        };
        let (mut bare, mut other) = (None, None);
        let exprs = std::iter::once(&line.amount).chain(condition).chain(&line.when).chain(&rule.conditions);
        for expr in exprs {
            self.reads_dated(expr, &mut |span| bare = bare.or(Some(span)));
            crate::policy::expr::walk(expr, &mut |inner| {
                if let Node::CloseOfPeriod(named) = &inner.node
                    && Some(*named) != unit
                {
                    other = other.or(Some(inner.span));
                }
            });
        }
        if let (Some(span), true) = (bare, settled.is_some()) {
            self.report(messages::settled_reads_dated(span));
        }
        if let Some(span) = other {
            self.report(messages::close_of_other_period(span));
        }
    }
}
