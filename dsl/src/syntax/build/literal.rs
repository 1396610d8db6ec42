//! Numbers, dates, times, units: exact values, and findings where there is no such value.

use super::super::pairs::Pair;
use super::{Builder, Parts};
use crate::diagnostic::{Diagnostic, Text};
use crate::source::Span;
use crate::syntax::ast::{
    Expr, ExprKind, KnownUnit, Name, Number, PeriodUnit, RoundMode, RoundPlace, Rounding, Unit, Weekday,
};
use crate::syntax::parse::Rule;
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use rust_decimal::Decimal;

/// The most digits that a number may have: what every engine computes with exactly.
const MOST_DIGITS: usize = 28;

impl Builder<'_> {
    /// A number, a percentage or a multiple as written; 万 and 亿 are multiplied in, exactly.
    pub(super) fn number(&mut self, pair: &Pair<'_>) -> Number {
        let span = self.span(pair);
        // A multiple is one thing in both spellings, so it has one text.
        let text = pair.as_str().replace('倍', "x");
        let bare = text.trim_end_matches(['x', '%']);
        let value = exact(bare).unwrap_or_else(|| {
            self.report(
                Diagnostic::error(
                    "E0050",
                    Text::new(
                        format!("`{text}` has more digits than can be computed with exactly"),
                        format!("`{text}` 的位数过多，无法精确计算"),
                    ),
                    span,
                    Text::new("more than 28 digits", "超过 28 位"),
                )
                .help(Text::new("write a number of at most 28 digits", "请写不超过 28 位的数")),
            );
            Decimal::ZERO
        });
        Number { text, value, span }
    }

    /// A whole number in a range, where the language asks for a place in a row.
    pub(super) fn whole_number(&mut self, number: &Number, low: i8, high: i8) -> i8 {
        let found =
            i8::try_from(number.value).ok().filter(|found| number.value.is_integer() && (low..=high).contains(found));
        found.unwrap_or_else(|| {
            self.report(
                Diagnostic::error(
                    "E0054",
                    Text::new(
                        format!("`{}` is no whole number from {low} to {high}", number.text),
                        format!("`{}` 不是 {low} 到 {high} 的整数", number.text),
                    ),
                    number.span,
                    Text::new("out of place here", "此处不适用"),
                )
                .help(Text::new(
                    format!("write a whole number from {low} to {high}"),
                    format!("请写 {low} 到 {high} 的整数"),
                )),
            );
            low
        })
    }

    /// `2nd`, `第 2 个`, `last`: -1 is the last.
    pub(super) fn nth(&mut self, pair: Pair<'_>) -> Option<i8> {
        let mut parts = Parts::of(pair);
        if parts.has(Rule::kw_last_one) {
            return Some(-1);
        }
        let part = parts.next_part()?;
        let mut number = self.number_of_ordinal(&part);
        if part.as_rule() == Rule::ordinal {
            number.text = part.as_str().to_owned();
        }
        Some(self.whole_number(&number, 1, 31))
    }

    fn number_of_ordinal(&mut self, pair: &Pair<'_>) -> Number {
        let text = pair.as_str().trim_end_matches(|c: char| c.is_ascii_alphabetic()).to_owned();
        let value = exact(&text).unwrap_or(Decimal::MAX);
        Number { text, value, span: self.span(pair) }
    }

    fn day(&mut self, pair: &Pair<'_>) -> Option<NaiveDate> {
        let text = pair.as_str();
        let found = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
        if found.is_none() {
            let span = self.span(pair);
            self.report(
                Diagnostic::error(
                    "E0051",
                    Text::new(format!("there is no day `{text}`"), format!("没有 `{text}` 这一天")),
                    span,
                    Text::new("no such day in the calendar", "日历中没有这一天"),
                )
                .help(Text::new("write an existing day, as year-month-day", "请写存在的日期，格式为 年-月-日")),
            );
        }
        found
    }

    fn clock(&mut self, pair: &Pair<'_>) -> Option<NaiveTime> {
        let text = pair.as_str();
        let found =
            NaiveTime::parse_from_str(text, "%H:%M:%S").or_else(|_| NaiveTime::parse_from_str(text, "%H:%M")).ok();
        // chrono reads a leap second as :60; the language has none.
        let found = found.filter(|_| !text.ends_with(":60") || text.len() < 8);
        if found.is_none() {
            let span = self.span(pair);
            self.report(if text.starts_with("24:00") { midnight(span) } else { no_time(text, span) });
        }
        found
    }

    /// `date ~ time?`.
    pub(super) fn moment(&mut self, pair: Pair<'_>) -> Option<Expr> {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let day = self.day(&parts.next()?);
        let kind = match parts.next() {
            Some(clock) => match (day, self.clock(&clock)) {
                (Some(day), Some(clock)) => ExprKind::DateTime(NaiveDateTime::new(day, clock)),
                _ => ExprKind::Broken,
            },
            None => day.map_or(ExprKind::Broken, ExprKind::Date),
        };
        Some(Expr { kind, span })
    }

    pub(super) fn time(&mut self, pair: &Pair<'_>) -> Expr {
        let kind = self.clock(pair).map_or(ExprKind::Broken, ExprKind::Time);
        Expr { kind, span: self.span(pair) }
    }

    /// `number ~ unit?`, under the name `plain` or as the head of `quantity`.
    pub(super) fn quantity(&mut self, parts: &mut Parts<'_>) -> Option<(Number, Option<Unit>)> {
        let number = self.number(&parts.next()?);
        let unit = match parts.peek() {
            Some(Rule::unit | Rule::time_unit) => Some(self.unit(parts.next()?)?),
            _ => None,
        };
        Some((number, unit))
    }

    fn unit(&mut self, pair: Pair<'_>) -> Option<Unit> {
        let span = self.span(&pair);
        let rule = pair.as_rule();
        let part = if rule == Rule::time_unit { pair } else { Parts::of(pair).next()? };
        let known = match part.as_rule() {
            Rule::unit_name => return Some(Unit::Named(Name { text: part.as_str().to_owned(), span })),
            Rule::time_unit => time_unit(Parts::of(part).next()?.as_rule())?,
            Rule::kw_times => KnownUnit::Times,
            Rule::kw_pieces => KnownUnit::Pieces,
            Rule::kw_entries => KnownUnit::Entries,
            _ => return None,
        };
        Some(Unit::Known(known, span))
    }

    /// `round half up each line to 4 places`.
    pub(super) fn rounding(&mut self, pair: Pair<'_>) -> Option<Rounding> {
        let mut parts = Parts::of(pair);
        let mode = match parts.next()?.as_rule() {
            Rule::kw_round_down => RoundMode::Down,
            Rule::kw_round_up => RoundMode::Up,
            Rule::kw_round_half_up => RoundMode::HalfUp,
            _ => return None,
        };
        let place = match parts.peek() {
            Some(Rule::kw_each_line) => Some(RoundPlace::EachLine),
            Some(Rule::kw_each_award) => Some(RoundPlace::EachAward),
            _ => None,
        };
        let places = match parts.next_part_if(Rule::number) {
            Some(part) => {
                let number = self.number(&part);
                u8::try_from(self.whole_number(&number, 0, 28)).ok()
            }
            None => None,
        };
        Some(Rounding { mode, place, places })
    }
}

