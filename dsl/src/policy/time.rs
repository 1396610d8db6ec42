//! Windows and calendars. Windows compare local date and wall time of the programme's zone.

use super::{CalendarId, Expr, Title};
use crate::source::Span;
use crate::syntax::ast::Weekday;
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A window: when a rule may apply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// What it is.
    pub kind: WindowKind,
    /// Which date of the event it looks at; `None` is `at`.
    pub by: Option<Expr>,
    /// Where it is written.
    #[serde(skip)]
    pub span: Span,
}

/// Kinds of windows, dates turned into half-open local intervals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum WindowKind {
    /// From an instant (included) until another (excluded), local.
    Between(Option<NaiveDateTime>, Option<NaiveDateTime>),
    /// On days of a pattern (one of them), at hours from (included) until (excluded); hours that cross midnight belong to the day on which they start.
    Days(Vec<DayPattern>, Option<(NaiveTime, NaiveTime)>),
    /// Within a duration (days or term: by local dates, both days included; minutes: between instants) after a date or instant.
    Within(Expr, Expr),
}

/// A day that recurs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum DayPattern {
    /// Every day.
    Any,
    /// A weekday.
    Weekday(Weekday),
    /// The n-th weekday of a month; -1 is the last.
    NthWeekday(i8, Weekday),
    /// A day of the month; -1 is the last day. A day that a month lacks does not occur in it.
    DayOfMonth(i8),
    /// A working day, or the n-th of the month.
    WorkingDay(Option<i8>, CalendarId),
    /// A public holiday.
    Holiday(CalendarId),
    /// A day in the month (or other period) of a date: the birthday month.
    SameMonth(Expr),
    /// The anniversary of a date.
    Anniversary(Expr),
}

/// A calendar of holidays and working days. A date outside `from..=to` is an error that names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    /// Name and labels.
    pub title: Title,
    /// First day covered.
    pub from: NaiveDate,
    /// Last day covered.
    pub to: NaiveDate,
    /// Weekdays that are no working days.
    pub rest: Vec<Weekday>,
    /// Public holidays.
    pub holidays: BTreeSet<NaiveDate>,
    /// Days worked although they fall on a rest day or holiday.
    pub workdays: BTreeSet<NaiveDate>,
}
