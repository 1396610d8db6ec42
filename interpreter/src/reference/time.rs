//! Local dates: months that clamp, calendar periods.

pub(crate) use crate::zone::Zone;
use chrono::{Datelike, Days, Months, NaiveDate, Weekday};
use earnest_dsl::syntax::ast::PeriodUnit;

/// A date moved by calendar months; where the month lacks the day, its last day.
pub(crate) fn add_months(date: NaiveDate, months: i64) -> Option<NaiveDate> {
    let count = u32::try_from(months.unsigned_abs()).ok().map(Months::new)?;
    if months >= 0 { date.checked_add_months(count) } else { date.checked_sub_months(count) }
}

/// A date moved by days.
pub(crate) fn add_days(date: NaiveDate, days: i64) -> Option<NaiveDate> {
    let count = Days::new(days.unsigned_abs());
    if days >= 0 { date.checked_add_days(count) } else { date.checked_sub_days(count) }
}

/// The last day of the date's month.
pub(crate) fn last_of_month(date: NaiveDate) -> Option<NaiveDate> {
    add_days(add_months(date.with_day(1)?, 1)?, -1)
}

/// The day of a month, clamped to its last.
pub(crate) fn day_of_month(month: NaiveDate, day: u32) -> Option<NaiveDate> {
    month.with_day(day).or_else(|| last_of_month(month))
}

/// Whole days from one date to another.
pub(crate) fn days_between(from: NaiveDate, to: NaiveDate) -> i64 {
    to.signed_duration_since(from).num_days()
}

/// A stretch of local days: a calendar period, or one counted from a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Period {
    /// First day.
    pub first: NaiveDate,
    /// Last day, included.
    pub last: NaiveDate,
}

/// The calendar period of a date. A statement month ends on `statement_day`, clamped, that day included.
pub(crate) fn period(unit: PeriodUnit, date: NaiveDate, statement_day: Option<u32>) -> Option<Period> {
    Some(match unit {
        PeriodUnit::Day => Period { first: date, last: date },
        PeriodUnit::Week => {
            let first = add_days(date, -i64::from(date.weekday().num_days_from_monday()))?;
            Period { first, last: add_days(first, 6)? }
        }
        PeriodUnit::Month => Period { first: date.with_day(1)?, last: last_of_month(date)? },
        PeriodUnit::Quarter => {
            let first = date.with_day(1)?.with_month(date.month0() / 3 * 3 + 1)?;
            Period { first, last: last_of_month(add_months(first, 2)?)? }
        }
        PeriodUnit::Year => Period {
            first: NaiveDate::from_ymd_opt(date.year(), 1, 1)?,
            last: NaiveDate::from_ymd_opt(date.year(), 12, 31)?,
        },
        PeriodUnit::Statement => {
            let day = statement_day?;
            let month = date.with_day(1)?;
            let end = day_of_month(month, day)?;
            if date <= end {
                let before = day_of_month(add_months(month, -1)?, day)?;
                Period { first: add_days(before, 1)?, last: end }
            } else {
                Period { first: add_days(end, 1)?, last: day_of_month(add_months(month, 1)?, day)? }
            }
        }
    })
}

/// Period k of `months` from a date: it starts at the date + k x months, clamped from the date itself.
pub(crate) fn months_period(months: i32, from: NaiveDate, date: NaiveDate) -> Option<Period> {
    let length = i64::from(months);
    let apart =
        (i64::from(date.year()) - i64::from(from.year())) * 12 + i64::from(date.month0()) - i64::from(from.month0());
    let mut index = apart.checked_div_euclid(length)?;
    let start = |index: i64| add_months(from, index.checked_mul(length)?);
    while start(index)? > date {
        index -= 1;
    }
    while start(index + 1)? <= date {
        index += 1;
    }
    Some(Period { first: start(index)?, last: add_days(start(index + 1)?, -1)? })
}

/// The text of a period: `2024-10-05`, `2024-W40`, `2024-10`, `2024-Q4`, `2024`, and the last day of a statement month.
pub(crate) fn period_text(unit: PeriodUnit, period: &Period) -> String {
    let first = period.first;
    match unit {
        PeriodUnit::Day => first.format("%Y-%m-%d").to_string(),
        PeriodUnit::Week => {
            let week = first.iso_week();
            format!("{:04}-W{:02}", week.year(), week.week())
        }
        PeriodUnit::Month => first.format("%Y-%m").to_string(),
        PeriodUnit::Quarter => format!("{:04}-Q{}", first.year(), first.month0() / 3 + 1),
        PeriodUnit::Year => format!("{:04}", first.year()),
        PeriodUnit::Statement => format!("to-{}", period.last.format("%Y-%m-%d")),
    }
}

