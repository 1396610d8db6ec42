//! Windows: local dates and wall time of the programme's zone. Dates include both ends, times and instants exclude the end.

use super::calendar::{is_holiday, is_nth_working_day, is_working_day, weekday};
use super::expr::{date, eval, number, whole};
use super::frame::{Env, Eval};
use super::time::{add_days, add_months, is_anniversary, last_of_month};
use super::value::Val;
use crate::event::scalar::bad;
use crate::watch::Seen;
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use earnest_dsl::policy::{DayPattern, Expr, Type, Window, WindowKind};

/// Whether a window holds; `by` is the date that it looks at where it names none (`at` where that is none either).
pub(crate) fn holds(env: &Env<'_>, window: &Window, by: Option<&Expr>) -> Eval<bool> {
    let looked_at = match window.by.as_ref().or(by) {
        None => {
            let (local, instant) = env.at();
            Some(Val::Instant(local, instant))
        }
        Some(by) => eval(env, by)?,
    };
    let Some(looked_at) = looked_at else { return Ok(false) };
    let local = match &looked_at {
        Val::Instant(local, _) => *local,
        other => match other.as_date() {
            Some(date) => date.and_time(NaiveTime::MIN),
            None => return Ok(false),
        },
    };
    let mut bounds = None;
    let held = match &window.kind {
        WindowKind::Between(from, until) => {
            from.is_none_or(|from| from <= local) && until.is_none_or(|until| local < until)
        }
        WindowKind::Days(patterns, hours) => days(env, patterns, *hours, local)?,
        WindowKind::Within(length, from) => {
            let found = within(env, length, from, &looked_at)?;
            bounds = found.bounds;
            found.held
        }
    };
    env.see(|| Seen::Window { window, at: local, held, within: bounds });
    Ok(held)
}

/// What a window within a length of time came to, and the local instants between which it lies.
#[derive(Default)]
struct Within {
    held: bool,
    bounds: Option<(NaiveDateTime, NaiveDateTime)>,
}

fn days(
    env: &Env<'_>,
    patterns: &[DayPattern],
    hours: Option<(NaiveTime, NaiveTime)>,
    local: NaiveDateTime,
) -> Eval<bool> {
    let (today, time) = (local.date(), local.time());
    match hours {
        None => any_day(env, patterns, today),
        Some((from, until)) if from < until => Ok(from <= time && time < until && any_day(env, patterns, today)?),
        // Hours that cross midnight belong to the day on which they start.
        Some((from, _)) if time >= from => any_day(env, patterns, today),
        Some((_, until)) if time < until => match add_days(today, -1) {
            Some(yesterday) => any_day(env, patterns, yesterday),
            None => Ok(false),
        },
        Some(_) => Ok(false),
    }
}

fn any_day(env: &Env<'_>, patterns: &[DayPattern], day: NaiveDate) -> Eval<bool> {
    for pattern in patterns {
        if is_day(env, pattern, day)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a day is one of a pattern.
pub(crate) fn is_day(env: &Env<'_>, pattern: &DayPattern, day: NaiveDate) -> Eval<bool> {
    let policy = env.policy();
    let last = || last_of_month(day).unwrap_or(day);
    Ok(match pattern {
        DayPattern::Any => true,
        DayPattern::Weekday(wanted) => weekday(day) == *wanted,
        DayPattern::NthWeekday(n, wanted) => {
            let from_start = day.day0() / 7 + 1;
            let is_last = last().day() - day.day() < 7;
            weekday(day) == *wanted && if *n < 0 { is_last } else { u32::try_from(*n) == Ok(from_start) }
        }
        DayPattern::DayOfMonth(n) if *n < 0 => day == last(),
        DayPattern::DayOfMonth(n) => u32::try_from(*n) == Ok(day.day()),
        DayPattern::WorkingDay(None, calendar) => is_working_day(policy, *calendar, day)?,
        DayPattern::WorkingDay(Some(n), calendar) => is_nth_working_day(policy, *calendar, day, *n)?,
        DayPattern::Holiday(calendar) => is_holiday(policy, *calendar, day)?,
        DayPattern::SameMonth(of) => date(env, of)?.is_some_and(|of| of.month() == day.month()),
        DayPattern::Anniversary(of) => date(env, of)?.is_some_and(|of| is_anniversary(day, of, policy.leap_day_march)),
    })
}

/// Days and months: local dates, both ends included. Minutes: between instants, the end excluded.
fn within(env: &Env<'_>, length: &Expr, from: &Expr, looked_at: &Val) -> Eval<Within> {
    let (Some(start), Some(count)) = (eval(env, from)?, number(env, length)?.and_then(whole)) else {
        return Ok(Within::default());
    };
    let out = || bad("at", "a date out of the range of dates");
    if length.typed.ty == Type::Minutes {
        let instant = |value: &Val| match value {
            Val::Instant(_, instant) => Some(*instant),
            other => other.as_date().map(|date| env.frame.zone.instant(date.and_time(NaiveTime::MIN))),
        };
        let (Some(start), Some(now)) = (instant(&start), instant(looked_at)) else { return Ok(Within::default()) };
        let end = TimeDelta::try_minutes(count).and_then(|length| start.checked_add_signed(length)).ok_or_else(out)?;
        let bounds = env.frame.zone.local(start).zip(env.frame.zone.local(end));
        return Ok(Within { held: start <= now && now < end, bounds });
    }
    let (Some(start), Some(now)) = (start.as_date(), looked_at.as_date()) else { return Ok(Within::default()) };
    let end = match length.typed.ty {
        Type::Term => add_months(start, count),
        _ => add_days(start, count),
    };
    let end = end.ok_or_else(out)?;
    let bounds = add_days(end, 1).map(|after| (start.and_time(NaiveTime::MIN), after.and_time(NaiveTime::MIN)));
    Ok(Within { held: start <= now && now <= end, bounds })
}
