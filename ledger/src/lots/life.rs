//! The last usable day of a lot, from its pool's validity and the day from which it counts.

use chrono::{Datelike, Days, Months, NaiveDate};
use earnest_dsl::policy::{Pool, Validity};
use earnest_dsl::syntax::ast::PeriodUnit;

/// A date moved by calendar months (clamped) and days.
pub(super) fn moved(date: NaiveDate, months: i64, days: i64) -> Option<NaiveDate> {
    let count = Months::new(u32::try_from(months.unsigned_abs()).ok()?);
    let date = if months >= 0 { date.checked_add_months(count) } else { date.checked_sub_months(count) }?;
    let count = Days::new(days.unsigned_abs());
    if days >= 0 { date.checked_add_days(count) } else { date.checked_sub_days(count) }
}

/// The last usable day of what is earned (or renewed) on a day. None without end, and where a table over a fact says it.
pub(super) fn last_day(pool: &Pool, from: NaiveDate) -> Option<NaiveDate> {
    let (months, days, _) = pool.usable_after;
    let start = |from_usable: bool| {
        if from_usable { moved(from, i64::from(months), days) } else { Some(from) }
    };
    let last = match &pool.validity {
        Validity::WithoutEnd | Validity::ByTable(_) => return None,
        Validity::To(day) => return Some(*day),
        Validity::After { months, days, from_usable } => moved(start(*from_usable)?, i64::from(*months), *days)?,
        Validity::ToEndOf { unit, months, days, from_usable } => {
            let day = moved(start(*from_usable)?, i64::from(*months), *days)?;
            return end_of(*unit, day);
        }
    };
    if pool.first_day_counted { moved(last, 0, -1) } else { Some(last) }
}

/// The last day of a calendar period.
pub(super) fn end_of(unit: PeriodUnit, day: NaiveDate) -> Option<NaiveDate> {
    let month = day.with_day(1)?;
    match unit {
        PeriodUnit::Day => Some(day),
        PeriodUnit::Week => moved(day, 0, i64::from(6_u32.saturating_sub(day.weekday().num_days_from_monday()))),
        PeriodUnit::Month | PeriodUnit::Statement => moved(month, 1, -1),
        PeriodUnit::Quarter => moved(month.with_month(month.month0() / 3 * 3 + 1)?, 3, -1),
        PeriodUnit::Year => NaiveDate::from_ymd_opt(day.year(), 12, 31),
    }
}