fn midnight(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0053",
        Text::new("`24:00` is no time of a day", "`24:00` 不是一天中的时刻"),
        span,
        Text::new("a day ends where the next one begins", "一天结束即次日开始"),
    )
    .help(Text::new(
        "write `until 00:00`, or leave the hours out: a window of dates includes its last day to its end",
        "请写 `到 00:00 前`，或不写时刻：日期区间包含最后一天的全天",
    ))
}

fn no_time(text: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0052",
        Text::new(format!("there is no time `{text}`"), format!("没有 `{text}` 这个时刻")),
        span,
        Text::new("hours go from 00 to 23, minutes and seconds from 00 to 59", "小时为 00 至 23，分和秒为 00 至 59"),
    )
    .help(Text::new(
        "write a time of day such as `18:00` or `23:59:59`",
        "请写一天中的时刻，例如 `18:00` 或 `23:59:59`",
    ))
}

/// The value of a number as written. `None` if it has too many digits.
fn exact(text: &str) -> Option<Decimal> {
    let plain: String = text.chars().filter(|c| *c != '_').collect();
    let (digits, shift) = match (plain.strip_suffix('万'), plain.strip_suffix('亿')) {
        (Some(digits), _) => (digits, 4),
        (_, Some(digits)) => (digits, 8),
        _ => (plain.as_str(), 0),
    };
    if digits.chars().filter(char::is_ascii_digit).count() > MOST_DIGITS {
        return None;
    }
    let value = Decimal::from_str_exact(digits).ok()?;
    // 万 and 亿 move the point: no digit is lost and none is rounded.
    let (mantissa, scale) = (value.mantissa(), value.scale());
    let (mantissa, scale) = match scale.checked_sub(shift) {
        Some(scale) => (mantissa, scale),
        None => (mantissa.checked_mul(10_i128.checked_pow(shift.checked_sub(scale)?)?)?, 0),
    };
    let value = Decimal::try_from_i128_with_scale(mantissa, scale).ok()?;
    (value.mantissa().unsigned_abs().to_string().len() <= MOST_DIGITS).then_some(value)
}

