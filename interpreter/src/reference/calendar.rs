//! Calendars of holidays and working days. A date that a calendar does not cover is an error that names both.

use super::frame::Eval;
use super::time::{add_days, last_of_month};
use crate::event::scalar::bad;
use chrono::{Datelike, NaiveDate};
use earnest_dsl::policy::{Calendar, CalendarId, Policy};
use earnest_dsl::syntax::ast::Weekday;

/// The programme's weekday of a date.
pub(crate) fn weekday(date: NaiveDate) -> Weekday {
    match date.weekday() {
        chrono::Weekday::Mon => Weekday::Mon,
        chrono::Weekday::Tue => Weekday::Tue,
        chrono::Weekday::Wed => Weekday::Wed,
        chrono::Weekday::Thu => Weekday::Thu,
        chrono::Weekday::Fri => Weekday::Fri,
        chrono::Weekday::Sat => Weekday::Sat,
        chrono::Weekday::Sun => Weekday::Sun,
    }
}

fn covered(policy: &Policy, id: CalendarId, date: NaiveDate) -> Eval<&Calendar> {
    let Some(calendar) = policy.calendar(id) else { return Err(bad("calendar", "it is not declared")) };
    if calendar.from <= date && date <= calendar.to {
        return Ok(calendar);
    }
    Err(bad(
        &format!("calendar {}", calendar.title.name),
        format!(
            "it covers {} to {} and says nothing about {date}; use a library that covers it",
            calendar.from, calendar.to
        ),
    ))
}

/// Whether a date is a public holiday.
pub(crate) fn is_holiday(policy: &Policy, id: CalendarId, date: NaiveDate) -> Eval<bool> {
    Ok(covered(policy, id, date)?.holidays.contains(&date))
}

/// Whether a date is a working day.
pub(crate) fn is_working_day(policy: &Policy, id: CalendarId, date: NaiveDate) -> Eval<bool> {
    let calendar = covered(policy, id, date)?;
    let free = calendar.holidays.contains(&date) || calendar.rest.contains(&weekday(date));
    Ok(calendar.workdays.contains(&date) || !free)
}

/// Whether a date is the n-th working day of its month; -1 is the last.
pub(crate) fn is_nth_working_day(policy: &Policy, id: CalendarId, date: NaiveDate, n: i8) -> Eval<bool> {
    if !is_working_day(policy, id, date)? {
        return Ok(false);
    }
    let out = || bad("at", "a date out of the range of dates");
    let (mut day, end) = if n < 0 {
        (add_days(date, 1).ok_or_else(out)?, last_of_month(date).ok_or_else(out)?)
    } else {
        (date.with_day(1).ok_or_else(out)?, date)
    };
    let mut count = 0_i8;
    while day <= end {
        if is_working_day(policy, id, day)? {
            count = count.saturating_add(1);
        }
        day = add_days(day, 1).ok_or_else(out)?;
    }
    Ok(if n < 0 { count == 0 } else { count == n })
}

/// The n-th working day after a date.
pub(crate) fn working_days_after(policy: &Policy, id: CalendarId, from: NaiveDate, n: i64) -> Eval<NaiveDate> {
    let mut day = from;
    let mut left = n;
    while left > 0 {
        day = add_days(day, 1).ok_or_else(|| bad("at", "a date out of the range of dates"))?;
        if is_working_day(policy, id, day)? {
            left -= 1;
        }
    }
    Ok(day)
}
