//! Windows and recurring days in words.

use super::Words;
use crate::policy::{DayPattern, Window, WindowKind};
use crate::say;
use crate::syntax::ast::Weekday;
use chrono::{NaiveDateTime, NaiveTime};

impl Words<'_> {
    /// A window as a phrase: `from 1 May 2024 to 5 May 2024 (both days included)`.
    #[must_use]
    pub fn window(&self, window: &Window) -> String {
        let told = match &window.kind {
            WindowKind::Between(from, until) => self.between(*from, *until),
            WindowKind::Days(days, hours) => self.recurring(days, *hours),
            WindowKind::Within(length, from) => {
                let (length, from) = (self.expr(length), self.expr(from));
                say!(self.language, "within {length} of {from}", "自{from}起 {length}内")
            }
        };
        match &window.by {
            None => told,
            Some(by) => {
                let by = self.expr(by);
                say!(self.language, "{told}, by {by}", "{told}（以{by}为准）")
            }
        }
    }

    /// From an instant, included, until another, excluded; whole days are told with their last day.
    #[must_use]
    pub fn between(&self, from: Option<NaiveDateTime>, until: Option<NaiveDateTime>) -> String {
        let midnight = |at: &NaiveDateTime| at.time() == NaiveTime::MIN;
        let last = until.filter(midnight).and_then(|until| until.date().pred_opt()).map(|day| self.date(day));
        let first = from.map(|from| self.instant(from));
        match (first, last, until) {
            (Some(first), Some(last), _) if from.is_some_and(|from| midnight(&from)) => {
                if first == last {
                    return say!(self.language, "on {first}", "{first}当日");
                }
                say!(self.language, "from {first} to {last}, both days included", "{first}至{last}（含首尾两日）")
            }
            (Some(first), Some(last), _) => {
                say!(self.language, "from {first} to the end of {last}", "{first}起至{last}日终")
            }
            (None, Some(last), _) => say!(self.language, "to the end of {last}", "至{last}日终"),
            (first, None, Some(until)) => {
                let until = self.instant(until);
                match first {
                    Some(first) => {
                        say!(self.language, "from {first} until just before {until}", "{first}起至{until}前")
                    }
                    None => say!(self.language, "until just before {until}", "{until}前"),
                }
            }
            (Some(first), None, None) => say!(self.language, "from {first}", "自{first}起"),
            (None, None, None) => say!(self.language, "at any time", "任何时间"),
        }
    }

    /// Days that recur, with their hours.
    #[must_use]
    pub fn recurring(&self, days: &[DayPattern], hours: Option<(NaiveTime, NaiveTime)>) -> String {
        let weekdays: Option<Vec<String>> = days
            .iter()
            .map(|day| match day {
                DayPattern::Weekday(day) => Some(self.weekday(*day).to_owned()),
                _ => None,
            })
            .collect();
        let days = match weekdays {
            Some(weekdays) => {
                let weekdays = self.one_of(&weekdays);
                say!(self.language, "every {weekdays}", "每{weekdays}")
            }
            None => {
                let told = self.one_of(&days.iter().map(|day| self.day(day)).collect::<Vec<_>>());
                say!(self.language, "on {told}", "{told}")
            }
        };
        match hours {
            None => days,
            Some((from, until)) => {
                let crosses = until <= from;
                let (from, until) = (self.time(from), self.time(until));
                let night = match (crosses, self.chinese()) {
                    (false, _) => "",
                    (true, false) => " of the next day",
                    (true, true) => "次日 ",
                };
                say!(
                    self.language,
                    "{days} from {from} until just before {until}{night}",
                    "{days} {from} 至 {night}{until} 前"
                )
            }
        }
    }

    /// A day that recurs.
    #[must_use]
    pub fn day(&self, day: &DayPattern) -> String {
        match day {
            DayPattern::Any => say!(self.language, "every day", "每天"),
            DayPattern::Weekday(day) => {
                let day = self.weekday(*day);
                say!(self.language, "every {day}", "每{day}")
            }
            DayPattern::NthWeekday(n, day) => {
                let (n, day) = (self.nth(*n), self.weekday(*day));
                say!(self.language, "the {n} {day} of the month", "每月{n}个{day}")
            }
            DayPattern::DayOfMonth(-1) => say!(self.language, "the last day of the month", "每月末日"),
            DayPattern::DayOfMonth(n) => {
                let day = self.nth(*n);
                say!(self.language, "the {day} of the month", "每月 {n} 日")
            }
            DayPattern::WorkingDay(None, _) => say!(self.language, "every working day", "每个工作日"),
            DayPattern::WorkingDay(Some(n), _) => {
                let n = self.nth(*n);
                say!(self.language, "the {n} working day of the month", "每月{n}个工作日")
            }
            DayPattern::Holiday(_) => say!(self.language, "every public holiday", "法定节假日"),
            DayPattern::SameMonth(date) => {
                let date = self.expr(date);
                say!(self.language, "every day in the month of {date}", "{date}所在月份")
            }
            DayPattern::Anniversary(date) => {
                let date = self.expr(date);
                say!(self.language, "the anniversary of {date}", "{date}的周年日")
            }
        }
    }

    fn nth(&self, n: i8) -> String {
        if self.chinese() {
            return if n == -1 { "最后一".to_owned() } else { format!("第 {n} ") };
        }
        match n {
            -1 => "last".to_owned(),
            1 | 21 | 31 => format!("{n}st"),
            2 | 22 => format!("{n}nd"),
            3 | 23 => format!("{n}rd"),
            _ => format!("{n}th"),
        }
    }

    /// The name of a weekday.
    #[must_use]
    pub fn weekday(&self, day: Weekday) -> &'static str {
        match (day, self.chinese()) {
            (Weekday::Mon, false) => "Monday",
            (Weekday::Tue, false) => "Tuesday",
            (Weekday::Wed, false) => "Wednesday",
            (Weekday::Thu, false) => "Thursday",
            (Weekday::Fri, false) => "Friday",
            (Weekday::Sat, false) => "Saturday",
            (Weekday::Sun, false) => "Sunday",
            (Weekday::Mon, true) => "周一",
            (Weekday::Tue, true) => "周二",
            (Weekday::Wed, true) => "周三",
            (Weekday::Thu, true) => "周四",
            (Weekday::Fri, true) => "周五",
            (Weekday::Sat, true) => "周六",
            (Weekday::Sun, true) => "周日",
        }
    }
}
