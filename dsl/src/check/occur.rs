//! Windows that can never hold together: date ranges that do not meet, and days of a pattern of which none lies in the range.
//! "Never" is said only when every day has been looked at.

use super::Checker;
use super::messages;
use super::window::interval;
use crate::policy::{DayPattern, Window, WindowKind};
use crate::syntax::ast::Weekday;
use chrono::{Datelike as _, NaiveDate, NaiveDateTime, TimeDelta};

/// Days looked at where no range bounds a pattern: in twelve years every meeting of weekday and day of month has come.
const YEARS_DAYS: i64 = 12 * 366;

impl Checker<'_> {
    /// All windows of a rule must hold at once for some day.
    pub(crate) fn check_windows_meet(&mut self, windows: &[Window]) {
        let ranges: Vec<(&Window, NaiveDateTime, NaiveDateTime)> = windows
            .iter()
            .filter_map(|window| {
                let (start, end) = interval(window)?;
                Some((window, start.unwrap_or(NaiveDateTime::MIN), end.unwrap_or(NaiveDateTime::MAX)))
            })
            .collect();
        for (at, (one, start, end)) in ranges.iter().enumerate() {
            for (other, other_start, other_end) in ranges.iter().skip(at.saturating_add(1)) {
                if end <= other_start || other_end <= start {
                    self.report(messages::windows_never_meet(one.span, other.span));
                    return;
                }
            }
        }
        let patterns: Vec<(&Window, &[DayPattern])> = windows
            .iter()
            .filter_map(|window| match (&window.kind, &window.by) {
                (WindowKind::Days(days, _), None) => Some((window, days.as_slice())),
                _ => None,
            })
            .collect();
        let range = ranges.iter().max_by_key(|(_, start, _)| *start);
        let end = ranges.iter().map(|(_, _, end)| *end).min();
        if let Some((one, other)) =
            self.days_never_meet(&patterns, range.map(|(window, start, _)| (*window, *start)), end)
        {
            self.report(messages::windows_never_meet(one.span, other.span));
        }
    }

    /// A pattern and the range, or two patterns, that have no day in common.
    fn days_never_meet<'w>(
        &self,
        patterns: &[(&'w Window, &[DayPattern])],
        range: Option<(&'w Window, NaiveDateTime)>,
        end: Option<NaiveDateTime>,
    ) -> Option<(&'w Window, &'w Window)> {
        let bounded =
            range.filter(|(_, start)| *start != NaiveDateTime::MIN).zip(end.filter(|end| *end != NaiveDateTime::MAX));
        if let Some(((window, start), end)) = bounded {
            let last = end.checked_sub_signed(TimeDelta::nanoseconds(1))?.date();
            let days = || start.date().iter_days().take_while(move |day| *day <= last);
            for (pattern, days_of) in patterns {
                if !days().any(|day| self.falls_on(days_of, day)) {
                    return Some((pattern, window));
                }
            }
        }
        let [(one, _), .., (other, _)] = patterns else { return None };
        let first = bounded.map_or(self.policy.effective_from, |((_, start), _)| start).date();
        let first = if first == NaiveDate::MIN { NaiveDate::from_ymd_opt(2024, 1, 1)? } else { first };
        let last = match bounded {
            Some((_, end)) => end.checked_sub_signed(TimeDelta::nanoseconds(1))?.date(),
            None => first.checked_add_signed(TimeDelta::days(YEARS_DAYS))?,
        };
        let together = |day: NaiveDate| patterns.iter().all(|(_, days)| self.falls_on(days, day));
        let meet = first.iter_days().take_while(|day| *day <= last).any(together);
        (!meet).then_some((*one, *other))
    }

    /// Whether a day may be one of these; a day that depends on the customer always may.
    fn falls_on(&self, days: &[DayPattern], day: NaiveDate) -> bool {
        days.iter().any(|pattern| match pattern {
            DayPattern::Any | DayPattern::SameMonth(_) | DayPattern::Anniversary(_) => true,
            DayPattern::Weekday(wanted) => weekday(day) == *wanted,
            DayPattern::NthWeekday(n, wanted) => {
                weekday(day) == *wanted && (*n == nth_of_month(day) || (*n == -1 && last_week_of_month(day)))
            }
            DayPattern::DayOfMonth(-1) => day.succ_opt().is_none_or(|next| next.month() != day.month()),
            DayPattern::DayOfMonth(n) => i8::try_from(day.day()).is_ok_and(|own| own == *n),
            DayPattern::Holiday(calendar) => self
                .policy
                .calendar(*calendar)
                .is_none_or(|one| day < one.from || day > one.to || one.holidays.contains(&day)),
            // Which working day of the month it is does not matter here: some month has it.
            DayPattern::WorkingDay(n, calendar) => self.policy.calendar(*calendar).is_none_or(|one| {
                let works =
                    one.workdays.contains(&day) || (!one.holidays.contains(&day) && !one.rest.contains(&weekday(day)));
                n.is_some() || day < one.from || day > one.to || works
            }),
        })
    }
}

fn weekday(day: NaiveDate) -> Weekday {
    match day.weekday() {
        chrono::Weekday::Mon => Weekday::Mon,
        chrono::Weekday::Tue => Weekday::Tue,
        chrono::Weekday::Wed => Weekday::Wed,
        chrono::Weekday::Thu => Weekday::Thu,
        chrono::Weekday::Fri => Weekday::Fri,
        chrono::Weekday::Sat => Weekday::Sat,
        chrono::Weekday::Sun => Weekday::Sun,
    }
}

/// The how-manieth such weekday of its month a day is, from 1.
fn nth_of_month(day: NaiveDate) -> i8 {
    i8::try_from(day.day0().checked_div(7).unwrap_or(0)).unwrap_or(0).saturating_add(1)
}

fn last_week_of_month(day: NaiveDate) -> bool {
    day.checked_add_signed(TimeDelta::days(7)).is_none_or(|next| next.month() != day.month())
}