pub(super) fn time_unit(rule: Rule) -> Option<KnownUnit> {
    Some(match rule {
        Rule::kw_days => KnownUnit::Days,
        Rule::kw_weeks => KnownUnit::Weeks,
        Rule::kw_months => KnownUnit::Months,
        Rule::kw_quarters => KnownUnit::Quarters,
        Rule::kw_years => KnownUnit::Years,
        Rule::kw_statements => KnownUnit::Statements,
        Rule::kw_hours => KnownUnit::Hours,
        Rule::kw_minutes => KnownUnit::Minutes,
        Rule::kw_working_days => KnownUnit::WorkingDays,
        _ => return None,
    })
}

/// The period of a keyword: `month` of a scope, `months` of a count, `close of month`.
pub(super) fn period_unit(rule: Rule) -> Option<PeriodUnit> {
    Some(match rule {
        Rule::kw_day | Rule::kw_days | Rule::kw_day_type | Rule::kw_end_of_day | Rule::kw_close_of_day => {
            PeriodUnit::Day
        }
        Rule::kw_week | Rule::kw_weeks | Rule::kw_week_type | Rule::kw_end_of_week | Rule::kw_close_of_week => {
            PeriodUnit::Week
        }
        Rule::kw_month | Rule::kw_months | Rule::kw_month_type | Rule::kw_end_of_month | Rule::kw_close_of_month => {
            PeriodUnit::Month
        }
        Rule::kw_quarter
        | Rule::kw_quarters
        | Rule::kw_quarter_type
        | Rule::kw_end_of_quarter
        | Rule::kw_close_of_quarter => PeriodUnit::Quarter,
        Rule::kw_year | Rule::kw_years | Rule::kw_year_type | Rule::kw_end_of_year | Rule::kw_close_of_year => {
            PeriodUnit::Year
        }
        Rule::kw_statement
        | Rule::kw_statements
        | Rule::kw_statement_type
        | Rule::kw_end_of_statement
        | Rule::kw_close_of_statement => PeriodUnit::Statement,
        _ => return None,
    })
}

pub(super) fn weekday(rule: Rule) -> Option<Weekday> {
    Some(match rule {
        Rule::kw_mon => Weekday::Mon,
        Rule::kw_tue => Weekday::Tue,
        Rule::kw_wed => Weekday::Wed,
        Rule::kw_thu => Weekday::Thu,
        Rule::kw_fri => Weekday::Fri,
        Rule::kw_sat => Weekday::Sat,
        Rule::kw_sun => Weekday::Sun,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::exact;
    use rust_decimal::Decimal;

    #[test]
    fn myriads_are_multiplied_in_exactly() {
        let value = |text: &str| exact(text).map(|value| value.to_string());
        assert_eq!(value("1万").as_deref(), Some("10000"));
        assert_eq!(value("2.5亿").as_deref(), Some("250000000"));
        assert_eq!(value("1_000.50").as_deref(), Some("1000.50"));
        assert_eq!(value("0.00001万").as_deref(), Some("0.1"));
        assert_eq!(value("1.23456789万").as_deref(), Some("12345.6789"));
    }

    #[test]
    fn more_than_28_digits_have_no_value() {
        assert!(exact(&"9".repeat(28)).is_some());
        assert_eq!(exact(&"9".repeat(29)), None);
        assert_eq!(exact(&format!("{}万", "9".repeat(25))), None);
        assert_eq!(exact(&format!("0.{}", "1".repeat(27))).map(|value| value.scale()), Some(27));
        assert_eq!(exact("0"), Some(Decimal::ZERO));
    }
}
