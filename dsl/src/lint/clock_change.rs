//! W0114: a window with an edge in an hour that a change of clocks leaves out or repeats.
//!
//! Windows compare local wall time. In the night in which clocks go forward the hour is missing: a window inside it does not
//! open. When they go back the hour comes twice: the window opens, closes, and opens again.

use super::context::Context;
use super::found::Found;
use crate::diagnostic::Diagnostic;
use crate::policy::{DayPattern, Policy, Rule, Window, WindowKind};
use crate::prove::told::told;
use crate::say;
use crate::source::{FileId, Span};
use crate::syntax::ast::Weekday;
use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone};
use chrono_tz::Tz;
use std::collections::BTreeMap;
use std::str::FromStr;

/// Days looked at from the version's first day on: ten years of changes of clocks.
const DAYS: u64 = 3_660;

/// A change of clocks: wall times from the first (included) to the second (excluded) are left out or come twice.
#[derive(Debug, Clone, Copy)]
struct Change {
    from: NaiveDateTime,
    until: NaiveDateTime,
    /// Left out; else repeated.
    skipped: bool,
}

pub(super) fn find(context: &Context<'_>) -> Vec<Found> {
    let policy = context.policy;
    let windows = windows(policy);
    if windows.is_empty() {
        return vec![];
    }
    let changes = changes(policy);
    windows
        .values()
        .filter_map(|(rule, window)| {
            let (change, edge) = changes.iter().find_map(|change| Some((*change, touched(rule, window, change)?)))?;
            Some(touching(policy, window, change, edge))
        })
        .collect()
}

/// Windows of rules by place, each once: those of a campaign are in all its rules.
fn windows(policy: &Policy) -> BTreeMap<(FileId, u32, u32), (&Rule, &Window)> {
    let all = policy.rules.iter().flat_map(|rule| rule.windows.iter().map(move |window| (rule, window)));
    let timed = all.filter(|(_, window)| match &window.kind {
        WindowKind::Between(from, until) => from.iter().chain(until).any(|edge| edge.time() != NaiveTime::MIN),
        WindowKind::Days(_, hours) => hours.is_some(),
        WindowKind::Within(..) => false,
    });
    timed.filter(|(_, window)| window.by.is_none()).map(|(rule, window)| (window.span.key(), (rule, window))).collect()
}

/// The changes of clocks in the version's life.
fn changes(policy: &Policy) -> Vec<Change> {
    let Ok(zone) = Tz::from_str(&policy.timezone) else { return vec![] };
    let first = policy.effective_from.date();
    let offset = |day: NaiveDate| {
        let noon = zone.from_utc_datetime(&day.and_time(NaiveTime::MIN).checked_add_signed(TimeDelta::hours(12))?);
        Some(noon.offset().fix().local_minus_utc())
    };
    let mut found = Vec::new();
    let mut before = offset(first);
    for day in (1..=DAYS).filter_map(|days| first.checked_add_days(Days::new(days))) {
        if policy.effective_until.is_some_and(|until| until.date() < day) {
            break;
        }
        let now = offset(day);
        if let (Some(was), Some(is)) = (before, now)
            && was != is
            && let Some(change) = change_near(&zone, day, was, is)
        {
            found.push(change);
        }
        before = now;
    }
    found
}

/// The change between noon of the day before and noon of a day (UTC), to the minute.
fn change_near(zone: &Tz, day: NaiveDate, was: i32, is: i32) -> Option<Change> {
    let start = day.pred_opt()?.and_time(NaiveTime::MIN).checked_add_signed(TimeDelta::hours(12))?;
    let minutes = (0..=1_440_i64).find(|minutes| {
        let at = start.checked_add_signed(TimeDelta::minutes(*minutes));
        at.is_some_and(|at| zone.from_utc_datetime(&at).offset().fix().local_minus_utc() == is)
    })?;
    let at = start.checked_add_signed(TimeDelta::minutes(minutes))?;
    let local = |offset: i32| at.checked_add_signed(TimeDelta::seconds(i64::from(offset)));
    let (old, new) = (local(was)?, local(is)?);
    Some(Change { from: old.min(new), until: old.max(new), skipped: old < new })
}