/// The first day of a period in its text form; of a statement month its last day is written, `2024-10-25`.
pub(crate) fn period_of_text(unit: PeriodUnit, text: &str) -> Option<NaiveDate> {
    let date = |text: &str| (text.len() == 10).then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()).flatten();
    let number = |text: Option<&str>, length: usize| {
        text.filter(|text| text.len() == length).and_then(|text| text.parse::<u32>().ok())
    };
    let year = |text: &str| number(text.get(..4), 4).and_then(|year| i32::try_from(year).ok());
    match unit {
        PeriodUnit::Day | PeriodUnit::Statement => date(text.strip_prefix("to-").unwrap_or(text)),
        PeriodUnit::Week => {
            let week = number(text.get(6..), 2)?;
            (text.get(4..6)? == "-W").then(|| NaiveDate::from_isoywd_opt(year(text)?, week, Weekday::Mon)).flatten()
        }
        PeriodUnit::Month => {
            let month = number(text.get(5..), 2)?;
            (text.get(4..5)? == "-").then(|| NaiveDate::from_ymd_opt(year(text)?, month, 1)).flatten()
        }
        PeriodUnit::Quarter => {
            let quarter = number(text.get(6..), 1)?;
            let known = text.get(4..6)? == "-Q" && (1..=4).contains(&quarter);
            known.then(|| NaiveDate::from_ymd_opt(year(text)?, quarter * 3 - 2, 1)).flatten()
        }
        PeriodUnit::Year => (text.len() == 4).then(|| NaiveDate::from_ymd_opt(year(text)?, 1, 1)).flatten(),
    }
}

/// Whether a day is the anniversary of a date of an earlier year. 29 February has its day on 28 February of common years, or on 1 March.
pub(crate) fn is_anniversary(day: NaiveDate, of: NaiveDate, leap_day_march: bool) -> bool {
    if day <= of || day.year() == of.year() {
        return false;
    }
    let due = match NaiveDate::from_ymd_opt(day.year(), of.month(), of.day()) {
        Some(due) => Some(due),
        None if leap_day_march => NaiveDate::from_ymd_opt(day.year(), 3, 1),
        None => NaiveDate::from_ymd_opt(day.year(), 2, 28),
    };
    due == Some(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn months_clamp_to_the_last_day() {
        assert_eq!(add_months(day("2024-02-29"), 36), Some(day("2027-02-28")));
        assert_eq!(add_months(day("2025-05-31"), -3), Some(day("2025-02-28")));
    }

    #[test]
    fn a_statement_month_ends_on_its_day_that_day_included() {
        let of = |date| period(PeriodUnit::Statement, day(date), Some(31)).unwrap();
        assert_eq!(of("2024-02-29"), Period { first: day("2024-02-01"), last: day("2024-02-29") });
        assert_eq!(of("2024-03-01"), Period { first: day("2024-03-01"), last: day("2024-03-31") });
        let of = |date| period(PeriodUnit::Statement, day(date), Some(25)).unwrap();
        assert_eq!(of("2024-10-25").last, day("2024-10-25"));
        assert_eq!(of("2024-10-26"), Period { first: day("2024-10-26"), last: day("2024-11-25") });
    }

    #[test]
    fn periods_from_a_date_clamp_from_the_date_itself() {
        let from = day("2023-08-31");
        assert_eq!(
            months_period(6, from, day("2024-02-28")).unwrap(),
            Period { first: day("2023-08-31"), last: day("2024-02-28") }
        );
        assert_eq!(
            months_period(6, from, day("2024-02-29")).unwrap(),
            Period { first: day("2024-02-29"), last: day("2024-08-30") }
        );
        assert_eq!(months_period(6, from, day("2023-08-30")).unwrap().last, day("2023-08-30"));
    }

    #[test]
    fn text_of_periods_reads_back() {
        for (unit, date) in [
            (PeriodUnit::Day, "2024-10-05"),
            (PeriodUnit::Week, "2024-12-31"),
            (PeriodUnit::Month, "2024-10-05"),
            (PeriodUnit::Quarter, "2024-10-05"),
            (PeriodUnit::Year, "2024-10-05"),
        ] {
            let period = period(unit, day(date), None).unwrap();
            assert_eq!(period_of_text(unit, &period_text(unit, &period)), Some(period.first), "{unit:?}");
        }
    }

    #[test]
    fn the_day_after_a_fold_and_a_gap() {
        let zone = Zone::named("Europe/Berlin").unwrap();
        let at = |text: &str| zone.instant(text.parse().unwrap()).to_rfc3339();
        // 27 October 2024 has 02:30 twice: the first is meant; 31 March has no 02:30.
        assert_eq!(at("2024-10-27T02:30:00"), "2024-10-27T00:30:00+00:00");
        assert_eq!(at("2024-03-31T02:30:00"), "2024-03-31T01:30:00+00:00");
    }

    #[test]
    fn a_leap_birthday_has_a_day_every_year() {
        let born = day("1996-02-29");
        assert!(is_anniversary(day("2023-02-28"), born, false));
        assert!(!is_anniversary(day("2023-03-01"), born, false));
        assert!(is_anniversary(day("2023-03-01"), born, true));
        assert!(!is_anniversary(day("2024-02-28"), born, false));
        assert!(is_anniversary(day("2024-02-29"), born, false));
        assert!(!is_anniversary(born, born, false));
    }
}
