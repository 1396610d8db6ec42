//! Windows: dates turned into half-open local intervals; windows that cannot occur are errors.

use super::messages;
use super::{Checker, Env};
use crate::policy::{DayPattern, Expr, Node, Type, Value, Window, WindowKind};
use crate::source::Span;
use crate::syntax::ast::{self, EveryDay, ExprKind};
use chrono::{Days, NaiveDateTime, NaiveTime};

impl Checker<'_> {
    pub(crate) fn window(&mut self, env: &Env<'_>, window: &ast::Window, span: Span) -> Option<Window> {
        let by = match &window.by {
            Some(by) => Some(self.window_date(env, by)?),
            None => None,
        };
        let kind = match &window.kind {
            ast::WindowKind::Between { from, to, until } => {
                self.between(from.as_ref(), to.as_ref(), until.as_ref(), span)?
            }
            ast::WindowKind::On(date, hours) => {
                let date = self.date(date)?;
                let next = date.checked_add_days(Days::new(1))?;
                match hours {
                    None => {
                        WindowKind::Between(Some(date.and_time(NaiveTime::MIN)), Some(next.and_time(NaiveTime::MIN)))
                    }
                    Some(hours) => {
                        let (from, until) = self.hours(hours)?;
                        // Hours that cross midnight belong to the day on which they start.
                        let end = if until > from { date } else { next };
                        WindowKind::Between(Some(date.and_time(from)), Some(end.and_time(until)))
                    }
                }
            }
            ast::WindowKind::Every(days, hours) => {
                let days = days
                    .iter()
                    .map(|day| self.every(env, day, span))
                    .collect::<Vec<_>>()
                    .into_iter()
                    .collect::<Option<Vec<_>>>()?;
                let hours = match hours {
                    Some(hours) => Some(self.hours(hours)?),
                    None => None,
                };
                WindowKind::Days(days, hours)
            }
            ast::WindowKind::Hours(from, until) => {
                let hours = self.hours(&(from.clone(), until.clone()))?;
                WindowKind::Days(vec![DayPattern::Any], Some(hours))
            }
            ast::WindowKind::Within(length, from) => self.within(env, length, from)?,
        };
        Some(Window { kind, by, span })
    }

    fn window_date(&mut self, env: &Env<'_>, by: &ast::Expr) -> Option<Expr> {
        let found = self.expr(env, by)?;
        if matches!(found.typed.ty, Type::Date | Type::Instant) {
            return Some(found);
        }
        self.fit(found, &Type::Date)
    }

    fn between(
        &mut self,
        from: Option<&ast::Expr>,
        to: Option<&ast::Expr>,
        until: Option<&ast::Expr>,
        span: Span,
    ) -> Option<WindowKind> {
        let start = match from {
            Some(from) => Some(self.local(from)?),
            None => None,
        };
        let end = match (to, until) {
            (Some(to), _) => Some(self.last_day(to)?),
            (None, Some(until)) => Some(self.local(until)?),
            (None, None) => None,
        };
        if let (Some(start), Some(end)) = (start, end)
            && end <= start
        {
            self.report(messages::window_reversed(span));
            return None;
        }
        self.inside_version(start, end, span)?;
        Some(WindowKind::Between(start, end))
    }

    /// `to` takes a date, included: the window ends at the next midnight.
    fn last_day(&mut self, to: &ast::Expr) -> Option<NaiveDateTime> {
        let found = self.expr(&Env::constant(None), to)?;
        match found.node {
            Node::Constant(Value::Date(date)) => {
                date.checked_add_days(Days::new(1)).map(|day| day.and_time(NaiveTime::MIN))
            }
            Node::Constant(Value::Instant(at)) => {
                self.report(messages::to_with_time(to.span, at));
                None
            }
            _ => {
                self.report(messages::not_a_fixed_date(to.span));
                None
            }
        }
    }

    /// A window that lies outside the version's life can never occur.
    fn inside_version(&mut self, start: Option<NaiveDateTime>, end: Option<NaiveDateTime>, span: Span) -> Option<()> {
        let (first, last) = (self.policy.effective_from, self.policy.effective_until);
        let before = end.is_some_and(|end| end <= first);
        let after = matches!((start, last), (Some(start), Some(last)) if start >= last);
        if before || after {
            self.report(messages::window_outside_version(span));
            return None;
        }
        Some(())
    }

    fn hours(&mut self, (from, until): &(ast::Expr, ast::Expr)) -> Option<(NaiveTime, NaiveTime)> {
        let start = self.time(from);
        let end = self.time(until);
        let (start, end) = (start?, end?);
        if start == end {
            self.report(messages::hours_empty(from.span.to(until.span)));
            return None;
        }
        Some((start, end))
    }

    pub(crate) fn time(&mut self, expr: &ast::Expr) -> Option<NaiveTime> {
        if let ExprKind::Time(time) = &expr.kind {
            return Some(*time);
        }
        match self.constant_value(expr, &Type::Time)? {
            Value::Time(time) => Some(time),
            _ => None,
        }
    }

    pub(crate) fn every(&mut self, env: &Env<'_>, day: &EveryDay, span: Span) -> Option<DayPattern> {
        Some(match day {
            EveryDay::Weekday(day) => DayPattern::Weekday(*day),
            EveryDay::NthWeekday(n, day) => {
                if !(*n == -1 || (1..=5).contains(n)) {
                    self.report(messages::no_such_day(span));
                    return None;
                }
                DayPattern::NthWeekday(*n, *day)
            }
            EveryDay::DayOfMonth(day) => {
                if !(*day == -1 || (1..=31).contains(day)) {
                    self.report(messages::no_such_day(span));
                    return None;
                }
                DayPattern::DayOfMonth(*day)
            }
            EveryDay::WorkingDay(n, calendar) => {
                if n.is_some_and(|n| !(n == -1 || (1..=23).contains(&n))) {
                    self.report(messages::no_such_day(span));
                    return None;
                }
                DayPattern::WorkingDay(*n, self.calendar_named(calendar.as_ref(), span)?)
            }
            EveryDay::Holiday(calendar) => DayPattern::Holiday(self.calendar_named(calendar.as_ref(), span)?),
            EveryDay::Matching(expr) => self.matching(env, expr)?,
        })
    }

    fn matching(&mut self, env: &Env<'_>, expr: &ast::Expr) -> Option<DayPattern> {
        if let ExprKind::Of { what, of, .. } = &expr.kind {
            if what.text == "anniversary" {
                return self.expr_as(env, of, &Type::Date).map(DayPattern::Anniversary);
            }
            if what.text == "month" {
                return self.expr_as(env, of, &Type::Date).map(DayPattern::SameMonth);
            }
        }
        self.expr_as(env, expr, &Type::Date).map(DayPattern::SameMonth)
    }

    fn within(&mut self, env: &Env<'_>, length: &ast::Expr, from: &ast::Expr) -> Option<WindowKind> {
        let length = self.expr(env, length)?;
        if !matches!(length.typed.ty, Type::Days | Type::Term | Type::Minutes) {
            let shown = self.show(&length.typed.ty);
            self.report(messages::not_a_length(length.span, &shown));
            return None;
        }
        let from = self.window_date(env, from)?;
        Some(WindowKind::Within(length, from))
    }
}

/// The first and last day that a window's bounds leave, for tests of overlap.
pub(crate) fn interval(window: &Window) -> Option<(Option<NaiveDateTime>, Option<NaiveDateTime>)> {
    match (&window.kind, &window.by) {
        (WindowKind::Between(start, end), None) => Some((*start, *end)),
        _ => None,
    }
}
