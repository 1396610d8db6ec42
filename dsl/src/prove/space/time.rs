//! When an event may happen: intervals of local instants, hours, and days of patterns.

use crate::policy::{DayPattern, Policy};
use crate::syntax::ast::Weekday;
use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

/// In so many days every meeting of weekday, day of month and leap day has come.
const DAYS: u64 = 12 * 366;

/// Days of patterns, for the event's day or the day before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OnDays {
    pub patterns: Vec<DayPattern>,
    /// The day before counts: hours that began yesterday.
    pub before: bool,
    /// The day is none of these.
    pub not: bool,
}

/// When.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct When {
    /// From (included) until (excluded).
    pub intervals: Vec<(NaiveDateTime, NaiveDateTime)>,
    /// Seconds of the day, from (included) until (excluded).
    pub hours: Vec<(u32, u32)>,
    pub days: Vec<OnDays>,
}

/// Seconds of a day.
pub(crate) const DAY: u32 = 86_400;

impl When {
    pub(crate) fn always() -> Self {
        Self { intervals: vec![(NaiveDateTime::MIN, NaiveDateTime::MAX)], hours: vec![(0, DAY)], days: vec![] }
    }

    pub(crate) fn and(&self, other: &Self) -> Self {
        let mut days = self.days.clone();
        days.extend(other.days.iter().filter(|one| !self.days.contains(one)).cloned());
        Self { intervals: meet(&self.intervals, &other.intervals), hours: meet(&self.hours, &other.hours), days }
    }

    /// What is not this, as a union.
    pub(crate) fn complement(&self) -> Vec<Self> {
        let mut all = Vec::new();
        let intervals = gaps(&self.intervals, NaiveDateTime::MIN, NaiveDateTime::MAX);
        if !intervals.is_empty() {
            all.push(Self { intervals, ..Self::always() });
        }
        let hours = gaps(&self.hours, 0, DAY);
        if !hours.is_empty() {
            all.push(Self { hours, ..Self::always() });
        }
        for day in &self.days {
            let not = OnDays { not: !day.not, ..day.clone() };
            all.push(Self { days: vec![not], ..Self::always() });
        }
        all
    }

    /// The first instant, from the start of the policy's life on where nothing else says it.
    pub(crate) fn first(&self, policy: &Policy) -> Option<NaiveDateTime> {
        let start = policy.effective_from;
        let life = [(start, policy.effective_until.unwrap_or(NaiveDateTime::MAX))];
        meet(&self.intervals, &life).into_iter().find_map(|(from, until)| self.first_within(policy, from, until))
    }

    fn first_within(&self, policy: &Policy, from: NaiveDateTime, until: NaiveDateTime) -> Option<NaiveDateTime> {
        let first = from.date();
        let count = if self.days.is_empty() { 2 } else { DAYS };
        for day in 0..count {
            let day = first.checked_add_days(Days::new(day))?;
            let midnight = day.and_time(NaiveTime::MIN);
            if midnight >= until {
                return None;
            }
            if !self.days.iter().all(|days| days.holds(policy, day)) {
                continue;
            }
            for (start, end) in &self.hours {
                let at = midnight.checked_add_signed(TimeDelta::seconds(i64::from(*start)))?.max(from);
                let end = midnight.checked_add_signed(TimeDelta::seconds(i64::from(*end)))?.min(until);
                if at < end {
                    return Some(at);
                }
            }
        }
        None
    }
}

impl OnDays {
    fn holds(&self, policy: &Policy, day: NaiveDate) -> bool {
        let day = if self.before { day.pred_opt().unwrap_or(day) } else { day };
        self.patterns.iter().any(|pattern| falls_on(policy, pattern, day)) != self.not
    }
}

/// Whether patterns can be told from the date alone.
pub(crate) fn is_calendar(patterns: &[DayPattern]) -> bool {
    patterns.iter().all(|pattern| {
        !matches!(
            pattern,
            DayPattern::SameMonth(_) | DayPattern::Anniversary(_) | DayPattern::WorkingDay(..) | DayPattern::Holiday(_)
        )
    })
}

fn falls_on(policy: &Policy, pattern: &DayPattern, day: NaiveDate) -> bool {
    match pattern {
        DayPattern::Any | DayPattern::SameMonth(_) | DayPattern::Anniversary(_) => true,
        DayPattern::Weekday(wanted) => weekday(day) == *wanted,
        DayPattern::NthWeekday(n, wanted) => {
            let nth = i8::try_from(day.day0().checked_div(7).unwrap_or(0)).unwrap_or(0).saturating_add(1);
            let last = day.checked_add_days(Days::new(7)).is_none_or(|next| next.month() != day.month());
            weekday(day) == *wanted && (*n == nth || (*n == -1 && last))
        }
        DayPattern::DayOfMonth(-1) => day.succ_opt().is_none_or(|next| next.month() != day.month()),
        DayPattern::DayOfMonth(n) => i8::try_from(day.day()).is_ok_and(|own| own == *n),
        DayPattern::Holiday(id) => policy.calendar(*id).is_none_or(|one| one.holidays.contains(&day)),
        DayPattern::WorkingDay(_, id) => policy.calendar(*id).is_none_or(|one| {
            one.workdays.contains(&day) || (!one.holidays.contains(&day) && !one.rest.contains(&weekday(day)))
        }),
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

fn meet<T: Ord + Copy>(a: &[(T, T)], b: &[(T, T)]) -> Vec<(T, T)> {
    let mut both = Vec::new();
    for (from, until) in a {
        for (start, end) in b {
            let (from, until) = ((*from).max(*start), (*until).min(*end));
            if from < until {
                both.push((from, until));
            }
        }
    }
    both.sort();
    both
}

fn gaps<T: Ord + Copy>(taken: &[(T, T)], least: T, most: T) -> Vec<(T, T)> {
    let mut from = least;
    let mut all = Vec::new();
    for (start, end) in taken {
        if from < *start {
            all.push((from, *start));
        }
        from = from.max(*end);
    }
    if from < most {
        all.push((from, most));
    }
    all
}
