//! Windows as code: the local date and time of the event against dates, hours and days that recur.

use super::BitSet;
use super::op::{Compare, Op, Register};
use super::slots::{Builder, Planned};
use crate::reference::calendar::{is_holiday, is_nth_working_day, is_working_day};
use crate::reference::time::{add_days, days_between};
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use earnest_dsl::policy::{CalendarId, DayPattern, Type, Window, WindowKind};
use earnest_dsl::syntax::ast::Weekday;

/// Days of the week, Monday 0.
pub(crate) fn weekday(day: Weekday) -> i64 {
    match day {
        Weekday::Mon => 0,
        Weekday::Tue => 1,
        Weekday::Wed => 2,
        Weekday::Thu => 3,
        Weekday::Fri => 4,
        Weekday::Sat => 5,
        Weekday::Sun => 6,
    }
}

/// A date as days of the common era.
pub(crate) fn day_number(date: NaiveDate) -> i64 {
    i64::from(date.num_days_from_ce())
}

/// A time as nanoseconds of the day.
pub(crate) fn time_number(time: NaiveTime) -> i64 {
    i64::from(time.num_seconds_from_midnight())
        .saturating_mul(1_000_000_000)
        .saturating_add(i64::from(time.nanosecond()))
}

impl Builder<'_> {
    /// A window: 1 where it holds.
    pub(crate) fn window(&mut self, window: &Window) -> Planned<Register> {
        let (day, time) = match &window.by {
            None => (self.date(), Some(self.time())),
            Some(by) if by.typed.ty == Type::Instant => match &by.node {
                earnest_dsl::policy::Node::Field(name) if name == "at" => (self.date(), Some(self.time())),
                _ => return Err("a window over an instant of the event"),
            },
            // A date is its first moment.
            Some(by) => (self.day(by)?, None),
        };
        match &window.kind {
            WindowKind::Between(from, until) => {
                let to = self.constant(0);
                let mut jumps = Vec::new();
                for (bound, how) in [(from, Compare::AtLeast), (until, Compare::Less)] {
                    if let Some(bound) = bound {
                        let a = self.side(day, time, *bound, how);
                        jumps.push(self.jump(Op::JumpUnless { a, ahead: 0 }));
                    }
                }
                let a = self.made(|to| Op::Known { to, a: day });
                self.emit(Op::Copy { to, a });
                self.land(&jumps);
                Ok(to)
            }
            WindowKind::Days(patterns, hours) => self.days(patterns, *hours, (day, time)),
            WindowKind::Within(length, from) if length.typed.ty == Type::Days => {
                let length = self.number(length)?;
                let from = self.day(from)?;
                let b = length.register;
                let end = self.made(|to| Op::Add { to, a: from, b });
                let after = self.made(|to| Op::Compare { to, how: Compare::AtLeast, a: day, b: from });
                let to = self.made(|to| Op::Copy { to, a: after });
                let jump = self.jump(Op::JumpUnless { a: after, ahead: 0 });
                self.emit(Op::Compare { to, how: Compare::AtMost, a: day, b: end });
                self.land(&[jump]);
                Ok(to)
            }
            WindowKind::Within(..) => Err("a window of months or minutes after a date"),
        }
    }

    /// Whether a date and time lie before or not before an instant.
    fn side(&mut self, day: Register, time: Option<Register>, bound: NaiveDateTime, how: Compare) -> Register {
        let (date, hour) = (day_number(bound.date()), time_number(bound.time()));
        let to = self.made(|to| Op::Against { to, how, a: day, value: date });
        if hour == 0 {
            return to;
        }
        let same = self.made(|to| Op::Against { to, how: Compare::Equal, a: day, value: date });
        let jump = self.jump(Op::JumpUnless { a: same, ahead: 0 });
        match time {
            Some(a) => self.emit(Op::Against { to, how, a, value: hour }),
            // A date alone is its first moment.
            None => self.emit(Op::Constant { to, value: i64::from(how == Compare::Less) }),
        }
        self.land(&[jump]);
        to
    }

    fn days(
        &mut self,
        patterns: &[DayPattern],
        hours: Option<(NaiveTime, NaiveTime)>,
        (day, time): (Register, Option<Register>),
    ) -> Planned<Register> {
        let Some((from, until)) = hours else { return self.any_day(patterns, day) };
        let time = match time {
            Some(time) => time,
            None => self.constant(0),
        };
        let late = self.made(|to| Op::Against { to, how: Compare::AtLeast, a: time, value: time_number(from) });
        let early = self.made(|to| Op::Against { to, how: Compare::Less, a: time, value: time_number(until) });
        let to = self.constant(0);
        if from < until {
            let not_late = self.jump(Op::JumpUnless { a: late, ahead: 0 });
            let not_early = self.jump(Op::JumpUnless { a: early, ahead: 0 });
            let a = self.any_day(patterns, day)?;
            self.emit(Op::Copy { to, a });
            self.land(&[not_late, not_early]);
            return Ok(to);
        }
        // Hours that cross midnight belong to the day on which they start.
        let not_late = self.jump(Op::JumpUnless { a: late, ahead: 0 });
        let a = self.any_day(patterns, day)?;
        self.emit(Op::Copy { to, a });
        let end = self.jump(Op::Jump { ahead: 0 });
        self.land(&[not_late]);
        let not_early = self.jump(Op::JumpUnless { a: early, ahead: 0 });
        let one = self.constant(1);
        let yesterday = self.made(|to| Op::Subtract { to, a: day, b: one });
        let a = self.any_day(patterns, yesterday)?;
        self.emit(Op::Copy { to, a });
        self.land(&[end, not_early]);
        Ok(to)
    }

    fn any_day(&mut self, patterns: &[DayPattern], day: Register) -> Planned<Register> {
        let to = self.constant(1);
        let mut jumps = Vec::new();
        for pattern in patterns {
            let a = self.pattern(pattern, day)?;
            jumps.push(self.jump(Op::JumpIf { a, ahead: 0 }));
        }
        self.emit(Op::Constant { to, value: 0 });
        self.land(&jumps);
        Ok(to)
    }

    fn pattern(&mut self, pattern: &DayPattern, day: Register) -> Planned<Register> {
        let against = |builder: &mut Self, a: Register, how: Compare, value: i64| {
            builder.made(|to| Op::Against { to, how, a, value })
        };
        Ok(match pattern {
            DayPattern::Any => self.made(|to| Op::Known { to, a: day }),
            DayPattern::Weekday(wanted) => {
                let a = self.made(|to| Op::Weekday { to, a: day });
                against(self, a, Compare::Equal, weekday(*wanted))
            }
            DayPattern::NthWeekday(n, wanted) => {
                let a = self.made(|to| Op::Weekday { to, a: day });
                let right = against(self, a, Compare::Equal, weekday(*wanted));
                let to = self.made(|to| Op::Copy { to, a: right });
                let jump = self.jump(Op::JumpUnless { a: right, ahead: 0 });
                let a = if *n < 0 {
                    let a = self.made(|to| Op::DaysLeft { to, a: day });
                    against(self, a, Compare::Less, 7)
                } else {
                    let a = self.made(|to| Op::DayOfMonth { to, a: day });
                    let last = i64::from(*n).saturating_mul(7);
                    let set = self.set(BitSet::of(last.saturating_sub(6)..=last));
                    self.made(|to| Op::Within { to, a, set })
                };
                self.emit(Op::Copy { to, a });
                self.land(&[jump]);
                to
            }
            DayPattern::DayOfMonth(n) if *n < 0 => {
                let a = self.made(|to| Op::DaysLeft { to, a: day });
                against(self, a, Compare::Equal, 0)
            }
            DayPattern::DayOfMonth(n) => {
                let a = self.made(|to| Op::DayOfMonth { to, a: day });
                against(self, a, Compare::Equal, i64::from(*n))
            }
            DayPattern::WorkingDay(n, calendar) => self.days_of(*calendar, day, |policy, date| match n {
                None => is_working_day(policy, *calendar, date).ok(),
                Some(n) => is_nth_working_day(policy, *calendar, date, *n).ok(),
            })?,
            DayPattern::Holiday(calendar) => {
                self.days_of(*calendar, day, |policy, date| is_holiday(policy, *calendar, date).ok())?
            }
            DayPattern::SameMonth(of) => {
                let of = self.day(of)?;
                let (a, b) = (self.made(|to| Op::Month { to, a: day }), self.made(|to| Op::Month { to, a: of }));
                self.made(|to| Op::Compare { to, how: Compare::Equal, a, b })
            }
            DayPattern::Anniversary(of) => {
                let of = self.day(of)?;
                let march = self.policy.leap_day_march;
                self.made(|to| Op::Anniversary { to, day, of, march })
            }
        })
    }

    /// The days of a calendar on which something is so.
    fn days_of(
        &mut self,
        calendar: CalendarId,
        a: Register,
        is: impl Fn(&earnest_dsl::policy::Policy, NaiveDate) -> Option<bool>,
    ) -> Planned<Register> {
        let declared = self.policy.calendar(calendar).ok_or("a calendar that is not declared")?;
        let length =
            usize::try_from(days_between(declared.from, declared.to)).map_err(|_| "a calendar without days")?;
        let last = Some(day_number(declared.to));
        let mut set = BitSet { first: day_number(declared.from), words: vec![0; (length >> 6) + 1], last };
        let mut date = declared.from;
        while date <= declared.to {
            match is(self.policy, date) {
                Some(true) => set.add(day_number(date)),
                Some(false) => {}
                None => return Err("a calendar that does not cover whole months"),
            }
            date = add_days(date, 1).ok_or("a calendar without end")?;
        }
        let set = self.set(set);
        Ok(self.made(|to| Op::Within { to, a, set }))
    }
}