/// The edge of a window that lies in the hour of a change.
fn touched(rule: &Rule, window: &Window, change: &Change) -> Option<NaiveDateTime> {
    // An edge at the beginning of the hour of a change divides nothing.
    let inside = |edge: NaiveDateTime| change.from < edge && edge < change.until;
    let reached = |at: NaiveDateTime| {
        rule.windows.iter().all(|other| match &other.kind {
            WindowKind::Between(from, until) => {
                from.is_none_or(|from| from.date() <= at.date()) && until.is_none_or(|until| at <= until)
            }
            _ => true,
        })
    };
    match &window.kind {
        WindowKind::Between(from, until) => from.iter().chain(until).copied().find(|edge| inside(*edge)),
        WindowKind::Days(days, Some((from, until))) => {
            let day = change.from.date();
            // Hours across midnight belong to the day on which they start.
            let before = if from >= until { day.pred_opt()? } else { day };
            let first = Some(day.and_time(*from)).filter(|edge| inside(*edge) && on(days, day));
            let last = Some(day.and_time(*until)).filter(|edge| inside(*edge) && on(days, before));
            // Nothing but the missing hour: the window does not open at all.
            let whole = change.skipped
                && day.and_time(*from) >= change.from
                && day.and_time(*until) <= change.until
                && from < until
                && on(days, day);
            first.or(last).or(whole.then(|| day.and_time(*from))).filter(|edge| reached(*edge))
        }
        WindowKind::Days(_, None) | WindowKind::Within(..) => None,
    }
}

/// Whether a day may be one of these; days that depend on a calendar or on the customer may.
fn on(days: &[DayPattern], day: NaiveDate) -> bool {
    days.iter().any(|one| match one {
        DayPattern::Weekday(weekday) => weekday_of(day) == *weekday,
        DayPattern::DayOfMonth(number) if *number > 0 => u32::try_from(*number).is_ok_and(|number| number == day.day()),
        _ => true,
    })
}

fn weekday_of(day: NaiveDate) -> Weekday {
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

fn touching(policy: &Policy, window: &Window, change: Change, edge: NaiveDateTime) -> Found {
    let place: Span = window.span;
    Found::plain(
        Diagnostic::warning(
            "W0114",
            told(policy, |words| {
                let (day, time) = (words.date(change.from.date()), words.time(edge.time()));
                match change.skipped {
                    true => say!(
                        words.language,
                        "on {day} there is no {time}: clocks go forward over it",
                        "{day}没有{time}：时钟在此拨快"
                    ),
                    false => say!(
                        words.language,
                        "on {day} {time} comes twice: clocks go back over it",
                        "{day}的{time}出现两次：时钟在此拨慢"
                    ),
                }
            }),
            place,
            told(policy, |words| {
                let (from, until) = (words.time(change.from.time()), words.time(change.until.time()));
                match change.skipped {
                    true => say!(
                        words.language,
                        "{from} to {until} is left out in {}",
                        "{}当天缺少{from}至{until}",
                        policy.timezone
                    ),
                    false => say!(
                        words.language,
                        "{from} to {until} is repeated in {}: the window opens twice",
                        "{}当天{from}至{until}重复：窗口会打开两次",
                        policy.timezone
                    ),
                }
            }),
        )
        .help(told(policy, |words| {
            let (from, until) = (words.time(change.from.time()), words.time(change.until.time()));
            say!(
                words.language,
                "let the window begin and end outside of that hour: at {from} or before, at {until} or later",
                "请让窗口在这一小时之外开始和结束：不晚于{from}，或不早于{until}"
            )
        })),
    )
}

#[cfg(test)]
mod tests {
    use super::{Change, change_near};
    use chrono::NaiveDate;
    use chrono_tz::Europe;

    #[test]
    fn the_hours_of_a_change_are_found_to_the_minute() {
        let change = |month, day, was, is| {
            change_near(&Europe::Zurich, NaiveDate::from_ymd_opt(2025, month, day).unwrap(), was, is).unwrap()
        };
        let shown = |change: Change| (change.from.to_string(), change.until.to_string(), change.skipped);
        let spring = ("2025-03-30 02:00:00".to_owned(), "2025-03-30 03:00:00".to_owned(), true);
        assert_eq!(shown(change(3, 30, 3_600, 7_200)), spring);
        let autumn = ("2025-10-26 02:00:00".to_owned(), "2025-10-26 03:00:00".to_owned(), false);
        assert_eq!(shown(change(10, 26, 7_200, 3_600)), autumn);
    }
}
