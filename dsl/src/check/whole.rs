//! `over whole periods`: a level rule in a window counts every event of each period that has a day in the window.

use super::Checker;
use super::messages;
use crate::policy::{Node, Rule, RuleBody, ScopePeriod, WindowKind};
use crate::source::Span;
use crate::syntax::ast::PeriodUnit;
use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime, NaiveTime};

impl Checker<'_> {
    /// Widens the windows of a level rule to the periods that it keeps.
    pub(crate) fn over_whole_periods(&mut self, rule: &mut Rule, span: Span) {
        let RuleBody::Level { scope, line, condition, .. } = &rule.body else { return };
        let unit = match &scope.period {
            ScopePeriod::Calendar(unit, _) if *unit != PeriodUnit::Statement => Some(*unit),
            _ => None,
        };
        let dates = |kind: &WindowKind| matches!(kind, WindowKind::Between(..));
        let (Some(unit), true) = (unit, rule.windows.iter().all(|window| dates(&window.kind))) else {
            self.report(messages::whole_periods_of_what(span));
            return;
        };
        let mut narrow = None;
        for expr in std::iter::once(&line.amount).chain(&line.when).chain(condition) {
            crate::policy::expr::walk(expr, &mut |expr| {
                if let Node::Measure(id, _) | Node::MeasureOver { measure: id, .. } = &expr.node
                    && let Some(measure) = self.policy.measure(*id).filter(|one| !one.windows.is_empty())
                {
                    narrow = narrow.take().or_else(|| Some((expr.span, measure.title.clone())));
                }
            });
        }
        if let Some((place, measure)) = narrow {
            self.report(messages::whole_periods_of_part(place, &measure));
            return;
        }
        for window in &mut rule.windows {
            if let WindowKind::Between(from, until) = &mut window.kind {
                *from = from.and_then(|from| first_instant(unit, from.date()));
                *until = until.and_then(|until| {
                    let last = until.checked_sub_signed(chrono::TimeDelta::nanoseconds(1))?;
                    next_instant(unit, last.date())
                });
            }
        }
    }
}

fn first_day(unit: PeriodUnit, day: NaiveDate) -> Option<NaiveDate> {
    match unit {
        PeriodUnit::Day | PeriodUnit::Statement => Some(day),
        PeriodUnit::Week => day.checked_sub_days(Days::new(day.weekday().num_days_from_monday().into())),
        PeriodUnit::Month => day.with_day(1),
        PeriodUnit::Quarter => day.with_day(1)?.with_month0(day.month0().checked_div(3)?.checked_mul(3)?),
        PeriodUnit::Year => NaiveDate::from_ymd_opt(day.year(), 1, 1),
    }
}

fn first_instant(unit: PeriodUnit, day: NaiveDate) -> Option<NaiveDateTime> {
    first_day(unit, day).map(|day| day.and_time(NaiveTime::MIN))
}

/// The first instant after the period of a day.
fn next_instant(unit: PeriodUnit, day: NaiveDate) -> Option<NaiveDateTime> {
    let first = first_day(unit, day)?;
    let next = match unit {
        PeriodUnit::Day | PeriodUnit::Statement => first.checked_add_days(Days::new(1)),
        PeriodUnit::Week => first.checked_add_days(Days::new(7)),
        PeriodUnit::Month => first.checked_add_months(Months::new(1)),
        PeriodUnit::Quarter => first.checked_add_months(Months::new(3)),
        PeriodUnit::Year => first.checked_add_months(Months::new(12)),
    };
    next.map(|day| day.and_time(NaiveTime::MIN))
}
