//! Windows and the days that a recurring window names.

use super::super::pairs::Pair;
use super::literal::weekday;
use super::{Builder, Parts};
use crate::diagnostic::{Diagnostic, Text};
use crate::syntax::ast::{EveryDay, Expr, Path, ScheduleWhen, Window, WindowKind};
use crate::syntax::parse::Rule;

impl Builder<'_> {
    /// `window`, `every_window`, `item_window`.
    pub(super) fn window(&mut self, pair: Pair<'_>) -> Option<Window> {
        let mut parts = Parts::of(pair);
        let kind = self.window_kind(parts.next()?)?;
        let by = match parts.next() {
            Some(part) => Some(self.expr(Parts::of(part).next_part()?)?),
            None => None,
        };
        Some(Window { kind, by })
    }

    fn window_kind(&mut self, pair: Pair<'_>) -> Option<WindowKind> {
        let rule = pair.as_rule();
        if rule == Rule::hours {
            let (from, until) = self.hours(pair)?;
            return Some(WindowKind::Hours(from, until));
        }
        let mut parts = Parts::of(pair);
        match rule {
            Rule::between => self.between(&mut parts),
            Rule::on_day => {
                let day = self.expr(parts.next_part()?)?;
                Some(WindowKind::On(day, self.hours_behind(&mut parts)?))
            }
            Rule::within => {
                let length = self.expr(parts.next_part()?)?;
                Some(WindowKind::Within(length, self.expr(parts.next_part()?)?))
            }
            Rule::every => {
                let mut days = vec![];
                while let Some(day) = parts.next_part_if(Rule::every_day) {
                    days.push(self.every_day(Parts::of(day).next()?)?);
                }
                Some(WindowKind::Every(days, self.hours_behind(&mut parts)?))
            }
            _ => None,
        }
    }

    /// `every 3rd working day of month at 09:00`.
    pub(super) fn schedule_every(&mut self, mut parts: Parts<'_>) -> Option<ScheduleWhen> {
        parts.has(Rule::kw_every);
        let mut days = vec![];
        while let Some(day) = parts.next_part_if(Rule::every_day) {
            days.push(self.every_day(Parts::of(day).next()?)?);
        }
        let at = match parts.next_part() {
            Some(time) => Some(self.expr(time)?),
            None => None,
        };
        Some(ScheduleWhen::Every(days, at))
    }

    #[allow(clippy::option_option, reason = "outer: the shape is not the grammar's; inner: there are no hours")]
    fn hours_behind(&mut self, parts: &mut Parts<'_>) -> Option<Option<(Expr, Expr)>> {
        match parts.next() {
            Some(part) => Some(Some(self.hours(part)?)),
            None => Some(None),
        }
    }

    /// `from 18:00 until 22:00`.
    fn hours(&mut self, pair: Pair<'_>) -> Option<(Expr, Expr)> {
        let mut parts = Parts::of(pair);
        let from = self.expr(parts.next_part()?)?;
        let until = self.until(parts.next()?)?;
        Some((from, until))
    }

    /// `until T` · `到 T 前`: 前 is what excludes the end, so it may not be missing.
    fn until(&mut self, pair: Pair<'_>) -> Option<Expr> {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let keyword = parts.next()?;
        let chinese = keyword.as_str() == "到";
        let end = self.expr(parts.next()?)?;
        if chinese && !parts.has(Rule::kw_until_end) {
            let place = crate::source::Span { start: span.end, ..span };
            self.report(
                Diagnostic::error(
                    "E0055",
                    Text::new(
                        "`到` needs its `前`: is the end included or not?",
                        "`到` 之后缺少 `前`：终点是否包含在内？",
                    ),
                    span,
                    Text::new("`前` is missing behind the end", "终点之后缺少 `前`"),
                )
                .help(Text::new(
                    "write `到 … 前` where the end is excluded (a time), `至 …` where it is included (a date)",
                    "不含终点（时刻）请写 `到 … 前`，含终点（日期）请写 `至 …`",
                ))
                .fix(place, " 前"),
            );
        }
        Some(end)
    }

    fn between(&mut self, parts: &mut Parts<'_>) -> Option<WindowKind> {
        let (mut from, mut to, mut until) = (None, None, None);
        if parts.has(Rule::kw_from) {
            from = Some(self.expr(parts.next()?)?);
        }
        if let Some(end) = parts.next_part() {
            match end.as_rule() {
                Rule::inside => {
                    let length = self.expr(Parts::of(end).next()?)?;
                    return from.map(|from| WindowKind::Within(length, from));
                }
                Rule::to_day => to = Some(self.expr(Parts::of(end).next_part()?)?),
                Rule::until => until = Some(self.until(end)?),
                _ => return None,
            }
        }
        Some(WindowKind::Between { from, to, until })
    }

    fn every_day(&mut self, pair: Pair<'_>) -> Option<EveryDay> {
        let rule = pair.as_rule();
        if rule == Rule::weekday {
            return weekday(Parts::of(pair).next()?.as_rule()).map(EveryDay::Weekday);
        }
        let mut parts = Parts::of(pair);
        Some(match rule {
            Rule::last_day => EveryDay::DayOfMonth(-1),
            Rule::holiday => EveryDay::Holiday(self.calendar_of(&mut parts)?),
            Rule::working_day => EveryDay::WorkingDay(None, self.calendar_of(&mut parts)?),
            Rule::matching => EveryDay::Matching(self.expr(parts.next()?)?),
            Rule::nth_day => self.nth_day(&mut parts)?,
            _ => return None,
        })
    }

    fn nth_day(&mut self, parts: &mut Parts<'_>) -> Option<EveryDay> {
        let nth = parts.next_part()?;
        if nth.as_rule() == Rule::nth_of_month {
            let number = self.number(&Parts::of(nth).next_part()?);
            return Some(EveryDay::DayOfMonth(self.whole_number(&number, 1, 31)));
        }
        let nth = self.nth(nth)?;
        if let Some(day) = parts.next_if(Rule::weekday) {
            return weekday(Parts::of(day).next()?.as_rule()).map(|day| EveryDay::NthWeekday(nth, day));
        }
        Some(EveryDay::WorkingDay(Some(nth), self.calendar_of(parts)?))
    }

    #[allow(clippy::option_option, reason = "outer: the shape is not the grammar's; inner: no calendar is named")]
    pub(super) fn calendar_of(&mut self, parts: &mut Parts<'_>) -> Option<Option<Path>> {
        match parts.next_part() {
            Some(part) => Some(Some(self.path(Parts::of(part).next_part()?))),
            None => Some(None),
        }
    }
}
