//! Constants in words.

use super::Words;
use super::number::plain;
use crate::policy::{CurrencyId, Value};
use crate::say;
use crate::syntax::ast::PeriodUnit;
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use rust_decimal::Decimal;

impl Words<'_> {
    /// A constant.
    #[must_use]
    pub fn value(&self, value: &Value) -> String {
        match value {
            Value::Money(amount, id) => self.money_of(*amount, *id),
            Value::Points(amount, id) => self.amount_of(*amount, *id),
            Value::Quantity(amount, id) => format!("{} {}", plain(*amount), self.quantity(*id)),
            Value::Number(number) | Value::Count(number) => plain(*number),
            Value::Percent(share) => self.percent(*share),
            Value::Multiple(times) => self.multiple(&plain(*times)),
            Value::Flag(true) => say!(self.language, "yes", "是"),
            Value::Flag(false) => say!(self.language, "no", "否"),
            Value::Date(date) => self.date(*date),
            Value::Instant(at) => self.instant(*at),
            Value::Time(time) => self.time(*time),
            Value::Term(months) => self.months(*months),
            Value::Days(days) => self.counted(*days, ("day", "days"), "天"),
            Value::WorkingDays(days) => self.counted(*days, ("working day", "working days"), "个工作日"),
            Value::Minutes(minutes) => self.minutes(*minutes),
            Value::Period(unit, first) => self.period_of(*unit, *first),
            Value::Enum(id, name) => self.enum_value(*id, name),
            Value::Code(code) => code.clone(),
            Value::Text(text) => format!("“{text}”"),
        }
    }

    /// So much money: whole, or with the decimals of its currency at least.
    #[must_use]
    pub fn money_of(&self, amount: Decimal, id: CurrencyId) -> String {
        let mut amount = amount.normalize();
        let scale = self.policy.currency_of(id).map_or(0, |currency| u32::from(currency.scale));
        if amount.scale() > 0 && amount.scale() < scale {
            amount.rescale(scale);
        }
        format!("{} {}", super::grouped(&amount.to_string()), self.currency(id))
    }

    /// A share: 0.6 as `60%`.
    #[must_use]
    pub fn percent(&self, share: Decimal) -> String {
        share.checked_mul(Decimal::ONE_HUNDRED).map_or_else(|| plain(share), |share| format!("{}%", plain(share)))
    }

    /// `3 times` as `3×` · `3 倍`.
    pub(super) fn multiple(&self, times: &str) -> String {
        say!(self.language, "{times}×", "{times} 倍")
    }

    /// `1 May 2024` · `2024年5月1日`.
    #[must_use]
    pub fn date(&self, date: NaiveDate) -> String {
        if self.chinese() {
            format!("{}年{}月{}日", date.year(), date.month(), date.day())
        } else {
            format!("{} {}", date.day(), date.format("%B %Y"))
        }
    }

    /// A date with its time of day, where that is not midnight.
    #[must_use]
    pub fn instant(&self, at: NaiveDateTime) -> String {
        if at.time() == NaiveTime::MIN {
            return self.date(at.date());
        }
        format!("{} {}", self.date(at.date()), self.time(at.time()))
    }

    /// `18:00`, with seconds where there are any.
    #[must_use]
    pub fn time(&self, time: NaiveTime) -> String {
        let pattern = if time.second() == 0 { "%H:%M" } else { "%H:%M:%S" };
        time.format(pattern).to_string()
    }

    /// So many of something, with its English plural.
    pub(super) fn counted(&self, count: impl Into<Decimal>, en: (&str, &str), zh: &str) -> String {
        let count = count.into();
        let shown = plain(count);
        if self.chinese() {
            return format!("{shown} {zh}");
        }
        format!("{shown} {}", if count == Decimal::ONE { en.0 } else { en.1 })
    }

    /// A length in months, in years where it is whole years.
    #[must_use]
    pub fn months(&self, months: i32) -> String {
        if months != 0 && months.rem_euclid(12) == 0 {
            self.counted(months.div_euclid(12), ("year", "years"), "年")
        } else {
            self.counted(months, ("month", "months"), "个月")
        }
    }

    pub(super) fn minutes(&self, minutes: i64) -> String {
        if minutes != 0 && minutes.rem_euclid(60) == 0 {
            self.counted(minutes.div_euclid(60), ("hour", "hours"), "小时")
        } else {
            self.counted(minutes, ("minute", "minutes"), "分钟")
        }
    }

    /// A length of months, days and minutes.
    #[must_use]
    pub fn length(&self, (months, days, minutes): (i32, i64, i64)) -> String {
        let mut parts = Vec::new();
        if months != 0 {
            parts.push(self.months(months));
        }
        if days != 0 || (months == 0 && minutes == 0) {
            parts.push(self.counted(days, ("day", "days"), "天"));
        }
        if minutes != 0 {
            parts.push(self.minutes(minutes));
        }
        self.listed(&parts, " and ", "零")
    }

    fn period_of(&self, unit: PeriodUnit, first: NaiveDate) -> String {
        let period = self.period(unit);
        let first = self.date(first);
        say!(self.language, "the {period} of {first}", "{first}所在{period}")
    }

    /// The name of a period.
    #[must_use]
    pub fn period(&self, unit: PeriodUnit) -> String {
        match unit {
            PeriodUnit::Day => say!(self.language, "day", "日"),
            PeriodUnit::Week => say!(self.language, "week", "周"),
            PeriodUnit::Month => say!(self.language, "month", "月"),
            PeriodUnit::Quarter => say!(self.language, "quarter", "季"),
            PeriodUnit::Year => say!(self.language, "year", "年"),
            PeriodUnit::Statement => say!(self.language, "statement month", "账期"),
        }
    }
}

impl Words<'_> {
    /// A value as a host sends it, of this type.
    #[must_use]
    pub fn json(&self, ty: &crate::policy::Type, json: &serde_json::Value) -> String {
        use crate::policy::Type;
        let text = json.as_str().map_or_else(|| json.to_string(), str::to_owned);
        match (ty, json) {
            (Type::Enum(id), _) => self.enum_value(*id, &text),
            (_, serde_json::Value::Bool(flag)) => self.value(&Value::Flag(*flag)),
            (Type::Date, _) => text.parse().map_or(text, |date| self.date(date)),
            (Type::Money(id), _) => text.parse().map_or(text, |amount| self.money_of(amount, *id)),
            (Type::Points(id), _) => text.parse().map_or(text, |amount| self.amount_of(amount, *id)),
            _ => text,
        }
    }
}
